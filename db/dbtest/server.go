// This file finds or starts the PostgreSQL that tests use.

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"rose-ash.com/roseash/db"
)

// ClusterVariable names a running server for the tests of all packages.
const ClusterVariable = "ROSEASH_TEST_CLUSTER_URL"

// findServer starts a private server where none is named. Nobody stops it: it
// dies with this process.
func findServer() (server, error) {
	if url := os.Getenv(ClusterVariable); url != "" {
		return server{url}, nil
	}
	c, _, err := Start(context.Background())
	if err != nil {
		return server{}, err
	}
	running.Store(c)
	return server{c.URL()}, nil
}

// running is kept for the life of the process: a cluster that nobody holds is
// collected with its lock file, and the next sweep takes it for dead.
var running atomic.Pointer[db.Cluster]

// Start starts a private server that keeps nothing safe, in a directory of its
// own that the caller may remove after Cluster.Stop. Tests call New instead;
// this is for the runner. ROSEASH_PG_BIN names the programs, if set.
func Start(ctx context.Context) (c *db.Cluster, dir string, err error) {
	temp := os.TempDir()
	if os.Getuid() == 0 {
		temp = "/tmp" // root's own may be closed to the user the server runs as
	}
	base := filepath.Join(temp, fmt.Sprintf("roseash-dbtest-%d", os.Getuid()))
	if err := ownDirectory(base); err != nil {
		return nil, "", err
	}
	sweep(base)
	dir, err = os.MkdirTemp(base, "")
	if err != nil {
		return nil, "", err
	}
	// As root the server runs as another user, who must pass through.
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, "", err
	}
	c, err = db.StartCluster(ctx, db.ClusterOptions{DataDir: dir, BinDir: os.Getenv("ROSEASH_PG_BIN")})
	if err != nil {
		os.RemoveAll(dir)
		return nil, "", err
	}
	return c, dir, nil
}

// ownDirectory makes base and refuses one that another user put there.
func ownDirectory(base string) error {
	if err := os.Mkdir(base, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode()&0o022 != 0 || int(st.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a directory of ours alone: remove it", base)
	}
	return nil
}

// sweep removes the servers' directories whose process is gone: its lock is
// free, and not because it is just about to be taken.
func sweep(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, "*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(dir, "postgres.lock"), os.O_RDONLY|os.O_CREATE, 0o600)
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(dir)
		}
		lock.Close()
	}
}
