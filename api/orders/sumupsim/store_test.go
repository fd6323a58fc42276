package sumupsim_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger")
	w := open(t, sumupsim.Options{File: file})
	paid := must(w.Pay(w.create("A1")))(t)
	w.ask("POST", refunds+paid+"/refunds", `{"amount": 2.1}`)
	must(w.Decline(w.create("A2")))(t)
	w.ask("DELETE", "/v0.1/checkouts/"+w.create("A3"), nil)
	must(w.Foreign(500, "GBP"))(t)
	w.plan(sumupsim.Plan{ChargebackAfterMS: 3_600_000})
	must(w.Pay(w.create("A4")))(t)
	if err := w.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	before := w.Ledger()
	now := w.Now()
	w.Close()

	// A process that was killed while it wrote leaves half a line.
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, `{"checkouts":[{"id":"half`)
	f.Close()
	for range 2 { // the second time from the file that the first has written anew
		again := open(t, sumupsim.Options{File: file})
		after := again.Ledger()
		if !slices.Equal(after.Entries, before.Entries) || !slices.Equal(after.Open, before.Open) || !again.Now().Equal(now) {
			t.Errorf("after a restart:\n%+v\nbefore:\n%+v", after, before)
		}
		if r := again.ask("GET", "/v0.1/checkouts?checkout_reference=A3", nil); r.string("0.status") != "EXPIRED" {
			t.Errorf("what was deactivated: %s", r.text)
		}
		if r := again.ask("POST", "/v0.1/checkouts", fields("A1")); r.status != 409 {
			t.Errorf("a reference of before: %d", r.status)
		}
		again.Close()
	}
	last := open(t, sumupsim.Options{File: file})
	if err := last.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := last.Ledger().Balance("A4"); got != 0 {
		t.Errorf("a chargeback that was planned before: %d left", got)
	}
	last.Close()
	for _, text := range []string{"no\n", `{"transactions":[{"id":"x","sequence":9}]}` + "\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sumupsim.New(sumupsim.Options{File: file}); err == nil {
			t.Errorf("%q was taken for a file", text)
		}
	}
	if _, err := sumupsim.New(sumupsim.Options{File: filepath.Join(file, "below")}); err == nil {
		t.Error("a file below a file")
	}
}

// TestMain runs a simulator where TestKilled wants one in a process of its own.
func TestMain(m *testing.M) {
	if file := os.Getenv("SUMUPSIM_FILE"); file != "" {
		s, err := sumupsim.Listen("127.0.0.1:0", sumupsim.Options{File: file, APIKey: key})
		if err != nil {
			panic(err)
		}
		fmt.Println(s.URL)
		select {}
	}
	os.Exit(m.Run())
}

// Whatever was answered is there after kill -9.
func TestKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger")
	answered := map[string]int64{}
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), "SUMUPSIM_FILE="+file)
		var out lineWriter
		out.first = make(chan string, 1)
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w := open(t, sumupsim.Options{})
		w.URL = <-out.first
		var timer *time.Timer // from its first answer on, which may take long
		for i := 0; ; i++ {
			reference := fmt.Sprintf("R%dN%d", round, i)
			r := w.ask("POST", "/v0.1/checkouts", fields(reference))
			if r.status != 201 {
				break
			}
			answered[reference] = 0
			if timer == nil {
				timer = time.AfterFunc(time.Duration(20+round*15)*time.Millisecond, func() { cmd.Process.Kill() })
			}
			if r := w.ask("POST", "/_sim/pay", fmt.Sprintf(`{"checkout": %q}`, reference)); r.status != 200 {
				break
			}
			answered[reference] = 1210
		}
		if timer != nil {
			timer.Stop()
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	w := open(t, sumupsim.Options{File: file})
	l := w.Ledger()
	balances := l.Balances()
	if len(answered) < 5 {
		t.Fatalf("only %d were answered", len(answered))
	}
	for reference, want := range answered {
		if _, known := w.Checkout(reference); !known || want > balances[reference] {
			t.Errorf("%s is gone: %d of %d", reference, balances[reference], want)
		}
	}
	for reference := range maps.Keys(balances) {
		if balances[reference] != 1210 || !strings.HasPrefix(reference, "R") {
			t.Errorf("%q has %d", reference, balances[reference])
		}
	}
}

// lineWriter gives away the first line.
type lineWriter struct {
	b     bytes.Buffer
	first chan string
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.b.Write(p)
	if line, _, whole := strings.Cut(l.b.String(), "\n"); whole {
		select {
		case l.first <- line:
		default:
		}
	}
	return len(p), nil
}
