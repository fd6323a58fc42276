// Ordering: the cart of whoever makes the request becomes an order, in one transaction.

package orders

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
)

// NewOrder is what is sent to order the cart.
type NewOrder struct {
	ExpectedTotalMinor int64               `json:"expected_total_minor" minimum:"0" maximum:"999999999999" example:"1250" doc:"What the shopper was shown. Where the cart comes to anything else nothing is ordered (cart_changed)."`
	Contact            Contact             `json:"contact"`
	Delivery           contract.DeliveryID `json:"delivery,omitempty" pattern:"^(del_[0-9a-f]{32})?$" maxLength:"36" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513" doc:"Needed where the shop has delivery methods."`
	Slot               contract.SlotID     `json:"slot,omitempty" pattern:"^(slot_[0-9a-f]{32})?$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514" doc:"Needed where the method has slots."`
	Address            *Address            `json:"address,omitempty" doc:"Needed for methods of the kind delivery."`
	Note               string              `json:"note,omitempty" maxLength:"1000" example:"Leave it with the neighbours." doc:"For the shop; the cart's where it is absent."`
	AcceptTerms        bool                `json:"accept_terms,omitempty" example:"true" doc:"Needed where the shop has terms."`
	AcceptCancellation bool                `json:"accept_cancellation,omitempty" example:"true" doc:"That the shopper knows of the right to cancel; needed where the shop says something of it."`
	TermsVersion       int64               `json:"terms_version,omitempty" minimum:"0" example:"4" doc:"Of the words that were shown: where they are others by now nothing is ordered (terms_changed)."`
}

// Placed is the answer to an order: the order, and whether its page to pay on is known.
type Placed struct {
	Order    Order
	Unknown  bool // SumUp has not told yet: read the order again
	Replayed bool
}

// Checkout makes an order of the cart of whoever makes the request, once however often request
// is sent, and has SumUp make a page to pay on. One transaction takes and prices the cart,
// takes a place in the slot, holds the goods and writes order and attempt; SumUp is asked
// after it. What costs nothing is paid at once. A replay answers the order as it is by now.
//
// It fails as cart.Service.Take does (409 `cart_empty`, `cart_converted` with the order's
// address, `cart_changed`, `discount_unusable`, 412), with 409 `cart_changed` where the total
// is not the expected one, 409 `terms_changed`, `window_closed`, `slot_full` or
// `out_of_stock`, 422 for fields at fault and 422 `not_served` for a postcode, 503
// `payments_not_configured`, 429 for too many orders of one network, and 409 `in_progress` with Retry-After while the same request is
// at work. None of these leaves anything.
func (s *Service) Checkout(ctx context.Context, request idempotency.Request, ifMatch *int64, network netip.Prefix, in NewOrder) (Placed, error) {
	who, err := shopperOf(ctx)
	if err != nil {
		return Placed{}, err
	}
	c, err := s.prepare(ctx, who, in)
	if err != nil {
		return Placed{}, err
	}
	c.network = network
	var stored struct {
		Order uuid.UUID `json:"order"`
	}
	var p Placed
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		p.Replayed, err = idempotency.Once(ctx, tx, request, &stored, func() error {
			stored.Order = id.New()
			return s.place(ctx, tx, &c, stored.Order, ifMatch)
		})
		return err
	})
	switch {
	case err != nil:
		return Placed{}, err
	case p.Replayed:
		return s.replay(ctx, stored.Order)
	case c.attempt != nil:
		// What was ordered stays ordered, whatever becomes of the browser.
		opened, err := s.open(ctx, *c.attempt, c.order)
		if err != nil {
			return p, err
		}
		p.Unknown = opened.Status == attemptCreating
		p.Order, err = showOrder(c.order, c.lines, opened)
		s.addKey(&p.Order, c.order)
		return p, err
	}
	p, err = s.replay(ctx, stored.Order)
	p.Replayed = false
	return p, err
}

// replay is the answer that the order's request got, from the order as it is by now.
func (s *Service) replay(ctx context.Context, order uuid.UUID) (Placed, error) {
	q := s.queries()
	row, err := q.Order(ctx, order)
	if err != nil {
		return Placed{}, err
	}
	p := Placed{Replayed: true}
	if p.Order, err = s.shown(ctx, q, row); err != nil {
		return p, err
	}
	if p.Order.Payment.Status == attemptCreating {
		// Whoever waits has it looked at: what made the page may be gone.
		if a, err := q.LatestAttempt(ctx, order); err == nil && s.Provider != nil {
			if err := s.nudge(ctx, a.ID, "return", pollApart); err != nil {
				return Placed{}, err
			}
		}
		return Placed{}, problem.Conflict("the page to pay on is being made").WithCode("in_progress").WithRetryAfter(0)
	}
	s.addKey(&p.Order, row)
	return p, nil
}

// addKey tells a guest the key of their order.
func (s *Service) addKey(o *Order, row ordersdb.Order) {
	if row.UserID == nil {
		o.Key = s.guestKey(row.ID)
	}
}

// checkout is an order on its way: what is known before the transaction, and what it made.
type checkout struct {
	shopper
	NewOrder
	network            netip.Prefix
	deliveryID, slotID *uuid.UUID
	timezone           string

	order   ordersdb.Order
	lines   []ordersdb.Line
	attempt *ordersdb.Attempt
}

// prepare reads what was sent, and asks what has to be asked outside of a transaction.
func (s *Service) prepare(ctx context.Context, who shopper, in NewOrder) (c checkout, err error) {
	c = checkout{shopper: who, NewOrder: in}
	if who.User != "" && (in.Contact.Name == "" || in.Contact.Email == "") {
		name, email, err := s.People.Person(ctx, who.User)
		if err != nil {
			return c, err
		}
		c.Contact.Name, c.Contact.Email = cmp.Or(in.Contact.Name, name), cmp.Or(in.Contact.Email, email)
	}
	if c.Contact, err = c.Contact.tidy(); err != nil {
		return c, err
	}
	var ok bool
	if c.Note, ok = manyLines(in.Note); !ok {
		return c, field("body.note", "expected text")
	}
	if in.Address != nil {
		a, err := in.Address.tidy(c.Contact.Name)
		if err != nil {
			return c, err
		}
		c.Address = &a
	}
	if in.Delivery != "" {
		u, ok := id.Parse(deliveryPrefix, in.Delivery)
		if !ok {
			return c, noMethod()
		}
		c.deliveryID = &u
	}
	if in.Slot != "" {
		u, ok := id.Parse(slotPrefix, in.Slot)
		if !ok || in.Delivery == "" {
			return c, field("body.slot", "name one of the delivery method's slots")
		}
		c.slotID = &u
		if c.timezone, err = s.timezone(ctx); err != nil {
			return c, err
		}
	}
	return c, nil
}

// place takes the cart and writes the order, in the caller's transaction. Locks are taken in
// their order: cart, slot, stock; the order is new, and nobody else can have it.
func (s *Service) place(ctx context.Context, tx pgx.Tx, c *checkout, order uuid.UUID, ifMatch *int64) error {
	cart, err := s.Cart.Take(ctx, tx, publicOrderID(order), c.Contact.Email, ifMatch)
	if err != nil {
		return err
	}
	p := placement{
		Order: ordersdb.Order{
			ID: order, Channel: "web", Name: c.Contact.Name, Email: c.Contact.Email, Phone: c.Contact.Phone, Note: cmp.Or(c.Note, cart.Note),
			Status: "pending_payment", PaymentStatus: "unpaid", FulfilmentStatus: "unfulfilled",
		},
		Cause: byRequest(ctx, c.actor()),
	}
	cartID := string(cart.ID)
	p.Order.CartID = &cartID
	if c.User != "" {
		user := string(c.User)
		p.Order.UserID = &user
	}
	fee, err := s.agree(ctx, tx, c, cart.Totals, &p)
	if err != nil {
		return err
	}
	p.Lines, p.Discounts, p.Totals = money.Sum(cart.Lines, cart.Discounts, fee, cart.Totals.Currency)
	if p.Totals.TotalMinor != c.ExpectedTotalMinor {
		return cartChanged(p.Lines, p.Totals)
	}
	if p.Totals.TotalMinor > 0 && s.Provider == nil {
		return problem.Unavailable("payments are not set up here").WithCode("payments_not_configured")
	}
	if err := s.within(ctx, tx, c.network); err != nil {
		return err
	}
	if err := s.reserve(ctx, tx, order, p.Lines); err != nil {
		return err
	}
	if p.Totals.TotalMinor > 0 {
		until := p.Order.PlacedAt.Add(HoldLasts)
		p.Order.ExpiresAt = &until
	}
	if c.order, c.lines, err = s.write(ctx, tx, p); err != nil {
		return err
	}
	if err := bus.Emit(ctx, tx, contract.OrderPlaced{OrderRef: orderRef(c.order)}); err != nil {
		return err
	}
	if p.Totals.TotalMinor == 0 {
		c.order, err = s.markPaid(ctx, tx, c.order, 0, p.Cause)
		return err
	}
	attempt, err := s.newAttempt(ctx, tx, c.order)
	c.attempt = &attempt
	return err
}

// agree takes the place in the slot, reads how the order is delivered and what is agreed to,
// and returns the fee. The slot is locked before anything else is read.
func (s *Service) agree(ctx context.Context, tx pgx.Tx, c *checkout, goods contract.Totals, p *placement) (int64, error) {
	var slot *ordersdb.TakeSlotRow
	if c.slotID != nil {
		row, err := s.takeSlot(ctx, tx, *c.slotID)
		if err != nil {
			return 0, err
		}
		slot = &row
	}
	terms, err := ordersdb.New(tx).CheckoutTerms(ctx, c.deliveryID)
	if err != nil {
		return 0, err
	}
	p.Order.PlacedAt = terms.At
	if err := c.accept(terms, p); err != nil {
		return 0, err
	}
	switch {
	case c.deliveryID == nil && terms.Delivers:
		return 0, field("body.delivery", "choose how to have it")
	case c.deliveryID == nil:
		return 0, nil
	case terms.DeliveryID == nil || *terms.Currency != goods.Currency:
		return 0, noMethod()
	case slot == nil && terms.HasSlots:
		return 0, field("body.slot", "choose a time")
	case slot != nil && slot.DeliveryID != *c.deliveryID:
		return 0, field("body.slot", "name one of the delivery method's slots")
	}
	if *terms.Kind == "delivery" {
		if c.Address == nil {
			return 0, field("body.address", "is needed")
		}
		if !served(c.Address.Postcode, c.Address.Country, terms.Postcodes) {
			return 0, problem.Unprocessable("this way of delivery does not reach there").WithCode("not_served").
				WithField("body.address.postcode", "choose another way, or another address")
		}
		p.Address = c.Address
	}
	p.Order.DeliveryID = terms.DeliveryID
	p.Delivery = &OrderDelivery{ID: c.Delivery, Name: *terms.Name, Kind: *terms.Kind, Place: *terms.Place, Instructions: *terms.Instructions}
	if slot != nil {
		p.Order.SlotID, p.Order.EditableUntil = &slot.ID, &slot.ClosesAt
		p.Delivery.Timezone = c.timezone
		p.Delivery.Slot = &OrderSlot{ID: c.Slot, Window: id.Format[contract.WindowID](windowPrefix, slot.WindowID), StartsAt: slot.StartsAt, EndsAt: slot.EndsAt}
	}
	return fee(*terms.FeeMinor, terms.FreeFromMinor, goods), nil
}

// accept notes what is agreed to. It fails with 422 where something is not, and with 409
// `terms_changed` where other words were shown.
func (c *checkout) accept(terms ordersdb.CheckoutTermsRow, p *placement) error {
	if terms.Terms == "" && terms.Cancellation == "" {
		return nil
	}
	switch {
	case c.TermsVersion != 0 && c.TermsVersion != terms.TermsVersion:
		return problem.Conflict("the terms have changed: read them again").WithCode("terms_changed")
	case terms.Terms != "" && !c.AcceptTerms:
		return field("body.accept_terms", "agree to the terms")
	case terms.Cancellation != "" && !c.AcceptCancellation:
		return field("body.accept_cancellation", "read of the right to cancel")
	}
	p.Order.TermsVersion = &terms.TermsVersion
	p.Accepted = &Accepted{Version: terms.TermsVersion, TermsHash: wordsHash(terms.Terms), CancellationHash: wordsHash(terms.Cancellation), At: terms.At}
	return nil
}

// ordersOfNetwork is how many orders may come from one network: enough for an office, and too
// few to hold all that there is without paying for it. This machine itself is not counted.
var ordersOfNetwork = ratelimit.Policy{Quota: 120, Window: time.Hour}

// within counts an order of a network, in its transaction. It fails with 429.
func (s *Service) within(ctx context.Context, tx pgx.Tx, network netip.Prefix) error {
	if !network.IsValid() || network.Addr().IsLoopback() {
		return nil
	}
	state, err := ratelimit.Take(ctx, tx, "order "+network.String(), ordersOfNetwork)
	if err == nil && !state.OK {
		err = problem.TooMany(state.Retry, "too many orders from this network")
	}
	return err
}

// wordsHash is the SHA-256 of words in hex; empty for none.
func wordsHash(words string) string {
	if words == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:])
}

// reserve holds an order's goods. It fails with 409 `out_of_stock`, which names the lines and
// how much there is.
func (s *Service) reserve(ctx context.Context, tx pgx.Tx, order uuid.UUID, lines []contract.PricedLine) error {
	wanted := map[contract.LineKind][]contract.Take{}
	places := map[string]int{}
	for i, l := range lines {
		wanted[l.Offer.Kind] = append(wanted[l.Offer.Kind], contract.Take{Kind: l.Offer.Kind, ID: l.Offer.ID, Quantity: l.Quantity})
		places[string(l.Offer.Kind)+" "+l.Offer.ID] = i
	}
	refusal := problem.Conflict("there is not enough of everything in the cart").WithCode("out_of_stock")
	for _, kind := range []contract.LineKind{contract.ProductLine, contract.TicketLine, contract.BookingLine} {
		if len(wanted[kind]) == 0 {
			continue
		}
		supplier := s.Suppliers[kind]
		if supplier == nil {
			return fmt.Errorf("orders: nobody supplies lines of kind %s", kind)
		}
		shortages, err := supplier.Reserve(ctx, tx, publicOrderID(order), wanted[kind])
		if err != nil {
			return err
		}
		for _, short := range shortages {
			left := "there is none left"
			if short.Available > 0 {
				left = "there is only " + strconv.FormatInt(short.Available, 10) + " left"
			}
			refusal = refusal.WithField("cart.lines["+strconv.Itoa(places[string(kind)+" "+short.ID])+"].quantity", left)
		}
	}
	if len(refusal.Errors) > 0 {
		return refusal
	}
	return nil
}

// cartChanged is the 409 of who was shown another total: it says what everything costs now.
func cartChanged(lines []contract.PricedLine, totals contract.Totals) error {
	amount := func(minor int64) string {
		return money.Format(contract.Money{AmountMinor: minor, Currency: totals.Currency})
	}
	d := problem.Conflict("the cart comes to something else now: look at it again").WithCode("cart_changed").
		WithField("body.expected_total_minor", "it is "+amount(totals.TotalMinor)+" now")
	for i, l := range lines {
		d = d.WithField("cart.lines["+strconv.Itoa(i)+"]", l.Offer.Name+": "+amount(l.NetMinor+l.DepositMinor)+" now")
	}
	if totals.DeliveryMinor > 0 {
		d = d.WithField("body.delivery", amount(totals.DeliveryMinor)+" now")
	}
	return d
}
