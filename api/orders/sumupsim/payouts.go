// Payouts: the day after a payment its amount less the fee is paid out, and what was
// refunded or charged back is taken off another.

package sumupsim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// payoutDate is the day after.
func payoutDate(at time.Time) string { return at.UTC().AddDate(0, 0, 1).Format(time.DateOnly) }

// payout is a record of SumUp's payouts.
type payout struct {
	ID        int64       `json:"id"`
	Type      string      `json:"type"`
	Amount    json.Number `json:"amount"`
	Date      string      `json:"date"`
	Currency  string      `json:"currency"`
	Fee       json.Number `json:"fee"`
	Status    string      `json:"status"`
	Reference string      `json:"reference"`
	Code      string      `json:"transaction_code"`
}

// payouts answers GET …/payouts. Amounts of deductions are above zero: their type says
// what they are.
func (s *Sim) payouts(r *request) answer {
	var faults []refusal
	bounds := map[string]string{}
	for _, name := range []string{"start_date", "end_date"} {
		text := r.query.Get(name)
		if text == "" {
			faults = append(faults, refusal{"Validation error: required", "MISSING", name})
		} else if _, err := time.Parse(time.DateOnly, text); err != nil {
			faults = append(faults, refusal{"Validation error", "INVALID", name})
		}
		bounds[name] = text
	}
	limit := 9999
	if text := r.query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 9999 {
			faults = append(faults, refusal{"Validation error", "INVALID", "limit"})
		}
		limit = n
	}
	if len(faults) == 0 && bounds["start_date"] > bounds["end_date"] {
		faults = append(faults, refusal{"negative date range", "INVALID", ""})
	}
	if len(faults) > 0 {
		return answer{status: http.StatusBadRequest, media: "application/json", body: faults}
	}
	list := []payout{}
	today := s.now().Format(time.DateOnly)
	add := func(id int64, kind string, t *transaction, amount, fee int64, date string) {
		if date <= today && date >= bounds["start_date"] && date <= bounds["end_date"] {
			list = append(list, payout{ID: id, Type: kind, Amount: major(amount, t.Currency), Date: date, Currency: t.Currency,
				Fee: major(fee, t.Currency), Status: successful, Reference: "payout-" + date, Code: t.Code})
		}
	}
	for _, t := range s.state.Order {
		if t.Status != successful {
			continue
		}
		add(t.Sequence, "PAYOUT", t, t.AmountMinor-t.fee(), t.fee(), payoutDate(t.Created))
		for _, e := range t.Events {
			add(e.ID, e.Type+"_DEDUCTION", t, e.AmountMinor, 0, payoutDate(e.At))
		}
	}
	slices.SortStableFunc(list, func(a, b payout) int {
		if r.query.Get("order") == "desc" {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
	})
	return ok(list[:min(limit, len(list))])
}

// addPayout shows the payout among a transaction's events.
func (s *Sim) addPayout(shown *shownTransaction, t *transaction) {
	date := payoutDate(t.Created)
	status := "SCHEDULED"
	if date <= s.now().Format(time.DateOnly) {
		status = "PAID_OUT"
	}
	amount, fee := major(t.AmountMinor-t.fee(), t.Currency), major(t.fee(), t.Currency)
	shown.Events = append(shown.Events, shownEvent{ID: t.Sequence, TransactionID: t.ID, Type: "PAYOUT", Status: status, Amount: amount, Timestamp: date + "T00:00:00.000Z", Fee: fee, Installment: 1})
	shown.Detailed = append(shown.Detailed, shownEvent{ID: t.Sequence, EventType: "PAYOUT", Status: status, Amount: amount, Timestamp: date + "T00:00:00.000Z", DueDate: date, Installment: 1})
}
