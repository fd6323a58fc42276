// Every sample page against its golden file.

package site

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t *testing.T, s sample) string {
	t.Helper()
	var out bytes.Buffer
	if err := s.page.Render(context.Background(), &out); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			got := lines(render(t, s))
			file := filepath.Join("testdata", "golden", s.name+".html")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs from its golden (-want +got):\n%s", s.name, diff)
			}
		})
	}
}

// lines breaks a page before its blocks, so that a golden's difference is readable.
func lines(page string) string {
	breaks := strings.NewReplacer(
		"<head>", "\n<head>", "<meta", "\n<meta", "<link", "\n<link", "<title", "\n<title", "<body", "\n<body",
		"<header", "\n<header", "<main", "\n<main", "<footer", "\n<footer", "<nav", "\n<nav", "<section", "\n<section",
		"<article", "\n<article", "<div", "\n<div", "<h1", "\n<h1", "<h2", "\n<h2", "<h3", "\n<h3", "<p>", "\n<p>", "<p ", "\n<p ", "<ul", "\n<ul",
		"<ol", "\n<ol", "<li", "\n<li", "<figure", "\n<figure", "<img", "\n<img", "<dl", "\n<dl", "<dt", "\n<dt",
	)
	return strings.ReplaceAll(breaks.Replace(page), "\n\n", "\n") + "\n"
}
