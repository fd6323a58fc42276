// This file tests what is left and recovered when something dies.

package db

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// await polls until done, and fails the test when that never comes.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); {
		if time.Since(began) > time.Minute {
			t.Fatalf("not within a minute: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestClusterOwnerKilled(t *testing.T) {
	dir := newDataDir(t)
	owner, line := startOwner(t, dir)
	cluster := line()
	attached := startCluster(t, ClusterOptions{DataDir: dir})
	if attached.Owned() || attached.Dir() != cluster {
		t.Fatalf("owned %v in %s, want attached to %s", attached.Owned(), attached.Dir(), cluster)
	}
	query(t, attached, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	pm, err := readPostmaster(cluster)
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	owner.Wait()
	await(t, "no PostgreSQL after its owner was killed", func() bool {
		return len(serversIn(cluster, pm.pid)) == 0
	})
	next := startCluster(t, ClusterOptions{DataDir: dir})
	if !next.Owned() {
		t.Error("the killed owner still owns")
	}
	if got := query(t, next, "SELECT n FROM kept"); got != "7" {
		t.Errorf("after the kill the table holds %q, want 7", got)
	}
}

// The next start does not wait for the killed owner's server to be gone.
func TestClusterOwnerKilledAndReplacedAtOnce(t *testing.T) {
	dir := newDataDir(t)
	owner, line := startOwner(t, dir)
	line()
	owner.Process.Signal(syscall.SIGKILL)
	owner.Wait()
	next := startCluster(t, ClusterOptions{DataDir: dir})
	if !next.Owned() {
		t.Error("the killed owner still owns")
	}
	query(t, next, "SELECT 1")
}

func TestClusterCreationKilled(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	owner, _ := startOwner(t, dir)
	await(t, "a creation begins", func() bool {
		files, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*", "base", "1", "*"))
		return len(files) > 3
	})
	owner.Process.Signal(syscall.SIGKILL)
	owner.Wait()
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
		t.Fatal("half a cluster stands in the cluster's place")
	}
	c := startCluster(t, ClusterOptions{DataDir: dir})
	query(t, c, "SELECT 1")
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Everything is killed at once, as by a power cut, and by the time of the next
// start the process id belongs to another program.
func TestClusterServerKilled(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	c := startCluster(t, ClusterOptions{DataDir: dir, Durable: true})
	query(t, c, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	syscall.Kill(-c.server.cmd.Process.Pid, syscall.SIGKILL)
	<-c.Done()
	stopCluster(t, c)
	file := filepath.Join(c.Dir(), "postmaster.pid")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "\n")
	if err := os.WriteFile(file, fmt.Appendf(nil, "%d\n%s", os.Getpid(), rest), 0o600); err != nil {
		t.Fatal(err)
	}
	next := startCluster(t, ClusterOptions{DataDir: dir, Durable: true})
	if got := query(t, next, "SELECT n FROM kept"); got != "7" {
		t.Errorf("after the crash the table holds %q, want 7", got)
	}
}

// A server whose owner is gone although it runs: no death signal reached it.
func TestClusterOrphan(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	orphan := startCluster(t, ClusterOptions{DataDir: dir})
	orphan.lock.release()
	next := startCluster(t, ClusterOptions{DataDir: dir})
	if !next.Owned() {
		t.Error("attached to a server that nobody owns")
	}
	select {
	case <-orphan.Done():
	default:
		t.Error("the orphan still runs")
	}
	query(t, next, "SELECT 1")
}

func TestClusterStopTooSlow(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	c := startCluster(t, ClusterOptions{DataDir: dir, Durable: true})
	query(t, c, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// The fast shutdown may still win the race; either way the data stays.
	c.Stop(ctx)
	next := startCluster(t, ClusterOptions{DataDir: dir, Durable: true})
	if got := query(t, next, "SELECT n FROM kept"); got != "7" {
		t.Errorf("the table holds %q, want 7", got)
	}
}

// What PostgreSQL says before it gives up is what the operator reads.
func TestClusterBadSettings(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	c := startCluster(t, ClusterOptions{DataDir: dir})
	stopCluster(t, c)
	conf, err := os.OpenFile(filepath.Join(c.Dir(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer conf.Close()
	if _, err := conf.WriteString("shared_buffers = plenty\n"); err != nil {
		t.Fatal(err)
	}
	wantError(t, ClusterOptions{DataDir: dir}, nil, "starting the private PostgreSQL", `"shared_buffers": "plenty"`)
}

// The directories that killed owners left for their sockets are cleared.
func TestClusterSocketsLeft(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(newDataDir(t), strings.Repeat("deep/", 30))
	c := startCluster(t, ClusterOptions{DataDir: dir})
	c.lock.release()
	next := startCluster(t, ClusterOptions{DataDir: dir})
	if next.socket == c.socket {
		t.Errorf("both use %s", c.socket)
	}
	if _, err := os.Stat(c.socket); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", c.socket, err)
	}
}

func TestClusterStartCancelled(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if c, err := StartCluster(ctx, ClusterOptions{DataDir: dir}); err == nil {
		stopCluster(t, c)
		t.Fatal("a cluster was created within 50 ms")
	}
	c := startCluster(t, ClusterOptions{DataDir: dir})
	if !c.Owned() {
		t.Error("the cancelled start kept the lock")
	}
	query(t, c, "SELECT 1")
}

func TestClusterParsePostmaster(t *testing.T) {
	const running = "4242\n/data/postgres\n1790000000\n5432\n/data/postgres\n\n  123 456\nready   \n"
	for _, tt := range []struct {
		name, text string
		want       postmaster
		fails      bool
	}{
		{"running", running, postmaster{4242, "/data/postgres", "ready"}, false},
		{"single user", "-17\n/data\n", postmaster{pid: 17}, false},
		{"just made", "17\n", postmaster{pid: 17}, false},
		{"empty", "", postmaster{}, true},
		{"zero", "0\n", postmaster{}, true},
		{"text", "ready\n", postmaster{}, true},
	} {
		got, err := parsePostmaster(tt.text)
		if got != tt.want || (err != nil) != tt.fails {
			t.Errorf("%s: parsePostmaster = %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func FuzzParsePostmaster(f *testing.F) {
	f.Add("4242\n/data\n1790000000\n5432\n/data\n\n123 456\nready\n")
	f.Add("-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if pm, err := parsePostmaster(text); err == nil && pm.pid <= 0 {
			t.Errorf("parsePostmaster(%q) gives process %d", text, pm.pid)
		}
	})
}
