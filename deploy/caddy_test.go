//go:build caddy

// What visitors get from Caddy with the Caddyfile beside this file. It needs
// caddy, so it is built with the tag only; deploy/check.sh runs it.

package deploy_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
)

// builtTree is a small site as the builder writes it.
var builtTree = map[string]string{
	"main/index.html":                        "front page",
	"main/404.html":                          "no such page",
	"main/410.html":                          "withdrawn",
	"main/first-light/index.html.br":         "first light in brotli",
	"main/first-light/index.html.gz":         "first light in gzip",
	"main/tag/bread/index.html":              "bread",
	"main/first-light/index.html":            "first light",
	"main/market/products/loaf/index.html":   "a loaf",
	"main/rss.xml":                           "<rss/>",
	"main/tag/bread/rss.xml":                 "<rss/>",
	"main/sitemap.xml":                       "<urlset/>",
	"main/_fragments/calendar/all/list.html": "what comes", "main/ics/all.ics": "BEGIN:VCALENDAR",
	"main/robots.txt":                     "User-agent: *",
	"main/_assets/site-0123456789.css":    "body{}",
	"main/_assets/site-0123456789.css.gz": "compressed before",
	"main/first-light/.new-HALF":          "half a page",
	"market/index.html":                   "of another tree",
}

// build writes builtTree and returns the directory of the trees.
func build(t *testing.T) (public string) {
	t.Helper()
	public = t.TempDir()
	for name, body := range builtTree {
		path := filepath.Join(public, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A sibling is written after its page.
	for _, ending := range []string{".br", ".gz"} {
		later := time.Now().Add(time.Second)
		if err := os.Chtimes(filepath.Join(public, "main/first-light/index.html"+ending), later, later); err != nil {
			t.Fatal(err)
		}
	}
	return public
}

// startCaddy serves the trees in public and sends the rest to api; it returns the
// origin.
func startCaddy(t *testing.T, api, public string) (origin string) {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origin = fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)
	l.Close()
	// The test listens on loopback only.
	caddyfile := strings.Replace(read(t, "Caddyfile"), "\n{\n", "\n{\n\tdefault_bind 127.0.0.1\n\tadmin off\n", 1)
	path := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(path, []byte(caddyfile), 0o644); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "caddy", "run", "--config", path, "--adapter", "caddyfile")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir,
		"ROSEASH_BASE_URL=" + origin, "ROSEASH_API=" + strings.TrimPrefix(api, "http://"),
		"ROSEASH_PUBLIC_DIR=" + public,
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			raw, _ := os.ReadFile(log.Name())
			t.Logf("caddy says\n%s", raw)
		}
	})
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
		if err == nil {
			conn.Close()
			return origin
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("caddy does not answer: %v", err)
		}
	}
}

// client neither follows nor decompresses.
var client = &http.Transport{DisableCompression: true}

type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, method, url string, header http.Header) answer {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := client.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

func TestCaddy(t *testing.T) {
	forwarded := make(chan *http.Request, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case forwarded <- r:
		default:
		}
		w.Header().Set("Content-Security-Policy", "of the api")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "api: ", r.URL.Path)
	}))
	t.Cleanup(api.Close)
	origin := startCaddy(t, api.URL, build(t))
	policies := serverPolicies(t)

	tests := []struct {
		path   string
		status int
		body   string // "": any
		want   map[string]string
	}{
		{"/", 200, "front page", map[string]string{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "public, max-age=0, must-revalidate"}},
		{"/first-light/", 200, "first light", map[string]string{"Content-Security-Policy": policies["pagePolicy"]}},
		{"/first-light", 308, "", map[string]string{"Location": "/first-light/"}},
		{"/market/products/loaf/", 200, "a loaf", map[string]string{"Permissions-Policy": policies["permissions"], "X-Content-Type-Options": "nosniff"}},
		{"/nowhere/", 418, "api: /nowhere/", map[string]string{"Content-Security-Policy": "of the api", "Cache-Control": ""}},
		{"/nowhere", 418, "api: /nowhere", nil},
		{"/market/", 418, "api: /market/", nil},
		{"/first-light/index.html.br", 404, "no such page", map[string]string{"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policies["pagePolicy"]}},
		{"/_assets/site-0123456789.css.gz", 404, "no such page", nil},
		{"/404.html", 404, "no such page", nil},
		{"/410.html", 404, "no such page", nil},
		{"/first-light/.new-HALF", 404, "no such page", nil},
		{"/%2e%2e/market/index.html", 418, "", nil}, // the server refuses it
		{"/rss.xml", 200, "<rss/>", map[string]string{"Content-Type": "application/rss+xml; charset=utf-8"}},
		{"/tag/bread/rss.xml", 200, "<rss/>", map[string]string{"Content-Type": "application/rss+xml; charset=utf-8"}},
		{"/sitemap.xml", 200, "<urlset/>", map[string]string{"Content-Type": "application/xml; charset=utf-8"}},
		{"/robots.txt", 200, "User-agent: *", map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
		{"/_assets/site-0123456789.css", 200, "body{}", map[string]string{
			"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable",
			"Content-Security-Policy": policies["dataPolicy"], "Cross-Origin-Resource-Policy": "cross-origin", "Referrer-Policy": "no-referrer"}},
		{"/_assets/gone-0123456789.css", 404, "no such page", map[string]string{"Cache-Control": "public, max-age=0, must-revalidate"}},
		{"/_fragments/calendar/all/list.html", 200, "what comes", map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Access-Control-Allow-Origin": "*", "Content-Security-Policy": policies["fragmentPolicy"]}},
		{"/ics/all.ics", 200, "BEGIN:VCALENDAR", map[string]string{"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "public, max-age=900"}},
		{"/ics/gone.ics", 418, "api: /ics/gone.ics", nil},
		{"/ics/me/secret.ics", 418, "api: /ics/me/secret.ics", nil},
		{"/metrics", 404, "no such page", nil},
		{"/_dev/mail", 404, "no such page", nil},
		{"/v1/posts", 418, "api: /v1/posts", map[string]string{"Content-Security-Policy": "of the api"}},
		{"/docs", 418, "api: /docs", nil},
		{"/openapi.yaml", 418, "api: /openapi.yaml", nil},
		{"/media/00ff/loaf.webp", 418, "api: /media/00ff/loaf.webp", nil},
		{"/cart/", 418, "api: /cart/", nil},
		{"/.well-known/webfinger", 418, "api: /.well-known/webfinger", nil},
		{"/hooks/ghost", 418, "api: /hooks/ghost", nil},
		{"/livez", 418, "api: /livez", nil},
		{"/docsy/", 418, "api: /docsy/", nil},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			got := ask(t, http.MethodGet, origin+tt.path, nil)
			if got.status != tt.status || tt.body != "" && got.body != tt.body {
				t.Errorf("GET %s = %d %q, want %d %q", tt.path, got.status, got.body, tt.status, tt.body)
			}
			for name, want := range tt.want {
				if values := got.header.Values(name); want == "" && len(values) > 0 || want != "" && (len(values) != 1 || values[0] != want) {
					t.Errorf("GET %s: %s = %q, want %q once", tt.path, name, values, want)
				}
			}
		})
	}

	t.Run("precompressed", func(t *testing.T) {
		got := ask(t, http.MethodGet, origin+"/_assets/site-0123456789.css", http.Header{"Accept-Encoding": {"gzip"}})
		if got.body != "compressed before" || got.header.Get("Content-Encoding") != "gzip" {
			t.Errorf("a client that takes gzip got %q in encoding %q", got.body, got.header.Get("Content-Encoding"))
		}
	})
	t.Run("precompressed page", func(t *testing.T) {
		for accept, want := range map[string][2]string{
			"br": {"br", "first light in brotli"}, "gzip": {"gzip", "first light in gzip"}, "gzip, br": {"br", "first light in brotli"}, "": {"", "first light"},
		} {
			got := ask(t, http.MethodGet, origin+"/first-light/", http.Header{"Accept-Encoding": {accept}})
			if got.body != want[1] || got.header.Get("Content-Encoding") != want[0] || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("who takes %q got %q in %q as %s", accept, got.body, got.header.Get("Content-Encoding"), got.header.Get("Content-Type"))
			}
			if vary := got.header.Values("Vary"); len(vary) != 1 || vary[0] != "Accept-Encoding" {
				t.Errorf("who takes %q got Vary %q", accept, vary)
			}
		}
	})
	t.Run("unchanged", func(t *testing.T) {
		etag := ask(t, http.MethodGet, origin+"/first-light/", nil).header.Get("Etag")
		got := ask(t, http.MethodGet, origin+"/first-light/", http.Header{"If-None-Match": {etag}})
		if got.status != http.StatusNotModified || etag == "" {
			t.Errorf("asking again with ETag %q answered %d, want 304", etag, got.status)
		}
	})
	t.Run("post to a page", func(t *testing.T) {
		if got := ask(t, http.MethodPost, origin+"/first-light/", nil); got.status != http.StatusMethodNotAllowed {
			t.Errorf("POST to a page answered %d, want 405", got.status)
		}
	})
	t.Run("forwarding", func(t *testing.T) {
		for len(forwarded) > 0 {
			<-forwarded
		}
		ask(t, http.MethodGet, origin+"/v1/posts", http.Header{"X-Forwarded-For": {"192.0.2.1"}})
		if got := (<-forwarded).Header.Get("X-Forwarded-For"); got != "127.0.0.1" {
			t.Errorf("the API was told of client %q, want 127.0.0.1 and not what the client said", got)
		}
	})
	t.Run("api away", func(t *testing.T) {
		api.Close()
		got := ask(t, http.MethodGet, origin+"/v1/posts", nil)
		if got.status != http.StatusBadGateway || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("without the API the answer is %d %s %q", got.status, got.header.Get("Content-Type"), got.body)
		}
		if got := ask(t, http.MethodGet, origin+"/first-light/", nil); got.status != http.StatusOK {
			t.Errorf("without the API a page answers %d, want 200", got.status)
		}
		for _, path := range []string{"/nowhere/", "/market/"} {
			got := ask(t, http.MethodGet, origin+path, nil)
			if got.status != http.StatusNotFound || got.body != "no such page" || got.header.Get("Content-Security-Policy") != policies["pagePolicy"] {
				t.Errorf("without the API %s answers %d %q", path, got.status, got.body)
			}
		}
	})
}

// known are addresses that have no file, by path.
type known map[string]contract.Answer

func (k known) Resolve(_ context.Context, _, path string) (contract.Answer, error) {
	return k[path], nil
}

// TestCaddyIsTheServer: a page comes out the same, whether Caddy or the binary
// serves it.
func TestCaddyIsTheServer(t *testing.T) {
	public := build(t)
	sites, err := urls.New("http://localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.OpenSite(public, sites)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.Close() })
	site.Missing = known{
		"/new/": {Body: []byte("just published"), ContentType: "text/html; charset=utf-8"},
		"/old/": {Location: "/first-light/"}, "/secret/": {Gone: true},
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	origin := startCaddy(t, server.URL, public)

	paths := []string{
		"/", "/index.html", "/404.html", "/nowhere", "/nowhere/", "/first-light", "/first-light/", "/first-light/index.html",
		"/market/", "/market/products/loaf", "/market/products/loaf/", "/rss.xml", "/rss.xml/", "/tag/bread/rss.xml",
		"/sitemap.xml", "/robots.txt", "/_assets/", "/_assets", "/_assets/site-0123456789.css", "/_assets/site-0.css",
		"/first-light/.new-HALF", "/_dev/mail", "/metrics", "/.env", "/tag/", "/tag", "/tag/bread", "/tag/bread/",
		"/new/", "/old/", "/old/?a=b", "/secret/", "/410.html", "/first-light/index.html.br", "/first-light/index.html.gz",
	}
	for _, path := range paths {
		got, want := ask(t, http.MethodGet, origin+path, nil), ask(t, http.MethodGet, server.URL+path, nil)
		if got.status != want.status {
			t.Errorf("GET %s = %d, the server answers %d", path, got.status, want.status)
			continue
		}
		names := []string{"Location", "Cache-Control"}
		if want.status != http.StatusPermanentRedirect && want.status != http.StatusMovedPermanently {
			names = append(names, "Content-Type")
			if got.body != want.body {
				t.Errorf("GET %s = %q, the server answers %q", path, got.body, want.body)
			}
		}
		for _, name := range names {
			if got.header.Get(name) != want.header.Get(name) {
				t.Errorf("GET %s: %s is %q, the server's %q", path, name, got.header.Get(name), want.header.Get(name))
			}
		}
	}
}
