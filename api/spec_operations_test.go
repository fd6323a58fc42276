package api_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
)

func operationsOf(doc *huma.OpenAPI) (list []*huma.Operation) {
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	return list
}

var operationID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

// faultsOf is what an operation lacks.
func faultsOf(doc *huma.OpenAPI, op *huma.Operation) (faults []string) {
	want := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, fault)
		}
	}
	want(operationID.MatchString(op.OperationID), "its id is not words with hyphens")
	want(strings.HasPrefix(op.Path, "/v1/"), "its path is not below /v1/")
	want(op.Summary != "" && len(op.Summary) <= 60 && !strings.HasSuffix(op.Summary, "."), "its summary is not a short phrase")
	want(strings.HasSuffix(strings.TrimSpace(op.Description), "."), "its description is not a sentence")
	want(len(op.Tags) == 1 && slices.ContainsFunc(doc.Tags, func(tag *huma.Tag) bool {
		return tag.Name == op.Tags[0] && tag.Description != ""
	}), "it has not one tag that is described in spec.go")
	want(op.Method == http.MethodGet || len(op.Security) > 0, "it writes and needs no token")
	for _, requirement := range op.Security {
		for scheme := range requirement {
			want(doc.Components.SecuritySchemes[scheme] != nil, "its security scheme is not in the document")
		}
	}
	for _, m := range pathParameter.FindAllStringSubmatch(op.Path, -1) {
		want(slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == m[1] }),
			"its path has {"+m[1]+"}, which is no parameter of it")
	}
	for _, p := range op.Parameters {
		want(p.Description != "", "its parameter "+p.Name+" is not described")
		want(p.Schema.Type != huma.TypeString || p.Schema.MaxLength != nil || len(p.Schema.Enum) > 0 || p.Schema.Format != "" || p.Schema.Pattern != "" || p.In == "header",
			"its parameter "+p.Name+" has no limit")
	}
	for _, status := range []string{"400", "422", "429", "500", "503"} {
		want(op.Responses[status] != nil, "it does not document "+status)
	}
	want(op.Responses["default"] == nil, "it has a default answer")
	success := 0
	for status, response := range op.Responses {
		if status < "300" {
			success++
		}
		want(response.Ref != "" || response.Description != "", "its answer "+status+" is not described")
		want(status != "204" && status != "304" || len(response.Content) == 0, "its answer "+status+" has a body")
		for media, content := range response.Content {
			want(!readable(media) || content.Example != nil, "its answer "+status+" has no example")
		}
	}
	want(success > 0, "it never succeeds")
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Content {
			want(!readable(media) || content.Example != nil, "its body has no example")
		}
	}
	missing, _ := op.Metadata["without example"].([]string)
	for _, field := range missing {
		faults = append(faults, "no example: "+field)
	}
	return faults
}

// readable tells that an example of a media type can be read.
func readable(media string) bool {
	return media == "application/json" || strings.HasPrefix(media, "text/")
}

// TestOperations: whoever reads only the document is told everything.
func TestOperations(t *testing.T) {
	doc, _ := document(t)
	list := operationsOf(doc)
	if len(list) == 0 {
		t.Fatal("no operations")
	}
	for _, op := range list {
		for _, fault := range faultsOf(doc, op) {
			t.Errorf("%s %s: %s", op.Method, op.Path, fault)
		}
	}
}

// TestFaultsOf: the rules see what they are for.
func TestFaultsOf(t *testing.T) {
	doc := api.Document([]api.Routes{toyRoutes})
	for _, op := range operationsOf(doc) {
		if op.OperationID != "createSeed" {
			continue
		}
		op.Summary, op.Tags, op.Security = "", nil, nil
		got := strings.Join(faultsOf(doc, op), "; ")
		for _, want := range []string{"its id", "its summary", "one tag", "needs no token"} {
			if !strings.Contains(got, want) {
				t.Errorf("faults = %q, want %q among them", got, want)
			}
		}
		return
	}
	t.Fatal("the toy has no createSeed")
}

// TestStatuses: the problems of an operation follow from its shape.
func TestStatuses(t *testing.T) {
	doc := api.Document([]api.Routes{toyRoutes})
	want := map[string]string{
		"getSeed":       "200 304 400 401 404 422 429 500 503",
		"getOldSeed":    "200 304 400 401 404 422 429 500 503",
		"putOldSeed":    "204 400 401 403 404 408 412 413 415 422 428 429 500 503",
		"createSeed":    "201 400 401 403 408 409 413 415 422 429 500 503",
		"putDrawing":    "204 400 401 403 404 408 413 415 422 429 500 503",
		"uploadPicture": "204 400 401 403 408 413 415 422 429 500 503",
		"getFault":      "204 400 401 404 422 429 500 503",
	}
	for _, op := range operationsOf(doc) {
		if got := strings.Join(slices.Sorted(maps.Keys(op.Responses)), " "); got != want[op.OperationID] {
			t.Errorf("%s answers %s, want %s", op.OperationID, got, want[op.OperationID])
		}
	}
}
