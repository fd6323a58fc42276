package urls_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/urls"
)

func Example() {
	single, _ := urls.New("http://localhost:8080", nil)
	split, _ := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://market.rose.example/"})
	for _, sites := range []urls.Sites{single, split} {
		fmt.Println(sites.Link(urls.Blog, urls.Market, urls.Product("rye-loaf")), sites.Tree(urls.Market))
	}
	// Output:
	// /market/products/rye-loaf/ main
	// https://market.rose.example/products/rye-loaf/ market
}

func sites(t *testing.T, base string, own map[urls.App]string) urls.Sites {
	t.Helper()
	s, err := urls.New(base, own)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return s
}

func TestSingleOrigin(t *testing.T) {
	s := sites(t, "https://Rose.Example:443/", map[urls.App]string{urls.Blog: "https://rose.example"})
	paths := map[urls.App]string{
		urls.Blog: "/x/", urls.Market: "/market/x/", urls.Cart: "/cart/x/",
		urls.Events: "/events/x/", urls.Federation: "/social/x/", urls.Account: "/account/x/",
	}
	for _, app := range urls.Apps() {
		if got := s.Path(app, "x/"); got != paths[app] {
			t.Errorf("Path(%s) = %q, want %q", app, got, paths[app])
		}
		if got, want := s.URL(app, "/x/"), "https://rose.example"+paths[app]; got != want {
			t.Errorf("URL(%s) = %q, want %q", app, got, want)
		}
		if got := s.Link(urls.Blog, app, "/x/"); got != paths[app] {
			t.Errorf("Link to %s = %q, want %q", app, got, paths[app])
		}
		if got := s.Tree(app); got != "main" {
			t.Errorf("Tree(%s) = %q, want main", app, got)
		}
	}
	if !s.Single() || len(s.Origins()) != 1 || s.Main() != "https://rose.example" {
		t.Errorf("Single %v, Origins %v, Main %q", s.Single(), s.Origins(), s.Main())
	}
}

func TestOwnOrigins(t *testing.T) {
	s := sites(t, "http://localhost:8080", map[urls.App]string{
		urls.Blog: "http://blog.localhost:8080", urls.Market: "http://market.localhost:8080",
	})
	tests := []struct {
		from, to urls.App
		path     string
		want     string
	}{
		{urls.Blog, urls.Blog, urls.Post("bread"), "/bread/"},
		{urls.Blog, urls.Market, urls.Home(), "http://market.localhost:8080/"},
		{urls.Market, urls.Market, urls.Category("food", "bread"), "/food/bread/"},
		{urls.Market, urls.Blog, urls.Tag("news"), "http://blog.localhost:8080/tag/news/"},
		{urls.Market, urls.Cart, urls.Home(), "http://localhost:8080/cart/"},
		{urls.Events, urls.Account, urls.Home(), "/account/"},
	}
	for _, tt := range tests {
		if got := s.Link(tt.from, tt.to, tt.path); got != tt.want {
			t.Errorf("Link(%s, %s, %q) = %q, want %q", tt.from, tt.to, tt.path, got, tt.want)
		}
	}
	want := []string{"http://localhost:8080", "http://blog.localhost:8080", "http://market.localhost:8080"}
	if diff := cmp.Diff(want, s.Origins()); diff != "" {
		t.Errorf("Origins (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"main", "blog", "market"}, s.Trees()); diff != "" {
		t.Errorf("Trees (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]urls.App{urls.Market}, s.InTree("market")); diff != "" {
		t.Errorf("InTree(market) (-want +got)\n%s", diff)
	}
	if got := len(s.InTree("main")); got != 4 {
		t.Errorf("InTree(main) has %d apps, want 4", got)
	}
}

func TestByHost(t *testing.T) {
	s := sites(t, "https://rose.example", map[urls.App]string{urls.Market: "https://market.example:8443"})
	tests := []struct {
		host, tree string
		ok         bool
	}{
		{"rose.example", "main", true},
		{"ROSE.example.", "main", true},
		{"rose.example:443", "main", true},
		{"market.example:8443", "market", true},
		{"market.example", "", false},
		{"rose.example:80", "", false},
		{"evil.example", "", false},
		{"rose.example:443:1", "", false},
		{"rose.example/x", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		if tree, ok := s.ByHost(tt.host); tree != tt.tree || ok != tt.ok {
			t.Errorf("ByHost(%q) = %q, %v, want %q, %v", tt.host, tree, ok, tt.tree, tt.ok)
		}
	}
}

func TestOrigin(t *testing.T) {
	good := map[string]string{
		"http://localhost:8080":       "http://localhost:8080",
		"HTTPS://Rose.Example/":       "https://rose.example",
		"http://rose.example:80":      "http://rose.example",
		"https://rose.example:80":     "https://rose.example:80",
		"http://[::1]:8080":           "http://[::1]:8080",
		"http://[0:0:0:0:0:0:0:1]":    "http://[::1]",
		"https://xn--rse-sna.example": "https://xn--rse-sna.example",
	}
	for raw, want := range good {
		if got, err := urls.Origin(raw); err != nil || got != want {
			t.Errorf("Origin(%q) = %q, %v, want %q", raw, got, err, want)
		}
	}
	bad := []string{
		"", "rose.example", "//rose.example", "ftp://rose.example", "http://", "http://:8080",
		"https://rose.example/shop", "https://rose.example?x", "https://rose.example?", "https://rose.example/#",
		"https://user:canary@rose.example", "https:rose.example", "https://rose.example:", "https://a b", "http://x:y",
	}
	for _, raw := range bad {
		got, err := urls.Origin(raw)
		if err == nil {
			t.Errorf("Origin(%q) = %q, want an error", raw, got)
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("Origin(%q) repeats its input: %v", raw, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, own := range map[string]map[urls.App]string{
		"bad":    {urls.Events: "events.example"},
		"shared": {urls.Events: "https://x.example", urls.Cart: "https://X.example:443/"},
	} {
		if _, err := urls.New("https://rose.example", own); err == nil || !strings.Contains(err.Error(), "site URL of events") {
			t.Errorf("%s: New = %v, want an error about the events site", name, err)
		}
	}
	if _, err := urls.New("", nil); err == nil {
		t.Error("New without a base URL succeeds")
	}
}

func TestLoopback(t *testing.T) {
	for _, host := range []string{
		"localhost", "localhost:8080", "LOCALHOST.", "blog.localhost", "blog.localhost:80", "127.0.0.1",
		"127.9.9.9:1", "::1", "[::1]", "[::1]:8080", "::ffff:127.0.0.1",
	} {
		if !urls.Loopback(host) {
			t.Errorf("Loopback(%q) = false, want true", host)
		}
	}
	for _, host := range []string{
		"", ":8080", "0.0.0.0:8080", "[::]:80", "10.0.0.1", "rose.example", "localhost.example", "127.0.0.1.example",
		"notlocalhost", "127.1", "::1%lo", "[::1%25lo]:80", "169.254.169.254", "127.0.0.1:80:80",
	} {
		if urls.Loopback(host) {
			t.Errorf("Loopback(%q) = true, want false", host)
		}
	}
	if !urls.LoopbackURL("http://blog.localhost:8080") || urls.LoopbackURL("http://rose.example") || urls.LoopbackURL("http://%zz") {
		t.Error("LoopbackURL does not follow Loopback")
	}
}
