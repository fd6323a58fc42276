package api_test

import "testing"

// TestRules: the architecture tests can fail.
func TestRules(t *testing.T) {
	for _, tt := range []struct {
		dir, pkg string
		may      bool
	}{
		{"api/blog", "api/shared/problem", true},
		{"api/blog", "api/blog/internal/blogdb", true},
		{"api/blog", "db", true},
		{"api/blog", "db/dbtest", false},
		{"api/blog", "api/market", false},
		{"api/blog/internal/lexical", "api/market", false},
		{"api/blog", "api", false},
		{"api/blog", "ssg", false},
		{"api/blog", "site-templates", false},
		{"api/orders/sumupsim", "api/orders", true},
		{"api/shared/bus", "db", true},
		{"api/shared/bus", "api/blog", false},
		{"api/shared/contract", "api/shared/clock", false},
		{"api/web", "site-templates", true},
		{"api/web", "api/cart", false},
		{"api", "api/blog", true},
		{"api", "ssg", false},
		{"ssg", "api/shared/contract", true},
		{"ssg", "api/shared/auth", false},
		{"ssg", "api/blog", false},
		{"site-templates", "api/shared/contract", true},
		{"site-templates", "api/shared/urls", false},
		{"db", "api/blog", false},
		{"cmd/roseash", "ssg", true},
		{"cmd/roseash", "api/apitest", false},
	} {
		if got := mayImport(tt.dir, tt.pkg); got != tt.may {
			t.Errorf("mayImport(%s, %s) = %v, want %v", tt.dir, tt.pkg, got, tt.may)
		}
	}
	for name, may := range map[string]bool{
		"api/spec.go": true, "api/app.go": false, "api/blog/routes.go": true, "api/blog/publish.go": false,
		"api/shared/auth/operations.go": true, "api/shared/problem/from.go": false, "cmd/roseash/routes.go": false,
	} {
		if got := mayUseHuma(name); got != may {
			t.Errorf("mayUseHuma(%s) = %v, want %v", name, got, may)
		}
	}
	for sql, foreign := range map[string]string{
		"SELECT * FROM market.products p": "market",
		"INSERT INTO bus.domain_events":   "bus",
		"SELECT p.slug FROM blog.posts p": "blog",
		"SELECT shared.clock()":           "",
	} {
		got := ""
		if m := sqlFrom.FindStringSubmatch(sql); m != nil {
			got = m[1]
		}
		if got != foreign {
			t.Errorf("the schema in %q is %q, want %q", sql, got, foreign)
		}
	}
	for sql, decides := range map[string]bool{
		"WHERE due <= now()": true, "SET at = CURRENT_TIMESTAMP": true, "WHERE due <= shared.clock()": false, "known()": false,
	} {
		if got := sqlClock.MatchString(sql); got != decides {
			t.Errorf("%q tells the time by itself: %v, want %v", sql, got, decides)
		}
	}
}
