package ghost_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	keyID  = "6b02884d615de030a89dae00"
	secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// served is a client of a server that answers with handler.
func served(t testing.TB, handler http.HandlerFunc) *ghost.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientOf(t, server.URL)
}

func clientOf(t testing.TB, address string) *ghost.Client {
	t.Helper()
	c, err := ghost.New(ghost.Options{
		URL: address, AdminKey: keyID + ":" + secret, HTTP: httpx.Operator(time.Minute), Clock: clock.NewManual(noon),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// notFound is what Ghost answers for what it does not have.
const notFound = `{"errors":[{"message":"Resource not found error, cannot read post.","context":"Post not found.","type":"NotFoundError","code":null}]}`

func list(name string, total int, ids ...string) string {
	var items []string
	for _, id := range ids {
		items = append(items, fmt.Sprintf(`{"id":%q,"title":"T","name":"N","slug":"s","tags":[],"authors":[]}`, id))
	}
	return fmt.Sprintf(`{%q:[%s],"meta":{"pagination":{"total":%d}}}`, name, strings.Join(items, ","), total)
}

var posts, tiers = ghost.Collections[4], ghost.Collections[2]

func TestNewRefuses(t *testing.T) {
	good := ghost.Options{URL: "https://old.example.org/blog/", AdminKey: keyID + ":" + secret, HTTP: httpx.Operator(0), Clock: clock.System{}}
	if _, err := ghost.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ghost.Options){
		"no address": func(o *ghost.Options) { o.URL = "" },
		"scheme":     func(o *ghost.Options) { o.URL = "ftp://old.example.org" },
		"user":       func(o *ghost.Options) { o.URL = "https://a:b@old.example.org" },
		"query":      func(o *ghost.Options) { o.URL = "https://old.example.org/?a=b" },
		"no key":     func(o *ghost.Options) { o.AdminKey = "" },
		"half a key": func(o *ghost.Options) { o.AdminKey = keyID },
		"no hex":     func(o *ghost.Options) { o.AdminKey = keyID + ":" + strings.Repeat("xy", 32) },
		"short key":  func(o *ghost.Options) { o.AdminKey = keyID + ":00" },
		"no client":  func(o *ghost.Options) { o.HTTP = nil },
	} {
		o := good
		change(&o)
		if _, err := ghost.New(o); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: New: %v, want an error without the key", name, err)
		}
	}
}

func TestToken(t *testing.T) {
	var header string
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Authorization")
		if r.URL.Path != "/ghost/api/admin/config/" || r.Header.Get("Accept-Version") != "v6.0" || r.Header.Get("User-Agent") != httpx.UserAgent {
			t.Errorf("asked for %s with %v", r.URL.Path, r.Header)
		}
		answer(w, 200, `{"config":{"version":"6.65.0"}}`)
	})
	if version, err := c.Version(context.Background()); version != "6.65.0" || err != nil {
		t.Fatalf("Version() = %q, %v", version, err)
	}
	parts := strings.Split(strings.TrimPrefix(header, "Ghost "), ".")
	if len(parts) != 3 {
		t.Fatalf("Authorization: %s", header)
	}
	raw, err := hex.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(parts[0] + "." + parts[1]))
	if base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) != parts[2] {
		t.Error("the token's signature is wrong")
	}
	var got []map[string]any
	for _, part := range parts[:2] {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(text, &claims); err != nil {
			t.Fatal(err)
		}
		got = append(got, claims)
	}
	want := []map[string]any{
		{"alg": "HS256", "typ": "JWT", "kid": keyID},
		{"aud": "/admin/", "iat": float64(noon.Unix()), "exp": float64(noon.Add(5 * time.Minute).Unix())},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestWalk(t *testing.T) {
	ids := make([]string, 250)
	for i := range ids {
		ids[i] = fmt.Sprintf("6b02884d615de030a8%06x", i)
	}
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("order") != "id asc" || q.Get("limit") != "100" || q.Get("formats") != "html,lexical,mobiledoc" || q.Get("include") != "tags,authors,tiers,newsletter" {
			t.Errorf("asked with %s", r.URL.RawQuery)
		}
		rest := ids
		if after, ok := strings.CutPrefix(q.Get("filter"), "id:>'"); ok {
			for len(rest) > 0 && rest[0] <= strings.TrimSuffix(after, "'") {
				rest = rest[1:]
			}
		}
		answer(w, 200, list("posts", len(rest), rest[:min(100, len(rest))]...))
	})
	var seen []string
	after := ""
	for _, left := range []int{250, 150, 50, 0} {
		objects, total, err := c.Walk(context.Background(), posts, after)
		if err != nil || total != left {
			t.Fatalf("Walk(%s) = %d objects, %d in all, %v; want %d in all", after, len(objects), total, err, left)
		}
		for _, o := range objects {
			seen, after = append(seen, o.ID), o.ID
		}
	}
	if diff := cmp.Diff(ids, seen); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestWalkTakesTiersInAnyOrder(t *testing.T) {
	c := served(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, list("tiers", 3, "c", "a", "b")) })
	objects, _, err := c.Walk(context.Background(), tiers, "")
	if err != nil || len(objects) != 3 || objects[0].ID != "a" || objects[2].ID != "c" {
		t.Errorf("Walk(tiers) = %v, %v", objects, err)
	}
}

func TestWalkAsksForFewerLongPosts(t *testing.T) {
	var limits []string
	long := strings.Repeat("x", 33<<20)
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		limit := r.URL.Query().Get("limit")
		limits = append(limits, limit)
		if limit == "1" {
			answer(w, 200, `{"posts":[{"id":"a","html":"`+long+`","tags":[],"authors":[]}],"meta":{"pagination":{"total":2}}}`)
			return
		}
		answer(w, 200, `{"posts":["`+long+long+`"]}`)
	})
	objects, total, err := c.Walk(context.Background(), posts, "")
	if err != nil || len(objects) != 1 || total != 2 {
		t.Errorf("Walk: %d objects of %d, %v", len(objects), total, err)
	}
	if got := strings.Join(limits, " "); got != "100 20 4 1" {
		t.Errorf("asked for %s at a time", got)
	}
}

func TestFetchLooksAmongPages(t *testing.T) {
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/pages/a/") {
			answer(w, 200, list("pages", 1, "a"))
			return
		}
		answer(w, 404, notFound)
	})
	o, err := c.Fetch(context.Background(), ghost.KindPost, "a")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := ghost.As[ghost.Post](o); err != nil || p.Type != "page" {
		t.Errorf("Fetch(a) = %+v, %v, want a page", p, err)
	}
	for _, kind := range []ghost.Kind{ghost.KindPost, ghost.KindTag, ghost.KindUser, ghost.KindMember} {
		if _, err := c.Fetch(context.Background(), kind, "b"); !errors.Is(err, ghost.ErrNotFound) {
			t.Errorf("Fetch(%s b): %v, want ErrNotFound", kind, err)
		}
	}
}

func TestUpdatePost(t *testing.T) {
	var query, body string
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		query, body = r.URL.Query().Get("source"), string(raw)
		if r.Method != http.MethodPut || r.URL.Path != "/ghost/api/admin/posts/a/" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %v", r.Method, r.URL.Path, r.Header)
		}
		answer(w, 200, list("posts", 1, "a"))
	})
	title, html := "Bread", ""
	edit := ghost.PostEdit{UpdatedAt: noon, Title: &title}
	if _, err := c.UpdatePost(context.Background(), "posts", "a", edit); err != nil || query != "" || body != `{"posts":[{"updated_at":"2026-11-22T12:00:00Z","title":"Bread"}]}` {
		t.Errorf("UpdatePost: %v, sent %s", err, body)
	}
	edit.HTML = &html
	if _, err := c.UpdatePost(context.Background(), "posts", "a", edit); err != nil || query != "html" || !strings.Contains(body, `\u003cp\u003e\u003c/p\u003e`) {
		t.Errorf("UpdatePost without a body: %v, sent %s", err, body)
	}
	if _, err := c.UpdatePost(context.Background(), "settings", "a", edit); err == nil {
		t.Error("UpdatePost(settings) passed")
	}
}

func TestUpdatePostCollides(t *testing.T) {
	c := served(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 409, `{"errors":[{"message":"Saving failed! Someone else is editing this post.","type":"UpdateCollisionError","code":"UPDATE_COLLISION"}]}`)
	})
	if _, err := c.UpdatePost(context.Background(), "posts", "a", ghost.PostEdit{}); !errors.Is(err, ghost.ErrCollision) {
		t.Errorf("UpdatePost: %v, want ErrCollision", err)
	}
}

// TestUpdatePostIsNotRedirected: a PUT that is redirected becomes a GET, whose answer
// would look as if the write had been taken.
func TestUpdatePostIsNotRedirected(t *testing.T) {
	c := served(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/elsewhere") {
			http.Redirect(w, r, "/elsewhere"+r.URL.Path, http.StatusMovedPermanently)
			return
		}
		answer(w, 200, list("posts", 1, "a"))
	})
	var fault *ghost.Fault
	if o, err := c.UpdatePost(context.Background(), "posts", "a", ghost.PostEdit{}); !errors.As(err, &fault) {
		t.Errorf("UpdatePost = %v, %v, want a fault", o, err)
	}
	if _, err := c.Fetch(context.Background(), ghost.KindPost, "a"); err != nil {
		t.Errorf("Fetch through a redirect: %v", err)
	}
}
