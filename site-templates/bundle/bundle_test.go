// The bundler, on the real sources and on small made-up ones.

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommittedIsFresh compares what is committed with a new bundle of the sources.
func TestCommittedIsFresh(t *testing.T) {
	b, err := bundle("../static")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("../static/dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(b.files) {
		t.Errorf("static/dist has %d files, a fresh bundle %d: run go generate ./site-templates", len(entries), len(b.files))
	}
	for name, want := range b.files {
		got, err := os.ReadFile(filepath.Join("../static/dist", name))
		if err != nil {
			t.Errorf("static/dist is not up to date: %v", err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("static/dist/%s differs from a fresh bundle", name)
		}
	}
	want, err := b.manifest()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../manifest.go")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("manifest.go is not up to date (-want +got):\n%s", diff)
	}
}

// sources writes a small tree to bundle.
func sources(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func small() map[string]string {
	return map[string]string{
		"css/site.css":         `@import "./part.css";`,
		"css/shop.css":         `td { color: red; }`,
		"css/account.css":      `dt { color: red; }`,
		"css/login.css":        `dl { color: red; }`,
		"css/cart.css":         `dd { color: red; }`,
		"css/organise.css":     `dd { color: red; }`,
		"css/events.css":       `dd { color: red; }`,
		"css/fragment.css":     `dd { color: red; }`,
		"css/ra-calendar.css":  `li { color: red; }`,
		"css/tokens.css":       `:root { --ash: #f5f1ee; --page: var(--ash); } @media (prefers-color-scheme: dark) { :root { --page: #1c1317; } }`,
		"css/part.css":         `a { background: url("../images/favicon.svg"); color: red; }`,
		"images/favicon.svg":   "<svg/>",
		"images/touch.png":     "png",
		"images/social.png":    "png",
		"icons/sprite.svg":     `<svg><symbol id="leaf" viewBox="0 0 24 24"><path d="M0 0"/></symbol></svg>`,
		"icons/LICENSE.txt":    "ISC",
		"fonts/fraunces.woff2": "font",
		"fonts/cabin.woff2":    "font",
		"ts/cards.ts":          `const s: string = "x"; document.body.append(s);`,
		"ts/ra-calendar.ts":    `import css from "../css/ra-calendar.css?text"; const s: string = css; document.title = s;`,
		"ts/site.ts":           `const n: number = 1; document.title = String(n);`,
	}
}

func TestBundle(t *testing.T) {
	b, err := bundle(sources(t, small()))
	if err != nil {
		t.Fatal(err)
	}
	css := string(b.files[b.names["css/site.css"]])
	if want := "url(" + b.names["images/favicon.svg"] + ")"; !strings.Contains(css, want) {
		t.Errorf("the style sheet is %q, want it to contain %s", css, want)
	}
	if js := string(b.files[b.names["ts/site.ts"]]); js == "" || strings.Contains(js, "number") {
		t.Errorf("the script is %q, want JavaScript", js)
	}
	if js := string(b.files[b.names[component]]); !strings.Contains(js, "li{color:red}") {
		t.Errorf("the component is %q, want it to hold its style sheet", js)
	}
	for name := range b.files {
		if strings.HasPrefix(name, "LICENSE") {
			t.Errorf("%s is served", name)
		}
	}
	text, err := b.manifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{b.names["ts/site.ts"], b.integrity(b.names["css/site.css"]), "JSIntegrity", b.names["ts/cards.ts"], "CardsJSIntegrity", "\"leaf\": `<path d=\"M0 0\"></path>`", `"#f5f1ee"`, `"#1c1317"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the manifest does not name %s", want)
		}
	}
}

// TestNameFollowsBytes asks that another byte gives another name, and only that.
func TestNameFollowsBytes(t *testing.T) {
	before, err := bundle(sources(t, small()))
	if err != nil {
		t.Fatal(err)
	}
	changed := small()
	changed["images/favicon.svg"] = "<svg />"
	after, err := bundle(sources(t, changed))
	if err != nil {
		t.Fatal(err)
	}
	for source, name := range before.names {
		follows := source == "images/favicon.svg" || source == "css/site.css"
		if moved := after.names[source] != name; moved != follows {
			t.Errorf("%s changed its name: %v, want %v", source, moved, follows)
		}
	}
}

func TestBundleFails(t *testing.T) {
	for name, change := range map[string]func(map[string]string){
		"a picture that is not there":                         func(f map[string]string) { delete(f, "images/favicon.svg") },
		"a broken style sheet":                                func(f map[string]string) { f["css/part.css"] = "a { color: red" },
		"a component that asks for a sheet that is not there": func(f map[string]string) { delete(f, "css/ra-calendar.css") },
		"a broken script":                                     func(f map[string]string) { f["ts/site.ts"] = "const" },
		"no icons":                                            func(f map[string]string) { delete(f, "icons/sprite.svg") },
		"an empty sprite":                                     func(f map[string]string) { f["icons/sprite.svg"] = "<svg></svg>" },
		"no style sheet":                                      func(f map[string]string) { delete(f, "css/site.css") },
	} {
		files := small()
		change(files)
		if _, err := bundle(sources(t, files)); err == nil {
			t.Errorf("%s: bundled, want an error", name)
		}
	}
	for name, change := range map[string]func(map[string]string){
		"a font":   func(f map[string]string) { delete(f, "fonts/cabin.woff2") },
		"an image": func(f map[string]string) { delete(f, "images/touch.png") },
		"a colour": func(f map[string]string) { f["css/tokens.css"] = ":root { --page: papayawhip; }" },
	} {
		files := small()
		change(files)
		b, err := bundle(sources(t, files))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.manifest(); err == nil {
			t.Errorf("a manifest without %s, want an error", name)
		}
	}
}

func TestRun(t *testing.T) {
	dir := sources(t, small())
	dist, manifest := filepath.Join(dir, "dist"), filepath.Join(dir, "manifest.go")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dist, "old.css"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(dir, dist, manifest); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dist, "old.css")); !os.IsNotExist(err) {
		t.Errorf("the old file is still there: %v", err)
	}
	if _, err := os.Stat(manifest); err != nil {
		t.Error(err)
	}
}
