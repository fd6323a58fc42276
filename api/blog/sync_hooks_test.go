package blog_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// capturedSecret is what the captured webhooks are signed with.
const capturedSecret = "s3cret"

// delivery is a webhook as it came from a real Ghost.
type delivery struct {
	name, event, signature, body string
	at                           time.Time
}

func deliveries(t testing.TB) (all []delivery) {
	t.Helper()
	files, err := filepath.Glob("ghost/testdata/webhooks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var captured struct {
			Path    string            `json:"path"`
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body_raw"`
		}
		if err := json.Unmarshal(raw, &captured); err != nil {
			t.Fatal(file, err)
		}
		d := delivery{name: filepath.Base(file), event: filepath.Base(captured.Path), signature: captured.Headers["x-ghost-signature"], body: captured.Body}
		_, ms, _ := strings.Cut(d.signature, "t=")
		n, err := strconv.ParseInt(ms, 10, 64)
		if err != nil {
			t.Fatal(file, err)
		}
		d.at = time.UnixMilli(n)
		all = append(all, d)
	}
	return all
}

// sign signs a body as Ghost does.
func sign(secret, body string, at time.Time) string {
	ms := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, body+ms)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil)) + ", t=" + ms
}

// hooked is a site that takes webhooks.
type hooked struct {
	http.Handler
	pool  *db.Pool
	clock *clock.Manual
}

func newHooked(t testing.TB, secret string) hooked {
	t.Helper()
	return onPool(dbtest.New(t), secret)
}

func onPool(pool *db.Pool, secret string) hooked {
	c := clock.NewManual(noon)
	y := blog.NewSync(blog.New(pool, c), blog.SyncOptions{URL: "https://ghost.example", Secret: secret, Bus: bus.New(pool, nil)})
	y.SetHookPatience(20 * time.Second)
	return hooked{api.NewHandler(api.HandlerOptions{Plain: []func(chi.Router){y.Mount}}), pool, c}
}

// send sends a webhook and returns the status and the problem's code.
func (h hooked) send(method, at, signature string, body io.Reader) (status int, code string, res *http.Response) {
	r := httptest.NewRequest(method, at, body)
	r.Header.Set("Content-Type", "application/json")
	if signature != "" {
		r.Header.Set("X-Ghost-Signature", signature)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var d struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &d)
	if w.Code == http.StatusAccepted && w.Body.Len() > 0 {
		d.Code = "a body"
	}
	if strings.Contains(w.Body.String(), apitest.Canary) {
		d.Code = "an echo"
	}
	return w.Code, d.Code, w.Result()
}

func (h hooked) deliver(d delivery) (int, string) {
	h.clock.Set(d.at.Add(time.Second))
	status, code, _ := h.send("POST", "/hooks/ghost/main/"+d.event, d.signature, strings.NewReader(d.body))
	return status, code
}

// jobs are how many jobs there are of the sync.
func (h hooked) jobs(t testing.TB) int {
	t.Helper()
	return count(t, h.pool, `select count(*) from river.river_job`)
}

// TestEveryCapturedHook: each webhook that a real Ghost sent is taken once, with a job for
// what it is about; only what members are is not kept.
func TestEveryCapturedHook(t *testing.T) {
	h := newHooked(t, capturedSecret)
	about := map[string]bool{}
	all := deliveries(t)
	for _, d := range all {
		for range 2 { // the second is a replay
			if status, code := h.deliver(d); status != http.StatusAccepted || code != "" {
				t.Fatalf("%s = %d %s, want 202 and nothing", d.name, status, code)
			}
		}
		var body map[string]struct {
			Current, Previous struct {
				ID string `json:"id"`
			}
		}
		noun, _, _ := strings.Cut(d.event, ".")
		if err := json.Unmarshal([]byte(d.body), &map[string]json.RawMessage{}); err != nil {
			t.Fatal(err)
		}
		_ = json.Unmarshal([]byte(d.body), &body)
		id := body[noun].Current.ID + body[noun].Previous.ID
		if len(id) > 24 {
			id = id[:24]
		}
		var gotID *string
		err := h.pool.QueryRow(t.Context(), `select ghost_id from blog.ghost_hooks where event = $1 and signed_at = $2`, d.event, d.at).Scan(&gotID)
		if err != nil {
			t.Fatal(d.name, err)
		}
		if d.event == "site.changed" != (gotID == nil) || gotID != nil && *gotID != id {
			t.Errorf("%s is about %v, want %q", d.name, gotID, id)
		}
		about[noun+id] = true
	}
	if n := count(t, h.pool, `select count(*) from blog.ghost_hooks`); n != len(all) {
		t.Errorf("%d rows, want %d", n, len(all))
	}
	// Jobs about the same thing that wait are one; a post that was a page is a post.
	if n := h.jobs(t); n == 0 || n > len(about) {
		t.Errorf("%d jobs for %d things", n, len(about))
	}
	if n := count(t, h.pool, `select count(*) from blog.ghost_hooks h where h::text like '%m1@example.org%'`); n != 0 {
		t.Error("an e-mail of a member was kept")
	}
}

func TestRefusedHooks(t *testing.T) {
	h := newHooked(t, capturedSecret)
	const body = `{"event":"tag.edited","tag":{"current":{"id":"6b02896f85cd1d3d64009a6d","name":"` + apitest.Canary + `"},"previous":{}}}`
	const at = "/hooks/ghost/main/tag.edited"
	good := sign(capturedSecret, body, noon)
	compact := func(text string) string {
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(text), "", " "); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, method, at, signature, body string
		status                            int
		code                              string
	}{
		{"no signature", "POST", at, "", body, 401, "invalid_signature"},
		{"another secret", "POST", at, sign("other", body, noon), body, 401, "invalid_signature"},
		{"an empty secret", "POST", at, sign("", body, noon), body, 401, "invalid_signature"},
		{"of another body", "POST", at, sign(capturedSecret, body+" ", noon), body, 401, "invalid_signature"},
		{"re-serialised", "POST", at, good, compact(body), 401, "invalid_signature"},
		{"another time", "POST", at, strings.Replace(good, "t=", "t=1", 1), body, 401, "invalid_signature"},
		{"no time", "POST", at, good[:71], body, 401, "invalid_signature"},
		{"of the body alone", "POST", at, strings.Split(sign(capturedSecret, body, noon), ",")[0], body, 401, "invalid_signature"},
		{"nonsense", "POST", at, apitest.Canary, body, 401, "invalid_signature"},
		{"too old", "POST", at, sign(capturedSecret, body, noon.Add(-5*time.Minute-time.Second)), body, 401, "stale_signature"},
		{"in the future", "POST", at, sign(capturedSecret, body, noon.Add(5*time.Minute+time.Second)), body, 401, "stale_signature"},
		{"no such event", "POST", "/hooks/ghost/main/tag.eaten", good, body, 422, "invalid"},
		{"an event of something else", "POST", "/hooks/ghost/main/post.edited", good, body, 422, "invalid"},
		{"an event that is no text", "POST", "/hooks/ghost/main/tag.%00%ff", good, body, 422, "invalid"},
		{"no webhook", "POST", at, sign(capturedSecret, apitest.Canary, noon), apitest.Canary, 422, "invalid"},
		{"another source", "POST", "/hooks/ghost/other/tag.edited", good, body, 403, "webhook_not_configured"},
		{"another method", "GET", at, good, "", 405, "method_not_allowed"},
		{"and another", "PUT", at, good, body, 405, "method_not_allowed"},
		{"a slash too much", "POST", at + "/", good, body, 404, "not_found"},
	} {
		status, code, res := h.send(tt.method, tt.at, tt.signature, strings.NewReader(tt.body))
		if status != tt.status || code != tt.code {
			t.Errorf("%s = %d %s, want %d %s", tt.name, status, code, tt.status, tt.code)
		}
		if challenge := res.Header.Get("WWW-Authenticate"); (status == 401) != (challenge != "") {
			t.Errorf("%s: WWW-Authenticate %q with %d", tt.name, challenge, status)
		}
	}
	if n := count(t, h.pool, `select count(*) from blog.ghost_hooks`) + h.jobs(t); n != 0 {
		t.Errorf("%d rows and jobs of refused webhooks", n)
	}
	if status, code, _ := h.send("POST", at, good, strings.NewReader(body)); status != 202 || code != "" {
		t.Errorf("a good one = %d %s", status, code)
	}
	unset := newHooked(t, "")
	if status, code, _ := unset.send("POST", at, sign("", body, noon), strings.NewReader(body)); status != 403 || code != "webhook_not_configured" {
		t.Errorf("without a secret = %d %s", status, code)
	}
}

// TestLargeHooks: a post of 5 MB is taken as it comes, and there is an end to it.
func TestLargeHooks(t *testing.T) {
	h := newHooked(t, capturedSecret)
	post := func(size int) string {
		return `{"post":{"current":{"id":"6b02896f85cd1d3d64009a6d","html":"` + strings.Repeat("x", size) + `"},"previous":{}}}`
	}
	for _, tt := range []struct {
		size, status int
		code         string
	}{{0, 202, ""}, {200 << 10, 202, ""}, {256<<10 - 78, 202, ""}, {5 << 20, 202, ""}, {11 << 20, 202, ""}, {12 << 20, 413, "too_large"}} {
		body := post(tt.size)
		begin := time.Now()
		status, code, _ := h.send("POST", "/hooks/ghost/main/post.edited", sign(capturedSecret, body, noon), strings.NewReader(body))
		if status != tt.status || code != tt.code {
			t.Errorf("%d bytes = %d %s, want %d %s", len(body), status, code, tt.status, tt.code)
		}
		took := time.Since(begin)
		t.Logf("%d bytes took %v", len(body), took)
		if tt.size <= 1<<20 && took > 30*time.Second { // larger ones depend on the race detector, too
			t.Errorf("%d bytes took %v: Ghost has hung up", len(body), took)
		}
		// Without a length, too.
		status, code, _ = h.send("POST", "/hooks/ghost/main/post.edited", sign(capturedSecret, body, noon), io.MultiReader(strings.NewReader(body)))
		if status != tt.status || code != tt.code {
			t.Errorf("%d bytes of unknown length = %d %s, want %d %s", len(body), status, code, tt.status, tt.code)
		}
	}
	if status, code, _ := h.send("POST", "/hooks/ghost/main/post.edited", sign(capturedSecret, "x", noon), brokenOff{}); status != 400 || code != "unreadable" {
		t.Errorf("a body that breaks off = %d %s", status, code)
	}
}

// brokenOff is a body whose sender has gone.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestReplaysAtOnce sends one webhook many times at once: it is one.
func TestReplaysAtOnce(t *testing.T) {
	h := newHooked(t, capturedSecret)
	d := deliveries(t)[0]
	h.clock.Set(d.at)
	var senders sync.WaitGroup
	var taken atomic.Int32
	for range 200 {
		senders.Go(func() {
			if status, _, _ := h.send("POST", "/hooks/ghost/main/"+d.event, d.signature, strings.NewReader(d.body)); status == http.StatusAccepted {
				taken.Add(1)
			}
		})
	}
	senders.Wait()
	if taken.Load() != 200 {
		t.Errorf("%d of 200 were taken", taken.Load())
	}
	if rows, jobs := count(t, h.pool, `select count(*) from blog.ghost_hooks`), h.jobs(t); rows != 1 || jobs != 1 {
		t.Errorf("%d rows and %d jobs, want 1 and 1", rows, jobs)
	}
}

// TestHooksWhileGhostHangsUp: what has arrived is kept, whether or not Ghost waits for
// the answer.
func TestHooksWhileGhostHangsUp(t *testing.T) {
	h := newHooked(t, capturedSecret)
	const body = `{"event":"site.changed"}`
	r := httptest.NewRequest("POST", "/hooks/ghost/main/site.changed", strings.NewReader(body))
	r.Header.Set("X-Ghost-Signature", sign(capturedSecret, body, noon))
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	h.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	if n := count(t, h.pool, `select count(*) from blog.ghost_hooks`); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

// TestHooksWithoutADatabase are answered, with what Ghost notes as a failure.
func TestHooksWithoutADatabase(t *testing.T) {
	h := newHooked(t, capturedSecret)
	dropped := h.pool.Config().ConnConfig.Copy()
	name := dropped.Database
	dropped.Database = "postgres"
	admin, err := pgx.ConnectConfig(t.Context(), dropped)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.Background())
	if _, err := admin.Exec(t.Context(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		t.Fatal(err)
	}
	const body = `{"event":"site.changed"}`
	begin := time.Now()
	status, code, res := h.send("POST", "/hooks/ghost/main/site.changed", sign(capturedSecret, body, noon), strings.NewReader(body))
	if status != http.StatusServiceUnavailable || code != "database_unavailable" || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s, Retry-After %q", status, code, res.Header.Get("Retry-After"))
	}
	if took := time.Since(begin); took > 30*time.Second { // less than the pool waits for a connection
		t.Errorf("it took %v", took)
	}
}

// TestPruneHooks: they are forgotten after a month, when no replay of theirs is taken any more.
func TestPruneHooks(t *testing.T) {
	pool := dbtest.New(t)
	y := blog.NewSync(blog.New(pool, clock.NewManual(noon)), blog.SyncOptions{})
	for i, age := range []time.Duration{time.Hour, 29 * 24 * time.Hour, 31 * 24 * time.Hour, 300 * 24 * time.Hour} {
		if _, err := pool.Exec(t.Context(), `insert into blog.ghost_hooks (digest, event, signed_at, received_at) values (sha256($1), 'site.changed', $2, $2)`,
			[]byte{byte(i)}, noon.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	blog.PruneHooksForTest(t, y)
	if n := count(t, pool, `select count(*) from blog.ghost_hooks`); n != 2 {
		t.Errorf("%d are left, want 2", n)
	}
}
