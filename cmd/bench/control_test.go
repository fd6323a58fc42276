package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestControlRunsTheSameStatements: a control with other SQL would measure
// PostgreSQL and not us.
func TestControlRunsTheSameStatements(t *testing.T) {
	const generated = "../../api/market/internal/marketdb/products.sql.go"
	file, err := parser.ParseFile(token.NewFileSet(), generated, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				theirs[spec.Names[0].Name], _ = strconv.Unquote(literal.Value)
			}
		}
		return true
	})
	for name, ours := range map[string]string{"productPageBySlug": productPageBySlug, "productCards": productCards} {
		if diff := cmp.Diff(theirs[name], ours); diff != "" {
			t.Errorf("%s is not the market's any more (-market +control):\n%s", name, diff)
		}
	}
}
