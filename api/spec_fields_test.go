package api_test

import (
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
)

// TestFields: an answer has what was asked for and nothing else, in its order.
func TestFields(t *testing.T) {
	h := product(t)
	contract := apitest.Open(t, h)
	get := func(at string, header map[string]string) (*http.Response, string) {
		t.Helper()
		res, body := apitest.Ask(t, h, apitest.Scenario{URL: at, Header: header})
		for _, fault := range contract.Check("GET", at, res, body) {
			t.Errorf("%s: %s", at, fault)
		}
		return res, strings.TrimSpace(string(body))
	}
	for at, want := range map[string]string{
		"/v1/posts/bread-on-tuesdays?fields=slug":                    `{"slug":"bread-on-tuesdays"}`,
		"/v1/posts/bread-on-tuesdays?fields=title,slug":              `{"slug":"bread-on-tuesdays","title":"Bread on Tuesdays"}`,
		"/v1/posts/bread-on-tuesdays?fields=title&fields=slug,title": `{"slug":"bread-on-tuesdays","title":"Bread on Tuesdays"}`,
		"/v1/posts?status=all&fields=slug":                           `{"items":[{"slug":"bread-on-tuesdays"}]}`,
		"/v1/categories?fields=slug,name":                            `{"items":[{"slug":"bread","name":"Bread"}]}`,
		"/v1/products?status=draft&fields=name":                      `{"items":[{"name":"Rye loaf"}]}`,
		"/v1/products?fields=name":                                   `{"items":[]}`,
	} {
		res, body := get(at, asEditor)
		if res.StatusCode != http.StatusOK || body != want {
			t.Errorf("%s = %d %s, want %s", at, res.StatusCode, body, want)
		}
	}
	for _, bad := range []string{"", ",", "slug,", "Slug", "slug.x", " slug", canary, "slug," + canary, "items", strings.Repeat("slug,", 1000)} {
		res, body := get("/v1/posts/bread-on-tuesdays?fields="+strings.ReplaceAll(bad, " ", "+"), asEditor)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `"location":"query.fields"`) {
			t.Errorf("fields=%s = %d %s, want 422 about query.fields", bad, res.StatusCode, body)
		}
	}
	if res, body := get("/v1/posts/bread-on-tuesdays?field=slug", asEditor); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `"location":"query"`) {
		t.Errorf("a parameter that is none = %d %s", res.StatusCode, body)
	}
	// Who may not read at all is not told about fields.
	if res, _ := get("/v1/posts?status=all&fields=x", map[string]string{"Authorization": "Bearer stale"}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stale token = %d, want 401", res.StatusCode)
	}
}

// TestFieldsTags: a sparse answer has a tag of its own, which is good for 304 and,
// as it names the version, for writing.
func TestFieldsTags(t *testing.T) {
	h := product(t)
	const at = "/v1/posts/bread-on-tuesdays"
	ask := func(method, at, body string, header ...string) *http.Response {
		res, _ := apitest.Ask(t, h, apitest.Scenario{Method: method, URL: at, Body: body, Header: apitest.Bearer("editor", header...)})
		return res
	}
	whole, slug := ask("GET", at, "").Header.Get("ETag"), ask("GET", at+"?fields=slug", "").Header.Get("ETag")
	title := ask("GET", at+"?fields=title,slug", "").Header.Get("ETag")
	if whole == "" || whole == slug || slug == title || title != ask("GET", at+"?fields=slug,title", "").Header.Get("ETag") {
		t.Fatalf("tags: whole %s, of the slug %s, of title and slug %s", whole, slug, title)
	}
	for _, tt := range []struct {
		at, known string
		status    int
	}{
		{at + "?fields=slug", slug, 304},
		{at + "?fields=slug", `"x", W/` + slug, 304},
		{at + "?fields=slug", whole, 200},
		{at, slug, 200},
		{at, whole, 304},
	} {
		if res := ask("GET", tt.at, "", "If-None-Match", tt.known); res.StatusCode != tt.status {
			t.Errorf("%s with If-None-Match %s = %d, want %d", tt.at, tt.known, res.StatusCode, tt.status)
		}
	}
	if res := ask("PATCH", at, `{"title":"Bread on Fridays"}`, "If-Match", slug); res.StatusCode != http.StatusOK {
		t.Errorf("writing with the tag of a sparse answer = %d", res.StatusCode)
	}
	if res := ask("PATCH", at, `{"title":"Bread"}`, "If-Match", slug); res.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("writing with an old one = %d, want 412", res.StatusCode)
	}
}

// TestFieldsEverywhere: whatever reads an object or a list can be thinned out.
func TestFieldsEverywhere(t *testing.T) {
	doc, plain := document(t)
	in := plainly{plain}
	seen := 0
	for _, op := range operationsOf(doc) {
		has := false
		for _, p := range op.Parameters {
			has = has || p.In == "query" && p.Name == "fields"
		}
		want := op.Method == http.MethodGet && in.answer(op.Path, op.Method) != nil
		if has != want {
			t.Errorf("%s takes fields: %v, want %v", op.OperationID, has, want)
		}
		seen += map[bool]int{true: 1}[has]
	}
	if seen == 0 {
		t.Error("nothing takes fields")
	}
}
