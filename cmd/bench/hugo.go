// The control of ssg: Hugo, with a site of the same kinds of pages.

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// hugoVersion is the one that figures are quoted for.
const hugoVersion = "v0.165.0"

// hugoSite is Hugo's configuration and its layouts.
//
//go:embed all:testdata/hugo
var hugoSite embed.FS

// hugo is the program with its site unpacked.
type hugo struct{ binary, site string }

// newHugo unpacks the site. It fails where the program is not there or is of
// another version.
func (b *bench) newHugo(ctx context.Context) (hugo, error) {
	binary, err := filepath.Abs(b.hugo)
	if err != nil {
		return hugo{}, err
	}
	said, err := exec.CommandContext(ctx, binary, "version").Output()
	if err != nil {
		return hugo{}, fmt.Errorf("%w; `make bench-ssg` installs %s into .data/bin", err, hugoVersion)
	}
	if !strings.HasPrefix(string(said), "hugo "+hugoVersion) {
		return hugo{}, fmt.Errorf("%s is not %s: %s", binary, hugoVersion, said)
	}
	files, err := fs.Sub(hugoSite, "testdata/hugo")
	if err != nil {
		return hugo{}, err
	}
	h := hugo{binary, filepath.Join(b.work, "hugo-site")}
	return h, os.CopyFS(h.site, files)
}

// builds has Hugo make the site of a corpus in out, which it makes too, with code
// highlighted or not, and then our own code the compressed siblings, which Hugo
// does not make.
func (h hugo) builds(ctx context.Context, corpus, out string, highlight bool) (bare, squeezed lap, err error) {
	log, cache := out+".log", out+".cache"
	defer func() { err = errors.Join(err, os.RemoveAll(log), os.RemoveAll(cache)) }()
	bare.spent, err = runAlone(ctx, program{
		args: []string{h.binary, "--quiet", "--noBuildLock", "--source", h.site, "--contentDir", corpus, "--destination", out, "--cacheDir", cache},
		env:  []string{fmt.Sprintf("HUGO_MARKUP_HIGHLIGHT_CODEFENCES=%v", highlight)}, log: log,
	})
	if err != nil {
		return bare, squeezed, err
	}
	// Quiet, it says only what it did not like, and ends well all the same.
	if said, err := os.ReadFile(log); err != nil || len(said) > 0 {
		return bare, squeezed, errors.Join(err, fmt.Errorf("hugo says: %.2000s", said))
	}
	if bare.tree, err = readTree(out); err != nil {
		return bare, squeezed, err
	}
	self, err := os.Executable()
	if err != nil {
		return bare, squeezed, err
	}
	more, err := runAlone(ctx, program{log: log, args: []string{self, squeezeOf, out}})
	if err != nil {
		return bare, squeezed, err
	}
	squeezed.spent = bare.both(more)
	squeezed.tree, err = readTree(out)
	return bare, squeezed, err
}
