package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

const conflicted = "post_019ab3f47c2e7d06b8a1f0c2d3e4f506"

// ghostAPI answers as the API does of a sync, and remembers what it was told.
type ghostAPI struct {
	status string
	told   []string
	asked  []string // who asked for the status, and the headers by which they said so
}

func (g *ghostAPI) routes(r chi.Router) {
	r.Get("/v1/ghost", func(w http.ResponseWriter, r *http.Request) {
		p, _ := auth.PrincipalFrom(r.Context())
		g.asked = append(g.asked, p.Name+r.Header.Get("Authorization")+r.Header.Get("Cookie"))
		_, _ = io.WriteString(w, g.status)
	})
	r.Post("/v1/ghost/reconcile", func(w http.ResponseWriter, r *http.Request) {
		g.told = append(g.told, "reconcile")
		w.WriteHeader(http.StatusAccepted)
	})
	r.Post("/v1/ghost/conflicts/{post}", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Keep string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			problem.Write(w, r, err)
			return
		}
		if chi.URLParam(r, "post") != conflicted {
			problem.Write(w, r, problem.NotFound("the post has no conflict"))
			return
		}
		g.told = append(g.told, body.Keep)
		w.WriteHeader(http.StatusNoContent)
	})
}

func editing(t *testing.T, status string) (*ghostAPI, http.Handler) {
	t.Helper()
	sites, err := urls.New("https://rose.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	g, r := &ghostAPI{status: status}, chi.NewRouter()
	g.routes(r)
	page := &Editor{Private{
		Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
		},
	}}
	page.Mount(r)
	return g, r
}

// here asks as somebody who has signed in and has every role.
func here(h http.Handler, method, at string, form url.Values, header ...string) (*http.Response, string) {
	return as(auth.Principal{Name: "user_1", Scopes: []string{auth.AllScopes}}, h, method, at, form, header...)
}

// as asks as somebody; the zero Principal has not signed in.
func as(p auth.Principal, h http.Handler, method, at string, form url.Values, header ...string) (*http.Response, string) {
	r := httptest.NewRequest(method, at, strings.NewReader(form.Encode()))
	r.RemoteAddr = "203.0.113.7:40000"
	if strings.HasPrefix(at, "/") {
		r.Host = "rose.example"
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", auth.SessionCookie+"=secret")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if p.Name != "" {
		r = r.WithContext(auth.WithPrincipal(r.Context(), p))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

const busyGhost = `{"configured":true,"checked_at":"2026-05-01T09:00:00Z",
	"ghost":{"host":"ghost.example","reachable":true,"version":"6.65.0"},
	"webhooks":{"configured":true,"last_received_at":"2026-05-01T08:59:48Z","waiting":1,"handled":1200,"p50_ms":210,"p95_ms":1640,
		"addresses":[{"event":"post.edited","path":"/hooks/ghost/main/post.edited"}]},
	"lanes":[
		{"lane":"hook","started_at":"2026-05-01T08:59:48Z","finished_at":"2026-05-01T08:59:48Z","succeeded_at":"2026-05-01T08:59:48Z","took_ms":210,"lag_seconds":0,"waiting":1,"seen":1,"changed":1,"missing":0},
		{"lane":"change","took_ms":0,"waiting":0,"seen":0,"changed":0,"missing":0},
		{"lane":"period","started_at":"2026-05-01T08:20:00Z","finished_at":"2026-05-01T08:20:01Z","succeeded_at":"2026-05-01T08:20:01Z","took_ms":1200,"lag_seconds":2399,"waiting":0,"seen":132,"changed":3,"missing":2},
		{"lane":"manual","started_at":"2026-05-01T08:59:59Z","finished_at":"2026-05-01T07:00:00Z","succeeded_at":"2026-05-01T07:00:00Z","took_ms":1,"lag_seconds":7200,"waiting":1,"seen":0,"changed":0,"missing":0},
		{"lane":"media","started_at":"2026-04-01T08:00:00Z","finished_at":"2026-04-01T08:00:00Z","succeeded_at":"2026-04-01T08:00:00Z","failed_at":"2026-05-01T08:58:00Z","error":"the disk is <full>","took_ms":1,"lag_seconds":2595600,"waiting":0,"seen":0,"changed":0,"missing":0},
		{"lane":"push","took_ms":0,"waiting":0,"seen":0,"changed":0,"missing":0}],
	"kinds":[{"kind":"post","stored":72,"deleted":2,"flagged":1}],
	"flagged":{"total":101,"items":[{"id":"` + conflicted + `","type":"post","title":"Bread <b>","path":"/bread/","flags":["unknown-card:recipe"]}]},
	"conflicts":[{"id":"` + conflicted + `","type":"page","title":"About","path":"/about/","found_at":"2026-05-01T07:00:00Z","deleted_there":false}],
	"missing_media":{"total":1,"items":[{"address":"ghost.example/content/images/crate.jpg","attempts":2,"error":"the file is too large","next_at":"2026-05-01T09:05:00Z"}]},
	"scheduled":{"total":1,"items":[{"id":"` + conflicted + `","type":"post","title":"Later","publish_at":"2026-05-02T09:00:00Z"}]}}`

const noGhost = `{"configured":false,"checked_at":"2026-05-01T09:00:00Z","webhooks":{"configured":false,"waiting":0,"handled":0,
	"addresses":[{"event":"site.changed","path":"/hooks/ghost/main/site.changed"},{"event":"member.deleted","path":"/hooks/ghost/main/member.deleted"}]},
	"lanes":[{"lane":"hook"}],"kinds":[],"flagged":{"total":0,"items":[]},"conflicts":[],"missing_media":{"total":0,"items":[]},"scheduled":{"total":0,"items":[]}}`

func TestGhostPage(t *testing.T) {
	for _, tt := range []struct {
		name, status string
		want, not    []string
	}{
		{"busy", busyGhost, []string{
			"ghost.example", "Ghost 6.65.0", ">answers<", `title="2026-05-01T08:59:48Z">12 s ago</time>`, "1,200", "1.6 s", "210 ms",
			">fine<", ">never<", ">late<", ">running<", ">failing<", "The disk is &lt;full&gt;.", "132 looked at, 3 changed, 2 missing", "2 min ago", "40 min",
			"Posts and pages", "Bread &lt;b&gt;", `href="/bread/"`, "unknown-card:recipe", "And 100 more.", "Changed here and in Ghost", "2 h ago",
			`action="/editor/ghost/conflicts/` + conflicted + `/"`, `value="ours"`, `value="theirs"`, "ghost.example/content/images/crate.jpg",
			"Tried 2 times, again in 5 min", "2 May 2026, 10:00", `action="/editor/ghost/compare/"`, ">Refresh<", "Post updated", "https://rose.example/hooks/ghost/main/post.edited",
			`content="noindex`, "As of&#32;<time", "found&#32;<time", ">0 s<"},
			[]string{"<b>", `http-equiv="refresh"`, "<script>", "does not answer", "Add a custom"}},
		{"away", strings.Replace(busyGhost, `"reachable":true,"version":"6.65.0"`, `"reachable":false,"error":"it refuses the key"`, 1),
			[]string{"does not answer", "It refuses the key."}, []string{">answers<", "Ghost 6"}},
		{"deleted there", strings.Replace(busyGhost, `"deleted_there":false`, `"deleted_there":true`, 1),
			[]string{"Delete it here too", "deleted in Ghost"}, []string{"Keep Ghost’s"}},
		{"nothing to do", strings.Replace(noGhost, `"configured":false`, `"configured":true,"ghost":{"host":"ghost.example","reachable":true,"version":"6"}`, 1),
			[]string{"There is nothing to look at.", "Every file has a copy here.", "Nothing is scheduled.", "No secret is set"}, []string{"Changed here and in Ghost"}},
		{"none", noGhost, []string{"GHOST_URL", "GHOST_ADMIN_KEY", "GHOST_WEBHOOK_SECRET", "https://rose.example/hooks/ghost/main/site.changed", "Site changed (rebuild)",
			"https://rose.example/hooks/ghost/main/member.deleted"},
			[]string{"Compare everything", "nothing to look at", "Scheduled", "How changes come", "does not answer"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, h := editing(t, tt.status)
			res, body := here(h, "GET", "/editor/ghost/", nil)
			if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "private, no-store" || !slices.Equal(g.asked, []string{"user_1"}) {
				t.Fatalf("%d, Cache-Control %q, asked by %q\n%s", res.StatusCode, res.Header.Get("Cache-Control"), g.asked, body)
			}
			for _, want := range tt.want {
				if !strings.Contains(body, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(body, not) {
					t.Errorf("the page says %q", not)
				}
			}
			if t.Failed() {
				t.Log(body)
			}
		})
	}
}

func TestGhostPageOrders(t *testing.T) {
	g, h := editing(t, busyGhost)
	form := func(keep string) url.Values { return url.Values{"keep": {keep}} }
	other := strings.Replace(conflicted, "019", "020", 1)
	for _, tt := range []struct {
		at       string
		form     url.Values
		status   int
		location string
		want     string
	}{
		{"/editor/ghost/compare/", url.Values{}, 303, "/editor/ghost/?done=compare", ""},
		{"/editor/ghost/conflicts/" + conflicted + "/", form("theirs"), 303, "/editor/ghost/?done=theirs", ""},
		{"/editor/ghost/conflicts/" + conflicted + "/", form("ours"), 303, "/editor/ghost/?done=ours", ""},
		{"/editor/ghost/conflicts/" + other + "/", form("ours"), 404, "", "somebody has chosen already"},
		{"/editor/ghost/conflicts/..%2freconcile/", form("ours"), 404, "", "there is nothing at this address"},
	} {
		res, body := here(h, "POST", tt.at, tt.form)
		if res.StatusCode != tt.status || res.Header.Get("Location") != tt.location || !strings.Contains(body, tt.want) {
			t.Errorf("POST %s = %d to %q, want %d to %q with %q\n%s", tt.at, res.StatusCode, res.Header.Get("Location"), tt.status, tt.location, tt.want, body)
		}
	}
	if got := strings.Join(g.told, " "); got != "reconcile theirs ours" {
		t.Errorf("the API was told %s", got)
	}
	if _, body := here(h, "GET", "/editor/ghost/?done=compare", nil); !strings.Contains(body, "Refresh in a few seconds") {
		t.Error("the page does not say what was done")
	}
	if res, _ := here(h, "GET", "/editor/", nil); res.StatusCode != 303 || res.Header.Get("Location") != ghostAddress {
		t.Errorf("/editor/ = %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := here(h, "GET", "/editor", nil); res.StatusCode != 308 || res.Header.Get("Location") != editorAddress {
		t.Errorf("/editor = %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "now", 12 * time.Second: "12 s ago", 89 * time.Second: "89 s ago", 2 * time.Minute: "2 min ago", 89 * time.Minute: "89 min ago",
		2 * time.Hour: "2 h ago", 35 * time.Hour: "35 h ago", 49 * time.Hour: "2 days ago", -5 * time.Minute: "in 5 min", -500 * time.Millisecond: "now",
	} {
		if got := ago(now, now.Add(-d)).Text; got != want {
			t.Errorf("ago(%v) = %q, want %q", d, got, want)
		}
	}
	if got := ago(now, time.Time{}); got != (site.Ago{}) {
		t.Errorf("ago(zero) = %+v", got)
	}
}
