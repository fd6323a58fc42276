// The operations on ordering, and on reading orders.

package orders

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/idempotency"
)

// checkoutRoutes registers the operations on ordering, and on reading orders.
func (s *Service) checkoutRoutes(api huma.API) {
	huma.Register(api, shopping("read-checkout", http.MethodGet, "/v1/checkout", "Read the checkout",
		"What there is to know before ordering: the cart with its prices now, how it can be had and when, and the terms. There must be something in the cart (cart_empty)."), s.readCheckout)
	huma.Register(api, shopping("create-quote", http.MethodPost, "/v1/checkout/quote", "Price the cart with delivery",
		"What the cart comes to when it is had in some way. Nothing is held by it; the total is what to send as expected_total_minor with the order."), s.createQuote)
	order := shopping("create-order", http.MethodPost, "/v1/checkout", "Order the cart",
		"Makes an order of the cart, holds the goods for half an hour, and has a page made to pay on, whose address is payment.url. What costs nothing is paid at once. "+
			"201 is an order that can be paid; 202 one of which that is not known yet: read it again until it has the address. "+
			"With the same Idempotency-Key an order is made once however often the request is sent; a replay shows the order as it is by then. "+
			"A cart becomes one order: who comes second is led to it (cart_converted, with Location). Nothing is ordered where the total is not the expected one (cart_changed: errors say what things cost now), "+
			"where other terms were shown (terms_changed), the slot's window is closed or it is full (window_closed, slot_full), or there is not enough of something (out_of_stock). "+
			"A guest's order has a key: keep it to see the order again.")
	order.DefaultStatus = http.StatusCreated
	order.Errors = append(order.Errors, http.StatusPreconditionFailed)
	order.Responses = map[string]*huma.Response{"202": {Description: "Ordered; where to pay is not known yet."}}
	huma.Register(api, order, s.createOrder)

	huma.Register(api, ordered("read-order", "/v1/orders/{order}", "Read an order",
		"For whoever ordered and for the shop. A guest sends the order's key as Order-Key. Whoever may not see it is told that there is none."), s.readOrder)
	huma.Register(api, ordered("read-invoice", "/v1/orders/{order}/invoice", "Read an order's invoice",
		"As it was issued when the order was paid; for whoever may read the order."), s.readInvoice)
	huma.Register(api, ordered("read-credit-note", "/v1/orders/{order}/credit-notes/{number}", "Read a credit note",
		"As it was issued when money went back; for whoever may read the order."), s.readCreditNote)

	mine := huma.Operation{OperationID: "list-own-orders", Method: http.MethodGet, Path: "/v1/me/orders", Tags: []string{"Orders"}, Summary: "List your orders",
		Description: "The newest first. Orders of guests are not among them, whatever address they name.", Security: auth.Scope(auth.ScopeAccountRead), Errors: []int{http.StatusForbidden}}
	huma.Register(api, mine, s.listOwnOrders)
	huma.Register(api, huma.Operation{OperationID: "list-orders", Method: http.MethodGet, Path: "/v1/orders", Tags: []string{"Shop orders"}, Summary: "List the shop's orders",
		Description: "The newest first. q finds beginnings of references and e-mail addresses, and parts of names.", Security: auth.Scope(auth.ScopeOrdersRead)}, s.listOrders)
	huma.Register(api, huma.Operation{OperationID: "list-order-events", Method: http.MethodGet, Path: "/v1/orders/{order}/events", Tags: []string{"Shop orders"}, Summary: "List what happened to an order",
		Description: "All of it, in its order: who did what and why, and the state that the order was in then. Each event's before_hash is after_hash of the one before it.",
		Security:    auth.Scope(auth.ScopeOrdersRead), Errors: []int{http.StatusNotFound}}, s.listEvents)
}

// shopping is an operation on the cart of whoever makes the request, signed in or not.
func shopping(id, method, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Checkout"}, Summary: summary, Description: description,
		Security: []map[string][]string{{auth.Scheme: {auth.ScopeCartWrite}}, {}}, Errors: []int{http.StatusForbidden, http.StatusConflict}}
}

// ordered is an operation by which an order is read.
func ordered(id, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"Orders"}, Summary: summary, Description: description,
		Security: []map[string][]string{{auth.Scheme: {auth.ScopeAccountRead}}, {}}, Errors: []int{http.StatusNotFound}}
}

// noStore is said of answers that are about somebody.
const noStore = "private, no-store"

// OrderPath is an order that is named in the address, and a guest's key for it.
type OrderPath struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Key   string           `header:"Order-Key" maxLength:"100" example:"3q2-7wAbCdEfGhIjKlMnOp" doc:"The key of a guest's order."`
}

type checkoutOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         CheckoutView
}

func (s *Service) readCheckout(ctx context.Context, _ *struct{}) (*checkoutOutput, error) {
	view, err := s.CheckoutView(ctx)
	return &checkoutOutput{noStore, view}, err
}

type quoteOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Quote
}

func (s *Service) createQuote(ctx context.Context, in *struct{ Body QuoteRequest }) (*quoteOutput, error) {
	quote, err := s.Quote(ctx, in.Body)
	return &quoteOutput{noStore, quote}, err
}

// mayKnow tells whether whoever asks may be told who orders: not a client of somebody's that
// may fill their cart and no more.
func mayKnow(ctx context.Context) bool {
	p, _ := auth.PrincipalFrom(ctx)
	return p.Client == "" || p.Has(auth.ScopeAccountRead)
}

type placedOutput struct {
	Status       int
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Location     string `header:"Location" doc:"Of the order."`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where the same request made the order before."`
	Body         Order
}

func (s *Service) createOrder(ctx context.Context, in *struct {
	auth.From
	Key     string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each order, the same when the request is sent again; required."`
	IfMatch string `header:"If-Match" example:"\"v3-1x\"" doc:"The cart's ETag: nothing is ordered where the cart was changed since."`
	Body    NewOrder
}) (*placedOutput, error) {
	who, err := shopperOf(ctx)
	if err != nil {
		return nil, err
	}
	request, err := idempotency.For(who.Key, in.Key, http.MethodPost, "/v1/checkout", in.Body)
	if err != nil {
		return nil, err
	}
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	placed, err := s.Checkout(ctx, request, version, in.Network(), in.Body)
	if err != nil {
		return nil, err
	}
	o := placed.Order
	if !mayKnow(ctx) {
		o.Name, o.Email, o.Phone, o.Address = "", "", "", nil
	}
	out := &placedOutput{Status: http.StatusCreated, CacheControl: noStore, ETag: etag.Of(o.Version, o), Location: "/v1/orders/" + string(o.ID), Replayed: idempotency.Mark(placed.Replayed), Body: o}
	if placed.Unknown {
		out.Status = http.StatusAccepted
	}
	return out, nil
}

type orderOutput struct {
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Body         Order
}

func (s *Service) readOrder(ctx context.Context, in *OrderPath) (*orderOutput, error) {
	o, err := s.OrderByID(ctx, in.Order, in.Key)
	if err != nil {
		return nil, err
	}
	return &orderOutput{noStore, etag.Of(o.Version, o), o}, nil
}

type documentOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Document
}

func (s *Service) readInvoice(ctx context.Context, in *OrderPath) (*documentOutput, error) {
	doc, err := s.InvoiceOf(ctx, in.Order, in.Key)
	return &documentOutput{noStore, doc}, err
}

func (s *Service) readCreditNote(ctx context.Context, in *struct {
	OrderPath
	Number int64 `path:"number" minimum:"1" example:"12" doc:"The note's number, without what stands before it."`
}) (*documentOutput, error) {
	doc, err := s.CreditNoteOf(ctx, in.Order, in.Key, in.Number)
	return &documentOutput{noStore, doc}, err
}

type orderListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         OrderList
}

func (s *Service) listOwnOrders(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*orderListOutput, error) {
	list, err := s.OwnOrders(ctx, in.Limit, in.Cursor)
	return &orderListOutput{noStore, list}, err
}

func (s *Service) listOrders(ctx context.Context, in *struct {
	Status     []string        `query:"status" maxItems:"6" enum:"pending_payment,paid,part_fulfilled,fulfilled,cancelled,expired" example:"[\"paid\"]" doc:"Only those in one of these."`
	Payment    []string        `query:"payment" maxItems:"5" enum:"unpaid,review,paid,part_refunded,refunded" example:"[\"paid\"]" doc:"Only those whose payment_status is one of these."`
	Fulfilment []string        `query:"fulfilment" maxItems:"5" enum:"unfulfilled,picking,ready,part_fulfilled,fulfilled" example:"[\"unfulfilled\"]" doc:"Only those whose fulfilment_status is one of these."`
	Slot       contract.SlotID `query:"slot" pattern:"^slot_[0-9a-f]{32}$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514" doc:"Only those for this slot."`
	Search     string          `query:"q" maxLength:"100" example:"r7k2" doc:"The beginning of a reference or of an e-mail address, or part of a name."`
	Limit      int             `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor     string          `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*orderListOutput, error) {
	list, err := s.ShopOrders(ctx, OrderQuery{Statuses: in.Status, Payments: in.Payment, Fulfilments: in.Fulfilment, Slot: in.Slot, Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
	return &orderListOutput{noStore, list}, err
}

// EventList is all that happened to an order.
type EventList struct {
	Items []OrderEvent `json:"items"`
}

type eventListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         EventList
}

func (s *Service) listEvents(ctx context.Context, in *OrderPath) (*eventListOutput, error) {
	events, err := s.OrderEvents(ctx, in.Order)
	return &eventListOutput{noStore, EventList{events}}, err
}

// TransformSchema gives an example that adds up.
func (Order) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{asJSON(exampleOrder())}
	return s
}

// TransformSchema gives an example that adds up.
func (CheckoutView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{asJSON(exampleView())}
	return s
}

// TransformSchema gives an example that adds up.
func (Quote) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{asJSON(exampleQuote())}
	return s
}
