package ssg_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"rose-ash.com/roseash/ssg"
)

func openOutput(t testing.TB) (*ssg.Output, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	out, err := ssg.OpenOutput(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	return out, dir
}

// has fails where a file is not there with the body; an empty body means no file.
func has(t testing.TB, dir, file, body string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, file))
	if (err == nil) != (body != "") || string(got) != body {
		t.Errorf("%s = %q, %v, want %q", file, got, err, body)
	}
}

// must stops where anything failed.
func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// leadingOut are names that lead out of a tree or of the directory.
var leadingOut = [][2]string{
	{"main", "../../outside/x"}, {"..", "outside/x"}, {"link", "x"}, {"main", "/../../outside/x"}, {"main", "link/x"},
	{"main/..", "../outside/x"}, {"", "../outside/x"},
}

func TestOutputStaysInside(t *testing.T) {
	out, dir := openOutput(t)
	away := filepath.Join(filepath.Dir(dir), "outside")
	must(t, os.Mkdir(away, 0o755), os.Symlink(away, filepath.Join(dir, "link")),
		os.Mkdir(filepath.Join(dir, "main"), 0o755), os.Symlink(away, filepath.Join(dir, "main/link")))
	for _, at := range leadingOut {
		name, err := out.Stage(at[0], at[1], []byte("x"))
		if err == nil {
			err = out.Place(name, at[0], at[1])
		}
		if _, there := os.Stat(filepath.Join(away, "x")); there == nil {
			t.Fatalf("%q, %q: written outside (%v)", at[0], at[1], err)
		}
		if err == nil {
			t.Errorf("%q, %q: no error", at[0], at[1])
		}
	}
	must(t, os.WriteFile(filepath.Join(away, "x"), []byte("theirs"), 0o644), os.WriteFile(filepath.Join(away, "x.br"), []byte("theirs"), 0o644))
	for i, at := range leadingOut {
		out.Remove(at[0], at[1])
		out.Keep(1, i, at[0], at[1])
		if out.Size(at[0], at[1]) != -1 {
			t.Errorf("%q, %q: seen", at[0], at[1])
		}
		has(t, dir, fmt.Sprintf(".kept/1/%d", i), "")
	}
	must(t, out.Sweep(func(string, string) bool { return false }))
	has(t, away, "x", "theirs")
	has(t, away, "x.br", "theirs")
}

func TestOutputIsNotSomebodyElses(t *testing.T) {
	for name, files := range map[string][]string{
		"a file":                        {"thesis.txt"},
		"a directory":                   {"main/index.html"},
		"a file and a marker of theirs": {"thesis.txt", ".roseash"},
	} {
		dir := t.TempDir()
		for _, f := range files {
			must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, f)), 0o755), os.WriteFile(filepath.Join(dir, f), []byte("years of work"), 0o644))
		}
		if _, err := ssg.OpenOutput(dir); !errors.Is(err, ssg.ErrForeign) {
			t.Errorf("OpenOutput of a directory with %s: %v, want ErrForeign", name, err)
		}
		for _, f := range files {
			has(t, dir, f, "years of work")
		}
	}
}

func TestOutputIsKnownAgain(t *testing.T) {
	out, dir := openOutput(t)
	must(t, out.Write("main", "index.html", []byte("x")))
	marker, err := os.ReadFile(filepath.Join(dir, ".roseash"))
	must(t, err)
	again, err := ssg.OpenOutput(dir)
	must(t, err)
	defer again.Close()
	has(t, dir, ".roseash", string(marker))
	has(t, dir, "main/index.html", "x")

	unlock, err := out.Lock()
	must(t, err)
	if _, err := again.Lock(); !errors.Is(err, ssg.ErrBusy) {
		t.Errorf("Lock of a locked directory = %v, want busy", err)
	}
	unlock()
	unlock, err = again.Lock()
	must(t, err)
	unlock()

	empty := t.TempDir()
	must(t, os.Mkdir(filepath.Join(empty, "lost+found"), 0o700), os.WriteFile(filepath.Join(empty, ".gitkeep"), nil, 0o644))
	fresh, err := ssg.OpenOutput(empty)
	must(t, err)
	defer fresh.Close()
	must(t, fresh.Sweep(func(string, string) bool { return false }))
	for _, name := range []string{"lost+found", ".gitkeep"} {
		if _, err := os.Stat(filepath.Join(empty, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
}

// TestOutputStagesBeside: what is staged is not served, and needs only a rename.
func TestOutputStagesBeside(t *testing.T) {
	out, dir := openOutput(t)
	must(t, out.Write("main", "index.html", []byte("old")), out.Write("main", "index.html.br", []byte("small old")))
	name, err := out.Stage("main", "index.html", []byte("new"))
	must(t, err)
	far, err := out.Stage("main", "a/b/index.html", []byte("far"))
	must(t, err)
	has(t, dir, "main/index.html", "old")
	has(t, dir, "main/index.html.br", "small old")
	has(t, dir, "main/a/b/index.html", "")
	has(t, dir, ".staged/"+name, "new")
	// A page that left has taken the directory along meanwhile.
	must(t, os.RemoveAll(filepath.Join(dir, "main/a")), out.Place(far, "main", "a/b/index.html"), out.Place(name, "main", "index.html"))
	has(t, dir, "main/index.html", "new")
	has(t, dir, "main/index.html.br", "")
	has(t, dir, "main/a/b/index.html", "far")
	has(t, dir, ".staged/"+name, "")
}

func TestOutputRemoveLeavesNoEmptyDirectory(t *testing.T) {
	out, dir := openOutput(t)
	for _, file := range []string{"tag/a/index.html", "tag/a/page/2/index.html", "tag/a/page/2/index.html.br", "tag/a/page/2/index.html.gz"} {
		must(t, out.Write("main", file, []byte("x")))
	}
	must(t, out.Remove("main", "tag/a/page/2/index.html"))
	if _, err := os.Stat(filepath.Join(dir, "main/tag/a/page")); err == nil {
		t.Error("a directory is left")
	}
	has(t, dir, "main/tag/a/index.html", "x")
	must(t, out.Remove("main", "tag/a/page/2/index.html"), out.Remove("main", "never/was"), out.Remove("main", "tag/a/index.html"))
	if _, err := os.Stat(filepath.Join(dir, "main/tag")); err == nil {
		t.Error("a directory is left")
	}
	if _, err := os.Stat(filepath.Join(dir, "main")); err != nil {
		t.Error("the tree itself is gone")
	}
}

// TestOutputKeeps: the old bytes stay whatever becomes of the page, also when it
// is done again.
func TestOutputKeeps(t *testing.T) {
	out, dir := openOutput(t)
	must(t, out.Write("main", "index.html", []byte("one")))
	for _, body := range []string{"two", "two"} { // the second time it is too late
		must(t, out.Keep(7, 1, "main", "index.html"), out.Keep(7, 2, "main", "none.html"), out.Write("main", "index.html", []byte(body)))
	}
	must(t, out.Keep(8, 1, "main", "index.html"), out.Remove("main", "index.html"))
	has(t, dir, ".kept/7/1", "one")
	has(t, dir, ".kept/7/2", "")
	has(t, dir, ".kept/8/1", "two")
	must(t, out.Forget(7, 1), out.Forget(7, 1), out.Forget(99, 1), out.Prune(8), out.Prune(99))
	has(t, dir, ".kept/7/1", "")
	has(t, dir, ".kept/8/1", "")
}

func TestOutputSweeps(t *testing.T) {
	out, dir := openOutput(t)
	_, err := out.Stage("main", "index.html", []byte("of a dead builder"))
	must(t, err)
	for _, file := range []string{"index.html", "index.html.br", "stray/index.html", "stray/index.html.gz", ".hidden", "x.br"} {
		must(t, out.Write("main", file, []byte("x")))
	}
	must(t, out.Write("other", "index.html", []byte("x")), out.Keep(3, 1, "main", "index.html"), os.WriteFile(filepath.Join(dir, "top.html"), []byte("x"), 0o644))
	must(t, out.Sweep(func(tree, file string) bool { return tree == "main" && file == "index.html" }))
	files := everyFile(t, dir)
	for _, want := range []string{"main/index.html", "main/index.html.br", ".kept/3/1", ".roseash"} {
		if _, there := files[want]; !there {
			t.Errorf("%s is gone", want)
		}
		delete(files, want)
	}
	for name := range files {
		t.Errorf("%s is left", name)
	}
}

// TestOutputIsNeverHalfWritten reads a file while it is replaced.
func TestOutputIsNeverHalfWritten(t *testing.T) {
	out, dir := openOutput(t)
	bodies := [][]byte{make([]byte, 200_000), make([]byte, 100_000)}
	for i := range bodies[1] {
		bodies[1][i] = 1
	}
	must(t, out.Write("main", "index.html", bodies[0]))
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := range 200 {
			if err := out.Write("main", "index.html", bodies[i%2]); err != nil {
				t.Error(err)
			}
		}
	})
	for range 200 {
		got, err := os.ReadFile(filepath.Join(dir, "main/index.html"))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 || len(got) != len(bodies[got[0]]) {
			t.Fatalf("read %d bytes of a page that is written", len(got))
		}
	}
	writers.Wait()
}

// TestOutputDoesNotWriteThroughALink: a kept page is the old file itself, so that
// a page is never written in place.
func TestOutputDoesNotWriteThroughALink(t *testing.T) {
	out, dir := openOutput(t)
	must(t, out.Write("main", "index.html", []byte("one")))
	inode := func() uint64 {
		info, err := os.Stat(filepath.Join(dir, "main/index.html"))
		must(t, err)
		return info.Sys().(*syscall.Stat_t).Ino
	}
	was := inode()
	must(t, out.Keep(1, 1, "main", "index.html"), out.Write("main", "index.html", []byte("two")))
	if inode() == was {
		t.Error("the page was written in place")
	}
	has(t, dir, ".kept/1/1", "one")
}
