// What SumUp says, in types that keep "no" and "nobody knows" apart.

package sumup

import (
	"time"
)

// Outcome says what an answer tells.
type Outcome int

// The outcomes. Unknown is the zero value, so that a forgotten one is never "not paid".
const (
	// Unknown: SumUp could not be asked, did not answer, or its answer made no sense (5xx,
	// 429, a time-out, HTML, truncated JSON). Of a POST: it may have been done or not.
	Unknown Outcome = iota
	// Found: the answer is here.
	Found
	// Missing: SumUp says that there is none (404, an empty list).
	Missing
	// Conflict: SumUp refuses because of the state the thing is in: a checkout that has been
	// processed (409 CHECKOUT_PROCESSED), a reference that is taken (409 DUPLICATED_CHECKOUT),
	// a payment that cannot be refunded any more.
	Conflict
	// Invalid: SumUp refuses the request itself (400, 401, 403, 422): trying again is no use.
	Invalid
)

// Result is an answer: Value where the outcome is Found. Code is SumUp's error_code or ours in
// one word (timeout, unavailable, too_many, not_json, …), for logs and pages of shopkeepers.
type Result[T any] struct {
	Outcome Outcome
	Value   T
	Code    string
	// After is how long SumUp asks us to wait (Retry-After); 0: it did not say.
	After time.Duration
}

// CheckoutStatus is a checkout's status at SumUp.
type CheckoutStatus string

// Failed means that the latest try failed: the checkout may still be open.
const (
	Pending CheckoutStatus = "PENDING"
	Paid    CheckoutStatus = "PAID"
	Failed  CheckoutStatus = "FAILED"
	Expired CheckoutStatus = "EXPIRED"
)

// Checkout is a checkout as SumUp shows it.
type Checkout struct {
	ID            string
	Reference     string // checkout_reference
	MerchantCode  string
	AmountMinor   int64
	Currency      string
	Status        CheckoutStatus
	HostedURL     string
	ValidUntil    time.Time // zero: none
	TransactionID string    // of the payment, once there is one
	Transactions  []Transaction
}

// TransactionStatus is a transaction's status at SumUp.
type TransactionStatus string

// The statuses.
const (
	TransactionPending    TransactionStatus = "PENDING"
	TransactionSuccessful TransactionStatus = "SUCCESSFUL"
	TransactionCancelled  TransactionStatus = "CANCELLED"
	TransactionFailed     TransactionStatus = "FAILED"
	TransactionRefunded   TransactionStatus = "REFUNDED" // in full or in part
)

// Transaction is a payment, as far as we read it.
type Transaction struct {
	ID            string
	Code          string // transaction_code: for people
	ForeignID     string // foreign_transaction_id, or the checkout_reference where SumUp tells it
	MerchantCode  string
	AmountMinor   int64
	Currency      string
	Status        TransactionStatus
	At            time.Time
	RefundedMinor int64 // sum of its refunds
	Events        []TransactionEvent
}

// TransactionEvent is what happened to a transaction later.
type TransactionEvent struct {
	ID          string
	Type        string // REFUND, CHARGE_BACK, PAYOUT, …
	Status      string
	AmountMinor int64
	FeeMinor    int64
	At          time.Time
}

// Payout is a line of SumUp's payouts.
type Payout struct {
	ID              string
	Date            string // 2006-01-02
	Type            string // PAYOUT, REFUND_DEDUCTION, CHARGE_BACK_DEDUCTION, …
	TransactionCode string
	Reference       string
	AmountMinor     int64
	FeeMinor        int64
	Currency        string
	Status          string
}

// NewCheckout is what a checkout is made from.
type NewCheckout struct {
	Reference   string
	AmountMinor int64
	Currency    string
	Description string
	ReturnURL   string // gets the webhook
	RedirectURL string // where the browser goes afterwards
	ValidUntil  time.Time
}
