package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

type order struct {
	Note  string           `json:"note"`
	Lines []orderLine      `json:"lines"`
	By    map[string]int   `json:"by"`
	Any   map[string]order `json:"any"`
}

type orderLine struct {
	SKU string `json:"sku"`
}

func orderOperation() *huma.Operation {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	schema := registry.Schema(reflect.TypeFor[order](), true, "")
	return &huma.Operation{
		Parameters:  []*huma.Param{{In: "query", Name: "limit"}, {In: "path", Name: "order"}},
		RequestBody: &huma.RequestBody{Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
		Metadata:    map[string]any{registryOf: registry},
	}
}

func TestOwnLocation(t *testing.T) {
	op := orderOperation()
	for location, want := range map[string]string{
		"body":                 "body",
		"body.note":            "body.note",
		"body.lines[12].sku":   "body.lines[12].sku",
		"body.lines[12].x":     "body.lines[12]",
		"body.lines[x].sku":    "body.lines",
		"body.lines[":          "body.lines",
		"body.lines[]":         "body.lines",
		"body.notes":           "body",
		"body.by.secret":       "body.by",
		"body.any.secret.note": "body.any",
		"body.secret":          "body",
		"query.limit":          "query.limit",
		"query.limit[2]":       "query.limit[2]",
		"query.limit[2].x":     "query",
		"query.limits":         "query",
		"query.secret":         "query",
		"path.order":           "path.order",
		"header.limit":         "header",
		"headers.If-Match":     "header",
		"secret":               "body",
		"":                     "body",
	} {
		if got := ownLocation(op, location); got != want {
			t.Errorf("ownLocation(%q) = %q, want %q", location, got, want)
		}
	}
	if got := ownLocation(&huma.Operation{}, "body.note"); got != "body" {
		t.Errorf("ownLocation without a body = %q, want body", got)
	}
}

// FuzzOwnLocation: whatever a client made huma say, only our names come out.
func FuzzOwnLocation(f *testing.F) {
	for _, seed := range []string{"body.lines[1].sku", "body.by.x", "query.limit.x", "body[", "body.lines[1]].sku", "form.note"} {
		f.Add(seed)
	}
	op := orderOperation()
	f.Fuzz(func(t *testing.T, location string) {
		got := ownLocation(op, location)
		rest := got
		for _, name := range []string{"body", "query", "path", "header", "cookie", "lines", "note", "sku", "limit", "order", "any", "by"} {
			rest = strings.ReplaceAll(rest, name, "")
		}
		if strings.Trim(rest, ".[]0123456789") != "" {
			t.Errorf("ownLocation(%q) = %q, which has a name that is not ours", location, got)
		}
	})
}

// FuzzUnmarshal: what is accepted is what encoding/json accepts, is text, and
// comes back without a NUL.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{`{"a":"\u0000"}`, `"\\u0000"`, `"\\\u0000"`, `"\u0001"`, "\"\xff\"", `[1,2`, ``, `"\ud800"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var ours, theirs any
		err := unmarshal(data, &ours)
		theirErr := json.Unmarshal(data, &theirs)
		if err == nil && theirErr != nil {
			t.Fatalf("unmarshal(%q) = nil, encoding/json says %v", data, theirErr)
		}
		if err != nil && theirErr == nil && utf8.Valid(data) && !holdsNUL(theirs) {
			t.Fatalf("unmarshal(%q) = %v for plain text", data, err)
		}
		if err == nil && holdsNUL(ours) {
			t.Fatalf("unmarshal(%q) lets a NUL through", data)
		}
	})
}

func holdsNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if holdsNUL(item) {
				return true
			}
		}
	case map[string]any:
		for key, item := range v {
			if holdsNUL(key) || holdsNUL(item) {
				return true
			}
		}
	}
	return false
}
