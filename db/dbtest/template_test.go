package dbtest

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestTemplateNameFollowsTheFiles(t *testing.T) {
	name := func(files fstest.MapFS) string {
		t.Helper()
		n, err := templateName(files)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one := name(fstest.MapFS{"m/1_a.sql": {Data: []byte("create")}})
	for what, files := range map[string]fstest.MapFS{
		"changed":   {"m/1_a.sql": {Data: []byte("created")}},
		"renamed":   {"m/2_a.sql": {Data: []byte("create")}},
		"one added": {"m/1_a.sql": {Data: []byte("create")}, "m/2_b.sql": {}},
	} {
		if name(files) == one {
			t.Errorf("a file %s, and the template's name is the same", what)
		}
	}
	if again := name(fstest.MapFS{"m/1_a.sql": {Data: []byte("create")}}); again != one {
		t.Errorf("names %s and %s for the same files", one, again)
	}
}

// Processes of one run make the template together; one that was killed in the
// middle has left half of it.
func TestMakeTemplateOnce(t *testing.T) {
	admin, _, err := ready()
	if err != nil {
		t.Fatal(err)
	}
	const name = "roseash_template_race"
	drop := func() {
		for _, n := range []string{name, name + "_building"} {
			if err := admin.exec("DROP DATABASE IF EXISTS " + n + " WITH (FORCE)"); err != nil {
				t.Error(err)
			}
		}
	}
	drop()
	t.Cleanup(drop)
	if err := admin.exec("CREATE DATABASE " + name + "_building"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := makeTemplate(admin, name); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := (server{admin.database(name)}).exec("SELECT version FROM public.schema_migrations"); err != nil {
		t.Errorf("the template is not migrated: %v", err)
	}
}

func TestURLIsDroppedWithItsSessions(t *testing.T) {
	var url string
	var conn *pgx.Conn
	t.Run("test", func(t *testing.T) {
		url = URL(t)
		var err error
		if conn, err = pgx.Connect(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	})
	defer conn.Close(t.Context())
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a session of the ended test still answers")
	}
	if err := (server{url}).exec("SELECT 1"); err == nil {
		t.Error("the database of the ended test is still there")
	}
}

func TestSweepLeavesTheLiving(t *testing.T) {
	base := t.TempDir()
	old := time.Now().Add(-time.Hour)
	var dirs = map[string]string{}
	for _, name := range []string{"dead", "alive", "young"} {
		dirs[name] = filepath.Join(base, name)
		if err := os.Mkdir(dirs[name], 0o700); err != nil {
			t.Fatal(err)
		}
		lock, err := os.Create(filepath.Join(dirs[name], "postgres.lock"))
		if err != nil {
			t.Fatal(err)
		}
		defer lock.Close()
		if name == "alive" {
			if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
				t.Fatal(err)
			}
		}
		if name != "young" {
			if err := os.Chtimes(dirs[name], old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	sweep(base)
	for name, dir := range dirs {
		_, err := os.Stat(dir)
		if left := err == nil; left != (name != "dead") {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

func TestOwnDirectoryRefusesOthers(t *testing.T) {
	base := filepath.Join(t.TempDir(), "base")
	if err := ownDirectory(base); err != nil {
		t.Fatal(err)
	}
	if err := ownDirectory(base); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if err := os.Chmod(base, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := ownDirectory(base); err == nil {
		t.Error("a directory that all may write is taken")
	}
	link := base + "-link"
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := ownDirectory(link); err == nil {
		t.Error("a link is taken")
	}
}
