package sumupsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// ear is a shop that hears webhooks. It answers with status, 200 where that is 0.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	heard  []string // types and ids
	at     []time.Time
	during int // how many were under way at once, at most
	under  int
	gather int // what is under way waits until there were so many at once
	take   int // what comes after so many is taken, whatever the status; 0: nothing
}

func listen(t *testing.T) *ear {
	e := &ear{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		var in struct {
			ID, Event_type string
			Payload        struct{ Checkout_id, Status string }
		}
		if json.Unmarshal(text, &in) != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("a webhook of %s", text)
		}
		if in.Payload.Checkout_id != "" {
			in.ID = in.Payload.Checkout_id + " " + in.Payload.Status
		}
		e.mu.Lock()
		e.heard = append(e.heard, in.Event_type+" "+in.ID)
		e.at = append(e.at, time.Now())
		e.under++
		e.during = max(e.during, e.under)
		status := e.status
		if e.take > 0 && len(e.heard) > e.take {
			status = http.StatusOK
		}
		for end := time.Now().Add(patience); e.during < e.gather && time.Now().Before(end); {
			e.mu.Unlock()
			time.Sleep(5 * time.Millisecond)
			e.mu.Lock()
		}
		e.under--
		e.mu.Unlock()
		w.WriteHeader(max(status, 200))
	}))
	t.Cleanup(e.Close)
	return e
}

// wait waits until there are n and then whether more come.
func (e *ear) wait(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		e.mu.Lock()
		heard := len(e.heard)
		e.mu.Unlock()
		if heard >= n {
			break
		}
	}
	time.Sleep(30 * time.Millisecond)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.heard) != n {
		t.Fatalf("heard %d webhooks, want %d: %q", len(e.heard), n, e.heard)
	}
	return slices.Clone(e.heard)
}

const changed = "CHECKOUT_STATUS_CHANGED "

func TestHooks(t *testing.T) {
	for name, tt := range map[string]struct {
		hooks sumupsim.Hooks
		want  []string // for what the checkout is called X
		at    int      // that come before anybody pays
	}{
		"documented":    {sumupsim.Hooks{}, []string{changed + "X"}, 0},
		"dropped":       {sumupsim.Hooks{Drop: 1}, nil, 0},
		"copies":        {sumupsim.Hooks{Copies: 3}, []string{changed + "X", changed + "X", changed + "X"}, 0},
		"new":           {sumupsim.Hooks{Envelope: "new"}, []string{"checkout.status.updated X PAID"}, 0},
		"both":          {sumupsim.Hooks{Envelope: "both"}, []string{changed + "X", "checkout.status.updated X PAID"}, 0},
		"unknown type":  {sumupsim.Hooks{UnknownType: true}, []string{changed + "X", "CHECKOUT_SOMETHING_NEW X"}, 0},
		"before create": {sumupsim.Hooks{BeforeCreate: true}, []string{changed + "X", changed + "X"}, 1},
		"delayed":       {sumupsim.Hooks{DelayMS: 100}, []string{changed + "X"}, 0},
		"alone, held":   {sumupsim.Hooks{Reorder: 5}, []string{changed + "X"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := listen(t)
			e.gather = min(tt.hooks.Copies, 2) // they come at once, and not one after the other
			w := open(t, sumupsim.Options{Now: time.Now, Plan: sumupsim.Plan{Hooks: tt.hooks}})
			id := w.create("A1", "return_url", e.URL)
			if got := e.wait(t, tt.at); tt.at > 0 && got[0] != changed+id {
				t.Errorf("before the answer: %q", got)
			}
			began := time.Now()
			must(w.Pay(id))(t)
			got := e.wait(t, len(tt.want))
			var want []string
			for _, one := range tt.want {
				want = append(want, strings.Replace(one, " X", " "+id, 1))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("heard %q, want %q", got, want)
			}
			if tt.hooks.Copies > 1 && e.during < 2 {
				t.Error("the copies came one after the other")
			}
			if tt.hooks.DelayMS > 0 && e.at[0].Sub(began) < 100*time.Millisecond {
				t.Error("it came too early")
			}
		})
	}
}

func TestHooksOfMany(t *testing.T) {
	e := listen(t)
	// Its clock stands still: they wait for each other however slow the machine is.
	w := open(t, sumupsim.Options{Plan: sumupsim.Plan{Hooks: sumupsim.Hooks{Reorder: 3, AfterDelete: true}}})
	var ids []string
	for _, reference := range []string{"A1", "A2", "A3"} {
		ids = append(ids, w.create(reference, "return_url", e.URL))
	}
	must(w.Pay(ids[0]))(t)
	must(w.Decline(ids[1]))(t)
	w.ask("DELETE", "/v0.1/checkouts/"+ids[2], nil)
	want := []string{changed + ids[2], changed + ids[1], changed + ids[0]}
	if got := e.wait(t, 3); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Forged: 2}})
	must(w.Pay(ids[1]))(t)
	own := 0
	for _, one := range e.wait(t, 6)[3:] {
		if slices.Contains(ids, one[len(changed):]) {
			own++
		}
	}
	if own != 1 {
		t.Errorf("%d of three are true", own)
	}
	w.plan(sumupsim.Plan{})
	w.ask("DELETE", "/v0.1/checkouts/"+w.create("A4", "return_url", e.URL), nil)
	w.create("A5")
	must(w.Pay("A5"))(t) // has nowhere to tell it
	e.wait(t, 6)
}

// What is not taken comes again after 1, 5 and 20 minutes and 2 hours, and then never.
func TestHooksAreRepeated(t *testing.T) {
	e := listen(t)
	e.status = http.StatusServiceUnavailable
	w := open(t, sumupsim.Options{})
	must(w.Pay(w.create("A1", "return_url", e.URL)))(t)
	e.wait(t, 1)
	for i, pause := range []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute, 2 * time.Hour} {
		w.clock.Advance(pause - time.Second)
		e.wait(t, i+1)
		if err := w.Advance(time.Second); err != nil {
			t.Fatal(err)
		}
		e.wait(t, i+2)
	}
	w.clock.Advance(100 * time.Hour)
	e.wait(t, 5)

	quick := open(t, sumupsim.Options{Now: time.Now, HookScale: 6000})
	e.mu.Lock()
	e.take = 7 // five by hand, two by this one
	e.mu.Unlock()
	must(quick.Pay(quick.create("A1", "return_url", e.URL)))(t)
	e.wait(t, 8)
	time.Sleep(300 * time.Millisecond)
	e.wait(t, 8)
}
