package blog_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// people are those who write, each with an account, and one who only reads.
var people = apitest.Tokens{
	"contributor": {Name: "c", User: userID(1), Scopes: []string{auth.ScopeBlogDraft, auth.ScopeAccountRead}},
	"author":      {Name: "a", User: userID(2), Scopes: []string{auth.ScopeBlogPublish, auth.ScopeAccountRead}},
	"other":       {Name: "o", User: userID(3), Scopes: []string{auth.ScopeBlogPublish, auth.ScopeAccountRead}},
	"editor":      {Name: "e", User: userID(4), Scopes: []string{auth.ScopeBlogWrite, auth.ScopeAccountRead}},
	"owner":       {Name: "w", User: userID(5), Scopes: []string{auth.AllScopes}},
	"member":      {Name: "m", User: userID(6), Scopes: []string{auth.ScopeAccountRead}},
	"program":     {Name: "p", Scopes: []string{auth.ScopeBlogPublish}},
}

func userID(n byte) contract.UserID {
	return id.Format[contract.UserID]("user", [16]byte{15: n})
}

// peopleAPI is the blog as those people see it.
func peopleAPI(t testing.TB) (http.Handler, *blog.Sync, *db.Pool) {
	t.Helper()
	_, pool := newService(t)
	y := blog.NewSync(blog.New(pool, clock.NewManual(noon)), blog.SyncOptions{})
	return api.NewHandler(api.HandlerOptions{
		Routes:     []api.Routes{y.Service.Routes, y.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, people) }},
	}), y, pool
}

// madeBy makes a post of somebody's in a status.
func madeBy(t testing.TB, s *blog.Service, who string, status contract.PostStatus) blog.Edited {
	t.Helper()
	ctx := auth.WithPrincipal(context.Background(), people[who])
	e, err := s.CreatePost(ctx, contract.TypePost, blog.PostFields{Title: new("By the " + who), Source: new("Free.\n\n<!--members-only-->\n\nqzgated.")})
	if err == nil && status == contract.StatusPublished {
		e, err = s.Publish(context.Background(), contract.TypePost, string(e.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestWhoMayDoWhatWithWhosePost holds every operation that changes a post against everybody.
func TestWhoMayDoWhatWithWhosePost(t *testing.T) {
	h, y, pool := peopleAPI(t)
	change := map[string]func(path, etag string) apitest.Scenario{
		"update": func(path, etag string) apitest.Scenario {
			return apitest.Scenario{Method: "PATCH", URL: path, Header: map[string]string{"If-Match": etag}, Body: `{"custom_excerpt":"Other words"}`}
		},
		"publish": func(path, _ string) apitest.Scenario { return apitest.Scenario{Method: "PUT", URL: path + "/publish"} },
		"unpublish": func(path, _ string) apitest.Scenario {
			return apitest.Scenario{Method: "PUT", URL: path + "/unpublish"}
		},
		"delete": func(path, etag string) apitest.Scenario {
			return apitest.Scenario{Method: "DELETE", URL: path, Header: map[string]string{"If-Match": etag}}
		},
	}
	const own, foreign = "own", "another's"
	for _, tt := range []struct {
		who, whose string
		status     contract.PostStatus
		want       map[string]string // by operation: a code, or "" for done
	}{
		{"contributor", own, contract.StatusDraft, map[string]string{"update": "", "delete": "", "publish": "insufficient_scope", "unpublish": "insufficient_scope"}},
		{"contributor", own, contract.StatusPublished, map[string]string{"update": "insufficient_scope", "delete": "insufficient_scope", "publish": "insufficient_scope", "unpublish": "insufficient_scope"}},
		{"contributor", foreign, contract.StatusDraft, map[string]string{"update": "not_found", "delete": "not_found", "publish": "insufficient_scope", "unpublish": "insufficient_scope"}},
		{"contributor", foreign, contract.StatusPublished, map[string]string{"update": "not_yours", "delete": "not_yours", "publish": "insufficient_scope", "unpublish": "insufficient_scope"}},
		{"author", own, contract.StatusDraft, map[string]string{"update": "", "delete": "", "publish": "", "unpublish": ""}},
		{"author", own, contract.StatusPublished, map[string]string{"update": "", "delete": "", "publish": "", "unpublish": ""}},
		{"author", foreign, contract.StatusDraft, map[string]string{"update": "not_found", "delete": "not_found", "publish": "not_found", "unpublish": "not_found"}},
		{"author", foreign, contract.StatusPublished, map[string]string{"update": "not_yours", "delete": "not_yours", "publish": "not_yours", "unpublish": "not_yours"}},
		{"editor", foreign, contract.StatusDraft, map[string]string{"update": "", "delete": "", "publish": "", "unpublish": ""}},
		{"editor", foreign, contract.StatusPublished, map[string]string{"update": "", "delete": "", "publish": "", "unpublish": ""}},
		{"owner", foreign, contract.StatusPublished, map[string]string{"update": "", "delete": "", "publish": "", "unpublish": ""}},
		{"program", foreign, contract.StatusPublished, map[string]string{"update": "not_yours", "delete": "not_yours", "publish": "not_yours", "unpublish": "not_yours"}},
		{"member", foreign, contract.StatusPublished, map[string]string{"update": "insufficient_scope", "delete": "insufficient_scope", "publish": "insufficient_scope", "unpublish": "insufficient_scope"}},
		{"", foreign, contract.StatusPublished, map[string]string{"update": "unauthorized", "delete": "unauthorized", "publish": "unauthorized", "unpublish": "unauthorized"}},
	} {
		for operation, code := range tt.want {
			t.Run(fmt.Sprintf("%s %s %s %s", tt.who, operation, tt.whose, tt.status), func(t *testing.T) {
				maker := tt.who
				if tt.whose == foreign {
					maker = "other"
				}
				e := madeBy(t, y.Service, maker, tt.status)
				path := "/v1/posts/" + string(e.ID)
				res, _ := apitest.Ask(t, h, apitest.Scenario{URL: path, Header: apitest.Bearer("editor")})
				s := change[operation](path, res.Header.Get("ETag"))
				if tt.who != "" {
					for name, value := range apitest.Bearer(tt.who) {
						if s.Header == nil {
							s.Header = map[string]string{}
						}
						s.Header[name] = value
					}
				}
				before := count(t, pool, `select coalesce(sum(version), 0) from blog.posts`)
				s.Status = map[string]int{"not_found": 404, "not_yours": 403, "insufficient_scope": 403, "unauthorized": 401}[code]
				if code != "" {
					s.Want, s.Events = []string{`"code":"` + code + `"`}, map[string]int{"*": 0}
				} else if s.Status = 200; operation == "delete" {
					s.Status = 204
				}
				apitest.Run(t, h, pool, []apitest.Scenario{s})
				if after := count(t, pool, `select coalesce(sum(version), 0) from blog.posts`); code != "" && after != before {
					t.Errorf("refused, and yet something was written")
				}
			})
		}
	}
}

// TestForeignDraftsAreNotBetrayed: whatever version is named, who may not see a draft is
// told the same as of one that there is not.
func TestForeignDraftsAreNotBetrayed(t *testing.T) {
	h, y, _ := peopleAPI(t)
	e := madeBy(t, y.Service, "other", contract.StatusDraft)
	for _, ifMatch := range []string{`"v1-x"`, `"v99-x"`} {
		for _, method := range []string{"PATCH", "DELETE"} {
			ask := func(ref string) string {
				s := apitest.Scenario{Method: method, URL: "/v1/posts/" + ref, Header: apitest.Bearer("author", "If-Match", ifMatch)}
				if method == "PATCH" {
					s.Body = `{"title":"x"}`
				}
				res, body := apitest.Ask(t, h, s)
				return fmt.Sprint(res.StatusCode, string(body))
			}
			if there, not := ask(e.Slug), ask("no-such-post"); there != not {
				t.Errorf("%s with %s: %s of a draft, %s of none", method, ifMatch, there, not)
			}
		}
	}
}

func TestWhoSeesWhat(t *testing.T) {
	h, y, pool := peopleAPI(t)
	draft, public := madeBy(t, y.Service, "contributor", contract.StatusDraft), madeBy(t, y.Service, "author", contract.StatusPublished)
	d, p := "/v1/posts/"+string(draft.ID), "/v1/posts/"+string(public.ID)
	as := func(who string) map[string]string { return apitest.Bearer(who) }
	scenarios := []apitest.Scenario{
		{Name: "its maker sees a draft", URL: d, Header: as("contributor"), Status: 200, Want: []string{`"editor"`, "qzgated"}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "another does not", URL: d, Header: as("author"), Status: 404},
		{Name: "a member does not", URL: d, Header: as("member"), Status: 404},
		{Name: "nobody does", URL: d, Status: 404},
		{Name: "an editor does", URL: d, Header: as("editor"), Status: 200, Want: []string{`"editor"`}},
		{Name: "its maker reads a draft", URL: d + "/body", Header: as("contributor"), Status: 200, Want: []string{"qzgated", `"access":true`}},
		{Name: "another does not read it", URL: d + "/body", Header: as("author"), Status: 404},
		{Name: "a member does not read it", URL: d + "/body", Header: as("member"), Status: 404},
		{Name: "an editor reads it", URL: d + "/body", Header: as("editor"), Status: 200, Want: []string{"qzgated"}},
		{Name: "the maker of a public one sees its source", URL: p, Header: as("author"), Status: 200, Want: []string{`"editor"`}},
		{Name: "others see what everybody sees", URL: p, Header: as("other"), Status: 200, NotWant: []string{`"editor"`, "created_by", "user_"}},
		{Name: "a contributor's list", URL: "/v1/posts?status=all", Header: as("contributor"), Status: 200, Want: []string{draft.Slug}, NotWant: []string{public.Slug}},
		{Name: "an author's list of drafts", URL: "/v1/posts?status=draft", Header: as("author"), Status: 200, Want: []string{`"items":[]`}},
		{Name: "an author's list of what is published", URL: "/v1/posts?status=published", Header: as("author"), Status: 200, Want: []string{public.Slug}},
		{Name: "an editor's list", URL: "/v1/posts?status=all", Header: as("editor"), Status: 200, Want: []string{draft.Slug, public.Slug}},
		{Name: "a member's list", URL: "/v1/posts?status=draft", Header: as("member"), Status: 403, Want: []string{"insufficient_scope"}, NotWant: []string{draft.Slug}},
		{Name: "a program's list", URL: "/v1/posts?status=draft", Header: as("program"), Status: 403},
		{Name: "a stranger's list", URL: "/v1/posts?status=draft", Status: 401},
		{Name: "what everybody sees", URL: "/v1/posts", Header: as("author"), Status: 200, Want: []string{public.Slug}, NotWant: []string{draft.Slug}},
		{Name: "pages are the editors'", URL: "/v1/pages?status=draft", Header: as("author"), Status: 403},
		{Name: "an editor's pages", URL: "/v1/pages?status=draft", Header: as("editor"), Status: 200},
	}
	for who, status := range map[string]int{"contributor": 201, "author": 201, "editor": 201, "owner": 201, "program": 201, "member": 403, "": 401} {
		s := apitest.Scenario{Name: "a draft by " + who, Method: "POST", URL: "/v1/posts", Body: `{"title":"New"}`, Status: status}
		page := apitest.Scenario{Name: "a page by " + who, Method: "POST", URL: "/v1/pages", Body: `{"title":"New page"}`, Status: 403, Events: map[string]int{"*": 0}}
		featured := apitest.Scenario{Name: "featured by " + who, Method: "POST", URL: "/v1/posts", Body: `{"title":"Me first","featured":true}`, Status: 403, Want: []string{"insufficient_scope"}}
		if who != "" {
			s.Header, page.Header, featured.Header = as(who), as(who), as(who)
		}
		switch who {
		case "editor", "owner":
			page.Status, featured.Status, featured.Want = 201, 201, nil
		case "":
			page.Status, featured.Status, featured.Want = 401, 401, nil
		}
		scenarios = append(scenarios, s, page, featured)
	}
	for _, op := range []struct{ method, url, body, editor string }{
		{"PATCH", "/v1/settings", `{"title":"Mine"}`, "no"},
		{"PUT", "/v1/redirects", `{"items":[]}`, "no"},
		{"POST", "/v1/ghost/reconcile", "", "no"},
		{"GET", "/v1/redirects", "", "yes"},
		{"GET", "/v1/ghost", "", "yes"},
		{"GET", "/v1/members", "", "no"},
	} {
		for _, who := range []string{"contributor", "author", "member", "program", "editor"} {
			s := apitest.Scenario{Name: op.method + " " + op.url + " by " + who, Method: op.method, URL: op.url, Body: op.body, Header: as(who), Status: 403, Events: map[string]int{"*": 0}}
			if who == "editor" && op.editor == "yes" {
				s.Status = 200
			}
			scenarios = append(scenarios, s)
		}
		scenarios = append(scenarios, apitest.Scenario{Name: op.method + " " + op.url + " by nobody", Method: op.method, URL: op.url, Body: op.body, Status: 401})
	}
	apitest.Run(t, h, pool, scenarios)
	if n := count(t, pool, `select count(*) from blog.posts where title = 'New' and created_by is not null`); n != 4 {
		t.Errorf("%d new posts have a maker, want those of four people", n)
	}
}

// TestFeaturedStaysAsItIs: a form that sends back what it was given is not refused.
func TestFeaturedStaysAsItIs(t *testing.T) {
	_, y, _ := peopleAPI(t)
	e := madeBy(t, y.Service, "author", contract.StatusPublished)
	ctx := auth.WithPrincipal(t.Context(), people["author"])
	e, err := y.UpdatePost(t.Context(), contract.TypePost, string(e.ID), e.Version, blog.PostFields{Featured: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	if e, err = y.UpdatePost(ctx, contract.TypePost, string(e.ID), e.Version, blog.PostFields{Featured: new(true), Title: new("Better")}); err != nil || !e.Featured {
		t.Errorf("%v, featured %v", err, e.Featured)
	}
	if _, err := y.UpdatePost(ctx, contract.TypePost, string(e.ID), e.Version, blog.PostFields{Featured: new(false)}); err == nil {
		t.Error("an author took a featured post back")
	}
}
