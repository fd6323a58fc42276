// Sales over the counter: sold, paid and handed over at once.

package orders

import (
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Limits on a sale over the counter.
const (
	maxCounterLines    = 100
	maxCounterQuantity = 1_000_000
)

// CounterSale is what is sold over the counter.
type CounterSale struct {
	Lines              []CounterLine    `json:"lines" minItems:"1" maxItems:"100" doc:"Each thing once."`
	Method             string           `json:"method" enum:"cash,card_reader" example:"cash" doc:"How it was paid."`
	Discount           *CounterDiscount `json:"discount,omitempty"`
	Member             bool             `json:"member,omitempty" example:"false" doc:"Sold at members' prices."`
	ExpectedTotalMinor *int64           `json:"expected_total_minor,omitempty" minimum:"0" maximum:"999999999999" example:"650" doc:"What was taken. Where it comes to anything else nothing is sold (cart_changed)."`
	Note               string           `json:"note,omitempty" maxLength:"1000" example:"Wanted the end of the loaf."`
}

// CounterLine is so much of one thing.
type CounterLine struct {
	Kind     contract.LineKind `json:"kind,omitempty" enum:"product,ticket,booking" example:"product" doc:"product where it is absent."`
	ID       string            `json:"id" minLength:"1" maxLength:"100" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	Quantity int64             `json:"quantity" minimum:"1" maximum:"1000000" example:"2" doc:"Pieces, or grams of what is sold by weight; neither steps nor limits of orders count here."`
}

// CounterDiscount is what is taken off at the counter.
type CounterDiscount struct {
	AmountMinor int64  `json:"amount_minor" minimum:"1" maximum:"99999999999" example:"50" doc:"Minor units; no more than the goods come to."`
	Note        string `json:"note,omitempty" maxLength:"100" example:"Yesterday's bread" doc:"Why, for the invoice."`
}

// SellAtCounter sells things over the counter, in one transaction and once however often
// request is sent: they leave the stock, but for what others have reserved; the order is paid
// by the method that was named and handed over, with its invoice. A replay answers the order
// as it is by now. Whoever sells is the actor of it.
//
// It fails with 422 for fields at fault, things that are not sold here included, with 409
// `out_of_stock`, which names the lines of which there is not enough, and with 409
// `cart_changed` where it comes to another total than was expected.
func (s *Service) SellAtCounter(ctx context.Context, request idempotency.Request, sale CounterSale) (sold Order, replayed bool, err error) {
	if err := sale.check(); err != nil {
		return sold, false, err
	}
	var stored struct {
		Order uuid.UUID `json:"order"`
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		replayed, err = idempotency.Once(ctx, tx, request, &stored, func() error {
			stored.Order = id.New()
			return s.sellAtCounter(ctx, tx, stored.Order, sale)
		})
		return err
	})
	if err != nil {
		return sold, false, err
	}
	q := s.queries()
	row, err := q.Order(ctx, stored.Order)
	if err != nil {
		return sold, replayed, err
	}
	sold, err = s.shown(ctx, q, row)
	return sold, replayed, err
}

// sellAtCounter takes its locks in the order of all: the order, which it makes, stock, and
// the counter of invoices in markPaid; after that it locks nothing that others hold.
func (s *Service) sellAtCounter(ctx context.Context, tx pgx.Tx, order uuid.UUID, sale CounterSale) error {
	q := ordersdb.New(tx)
	cause := byRequest(ctx, shopActor(ctx))
	now, err := q.Now(ctx)
	if err != nil {
		return err
	}
	p := placement{Cause: cause, Order: ordersdb.Order{ID: order, Channel: "counter", Note: sale.Note, Status: "pending_payment",
		PaymentStatus: "unpaid", FulfilmentStatus: "unfulfilled", PlacedAt: now}}
	if err := s.priceAtCounter(ctx, tx, sale, &p); err != nil {
		return err
	}
	row, _, err := s.write(ctx, tx, p)
	if err != nil {
		return err
	}
	if err := s.takeAtCounter(ctx, tx, order, cause.Actor, sale.Lines); err != nil {
		return err
	}
	if row.TotalMinor > 0 {
		attempt := id.New()
		if err := q.CounterPaid(ctx, ordersdb.CounterPaidParams{ID: id.New(), AttemptID: &attempt, OrderID: &order, Provider: sale.Method,
			Reference: newReference(), AmountMinor: row.TotalMinor, Currency: row.Currency, At: now}); err != nil {
			return err
		}
	}
	if err := bus.Emit(ctx, tx, contract.OrderPlaced{OrderRef: orderRef(row)}); err != nil {
		return err
	}
	if row, err = s.markPaid(ctx, tx, row, row.TotalMinor, cause); err != nil {
		return err
	}
	if err := q.HandOverAll(ctx, order); err != nil {
		return err
	}
	after := row
	after.Status, after.FulfilmentStatus, after.ReadyAt, after.FulfilledAt = "fulfilled", "fulfilled", &now, &now
	if row, err = s.record(ctx, tx, row, after, "fulfilled", cause, nil); err != nil {
		return err
	}
	return bus.Emit(ctx, tx, contract.OrderFulfilled{OrderRef: orderRef(row)})
}

// priceAtCounter fills in what is sold and what it comes to, at the prices of now.
func (s *Service) priceAtCounter(ctx context.Context, tx pgx.Tx, sale CounterSale, p *placement) error {
	offers, err := s.offersAtCounter(ctx, tx, sale)
	if err != nil {
		return err
	}
	lines := make([]contract.PricedLine, len(sale.Lines))
	for i, l := range sale.Lines {
		o, sold := offers[l.key()]
		switch {
		case !sold:
			return field(at("body.lines", i)+".id", "expected something that is sold here")
		case o.Price.Currency != s.Currency:
			return field(at("body.lines", i)+".id", "expected something that is sold in the shop's currency")
		case !payable(o, l.Quantity):
			return field(at("body.lines", i)+".quantity", "expected less: it cannot be paid for")
		}
		lines[i] = contract.PricedLine{Offer: o, Quantity: l.Quantity}
	}
	var discounts []contract.Discount
	if d := sale.Discount; d != nil {
		note, _ := oneLine(d.Note)
		if note == "" {
			note = "At the counter"
		}
		discounts = []contract.Discount{{Name: note, Kind: contract.FixedDiscount, AmountMinor: d.AmountMinor}}
	}
	p.Lines, p.Discounts, p.Totals = money.Sum(lines, discounts, 0, s.Currency)
	if d := sale.Discount; d != nil && p.Totals.DiscountMinor != d.AmountMinor {
		return field("body.discount.amount_minor", "expected no more than the goods come to")
	}
	if want := sale.ExpectedTotalMinor; want != nil && *want != p.Totals.TotalMinor {
		return cartChanged(p.Lines, p.Totals)
	}
	return nil
}

// offersAtCounter asks the owners of all kinds what is sold, by kind and id.
func (s *Service) offersAtCounter(ctx context.Context, tx pgx.Tx, sale CounterSale) (map[string]contract.Offer, error) {
	ids := map[contract.LineKind][]string{}
	for _, l := range sale.Lines {
		ids[l.kind()] = append(ids[l.kind()], l.ID)
	}
	offers := map[string]contract.Offer{}
	for kind, of := range ids {
		supplier := s.Suppliers[kind]
		if supplier == nil {
			continue
		}
		found, err := supplier.Offers(ctx, tx, of, contract.Buyer{Member: sale.Member})
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			offers[string(kind)+" "+o.ID] = o
		}
	}
	return offers, nil
}

// takeAtCounter has what is sold leave the shop. It fails with 409 `out_of_stock`.
func (s *Service) takeAtCounter(ctx context.Context, tx pgx.Tx, order uuid.UUID, actor string, lines []CounterLine) error {
	takes, places := map[contract.LineKind][]contract.Take{}, map[string]int{}
	for i, l := range lines {
		takes[l.kind()] = append(takes[l.kind()], contract.Take{Kind: l.kind(), ID: l.ID, Quantity: l.Quantity})
		places[l.key()] = i
	}
	refusal := problem.Conflict("there is not enough of everything").WithCode("out_of_stock")
	for _, kind := range []contract.LineKind{contract.ProductLine, contract.TicketLine, contract.BookingLine} {
		if len(takes[kind]) == 0 {
			continue
		}
		if s.Suppliers[kind] == nil {
			return fmt.Errorf("orders: nobody supplies lines of kind %s", kind)
		}
		shortages, err := s.Suppliers[kind].Sell(ctx, tx, publicOrderID(order), actor, takes[kind])
		if err != nil {
			return err
		}
		for _, short := range shortages {
			refusal = refusal.WithField(at("body.lines", places[string(kind)+" "+short.ID])+".quantity",
				"there is only "+strconv.FormatInt(max(short.Available, 0), 10)+" that nobody has reserved")
		}
	}
	if len(refusal.Errors) > 0 {
		return refusal
	}
	return nil
}

// payable tells whether so much of what is offered can be paid for at all.
func payable(o contract.Offer, quantity int64) bool {
	if o.SoldByWeight {
		return money.Weighed(o.Price, o.Quantity, quantity).AmountMinor <= money.MaxLine
	}
	each := o.Price.AmountMinor + o.Deposit.AmountMinor
	return each == 0 || quantity <= money.MaxLine/each
}

func (l CounterLine) kind() contract.LineKind {
	if l.Kind == "" {
		return contract.ProductLine
	}
	return l.Kind
}

// key names a thing among all kinds.
func (l CounterLine) key() string { return string(l.kind()) + " " + l.ID }

// check looks at a sale by itself and names the first fault, with a 422.
func (sale *CounterSale) check() error {
	if len(sale.Lines) == 0 || len(sale.Lines) > maxCounterLines {
		return field("body.lines", "expected 1 to 100")
	}
	if sale.Method != "cash" && sale.Method != "card_reader" {
		return field("body.method", "expected cash or card_reader")
	}
	seen := map[string]bool{}
	for i, l := range sale.Lines {
		switch {
		case l.Quantity < 1 || l.Quantity > maxCounterQuantity:
			return field(at("body.lines", i)+".quantity", "expected 1 to 1000000")
		case seen[l.key()]:
			return field(at("body.lines", i)+".id", "is twice in the list")
		}
		seen[l.key()] = true
	}
	if d := sale.Discount; d != nil {
		if _, ok := oneLine(d.Note); !ok || utf8.RuneCountInString(d.Note) > 100 {
			return field("body.discount.note", "expected one line of text, not too long")
		}
		if d.AmountMinor < 1 || d.AmountMinor > money.MaxLine {
			return field("body.discount.amount_minor", "expected 1 to 99999999999")
		}
	}
	return takeText("body.note", &sale.Note, &sale.Note, 1000)
}
