// This file tests where the cluster goes, whom it runs as and which programs it takes.

package db

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantError checks that a start fails and that the operator reads these words.
func wantError(t *testing.T, o ClusterOptions, is error, words ...string) {
	t.Helper()
	c, err := StartCluster(context.Background(), o)
	if err == nil {
		stopCluster(t, c)
		t.Fatalf("StartCluster(%+v) starts", o)
	}
	if is != nil && !errors.Is(err, is) {
		t.Errorf("error %q is not %q", err, is)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// Under a directory that the server's account cannot pass, as root's home is,
// the cluster goes elsewhere, says so, and is found again.
func TestClusterClosedHome(t *testing.T) {
	t.Parallel()
	home, state := newDataDir(t), newDataDir(t)
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	dir := filepath.Join(home, "data")
	o := ClusterOptions{DataDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil)), state: filepath.Join(state, "lib")}
	c := startCluster(t, o)
	query(t, c, "CREATE TABLE kept (n int)")
	inside := strings.HasPrefix(c.Dir(), dir+"/")
	if ordinary := os.Geteuid() != 0; inside != ordinary {
		t.Errorf("ordinary user %v, cluster in %s", ordinary, c.Dir())
	}
	if !inside && !strings.Contains(log.String(), c.Dir()) {
		t.Errorf("the log does not say where the cluster is: %s", log.String())
	}
	if attached := startCluster(t, o); attached.Owned() || attached.Dir() != c.Dir() {
		t.Errorf("a second start: owned %v in %s", attached.Owned(), attached.Dir())
	}
	stopCluster(t, c)

	// Opening the home later must not lose the cluster.
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	query(t, startCluster(t, o), "SELECT * FROM kept")
}

// A cluster whose directory was closed afterwards is not left behind for a new one.
func TestClusterClosedLater(t *testing.T) {
	t.Parallel()
	home := newDataDir(t)
	o := ClusterOptions{DataDir: filepath.Join(home, "data"), state: newDataDir(t)}
	stopCluster(t, startCluster(t, o))
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		startCluster(t, o)
		return
	}
	wantError(t, o, nil, "cannot reach", home, "chmod a+x")
}

func TestClusterWrongMajor(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	c := startCluster(t, ClusterOptions{DataDir: dir})
	stopCluster(t, c)
	file := filepath.Join(c.Dir(), "PG_VERSION")
	if err := os.WriteFile(file, []byte("14\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, ClusterOptions{DataDir: dir, search: &binarySearch{systems: everywhere.systems[:1], inPath: true}},
		ErrWrongMajor, "version 14", "apt-get install postgresql-14", c.Dir())
	if err := os.WriteFile(file, []byte("fifteen\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, ClusterOptions{DataDir: dir}, nil, "damaged", file)
}

func TestClusterNoBinaries(t *testing.T) {
	dir := newDataDir(t)
	wantError(t, ClusterOptions{DataDir: dir, search: &binarySearch{}},
		ErrNoBinaries, "make run", "apt-get install postgresql-15", "DATABASE_URL")
	empty := newDataDir(t)
	wantError(t, ClusterOptions{DataDir: dir, BinDir: empty},
		ErrNoBinaries, "ROSEASH_PG_BIN="+empty, "holds no postgres")
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres*")); len(left) != 1 {
		t.Errorf("a start without programs leaves %v, want the lock only", left)
	}
}

func TestClusterDataDirOfNoUse(t *testing.T) {
	dir := newDataDir(t)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, ClusterOptions{}, nil, "ROSEASH_DATA_DIR")
	wantError(t, ClusterOptions{DataDir: file}, nil, file, "cannot be used")
	wantError(t, ClusterOptions{DataDir: filepath.Join(file, "below")}, nil, file, "cannot be used")

	foreign := filepath.Join(newDataDir(t), "postgres")
	if err := os.MkdirAll(filepath.Join(foreign, "photos"), 0o755); err != nil {
		t.Fatal(err)
	}
	own(t, foreign)
	wantError(t, ClusterOptions{DataDir: filepath.Dir(foreign)}, nil, foreign, "no PG_VERSION", "move it away")

	if os.Geteuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		wantError(t, ClusterOptions{DataDir: dir}, os.ErrPermission, dir, "ROSEASH_DATA_DIR")
		wantError(t, ClusterOptions{DataDir: filepath.Join(dir, "new")}, os.ErrPermission, dir, "ROSEASH_DATA_DIR")
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// own gives a directory to the account that would run its server.
func own(t *testing.T, dir string) {
	t.Helper()
	a, err := serverAccount(dir, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.own(dir); err != nil {
		t.Fatal(err)
	}
}

func TestClusterForeignOwner(t *testing.T) {
	if _, err := serverAccount("/somewhere", 0, true); err == nil || !strings.Contains(err.Error(), "belongs to") {
		t.Errorf("a cluster that belongs to root: %v", err)
	}
	if _, err := serverAccount("/somewhere", 987654, true); err == nil || !strings.Contains(err.Error(), "987654") {
		t.Errorf("a cluster that belongs to an unknown user: %v", err)
	}
}

func TestClusterAccountReaches(t *testing.T) {
	dir := newDataDir(t)
	inner := filepath.Join(dir, "closed", "inner")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	stranger := account{name: "stranger", uid: 987654, gid: 987654, drop: true}
	for mode, want := range map[os.FileMode]bool{0o700: false, 0o711: true, 0o710: false, 0o755: true} {
		if err := os.Chmod(filepath.Dir(inner), mode); err != nil {
			t.Fatal(err)
		}
		// TMPDIR itself may be closed, which no mode below it cures.
		if want = want && stranger.reaches(dir); stranger.reaches(inner) != want {
			t.Errorf("mode %v: reaches = %v, want %v", mode, !want, want)
		}
	}
}

// A socket's directory that others may enter, or that belongs to another, is refused.
func TestClusterSocketDirChecked(t *testing.T) {
	a := account{name: "us", uid: os.Geteuid()}
	dir := newDataDir(t)
	if err := checkSocketDir(dir, a); err == nil {
		t.Error("a directory with mode 0711 is taken")
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := checkSocketDir(dir, a); err != nil {
		t.Errorf("our own directory: %v", err)
	}
	if err := checkSocketDir(dir, account{name: "another", uid: a.uid + 1}); err == nil {
		t.Error("another's directory is taken")
	}
	link := filepath.Join(newDataDir(t), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := checkSocketDir(link, a); err == nil {
		t.Error("a link is taken")
	}
}
