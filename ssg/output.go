// The output: files in a directory, each replaced in one step.

package ssg

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Output is the directory of the built trees.
type Output struct{ root *os.Root }

// ErrForeign says that a directory holds files that no generator put there. What
// is in the output and on no page is removed, so that it must be ours alone.
var ErrForeign = errors.New("the directory holds files of somebody else: name an empty one")

// marker is the file by which an output is known as one.
const marker = ".roseash"

// OpenOutput opens dir, making it if need be. No path of a page can lead out of
// it, symbolic links included (os.Root). It fails with ErrForeign where dir is
// neither empty nor an output.
func OpenOutput(dir string) (*Output, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if _, err = root.Stat(marker); errors.Is(err, fs.ErrNotExist) {
		err = claim(root)
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return &Output{root}, nil
}

// claim marks an empty directory as an output. Names that begin with a dot and
// what a file system puts into its root do not count.
func claim(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && e.Name() != "lost+found" {
			return ErrForeign
		}
	}
	return root.WriteFile(marker, []byte("The built site of Rose Ash; what is here is made and removed by it.\n"), 0o644)
}

// Close gives the directory back.
func (o *Output) Close() error { return o.root.Close() }

// Write puts body where tree and file say. Readers see the old file or the new
// one, whole.
func (o *Output) Write(tree, file string, body []byte) error {
	name := path.Join(tree, file)
	dir := path.Dir(name)
	if err := o.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp := path.Join(dir, tempPrefix+rand.Text())
	if err := o.root.WriteFile(temp, body, 0o644); err != nil {
		o.root.Remove(temp)
		return err
	}
	if err := o.root.Rename(temp, name); err != nil {
		o.root.Remove(temp)
		return err
	}
	return nil
}

// tempPrefix begins the names of files that are being written.
const tempPrefix = ".new-"

// Remove takes a file away, and the directories that it leaves empty. A file
// that is not there is no error.
func (o *Output) Remove(tree, file string) error {
	name := path.Join(tree, file)
	if err := o.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(name); dir != "." && dir != tree; dir = path.Dir(dir) {
		if o.root.Remove(dir) != nil {
			break // not empty
		}
	}
	return nil
}

// Size is a file's size in bytes, -1 where there is none.
func (o *Output) Size(tree, file string) int64 {
	info, err := o.root.Stat(path.Join(tree, file))
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	return info.Size()
}

// Sweep removes every file that keep does not want: pages of another database,
// of a tree that is no more, and what a crash left half-written. A name that
// begins with a dot at the top is not the generator's and stays.
func (o *Output) Sweep(keep func(tree, file string) bool) error {
	var stray [][2]string
	err := fs.WalkDir(o.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		tree, file, below := strings.Cut(name, "/")
		switch {
		case err != nil:
			return err
		case !below && (strings.HasPrefix(name, ".") && name != "." || name == "lost+found"):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && !keep(tree, file):
			stray = append(stray, [2]string{tree, file})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range stray {
		if err := o.Remove(s[0], s[1]); err != nil {
			return err
		}
	}
	return nil
}
