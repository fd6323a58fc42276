// What people do: pay, fail to, and what is done in SumUp's dashboard or by a bank.

package sumupsim

import (
	"slices"
	"time"
)

// Pay pays a checkout, named by SumUp's id or by its checkout_reference, as a person on the
// hosted page would, and returns the transaction's id. It fails with ErrUnknown, and with
// ErrNotPayable where it was paid, ended, or failed for good.
func (s *Sim) Pay(name string) (transactionID string, err error) {
	return s.try(name, successful)
}

// Decline is a payment that the bank refuses; errors are Pay's.
func (s *Sim) Decline(name string) (transactionID string, err error) {
	return s.try(name, failed)
}

// Challenge begins a payment that the bank asks about (3-D Secure): its transaction is
// PENDING until Pay or Decline ends it. Errors are Pay's.
func (s *Sim) Challenge(name string) (transactionID string, err error) {
	return s.try(name, pending)
}

// named finds a checkout by id or reference.
func (s *Sim) named(name string) *checkout {
	if c := s.state.Checkouts[name]; c != nil {
		return c
	}
	return s.state.References[name]
}

// payable tells whether a checkout may still be paid.
func (s *Sim) payable(c *checkout) bool {
	status := c.status(s.now())
	return status == pending || status == failed && !s.FailedIsFinal
}

// try is one try to pay: it ends with the status.
func (s *Sim) try(name, status string) (string, error) {
	s.mu.Lock()
	c := s.named(name)
	if c == nil {
		s.mu.Unlock()
		return "", ErrUnknown
	}
	if !s.payable(c) {
		s.mu.Unlock()
		return "", ErrNotPayable
	}
	made := s.attempt(c, status)
	var changed change
	changed.Transactions = append(changed.Transactions, made)
	switch status {
	case successful:
		c.Paid, c.Hidden = made.ID, s.Options.Plan.PendingReads
		made.Hidden = s.Options.Plan.MissingReads
		s.chargeLater(made, &changed)
	case failed:
		c.Failed = true
	}
	changed.Checkouts = []*checkout{c}
	err := s.keep(changed)
	if err == nil && status == successful && s.Options.Plan.PayTwice {
		twin := s.state.newTransaction(c, successful, s.now())
		c.Transactions = append(c.Transactions, twin.ID)
		err = s.keep(change{Transactions: []*transaction{twin}, Checkouts: []*checkout{c}})
	}
	s.mu.Unlock()
	if err == nil && status != pending {
		s.hooks.tell(c)
	}
	return made.ID, err
}

// attempt is the transaction of a try: the one that waits for the bank, or a new one.
func (s *Sim) attempt(c *checkout, status string) *transaction {
	for _, id := range slices.Backward(c.Transactions) {
		if t := s.state.Transactions[id]; t.Status == pending {
			t.Status, t.Changed = status, s.now()
			return t
		}
	}
	t := s.state.newTransaction(c, status, s.now())
	c.Transactions = append(c.Transactions, t.ID)
	return t
}

// chargeLater plans the chargeback that the plan wants.
func (s *Sim) chargeLater(t *transaction, changed *change) {
	if ms := s.Options.Plan.ChargebackAfterMS; ms > 0 {
		list := append(slices.Clone(s.state.Chargebacks), later{t.ID, s.now().Add(time.Duration(ms) * time.Millisecond)})
		changed.Chargebacks = &list
	}
}

// due makes the chargebacks whose time has come. The caller holds the lock.
func (s *Sim) due() {
	now := s.now()
	var left []later
	var changed change
	for _, l := range s.state.Chargebacks {
		t := s.state.Transactions[l.Transaction]
		switch {
		case now.Before(l.At):
			left = append(left, l)
		case t.left() > 0:
			s.happen(t, chargebackEvent, t.left(), true)
			changed.Transactions = append(changed.Transactions, t)
		}
	}
	if len(left) != len(s.state.Chargebacks) {
		changed.Chargebacks = &left
		s.keep(changed)
	}
}

// happen adds an event to a transaction; the caller keeps it.
func (s *Sim) happen(t *transaction, kind string, amount int64, outside bool) {
	s.state.LastEvent++
	t.Shown, t.Lag = len(t.Events), s.Options.Plan.RefundReads
	now := s.now()
	t.Events = append(t.Events, event{ID: s.state.LastEvent, Type: kind, AmountMinor: amount, At: now, Outside: outside})
	t.Changed = now
}

// Advance moves the simulator's clock, and what is due then happens: checkouts end, payouts
// are made, chargebacks come, webhooks are sent again.
func (s *Sim) Advance(by time.Duration) error {
	s.mu.Lock()
	offset := s.state.Offset + by
	err := s.keep(change{Offset: &offset})
	s.due()
	s.mu.Unlock()
	s.hooks.wake()
	return err
}

// RefundOutside refunds a transaction as somebody in SumUp's dashboard would; amountMinor 0
// is all that is left. It fails with ErrUnknown or ErrRefund.
func (s *Sim) RefundOutside(transactionID string, amountMinor int64) error {
	return s.reverse(transactionID, refundEvent, amountMinor)
}

// Chargeback is a cardholder who has the bank take all that is left back. It fails with
// ErrUnknown or ErrRefund.
func (s *Sim) Chargeback(transactionID string) error {
	return s.reverse(transactionID, chargebackEvent, 0)
}

func (s *Sim) reverse(id, kind string, amount int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.state.Transactions[id]
	if t == nil {
		return ErrUnknown
	}
	if amount == 0 {
		amount = t.left()
	}
	if t.Status != successful || amount <= 0 || amount > t.left() {
		return ErrRefund
	}
	s.happen(t, kind, amount, true)
	return s.keep(change{Transactions: []*transaction{t}})
}

// Foreign is a payment that was made elsewhere, at a card reader: no checkout of ours is
// behind it. It returns the transaction's id.
func (s *Sim) Foreign(amountMinor int64, currency string) (transactionID string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.state.newTransaction(nil, successful, s.now())
	t.AmountMinor, t.Currency = amountMinor, currency
	if _, sound := minor(major(amountMinor, currency), currency); !sound {
		return "", ErrRefund
	}
	return t.ID, s.keep(change{Transactions: []*transaction{t}})
}
