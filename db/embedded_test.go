// This file tests the life of a private cluster that nothing goes wrong with.

package db

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/amacneil/dbmate/v2/pkg/dbmate"
	"github.com/jackc/pgx/v5"
)

// startCluster starts a cluster that ends with the test.
func startCluster(t testing.TB, o ClusterOptions) *Cluster {
	t.Helper()
	c, err := StartCluster(context.Background(), o)
	if err != nil {
		t.Fatalf("StartCluster: %v", err)
	}
	t.Cleanup(func() { stopCluster(t, c) })
	return c
}

func stopCluster(t testing.TB, c *Cluster) {
	t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

// query runs one statement and returns its first column as text.
func query(t testing.TB, c *Cluster, sql string) string {
	t.Helper()
	text, err := tryQuery(c, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func tryQuery(c *Cluster, sql string) (string, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.URL())
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var all []string
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	for _, r := range results {
		for _, row := range r.Rows {
			all = append(all, string(row[0]))
		}
	}
	return strings.Join(all, " "), err
}

func TestClusterKeepsData(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	var log strings.Builder
	o := ClusterOptions{DataDir: dir, Durable: true, Log: slog.New(slog.NewTextHandler(&log, nil))}
	c := startCluster(t, o)
	if !c.Owned() || c.Version() < oldestMajor || c.Dir() != filepath.Join(dir, "postgres") {
		t.Errorf("owned %v, version %d, in %s", c.Owned(), c.Version(), c.Dir())
	}
	if !strings.Contains(log.String(), "creating the private PostgreSQL cluster") {
		t.Errorf("the log does not announce the creation: %s", log.String())
	}
	query(t, c, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	stopCluster(t, c)
	select {
	case <-c.Done():
	default:
		t.Error("Stop returned and Done is not closed")
	}
	if _, err := tryQuery(c, "SELECT 1"); err == nil {
		t.Error("the server answers after Stop")
	}

	log.Reset()
	c = startCluster(t, o)
	if got := query(t, c, "SELECT n FROM kept"); got != "7" {
		t.Errorf("after a restart the table holds %q, want 7", got)
	}
	if strings.Contains(log.String(), "creating") {
		t.Errorf("the second start creates: %s", log.String())
	}
}

func TestClusterSettings(t *testing.T) {
	t.Parallel()
	c := startCluster(t, ClusterOptions{DataDir: newDataDir(t), Durable: true})
	for name, want := range map[string]string{
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on",
		"listen_addresses": "", "shared_buffers": "32MB", "max_connections": "60",
		"server_encoding": "UTF8", "timezone": "UTC", "jit": "off",
	} {
		if got := query(t, c, "SHOW "+name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := query(t, c, "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{b,a,B,é}'::text[]) w"); got != "Babé" {
		t.Errorf("sorted %q, want the order of the bytes, Babé", got)
	}
	if got := query(t, c, "SELECT lower('É')"); got != "é" {
		t.Errorf("lower('É') = %q, want é", got)
	}
}

func TestClusterAttach(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	const processes = 4
	clusters := make([]*Cluster, processes)
	var all sync.WaitGroup
	for i := range clusters {
		all.Go(func() { clusters[i] = startCluster(t, ClusterOptions{DataDir: dir}) })
	}
	all.Wait()
	var owner *Cluster
	for _, c := range clusters {
		if c == nil {
			t.FailNow()
		}
		if c.Owned() {
			if owner != nil {
				t.Fatal("two own the same cluster")
			}
			owner = c
		} else if c.Done() != nil {
			t.Error("an attached cluster has a Done")
		}
		if got := query(t, c, "SELECT current_database()"); got != "roseash" {
			t.Errorf("database %q", got)
		}
	}
	if owner == nil {
		t.Fatal("nobody owns the cluster")
	}
	for _, c := range clusters {
		if c != owner {
			stopCluster(t, c)
		}
	}
	query(t, owner, "SELECT 1")
}

func TestClusterNextOwner(t *testing.T) {
	t.Parallel()
	dir := newDataDir(t)
	first := startCluster(t, ClusterOptions{DataDir: dir})
	stopped := make(chan struct{})
	go func() { defer close(stopped); first.Stop(context.Background()) }()
	next := startCluster(t, ClusterOptions{DataDir: dir})
	if !next.Owned() {
		// It attached in the last moment of the one before.
		<-stopped
		next = startCluster(t, ClusterOptions{DataDir: dir})
	}
	if !next.Owned() {
		t.Error("the owner is gone and the next process does not own the cluster")
	}
	query(t, next, "SELECT 1")
}

// Paths that are too long for a socket, or mean something in a URL, a list of
// hosts or a setting.
func TestClusterPaths(t *testing.T) {
	for name, part := range map[string]string{
		"long":  strings.Repeat("deep/", 40) + "data",
		"signs": `it's a "data" & 100% = dir+?#[1]`,
		"comma": "a,b",
	} {
		t.Run(name, func(t *testing.T) {
			// PGPORT and its like in the operator's shell are not for us.
			t.Setenv("PGPORT", "1")
			t.Setenv("PGHOST", "/nowhere")
			t.Setenv("PGUSER", "nobody-we-know")
			t.Setenv("PGDATABASE", "nothing")
			c := startCluster(t, ClusterOptions{DataDir: filepath.Join(newDataDir(t), part)})
			query(t, c, "SELECT 1")
			u, err := url.Parse(c.URL())
			if err != nil {
				t.Fatal(err)
			}
			socket := u.Query().Get("host")
			info, err := os.Stat(socket)
			if err != nil {
				t.Fatal(err)
			}
			if len(socket)+len("/.s.PGSQL.5432") > 107 || info.Mode().Perm() != 0o700 {
				t.Errorf("socket in %s, mode %v", socket, info.Mode())
			}
			attached := startCluster(t, ClusterOptions{DataDir: filepath.Dir(c.Dir())})
			if attached.Owned() {
				t.Error("a second start owns the cluster")
			}

			m := dbmate.New(u)
			m.FS = fstest.MapFS{"m/1_one.sql": {Data: []byte("-- migrate:up\nCREATE TABLE made (n int);\n-- migrate:down\n")}}
			m.MigrationsDir = []string{"m"}
			m.AutoDumpSchema = false
			m.Log = t.Output()
			if err := m.Migrate(); err != nil {
				t.Errorf("dbmate: %v", err)
			}
			query(t, c, "SELECT * FROM made")

			stopCluster(t, c)
			if _, err := os.Stat(socket); socket != c.Dir() && !os.IsNotExist(err) {
				t.Errorf("the socket's directory %s is left: %v", socket, err)
			}
		})
	}
}

func TestClusterLinked(t *testing.T) {
	t.Parallel()
	dir, disk := newDataDir(t), newDataDir(t)
	stopCluster(t, startCluster(t, ClusterOptions{DataDir: dir}))
	moved := filepath.Join(disk, "elsewhere")
	if err := os.Rename(filepath.Join(dir, "postgres"), moved); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(moved, filepath.Join(dir, "postgres")); err != nil {
		t.Fatal(err)
	}
	c := startCluster(t, ClusterOptions{DataDir: dir})
	if c.Dir() != moved {
		t.Errorf("Dir = %s, want %s", c.Dir(), moved)
	}
	if attached := startCluster(t, ClusterOptions{DataDir: dir}); attached.Owned() {
		t.Error("a second start owns the cluster behind the link")
	}
}

func ExampleStartCluster() {
	dir, err := os.MkdirTemp("", "roseash-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	// As root the server runs as another user, who must pass through.
	os.Chmod(dir, 0o711)

	ctx := context.Background()
	c, err := StartCluster(ctx, ClusterOptions{DataDir: dir, Durable: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Stop(ctx)
	pool, err := Open(ctx, Options{URL: c.URL()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	var name string
	err = pool.QueryRow(ctx, "SELECT current_database()").Scan(&name)
	fmt.Println(name, err, c.Owned())
	// Output: roseash <nil> true
}

// BenchmarkStartCluster is the start of an existing cluster with its stop:
// well under 200 ms is what a first page may wait.
func BenchmarkStartCluster(b *testing.B) {
	o := ClusterOptions{DataDir: newDataDir(b), Durable: true}
	stopCluster(b, startCluster(b, o))
	for b.Loop() {
		c, err := StartCluster(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		stopCluster(b, c)
	}
}
