// SumUp's JSON, and what we make of it. What does not make sense fails; nothing of it is
// ever taken for something else.

package sumup

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

var errUnreadable = errors.New("sumup: the answer makes no sense")

// maxText is the longest id, code or word that is taken from an answer; maxURL the longest
// address.
const (
	maxText = 100
	maxURL  = 500
)

type wireCheckout struct {
	ID            string            `json:"id"`
	Reference     string            `json:"checkout_reference"`
	MerchantCode  string            `json:"merchant_code"`
	Amount        number            `json:"amount"`
	Currency      string            `json:"currency"`
	Status        CheckoutStatus    `json:"status"`
	HostedURL     string            `json:"hosted_checkout_url"`
	ValidUntil    moment            `json:"valid_until"`
	TransactionID string            `json:"transaction_id"`
	Transactions  []wireTransaction `json:"transactions"`
}

type wireTransaction struct {
	ID                string            `json:"id"`
	TransactionID     string            `json:"transaction_id"` // of the history: what is id elsewhere
	Code              string            `json:"transaction_code"`
	ForeignID         string            `json:"foreign_transaction_id"`
	CheckoutReference string            `json:"checkout_reference"`
	MerchantCode      string            `json:"merchant_code"`
	Amount            number            `json:"amount"`
	Currency          string            `json:"currency"`
	Status            TransactionStatus `json:"status"`
	Type              string            `json:"type"` // of the history
	At                moment            `json:"timestamp"`
	Refunded          number            `json:"refunded_amount"`
	Events            []wireEvent       `json:"events"`
	DetailedEvents    []wireEvent       `json:"transaction_events"`
}

type wireEvent struct {
	ID        wireID `json:"id"`
	Type      string `json:"type"`
	EventType string `json:"event_type"` // of transaction_events
	Status    string `json:"status"`
	Amount    number `json:"amount"`
	Fee       number `json:"fee_amount"`
	At        moment `json:"timestamp"`
}

type wirePayout struct {
	ID              wireID `json:"id"`
	Date            string `json:"date"`
	Type            string `json:"type"`
	TransactionCode string `json:"transaction_code"`
	Reference       string `json:"reference"`
	Amount          number `json:"amount"`
	Fee             number `json:"fee"`
	Currency        string `json:"currency"`
	Status          string `json:"status"`
}

// wireID is an id that is a number in some answers and a text in others.
type wireID string

// UnmarshalJSON takes both.
func (id *wireID) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	} else if strings.Trim(text, "0123456789") != "" {
		return errUnreadable
	}
	*id = wireID(text)
	return nil
}

// moment is a time of SumUp's: RFC 3339, or the same without a zone, which is UTC.
type moment struct{ time.Time }

// UnmarshalJSON leaves the zero time where there is none.
func (m *moment) UnmarshalJSON(raw []byte) error {
	text := ""
	if err := json.Unmarshal(raw, &text); err != nil || text == "" {
		return err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05", text)
	}
	if err != nil || at.Year() < 1 || at.Year() > 9998 {
		return errUnreadable
	}
	m.Time = at.UTC()
	return nil
}

// short tells that all texts can be kept.
func short(texts ...string) bool {
	for _, text := range texts {
		if len(text) > maxText || strings.ContainsRune(text, 0) {
			return false
		}
	}
	return true
}

func (w wireCheckout) checkout() (Checkout, error) {
	amount, err := w.Amount.positive(w.Currency)
	if err != nil {
		return Checkout{}, err
	}
	switch w.Status {
	case Pending, Paid, Failed, Expired:
	default:
		return Checkout{}, errUnreadable
	}
	if !idShape.MatchString(w.ID) || !short(w.Reference, w.MerchantCode, w.TransactionID) || len(w.HostedURL) > maxURL {
		return Checkout{}, errUnreadable
	}
	c := Checkout{
		ID: w.ID, Reference: w.Reference, MerchantCode: w.MerchantCode, AmountMinor: amount, Currency: w.Currency,
		Status: w.Status, HostedURL: w.HostedURL, ValidUntil: w.ValidUntil.Time, TransactionID: w.TransactionID,
	}
	for _, wire := range w.Transactions {
		transaction, err := wire.transaction()
		if err != nil {
			return Checkout{}, err
		}
		c.Transactions = append(c.Transactions, transaction)
	}
	return c, nil
}

func (w wireTransaction) transaction() (Transaction, error) {
	amount, err := w.Amount.positive(w.Currency)
	if err != nil {
		return Transaction{}, err
	}
	refunded, err := w.Refunded.optional(w.Currency)
	if err != nil {
		return Transaction{}, err
	}
	id := cmp.Or(w.ID, w.TransactionID)
	if w.Type != "" && w.TransactionID != "" {
		id = w.TransactionID // a row of the history: its id, if any, is the row's
	}
	if !idShape.MatchString(id) || w.Status == "" || !short(w.Code, w.ForeignID, w.CheckoutReference, w.MerchantCode, string(w.Status)) {
		return Transaction{}, errUnreadable
	}
	t := Transaction{
		ID: id, Code: w.Code, ForeignID: cmp.Or(w.ForeignID, w.CheckoutReference), MerchantCode: w.MerchantCode,
		AmountMinor: amount, Currency: w.Currency, Status: w.Status, At: w.At.Time,
	}
	sum := int64(0)
	for _, wire := range w.events() {
		event, err := wire.event(w.Currency)
		if err != nil {
			return Transaction{}, err
		}
		t.Events = append(t.Events, event)
		if event.Type == "REFUND" && event.Status != "FAILED" {
			sum += max(event.AmountMinor, -event.AmountMinor)
		}
	}
	// Where both say something, more has gone back rather than less.
	t.RefundedMinor = max(sum, refunded, -refunded)
	return t, nil
}

// events are those of both lists, which tell of the same things: none counts twice.
func (w wireTransaction) events() []wireEvent {
	if len(w.Events) == 0 {
		return w.DetailedEvents
	}
	all, seen := w.Events, map[wireID]bool{"": true}
	for _, e := range w.Events {
		seen[e.ID] = true
	}
	for _, e := range w.DetailedEvents {
		if !seen[e.ID] {
			all = append(all, e)
		}
	}
	return all
}

func (w wireEvent) event(currency string) (TransactionEvent, error) {
	amount, err := w.Amount.optional(currency)
	if err != nil {
		return TransactionEvent{}, err
	}
	fee, err := w.Fee.optional(currency)
	if err != nil {
		return TransactionEvent{}, err
	}
	kind := cmp.Or(w.Type, w.EventType)
	if !short(string(w.ID), kind, w.Status) {
		return TransactionEvent{}, errUnreadable
	}
	return TransactionEvent{ID: string(w.ID), Type: kind, Status: w.Status, AmountMinor: amount, FeeMinor: fee, At: w.At.Time}, nil
}

func (w wirePayout) payout() (Payout, error) {
	amount, err := w.Amount.minor(w.Currency)
	if err != nil {
		return Payout{}, err
	}
	fee, err := w.Fee.optional(w.Currency)
	if err != nil {
		return Payout{}, err
	}
	if _, err := time.Parse(time.DateOnly, w.Date); err != nil {
		return Payout{}, err
	}
	if w.ID == "" || !short(string(w.ID), w.TransactionCode, w.Reference, w.Status) || len(w.Type) > 50 {
		return Payout{}, errUnreadable
	}
	return Payout{
		ID: string(w.ID), Date: w.Date, Type: w.Type, TransactionCode: w.TransactionCode, Reference: w.Reference,
		AmountMinor: amount, FeeMinor: fee, Currency: w.Currency, Status: w.Status,
	}, nil
}
