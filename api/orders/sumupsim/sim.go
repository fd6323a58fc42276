// The simulator and its options.

package sumupsim

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
)

// Merchant is the account's merchant code where Options name none.
const Merchant = "MERCHANT"

// Options are how the simulator behaves. The zero value is a well-behaved SumUp.
type Options struct {
	// BaseURL is the origin at which it is reached: its hosted pages live there. Where it is
	// empty, it is that of each request.
	BaseURL string
	// APIKey that requests must carry; empty: any, but there must be one.
	APIKey string
	// MerchantCode of the account; MERCHANT where empty.
	MerchantCode string
	// Now is its clock; the machine's.
	Now func() time.Time
	// File keeps the ledger over a restart; empty: in memory only. What was answered is in
	// the file, whenever the process is killed.
	File string
	// Seed makes the faults of a plan the same each time.
	Seed uint64
	// FailedIsFinal: a checkout whose payment failed cannot be paid any more. SumUp's
	// documents are silent; both are tried.
	FailedIsFinal bool
	// HookScale divides the pauses between repeated webhooks (1, 5, 20 min, 2 h); 1.
	HookScale float64
	// Plan is how it misbehaves from the start.
	Plan Plan
}

// The errors of whoever controls the simulator.
var (
	ErrUnknown    = errors.New("sumupsim: there is no such thing")
	ErrNotPayable = errors.New("sumupsim: the checkout cannot be paid")
	ErrRefund     = errors.New("sumupsim: the transaction cannot be refunded by so much")
)

// Sim is one simulated SumUp. New makes one; Close ends its webhooks. Its methods may be
// called at once from anywhere.
type Sim struct {
	Options
	client *http.Client // of webhooks
	hooks  *hooks
	manual bool            // the clock is somebody else's
	life   context.Context // ends with Close
	end    context.CancelFunc

	mu      sync.Mutex // of all below
	state   state
	file    *os.File // nil: in memory only
	failed  error    // of the file: nothing is answered any more
	struck  []int    // how often each fault of the plan was asked, and
	strikes []int    // how often it struck
	once    sync.Once
}

// New makes a simulator; with Options.File it goes on where an earlier one stopped. It fails
// where the file cannot be used.
func New(o Options) (*Sim, error) {
	if o.MerchantCode == "" {
		o.MerchantCode = Merchant
	}
	manual := o.Now != nil
	if !manual {
		o.Now = clock.System{}.Now
	}
	if o.HookScale <= 0 {
		o.HookScale = 1
	}
	s := &Sim{Options: o, client: httpx.Operator(10 * time.Second), state: newState(), manual: manual}
	s.life, s.end = context.WithCancel(context.Background())
	if o.File != "" {
		if err := s.load(); err != nil {
			return nil, err
		}
	}
	if err := s.SetPlan(o.Plan); err != nil {
		return nil, err
	}
	s.hooks = newHooks(s)
	return s, nil
}

// Close ends what it does in the background: webhooks on their way, answers that hang.
func (s *Sim) Close() {
	s.once.Do(func() {
		s.end()
		s.hooks.wait()
		s.client.CloseIdleConnections()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.file != nil {
			s.file.Close()
			s.file = nil
			s.failed = errors.New("sumupsim: closed")
		}
	})
}

// Now is the simulator's time: that of Options.Now and what Advance added.
func (s *Sim) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is for whoever holds the lock.
func (s *Sim) now() time.Time { return s.Options.Now().Add(s.state.Offset).UTC() }
