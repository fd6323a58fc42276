package web

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// answers are what is known of addresses without a file, by tree and path.
type answers map[string]contract.Answer

func (a answers) Resolve(_ context.Context, tree, path string) (contract.Answer, error) {
	if path == "/away/" {
		return contract.Answer{}, problem.Unavailable("the database is away")
	}
	return a[tree+path], nil
}

func TestMissing(t *testing.T) {
	s, public := built(t)
	if err := os.WriteFile(filepath.Join(public, "main/410.html"), []byte("withdrawn"), 0o644); err != nil {
		t.Fatal(err)
	}
	page := contract.Answer{Body: []byte("just published"), ContentType: "text/html; charset=utf-8"}
	s.Missing = answers{
		"main/new/": page, "main/empty.txt": {Body: []byte{}, ContentType: "text/plain; charset=utf-8"},
		"main/old/": {Location: "/about/"}, "main/old": {Location: "/about/"}, "main/far/": {Location: "https://elsewhere.example/a?b=c"},
		"main/odd/": {Location: "/odd%20name/"},
		"main/bad/": {Location: ":"}, "main/secret/": {Gone: true}, "market/secret/": {Gone: true},
		// What has a file, or can have none, is not asked about.
		"main/about/": page, "main/about": page, "main/about/index.html": page, "main/404.html": page, "main/410.html": page, "main/.env": page,
		"main//new/": page, "main/new/.": page, "main/rss.xml.br": page, "main/new/index.html.gz": page,
	}
	const html, plain = "text/html; charset=utf-8", "public, max-age=0, must-revalidate"
	for _, tt := range []struct {
		target                        string
		status                        int
		body, kind, caching, location string
	}{
		{"/new/", 200, "just published", html, "no-store", ""},
		{"/empty.txt", 200, "", "text/plain; charset=utf-8", "no-store", ""},
		{"/old/", 301, "", "", plain, "/about/"},
		{"/old", 301, "", "", plain, "/about/"},
		{"/old/?utm=1", 301, "", "", plain, "/about/?utm=1"},
		{"/odd/", 301, "", "", plain, "/odd%20name/"},
		{"/far/?utm=1", 301, "", "", plain, "https://elsewhere.example/a?b=c"},
		{"/bad/", 500, "", "application/problem+json", "no-store", ""},
		{"/away/", 503, "", "application/problem+json", "no-store", ""},
		{"/secret/", 410, "withdrawn", html, plain, ""},
		{"shop.example/secret/", 410, "", "application/problem+json", "no-store", ""},
		{"/never/", 404, "no such page", html, plain, ""},
		{"shop.example/never/", 404, "", "application/problem+json", "no-store", ""},
		{"/about/", 200, "about", html, plain, ""},
		{"/about", 308, "", "", plain, "/about/"},
		{"/about/index.html", 308, "", "", plain, "/about/"},
		{"/404.html", 404, "no such page", html, plain, ""},
		{"/410.html", 404, "no such page", html, plain, ""},
		{"/.env", 404, "no such page", html, plain, ""},
		{"//new/", 404, "no such page", html, plain, ""},
		{"/new/.", 404, "no such page", html, plain, ""},
		{"/rss.xml.br", 404, "no such page", html, plain, ""},
		{"/new/index.html.gz", 404, "no such page", html, plain, ""},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			res, body := ask(s, method, tt.target, "If-None-Match", "*", "Range", "bytes=0-1")
			problem := tt.kind == "application/problem+json" // whose words are another package's
			if method == http.MethodHead && body != "" && !problem {
				t.Errorf("HEAD %s has the body %q", tt.target, body)
			}
			if problem || method == http.MethodHead || res.StatusCode == 304 {
				body = tt.body
			}
			if res.StatusCode != tt.status && !(tt.status == 200 && res.StatusCode == 304) || body != tt.body {
				t.Errorf("%s %s = %d %q, want %d %q", method, tt.target, res.StatusCode, body, tt.status, tt.body)
			}
			for name, want := range map[string]string{"Content-Type": tt.kind, "Cache-Control": tt.caching, "Location": tt.location} {
				if got := res.Header.Get(name); got != want && res.StatusCode != 304 {
					t.Errorf("%s %s: %s = %q, want %q", method, tt.target, name, got, want)
				}
			}
			if tag := res.Header.Get("ETag"); tag != "" && res.StatusCode != 304 {
				t.Errorf("%s %s has the ETag %s", method, tt.target, tag)
			}
		}
	}
}

// counting is a Missing that takes its time.
type counting struct{ now, most atomic.Int32 }

func (c *counting) Resolve(ctx context.Context, _, _ string) (contract.Answer, error) {
	at := c.now.Add(1)
	defer c.now.Add(-1)
	for {
		seen := c.most.Load()
		if at <= seen || c.most.CompareAndSwap(seen, at) {
			break
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(2 * time.Millisecond):
	}
	return contract.Answer{}, ctx.Err()
}

// TestMissingAFewAtATime: a flood of addresses that never were takes no more than
// its share, and who waits too long is told so.
func TestMissingAFewAtATime(t *testing.T) {
	s, _ := built(t)
	c := &counting{}
	s.Missing = c
	var group sync.WaitGroup
	for range 10 * resolvedAtOnce {
		group.Go(func() {
			if res, _ := ask(s, http.MethodGet, "/never/"); res.StatusCode != 404 {
				t.Errorf("GET /never/ = %d", res.StatusCode)
			}
		})
	}
	group.Wait()
	if most := c.most.Load(); most > resolvedAtOnce || most < 2 {
		t.Errorf("%d at a time, want up to %d", most, resolvedAtOnce)
	}
	for range resolvedAtOnce {
		s.resolving <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.resolve(ctx, "main", "/never/"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while all are busy: %v", err)
	}
}
