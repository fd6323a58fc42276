//go:build linux

// A full disk: the site stays as it was, the log says why, and what could not be
// written is written when there is room.

package ssg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/db/dbtest"
)

// withinVariable says that the test binary runs where it may mount.
const withinVariable = "ROSEASH_SSG_TEST_MOUNTS"

// small mounts a file system of its own that has little room. It skips the test
// where nobody may.
func small(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Fatalf("mounting a small tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// mayMount tells whether this process may mount; where it may not, the test runs
// again in a namespace of its own, in which it may.
func mayMount(t *testing.T, database string) bool {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k")
	if err == nil {
		must(t, syscall.Unmount(dir, 0))
		return true
	}
	if os.Getenv(withinVariable) != "" {
		t.Skipf("no small disk to fill: mounting a tmpfs: %v", err)
	}
	exe, lookErr := os.Executable()
	must(t, lookErr)
	if out, err := exec.Command("unshare", "-rm", "true").CombinedOutput(); err != nil {
		t.Skipf("no small disk to fill: not root, and unshare -rm: %v: %s", err, out)
	}
	u, parseErr := url.Parse(database)
	must(t, parseErr)
	u.Path = "/postgres"
	cmd := exec.Command("unshare", "-rm", exe, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), withinVariable+"=1", dbtest.ClusterVariable+"="+u.String())
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("in a namespace of its own: %v\n%s", err, out)
	case !bytes.Contains(out, []byte("--- PASS: "+t.Name())):
		t.Skipf("no small disk to fill: %s", out)
	}
	return false
}

// fill takes the room that is left, but for some bytes; free gives it back.
func fill(t *testing.T, dir string, but int64) (free func()) {
	t.Helper()
	name := filepath.Join(dir, ".filler")
	f, err := os.Create(name)
	must(t, err)
	defer f.Close()
	if _, err = io.Copy(f, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk ended with %v", err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	must(t, err, f.Truncate(max(0, size-but)))
	return func() { must(t, os.Remove(name)) }
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestDiskFull: with no room at all, with room for some of the files, and when
// there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if !mayMount(t, w.pool.Config().ConnString()) {
		return
	}
	w.dir = small(t, "size=6m")
	w.fresh()
	w.settle()
	before := everyFile(t, w.dir)
	for _, room := range []int64{0, 40 << 10} {
		free := fill(t, w.dir, room)
		gone := w.stir()
		var said syncBuffer
		w.fresh()
		w.builder.Log = slog.New(slog.NewTextHandler(&said, nil))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.builder.Run(ctx) }()
		eventually(t, "the log says that the disk is full", func() bool {
			return strings.Contains(said.String(), "no space left on device")
		})
		if line := said.String(); !strings.Contains(line, "writing the built site, which stays as it was") || !strings.Contains(line, "trying again") {
			t.Errorf("the log says %s", line)
		}
		now, siblings := served(everyFile(t, w.dir))
		old, _ := served(before)
		same(t, now, old)
		checkSiblings(t, now, siblings)
		free()
		eventually(t, "what waited is built", func() bool {
			_, err := os.Stat(filepath.Join(w.dir, "main", w.guest.Slug, "index.html"))
			return err == nil
		})
		stop()
		<-ended
		w.settle()
		w.equalsBuild(w.pages())
		absent(t, w.dir, gone)
		before = everyFile(t, w.dir)
	}
}

// TestNoMoreFiles: the disk takes no more files, though there is room; each time
// it takes some more of them.
func TestNoMoreFiles(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if !mayMount(t, w.pool.Config().ConnString()) {
		return
	}
	w.dir = small(t, "size=32m,nr_inodes=2000")
	w.fresh()
	w.settle()
	w.edit("post-2", blog.PostFields{Slug: ptr("moves"), Tags: ptr([]string{"Quite new"})})
	w.publish("Comes", nil)
	before := w.pages()
	filler := filepath.Join(w.dir, ".filler")
	must(t, os.Mkdir(filler, 0o755))
	files := 0
	for ; ; files++ {
		if err := os.WriteFile(filepath.Join(filler, fmt.Sprint(files)), nil, 0o644); errors.Is(err, syscall.ENOSPC) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	failed := 0
	for {
		w.fresh()
		err := w.builder.Drain(t.Context())
		if err == nil {
			break
		}
		failed++
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("with %d failures before: %v", failed, err)
		}
		same(t, w.pages(), before)
		if t.Failed() {
			t.Fatalf("after %d failures, the last: %v", failed, err)
		}
		for range 3 {
			files--
			must(t, os.Remove(filepath.Join(filler, fmt.Sprint(files))))
		}
	}
	if failed < 5 {
		t.Errorf("it failed %d times only", failed)
	}
	must(t, os.RemoveAll(filler))
	w.settle()
	w.equalsBuild(w.pages())
}
