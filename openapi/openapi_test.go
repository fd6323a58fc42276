package openapi_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"rose-ash.com/roseash/openapi/inputs"
)

// TestGenerated: client and types were made from the document that is here.
func TestGenerated(t *testing.T) {
	want, err := inputs.Sum(".")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(inputs.File)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(got)) != want {
		t.Error("openapi.yaml changed since the client was generated; run go run ./openapi/generate")
	}
}

// TestTypeScript: the types have every operation, and the example that uses
// them can be bundled for a browser.
func TestTypeScript(t *testing.T) {
	document, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	types, err := os.ReadFile("ts/schema.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`(?m)^ +operationId: (.+)$`).FindAllSubmatch(document, -1)
	if len(ids) == 0 {
		t.Fatal("the document has no operations")
	}
	for _, id := range ids {
		if !strings.Contains(string(types), `operations["`+string(id[1])+`"]`) {
			t.Errorf("the types lack the operation %s", id[1])
		}
	}
	result := api.Build(api.BuildOptions{EntryPoints: []string{"ts/example.ts"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022})
	for _, fault := range result.Errors {
		t.Errorf("example.ts: %s", fault.Text)
	}
	if len(result.OutputFiles) != 1 || !strings.Contains(string(result.OutputFiles[0].Contents), "listProducts") {
		t.Error("example.ts does not export listProducts")
	}
}
