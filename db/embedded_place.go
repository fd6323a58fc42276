// This file decides where the private cluster of a data directory lives.

package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// stateRoot takes what an unprivileged account must reach and the data
// directory does not let it: clusters and copied binaries, made by root only.
const stateRoot = "/var/lib/roseash"

// place is a data directory with its cluster.
type place struct {
	data    string  // absolute, without symbolic links
	dir     string  // the cluster
	state   string  // stateRoot, or a test's own
	account account // whom PostgreSQL runs as
}

// lockFile is beside the cluster: two data directories that point at one
// cluster, as a copy does, still have one owner.
func (p place) lockFile() string { return filepath.Join(filepath.Dir(p.dir), "postgres.lock") }
func (p place) logFile() string  { return filepath.Join(p.dir, "postgres.log") }

// pointerFile names the cluster's directory when that is outside the data
// directory, so that every later run finds the same one whoever starts it.
func (p place) pointerFile() string { return filepath.Join(p.data, "postgres.at") }

// findPlace makes the data directory when missing and says where its cluster
// is or will be.
func findPlace(dataDir, state string) (place, error) {
	if dataDir == "" {
		return place{}, errors.New("no data directory is named (ROSEASH_DATA_DIR)")
	}
	abs, err := filepath.Abs(dataDir)
	if err != nil {
		return place{}, err
	}
	if err := makeDir(abs); err != nil {
		return place{}, dataDirError(abs, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return place{}, dataDirError(abs, err)
	}
	p := place{data: real, state: state, dir: filepath.Join(real, "postgres")}

	at, err := os.ReadFile(p.pointerFile())
	switch {
	case err == nil:
		p.dir = strings.TrimSpace(string(at))
		if !filepath.IsAbs(p.dir) {
			return place{}, fmt.Errorf("%s does not hold an absolute path", p.pointerFile())
		}
	case !errors.Is(err, fs.ErrNotExist):
		return place{}, dataDirError(abs, err)
	}
	// The operator may have put the cluster on another disk behind a link.
	if real, err := filepath.EvalSymlinks(p.dir); err == nil {
		p.dir = real
	}
	owner, exists, err := clusterOwner(p.dir)
	if err != nil {
		return place{}, err
	}
	if p.account, err = serverAccount(p.dir, owner, exists); err != nil {
		return place{}, err
	}
	if !exists && at == nil && !p.account.reaches(p.data) {
		p.dir = filepath.Join(state, shortHash(p.data), "postgres")
	}
	if err := makeDir(filepath.Dir(p.dir)); err != nil {
		return place{}, fmt.Errorf("making a place for the private PostgreSQL of %s: %w", p.data, err)
	}
	return p, nil
}

// prepare leaves the pointer, says where the cluster is when nobody would look
// there, and clears what a killed initdb left. Only under the lock.
func (p place) prepare(ctx context.Context, log *slog.Logger) error {
	parent := filepath.Dir(p.dir)
	if strings.HasPrefix(p.dir, p.state+"/") {
		if err := os.WriteFile(p.pointerFile(), []byte(p.dir+"\n"), 0o644); err != nil {
			return dataDirError(p.data, err)
		}
		log.Info("the private PostgreSQL lives outside the data directory, which its user cannot reach",
			"data_dir", p.data, "dir", p.dir, "user", p.account.name)
	}
	if !p.account.reaches(parent) {
		return fmt.Errorf("user %s, whom PostgreSQL runs as, cannot reach %s: open the directories above it (chmod a+x) or name another data directory",
			p.account.name, p.dir)
	}
	left, _ := filepath.Glob(filepath.Join(globEscape(parent), "postgres.new-*"))
	for _, dir := range left {
		log.Info("clearing what an interrupted creation left", "dir", dir)
		if err := removeBusy(ctx, dir); err != nil {
			return dataDirError(dir, err)
		}
	}
	return nil
}

// removeBusy removes a directory in which a killed initdb's child may still
// write its last files.
func removeBusy(ctx context.Context, dir string) error {
	for began := time.Now(); ; {
		err := os.RemoveAll(dir)
		if err == nil || time.Since(began) > 5*time.Second {
			return err
		}
		if err := pause(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// makeDir makes a directory and those above it. Made by root they can be
// passed through, whatever the umask, because the unprivileged account must.
func makeDir(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if os.Geteuid() != 0 {
		return os.MkdirAll(path, 0o700)
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(path, 0o711)
}

// clusterMajor is the major version that made the cluster, 0 when there is none yet.
func clusterMajor(dir string) (int, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			return 0, fmt.Errorf("%s is not empty and holds no PostgreSQL cluster (no PG_VERSION): move it away", dir)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, dataDirError(dir, err)
		}
		return 0, nil
	}
	if err != nil {
		return 0, dataDirError(dir, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("%s does not hold a PostgreSQL version: the cluster is damaged, restore a backup or move it away",
			filepath.Join(dir, "PG_VERSION"))
	}
	return major, nil
}

// dataDirError says in the operator's words why a directory is of no use.
func dataDirError(dir string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("no permission for the data directory %s: change its owner or name another with ROSEASH_DATA_DIR: %w", dir, err)
	}
	return fmt.Errorf("the data directory %s cannot be used: %w", dir, err)
}

// shortHash names what belongs to a path.
func shortHash(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}

func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
