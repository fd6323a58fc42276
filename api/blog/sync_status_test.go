package blog_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// syncAPI is the operations of a sync behind the real middleware.
func syncAPI(t testing.TB, pool *db.Pool, o blog.SyncOptions) (http.Handler, *blog.Sync) {
	t.Helper()
	o.Bus = bus.New(pool, nil)
	y := blog.NewSync(blog.New(pool, clock.NewManual(noon)), o)
	known := apitest.Tokens{
		"editor": {Name: "editor", Scopes: []string{"blog:write", "site:write"}},
		"post":   {Name: "post office", Scopes: []string{"members:read"}},
	}
	return api.NewHandler(api.HandlerOptions{
		Routes:     []api.Routes{y.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, known) }},
	}), y
}

// unreachable is a client of a Ghost where nobody listens.
func unreachable(t testing.TB) *ghost.Client {
	t.Helper()
	c, err := ghost.New(ghost.Options{URL: "http://127.0.0.1:1", AdminKey: "abc:" + strings.Repeat("00", 32), HTTP: &http.Client{}, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func do(t testing.TB, pool *db.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestStatus(t *testing.T) {
	pool := dbtest.New(t)
	_, y := syncAPI(t, pool, blog.SyncOptions{})
	empty, err := y.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if empty.Configured || empty.Ghost != nil || empty.Webhooks.Configured || empty.Webhooks.LastReceivedAt != nil || len(empty.Lanes) != 6 || empty.Kinds == nil || len(empty.Webhooks.Addresses) != 13 {
		t.Errorf("with nothing configured: %+v", empty)
	}
	for _, l := range empty.Lanes {
		if l.LagSeconds != nil || l.SucceededAt != nil || l.Waiting != 0 {
			t.Errorf("%+v, want nothing of it", l)
		}
	}

	s := blog.New(pool, clock.NewManual(noon))
	flagged, fought, later := publish(t, s, "Flagged", "Words."), publish(t, s, "Fought over", "Words."), publish(t, s, "Later", "Words.")
	uuidOf := func(e blog.Edited) any { u, _ := id.Parse("post", e.ID); return u }
	do(t, pool, `update blog.posts set flags = '{unknown-card:recipe}', origin = 'ghost', origin_id = 'a' where id = $1`, uuidOf(flagged))
	do(t, pool, `update blog.posts set status = 'scheduled', published_at = $2 where id = $1`, uuidOf(later), noon.Add(time.Hour))
	do(t, pool, `insert into blog.ghost_conflicts (post_id, theirs, found_at) values ($1, null, $2)`, uuidOf(fought), noon.Add(-time.Minute))
	do(t, pool, `insert into blog.ghost_objects (kind, ghost_id, object_id, hash, applied_at, deleted_at)
		values ('post', 'a', $1, $2, $3, null), ('post', 'b', null, $2, $3, $3), ('tag', 'c', null, $2, $3, null)`, uuidOf(flagged), make([]byte, 32), noon)
	do(t, pool, `insert into blog.ghost_lanes (lane, started_at, finished_at, succeeded_at, failed_at, error, took_ms, seen, changed, missing)
		values ('period', $1::timestamptz, $1, $1, $1::timestamptz - interval '1 hour', '', 1200, 132, 3, 2), ('hook', $1, $1, null, $1, 'Ghost cannot be reached', 8, 1, 0, 0)`, noon.Add(-12*time.Second))
	do(t, pool, `insert into blog.ghost_media (url, address, attempts, error, next_at) values
		('https://user:secret@ghost.example/content/images/a%20b.jpg?key=secret#secret', null, 2, 'too large', $1), ('https://ghost.example/kept.jpg', '/media/x', 1, '', null), ('https://[ghost', null, 9, '', null)`, noon)
	for i, ms := range []int{100, 200, 300, 5000} {
		do(t, pool, `insert into blog.ghost_hooks (digest, event, ghost_id, signed_at, received_at, handled_at)
			values (sha256($1), 'post.edited', 'a', $2, $2, $2::timestamptz + make_interval(secs => $3 / 1000.0))`, []byte{byte(i)}, noon.Add(-time.Hour), float64(ms))
	}
	do(t, pool, `insert into blog.ghost_hooks (digest, event, signed_at, received_at) values (sha256('w'), 'site.changed', $1, $1), (sha256('x'), 'site.changed', $2, $2)`, noon.Add(-90*time.Second), noon.Add(-time.Second))
	do(t, pool, `insert into blog.ghost_hooks (digest, event, signed_at, received_at, handled_at) values (sha256('y'), 'site.changed', $1, $1, $1::timestamptz + interval '1 hour')`, noon.Add(-25*time.Hour))

	_, y = syncAPI(t, pool, blog.SyncOptions{URL: "http://user:secret@127.0.0.1:1/blog?key=secret", Client: unreachable(t), Secret: "s"})
	got, err := y.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if g := got.Ghost; g == nil || g.Host != "127.0.0.1:1" || g.Reachable || g.Version != "" || g.Error == "" {
		t.Errorf("Ghost: %+v", g)
	}
	w := got.Webhooks
	if w.LastReceivedAt == nil || !w.LastReceivedAt.Equal(noon.Add(-time.Second)) || w.Waiting != 2 || w.Handled != 4 || w.P50Ms != 250 || w.P95Ms < 4000 || w.P95Ms > 5000 {
		t.Errorf("webhooks: %+v", w)
	}
	lanes := map[blog.Lane]blog.LaneState{}
	for _, l := range got.Lanes {
		lanes[l.Lane] = l
	}
	if l := lanes[blog.PeriodLane]; l.LagSeconds == nil || *l.LagSeconds != 12 || l.TookMs != 1200 || l.Seen != 132 || l.Changed != 3 || l.Missing != 2 || l.FailedAt == nil || l.Error != "" {
		t.Errorf("period: %+v", l)
	}
	if l := lanes[blog.HookLane]; l.LagSeconds == nil || *l.LagSeconds != 90 || l.Error != "Ghost cannot be reached" || l.SucceededAt != nil {
		t.Errorf("hook: %+v", l)
	}
	if diff := cmp.Diff([]blog.KindCount{{Kind: "post", Stored: 1, Deleted: 1, Flagged: 1}, {Kind: "tag", Stored: 1}}, got.Kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	post := func(e blog.Edited, path string) blog.StatusPost {
		return blog.StatusPost{ID: e.ID, Type: "post", Title: e.Title, Path: path}
	}
	at := noon
	in := noon.Add(time.Hour)
	for what, pair := range map[string][2]any{
		"flagged":   {blog.FlaggedList{Total: 1, Items: []blog.FlaggedPost{{StatusPost: post(flagged, "/flagged/"), Flags: []string{"unknown-card:recipe"}}}}, got.Flagged},
		"conflicts": {[]blog.PostConflict{{StatusPost: post(fought, "/fought-over/"), FoundAt: noon.Add(-time.Minute), DeletedThere: true}}, got.Conflicts},
		"missing": {blog.MissingList{Total: 2, Items: []blog.MissingFile{{Address: "an address that cannot be read", Attempts: 9},
			{Address: "ghost.example/content/images/a%20b.jpg", Attempts: 2, Error: "too large", NextAt: &at}}}, got.Missing},
		"scheduled": {blog.ScheduledList{Total: 1, Items: []blog.ScheduledPost{{StatusPost: post(later, ""), PublishAt: &in}}}, got.Scheduled},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if text, err := json.Marshal(got); err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("the status tells a secret (%v): %s", err, text)
	}
}

// TestStatusIsShort: of what there is much, the first hundred are shown.
func TestStatusIsShort(t *testing.T) {
	pool := dbtest.New(t)
	_, y := syncAPI(t, pool, blog.SyncOptions{})
	do(t, pool, `insert into blog.ghost_media (url, next_at) select 'https://ghost.example/' || i, $1 from generate_series(1, 250) i`, noon)
	s, err := y.Status(t.Context())
	if err != nil || s.Missing.Total != 250 || len(s.Missing.Items) != 100 {
		t.Errorf("%d of %d, %v", len(s.Missing.Items), s.Missing.Total, err)
	}
}

func TestGhostOverHTTP(t *testing.T) {
	pool := dbtest.New(t)
	none := map[string]int{"*": 0}
	bare, _ := syncAPI(t, pool, blog.SyncOptions{})
	some := "/v1/ghost/conflicts/" + string(id.Format[string]("post", id.New()))
	apitest.Run(t, bare, pool, []apitest.Scenario{
		{Name: "status", URL: "/v1/ghost", Header: editor, Status: 200, Want: []string{`"configured":false`, `"path":"/hooks/ghost/main/site.changed"`},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "status for everybody", URL: "/v1/ghost", Status: 401},
		{Name: "status with another scope", URL: "/v1/ghost", Header: apitest.Bearer("post"), Status: 403},
		{Name: "compare without a Ghost", Method: "POST", URL: "/v1/ghost/reconcile", Header: editor, Status: 409, Want: []string{`"code":"ghost_not_configured"`}, Events: none},
		{Name: "compare without a token", Method: "POST", URL: "/v1/ghost/reconcile", Status: 401, Events: none},
		{Name: "no conflict", Method: "POST", URL: some, Header: editor, Body: `{"keep":"ours"}`, Status: 404, Events: none},
		{Name: "no id", Method: "POST", URL: "/v1/ghost/conflicts/bread", Header: editor, Body: `{"keep":"ours"}`, Status: 404, Events: none},
		{Name: "no choice", Method: "POST", URL: some, Header: editor, Body: `{"keep":"` + apitest.Canary + `"}`, Status: 422, Events: none},
		{Name: "choose without a token", Method: "POST", URL: some, Body: `{"keep":"ours"}`, Status: 401, Events: none},
	})
	full, _ := syncAPI(t, pool, blog.SyncOptions{URL: "http://127.0.0.1:1", Client: unreachable(t), Secret: "s"})
	apitest.Run(t, full, pool, []apitest.Scenario{
		{Name: "compare", Method: "POST", URL: "/v1/ghost/reconcile", Header: editor, Status: 202, Events: none},
		{Name: "compare again", Method: "POST", URL: "/v1/ghost/reconcile", Header: editor, Status: 202, Events: none},
		{Name: "one waits", URL: "/v1/ghost", Header: editor, Status: 200, Want: []string{`"lane":"manual","took_ms":0,"waiting":1`, `"reachable":false`}},
	})
	if n := count(t, pool, `select count(*) from river.river_job`); n != 1 {
		t.Errorf("%d jobs, want 1", n)
	}
}
