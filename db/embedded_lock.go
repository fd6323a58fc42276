// This file keeps a cluster to one owner: the lock, and what a dead owner left.

package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clusterLock is held by the process that owns a cluster; the kernel frees it
// when the process dies, however it dies.
type clusterLock struct{ file *os.File }

// tryLock takes the lock, or returns nil and the holder's process id.
func tryLock(path string) (lock *clusterLock, holder string, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", dataDirError(filepath.Dir(path), err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid, _ := io.ReadAll(io.LimitReader(f, 32))
		f.Close()
		return nil, strings.TrimSpace(string(pid)), nil
	}
	if err != nil {
		f.Close()
		return nil, "", fmt.Errorf("locking %s: %w", path, err)
	}
	// The id is only for the message of a process that waits.
	if err := f.Truncate(0); err == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &clusterLock{f}, "", nil
}

// release frees the lock by name: closing alone leaves it to a program that is being
// started at this moment and has the file too until it runs.
func (l *clusterLock) release() {
	if raw, err := l.file.SyscallConn(); err == nil { // by which two may release at once
		_ = raw.Control(func(fd uintptr) { _ = syscall.Flock(int(fd), syscall.LOCK_UN) })
	}
	l.file.Close()
}

// postmaster is what postmaster.pid says of a running server.
type postmaster struct {
	pid    int
	socket string
	status string // starting, ready, stopping
}

func readPostmaster(dir string) (postmaster, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return postmaster{}, err
	}
	return parsePostmaster(string(raw))
}

// parsePostmaster reads the lines of PostgreSQL's miscadmin.h: process id, data
// directory, start time, port, socket directory, listen address, shared memory, status.
func parsePostmaster(text string) (postmaster, error) {
	lines := strings.Split(text, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid == 0 {
		return postmaster{}, errors.New("postmaster.pid holds no process id")
	}
	// A single-user server writes its id as a negative number.
	pm := postmaster{pid: max(pid, -pid)}
	if len(lines) > 4 {
		pm.socket = strings.TrimSpace(lines[4])
	}
	if len(lines) > 7 {
		pm.status = strings.TrimSpace(lines[7])
	}
	return pm, nil
}

// How long an orphan may take before each stronger signal. Sessions whose
// postmaster is dead go by themselves; the first signal is for a postmaster.
const (
	orphanFast = 5 * time.Second
	orphanQuit = 8 * time.Second
	orphanEnd  = 12 * time.Second
)

// stopOrphan ends a server that outlived the process that owned it, and clears
// a postmaster.pid whose process id has since been given to somebody else. The
// caller holds the lock, so no living owner exists.
func stopOrphan(ctx context.Context, dir string, log *slog.Logger) error {
	pm, err := readPostmaster(dir)
	if err != nil {
		// An unreadable file is PostgreSQL's to judge: it says what to do.
		return nil
	}
	began := time.Now()
	sent := syscall.Signal(0)
	for {
		left := serversIn(dir, pm.pid)
		if len(left) == 0 {
			break
		}
		waited := time.Since(began)
		var next syscall.Signal
		switch {
		case waited > orphanEnd:
			return fmt.Errorf("a PostgreSQL without an owner (process %d) keeps %s busy and does not end: end it by hand", left[0], dir)
		case waited > orphanQuit:
			next = syscall.SIGKILL
		case waited > orphanFast:
			next = syscall.SIGQUIT
		case slices.Contains(left, pm.pid):
			next = syscall.SIGINT
			left = []int{pm.pid}
		}
		if next != 0 && next != sent {
			sent = next
			log.Info("ending the PostgreSQL that a dead process left", "dir", dir, "pid", left[0], "signal", next.String())
			for _, pid := range left {
				syscall.Kill(pid, next)
			}
		}
		if err := pause(ctx, pollEvery); err != nil {
			return err
		}
	}
	if pm, err = readPostmaster(dir); err != nil || syscall.Kill(pm.pid, 0) != nil {
		return nil
	}
	os.Remove(filepath.Join(dir, "postmaster.pid"))
	os.Remove(filepath.Join(dir, socketFile+".lock"))
	return nil
}
