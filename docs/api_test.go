package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/problem"
)

// TestCodesTable: docs/api.md lists every code that a problem can have, and no
// other, with the status of the constructor it is made by.
func TestCodesTable(t *testing.T) {
	rows := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\d{3}) \\| [^|]+ \\|$").FindAllStringSubmatch(texts(t)["docs/api.md"], -1) {
		if _, twice := rows[m[1]]; twice {
			t.Errorf("docs/api.md has %s twice", m[1])
		}
		rows[m[1]], _ = strconv.Atoi(m[2])
	}
	known := codes(t)
	if len(known) < 30 {
		t.Fatalf("only %d codes are found in the sources: %v", len(known), known)
	}
	for code, statuses := range known {
		status, listed := rows[code]
		if !listed {
			t.Errorf("docs/api.md does not list the code %s", code)
		} else if len(statuses) > 0 && !slices.Contains(statuses, status) {
			t.Errorf("docs/api.md says %d of %s, want %v", status, code, statuses)
		}
	}
	for code := range rows {
		if _, is := known[code]; !is {
			t.Errorf("docs/api.md lists %s, which no source gives", code)
		}
	}
}

// codes reads every code from the sources, with the statuses of the problems that
// get it where the source says so in one expression.
func codes(t *testing.T) map[string][]int {
	t.Helper()
	found := map[string][]int{}
	for _, status := range append(slices.Collect(maps.Values(constructors)), http.StatusMethodNotAllowed, http.StatusInternalServerError) {
		found[problem.ForStatus(status, "").Code] = []int{status}
	}
	err := filepath.WalkDir("../api", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, code := range faultCodes(n, strings.HasPrefix(name, "../api/events/localtime/")) {
				found[code] = []int{http.StatusUnprocessableEntity}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "WithCode" || len(call.Args) != 1 {
				return true
			}
			if arg, ok := call.Args[0].(*ast.SelectorExpr); ok && arg.Sel.Name == "Code" && strings.HasPrefix(name, "../api/events/") {
				return true // of a localtime.Fault: see faultCodes
			}
			code, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s gives a code that is no literal: it cannot be looked up", name)
				return true
			}
			text, err := strconv.Unquote(code.Value)
			if err != nil {
				t.Error(err)
			}
			found[text] = append(found[text], statusOf(sel.X)...)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// faultCodes are the codes of faults of local time that a node makes: each becomes a 422.
// within tells that it stands in their own package.
func faultCodes(n ast.Node, within bool) (codes []string) {
	literal := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				codes = append(codes, text)
			}
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && within && f.Name == "ruleFault" {
			literal(n.Args[0])
		}
	case *ast.CompositeLit:
		name, _ := n.Type.(*ast.Ident)
		if sel, ok := n.Type.(*ast.SelectorExpr); ok && sel.X.(*ast.Ident).Name == "localtime" {
			name = sel.Sel
		} else if !within {
			return nil
		}
		if name == nil || name.Name != "Fault" {
			return nil
		}
		for i, e := range n.Elts {
			if field, keyed := e.(*ast.KeyValueExpr); !keyed && i == 1 {
				literal(e)
			} else if keyed && field.Key.(*ast.Ident).Name == "Code" {
				literal(field.Value)
			}
		}
	}
	return codes
}

// constructors are those of package problem with what they answer.
var constructors = map[string]int{
	"BadRequest": 400, "Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "Conflict": 409, "PreconditionFailed": 412,
	"TooLarge": 413, "UnsupportedMedia": 415, "Unprocessable": 422, "PreconditionRequired": 428, "TooMany": 429, "Unavailable": 503,
}

// statusOf is the status of the constructor at the root of a chain of calls.
func statusOf(expr ast.Expr) []int {
	for {
		call, ok := expr.(*ast.CallExpr)
		if !ok {
			return nil
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			if status, ok := constructors[fun.Name]; ok {
				return []int{status}
			}
			return nil
		case *ast.SelectorExpr:
			if status, ok := constructors[fun.Sel.Name]; ok {
				return []int{status}
			}
			expr = fun.X
		default:
			return nil
		}
	}
}
