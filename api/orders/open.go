// Opening an attempt: making its checkout at SumUp, or finding the one that was made.

package orders

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
)

// open makes the checkout of an attempt at an order at SumUp, after the commit, and stores
// where to pay. An answer that is lost is found again by the job. It returns the attempt as it
// then is; only a fault of the database is an error.
func (s *Service) open(ctx context.Context, a ordersdb.Attempt, o ordersdb.Order) (ordersdb.Attempt, error) {
	if a.Status != attemptCreating || s.Provider == nil {
		return a, nil
	}
	// A browser that leaves does not keep the page to pay on from being made.
	a, _, err := s.create(context.WithoutCancel(ctx), a, o)
	return a, err
}

// create makes the checkout of an attempt at an order. Its reference lets SumUp make one at most: who finds
// it taken finds the checkout by it. known is false where SumUp has not told that the
// checkout is there.
func (s *Service) create(ctx context.Context, a ordersdb.Attempt, o ordersdb.Order) (_ ordersdb.Attempt, known bool, err error) {
	r := s.Provider.Create(ctx, sumup.NewCheckout{
		Reference: a.Reference, AmountMinor: a.AmountMinor, Currency: a.Currency, Description: "Order " + o.Reference,
		ReturnURL: s.WebhookURL(), RedirectURL: s.link(o), ValidUntil: a.ValidUntil,
	})
	if r.Outcome == sumup.Conflict {
		r = s.Provider.FindByReference(ctx, a.Reference)
	}
	if r.Outcome == sumup.Found {
		return s.adopt(ctx, a, r.Value)
	}
	if r.Outcome == sumup.Invalid {
		s.Log.ErrorContext(ctx, "SumUp refuses to make a checkout", "attempt", attemptID(a.ID), "code", r.Code)
	}
	// Whoever asked may be gone; what is known of the attempt is kept all the same.
	ctx = context.WithoutCancel(ctx)
	if err := s.unknown(ctx, a, code(r), r.After); err != nil {
		return a, false, err
	}
	a, err = s.queries().Attempt(ctx, a.ID)
	return a, false, err
}

// adopt stores the checkout that SumUp has for an attempt. Where to pay is only kept of one
// that asks for the right money. Whoever is second finds it stored.
func (s *Service) adopt(ctx context.Context, a ordersdb.Attempt, c sumup.Checkout) (_ ordersdb.Attempt, known bool, err error) {
	ctx = context.WithoutCancel(ctx)
	if c.Reference != a.Reference || c.ID == "" {
		return a, false, s.unknown(ctx, a, faultMismatch, 0)
	}
	address, fault := c.HostedURL, ""
	if !s.asAsked(a, c) {
		s.otherwise(ctx, a, c)
		address, fault = "", faultMismatch
	}
	adopted, err := s.queries().AdoptCheckout(ctx, ordersdb.AdoptCheckoutParams{
		ID: a.ID, ProviderID: &c.ID, HostedUrl: address, ProviderStatus: string(c.Status), Fault: fault, Pause: tier(a).Seconds(),
	})
	if errors.Is(err, pgx.ErrNoRows) {
		adopted, err = s.queries().Attempt(ctx, a.ID)
	}
	return adopted, err == nil && adopted.ProviderID != nil, err
}

// code is why SumUp told nothing, in a word.
func code[T any](r sumup.Result[T]) string {
	if r.Code == "" {
		return "unknown"
	}
	return r.Code[:min(len(r.Code), 100)]
}
