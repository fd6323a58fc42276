package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestSqueezeTree(t *testing.T) {
	dir := t.TempDir()
	page := strings.Repeat("<p>Bread on Tuesdays</p>", 300)
	for name, body := range map[string]string{"index.html": page, "rss.xml": page, "small.html": "x", "loaf.webp": page} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := squeezeTree(t.Context(), []string{dir}, nil); err != nil {
		t.Fatal(err)
	}
	made, err := filepath.Glob(filepath.Join(dir, "*.[bg][rz]"))
	if err != nil || len(made) != 4 {
		t.Fatalf("siblings: %v, %v, want those of index.html and rss.xml", made, err)
	}
	for _, name := range made {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var r io.Reader = brotli.NewReader(bytes.NewReader(raw))
		if strings.HasSuffix(name, ".gz") {
			if r, err = gzip.NewReader(bytes.NewReader(raw)); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != page {
			t.Errorf("%s holds %d bytes, %v", name, len(got), err)
		}
	}
	index := filepath.Join(dir, "index.html")
	if err := sameSqueeze(index); err != nil {
		t.Errorf("our own siblings: %v", err)
	}
	if err := os.WriteFile(index+".gz", []byte("else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := sameSqueeze(index); err == nil {
		t.Error("another sibling is no error")
	}
}
