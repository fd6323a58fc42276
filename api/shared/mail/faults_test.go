package mail_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	osexec "os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// refuse is a server's refusal, which repeats what no log must have.
func refuse(when bool, code int) error {
	if !when {
		return nil
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no canary-address@example.org here"}
}

// TestRefusals: what is refused for good is given up, everything else tried again after
// growing pauses.
func TestRefusals(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	for _, tt := range []struct {
		name    string
		plan    func(try int, stage string) error
		again   []time.Duration // after each attempt but the last
		failed  bool
		error   string // after the first
		arrived int
	}{
		{name: "taken", arrived: 1},
		{name: "busy at MAIL", plan: func(try int, stage string) error { return refuse(stage == atMail && try < 3, 451) },
			again: []time.Duration{5 * time.Second, 30 * time.Second}, error: "MAIL: 451 4.1.1", arrived: 1},
		{name: "greylisted", plan: func(try int, stage string) error { return refuse(stage == atRcpt && try < 6, 450) },
			again: []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute}, error: "RCPT: 450 4.1.1", arrived: 1},
		{name: "full at DATA", plan: func(try int, stage string) error { return refuse(stage == atData && try < 2, 452) },
			again: []time.Duration{5 * time.Second}, error: "DATA: 452 4.1.1", arrived: 1},
		{name: "nobody", plan: func(_ int, stage string) error { return refuse(stage == atRcpt, 550) }, failed: true, error: "RCPT: 550 5.1.1"},
		{name: "spam", plan: func(_ int, stage string) error { return refuse(stage == atData, 554) }, failed: true, error: "DATA: 554 5.1.1"},
		{name: "wants a password", plan: func(try int, stage string) error { return refuse(stage == atMail && try < 2, 530) },
			again: []time.Duration{5 * time.Second}, error: "MAIL: 530 5.1.1", arrived: 1},
		{name: "lost before the answer", plan: func(try int, stage string) error { return refuse(stage == dropped && try == 1, 451) },
			again: []time.Duration{5 * time.Second}, error: "DATA: the connection was lost", arrived: 2},
		{name: "lost after the answer", plan: func(_ int, stage string) error { return refuse(stage == hungUp, 451) }, arrived: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink(t, sinkOptions{})
			s.plan = tt.plan
			w := onPool(t, pool, "smtp://"+s.address)
			queued := w.queue(t, to("canary-address@example.org"))
			for i, want := range tt.again {
				if again := w.send(t, queued); again != want {
					t.Fatalf("attempt %d: again in %v, want %v", i+1, again, want)
				}
				if r := w.row(t, queued); r.sealed == nil || r.sent != nil || r.failed != nil || r.attempts != i+1 || r.error != tt.error {
					t.Errorf("after attempt %d: %+v", i+1, r)
				}
				w.clock.Advance(want)
			}
			if again := w.send(t, queued); again != 0 {
				t.Fatalf("again in %v", again)
			}
			r := w.row(t, queued)
			if r.sealed != nil || (r.failed != nil) != tt.failed || (r.sent != nil) == tt.failed || r.attempts != len(tt.again)+1 || tt.failed && r.error != tt.error {
				t.Errorf("in the end: %+v", r)
			}
			w.send(t, queued) // and once more does nothing
			got := s.got()
			if len(got) != tt.arrived {
				t.Errorf("%d mails arrived, want %d", len(got), tt.arrived)
			}
			for _, m := range got {
				if m.message.Header.Get("Message-Id") != got[0].message.Header.Get("Message-Id") {
					t.Error("a mail that was sent twice has two ids")
				}
			}
			if strings.Contains(w.log.String()+r.error, "canary") {
				t.Errorf("the log or the row repeats the server: %q\n%s", r.error, w.log)
			}
		})
	}
}

// TestNoServer: a server that is away is asked again.
func TestNoServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	w := newWorld(t, "smtp://u:canary-pw@"+address)
	queued := w.queue(t, to("bryn@example.org"))
	if again := w.send(t, queued); again != 5*time.Second {
		t.Errorf("again in %v", again)
	}
	if r := w.row(t, queued); r.error != "reaching the server: connection refused" || r.sealed == nil {
		t.Errorf("row = %+v", r)
	}
	if strings.Contains(w.log.String(), "canary") {
		t.Errorf("log:\n%s", w.log)
	}
}

// TestExpiry: what is of no use any more is not sent; what is good for ever is tried a day.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	w := newWorld(t, "smtp://"+s.address)
	m := to("bryn@example.org")
	m.ExpiresAt = begin.Add(10 * time.Minute)
	late := w.queue(t, m)
	w.clock.Set(m.ExpiresAt)
	if again := w.send(t, late); again != 0 {
		t.Errorf("again in %v", again)
	}
	if r := w.row(t, late); r.failed == nil || r.sealed != nil || r.error != "it has expired" {
		t.Errorf("row = %+v", r)
	}
	if n := len(s.got()); n != 0 {
		t.Fatalf("%d expired mails were sent", n)
	}

	s.plan = func(_ int, stage string) error { return refuse(stage == atRcpt, 450) }
	for _, tt := range []struct {
		lasts, within time.Duration
		attempts      int
	}{
		{0, 24 * time.Hour, 29},
		{10 * time.Minute, 10 * time.Minute, 4},
	} {
		m.ExpiresAt = time.Time{}
		if tt.lasts > 0 {
			m.ExpiresAt = w.clock.Now().Add(tt.lasts)
		}
		queued, since := w.queue(t, m), w.clock.Now()
		for again := w.send(t, queued); again > 0; again = w.send(t, queued) {
			w.clock.Advance(again)
		}
		r := w.row(t, queued)
		if r.failed == nil || r.sealed != nil || r.attempts != tt.attempts || r.error != "RCPT: 450 4.1.1" || w.clock.Now().Sub(since) >= tt.within {
			t.Errorf("given up %v after %d attempts: %+v", w.clock.Now().Sub(since), r.attempts, r)
		}
	}
}

// TestTLS: nothing is said in the clear to another machine, and to nobody whose certificate
// is not trusted; the password follows TLS.
func TestTLS(t *testing.T) {
	t.Parallel()
	plain := sinkOptions{user: "rose", password: "canary-pw", mechanisms: []string{"PLAIN", "LOGIN"}}
	starts, implicit, login := plain, plain, plain
	starts.startTLS, implicit.implicit = true, true
	login.startTLS, login.mechanisms = true, []string{"LOGIN"}
	pool := dbtest.New(t)
	for _, tt := range []struct {
		name, url string
		options   sinkOptions
		stranger  bool // nobody vouches for its certificate
		error     string
		tls       bool
	}{
		{name: "STARTTLS", url: "smtp://rose:canary-pw@mail.test", options: starts, tls: true},
		{name: "LOGIN only", url: "smtp://rose:canary-pw@mail.test", options: login, tls: true},
		{name: "TLS from the start", url: "smtps://rose:canary-pw@mail.test", options: implicit, tls: true},
		{name: "no STARTTLS", url: "smtp://rose:canary-pw@mail.test", options: plain, error: "reaching the server: it does not offer STARTTLS"},
		{name: "a stranger", url: "smtp://rose:canary-pw@mail.test", options: starts, stranger: true, error: "reaching the server: its certificate is not trusted"},
		{name: "a stranger from the start", url: "smtps://rose:canary-pw@mail.test", options: implicit, stranger: true, error: "reaching the server: its certificate is not trusted"},
		{name: "another name", url: "smtp://rose:canary-pw@mail.example", options: starts, error: "reaching the server: its certificate is not trusted"},
		{name: "TLS where there is none", url: "smtps://rose:canary-pw@mail.test", options: starts, error: "reaching the server: it does not speak TLS"},
		{name: "wrong password", url: "smtp://rose:canary-other@mail.test", options: starts, error: "reaching the server: 535 5.7.8"},
		{name: "this machine in the clear", url: "smtp://rose:canary-pw@localhost", options: plain},
		{name: "this machine with its own certificate", url: "smtp://rose:canary-pw@localhost", options: starts, stranger: true, tls: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink(t, tt.options)
			w := onPool(t, pool, tt.url)
			roots := s.roots
			if tt.stranger {
				_, roots = certified(t)
			}
			w.At(s.address, roots)
			queued := w.queue(t, to("bryn@example.org"))
			again := w.send(t, queued)
			r, got := w.row(t, queued), s.got()
			if r.error != tt.error || (again > 0) != (tt.error != "") {
				t.Errorf("error %q, again in %v; want %q", r.error, again, tt.error)
			}
			if tt.error == "" && (len(got) != 1 || got[0].tls != tt.tls || got[0].user != "rose") {
				t.Errorf("got %+v", got)
			}
			if tt.error != "" && len(got) != 0 {
				t.Errorf("got %+v all the same", got)
			}
			if strings.Contains(w.log.String(), "canary") {
				t.Errorf("log:\n%s", w.log)
			}
		})
	}
}

// TestSilentServer: one that takes the connection and says nothing is left when the process
// ends.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	w := newWorld(t, "smtp://"+listener.Addr().String())
	queued := w.queue(t, to("bryn@example.org"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
			cancel()
			<-t.Context().Done()
		}
	}()
	begun := time.Now()
	if _, err := w.Send(ctx, queued); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if took := time.Since(begun); took >= patience {
		t.Errorf("it took %v to leave: it waited for the server to the end", took)
	}
	if r := w.row(t, queued); r.sealed == nil || r.sent != nil || r.failed != nil {
		t.Errorf("row = %+v", r)
	}
}

// TestTwoWorkersSendOnce: however many try, a mail is with the server once at a time, and
// once in all.
func TestTwoWorkersSendOnce(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	var now, most atomic.Int32
	s.slow = func() {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
	}
	w := newWorld(t, "smtp://"+s.address)
	for range 10 {
		queued := w.queue(t, to("bryn@example.org"))
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := w.Send(context.Background(), queued); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if most.Load() != 1 {
		t.Errorf("%d workers were at one mail at once", most.Load())
	}
	if n := len(s.got()); n != 10 {
		t.Errorf("%d mails arrived, want 10", n)
	}
	if n := count(t, w.pool, "SELECT count(*) FROM shared.mails WHERE sent_at IS NOT NULL AND attempts = 1 AND sealed IS NULL AND failed_at IS NULL"); n != 10 {
		t.Errorf("%d mails were sent at the first attempt, want 10", n)
	}
}

// TestTwoProcesses: two buses on one database send each mail once.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	a := newWorld(t, "smtp://"+s.address)
	// Each has connections of its own, as processes have: whoever sends holds one for the lock
	// and wants another, and together they might hold all there are.
	pool, err := db.Open(t.Context(), db.Options{URL: a.pool.Config().ConnString(), Name: "mail-test", StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	b := onPool(t, pool, "smtp://"+s.address)
	a.run(t)
	b.run(t)
	for i := range 40 {
		a.queue(t, to(fmt.Sprintf("bryn+%d@example.org", i)))
	}
	await(t, "all are sent", func() bool {
		return count(t, a.pool, "SELECT count(*) FROM shared.mails WHERE sent_at IS NULL") == 0
	})
	arrived := map[string]int{}
	for _, m := range s.got() {
		arrived[m.to]++
	}
	if len(arrived) != 40 || len(s.got()) != 40 {
		t.Errorf("%d mails to %d people, want 40 to 40", len(s.got()), len(arrived))
	}
}

// workUntilKilled is the worker process of TestKilledWorker.
func workUntilKilled(url, smtpURL string) {
	pool, err := db.Open(context.Background(), db.Options{URL: url, Name: "mail-worker", StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		log.Fatal(err)
	}
	b := bus.New(pool, nil)
	s, err := mail.New(mail.Options{Pool: pool, Clock: clock.NewManual(begin), Key: key, Bus: b, SMTPURL: smtpURL, From: from, Render: render})
	if err != nil {
		log.Fatal(err)
	}
	s.Patient(patience)
	s.Jobs(b)
	fmt.Println("ready")
	log.Fatal(b.Run(context.Background()))
}

// TestKilledWorker: a process that is killed while it gives a mail to the server has it done
// by another at once.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	begun, release := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	s.slow = func() {
		if first.CompareAndSwap(false, true) {
			close(begun)
			<-release
		}
	}
	url := dbtest.URL(t)
	worker := osexec.Command(os.Args[0])
	worker.Env = append(os.Environ(), workerURL+"="+url, workerSMTP+"=smtp://"+s.address)
	worker.Stderr = t.Output()
	out, err := worker.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	defer worker.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("the worker says %q, %v", line, err)
	}
	pool, err := db.Open(t.Context(), db.Options{URL: url, Name: "mail-test", StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	w := onPool(t, pool, "smtp://"+s.address)
	queued := w.queue(t, to("bryn@example.org"))
	select {
	case <-begun:
	case <-time.After(patience):
		t.Fatal("the worker never began")
	}
	if err := worker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = worker.Wait()
	killed := time.Now()
	w.run(t)
	await(t, "another worker sends it", func() bool { return w.row(t, queued).sent != nil })
	t.Logf("sent %v after the kill", time.Since(killed).Round(time.Millisecond))
	close(release)
	if r := w.row(t, queued); r.attempts != 2 || r.sealed != nil {
		t.Errorf("row = %+v", r)
	}
	// Whether the killed one's mail was taken is the server's affair; both are the same one.
	ids := map[string]bool{}
	await(t, "the server is done", func() bool { return len(s.got()) == 2 })
	for _, m := range s.got() {
		ids[m.message.Header.Get("Message-Id")] = true
	}
	if len(ids) != 1 || !ids["<"+queued.String()+"@rose.example>"] {
		t.Errorf("ids %v", ids)
	}
}
