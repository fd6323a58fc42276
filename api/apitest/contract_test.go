package apitest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
)

const document = `{
"openapi": "3.1.0",
"paths": {
	"/v1/seeds/{seed}": {"get": {"responses": {
		"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Seed"}}}},
		"304": {},
		"404": {"$ref": "#/components/responses/NotFound"}
	}}},
	"/v1/seeds/all": {"get": {"responses": {"204": {"headers": {"ETag": {}}}}}},
	"/v1/seeds": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
		"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Seed"}}}
	}}}}}}}
},
"components": {
	"responses": {"NotFound": {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
	"schemas": {
		"Seed": {"type": "object", "required": ["sown"], "properties": {"sown": {"type": "string", "format": "date-time"}, "grams": {"type": "integer"}}},
		"Problem": {"type": "object", "required": ["code"]}
	}
}}`

func TestCheck(t *testing.T) {
	c, err := apitest.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	const data, problem = "application/json", "application/problem+json"
	tests := []struct {
		name, method, url string
		status            int
		media, body       string
		want              string // part of the first fault; empty: none
	}{
		{"as documented", "GET", "/v1/seeds/leek?x=1", 200, data, `{"sown":"2026-05-01T09:30:00Z"}`, ""},
		{"with a charset", "GET", "/v1/seeds/leek", 200, data + "; charset=utf-8", `{"sown":"2026-05-01T09:30:00Z"}`, ""},
		{"more properties", "GET", "/v1/seeds/leek", 200, data, `{"sown":"2026-05-01T09:30:00Z","new":1}`, ""},
		{"a literal path first", "GET", "/v1/seeds/all", 204, "", "", ""},
		{"no body for HEAD", "HEAD", "/v1/seeds/leek", 200, data, "", ""},
		{"not modified", "GET", "/v1/seeds/leek", 304, "", "", ""},
		{"a documented refusal", "GET", "/v1/seeds/leek", 404, problem, `{"code":"not_found"}`, ""},
		{"another method", "POST", "/v1/seeds/leek", 405, problem, `{"code":"x"}`, ""},
		{"sparse", "GET", "/v1/seeds/leek?fields=grams", 200, data, `{"grams":1}`, ""},
		{"a sparse list", "GET", "/v1/seeds?fields=grams", 200, data, `{"items":[{"grams":1},{}]}`, ""},
		{"nothing of ours", "GET", "/about/", 404, "text/html", "<p>", ""},

		{"a property is missing", "GET", "/v1/seeds/leek", 200, data, `{}`, "missing property"},
		{"a format is not kept", "GET", "/v1/seeds/leek", 200, data, `{"sown":"yesterday"}`, "date-time"},
		{"a sparse property of another type", "GET", "/v1/seeds/leek?fields=grams", 200, data, `{"grams":"1"}`, "grams"},
		{"a sparse answer that is not", "GET", "/v1/seeds/leek?fields=grams", 200, data, `{"grams":1,"sown":"2026-05-01T09:30:00Z"}`, "sown was not asked for"},
		{"a sparse list that is not", "GET", "/v1/seeds?fields=grams", 200, data, `{"items":[{"sown":"2026-05-01T09:30:00Z"}]}`, "sown was not asked for"},
		{"a sparse list without items", "GET", "/v1/seeds?fields=grams", 200, data, `{}`, "missing property"},
		{"no JSON", "GET", "/v1/seeds/leek", 200, data, `{`, "not JSON"},
		{"another type", "GET", "/v1/seeds/leek", 200, "text/plain", `{}`, "content type"},
		{"another status", "GET", "/v1/seeds/leek", 201, data, `{}`, "does not say that it answers 201"},
		{"a body for 304", "GET", "/v1/seeds/leek", 304, "", "x", "a body where none"},
		{"no operation", "GET", "/v1/weeds", 200, data, `{}`, "no operation"},
		{"a bad problem", "GET", "/v1/seeds/leek", 404, problem, `{}`, "missing property"},
		{"a refusal in JSON", "GET", "/v1/seeds/leek", 404, data, `{"code":"x"}`, "a refusal of type"},
		{"an echo", "GET", "/v1/seeds/leek", 404, problem, `{"code":"` + apitest.Canary + `"}`, "repeats"},
		{"an echo of the site", "GET", "/about/", 404, "text/html", apitest.Canary, "repeats"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := &http.Response{StatusCode: tt.status, Header: http.Header{"Content-Type": {tt.media}}}
			faults := c.Check(tt.method, tt.url, res, []byte(tt.body))
			switch {
			case tt.want == "" && len(faults) > 0:
				t.Errorf("Check = %q, want none", faults)
			case tt.want != "" && (len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), tt.want)):
				t.Errorf("Check = %q, want %q among them", faults, tt.want)
			}
		})
	}
}

// TestCheckHeaders: a header that is an operation's own is documented.
func TestCheckHeaders(t *testing.T) {
	c, err := apitest.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"Etag": 0, "Date": 0, "Location": 1, "X-Powered-By": 1} {
		res := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{name: {"x"}}}
		if faults := c.Check("GET", "/v1/seeds/all", res, nil); len(faults) != want {
			t.Errorf("%s: %q, want %d", name, faults, want)
		}
	}
}

func ExampleContract_Check() {
	c, err := apitest.Parse([]byte(document))
	if err != nil {
		fmt.Println(err)
		return
	}
	res := &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{"Content-Type": {"application/problem+json"}}}
	fmt.Println(c.Check("GET", "/v1/seeds/leek", res, []byte(`{"code":"teapot"}`)))
	// Output: [GET /v1/seeds/{seed} does not say that it answers 418]
}
