package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"rose-ash.com/roseash/api"
)

var update = flag.Bool("update", false, "write openapi/*.yaml anew; needs a raised api.Version where they differ")

// document is the published document of every domain, and as plain data.
func document(t *testing.T) (*huma.OpenAPI, map[string]any) {
	t.Helper()
	doc := api.Document(api.EveryRoute())
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return doc, plain
}

// TestGoldenDocument: openapi/ holds the current document, and a document that
// changed has another version. With -update the files are written, but only
// under a version higher than theirs: somebody may have generated a client from
// what they were. (A document that was never committed can be deleted first.)
func TestGoldenDocument(t *testing.T) {
	doc, _ := document(t)
	files, err := api.Files(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"openapi.yaml", "openapi-3.0.yaml"} {
		path := filepath.Join("..", "openapi", name)
		golden, err := os.ReadFile(path)
		if err != nil && !*update {
			t.Fatalf("%v; go test ./api -run TestGoldenDocument -update writes it", err)
		}
		if bytes.Equal(golden, files[name]) {
			continue
		}
		if err := mayReplace(golden, files[name]); err != nil {
			t.Errorf("%s changed: %v\n%s", name, err, changes(golden, files[name]))
			continue
		}
		if !*update {
			t.Errorf("%s is not current; run go test ./api -run TestGoldenDocument -update\n%s", name, changes(golden, files[name]))
			continue
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func changes(golden, current []byte) string {
	return cmp.Diff(strings.Split(string(golden), "\n"), strings.Split(string(current), "\n"))
}

var infoVersion = regexp.MustCompile(`(?m)^  version: "?(\d+)\.(\d+)\.(\d+)"?$`)

// mayReplace is the version rule.
func mayReplace(old, new []byte) error {
	if len(old) == 0 {
		return nil
	}
	was, is := versionOf(old), versionOf(new)
	if was == nil || is == nil {
		return fmt.Errorf("info.version is not three numbers")
	}
	if slices.Compare(is, was) <= 0 {
		return fmt.Errorf("api.Version must be higher than %v", was)
	}
	return nil
}

func versionOf(yaml []byte) []int {
	m := infoVersion.FindSubmatch(yaml)
	if m == nil {
		return nil
	}
	version := make([]int, 3)
	for i := range version {
		version[i], _ = strconv.Atoi(string(m[i+1]))
	}
	return version
}

func TestVersionRule(t *testing.T) {
	at := func(version string) []byte { return []byte("info:\n  title: x\n  version: " + version + "\n") }
	tests := []struct {
		old, new []byte
		ok       bool
	}{
		{nil, at("0.1.0"), true},
		{at("0.1.0"), at("0.1.1"), true},
		{at("0.9.0"), at("0.10.0"), true},
		{at("0.1.0"), at("0.1.0"), false},
		{at("0.2.0"), at("0.1.9"), false},
		{at("0.1.0"), at("next"), false},
	}
	for _, tt := range tests {
		if err := mayReplace(tt.old, tt.new); (err == nil) != tt.ok {
			t.Errorf("mayReplace(%q, %q) = %v, want ok %v", tt.old, tt.new, err, tt.ok)
		}
	}
}

// each calls visit for every object of a JSON document with its pointer.
func each(value any, pointer string, visit func(pointer string, object map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(pointer, v)
		for key, item := range v {
			each(item, pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key), visit)
		}
	case []any:
		for i, item := range v {
			each(item, fmt.Sprintf("%s/%d", pointer, i), visit)
		}
	}
}

// TestDocumentRefs: every $ref leads to something, and everything named is used.
func TestDocumentRefs(t *testing.T) {
	_, plain := document(t)
	targets := map[string]bool{}
	components := plain["components"].(map[string]any)
	for _, kind := range []string{"schemas", "responses", "headers"} {
		for name := range components[kind].(map[string]any) {
			targets["#/components/"+kind+"/"+name] = false
		}
	}
	each(plain, "", func(pointer string, object map[string]any) {
		ref, ok := object["$ref"].(string)
		if !ok {
			return
		}
		if _, known := targets[ref]; !known {
			t.Errorf("%s: %s leads nowhere", pointer, ref)
		}
		targets[ref] = true
	})
	for target, used := range targets {
		if !used {
			t.Errorf("nothing refers to %s", target)
		}
	}
}

// TestDocumentShapes: lists are never null, answers may gain properties,
// requests may not, and no schema has a name that client generators take.
func TestDocumentShapes(t *testing.T) {
	doc, plain := document(t)
	operationIDs := map[string]bool{}
	for _, op := range operationsOf(doc) {
		operationIDs[strings.ToLower(strings.ReplaceAll(op.OperationID, "-", ""))] = true
	}
	each(plain, "", func(pointer string, object map[string]any) {
		if types, ok := object["type"].([]any); ok && slices.Contains(types, any("array")) {
			t.Errorf("%s may be null", pointer)
		}
		if strings.Contains(pointer, "/responses/") && object["additionalProperties"] == false {
			t.Errorf("%s is closed", pointer)
		}
	})
	schemas := dig(plain, "components", "schemas")
	for name := range schemas {
		for property, of := range dig(schemas, name, "properties") {
			if taken := name + pascal(property); schemas[taken] != nil && of.(map[string]any)["enum"] != nil {
				t.Errorf("the schema %s has the name that generators give the enum %s of %s", taken, property, name)
			}
		}
		if id, ok := strings.CutSuffix(strings.ToLower(name), "response"); ok && operationIDs[id] {
			t.Errorf("the schema %s has the name of a generated wrapper", name)
		}
	}
	for _, op := range operationsOf(doc) {
		for status, response := range op.Responses {
			schemas := doc.Components.Schemas.Map()
			for _, media := range response.Content {
				if media.Schema == nil || media.Schema.Ref == "" {
					continue
				}
				name := media.Schema.Ref[strings.LastIndexByte(media.Schema.Ref, '/')+1:]
				if schemas[name].AdditionalProperties == false {
					t.Errorf("%s %s: the answer %s is closed", op.OperationID, status, name)
				}
			}
		}
	}
}

// pascal is a property's name as generators write it: OrderMin for order_min.
func pascal(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// TestExamplesFit: every example in the document validates against the schema
// beside it, by a validator that is not huma's.
func TestExamplesFit(t *testing.T) {
	_, plain := document(t)
	text, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("mem:///openapi.json", whole); err != nil {
		t.Fatal(err)
	}
	seen := 0
	fragment := strings.NewReplacer("{", "%7B", "}", "%7D", "+", "%2B")
	check := func(pointer string, example any) {
		schema, err := compiler.Compile("mem:///openapi.json#" + fragment.Replace(pointer))
		if err != nil {
			t.Errorf("%s: %v", pointer, err)
			return
		}
		seen++
		if err := schema.Validate(example); err != nil {
			t.Errorf("%s: the example does not fit: %v", pointer, err)
		}
	}
	each(plain, "", func(pointer string, object map[string]any) {
		if _, ok := object["schema"]; ok && object["example"] != nil {
			check(pointer+"/schema", object["example"])
		}
		if examples, ok := object["examples"].([]any); ok {
			for _, example := range examples {
				check(pointer, example)
			}
		}
	})
	if seen == 0 {
		t.Error("no examples")
	}
}
