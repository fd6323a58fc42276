// Answers as SumUp words them: https://developer.sumup.com/api.

package sumupsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// answer is what a route says, before a fault may change it.
type answer struct {
	status     int
	media      string
	body       any
	retryAfter int // seconds; 0: not said
}

func ok(body any) answer { return answer{status: http.StatusOK, media: "application/json", body: body} }

// refusal is SumUp's plain error.
type refusal struct {
	Message string `json:"message"`
	Code    string `json:"error_code"`
	Param   string `json:"param,omitempty"`
}

func refuse(status int, code, message, param string) answer {
	return answer{status: status, media: "application/json", body: refusal{message, code, param}}
}

func notFound() answer {
	return refuse(http.StatusNotFound, "NOT_FOUND", "Resource not found", "")
}

func missing(param string) answer {
	return refuse(http.StatusBadRequest, "MISSING", "Validation error", param)
}

func invalid(param string) answer {
	return refuse(http.StatusBadRequest, "INVALID", "Validation error", param)
}

// problemBody is SumUp's other error (RFC 9457).
type problemBody struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Trace  string         `json:"trace_id,omitempty"`
	Errors []refundDetail `json:"errors,omitempty"`
}

type refundDetail struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Reason string `json:"reason"`
	Max    int64  `json:"max_refundable_amount"` // minor units
}

func problem(status int, detail string) answer {
	title := http.StatusText(status)
	return answer{status: status, media: "application/problem+json", body: problemBody{
		Type:  "https://developer.sumup.com/problem/" + strings.ReplaceAll(strings.ToLower(title), " ", "-"),
		Title: title, Status: status, Detail: detail,
	}}
}

// unauthorized is the gateway's, which SumUp documents as plain JSON but for refunds.
func unauthorized(route string) answer {
	a := problem(http.StatusUnauthorized, "Unauthorized.")
	body := a.body.(problemBody)
	body.Trace = "00000000000000000000000000000000"
	a.body = body
	if route != routeRefund {
		a.media = "application/json"
	}
	return a
}

// shownTransaction is a transaction, as a checkout, its own address and the history show it;
// what one of them leaves out is empty there.
type shownTransaction struct {
	ID             string       `json:"id"`
	TransactionID  string       `json:"transaction_id,omitempty"`
	Code           string       `json:"transaction_code"`
	Amount         json.Number  `json:"amount"`
	Currency       string       `json:"currency"`
	Timestamp      string       `json:"timestamp"`
	Status         string       `json:"status"`
	PaymentType    string       `json:"payment_type"`
	Installments   int          `json:"installments_count"`
	Merchant       string       `json:"merchant_code,omitempty"`
	VAT            json.Number  `json:"vat_amount,omitempty"`
	Tip            json.Number  `json:"tip_amount,omitempty"`
	EntryMode      string       `json:"entry_mode,omitempty"`
	AuthCode       string       `json:"auth_code,omitempty"`
	Foreign        string       `json:"foreign_transaction_id,omitempty"`
	ClientID       string       `json:"client_transaction_id,omitempty"`
	Summary        string       `json:"product_summary,omitempty"`
	User           string       `json:"user,omitempty"`
	Username       string       `json:"username,omitempty"`
	Type           string       `json:"type,omitempty"`
	CardType       string       `json:"card_type,omitempty"`
	PayoutDate     string       `json:"payout_date,omitempty"`
	PayoutType     string       `json:"payout_type,omitempty"`
	RefundedAmount json.Number  `json:"refunded_amount,omitempty"`
	Fee            json.Number  `json:"fee_amount,omitempty"`
	SimpleStatus   string       `json:"simple_status,omitempty"`
	Events         []shownEvent `json:"events,omitempty"`
	Detailed       []shownEvent `json:"transaction_events,omitempty"`
}

// shownEvent is an event in either of the two lists of a transaction.
type shownEvent struct {
	ID            int64       `json:"id"`
	TransactionID string      `json:"transaction_id,omitempty"`
	Type          string      `json:"type,omitempty"`
	EventType     string      `json:"event_type,omitempty"`
	Status        string      `json:"status"`
	Amount        json.Number `json:"amount"`
	Timestamp     string      `json:"timestamp"`
	Fee           json.Number `json:"fee_amount,omitempty"`
	Date          string      `json:"date,omitempty"`
	DueDate       string      `json:"due_date,omitempty"`
	Installment   int         `json:"installment_number,omitempty"`
}

// hostedSwitch is hosted_checkout, in requests and answers.
type hostedSwitch struct {
	Enabled bool `json:"enabled"`
}

// shownCheckout is a checkout. The fields that the OpenAPI document does not name were seen
// in the sandbox.
type shownCheckout struct {
	Reference       string             `json:"checkout_reference"`
	Amount          json.Number        `json:"amount"`
	Currency        string             `json:"currency"`
	Merchant        string             `json:"merchant_code"`
	MerchantCountry string             `json:"merchant_country"`
	MerchantName    string             `json:"merchant_name"`
	Sandbox         bool               `json:"merchant_sandbox"`
	PayTo           string             `json:"pay_to_email"`
	Description     string             `json:"description,omitempty"`
	ReturnURL       string             `json:"return_url,omitempty"`
	RedirectURL     string             `json:"redirect_url,omitempty"`
	CustomerID      string             `json:"customer_id,omitempty"`
	ID              string             `json:"id"`
	Status          string             `json:"status"`
	Date            string             `json:"date"`
	ValidUntil      string             `json:"valid_until,omitempty"`
	Purpose         string             `json:"purpose"`
	Hosted          *hostedSwitch      `json:"hosted_checkout,omitempty"`
	HostedURL       string             `json:"hosted_checkout_url,omitempty"`
	TransactionID   string             `json:"transaction_id,omitempty"`
	TransactionCode string             `json:"transaction_code,omitempty"`
	Transactions    []shownTransaction `json:"transactions"`
}

// account is whom transactions are for.
const account = "shop@example.com"

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// showCheckout is a checkout for an answer. One read of it is spent where it is still to
// look unpaid.
func (s *Sim) showCheckout(base string, c *checkout, read bool) shownCheckout {
	now := s.now()
	shown := shownCheckout{
		Reference: c.Reference, Amount: major(c.AmountMinor, c.Currency), Currency: c.Currency,
		Merchant: s.MerchantCode, MerchantCountry: "GB", MerchantName: "Simulated shop", Sandbox: true, PayTo: account,
		Description: c.Description, ReturnURL: c.ReturnURL, RedirectURL: c.RedirectURL, CustomerID: c.CustomerID,
		ID: c.ID, Status: c.status(now), Date: stamp(c.Created), Purpose: c.Purpose, Transactions: []shownTransaction{},
	}
	if !c.ValidUntil.IsZero() {
		shown.ValidUntil = stamp(c.ValidUntil)
	}
	if c.Hosted {
		shown.Hosted = &hostedSwitch{Enabled: true}
		shown.HostedURL = base + "/pay/c-" + c.ID
	}
	if c.Hidden > 0 && read {
		c.Hidden--
		shown.Status = pending
		return shown
	}
	for _, id := range c.Transactions {
		t := s.state.Transactions[id]
		shown.Transactions = append(shown.Transactions, s.showTransaction(t, t.Events))
	}
	if t := s.state.Transactions[c.Paid]; t != nil {
		shown.TransactionID, shown.TransactionCode = t.ID, t.Code
	}
	return shown
}

// showTransaction is what a checkout shows of a transaction, and the others build on.
func (s *Sim) showTransaction(t *transaction, events []event) shownTransaction {
	shown := shownTransaction{
		ID: t.ID, Code: t.Code, Amount: major(t.AmountMinor, t.Currency), Currency: t.Currency,
		Timestamp: stamp(t.Created), Status: t.shown(events), PaymentType: t.Type, Installments: 1,
		Merchant: s.MerchantCode, VAT: "0", Tip: "0", EntryMode: "CUSTOMER_ENTRY",
	}
	if t.Type == "POS" {
		shown.EntryMode = "CONTACTLESS"
	}
	if t.Status == successful {
		shown.AuthCode = fmt.Sprintf("%06d", t.Sequence%1_000_000)
	}
	return shown
}
