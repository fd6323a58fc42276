package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
)

var asEditor = apitest.Bearer("editor")

// listOf asks for a page of a list and returns the slugs on it and its cursor.
func listOf(t *testing.T, h http.Handler, at string, query url.Values) (slugs []string, next string) {
	t.Helper()
	res, body := apitest.Ask(t, h, apitest.Scenario{URL: at + "?" + query.Encode(), Header: asEditor})
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s?%s = %d %s", at, query.Encode(), res.StatusCode, body)
	}
	var page struct {
		Items      []struct{ Slug string }
		NextCursor string `json:"next_cursor"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		slugs = append(slugs, item.Slug)
	}
	return slugs, page.NextCursor
}

// TestCursors: every list is walked to its end by its own cursors, and no other
// list, filter or order takes them.
func TestCursors(t *testing.T) {
	h := product(t)
	for i := range 5 {
		body := `{"title":"Post ` + strconv.Itoa(i) + `","slug":"post-` + strconv.Itoa(i) + `"}`
		if res, text := apitest.Ask(t, h, apitest.Scenario{Method: "POST", URL: "/v1/posts", Header: asEditor, Body: body}); res.StatusCode != 201 {
			t.Fatalf("create-post = %d %s", res.StatusCode, text)
		}
	}
	query := url.Values{"limit": {"2"}, "status": {"draft"}}
	seen := map[string]bool{}
	var first string
	for {
		slugs, next := listOf(t, h, "/v1/posts", query)
		for _, slug := range slugs {
			if seen[slug] {
				t.Errorf("%s is on two pages", slug)
			}
			seen[slug] = true
		}
		if first == "" {
			first = next
		}
		if next == "" {
			break
		}
		query.Set("cursor", next)
	}
	if len(seen) != 6 {
		t.Errorf("%d posts were walked, want 6: %v", len(seen), seen)
	}

	for name, ok := range map[string]bool{
		"/v1/posts?status=draft&limit=2&cursor=":                  true,
		"/v1/posts?limit=5&status=draft&cursor=":                  true,
		"/v1/posts?status=draft&fields=slug&cursor=":              true,
		"/v1/posts?featured=&status=draft&cursor=":                true,
		"/v1/posts?status=all&cursor=":                            false,
		"/v1/posts?cursor=":                                       false,
		"/v1/posts?status=draft&featured=true&cursor=":            false,
		"/v1/pages?status=draft&cursor=":                          false,
		"/v1/tags?cursor=":                                        false,
		"/v1/posts?status=draft&cursor=x":                         false,
		"/v1/posts?status=draft&cursor=" + canary:                 false,
		"/v1/posts?status=draft&cursor=" + first + "&cursor=":     false,
		"/v1/posts?status=draft&cursor=" + first[:21] + "&limit=": false,
	} {
		at := name + first
		if strings.HasSuffix(name, "limit=") {
			at = name + "2"
		}
		res, body := apitest.Ask(t, h, apitest.Scenario{URL: at, Header: asEditor})
		switch {
		case ok && res.StatusCode != http.StatusOK:
			t.Errorf("%s = %d %s", name, res.StatusCode, body)
		case !ok && (res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), `"code":"invalid_cursor"`)):
			t.Errorf("%s = %d %s, want invalid_cursor", name, res.StatusCode, body)
		}
		if strings.Contains(string(body), canary) {
			t.Errorf("%s repeats the client: %s", name, body)
		}
	}
	// What the lists themselves write is no cursor to the outside.
	inner := first[22:]
	if res, _ := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/posts?status=draft&cursor=" + inner, Header: asEditor}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unsigned cursor = %d", res.StatusCode)
	}
}

// TestCursorsAreDocumented: whatever gives next_cursor takes cursor, and has
// next_cursor where it is signed.
func TestCursorsAreDocumented(t *testing.T) {
	doc, plain := document(t)
	in := plainly{plain}
	for _, op := range operationsOf(doc) {
		takes := false
		for _, p := range op.Parameters {
			takes = takes || p.In == "query" && p.Name == "cursor"
		}
		answer := in.answer(op.Path, op.Method)
		_, gives := dig(answer, "properties")["next_cursor"]
		if takes != gives {
			t.Errorf("%s takes a cursor: %v, and gives one: %v", op.OperationID, takes, gives)
		}
	}
}

// plainly is the document as plain data.
type plainly struct{ doc map[string]any }

// answer is the schema of an operation's 200, empty where it has none.
func (p plainly) answer(path, method string) map[string]any {
	schema := dig(p.doc, "paths", path, strings.ToLower(method), "responses", "200", "content", "application/json", "schema")
	if ref, ok := schema["$ref"].(string); ok {
		return dig(p.doc, "components", "schemas", ref[strings.LastIndexByte(ref, '/')+1:])
	}
	return schema
}

func dig(object map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}
