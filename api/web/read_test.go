package web

import (
	"context"
	"encoding/json"
	"net/http"
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

// reading serves the pages over an API with a few posts, of which "reader" reads all.
func reading(t *testing.T) http.Handler {
	t.Helper()
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	post := func(typ contract.PostType, slug string, visibility contract.Visibility, gated bool) contract.Post {
		p := contract.Post{HTML: "<p>Free words.</p>", Gated: gated, ShowTitleAndFeatureImage: true}
		p.ID, p.Type, p.Slug, p.Path, p.Title, p.Visibility, p.ReadingTime = contract.PostID("post_"+slug), typ, slug, "/"+slug+"/", "About "+slug, visibility, 1
		return p
	}
	known := map[string]contract.Post{
		"/v1/posts/bread": post(contract.TypePost, "bread", contract.VisibilityMembers, true),
		"/v1/posts/paid":  post(contract.TypePost, "paid", contract.VisibilityTiers, true),
		"/v1/posts/both":  post(contract.TypePost, "both", contract.VisibilityPublic, false),
		"/v1/pages/both":  post(contract.TypePage, "both", contract.VisibilityMembers, true),
		"/v1/pages/about": post(contract.TypePage, "about", contract.VisibilityMembers, true),
	}
	r.Get("/v1/*", func(w http.ResponseWriter, r *http.Request) {
		who, _ := auth.PrincipalFrom(r.Context())
		at, body := strings.CutSuffix(r.URL.Path, "/body")
		p, ok := known[strings.Replace(at, "post_", "", 1)]
		switch {
		case who.Name == "fault":
			problem.Write(w, r, problem.Unavailable("canary-9c31"))
		case strings.Contains(at, "!"):
			problem.Write(w, r, problem.Unprocessable("no slug"))
		case !ok:
			problem.Write(w, r, problem.NotFound("no such post"))
		case !body:
			_ = json.NewEncoder(w).Encode(p)
		case who.Name == "reader":
			_ = json.NewEncoder(w).Encode(readBody{HTML: p.HTML + "<p>qzgated</p>", Access: true})
		default:
			_ = json.NewEncoder(w).Encode(readBody{HTML: p.HTML, Tiers: []string{"Supporter", "Patron"}})
		}
	})
	p := &Read{Private: Private{
		Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
		},
	}}
	p.Mount(r)
	return r
}

func TestRead(t *testing.T) {
	h := reading(t)
	nobody, member, reader := auth.Principal{}, auth.Principal{Name: "member"}, auth.Principal{Name: "reader"}
	for _, tt := range []struct {
		who           auth.Principal
		at            string
		status        int
		want, notWant string
	}{
		{nobody, "/read/bread/", 200, `href="/login/?return_to=%2Fread%2Fbread%2F"`, "qzgated"},
		{nobody, "/read/bread/", 200, "Sign in and read on", "You are signed in"},
		{member, "/read/bread/", 200, "You are signed in, and your membership does not open this", "Sign in and read on"},
		{member, "/read/paid/", 200, "It takes Supporter or Patron.", "qzgated"},
		{reader, "/read/bread/", 200, "qzgated", `class="gate"`},
		{reader, "/read/about/", 200, "qzgated", `class="gate"`},
		{reader, "/read/both/", 200, "qzgated", ""},
		{nobody, "/read/both/", 200, "The rest is for members", "qzgated"},
		{nobody, "/read/nothing/", 404, "", ""},
		{nobody, "/read/!/", 404, "", "no slug"},
		{nobody, "/read/a%2Fb/", 404, "", ""},
		{nobody, "https://shop.example/read/bread/", 404, "", "Free words"},
		{nobody, "/read/bread", 308, "", ""},
		{auth.Principal{Name: "fault"}, "/read/bread/", 503, "", "Free words"},
	} {
		at := tt.at
		if strings.HasPrefix(at, "/") {
			at = "https://rose.example" + at
		}
		res, body := as(tt.who, h, "GET", at, nil)
		if res.StatusCode != tt.status || !strings.Contains(body, tt.want) || tt.notWant != "" && strings.Contains(body, tt.notWant) {
			t.Errorf("%s by %q = %d, want %d with %q and without %q\n%s", tt.at, tt.who.Name, res.StatusCode, tt.status, tt.want, tt.notWant, body)
		}
		if tt.status == 308 {
			continue
		}
		if !strings.Contains(res.Header.Get("Cache-Control"), "no-store") || res.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: headers %v", tt.at, res.Header)
		}
		if tt.status == 200 && (!strings.Contains(body, `content="noindex"`) || !strings.HasSuffix(res.Header.Get("Link"), `/>; rel="canonical"`) || strings.Contains(body, "data-body")) {
			t.Errorf("%s: %v\n%s", tt.at, res.Header, body)
		}
	}
}
