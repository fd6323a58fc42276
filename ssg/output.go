// The output: files in a directory, each replaced in one step.

package ssg

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Output is the directory of the built trees.
type Output struct {
	root   *os.Root
	staged *os.Root
	id     string
	made   sync.Map // directories that are there
}

// ErrForeign says that a directory holds files that no generator put there. What
// is in the output and on no page is removed, so that it must be ours alone.
var ErrForeign = errors.New("the directory holds files of somebody else: name an empty one")

// Names at the top of an output, none of which a web server shows.
const (
	marker  = ".roseash" // by which an output is known as one, and which
	staged  = ".staged"  // files that are being written
	keepDir = ".kept"    // the bytes before each generation, for rolling back
	seen    = ".seen"    // who led when all of it was looked through last
)

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
	o := &Output{root: root}
	if o.id, err = identity(root); err == nil {
		err = o.openStaged()
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return o, nil
}

// openStaged opens the directory of the files that are being written, and forgets
// which others there are: another process may have been at work here.
func (o *Output) openStaged() (err error) {
	o.made.Clear()
	if err := o.root.MkdirAll(staged, 0o755); err != nil {
		return err
	}
	if o.staged != nil {
		o.staged.Close()
	}
	o.staged, err = o.root.OpenRoot(staged)
	return err
}

const markerText = "The built site of Rose Ash; what is here is made and removed by it.\n"

// identity reads the output's id from its marker, and claims an empty directory. A
// marker of ours without an id is of a version that had none.
func identity(root *os.Root) (string, error) {
	text, err := root.ReadFile(marker)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	id, ours := strings.CutPrefix(string(text), markerText)
	if ours && id != "" {
		return id, nil
	}
	if !ours {
		if err := unclaimed(root); err != nil {
			return "", err
		}
	}
	id = rand.Text()
	return id, root.WriteFile(marker, []byte(markerText+id), 0o644)
}

// unclaimed fails with ErrForeign where a directory is not empty. Names that begin
// with a dot and what a file system puts into its root do not count.
func unclaimed(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && e.Name() != "lost+found" {
			return ErrForeign
		}
	}
	return nil
}

// token is that of the generator that looked through the directory last, 0 where
// nobody has.
func (o *Output) token() int64 {
	text, _ := o.root.ReadFile(seen)
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// looked stores that the generator with a token has looked through the directory.
func (o *Output) looked(token int64) error {
	return o.root.WriteFile(seen, strconv.AppendInt(nil, token, 10), 0o644)
}

// ID names the directory, for as long as it is one.
func (o *Output) ID() string { return o.id }

// Close gives the directory back.
func (o *Output) Close() error {
	o.staged.Close()
	return o.root.Close()
}

// stage writes body beside the trees and makes the directory where it is to be;
// what follows needs no more space. It returns the name to place.
func (o *Output) stage(tree, file string, body []byte) (string, error) {
	name := rand.Text()
	err := o.staged.WriteFile(name, body, 0o644)
	if dir := path.Dir(path.Join(tree, file)); err == nil {
		if _, made := o.made.Load(dir); !made {
			if err = o.root.MkdirAll(dir, 0o755); err == nil {
				o.made.Store(dir, true)
			}
		}
	}
	if err != nil {
		o.staged.Remove(name)
		return "", err
	}
	return name, nil
}

// place puts a staged file where tree and file say. Readers see the old file or
// the new one, whole. Compressed siblings of the old one go before it, so that
// nobody is given old bytes for new ones.
func (o *Output) place(name, tree, file string, siblings bool) error {
	at := path.Join(tree, file)
	if siblings {
		if err := o.dropSiblings(at); err != nil {
			return err
		}
	}
	name = path.Join(staged, name)
	err := o.root.Rename(name, at)
	if errors.Is(err, fs.ErrNotExist) { // a page that left took the directory along
		if err = o.root.MkdirAll(path.Dir(at), 0o755); err == nil {
			err = o.root.Rename(name, at)
		}
	}
	return err
}

// abandon removes staged files that are not to be placed; an empty name is of none.
func (o *Output) abandon(names []string) {
	for _, n := range names {
		o.staged.Remove(n)
	}
}

// siblingNames are the endings of a file's compressed siblings.
var siblingNames = []string{".br", ".gz"}

func (o *Output) dropSiblings(at string) error {
	for _, ending := range siblingNames {
		if err := o.root.Remove(at + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// remove takes a file and its siblings away, and the directories that it leaves
// empty. A file that is not there is no error.
func (o *Output) remove(tree, file string) error {
	name := path.Join(tree, file)
	if err := o.dropSiblings(name); err != nil {
		return err
	}
	if err := o.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(name); dir != "." && dir != tree; dir = path.Dir(dir) {
		if o.root.Remove(dir) != nil {
			break // not empty
		}
		o.made.Delete(dir)
	}
	return nil
}

// keep links a file's bytes aside as what was there before change n of a
// generation. Doing it again changes nothing; a file that is not there has none.
func (o *Output) keep(generation int64, n int, tree, file string) error {
	err := o.root.Link(path.Join(tree, file), kept(generation, n))
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func kept(generation int64, n int) string {
	return path.Join(keptDir(generation), strconv.Itoa(n))
}

func keptDir(generation int64) string { return path.Join(keepDir, strconv.FormatInt(generation, 10)) }

// keepFor makes room for what a generation keeps.
func (o *Output) keepFor(generation int64) error { return o.root.MkdirAll(keptDir(generation), 0o755) }

// forget removes what was kept of a whole generation.
func (o *Output) forget(generation int64) error { return o.root.RemoveAll(keptDir(generation)) }

// keptFiles are the numbers of the changes before which bytes are kept, by generation.
func (o *Output) keptFiles() (map[int64][]int32, error) {
	files := map[int64][]int32{}
	generations, err := fs.ReadDir(o.root.FS(), keepDir)
	if errors.Is(err, fs.ErrNotExist) {
		return files, nil
	}
	for _, g := range generations {
		id, err := strconv.ParseInt(g.Name(), 10, 64)
		if err != nil {
			continue
		}
		entries, err := fs.ReadDir(o.root.FS(), keptDir(id))
		if err != nil {
			return nil, err
		}
		files[id] = []int32{}
		for _, e := range entries {
			if n, err := strconv.ParseInt(e.Name(), 10, 32); err == nil {
				files[id] = append(files[id], int32(n))
			}
		}
	}
	return files, err
}

// forgetOne removes what was kept before one change.
func (o *Output) forgetOne(generation int64, n int) error {
	err := o.root.Remove(kept(generation, n))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// read returns a file's bytes.
func (o *Output) read(tree, file string) ([]byte, error) {
	return o.root.ReadFile(path.Join(tree, file))
}

// size is a file's size in bytes, -1 where there is none.
func (o *Output) size(tree, file string) int64 {
	info, err := o.root.Stat(path.Join(tree, file))
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	return info.Size()
}

// sweep removes every file that keep does not want: pages of another database, of
// a tree that is no more, siblings of nothing, and what a crash left half-written.
// A name that begins with a dot at the top is not a page and stays.
func (o *Output) sweep(keep func(tree, file string) bool) error {
	if err := o.root.RemoveAll(staged); err != nil {
		return err
	}
	if err := o.openStaged(); err != nil {
		return err
	}
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
		case !d.IsDir() && !keep(tree, file) && !keep(tree, withoutSibling(file)):
			stray = append(stray, [2]string{tree, file})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range stray {
		if err := o.remove(s[0], s[1]); err != nil {
			return fmt.Errorf("removing a stray file: %w", err)
		}
	}
	return nil
}

// withoutSibling is the file of which one by this name would be a sibling.
func withoutSibling(file string) string {
	for _, ending := range siblingNames {
		if of, ok := strings.CutSuffix(file, ending); ok {
			return of
		}
	}
	return file
}
