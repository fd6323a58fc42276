package blog_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/db"
)

// newAPI is the blog behind the real middleware, with an editor's token and one
// that may not write.
func newAPI(t testing.TB) (http.Handler, *blog.Service, *db.Pool) {
	t.Helper()
	s, pool := newService(t)
	known := apitest.Tokens{
		"editor": {Name: "editor", Scopes: []string{"blog:write", "site:write"}},
		"other":  {Name: "other", Scopes: []string{"market:write"}},
	}
	return api.NewHandler(api.HandlerOptions{
		Routes:     []api.Routes{s.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, known) }},
	}), s, pool
}

var editor = apitest.Bearer("editor")

// etagOf reads the version of a post.
func etagOf(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	res, _ := apitest.Ask(t, h, apitest.Scenario{URL: path, Header: editor})
	return res.Header.Get("ETag")
}

func TestPostsOverHTTP(t *testing.T) {
	h, _, pool := newAPI(t)
	none := map[string]int{"*": 0}
	edit := func(path string) map[string]string { return apitest.Bearer("editor", "If-Match", etagOf(t, h, path)) }
	seen := ""
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "nothing yet", URL: "/v1/posts", Status: 200, Want: []string{`"items":[]`}, Events: none},
		{Name: "create without a token", Method: "POST", URL: "/v1/posts", Body: `{"title":"Bread"}`, Status: 401, Events: none},
		{Name: "create with another scope", Method: "POST", URL: "/v1/posts", Header: apitest.Bearer("other"), Body: `{"title":"Bread"}`, Status: 403},
		{Name: "create", Method: "POST", URL: "/v1/posts", Header: editor,
			Body:   `{"title":"Bread","source":"Flour & *water*.\n\n<!--members-only-->\n\nThe secret starter.","visibility":"members","tags":["Bakery","#plan"]}`,
			Status: 201, Want: []string{`"slug":"bread"`, `"status":"draft"`, `"path":"/bread/"`, `secret starter`}, Events: none},
		{Name: "a draft is not shown", URL: "/v1/posts/bread", Status: 404, NotWant: []string{"starter"}},
		{Name: "an editor sees the draft", URL: "/v1/posts/bread", Header: editor, Status: 200, Want: []string{`"source":`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "drafts are for editors", URL: "/v1/posts?status=draft", Status: 401},
		{Name: "an editor lists drafts", URL: "/v1/posts?status=draft", Header: editor, Status: 200, Want: []string{`"slug":"bread"`}},
		{Name: "publish", Method: "PUT", URL: "/v1/posts/bread/publish", Header: editor, Status: 200, Want: []string{`"status":"published"`},
			Events: map[string]int{"blog.post_published": 1, "*": 0}},
		{Name: "publish again", Method: "PUT", URL: "/v1/posts/bread/publish", Header: editor, Status: 200, Events: none},
		{Name: "everybody reads the free part", URL: "/v1/posts/bread", Status: 200, Want: []string{"Flour", `"gated":true`, `"name":"Bakery"`},
			NotWant: []string{"starter", `"editor"`, "#plan"}, WantHeader: map[string]string{"Cache-Control": "public, no-cache"},
			After: func(_ *testing.T, res *http.Response, _ []byte) { seen = res.Header.Get("ETag") }},
		{Name: "list of a tag", URL: "/v1/posts?tag=bakery", Status: 200, Want: []string{`"slug":"bread"`}, NotWant: []string{"starter"}},
		{Name: "list of an unknown tag", URL: "/v1/posts?tag=nope", Status: 404},
		{Name: "tags", URL: "/v1/tags", Status: 200, Want: []string{`"slug":"bakery"`}, NotWant: []string{"hash-plan"}},
		{Name: "internal tag", URL: "/v1/tags/hash-plan", Status: 404},
		{Name: "list of an internal tag", URL: "/v1/posts?tag=hash-plan", Status: 404},
		{Name: "a post is no page", URL: "/v1/pages/bread", Status: 404},
		{Name: "change without If-Match", Method: "PATCH", URL: "/v1/posts/bread", Header: editor, Body: `{"title":"Loaf"}`, Status: 428, Events: none},
		{Name: "change of another version", Method: "PATCH", URL: "/v1/posts/bread", Header: apitest.Bearer("editor", "If-Match", `"v1-x"`), Body: `{"title":"Loaf"}`, Status: 412, Events: none},
	})
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "change", Method: "PATCH", URL: "/v1/posts/bread", Header: edit("/v1/posts/bread"), Body: `{"title":"Loaf"}`, Status: 200,
			Want: []string{`"title":"Loaf"`, `"slug":"bread"`}, Events: map[string]int{"blog.post_updated": 1, "*": 0}},
	})
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "not the version that was seen", URL: "/v1/posts/bread", Header: map[string]string{"If-None-Match": seen}, Status: 200},
		{Name: "no change", Method: "PATCH", URL: "/v1/posts/bread", Header: edit("/v1/posts/bread"), Body: `{"title":"Loaf"}`, Status: 200, Events: none},
		{Name: "unpublish", Method: "PUT", URL: "/v1/posts/bread/unpublish", Header: editor, Status: 200, Events: map[string]int{"blog.post_unpublished": 1, "*": 0}},
		{Name: "unpublish again", Method: "PUT", URL: "/v1/posts/bread/unpublish", Header: editor, Status: 200, Events: none},
		{Name: "gone for everybody", URL: "/v1/posts/bread", Status: 404},
	})
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "delete", Method: "DELETE", URL: "/v1/posts/bread", Header: edit("/v1/posts/bread"), Status: 204, Events: none},
		{Name: "delete again", Method: "DELETE", URL: "/v1/posts/bread", Header: apitest.Bearer("editor", "If-Match", `"v1-x"`), Status: 404},
	})
}

func TestConditionalGet(t *testing.T) {
	h, s, pool := newAPI(t)
	publish(t, s, "Bread", "Words.")
	res, _ := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/posts/bread"})
	tag := res.Header.Get("ETag")
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "known", URL: "/v1/posts/bread", Header: map[string]string{"If-None-Match": tag}, Status: 304,
			WantHeader: map[string]string{"ETag": tag, "Cache-Control": "public, no-cache"}},
		{Name: "an editor's answer is another one", URL: "/v1/posts/bread", Header: apitest.Bearer("editor", "If-None-Match", tag), Status: 200},
		{Name: "settings", URL: "/v1/settings", Status: 200, Want: []string{`"title":"Rose Ash"`, `"navigation":[]`}},
	})
}

func TestBadInput(t *testing.T) {
	h, s, pool := newAPI(t)
	publish(t, s, "Taken", "Words.")
	none := map[string]int{"*": 0}
	rows := count(t, pool, `select count(*) from blog.posts`)
	bad := func(name, body, code string, status int) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/posts", Header: editor, Body: body, Status: status,
			Want: []string{`"code":"` + code + `"`}, Events: none}
	}
	apitest.Run(t, h, pool, []apitest.Scenario{
		bad("no title", `{"source":"x"}`, "invalid", 422),
		bad("blank title", `{"title":"  "}`, "invalid", 422),
		bad("unknown field", `{"title":"a","`+apitest.Canary+`":1}`, "invalid", 422),
		bad("wrong type", `{"title":["`+apitest.Canary+`"]}`, "invalid", 422),
		bad("reserved slug", `{"title":"a","slug":"market"}`, "reserved_slug", 422),
		bad("path traversal", `{"title":"a","slug":"../../etc/passwd"}`, "invalid", 422),
		bad("slug with a slash", `{"title":"a","slug":"a/b"}`, "invalid", 422),
		bad("slug in upper case", `{"title":"a","slug":"Bread"}`, "invalid", 422),
		bad("slug taken", `{"title":"a","slug":"taken"}`, "slug_taken", 409),
		bad("script", `{"title":"a","source":"<script>`+apitest.Canary+`</script>"}`, "unsafe_html", 422),
		bad("svg with a script", `{"title":"a","source":"<svg onload=alert(1)></svg>"}`, "unsafe_html", 422),
		bad("handler", `{"title":"a","source":"<p onclick=x>a</p>"}`, "unsafe_html", 422),
		bad("script in HTML", `{"title":"a","source_format":"html","source":"<p>a</p><script>x</script>"}`, "unsafe_html", 422),
		bad("svg in HTML", `{"title":"a","source_format":"html","source":"<svg onload=x()></svg>"}`, "unsafe_html", 422),
		bad("deep HTML", `{"title":"a","source_format":"html","source":"`+strings.Repeat("<div>", 1000)+`"}`, "unsafe_html", 422),
		bad("script in a caption", `{"title":"a","feature_image":{"url":"/media/a/b.svg","alt":"","caption":"<img src=x onerror=y>"}}`, "unsafe_html", 422),
		bad("picture's address", `{"title":"a","feature_image":{"url":"javascript:x","alt":""}}`, "invalid", 422),
		bad("gated block in Markdown", `{"title":"a","source":"<!--kg-gated-block:begin nonMember:false -->x<!--kg-gated-block:end-->"}`, "unsafe_html", 422),
		bad("unknown format", `{"title":"a","source_format":"`+apitest.Canary+`"}`, "invalid", 422),
		bad("unknown author", `{"title":"a","authors":["`+apitest.Canary+`"]}`, "invalid", 422),
		bad("unusable tag", `{"title":"a","tags":["!!!"]}`, "invalid", 422),
		bad("visibility", `{"title":"a","visibility":"nobody"}`, "invalid", 422),
		{Name: "bad cursor", URL: "/v1/posts?cursor=" + apitest.Canary, Status: 422, Want: []string{`"code":"invalid_cursor"`}},
		{Name: "limit", URL: "/v1/posts?limit=0", Status: 422},
		{Name: "unknown parameter", URL: "/v1/posts?" + apitest.Canary + "=1", Status: 422},
	})
	if now := count(t, pool, `select count(*) from blog.posts`); now != rows {
		t.Errorf("%d posts after bad input, %d before", now, rows)
	}
	if n := count(t, pool, `select count(*) from blog.tags`); n != 0 {
		t.Errorf("%d tags made by bad input", n)
	}
}

func TestSettingsOverHTTP(t *testing.T) {
	h, _, pool := newAPI(t)
	edit := apitest.Bearer("editor", "If-Match", etagOf(t, h, "/v1/settings"))
	none := map[string]int{"*": 0}
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "bad zone", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"timezone":"Mars/Olympus"}`, Status: 422, Events: none},
		{Name: "account of no network", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"social":{"":"https://example.org/"}}`, Status: 422, Events: none},
		{Name: "script in the announcement", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"announcement_content":"<script>x</script>"}`, Status: 422, Events: none},
		{Name: "script in a menu", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"navigation":[{"label":"x","url":"javascript:alert(1)"}]}`, Status: 422, Events: none},
		{Name: "change", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"title":"Co-op","navigation":[{"label":"About","url":"/about/"}]}`,
			Status: 200, Want: []string{`"title":"Co-op"`}, Events: map[string]int{"blog.site_updated": 1, "*": 0}},
		{Name: "the same version again", Method: "PATCH", URL: "/v1/settings", Header: edit, Body: `{"title":"Other"}`, Status: 412, Events: none},
	})
}

func TestPagesAreWalkedWithACursor(t *testing.T) {
	h, s, _ := newAPI(t)
	for range 7 {
		publish(t, s, "Same title", "Words.")
	}
	var slugs []string
	cursor := ""
	for range 10 {
		_, body := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/posts?limit=3&cursor=" + cursor})
		var page struct {
			Items []struct {
				Slug string `json:"slug"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			slugs = append(slugs, p.Slug)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	want := "same-title-7 same-title-6 same-title-5 same-title-4 same-title-3 same-title-2 same-title"
	if got := strings.Join(slugs, " "); got != want {
		t.Errorf("walked %s, want %s", got, want)
	}
}
