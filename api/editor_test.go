package api_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db/dbtest"
)

// TestGhostPage: the editor's page says what the API says of a real sync, and has it
// compare and choose.
func TestGhostPage(t *testing.T) {
	export, err := os.ReadFile("blog/testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	g, err := ghosttest.New(export, ghosttest.Options{Only: func(slug string) bool { return slug == "vis-public" || slug == "unknown-node" }})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.SetURL(server.URL)
	pool := dbtest.New(t)
	app, err := api.New(api.AppOptions{
		Config: config.Config{DataDir: t.TempDir(), Ghost: config.Ghost{URL: server.URL, AdminKey: config.NewSecret(ghosttest.AdminKey), WebhookSecret: config.NewSecret(ghosttest.HookSecret)}},
		Pool:   pool, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	k := &keeper{t: t, app: app, handler: app.Handler(nil), as: &auth.Principal{Name: "user_editor", Scopes: []string{auth.ScopeBlogWrite, auth.ScopeSiteWrite}}}
	says := func(what string, s seen, status int, want ...string) {
		t.Helper()
		for _, text := range want {
			if s.status != status || !strings.Contains(s.body, text) {
				t.Errorf("%s: %d, want %d with %q\n%s", what, s.status, status, text, s.body)
				return
			}
		}
	}
	get := func() seen {
		res, body := k.do("GET", "/editor/ghost/", "", strings.NewReader(""))
		return k.open(res, body, "/editor/ghost/")
	}
	send := func(at string, form url.Values) seen {
		res, body := k.do("POST", at, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		return k.open(res, body, at)
	}
	says("before anything", get(), 200, "127.0.0.1:", ">answers<", "Ghost 6.", "never", "/hooks/ghost/main/post.edited")
	if _, err := app.Ghost.Reconcile(t.Context(), blog.ReconcileOptions{Lane: blog.ManualLane}); err != nil {
		t.Fatal(err)
	}
	var post string
	err = pool.QueryRow(t.Context(), `update blog.posts set flags = '{unknown-card:recipe}' where slug = 'vis-public' returning 'post_' || replace(id::text, '-', '')`).Scan(&post)
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`insert into blog.ghost_conflicts (post_id, theirs, found_at) select id, null, shared.clock() from blog.posts where slug = 'vis-public'`,
		`insert into blog.ghost_media (url, attempts, error, next_at) values ('https://elsewhere.example/a.jpg', 2, 'it is too large', shared.clock() + interval '1 hour')`,
		`insert into blog.ghost_hooks (digest, event, signed_at, received_at) values (sha256('a'), 'site.changed', shared.clock(), shared.clock() - interval '30 seconds')`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	says("after a sync", get(), 200, ">fine<", "looked at", "Posts and pages", "Members", "unknown-card:recipe", "Changed here and in Ghost", "Delete it here too",
		"elsewhere.example/a.jpg", "It is too large.", "Tried 2 times, again in 60 min", "3", fmt.Sprintf("/editor/ghost/conflicts/%s/", post), "Members")
	says("compare", send("/editor/ghost/compare/", url.Values{}), 200, "Everything will be compared now")
	if n := 0; pool.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'ghost.reconcile'`).Scan(&n) != nil || n != 1 {
		t.Errorf("%d jobs compare, want 1", n)
	}
	at := "/editor/ghost/conflicts/" + post + "/"
	says("an odd choice", send(at, url.Values{"keep": {"neither"}}), 422, "That was refused")
	says("keep ours", send(at, url.Values{"keep": {"ours"}}), 200, "What was written here is kept")
	says("choose again", send(at, url.Values{"keep": {"ours"}}), 404, "somebody has chosen already")

	server.Close()
	begin := time.Now()
	says("away", get(), 200, "does not answer", "It cannot be reached.")
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("the page took %v while Ghost was away", took)
	}
	k.as = &auth.Principal{Name: "user_editor", Scopes: []string{auth.ScopeBlogWrite}}
	if s := get(); s.status != 200 || strings.Contains(s.body, "Compare everything") {
		t.Errorf("an editor who may not change the site is offered to compare everything: %d", s.status)
	}
	says("to compare needs more", send("/editor/ghost/compare/", url.Values{}), 403, "change the site")
	k.as = &auth.Principal{Name: "user_author", Scopes: []string{auth.ScopeBlogPublish}}
	says("for an author", get(), 403, "write, publish and delete all posts")
	k.as = &auth.Principal{Name: "user_member", Scopes: []string{auth.ScopeAccountWrite}}
	says("for a member", get(), 403, "Not for you, so far")
	k.as = nil
	if res, body := k.do("GET", "/editor/ghost/", "", strings.NewReader("")); res.StatusCode != 303 || strings.Contains(body, "Ghost") {
		t.Errorf("for nobody: %d %s", res.StatusCode, body)
	}
}
