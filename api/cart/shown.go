// A cart as it is shown.

package cart

import (
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// Cart is what somebody wants to buy, priced now. Version 0 and no id: there is none yet.
type Cart struct {
	ID        contract.CartID `json:"id,omitempty" example:"cart_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Absent where there is no cart yet: the first thing that is put in makes one."`
	Version   int64           `json:"version" example:"3" doc:"Counts the changes; the ETag. 0: there is no cart yet."`
	Note      string          `json:"note" example:"Please pack the eggs on top." doc:"For the shop, about all of it."`
	Lines     []CartLine      `json:"lines" doc:"In the order in which they were put in."`
	Discounts []CartCode      `json:"discounts" doc:"The codes, in the order in which they apply."`
	Totals    contract.Totals `json:"totals" doc:"Without delivery, and without what can no longer be had."`
	UpdatedAt *time.Time      `json:"updated_at,omitempty" doc:"When it was last changed."`
}

// CartLine is a line of a cart with what there is to say of it.
type CartLine struct {
	contract.PricedLine
	AddedPriceMinor int64        `json:"added_price_minor" example:"325" doc:"What its price was when it was put in, or what the page showed that it was put in from."`
	Notices         []CartNotice `json:"notices" doc:"What the shopper has to know before they order."`
}

// NoticeCode is the kind of a notice.
type NoticeCode string

// The kinds of notices.
const (
	PriceChanged  NoticeCode = "price_changed"
	OutOfStock    NoticeCode = "out_of_stock"
	LessAvailable NoticeCode = "less_available"
	QuantityOff   NoticeCode = "quantity_off"
	Gone          NoticeCode = "gone"
)

// CartNotice is something to know of a line. Such a line stays in the cart until somebody takes
// it out; one that is gone, or has a quantity that is off, keeps the cart from being ordered.
type CartNotice struct {
	Code      NoticeCode `json:"code" enum:"price_changed,out_of_stock,less_available,quantity_off,gone" example:"price_changed" doc:"price_changed: the price is no longer added_price_minor. out_of_stock and less_available: there is none, or less than the quantity. quantity_off: that much cannot be ordered; order_min, order_max and order_step of the offer say what can. gone: it is no longer sold."`
	Available *int64     `json:"available,omitempty" example:"2" doc:"How much there is, for less_available."`
}

// Reason is why a code takes nothing off.
type Reason string

// Why a code takes nothing off. The first three keep the cart from being ordered until the
// code is taken out.
const (
	NotInForce    Reason = "not_in_force"
	UsedUp        Reason = "used_up"
	UsedBefore    Reason = "used_before"
	MembersOnly   Reason = "members_only"
	Minimum       Reason = "minimum"
	NothingFor    Reason = "nothing_eligible"
	OtherCurrency Reason = "other_currency"
)

// final tells that the code cannot be used any more, whatever else is put into the cart.
func (r Reason) final() bool { return r == NotInForce || r == UsedUp || r == UsedBefore }

// CartCode is a discount code in a cart.
type CartCode struct {
	contract.Discount
	MinimumMinor int64  `json:"minimum_minor,omitempty" example:"2000" doc:"What the lines that it is for have to come to."`
	Reason       Reason `json:"reason,omitempty" enum:"not_in_force,used_up,used_before,members_only,minimum,nothing_eligible,other_currency" example:"minimum" doc:"Why it takes nothing off; absent where it does. not_in_force, used_up and used_before: it must be taken out before ordering."`
}

// has tells whether a line has a notice of a kind.
func (l CartLine) has(code NoticeCode) bool {
	for _, n := range l.Notices {
		if n.Code == code {
			return true
		}
	}
	return false
}
