// Command bundle makes static/dist from static: one style sheet, the optional
// script, fonts, icons and pictures, each under a name that carries the hash of
// its bytes, and manifest.go with the names. Run it by `go generate` in
// site-templates; the same sources always give the same bytes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("static", "static/dist", "manifest.go"); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// run bundles the sources into an emptied directory and writes the manifest.
func run(sources, dist, manifest string) error {
	b, err := bundle(sources)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, body := range b.files {
		if err := os.WriteFile(filepath.Join(dist, name), body, 0o644); err != nil {
			return err
		}
	}
	text, err := b.manifest()
	if err != nil {
		return err
	}
	return os.WriteFile(manifest, text, 0o644)
}
