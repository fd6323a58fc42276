// Holding answers against the OpenAPI document.

package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Contract is an OpenAPI 3.1 document with a JSON Schema validator of its own.
type Contract struct {
	paths    map[string]map[string]operation
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

type operation struct {
	Responses map[string]response `json:"responses"`
}

type response struct {
	Ref     string         `json:"$ref"`
	Content map[string]any `json:"content"`
	Headers map[string]any `json:"headers"`
}

const (
	documentName = "mem:///openapi.json"
	problemRef   = "#/components/schemas/Problem"
	problemMedia = "application/problem+json"
)

// Open reads the document from the handler's /openapi.json and ends the test
// when there is none.
func Open(t testing.TB, handler http.Handler) *Contract {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("/openapi.json answered %d", w.Code)
	}
	c, err := Parse(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Parse reads an OpenAPI document in JSON.
func Parse(document []byte) (*Contract, error) {
	var shape struct {
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Responses map[string]response `json:"responses"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &shape); err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	for _, item := range shape.Paths {
		for _, op := range item {
			for status, r := range op.Responses {
				if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
					resolved := shape.Components.Responses[name]
					resolved.Ref = r.Ref
					op.Responses[status] = resolved
				}
			}
		}
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	addSparse(whole)
	c := &Contract{paths: shape.Paths, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(documentName, whole); err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	return c, nil
}

// Check says in what an answer to method and url is not what the document
// promises. Addresses outside /v1 are not the document's.
func (c *Contract) Check(method, url string, res *http.Response, body []byte) []string {
	var faults []string
	if res.StatusCode >= http.StatusBadRequest {
		faults = echoes(res, body)
	}
	path, query, _ := strings.Cut(url, "?")
	if path != "/v1" && !strings.HasPrefix(path, "/v1/") {
		return faults
	}
	if media := res.Header.Get("Content-Type"); res.StatusCode >= http.StatusBadRequest && media != problemMedia {
		faults = append(faults, fmt.Sprintf("a refusal of type %q", media))
	}
	template, op, ok := c.find(method, path)
	if !ok {
		if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusMethodNotAllowed {
			return append(faults, fmt.Sprintf("no operation %s %s, and the answer is %d", method, path, res.StatusCode))
		}
		return append(faults, c.validate(problemRef, body)...)
	}
	status := strconv.Itoa(res.StatusCode)
	documented, ok := op.Responses[status]
	if !ok {
		return append(faults, fmt.Sprintf("%s %s does not say that it answers %s", method, template, status))
	}
	faults = append(faults, undocumented(documented, res.Header)...)
	if method == http.MethodHead {
		return faults
	}
	if len(documented.Content) == 0 {
		if len(body) != 0 {
			faults = append(faults, "a body where none is documented")
		}
		return faults
	}
	media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if _, known := documented.Content[media]; err != nil || !known {
		return append(faults, fmt.Sprintf("content type %q is not documented", res.Header.Get("Content-Type")))
	}
	if media != "application/json" && media != problemMedia {
		return faults // bytes, of which the document says the type
	}
	if names := fieldsIn(query); len(names) > 0 && res.StatusCode == http.StatusOK {
		return append(faults, c.checkSparse(template, names, body)...)
	}
	pointer := "#/paths/" + escape(template) + "/" + strings.ToLower(method) + "/responses/" + status
	if documented.Ref != "" {
		pointer = documented.Ref
	}
	return append(faults, c.validate(pointer+"/content/"+escape(media)+"/schema", body)...)
}

// echoes finds the canary in a refusal.
func echoes(res *http.Response, body []byte) (faults []string) {
	if bytes.Contains(body, []byte(Canary)) {
		faults = append(faults, "a refusal repeats what the client sent")
	}
	for name, values := range res.Header {
		if strings.Contains(strings.Join(values, " "), Canary) {
			faults = append(faults, "the header "+name+" repeats what the client sent")
		}
	}
	return faults
}

// find picks the operation whose path takes path; literal segments go before
// parameters.
func (c *Contract) find(method, path string) (template string, op operation, ok bool) {
	best := -1
	for candidate, item := range c.paths {
		literal, fits := takes(candidate, path)
		if !fits || literal <= best {
			continue
		}
		if found, has := methodIn(item, method); has {
			best, template, op, ok = literal, candidate, found, true
		}
	}
	return template, op, ok
}

func methodIn(item map[string]operation, method string) (operation, bool) {
	op, ok := item[strings.ToLower(method)]
	if !ok && method == http.MethodHead {
		op, ok = item["get"]
	}
	return op, ok
}

// takes tells whether a path fits a template, and how many of its segments are
// literal.
func takes(template, path string) (literal int, ok bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return 0, false
	}
	for i := range want {
		switch {
		case strings.HasPrefix(want[i], "{"):
			if got[i] == "" {
				return 0, false
			}
		case want[i] == got[i]:
			literal++
		default:
			return 0, false
		}
	}
	return literal, true
}

func (c *Contract) validate(pointer string, body []byte) []string {
	schema := c.compiled[pointer]
	if schema == nil {
		var err error
		if schema, err = c.compiler.Compile(documentName + pointer); err != nil {
			return []string{"the schema at " + pointer + " does not compile: " + err.Error()}
		}
		c.compiled[pointer] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return []string{"the body is not JSON: " + err.Error()}
	}
	if err := schema.Validate(value); err != nil {
		return []string{err.Error()}
	}
	return nil
}

// escape writes a key as a segment of a JSON pointer in a URL fragment.
func escape(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B", " ", "%20").Replace(key)
}
