package api_test

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// calls lists the file's uses of another package's names: "time.Now". Only
// where that package is imported under its own name.
func (s source) calls() []string {
	imported := map[string]string{}
	for _, spec := range s.file.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		local := path.Base(name)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = name
	}
	var list []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && imported[x.Name] != "" {
				list = append(list, imported[x.Name]+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return list
}

func TestForbiddenCalls(t *testing.T) {
	environment := []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv"}
	clients := []string{
		"net/http.DefaultClient", "net/http.DefaultTransport", "net/http.Get", "net/http.Head",
		"net/http.Post", "net/http.PostForm",
	}
	clocks := []string{"time.Now", "time.Since", "time.Until"}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, call := range s.calls() {
			switch {
			case slices.Contains(environment, call) && !within(s.dir, "api/shared/config", "db/dbtest"):
				t.Errorf("%s uses %s: only shared/config reads the environment", s.path, call)
			case slices.Contains(clients, call):
				t.Errorf("%s uses %s: requests go out through shared/httpx", s.path, call)
			case call == "time.LoadLocation":
				t.Errorf("%s uses %s: shared/zones has the zone data that everything decides by", s.path, call)
			case slices.Contains(clocks, call) && domainOf(s.dir) != "":
				t.Errorf("%s uses %s: a domain asks shared/clock", s.path, call)
			}
		}
	}
}

var (
	sqlComment = regexp.MustCompile(`(?m)--.*$`)
	sqlClock   = regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|\bcurrent_(timestamp|date|time)\b`)
	sqlFrom    = regexp.MustCompile(`(?i)\b(?:from|join|into|update|table|using)\s+(?:only\s+|lateral\s+)?([a-z]+)\.[a-z_]+`)
)

// schemas are those of the database; a name before a dot that is none of them
// is an alias.
var schemas = strings.Fields("bus blog market media search cart orders events federation identity account ssg river shared public")

// TestQueries: a domain's queries touch its own schema, and tell the time by
// shared.clock().
func TestQueries(t *testing.T) {
	seen := 0
	walk(t, ".sql", func(name, text string) {
		rest, ok := strings.CutPrefix(name, "queries/")
		domain, _, _ := strings.Cut(rest, "/")
		if !ok {
			return
		}
		seen++
		text = sqlComment.ReplaceAllString(text, "")
		if at := sqlClock.FindString(text); at != "" {
			t.Errorf("%s uses %s: decide by shared.clock()", name, at)
		}
		for _, m := range sqlFrom.FindAllStringSubmatch(text, -1) {
			if slices.Contains(schemas, m[1]) && m[1] != domain && m[1] != "shared" {
				t.Errorf("%s touches the schema %s", name, m[1])
			}
		}
	})
	if seen == 0 {
		t.Error("no queries were read")
	}
}

func TestFiles(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		if n := strings.Count(s.text, "\n"); n > 400 {
			t.Errorf("%s has %d lines, more than 400", s.path, n)
		}
		switch strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test") {
		case "utils", "util", "helpers", "helper", "types", "models", "common", "misc":
			t.Errorf("%s is named for nothing of the product", s.path)
		}
	}
	unfinished := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	skipped := regexp.MustCompile(`\b[tb]\.Skip(f|Now)?\(`)
	// Only root, or who may make a name space, can mount a disk that is soon full. To a rapid.T
	// it means that something else is to be drawn.
	maySkip := map[string]bool{"api/arch_source_test.go": true, "ssg/diskfull_test.go": true,
		"api/events/series/model_test.go": true, "api/events/series/property_test.go": true}
	walk(t, ".go .sql .templ .css .ts .html .yaml .md", func(name, text string) {
		if at := unfinished.FindString(text); at != "" {
			t.Errorf("%s is unfinished: %s", name, at)
		}
		if strings.HasSuffix(name, "_test.go") && skipped.MatchString(text) && !maySkip[name] {
			t.Errorf("%s skips a test", name)
		}
	})
}

// TestComments: every package says what it is for, and everything exported has
// its contract written down.
func TestComments(t *testing.T) {
	described := map[string]bool{}
	packages := map[string]bool{}
	for _, s := range sources(t) {
		if s.test || s.generated {
			continue
		}
		packages[s.dir] = true
		if s.file.Doc != nil {
			described[s.dir] = true
		}
		for _, name := range undocumented(s.file) {
			t.Errorf("%s: %s has no comment", s.path, name)
		}
	}
	for dir := range packages {
		if !described[dir] {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func undocumented(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, s.Name.Name)
					}
				case *ast.ValueSpec:
					if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, s.Names[0].Name)
					}
				}
			}
		}
	}
	return names
}

// exportedReceiver tells that a method belongs to something exported.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.IndexListExpr:
			kind = k.X
		case *ast.Ident:
			return k.IsExported()
		default:
			return true
		}
	}
}
