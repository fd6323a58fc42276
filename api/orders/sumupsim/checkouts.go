// Checkouts: made, read, changed, deactivated.

package sumupsim

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
)

// checkoutRequest is the body of a create or an update.
type checkoutRequest struct {
	Reference   string        `json:"checkout_reference"`
	Amount      json.Number   `json:"amount"`
	Currency    string        `json:"currency"`
	Merchant    string        `json:"merchant_code"`
	Description *string       `json:"description"`
	ReturnURL   string        `json:"return_url"`
	RedirectURL string        `json:"redirect_url"`
	CustomerID  string        `json:"customer_id"`
	Purpose     string        `json:"purpose"`
	ValidUntil  *string       `json:"valid_until"`
	Hosted      *hostedSwitch `json:"hosted_checkout"`
}

// create answers POST /v0.1/checkouts.
func (s *Sim) create(r *request) answer {
	var in checkoutRequest
	if json.Unmarshal(r.body, &in) != nil {
		return invalid("")
	}
	for _, field := range []struct{ name, value string }{
		{"checkout_reference", in.Reference}, {"amount", in.Amount.String()},
		{"currency", in.Currency}, {"merchant_code", in.Merchant},
	} {
		if field.value == "" {
			return missing(field.name)
		}
	}
	if in.Purpose == "" {
		in.Purpose = "CHECKOUT"
	}
	amount, sound := minor(in.Amount, in.Currency)
	until, untilSound := instant(in.ValidUntil)
	for _, field := range []struct {
		name  string
		sound bool
	}{
		{"checkout_reference", len(in.Reference) <= 90}, {"amount", sound}, {"valid_until", untilSound},
		{"purpose", in.Purpose == "CHECKOUT" || in.Purpose == "SETUP_RECURRING_PAYMENT"},
		{"return_url", address(in.ReturnURL)}, {"redirect_url", address(in.RedirectURL)},
	} {
		if !field.sound {
			return invalid(field.name)
		}
	}
	if in.Merchant != s.MerchantCode {
		return answer{status: http.StatusForbidden, media: "application/json", body: map[string]string{
			"error_message": "checkout_payments_not_allowed", "error_code": "FORBIDDEN", "status_code": "403",
		}}
	}
	if s.state.References[in.Reference] != nil {
		return duplicated()
	}
	c := &checkout{
		ID: uuid.NewString(), Reference: in.Reference, AmountMinor: amount, Currency: in.Currency,
		ReturnURL: in.ReturnURL, RedirectURL: in.RedirectURL, CustomerID: in.CustomerID, Purpose: in.Purpose,
		Hosted: in.Hosted != nil && in.Hosted.Enabled, Created: s.now(), ValidUntil: until,
	}
	if in.Description != nil {
		c.Description = *in.Description
	}
	if s.keep(change{Checkouts: []*checkout{c}}) != nil {
		return fileFailed()
	}
	r.made = c
	a := ok(s.showCheckout(r.base, c, false))
	a.status = http.StatusCreated
	return a
}

func duplicated() answer {
	return refuse(http.StatusConflict, "DUPLICATED_CHECKOUT", "Checkout with this checkout reference and pay to email already exists", "")
}

// fileFailed is the answer once the file cannot be written.
func fileFailed() answer {
	return problem(http.StatusInternalServerError, "The simulator's file failed.")
}

// find answers GET /v0.1/checkouts?checkout_reference=; without one it lists all.
func (s *Sim) find(r *request) answer {
	list := []shownCheckout{}
	if reference := r.query.Get("checkout_reference"); reference != "" {
		if c := s.state.References[reference]; c != nil {
			list = append(list, s.showCheckout(r.base, c, true))
		}
		return ok(list)
	}
	for _, c := range s.state.Checkouts {
		list = append(list, s.showCheckout(r.base, c, true))
	}
	slices.SortFunc(list, func(a, b shownCheckout) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
	})
	return ok(list)
}

// read answers GET /v0.1/checkouts/{id}.
func (s *Sim) read(r *request) answer {
	c := s.state.Checkouts[r.id]
	if c == nil {
		return notFound()
	}
	return ok(s.showCheckout(r.base, c, true))
}

// update answers PATCH /v0.1/checkouts/{id}. SumUp documents no conflict for one that has
// been processed: it is not found.
func (s *Sim) update(r *request) answer {
	c := s.state.Checkouts[r.id]
	if c == nil || c.Paid != "" || c.Ended {
		return notFound()
	}
	changed := *c
	var in checkoutRequest
	if json.Unmarshal(r.body, &in) != nil {
		return notFound()
	}
	if in.Currency != "" {
		changed.Currency = in.Currency
	}
	if in.Amount != "" {
		amount, sound := minor(in.Amount, changed.Currency)
		if !sound {
			return notFound()
		}
		changed.AmountMinor = amount
	}
	if in.Reference != "" && in.Reference != c.Reference {
		if s.state.References[in.Reference] != nil {
			return notFound()
		}
		changed.Reference = in.Reference
	}
	if in.Description != nil {
		changed.Description = *in.Description
	}
	if in.ValidUntil != nil {
		until, sound := instant(in.ValidUntil)
		if !sound {
			return notFound()
		}
		changed.ValidUntil = until
	}
	if in.CustomerID != "" {
		changed.CustomerID = in.CustomerID
	}
	if s.keep(change{Checkouts: []*checkout{&changed}}) != nil {
		return fileFailed()
	}
	return ok(s.showCheckout(r.base, &changed, false))
}

// deactivate answers DELETE /v0.1/checkouts/{id}. What was paid cannot be deactivated, and
// what is deactivated cannot be paid.
func (s *Sim) deactivate(r *request) answer {
	c := s.state.Checkouts[r.id]
	switch {
	case c == nil:
		return notFound()
	case c.Paid != "":
		return refuse(http.StatusConflict, "CHECKOUT_PROCESSED", "Checkout is already processed", "")
	case !c.Ended:
		c.Ended = true
		if s.keep(change{Checkouts: []*checkout{c}}) != nil {
			return fileFailed()
		}
		r.ended = c
	}
	return ok(s.showCheckout(r.base, c, false))
}

// instant reads an optional time; none is the zero time.
func instant(text *string) (at time.Time, sound bool) {
	if text == nil || *text == "" {
		return at, true
	}
	at, err := time.Parse(time.RFC3339, *text)
	return at.UTC(), err == nil
}

// address tells an absolute address of a page, or none.
func address(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
