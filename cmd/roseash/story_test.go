// Stories with the real program: testdata/script/*.txtar. Each has a directory
// and a port of its own. Beside testscript's own commands there are
//
//	opened                  a co-op that ran before: the seeded demo, stopped
//	serve [FLAG...]         start `roseash serve` and wait until it is ready; its
//	                        output goes to the file log, of a second one to log2
//	start [FLAG...]         the same without waiting
//	end SIGNAL [first]      stop the last one that was started, or the first; it must
//	                        end with exit code 0 unless it was killed, and so must
//	                        every process in this directory
//	! end SIGNAL            send it twice: it ends at once, with 130
//	logged FILE TEXT        until the file has the text
//	get [STATUS] PATH       print what the address answers
//	call METHOD PATH [FILE] the same with the development token and a JSON body
//	await PATH TEXT         until the page has the text
//	gone PATH               until there is no such page
//	occupy                  take the port
//	redis                   start a Redis and set REDIS_URL
//	hang                    begin a request and never end it
//	ghost [strange]         start a stand-in for a Ghost and set GHOST_URL and
//	                        GHOST_ADMIN_KEY, a strange one if wanted

package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"roseash": main})
}

func TestStories(t *testing.T) {
	temp := os.TempDir()
	if os.Geteuid() == 0 {
		temp = "/tmp" // root's own may be closed to the user that PostgreSQL runs as
	}
	root, err := os.MkdirTemp(temp, "roseash-stories-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	export, err := filepath.Abs("../../api/blog/testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	before := &earlier{root: root}
	// The stories run below this one, which ends after all of them.
	t.Run("script", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir:                 "testdata/script",
			WorkdirRoot:         root,
			RequireExplicitExec: true,
			RequireUniqueNames:  true,
			Setup: func(env *testscript.Env) error {
				port, err := freePort()
				if err != nil {
					return err
				}
				env.Setenv("ROSEASH_LISTEN", fmt.Sprintf("127.0.0.1:%d", port))
				private, err := freePort()
				if err != nil {
					return err
				}
				env.Setenv("PRIVATE", fmt.Sprintf("127.0.0.1:%d", private))
				env.Setenv("ROSEASH_PG_BIN", os.Getenv("ROSEASH_PG_BIN"))
				env.Setenv("GHOST_EXPORT", export)
				env.Values[storyKey{}] = &story{dir: env.WorkDir, port: port}
				return os.Chmod(env.WorkDir, 0o711)
			},
			Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
				"opened": before.copy,
				"serve":  cmdServe, "start": cmdStart, "end": cmdEnd, "get": cmdGet, "call": cmdCall,
				"await": cmdAwait, "gone": cmdGone, "logged": cmdLogged, "occupy": cmdOccupy, "redis": cmdRedis, "hang": cmdHang, "ghost": cmdGhost,
			},
		})
	})
}

// given are the ports that freePort has returned.
var given sync.Map

// freePort is a port that nobody has, and that nobody gets until it is taken: the kernel gives
// connections, of which other tests make many, ports above all of these.
func freePort() (port int, err error) {
	for range 1000 {
		port = 10_000 + rand.N(20_000)
		if _, before := given.LoadOrStore(port, true); before {
			continue
		}
		l, failed := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if failed != nil {
			err = failed
			continue
		}
		return port, l.Close()
	}
	return 0, err
}

// earlier is a data directory that is made once and copied for each story that
// wants one: to make a cluster takes longer than most stories.
type earlier struct {
	root string
	once sync.Once
	err  error
}

func (e *earlier) dir() string { return filepath.Join(e.root, "earlier") }

func (e *earlier) make(ts *testscript.TestScript) {
	if e.err = os.Mkdir(e.dir(), 0o711); e.err != nil {
		return
	}
	cmd := exec.Command("roseash", "seed")
	cmd.Dir = e.dir()
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "ROSEASH_PG_BIN=" + ts.Getenv("ROSEASH_PG_BIN")}
	if cmd.Path, e.err = exec.LookPath("roseash"); e.err != nil {
		return
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		e.err = fmt.Errorf("roseash seed: %w: %s", err, out)
	}
}

func (e *earlier) copy(ts *testscript.TestScript, neg bool, args []string) {
	e.once.Do(func() { e.make(ts) })
	ts.Check(e.err)
	// -a keeps the owner: as root the cluster is another user's.
	ts.Check(ts.Exec("cp", "-a", filepath.Join(e.dir(), ".data"), filepath.Join(theStory(ts).dir, ".data")))
}
