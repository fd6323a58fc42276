// Pricing: what the owners of things say of them now, and what it comes to.

package cart

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// MaxQuantity is the most of one thing that a line may have: pieces, or grams.
const MaxQuantity = 1_000_000

// thing names what a line is of.
type thing struct {
	kind contract.LineKind
	id   string
}

// offers asks the owners of things what they are and cost, through tx where there is one.
func (s *Service) offers(ctx context.Context, tx pgx.Tx, b basket, buyer contract.Buyer, more ...thing) (map[thing]contract.Offer, error) {
	byKind := make(map[contract.LineKind][]string, 1)
	for _, l := range b.lines {
		byKind[l.kind] = append(byKind[l.kind], l.thing)
	}
	for _, t := range more {
		if !slices.Contains(byKind[t.kind], t.id) {
			byKind[t.kind] = append(byKind[t.kind], t.id)
		}
	}
	all := make(map[thing]contract.Offer, len(b.lines)+len(more))
	for kind, ids := range byKind {
		owner := s.Owners[kind]
		if owner == nil {
			continue // of a kind that is no longer sold here
		}
		found, err := owner.Offers(ctx, tx, ids, buyer)
		if err != nil {
			return nil, err
		}
		for id, offer := range found {
			all[thing{kind, id}] = offer
		}
	}
	return all, nil
}

// priced is the cart as it is shown: every line with its offer and notices, codes with what
// they take off or why they do not. usedBy names the buyer in the limits of codes; q reads
// them where there are any.
func priced(ctx context.Context, q *cartdb.Queries, b basket, offers map[thing]contract.Offer, h holder, usedBy string) (Cart, error) {
	c := Cart{Version: b.version, Note: b.note, Lines: make([]CartLine, len(b.lines)), Discounts: []CartCode{}}
	if b.there() {
		c.ID, c.UpdatedAt = id.Format[contract.CartID](cartPrefix, b.id), &b.updatedAt
	}
	sold, places := make([]contract.PricedLine, 0, len(b.lines)), make([]int, 0, len(b.lines))
	for i, l := range b.lines {
		offer, known := offers[thing{l.kind, l.thing}]
		c.Lines[i] = l.shown(offer, known && offer.Price.Currency == b.currency)
		if !c.Lines[i].has(Gone) && costs(offer, l.quantity) {
			sold, places = append(sold, c.Lines[i].PricedLine), append(places, i)
		}
	}
	codes, err := codesOf(ctx, q, b, usedBy)
	if err != nil {
		return c, err
	}
	applying := make([]contract.Discount, 0, len(codes))
	for i := range codes {
		if codes[i].Reason == "" {
			codes[i].Reason = codes[i].unfit(sold, h.buyer(), b.currency)
		}
		if codes[i].Reason == "" {
			applying = append(applying, codes[i].Discount)
		}
	}
	sold, applying, c.Totals = money.Sum(sold, applying, 0, b.currency)
	for i, l := range sold {
		c.Lines[places[i]].PricedLine = l
	}
	for _, code := range codes {
		if code.Reason == "" {
			code.Discount, applying = applying[0], applying[1:]
		}
		c.Discounts = append(c.Discounts, code.CartCode)
	}
	return c, nil
}

// shown is a line with its offer, not summed up yet. One that is gone shows what is left
// of it: its name.
func (l line) shown(offer contract.Offer, known bool) CartLine {
	if !known {
		offer = contract.Offer{Kind: l.kind, ID: l.thing, Name: l.name}
	}
	if offer.CategoryIDs == nil {
		offer.CategoryIDs = []contract.CategoryID{}
	}
	if offer.Allergens == nil {
		offer.Allergens = []contract.Allergen{}
	}
	shown := CartLine{
		PricedLine:      contract.PricedLine{ID: id.Format[contract.LineID](linePrefix, l.id), Offer: offer, Quantity: l.quantity, Note: l.note},
		AddedPriceMinor: l.added, Notices: []CartNotice{},
	}
	if !known {
		shown.Notices = append(shown.Notices, CartNotice{Code: Gone})
		return shown
	}
	if changed(offer, l.added) {
		shown.Notices = append(shown.Notices, CartNotice{Code: PriceChanged})
	}
	if quantityFault(offer, l.quantity) != nil {
		shown.Notices = append(shown.Notices, CartNotice{Code: QuantityOff})
	}
	switch left := offer.Available; {
	case left == nil || *left >= l.quantity:
	case *left <= 0:
		shown.Notices = append(shown.Notices, CartNotice{Code: OutOfStock})
	default:
		shown.Notices = append(shown.Notices, CartNotice{Code: LessAvailable, Available: left})
	}
	return shown
}

// changed tells whether a price is another than the one that was shown. Pages that were built
// for everybody show the public one: who pays less than that is not told so as news.
func changed(o contract.Offer, shown int64) bool {
	return o.Price.AmountMinor != shown && (o.PublicPrice.AmountMinor != shown || o.Price.AmountMinor > shown)
}

// costs tells whether so much of what is offered can be paid for at all.
func costs(o contract.Offer, quantity int64) bool {
	if o.SoldByWeight {
		return money.Weighed(o.Price, o.Quantity, quantity).AmountMinor <= money.MaxLine
	}
	each := o.Price.AmountMinor + o.Deposit.AmountMinor
	return each == 0 || quantity <= money.MaxLine/each
}

// countedCode is a code with what decides whether it applies.
type countedCode struct {
	CartCode
	membersOnly bool
	currency    string
}

// codesOf are the cart's codes in their order, with why one cannot be used any more.
func codesOf(ctx context.Context, q *cartdb.Queries, b basket, usedBy string) ([]countedCode, error) {
	if len(b.codes) == 0 {
		return nil, nil
	}
	rows, err := q.CodesByID(ctx, cartdb.CodesByIDParams{Ids: b.codes, Buyer: usedBy})
	if err != nil {
		return nil, err
	}
	place := func(u uuid.UUID) int { return slices.Index(b.codes, u) }
	slices.SortFunc(rows, func(x, y cartdb.CodesByIDRow) int { return place(x.Discount.ID) - place(y.Discount.ID) })
	codes := make([]countedCode, len(rows))
	for i, r := range rows {
		codes[i] = countedCode{CartCode{Discount: discountOf(r.Discount), MinimumMinor: r.Discount.MinimumMinor}, r.Discount.MembersOnly, ""}
		if r.Discount.Currency != nil {
			codes[i].currency = *r.Discount.Currency
		}
		switch limit, each := r.Discount.UsageLimit, r.Discount.UsagePerBuyer; {
		case !r.Live:
			codes[i].Reason = NotInForce
		case limit != nil && r.Discount.Used >= *limit:
			codes[i].Reason = UsedUp
		case each != nil && r.UsedByBuyer >= int64(*each):
			codes[i].Reason = UsedBefore
		}
	}
	return codes, nil
}

// unfit is why a code does not apply to these lines and this buyer; empty: it does.
func (c countedCode) unfit(lines []contract.PricedLine, buyer contract.Buyer, currency string) Reason {
	var eligible bool
	var sum int64
	for _, l := range lines {
		if money.Eligible(c.Discount, l.Offer) {
			eligible = true
			sum += money.Gross(l.Offer, l.Quantity)
		}
	}
	switch {
	case c.membersOnly && !buyer.Member:
		return MembersOnly
	case c.currency != "" && currency != "" && c.currency != currency:
		return OtherCurrency
	case !eligible:
		return NothingFor
	case sum < c.MinimumMinor:
		return Minimum
	}
	return ""
}

// discountOf is a stored discount as money and orders know it.
func discountOf(d cartdb.Discount) contract.Discount {
	out := contract.Discount{ID: id.Format[contract.DiscountID](discountPrefix, d.ID), Code: d.Code, Name: d.Name, Kind: contract.DiscountKind(d.Kind)}
	if d.PercentBp != nil {
		out.PercentBP = int(*d.PercentBp)
	}
	if d.AmountMinor != nil {
		out.AmountMinor = *d.AmountMinor
	}
	for _, c := range d.CategoryIds {
		out.CategoryIDs = append(out.CategoryIDs, contract.CategoryID(c))
	}
	return out
}
