// This file finds the socket's directory: short, closed to others, reachable.

package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	socketFile = ".s.PGSQL.5432"
	// socketPathMax is sun_path less its final zero byte on the stricter of
	// the systems we run on (macOS 104, Linux 108).
	socketPathMax = 103
)

// socketDir is the cluster's own directory where its path is short enough, else
// a new directory with a name nobody can foresee under the temporary one.
func socketDir(p place) (dir string, temp bool, err error) {
	if socketFits(p.dir) {
		return p.dir, false, nil
	}
	for _, base := range []string{os.TempDir(), "/tmp", "/run"} {
		name := "roseash-" + shortHash(p.dir) + "-"
		if !p.account.reaches(base) || !socketFits(filepath.Join(base, name+"0123456789")) {
			continue
		}
		sweepSockets(base, name, p.account)
		dir, err = os.MkdirTemp(base, name)
		if err != nil {
			continue
		}
		if err := p.account.own(dir); err != nil {
			os.Remove(dir)
			return "", false, fmt.Errorf("making the socket's directory: %w", err)
		}
		return dir, true, nil
	}
	return "", false, fmt.Errorf("no directory for PostgreSQL's socket: the path of %s is longer than %d bytes and no temporary directory can be used: %w",
		p.dir, socketPathMax, errors.Join(err, syscall.ENAMETOOLONG))
}

// sweepSockets removes the directories that killed owners of the same cluster
// left; the caller holds the lock. One that another user made stays.
func sweepSockets(base, name string, a account) {
	left, _ := filepath.Glob(filepath.Join(globEscape(base), name+"*"))
	for _, dir := range left {
		if checkSocketDir(dir, a) == nil {
			os.RemoveAll(dir)
		}
	}
}

// socketFits reports whether a socket in dir has a path the kernel takes; a
// comma would be read as two hosts.
func socketFits(dir string) bool {
	return len(dir)+1+len(socketFile) <= socketPathMax && !strings.ContainsAny(dir, ",\n")
}

// checkSocketDir refuses a directory that somebody else could have put there.
func checkSocketDir(dir string, a account) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("the private PostgreSQL's socket: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode()&0o077 != 0 || int(st.Uid) != a.uid {
		return fmt.Errorf("the directory %s of the private PostgreSQL's socket is not %s's alone: refusing to connect", dir, a.name)
	}
	return nil
}
