// Checkouts: made, found, read, ended.

package sumup

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

var referenceShape = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

type wireNew struct {
	Reference    string      `json:"checkout_reference"`
	Amount       json.Number `json:"amount"`
	Currency     string      `json:"currency"`
	MerchantCode string      `json:"merchant_code"`
	Description  string      `json:"description,omitempty"`
	ReturnURL    string      `json:"return_url,omitempty"`
	RedirectURL  string      `json:"redirect_url,omitempty"`
	ValidUntil   string      `json:"valid_until"`
	Hosted       struct {
		Enabled bool `json:"enabled"`
	} `json:"hosted_checkout"`
}

// Create makes a hosted checkout (POST /v0.1/checkouts). It is sent once. Unknown with
// [CodeNotSent]: not a byte was written, so that it was not made; any other Unknown:
// FindByReference tells, and creating again with the same reference makes no second one
// (Conflict, DUPLICATED_CHECKOUT). Without an end a checkout could be paid for ever: one
// without ValidUntil is Invalid and not asked for.
func (c *Client) Create(ctx context.Context, n NewCheckout) Result[Checkout] {
	if !referenceShape.MatchString(n.Reference) || n.AmountMinor <= 0 || !isCurrency(n.Currency) || n.ValidUntil.IsZero() {
		return Result[Checkout]{Outcome: Invalid, Code: "request"}
	}
	w := wireNew{
		Reference: n.Reference, Amount: written(n.AmountMinor, n.Currency), Currency: n.Currency, MerchantCode: c.o.MerchantCode,
		Description: n.Description, ReturnURL: n.ReturnURL, RedirectURL: n.RedirectURL, ValidUntil: n.ValidUntil.UTC().Format(time.RFC3339),
	}
	w.Hosted.Enabled = true
	a := c.ask(ctx, question{method: http.MethodPost, path: "/v0.1/checkouts", body: w})
	r := result(a, readCheckout)
	if r.Outcome == Found && r.Value.Reference != n.Reference {
		return Result[Checkout]{Code: CodeUnreadable}
	}
	return c.safe(r)
}

// safe is a checkout of which only a page of SumUp's is where to pay: browsers are sent there.
func (c *Client) safe(r Result[Checkout]) Result[Checkout] {
	if r.Value.HostedURL != "" && !c.hosts(r.Value.HostedURL) {
		c.o.Log.Error("SumUp names a page to pay on that is neither its own nor where the API is", "checkout", r.Value.ID)
		r.Value.HostedURL = ""
	}
	return r
}

// Checkout reads one by SumUp's id (GET /v0.1/checkouts/{id}). What it says is not compared
// with anything but the id.
func (c *Client) Checkout(ctx context.Context, id string) Result[Checkout] {
	return c.checkout(ctx, http.MethodGet, id)
}

func (c *Client) checkout(ctx context.Context, method, id string) Result[Checkout] {
	if !idShape.MatchString(id) {
		return Result[Checkout]{Outcome: Invalid, Code: "request"}
	}
	r := result(c.ask(ctx, question{method: method, path: "/v0.1/checkouts/" + url.PathEscape(id)}), readCheckout)
	if r.Outcome == Found && r.Value.ID != id {
		return Result[Checkout]{Code: CodeUnreadable}
	}
	return c.safe(r)
}

// FindByReference reads the checkout with our reference; Missing where there is none: it is
// how a lost answer to Create is found again (GET /v0.1/checkouts?checkout_reference=). A
// list with others in it is Unknown: SumUp did not answer what was asked.
func (c *Client) FindByReference(ctx context.Context, reference string) Result[Checkout] {
	if !referenceShape.MatchString(reference) {
		return Result[Checkout]{Outcome: Invalid, Code: "request"}
	}
	a := c.ask(ctx, question{method: http.MethodGet, path: "/v0.1/checkouts", query: url.Values{"checkout_reference": {reference}}})
	list := result(a, readCheckouts)
	r := Result[Checkout]{Outcome: list.Outcome, Code: list.Code, After: list.After}
	switch {
	case list.Outcome != Found:
	case len(list.Value) == 0:
		r.Outcome = Missing
	case len(list.Value) == 1 && list.Value[0].Reference == reference:
		r.Value = list.Value[0]
	default:
		r = Result[Checkout]{Code: CodeUnreadable}
	}
	return c.safe(r)
}

// Deactivate makes a checkout unpayable (DELETE /v0.1/checkouts/{id}): Found with EXPIRED
// once it is known to hold, Conflict where it was processed, Missing where SumUp knows
// none. Where the answer does not say so, the checkout is read: its end may have been
// reached before, or by a request whose answer was lost.
func (c *Client) Deactivate(ctx context.Context, id string) Result[Checkout] {
	r := c.checkout(ctx, http.MethodDelete, id)
	if r.Outcome == Found && r.Value.Status == Expired || r.Outcome == Invalid || r.Code == CodeTimeout {
		return r
	}
	now := c.Checkout(ctx, id)
	switch {
	case now.Outcome == Found && now.Value.Status == Expired:
		return now
	case now.Outcome == Found && now.Value.Status == Paid:
		return Result[Checkout]{Outcome: Conflict, Value: now.Value, Code: "CHECKOUT_PROCESSED"}
	case r.Outcome == Conflict, r.Outcome == Missing && now.Outcome == Missing:
		return r
	}
	return Result[Checkout]{Code: cmp.Or(now.Code, r.Code, "still_open"), After: max(r.After, now.After)}
}
