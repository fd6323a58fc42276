// The files of a site.

package frontmatter

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Skipped is a file that nothing is made of, and why.
type Skipped struct{ File, Reason string }

// extensions are those of Markdown, as Hugo and Jekyll know them.
var extensions = map[string]bool{".md": true, ".markdown": true, ".mdown": true, ".mkd": true, ".mkdn": true, ".mkdown": true}

// folders that hold texts though their names begin with an underscore: Jekyll's.
var texts = map[string]bool{"_posts": true, "_drafts": true, "_market": true, "_products": true, "_shop": true, "_pages": true}

// Content is the content root of a site: its folder content, where there is one
// and the site is not Jekyll's, else the folder itself.
func Content(site fs.FS) (fs.FS, error) {
	for _, jekyll := range []string{"_config.yml", "_config.yaml", "_posts"} {
		if _, err := fs.Stat(site, jekyll); err == nil {
			return site, nil
		}
	}
	if info, err := fs.Stat(site, "content"); err == nil && info.IsDir() {
		return fs.Sub(site, "content")
	}
	return site, nil
}

// Files lists the Markdown files below a content root by their paths, in order,
// and those that are skipped: the pages of sections, of which this site makes its
// own, and links. Folders that no text is in are left out: hidden ones, those of
// Jekyll's machinery, and what other programs installed.
func Files(content fs.FS) (files []string, skipped []Skipped, err error) {
	err = fs.WalkDir(content, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != "." && (base[0] == '.' || base == "node_modules" || base == "vendor" || base[0] == '_' && !texts[base]) {
				return fs.SkipDir
			}
			return nil
		}
		stem := strings.TrimSuffix(base, path.Ext(base))
		switch {
		case !extensions[strings.ToLower(path.Ext(base))]:
		case stem == "_index" || strings.HasPrefix(stem, "_index."):
			skipped = append(skipped, Skipped{name, "the page of a section: this site makes its own"})
		case stem == "index" && path.Dir(name) == ".":
			skipped = append(skipped, Skipped{name, "the front page: this site makes its own"})
		case !entry.Type().IsRegular():
			skipped = append(skipped, Skipped{name, "a link, or no regular file"})
		default:
			files = append(files, name)
		}
		return nil
	})
	return files, skipped, err
}

// Read reads a file of at most MaxFile bytes, and one more of a larger one, which
// Parse then refuses.
func Read(content fs.FS, name string) ([]byte, error) {
	file, err := content.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var b bytes.Buffer
	if info, err := file.Stat(); err == nil {
		b.Grow(int(min(info.Size(), MaxFile)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(file, MaxFile+1))
	return b.Bytes(), err
}
