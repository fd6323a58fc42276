// Control: what tests and developers tell the simulator, at /_sim/….

package sumupsim

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// control answers
//
//	GET  /_sim/ledger       all money that moved, and what can still be paid
//	GET  /_sim/checkouts    every checkout as SumUp shows it
//	GET  /_sim/plan         the plan, and how often each fault struck
//	PUT  /_sim/plan         another plan
//	POST /_sim/advance      {"seconds": 3600}: move the clock
//	POST /_sim/pay          {"checkout": id or reference}
//	POST /_sim/decline      the same
//	POST /_sim/challenge    the same: the bank asks; pay or decline ends it
//	POST /_sim/refund       {"transaction": id, "amount_minor": 120}: in the dashboard; 0: all
//	POST /_sim/chargeback   {"transaction": id}
//	POST /_sim/foreign      {"amount_minor": 500, "currency": "GBP"}: a payment made elsewhere
//
// It needs no key: it is for loopback.
func (s *Sim) control(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Checkout    string  `json:"checkout"`
		Transaction string  `json:"transaction"`
		AmountMinor int64   `json:"amount_minor"`
		Currency    string  `json:"currency"`
		Seconds     float64 `json:"seconds"`
	}
	what := r.Method + " " + r.URL.Path
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in); err != nil {
			tell(w, nil, errBody)
			return
		}
	}
	var transaction string
	var err error
	switch what {
	case "GET /_sim/ledger":
		tell(w, s.Ledger(), nil)
		return
	case "GET /_sim/checkouts":
		s.mu.Lock()
		list := s.find(&request{base: s.origin(r)}).body
		s.mu.Unlock()
		tell(w, list, nil)
		return
	case "GET /_sim/plan":
		s.mu.Lock()
		view := map[string]any{"plan": s.Options.Plan, "struck": s.strikes}
		text := encode(ok(view))
		s.mu.Unlock()
		write(w, ok(nil), text)
		return
	case "PUT /_sim/plan":
		var p Plan
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		d.DisallowUnknownFields()
		if d.Decode(&p) != nil {
			err = errBody
		} else {
			err = s.SetPlan(p)
		}
	case "POST /_sim/advance":
		err = s.Advance(time.Duration(in.Seconds * float64(time.Second)))
	case "POST /_sim/pay":
		transaction, err = s.Pay(in.Checkout)
	case "POST /_sim/decline":
		transaction, err = s.Decline(in.Checkout)
	case "POST /_sim/challenge":
		transaction, err = s.Challenge(in.Checkout)
	case "POST /_sim/refund":
		err = s.RefundOutside(in.Transaction, in.AmountMinor)
	case "POST /_sim/chargeback":
		err = s.Chargeback(in.Transaction)
	case "POST /_sim/foreign":
		transaction, err = s.Foreign(in.AmountMinor, in.Currency)
	default:
		err = ErrUnknown
	}
	tell(w, map[string]any{"transaction": transaction, "now": s.Now()}, err)
}

var errBody = errors.New("sumupsim: the body was not understood")

// tell answers whoever controls the simulator.
func tell(w http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	switch {
	case errors.Is(err, ErrUnknown):
		status = http.StatusNotFound
	case errors.Is(err, ErrNotPayable), errors.Is(err, ErrRefund):
		status = http.StatusConflict
	case err != nil:
		status = http.StatusBadRequest
	}
	if err != nil {
		body = map[string]string{"error": err.Error()}
	}
	a := ok(body)
	a.status = status
	write(w, a, nil)
}
