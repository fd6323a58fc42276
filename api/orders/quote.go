// What an order would come to: the cart with how it can be delivered, before anybody orders.

package orders

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
)

// CheckoutView is what there is to know before ordering.
type CheckoutView struct {
	Cart      contract.CartID       `json:"cart" example:"cart_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Version   int64                 `json:"version" example:"3" doc:"The cart's; its ETag may be sent as If-Match with the order."`
	Note      string                `json:"note" example:"Please pack the eggs on top." doc:"The cart's."`
	Lines     []contract.PricedLine `json:"lines"`
	Discounts []contract.Discount   `json:"discounts"`
	Totals    contract.Totals       `json:"totals" doc:"Without delivery."`
	Delivery  []DeliveryOption      `json:"delivery" doc:"How it can be had, in the shop's order. One must be chosen where there is any."`
	Timezone  string                `json:"timezone" example:"Europe/London" doc:"Of the shop (IANA), to show slots in."`
	Terms     Terms                 `json:"terms"`
	Contact   Contact               `json:"contact" doc:"What the account says of whoever has signed in."`
	Payments  bool                  `json:"payments" example:"true" doc:"Whether payments are set up: without them only what costs nothing can be ordered."`
}

// Terms are what must be agreed to; an empty text is nothing to agree to.
type Terms struct {
	Version          int64  `json:"version" example:"4" doc:"Send it as terms_version to be sure that these words are agreed to."`
	Terms            string `json:"terms" example:"## Terms" doc:"Markdown."`
	TermsHTML        string `json:"terms_html" example:"<h2>Terms</h2>" doc:"The same as sanitised HTML."`
	Cancellation     string `json:"cancellation" example:"Fresh food cannot be sent back." doc:"Markdown: the right to cancel, and what it is not for."`
	CancellationHTML string `json:"cancellation_html" example:"<p>Fresh food cannot be sent back.</p>"`
}

// DeliveryOption is one way to have an order.
type DeliveryOption struct {
	ID           contract.DeliveryID `json:"id" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	Name         string              `json:"name" example:"Collection at the barn"`
	Kind         string              `json:"kind" enum:"collection,delivery" example:"collection" doc:"delivery takes an address."`
	Place        string              `json:"place,omitempty" example:"The Barn, Mill Lane"`
	Instructions string              `json:"instructions,omitempty" example:"Ring the bell by the gate."`
	FeeMinor     int64               `json:"fee_minor" example:"350" doc:"For this cart."`
	FreeFrom     *int64              `json:"free_from_minor,omitempty" example:"5000" doc:"No fee from this sum of goods on."`
	Postcodes    []string            `json:"postcodes" example:"[\"HX7\"]" doc:"Beginnings of the postcodes that are served; none: all are."`
	Slotted      bool                `json:"slotted" example:"true" doc:"Whether a slot must be chosen."`
	Slots        []SlotOption        `json:"slots" doc:"Those that orders are taken for now, the soonest first."`
}

// SlotOption is a time to choose.
type SlotOption struct {
	OrderSlot
	WindowName string    `json:"window_name" example:"First week of May"`
	ClosesAt   time.Time `json:"closes_at" doc:"Orders are taken until then."`
	Left       *int32    `json:"left,omitempty" example:"4" doc:"How many places are left; absent: any number."`
}

// CheckoutView is the cart of whoever makes the request with what it can be ordered by. It
// fails with 409 `cart_empty`, and with 403 for a program without a user and a client without
// the scope cart:write.
func (s *Service) CheckoutView(ctx context.Context) (CheckoutView, error) {
	who, err := shopperOf(ctx)
	if err != nil {
		return CheckoutView{}, err
	}
	priced, err := s.Cart.Price(ctx)
	if err != nil {
		return CheckoutView{}, err
	}
	q := s.queries()
	settings, err := q.CheckoutSettings(ctx)
	if err != nil {
		return CheckoutView{}, err
	}
	v := CheckoutView{Cart: priced.ID, Version: priced.Version, Note: priced.Note, Lines: priced.Lines, Discounts: priced.Discounts,
		Totals: priced.Totals, Payments: s.Provider != nil, Terms: Terms{Version: settings.Version, Terms: settings.Terms, Cancellation: settings.Cancellation}}
	if v.Discounts == nil {
		v.Discounts = []contract.Discount{}
	}
	if v.Terms.TermsHTML, err = markdown.HTML(settings.Terms); err != nil {
		return v, err
	}
	if v.Terms.CancellationHTML, err = markdown.HTML(settings.Cancellation); err != nil {
		return v, err
	}
	if v.Delivery, err = deliveryOptions(ctx, q, priced.Totals); err != nil {
		return v, err
	}
	// A client that may only order is not told who its user is.
	if who.User != "" && mayKnow(ctx) {
		if v.Contact.Name, v.Contact.Email, err = s.People.Person(ctx, who.User); err != nil {
			return v, err
		}
	}
	v.Timezone, err = s.timezone(ctx)
	return v, err
}

// timezone is the shop's.
func (s *Service) timezone(ctx context.Context) (string, error) {
	settings, err := s.Settings(ctx)
	return cmp.Or(settings.Timezone, "UTC"), err
}

// deliveryOptions are the ways in which goods that come to so much can be had now.
func deliveryOptions(ctx context.Context, q *ordersdb.Queries, goods contract.Totals) ([]DeliveryOption, error) {
	methods, err := q.CheckoutMethods(ctx, goods.Currency)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(methods))
	for i, m := range methods {
		ids[i] = m.ID
	}
	slots, err := q.CheckoutSlots(ctx, ids)
	if err != nil {
		return nil, err
	}
	slotted, err := q.SlottedMethods(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]DeliveryOption, len(methods))
	for i, m := range methods {
		options[i] = DeliveryOption{ID: id.Format[contract.DeliveryID](deliveryPrefix, m.ID), Name: m.Name, Kind: m.Kind, Place: m.Place, Instructions: m.Instructions,
			FeeMinor: fee(m.FeeMinor, m.FreeFromMinor, goods), FreeFrom: m.FreeFromMinor, Postcodes: m.Postcodes,
			Slotted: slices.Contains(slotted, m.ID), Slots: []SlotOption{}}
		for _, slot := range slots {
			if slot.DeliveryID == m.ID {
				options[i].Slots = append(options[i].Slots, slotOption(slot))
			}
		}
	}
	return options, nil
}

func slotOption(r ordersdb.CheckoutSlotsRow) SlotOption {
	o := SlotOption{WindowName: r.WindowName, ClosesAt: r.ClosesAt, OrderSlot: OrderSlot{ID: id.Format[contract.SlotID](slotPrefix, r.ID),
		Window: id.Format[contract.WindowID](windowPrefix, r.WindowID), StartsAt: r.StartsAt, EndsAt: r.EndsAt}}
	if r.Capacity != nil {
		left := max(0, *r.Capacity-r.Taken)
		o.Left = &left
	}
	return o
}

// fee is what delivery of goods costs. What counts towards free delivery is what is paid for
// goods, without deposits.
func fee(minor int64, freeFrom *int64, goods contract.Totals) int64 {
	if freeFrom != nil && goods.GrossMinor-goods.DiscountMinor >= *freeFrom {
		return 0
	}
	return minor
}

// QuoteRequest is how somebody would have their cart.
type QuoteRequest struct {
	Delivery contract.DeliveryID `json:"delivery,omitempty" pattern:"^(del_[0-9a-f]{32})?$" maxLength:"36" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	Slot     contract.SlotID     `json:"slot,omitempty" pattern:"^(slot_[0-9a-f]{32})?$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514"`
	Address  *QuoteAddress       `json:"address,omitempty"`
}

// QuoteAddress is as much of an address as delivery depends on.
type QuoteAddress struct {
	Postcode string `json:"postcode" maxLength:"16" example:"HX7 8AB"`
	Country  string `json:"country,omitempty" maxLength:"2" pattern:"^([A-Z]{2})?$" example:"GB" doc:"ISO 3166-1; GB where it is absent."`
}

// Quote is what the cart comes to with delivery, and whether it could be ordered so.
type Quote struct {
	Lines     []contract.PricedLine `json:"lines"`
	Discounts []contract.Discount   `json:"discounts"`
	Totals    contract.Totals       `json:"totals" doc:"With delivery: total_minor is what to send as expected_total_minor."`
	Delivery  *OrderDelivery        `json:"delivery,omitempty"`
	Slot      string                `json:"slot" enum:"none,open,closed,full" example:"open" doc:"Of the slot that was named; none: none was."`
	Served    bool                  `json:"served" example:"true" doc:"Whether the postcode is served; true where none was named."`
}

// Quote prices the cart of whoever makes the request with delivery; nothing is held by it. It
// fails as CheckoutView does, and with 422 for a method or slot that there is not.
func (s *Service) Quote(ctx context.Context, in QuoteRequest) (Quote, error) {
	if _, err := shopperOf(ctx); err != nil {
		return Quote{}, err
	}
	priced, err := s.Cart.Price(ctx)
	if err != nil {
		return Quote{}, err
	}
	quote := Quote{Slot: "none", Served: true}
	var charge int64
	if in.Delivery != "" {
		options, err := deliveryOptions(ctx, s.queries(), priced.Totals)
		if err != nil {
			return quote, err
		}
		at := slices.IndexFunc(options, func(o DeliveryOption) bool { return o.ID == in.Delivery })
		if at < 0 {
			return quote, noMethod()
		}
		if charge, err = s.quoteDelivery(ctx, &quote, options[at], in); err != nil {
			return quote, err
		}
	} else if in.Slot != "" {
		return quote, noMethod()
	}
	quote.Lines, quote.Discounts, quote.Totals = money.Sum(priced.Lines, priced.Discounts, charge, priced.Totals.Currency)
	if quote.Discounts == nil {
		quote.Discounts = []contract.Discount{}
	}
	return quote, nil
}

// quoteDelivery says of one way to have the cart whether it can be had so, and what it costs.
func (s *Service) quoteDelivery(ctx context.Context, quote *Quote, o DeliveryOption, in QuoteRequest) (fee int64, err error) {
	zone, err := s.timezone(ctx)
	if err != nil {
		return 0, err
	}
	quote.Delivery = &OrderDelivery{ID: o.ID, Name: o.Name, Kind: o.Kind, Place: o.Place, Instructions: o.Instructions, Timezone: zone}
	if in.Slot != "" {
		quote.Slot = "closed"
		if at := slices.IndexFunc(o.Slots, func(s SlotOption) bool { return s.ID == in.Slot }); at >= 0 {
			quote.Slot, quote.Delivery.Slot = "open", &o.Slots[at].OrderSlot
			if left := o.Slots[at].Left; left != nil && *left == 0 {
				quote.Slot = "full"
			}
		}
	}
	if in.Address != nil && o.Kind == "delivery" {
		quote.Served = served(in.Address.Postcode, cmp.Or(in.Address.Country, "GB"), o.Postcodes)
	}
	return o.FeeMinor, nil
}

// noMethod is the 422 of a delivery method that the shop does not have, or not any more.
func noMethod() *problem.Details {
	return field("body.delivery", "name one of the shop's delivery methods")
}

// shopper is who orders, the holder of the cart.
type shopper auth.CartHolder

// actor names them in events.
func (s shopper) actor() string {
	if s.User != "" {
		return string(s.User)
	}
	return "guest"
}

// shopperOf is who makes the request. It fails as auth.CartHolderFrom does, and with 409
// `cart_empty` for a browser that has no cart.
func shopperOf(ctx context.Context) (shopper, error) {
	h, err := auth.CartHolderFrom(ctx)
	if err == nil && h.Key == "" {
		err = problem.Conflict("there is nothing in the cart").WithCode("cart_empty")
	}
	return shopper(h), err
}
