// Who may import whom, and the habits that can be checked by reading the
// sources. Rules hold for whatever packages exist.

package api_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "rose-ash.com/roseash/"

// source is a Go file of ours. Paths are relative to the root of the module.
type source struct {
	path, dir, text string
	test, generated bool
	file            *ast.File
}

// imports lists the file's imports; those of our own without the module.
func (s source) imports() (ours, others []string) {
	for _, spec := range s.file.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		if own, ok := strings.CutPrefix(name, module); ok {
			ours = append(ours, own)
		} else {
			others = append(others, name)
		}
	}
	return ours, others
}

// sources reads every Go file once.
func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	files := token.NewFileSet()
	walk(t, ".go", func(name, text string) {
		file, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		list = append(list, source{
			path: name, dir: path.Dir(name), text: text, file: file,
			test:      strings.HasSuffix(name, "_test.go"),
			generated: ast.IsGenerated(file),
		})
	})
	if len(list) == 0 {
		t.Fatal("no sources")
	}
	return list
}

// walk reads our files with one of the endings that are separated by spaces.
func walk(t *testing.T, endings string, visit func(name, text string)) {
	t.Helper()
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || name == "public" || name == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(strings.Fields(endings), path.Ext(base)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil {
			visit(name, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// domainOf is the domain a directory belongs to: "blog" for api/blog/internal.
func domainOf(dir string) string {
	rest, ok := strings.CutPrefix(dir, "api/")
	name, _, _ := strings.Cut(rest, "/")
	if !ok || slices.Contains([]string{"shared", "apitest", "docs", "web"}, name) {
		return ""
	}
	return name
}

// within tells whether pkg is one of the packages or below it.
func within(pkg string, packages ...string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
}

// mayImport says whether code of ours in dir may import pkg of ours.
func mayImport(dir, pkg string) bool {
	domain := domainOf(dir)
	switch {
	case domain != "":
		return within(pkg, "api/"+domain, "api/shared") || pkg == "db"
	case dir == "api/shared/contract":
		return false
	case within(dir, "api/shared"):
		return within(pkg, "api/shared") || pkg == "db"
	case within(dir, "api/web"):
		return within(pkg, "api/web", "api/shared", "site-templates") || pkg == "db"
	case within(dir, "api/apitest"):
		return within(pkg, "api/shared") || pkg == "db"
	case dir == "api":
		return !within(pkg, "ssg", "cmd", "api/apitest", "db/dbtest")
	case within(dir, "ssg"):
		return within(pkg, "ssg", "site-templates", "api/shared/contract", "api/shared/bus", "api/shared/urls",
			"api/shared/httpx", "api/shared/clock", "api/shared/config", "api/shared/filetype",
			"api/shared/paging", "api/shared/money", "api/shared/zones", "api/shared/ical", "openapi/client") || pkg == "db"
	case within(dir, "site-templates/scene"):
		return within(pkg, "site-templates", "api/shared/contract", "api/shared/urls", "api/shared/money", "api/shared/zones")
	case within(dir, "site-templates"):
		return within(pkg, "site-templates", "api/shared/contract")
	case within(dir, "db/dbtest"):
		return within(pkg, "db")
	case within(dir, "db"):
		return within(pkg, "db", "api/shared/contract")
	case within(dir, "openapi"):
		return within(pkg, "openapi")
	}
	return !within(pkg, "api/apitest", "db/dbtest")
}

func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		ours, _ := s.imports()
		for _, pkg := range ours {
			// The generator's tests build sites from the real domains.
			testOnly := s.test && (s.dir == "ssg" || within(pkg, "api", "api/apitest", "db", "openapi") && domainOf(pkg) == "" ||
				within(s.dir, "api/cart", "api/orders") && within(pkg, "api/cart", "api/market")) // what is bought is real there too
			if !testOnly && !mayImport(s.dir, pkg) {
				t.Errorf("%s imports %s", s.path, pkg)
			}
		}
	}
}

// TestReach: what a package reaches through others is bound by the same rules
// as what it imports.
func TestReach(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var pkg struct {
			ImportPath string
			Deps       []string
		}
		if err := decoder.Decode(&pkg); err != nil {
			t.Fatal(err)
		}
		dir := strings.TrimPrefix(pkg.ImportPath, module)
		for _, dep := range pkg.Deps {
			own, ours := strings.CutPrefix(dep, module)
			switch domain := domainOf(own); {
			case ours && domain != "" && domainOf(dir) != domain && (domainOf(dir) != "" || within(dir, "ssg", "site-templates", "api/shared", "api/web")):
				t.Errorf("%s reaches %s", dir, own)
			case ours && within(own, "site-templates", "ssg") && (domainOf(dir) != "" || within(dir, "api/shared", "db")):
				t.Errorf("%s reaches %s", dir, own)
			case strings.HasPrefix(dep, "github.com/danielgtaylor/huma/") && within(dir, "ssg", "site-templates", "db"):
				t.Errorf("%s reaches huma", dir)
			}
		}
	}
}

// TestForeignImports: some libraries have one place.
func TestForeignImports(t *testing.T) {
	for _, s := range sources(t) {
		_, others := s.imports()
		for _, name := range others {
			switch {
			case s.dir == "api/shared/contract" && !s.test && strings.Contains(strings.Split(name, "/")[0], "."):
				t.Errorf("%s imports %s, which is not of the standard library", s.path, name)
			case strings.HasPrefix(name, "github.com/danielgtaylor/huma/") && !s.test && !mayUseHuma(s.path):
				t.Errorf("%s imports huma", s.path)
			case strings.HasPrefix(name, "github.com/go-fed/activity") && !within(s.dir, "api/federation/vocab"):
				t.Errorf("%s imports go-fed", s.path)
			case strings.HasPrefix(name, "github.com/stretchr/testify"):
				t.Errorf("%s imports an assertion library", s.path)
			}
		}
	}
}

// mayUseHuma: operations, and what the one API is made of. The document is
// completed in spec_*.go, shown in docs*.go, its answers made sparse in sparse.go; a
// domain's operations may fill several files.
func mayUseHuma(name string) bool {
	base := path.Base(name)
	switch path.Dir(name) {
	case "api":
		return base == "server.go" || base == "sparse.go" || strings.HasPrefix(base, "spec") || strings.HasPrefix(base, "docs")
	case "api/shared/auth":
		return true
	}
	return domainOf(path.Dir(name)) != "" && (strings.HasSuffix(base, "routes.go") || strings.HasSuffix(base, "operations.go"))
}

// TestTopLevel: the root holds these and nothing else.
func TestTopLevel(t *testing.T) {
	named := strings.Fields("go.mod go.sum api ssg openapi db queries site-templates public Makefile compose.yaml " +
		"cmd deploy docs e2e Dockerfile LICENSE NOTICE bin")
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || filepath.Ext(name) == ".md" || slices.Contains(named, name) {
			continue
		}
		t.Errorf("%s has no place at the top of the tree; see docs/tour.md", name)
	}
}
