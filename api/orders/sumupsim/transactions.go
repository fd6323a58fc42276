// Transactions: read one, refund it, list what changed.

package sumupsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// refund answers POST …/payments/{id}/refunds.
func (s *Sim) refund(r *request) answer {
	var in struct {
		Amount *json.Number `json:"amount"`
	}
	t := s.state.Transactions[r.id]
	if t == nil {
		return problem(http.StatusNotFound, "Transaction not found")
	}
	if len(r.body) > 0 && json.Unmarshal(r.body, &in) != nil {
		return problem(http.StatusBadRequest, "The body is not JSON")
	}
	left := t.left()
	amount := left
	if in.Amount != nil {
		var sound bool
		if amount, sound = minor(*in.Amount, t.Currency); !sound {
			return problem(http.StatusBadRequest, "amount must be greater than zero")
		}
	}
	_, chargebacks := t.gone(t.Events)
	switch {
	case t.Status != successful || left == 0 || chargebacks > 0:
		return problem(http.StatusConflict, "The transaction is not refundable in its current state")
	case amount > left:
		a := problem(http.StatusUnprocessableEntity, "Refund failed.")
		body := a.body.(problemBody)
		body.Errors = []refundDetail{{"INVALID_AMOUNT", "Amount exceeds the refundable amount", "amount_too_high", left}}
		a.body = body
		return a
	}
	s.happen(t, refundEvent, amount, false)
	if s.keep(change{Transactions: []*transaction{t}}) != nil {
		return problem(http.StatusInternalServerError, "The simulator's file failed.")
	}
	a := ok(struct{}{})
	a.status = http.StatusCreated
	return a
}

// asked finds the transaction that a query names.
func (s *Sim) asked(r *request) *transaction {
	switch q := r.query; {
	case q.Has("id"):
		return s.state.Transactions[q.Get("id")]
	case q.Has("transaction_code"):
		return s.state.Codes[q.Get("transaction_code")]
	default:
		return s.state.Foreign[q.Get("foreign_transaction_id")]
	}
}

// transaction answers GET …/transactions.
func (s *Sim) transaction(r *request) answer {
	t := s.asked(r)
	if t == nil {
		return notFound()
	}
	if t.Hidden > 0 {
		t.Hidden--
		return notFound()
	}
	events := s.visible(t, true)
	shown := s.showTransaction(t, events)
	shown.Foreign, shown.Username, shown.Summary = t.Foreign, account, s.summary(t)
	shown.SimpleStatus = simpleStatus(t, events)
	if t.Status == successful {
		shown.Fee = major(t.fee(), t.Currency)
		shown.PayoutDate, shown.PayoutType = payoutDate(t.Created), "BANK_ACCOUNT"
		s.addPayout(&shown, t)
	}
	for _, e := range events {
		status := refunded
		if e.Type == chargebackEvent {
			status = successful
		}
		amount := major(e.AmountMinor, t.Currency)
		shown.Events = append(shown.Events, shownEvent{ID: e.ID, TransactionID: t.ID, Type: e.Type, Status: status, Amount: amount, Timestamp: stamp(e.At)})
		shown.Detailed = append(shown.Detailed, shownEvent{ID: e.ID, EventType: e.Type, Status: status, Amount: amount, Timestamp: stamp(e.At), Date: e.At.Format(time.DateOnly)})
	}
	return ok(shown)
}

// visible are the events that a read shows; one that is spent on a new refund shows the
// ones before.
func (s *Sim) visible(t *transaction, spend bool) []event {
	if t.Lag == 0 {
		return t.Events
	}
	if spend {
		t.Lag--
	}
	return t.Events[:t.Shown]
}

func (s *Sim) summary(t *transaction) string {
	if c := s.state.Checkouts[t.Checkout]; c != nil {
		return c.Description
	}
	return ""
}

func simpleStatus(t *transaction, events []event) string {
	refunds, chargebacks := t.gone(events)
	switch {
	case chargebacks > 0:
		return "CHARGEBACK"
	case refunds > 0:
		return refunded
	}
	return t.Status
}

// historyPage is a page of the history.
type historyPage struct {
	Items []shownTransaction `json:"items"`
	Links []historyLink      `json:"links"`
}

type historyLink struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// history answers GET …/transactions/history: what was made in a time, or changed since one,
// a page at a time. newest_ref and oldest_ref are ids of transactions.
func (s *Sim) history(r *request) answer {
	q, sound := s.historyQuery(r.query)
	if !sound {
		return refuse(http.StatusBadRequest, "INVALID", "Validation error", "")
	}
	page := historyPage{Items: []shownTransaction{}, Links: []historyLink{}}
	for i, seen := q.first, 0; i >= 0 && i < len(s.state.Order) && i != q.stop; i += q.step {
		t := s.state.Order[i]
		if !q.takes(t) {
			continue
		}
		if seen == q.limit {
			page.Links = append(page.Links, historyLink{"next", q.next(r.query, s.state.Order[i-q.step].ID)})
			break
		}
		seen++
		page.Items = append(page.Items, s.entries(t, q.types)...)
	}
	return ok(page)
}

// entries are what the history shows of a transaction: the payment, chargebacks as entries
// of their own, and refunds too where the plan wants it.
func (s *Sim) entries(t *transaction, types []string) (list []shownTransaction) {
	events := s.visible(t, false)
	entry := s.showTransaction(t, events)
	entry.Merchant, entry.VAT, entry.Tip, entry.EntryMode, entry.AuthCode = "", "", "", "", ""
	entry.TransactionID, entry.User, entry.Type, entry.Summary = t.ID, account, "PAYMENT", s.summary(t)
	entry.CardType, entry.PayoutDate, entry.PayoutType = "VISA", payoutDate(t.Created), "BANK_ACCOUNT"
	refunds, _ := t.gone(events)
	entry.RefundedAmount = major(refunds, t.Currency)
	if len(types) == 0 || slices.Contains(types, "PAYMENT") {
		list = append(list, entry)
	}
	for _, e := range events {
		if (e.Type == refundEvent && !s.Options.Plan.RefundItems) || len(types) > 0 && !slices.Contains(types, e.Type) {
			continue
		}
		of := entry
		of.ID, of.Type, of.Amount, of.Timestamp = strconv.FormatInt(e.ID, 10), e.Type, major(e.AmountMinor, t.Currency), stamp(e.At)
		list = append(list, of)
	}
	return list
}

// historyQuery is what to list.
type historyQuery struct {
	first, stop, step, limit int
	since, oldest, newest    time.Time
	statuses, types, kinds   []string
	code                     string
}

func (s *Sim) historyQuery(values url.Values) (q historyQuery, sound bool) {
	q = historyQuery{stop: -1, step: 1, limit: 10, code: values.Get("transaction_code"),
		statuses: values["statuses[]"], types: values["types[]"], kinds: values["payment_types[]"]}
	if text := values.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return q, false
		}
		q.limit = min(n, 1000)
	}
	for name, at := range map[string]*time.Time{"changes_since": &q.since, "oldest_time": &q.oldest, "newest_time": &q.newest} {
		text := values.Get(name)
		var fine bool
		if *at, fine = instant(&text); !fine {
			return q, false
		}
	}
	before, after := len(s.state.Order), -1 // the entries are between
	for name, place := range map[string]*int{"newest_ref": &before, "oldest_ref": &after} {
		if ref := values.Get(name); ref != "" {
			t := s.state.Transactions[ref]
			if t == nil {
				return q, false
			}
			*place = int(t.Sequence) - 1
		}
	}
	switch values.Get("order") {
	case "", "ascending":
		q.first, q.stop = after+1, before
	case "descending":
		q.first, q.stop, q.step = before-1, after, -1
	default:
		return q, false
	}
	if q.step > 0 && q.first >= q.stop || q.step < 0 && q.first <= q.stop {
		q.first = -1
	}
	return q, true
}

// takes tells whether a transaction is wanted.
func (q *historyQuery) takes(t *transaction) bool {
	status := t.shown(t.Events)
	return !t.Changed.Before(q.since) && !t.Created.Before(q.oldest) && (q.newest.IsZero() || t.Created.Before(q.newest)) &&
		(len(q.statuses) == 0 || slices.Contains(q.statuses, status)) &&
		(len(q.kinds) == 0 || slices.Contains(q.kinds, t.Type)) && (q.code == "" || q.code == t.Code)
}

// next is the query of the page after the last transaction of this one, without a question
// mark, as SumUp gives it.
func (q *historyQuery) next(values url.Values, last string) string {
	next := url.Values{}
	for name, list := range values {
		next[name] = list
	}
	ref := "oldest_ref"
	if q.step < 0 {
		ref = "newest_ref"
	}
	next.Set("limit", fmt.Sprint(q.limit))
	next.Set(ref, last)
	return next.Encode()
}
