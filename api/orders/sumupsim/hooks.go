// Webhooks: a POST to a checkout's return_url when its status changes.

package sumupsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Hooks is how webhooks are sent. The zero value sends one for each payment and each one
// that failed, and sends it again after 1, 5 and 20 minutes and 2 hours (divided by
// Options.HookScale) while the answer is not 2xx.
type Hooks struct {
	// Drop is the share that is never sent, from 0 to 1.
	Drop float64 `json:"drop,omitempty"`
	// DelayMS is how long the first try of each waits.
	DelayMS int `json:"delay_ms,omitempty"`
	// Copies of each that are sent at the same time; 0: one.
	Copies int `json:"copies,omitempty"`
	// Reorder: hooks wait until there are so many, or for 200 ms, and are sent the last first.
	Reorder int `json:"reorder,omitempty"`
	// BeforeCreate: one for a new checkout, before the answer that tells its id.
	BeforeCreate bool `json:"before_create,omitempty"`
	// AfterDelete: one for a checkout that was deactivated.
	AfterDelete bool `json:"after_delete,omitempty"`
	// Envelope is the form: "" the documented one, "new" the other one, "both" each.
	Envelope string `json:"envelope,omitempty"`
	// UnknownType: with each goes one of a type that nobody has heard of.
	UnknownType bool `json:"unknown_type,omitempty"`
	// Forged: with each go so many for checkouts that do not exist.
	Forged int `json:"forged,omitempty"`
}

func (h Hooks) check() error {
	if h.Drop < 0 || h.Drop > 1 || h.Copies < 0 || h.Reorder < 0 || h.Forged < 0 || !slices.Contains([]string{"", "new", "both"}, h.Envelope) {
		return fmt.Errorf("sumupsim: the plan of webhooks is out of range")
	}
	return nil
}

// pauses are between the tries.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute, 2 * time.Hour}

const (
	reorderWait   = 200 * time.Millisecond
	manualPolling = 20 * time.Millisecond // of a clock that the simulator cannot wait for
)

// hooks sends them.
type hooks struct {
	sim *Sim
	wg  sync.WaitGroup

	mu     sync.Mutex
	count  int
	held   []hook // waiting to be reordered
	awake  chan struct{}
	closed bool
}

// hook is one message to one address.
type hook struct {
	url  string
	body []byte
}

func newHooks(s *Sim) *hooks { return &hooks{sim: s, awake: make(chan struct{})} }

// tell sends what there is to tell of a checkout, without waiting for it.
func (h *hooks) tell(c *checkout) {
	list, delay, reorder := h.about(c)
	if reorder < 2 {
		for _, one := range list {
			h.run(func() { h.send(one, delay) })
		}
		return
	}
	h.mu.Lock()
	first := len(h.held) == 0
	h.held = append(h.held, list...)
	full := len(h.held) >= reorder
	h.mu.Unlock()
	switch {
	case full:
		h.flush()
	case first:
		h.run(func() {
			h.until(h.sim.Now().Add(reorderWait))
			h.flush()
		})
	}
}

// flush sends what is held back, the last first, each after the one before.
func (h *hooks) flush() {
	h.mu.Lock()
	list := h.held
	h.held = nil
	h.mu.Unlock()
	h.run(func() {
		for _, one := range slices.Backward(list) {
			if !h.post(one) {
				h.run(func() { h.again(one) })
			}
		}
	})
}

// now sends what there is to tell and waits for the answers.
func (h *hooks) now(c *checkout) {
	list, _, _ := h.about(c)
	for _, one := range list {
		if !h.post(one) {
			h.run(func() { h.again(one) })
		}
	}
}

// about is what the plan has to tell of a checkout.
func (h *hooks) about(c *checkout) (list []hook, delay time.Duration, reorder int) {
	s := h.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	plan := s.Options.Plan.Hooks
	h.mu.Lock()
	h.count++
	dropped := plan.Drop > 0 && s.chance("hook", 0, h.count) < plan.Drop
	h.mu.Unlock()
	if c.ReturnURL == "" || dropped {
		return nil, 0, 0
	}
	add := func(body any) {
		text, _ := json.Marshal(body)
		for range max(plan.Copies, 1) {
			list = append(list, hook{c.ReturnURL, text})
		}
	}
	if plan.Envelope != "new" {
		add(documented("CHECKOUT_STATUS_CHANGED", c.ID))
	}
	if plan.Envelope != "" {
		add(map[string]any{
			"id": uuid.NewString(), "event_type": "checkout.status.updated", "timestamp": stamp(s.now()),
			"payload": map[string]string{"checkout_id": c.ID, "reference": c.Reference, "status": c.status(s.now())},
		})
	}
	if plan.UnknownType {
		add(documented("CHECKOUT_SOMETHING_NEW", c.ID))
	}
	for range plan.Forged {
		add(documented("CHECKOUT_STATUS_CHANGED", uuid.NewString()))
	}
	return list, time.Duration(plan.DelayMS) * time.Millisecond, plan.Reorder
}

func documented(kind, id string) any { return map[string]string{"event_type": kind, "id": id} }

// run does something in the background, unless the simulator closes.
func (h *hooks) run(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.wg.Go(do)
	}
}

// send is the first try and those that follow.
func (h *hooks) send(one hook, delay time.Duration) {
	if delay > 0 && !h.until(h.sim.Now().Add(delay)) {
		return
	}
	if !h.post(one) {
		h.again(one)
	}
}

// again repeats a hook until it is taken or the tries are used up.
func (h *hooks) again(one hook) {
	for _, pause := range pauses {
		if !h.until(h.sim.Now().Add(time.Duration(float64(pause)/h.sim.HookScale))) || h.post(one) {
			return
		}
	}
}

// post sends it once; true: it was taken, or there is no use in trying again.
func (h *hooks) post(one hook) bool {
	r, err := http.NewRequestWithContext(h.sim.life, http.MethodPost, one.url, bytes.NewReader(one.body))
	if err != nil {
		return true
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := h.sim.client.Do(r)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, maxBody))
	return res.StatusCode/100 == 2
}

// until waits for a time of the simulator's clock; false: it closes.
func (h *hooks) until(at time.Time) bool {
	for {
		h.mu.Lock()
		awake := h.awake
		h.mu.Unlock()
		left := at.Sub(h.sim.Now())
		if left <= 0 {
			return true
		}
		if h.sim.manual {
			left = manualPolling
		}
		t := time.NewTimer(left)
		select {
		case <-t.C:
		case <-awake:
		case <-h.sim.life.Done():
			t.Stop()
			return false
		}
		t.Stop()
	}
}

// wake has everything that waits look at the clock again.
func (h *hooks) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.awake)
	h.awake = make(chan struct{})
}

// wait ends everything.
func (h *hooks) wait() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.wg.Wait()
}
