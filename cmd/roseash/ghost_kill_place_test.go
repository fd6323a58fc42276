// A place of its own for a test: a directory, a database and the program's processes.

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// place is where processes of the program run that follow a Ghost.
type place struct {
	t        *testing.T
	dir      string
	listen   string
	ghost    string // its address
	database string // empty: the private cluster in dir
	logs     *int
}

func newPlace(t *testing.T, private bool, ghost string) place {
	t.Helper()
	temp := os.TempDir()
	if os.Geteuid() == 0 {
		temp = "/tmp" // root's own may be closed to the user that PostgreSQL runs as
	}
	dir, err := os.MkdirTemp(temp, "roseash-killed-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := place{t: t, dir: dir, listen: fmt.Sprintf("127.0.0.1:%d", port), ghost: ghost, logs: new(int)}
	if !private {
		s.database = dbtest.URL(t)
	}
	return s
}

func (s place) public() string { return filepath.Join(s.dir, "public") }

func (s place) command(args ...string) *exec.Cmd {
	s.t.Helper()
	path, err := exec.LookPath("roseash")
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"GORACE=atexit_sleep_ms=0", "PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "ROSEASH_PG_BIN=" + os.Getenv("ROSEASH_PG_BIN"),
		"ROSEASH_LISTEN=" + s.listen, "DATABASE_URL=" + s.database,
		"GHOST_URL=" + s.ghost, "GHOST_ADMIN_KEY=" + ghosttest.AdminKey, "GHOST_WEBHOOK_SECRET=" + ghosttest.HookSecret}
	return cmd
}

// run waits for a command and returns its exit code and what it said.
func (s place) run(args ...string) (int, string) {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	if exit != nil {
		return exit.ExitCode(), string(out)
	}
	return 0, string(out)
}

// start begins a command whose output goes to a log.
func (s place) start(args ...string) *running {
	s.t.Helper()
	*s.logs++
	out, err := os.Create(filepath.Join(s.dir, fmt.Sprintf("log%d", *s.logs)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	r := &running{cmd: s.command(args...), log: out.Name(), ended: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = out, out
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		r.cmd.Wait()
		close(r.ended)
	}()
	s.t.Cleanup(r.kill)
	return r
}

// over tells whether the process has ended.
func (r *running) over() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// kill gives the process no chance.
func (r *running) kill() {
	r.cmd.Process.Kill()
	<-r.ended
}

// end asks the process to stop, which it does without complaint.
func (r *running) end(t testing.TB) {
	t.Helper()
	r.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(patience):
		t.Fatal("roseash does not end")
	}
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		text, _ := os.ReadFile(r.log)
		t.Errorf("exit code %d\n%s", code, text)
	}
}

// open connects to the database, which is started for as long if need be.
func (s place) open(use func(conn *pgx.Conn)) {
	s.t.Helper()
	ctx := context.Background()
	address := s.database
	if address == "" {
		c, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(s.dir, ".data"), BinDir: os.Getenv("ROSEASH_PG_BIN"), Durable: true})
		if err != nil {
			s.t.Fatal(err)
		}
		defer c.Stop(ctx)
		address = c.URL()
	}
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(ctx)
	use(conn)
}

// rows are the lines that a query finds.
func (s place) rows(query string, args ...any) (lines []string) {
	s.t.Helper()
	s.open(func(conn *pgx.Conn) {
		rows, err := conn.Query(context.Background(), query, args...)
		if err == nil {
			lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		if err != nil {
			s.t.Fatalf("%v: %s", err, query)
		}
	})
	return lines
}

func (s place) exec(statement string) {
	s.t.Helper()
	s.open(func(conn *pgx.Conn) {
		if _, err := conn.Exec(context.Background(), statement); err != nil {
			s.t.Fatalf("%v: %s", err, statement)
		}
	})
}

// copied is a site with the same data where nothing has been built yet.
func (s place) copied() place {
	s.t.Helper()
	to := newPlace(s.t, false, s.ghost)
	to.listen = s.listen // the pages name it
	if s.database == "" {
		// The private cluster is stopped: its files are all there is.
		to.database = ""
		if out, err := exec.Command("cp", "-a", filepath.Join(s.dir, ".data"), filepath.Join(to.dir, ".data")).CombinedOutput(); err != nil {
			s.t.Fatalf("%v: %s", err, out)
		}
	} else {
		from, err := url.Parse(s.database)
		if err != nil {
			s.t.Fatal(err)
		}
		name := strings.TrimPrefix(from.Path, "/")
		admin := *from
		admin.Path = "/postgres"
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, admin.String())
		if err != nil {
			s.t.Fatal(err)
		}
		defer conn.Close(ctx)
		at := *from
		at.Path += "_full"
		to.database = at.String()
		for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + "_full WITH (FORCE)", "CREATE DATABASE " + name + "_full TEMPLATE " + name + " STRATEGY file_copy"} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				s.t.Fatal(err)
			}
		}
		s.t.Cleanup(func() {
			conn, err := pgx.Connect(ctx, admin.String())
			if err == nil {
				defer conn.Close(ctx)
				_, err = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+"_full WITH (FORCE)")
			}
			if err != nil {
				s.t.Error(err)
			}
		})
	}
	to.exec(`TRUNCATE ssg.pages, ssg.dependencies, ssg.generations, ssg.changes, ssg.work; UPDATE ssg.state SET fingerprint = '', held_until = '-infinity', holder = ''`)
	return to
}
