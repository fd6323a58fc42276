package api_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db/dbtest"
)

type everyScope struct{}

func (everyScope) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	if c.Token != "editor" {
		return auth.Principal{}, auth.ErrRefused
	}
	return auth.Principal{Name: "editor", Scopes: []string{auth.AllScopes}}, nil
}

// product is the whole API on a database of its own, with one thing of each kind.
func product(t *testing.T) http.Handler {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	app, err := api.New(api.AppOptions{
		Config: cfg, Pool: dbtest.New(t), Verifier: everyScope{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	h := app.Handler(nil)
	editor := map[string]string{"Authorization": "Bearer editor"}
	for _, made := range []apitest.Scenario{
		{Method: "POST", URL: "/v1/categories", Body: `{"name":"Bread","slug":"bread"}`, Status: 201},
		{Method: "POST", URL: "/v1/products", Status: 201, Body: `{"name":"Rye loaf","slug":"rye-loaf","category":"bread",
			"variants":[{"name":"800 g","sku":"RYE-800","price":{"amount_minor":325,"currency":"GBP"},"quantity":800,"unit":"g","vat_rate":0}]}`},
		{Method: "POST", URL: "/v1/posts", Body: `{"title":"Bread on Tuesdays","slug":"bread-on-tuesdays"}`, Status: 201},
		{Method: "POST", URL: "/v1/pages", Body: `{"title":"About","slug":"about-us"}`, Status: 201},
	} {
		made.Header = editor
		if res, body := apitest.Ask(t, h, made); res.StatusCode != made.Status {
			t.Fatalf("%s = %d %s", made.URL, res.StatusCode, body)
		}
	}
	return h
}

// TestAnyRequest sends every operation what its description allows, and what it
// does not, as drawn at random: the status and the body are always documented,
// nothing of ours fails, no refusal repeats the client, and what does not fit
// the description is refused. More with -rapid.checks=100000.
func TestAnyRequest(t *testing.T) {
	h := product(t)
	contract := apitest.Open(t, h)
	_, plain := document(t)
	var targets []target
	paths := plain["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(item)) {
			targets = append(targets, target{strings.ToUpper(method), path, item[method].(map[string]any)})
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(5, 15).Draw(rt, "requests") {
			to := rapid.SampledFrom(targets).Draw(rt, "operation")
			sendAny(t, rt, h, contract, plain, to)
		}
	})
}

// target is an operation and its place in the document.
type target struct {
	method, path string
	op           map[string]any
}

func sendAny(t *testing.T, rt *rapid.T, h http.Handler, contract *apitest.Contract, plain map[string]any, to target) {
	in := inputs{doc: plain, t: rt}
	s := apitest.Scenario{Method: to.method, Header: map[string]string{}}
	signedIn := rapid.IntRange(0, 5).Draw(rt, "signed in") > 0
	if signedIn {
		s.Header["Authorization"] = "Bearer editor"
	}
	query := in.parameters(to.op, &s, to.path)
	if _, versioned := s.Header["If-Match"]; versioned && rapid.Bool().Draw(rt, "the current version") {
		seen, _ := apitest.Ask(t, h, apitest.Scenario{URL: s.URL, Header: s.Header})
		s.Header["If-Match"] = seen.Header.Get("ETag")
	}
	spoilt := in.body(to.op, &s)
	if len(query) > 0 {
		s.URL += "?" + query.Encode()
	}
	res, body := apitest.Ask(t, h, s)
	if res.StatusCode >= 500 {
		rt.Errorf("%s %s = %d", s.Method, s.URL, res.StatusCode)
	}
	if spoilt && signedIn && (res.StatusCode < 400 || res.StatusCode >= 500) {
		rt.Errorf("%s %s took %s", s.Method, s.URL, s.Body)
	}
	for _, fault := range contract.Check(s.Method, s.URL, res, body) {
		rt.Errorf("%s %s %s: %s\n%s", s.Method, s.URL, s.Body, fault, body)
	}
}

// parameters draws an operation's parameters into s and returns the query.
func (in inputs) parameters(op map[string]any, s *apitest.Scenario, path string) url.Values {
	query := url.Values{}
	list, _ := op["parameters"].([]any)
	for _, item := range list {
		p := item.(map[string]any)
		name, schema := p["name"].(string), p["schema"].(map[string]any)
		switch p["in"] {
		case "path":
			known := rapid.SampledFrom([]string{"bread", "rye-loaf", "bread-on-tuesdays", "about-us", canary, "prod_" + strings.Repeat("0", 32)})
			text := known.Draw(in.t, name)
			if rapid.IntRange(0, 3).Draw(in.t, "any "+name) == 0 {
				text = rapid.StringN(1, 30, -1).Draw(in.t, name)
			}
			path = strings.ReplaceAll(path, "{"+name+"}", segment(text))
		case "query":
			if rapid.IntRange(0, 3).Draw(in.t, "has "+name) == 0 {
				text, err := json.Marshal(in.value(schema, 0))
				if err != nil {
					in.t.Fatal(err)
				}
				query.Set(name, strings.Trim(string(text), `"`))
			}
		case "header":
			if choice := rapid.SampledFrom([]string{"", "*", `"` + canary + `"`, canary}).Draw(in.t, name); choice != "" {
				s.Header[name] = choice
			}
		}
	}
	s.URL = path
	return query
}

// segment writes text as one segment of a path. Dots alone would be resolved.
func segment(text string) string {
	escaped := strings.ReplaceAll(url.PathEscape(text), "/", "%2F")
	if strings.Trim(escaped, ".") == "" {
		return "dot"
	}
	return escaped
}

// body draws an operation's body into s and tells whether it cannot fit.
func (in inputs) body(op map[string]any, s *apitest.Scenario) (spoilt bool) {
	request, ok := op["requestBody"].(map[string]any)
	if !ok {
		return false
	}
	content := request["content"].(map[string]any)
	media, ok := content["application/json"].(map[string]any)
	if !ok {
		s.Header["Content-Type"] = rapid.SampledFrom(append(slices.Sorted(maps.Keys(content)), "text/plain")).Draw(in.t, "media type")
		s.Body = rapid.StringN(0, 100, -1).Draw(in.t, "bytes")
		return true
	}
	schema := media["schema"].(map[string]any)
	value, _ := in.value(schema, 0).(map[string]any)
	if spoilt = rapid.Bool().Draw(in.t, "spoilt"); spoilt {
		in.spoil(schema, value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		in.t.Fatal(err)
	}
	s.Body = string(text)
	return spoilt
}
