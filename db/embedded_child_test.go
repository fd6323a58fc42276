// This file runs the test binary again, as an owner to be killed and as another user.

package db

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// childVariable makes the test binary an owner of the named data directory.
const childVariable = "ROSEASH_DB_TEST_OWNER"

// The owner says its cluster's directory on standard output and waits to be killed.
func init() {
	dir := os.Getenv(childVariable)
	if dir == "" {
		return
	}
	c, err := StartCluster(context.Background(), ClusterOptions{DataDir: dir, Durable: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(c.Dir())
	io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// startOwner starts another process that makes the data directory's cluster its own.
func startOwner(t *testing.T, dataDir string) (owner *exec.Cmd, firstLine func() string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVariable+"="+dataDir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, func() string {
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatalf("the owner said %q: %v", line, err)
		}
		return strings.TrimSpace(line)
	}
}

// ordinary are the tests of what root does in another way.
const ordinary = "^TestCluster(KeepsData|Attach|OwnerKilled|CreationKilled|ServerKilled|ClosedHome|DataDirOfNoUse|NoBinaries|FindBinaries)$"

// As root those tests run a second time as an ordinary user, who has taken the
// ordinary way already when this is reached.
func TestClusterOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		a, err := serverAccount(t.TempDir(), os.Geteuid(), true)
		if err != nil || a.drop {
			t.Errorf("serverAccount = %+v, %v, want our own account", a, err)
		}
		return
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	dir := newDataDir(t)
	exe := filepath.Join(dir, "db.test")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, self, exe)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run="+ordinary, "-test.v", "-test.timeout=5m")
	cmd.Dir = dir
	cmd.Env = []string{"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestClusterKeepsData") {
		t.Errorf("as user nobody: %v\n%s", err, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o755); err != nil {
		t.Fatal(err)
	}
}

// newDataDir is a directory that the account a root process drops to can reach.
func newDataDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "roseash-db-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}
