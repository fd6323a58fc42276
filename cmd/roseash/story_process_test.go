package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/rogpeppe/go-internal/testscript"

	"rose-ash.com/roseash/api/shared/httpx"
)

// patience is for machines that are busy with other tests.
const patience = 60 * time.Second

type storyKey struct{}

// story is what the commands of one script share.
type story struct {
	dir  string
	port int
	runs []*running
}

// running is a process that a story started.
type running struct {
	cmd   *exec.Cmd
	log   string
	ended chan struct{}
}

func theStory(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

func (s *story) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", s.port, path) }

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	r := start(ts, args)
	ready := theStory(ts).url("/readyz")
	if private := ts.Getenv("ROSEASH_METRICS_LISTEN"); private != "" {
		ready = "http://" + private + "/readyz"
	}
	until(ts, "roseash is ready", func() bool {
		select {
		case <-r.ended:
			text, _ := os.ReadFile(r.log)
			ts.Fatalf("roseash ended:\n%s", text)
		default:
		}
		status, _, err := ask(http.MethodGet, ready, "", nil)
		return err == nil && status == http.StatusOK
	})
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) { start(ts, args) }

// start begins a process whose output goes to the first log that is free.
func start(ts *testscript.TestScript, args []string) *running {
	s := theStory(ts)
	log := filepath.Join(s.dir, "log")
	for n := 2; slices.ContainsFunc(s.runs, func(r *running) bool { return r.log == log }); n++ {
		log = filepath.Join(s.dir, "log"+strconv.Itoa(n))
	}
	out, err := os.Create(log)
	ts.Check(err)
	defer out.Close()
	path, err := exec.LookPath("roseash")
	ts.Check(err)
	r := &running{cmd: exec.Command(path, append([]string{"serve"}, args...)...), log: log, ended: make(chan struct{})}
	r.cmd.Dir, r.cmd.Stdout, r.cmd.Stderr = s.dir, out, out
	// The race detector would otherwise wait a second at the end.
	r.cmd.Env = []string{"GORACE=atexit_sleep_ms=0"}
	for _, name := range []string{"PATH", "HOME", "ROSEASH_LISTEN", "ROSEASH_PG_BIN", "ROSEASH_METRICS_LISTEN", "REDIS_URL",
		"ROSEASH_BASE_URL", "ROSEASH_DATA_DIR", "SMTP_URL"} {
		r.cmd.Env = append(r.cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(r.cmd.Start())
	s.runs = append(s.runs, r)
	go func() {
		r.cmd.Wait()
		close(r.ended)
	}()
	ts.Defer(func() {
		r.cmd.Process.Kill()
		<-r.ended
	})
	return r
}

func cmdEnd(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}
	signal, ok := signals[args[0]]
	if !ok {
		ts.Fatalf("end INT, TERM or KILL")
	}
	s := theStory(ts)
	at := len(s.runs) - 1
	if len(args) > 1 && args[1] == "first" {
		at = 0
	}
	r := s.runs[at]
	s.runs = slices.Delete(s.runs, at, at+1)
	began := time.Now()
	ts.Check(r.cmd.Process.Signal(signal))
	wantCode := 0
	if neg {
		// A second press, clearly not the first one again: a process that has much beside it
		// may hear of the first one late, and then of one more.
		wantCode = exitForced
		for pressing := true; pressing; {
			select {
			case <-r.ended:
				pressing = false
			case <-time.After(onePress + 50*time.Millisecond):
				_ = r.cmd.Process.Signal(signal) // it may be gone
				pressing = time.Since(began) < patience
			}
		}
	}
	select {
	case <-r.ended:
	case <-time.After(patience):
		ts.Fatalf("roseash does not end")
	}
	ts.Logf("ended after %s", time.Since(began).Round(time.Millisecond))
	if code := r.cmd.ProcessState.ExitCode(); code != wantCode && signal != syscall.SIGKILL {
		text, _ := os.ReadFile(r.log)
		ts.Fatalf("exit code %d\n%s", code, text)
	}
	if len(s.runs) > 0 {
		return
	}
	left := func() string { return processesIn(s.dir) }
	if signal == syscall.SIGKILL || neg {
		// The kernel tells PostgreSQL, which then takes a moment.
		until(ts, "no process is left", func() bool { return left() == "" })
	} else if p := left(); p != "" {
		ts.Fatalf("left running: %s", p)
	}
}

// processesIn lists the commands of processes that name a directory.
func processesIn(dir string) string {
	var found []string
	out, err := exec.Command("ps", "-axww", "-o", "pid=,command=").Output()
	if err != nil {
		commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, name := range commands {
			text, _ := os.ReadFile(name)
			out = append(append(out, bytes.ReplaceAll(text, []byte{0}, []byte{' '})...), '\n')
		}
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, dir) && strings.Contains(line, "postgres") && !strings.HasPrefix(line, strconv.Itoa(os.Getpid())+" ") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return strings.Join(found, "; ")
}

func ask(method, url, token string, body []byte) (int, string, error) {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	client := httpx.Operator(patience)
	defer client.CloseIdleConnections()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	want := http.StatusOK
	if len(args) > 1 {
		var err error
		want, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	status, text, err := ask(http.MethodGet, theStory(ts).url(args[len(args)-1]), "", nil)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), text)
	if status != want {
		ts.Fatalf("status %d, want %d", status, want)
	}
}

func cmdCall(ts *testscript.TestScript, neg bool, args []string) {
	s := theStory(ts)
	token, err := os.ReadFile(filepath.Join(s.dir, ".data", "dev-token"))
	ts.Check(err)
	var body []byte
	if len(args) > 2 {
		body = []byte(ts.ReadFile(args[2]))
	}
	status, text, err := ask(args[0], s.url(args[1]), strings.TrimSpace(string(token)), body)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), text)
	if status >= 400 != neg {
		ts.Fatalf("status %d", status)
	}
}

func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	url := theStory(ts).url(args[0])
	until(ts, args[0]+" has "+args[1], func() bool {
		status, text, err := ask(http.MethodGet, url, "", nil)
		return err == nil && status == http.StatusOK && strings.Contains(text, args[1])
	})
}

func cmdLogged(ts *testscript.TestScript, neg bool, args []string) {
	until(ts, args[0]+" says "+args[1], func() bool { return strings.Contains(ts.ReadFile(args[0]), args[1]) })
}

func cmdGone(ts *testscript.TestScript, neg bool, args []string) {
	url := theStory(ts).url(args[0])
	until(ts, args[0]+" is gone", func() bool {
		status, _, err := ask(http.MethodGet, url, "", nil)
		return err == nil && status == http.StatusGone
	})
}

func until(ts *testscript.TestScript, what string, is func() bool) {
	for began := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > patience {
			ts.Fatalf("not so after %s: %s", patience, what)
		}
	}
}

func cmdOccupy(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", ts.Getenv("ROSEASH_LISTEN"))
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}

func cmdRedis(ts *testscript.TestScript, neg bool, args []string) {
	server, err := miniredis.Run()
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("REDIS_URL", "redis://"+server.Addr())
}

// cmdHang sends half a request: the server waits for the rest.
func cmdHang(ts *testscript.TestScript, neg bool, args []string) {
	conn, err := net.Dial("tcp", ts.Getenv("ROSEASH_LISTEN"))
	ts.Check(err)
	ts.Defer(func() { conn.Close() })
	_, err = io.WriteString(conn, "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"+
		"Authorization: Bearer "+strings.TrimSpace(ts.ReadFile(".data/dev-token"))+"\r\n\r\n")
	ts.Check(err)
	// The server asks for the body once the handler waits for it.
	line, err := bufio.NewReader(conn).ReadString('\n')
	ts.Check(err)
	if !strings.Contains(line, "100 Continue") {
		ts.Fatalf("the server answers %q", line)
	}
}
