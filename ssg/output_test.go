package ssg_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rose-ash.com/roseash/ssg"
)

func openOutput(t *testing.T) (*ssg.Output, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	out, err := ssg.OpenOutput(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	return out, dir
}

func TestOutputStaysInside(t *testing.T) {
	out, dir := openOutput(t)
	outside := filepath.Join(filepath.Dir(dir), "outside")
	if err := os.Mkdir(outside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]string{{"main", "../../outside/x"}, {"..", "outside/x"}, {"link", "x"}, {"main", "/../../outside/x"}} {
		if err := out.Write(at[0], at[1], []byte("x")); err == nil {
			if _, err := os.Stat(filepath.Join(outside, "x")); err == nil {
				t.Errorf("Write(%q, %q) wrote outside", at[0], at[1])
			}
		}
		if err := out.Remove(at[0], at[1]); err == nil {
			if _, err := os.Stat(outside); err != nil {
				t.Errorf("Remove(%q, %q) removed outside", at[0], at[1])
			}
		}
	}
}

func TestOutputIsNotSomebodyElses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("years of work"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ssg.OpenOutput(dir); !errors.Is(err, ssg.ErrForeign) {
		t.Errorf("OpenOutput of somebody's directory: %v, want ErrForeign", err)
	}
	out, dir := openOutput(t)
	if err := out.Write("main", "index.html", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if again, err := ssg.OpenOutput(dir); err != nil {
		t.Errorf("OpenOutput of our own: %v", err)
	} else {
		again.Close()
	}
}

func TestOutputRemoveLeavesNoEmptyDirectory(t *testing.T) {
	out, dir := openOutput(t)
	for _, file := range []string{"tag/a/index.html", "tag/a/page/2/index.html"} {
		if err := out.Write("main", file, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Remove("main", "tag/a/page/2/index.html"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "main/tag/a/page")); err == nil {
		t.Error("an empty directory is left")
	}
	if out.Size("main", "tag/a/index.html") != 1 {
		t.Error("the neighbour is gone")
	}
	if err := out.Remove("main", "tag/a/page/2/index.html"); err != nil {
		t.Errorf("Remove of what is not there: %v", err)
	}
}

// TestOutputIsNeverHalfWritten reads a file while it is replaced.
func TestOutputIsNeverHalfWritten(t *testing.T) {
	out, dir := openOutput(t)
	bodies := [][]byte{make([]byte, 200_000), make([]byte, 100_000)}
	for i := range bodies[1] {
		bodies[1][i] = 1
	}
	if err := out.Write("main", "index.html", bodies[0]); err != nil {
		t.Fatal(err)
	}
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
