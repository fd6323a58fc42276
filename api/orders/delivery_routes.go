// The operations on delivery methods, ordering windows, settings of orders, and sales over
// the counter.

package orders

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// deliveryRoutes registers the operations by which a shopkeeper says how the shop sells.
func (s *Service) deliveryRoutes(api huma.API) {
	const match = " If-Match must name the version that was read."
	huma.Register(api, deskRead("list-delivery-methods", "/v1/delivery-methods", "List delivery methods",
		"All of them in their order, those that are not active too. What a shopper can choose is told by GET /v1/checkout."), s.listDeliveryMethods)
	huma.Register(api, deskRead("read-delivery-method", "/v1/delivery-methods/{method}", "Read a delivery method",
		"With its fee, the postcodes that it serves, and whether it can be chosen."), s.readDeliveryMethod)
	huma.Register(api, deskMade("create-delivery-method", "/v1/delivery-methods", "Make a delivery method",
		"Where goods are collected, or how they are delivered, in the shop's currency. There may be a hundred (too_many)."), s.createDeliveryMethod)
	huma.Register(api, deskWrite("update-delivery-method", http.MethodPatch, "/v1/delivery-methods/{method}", "Change a delivery method",
		"Changes the fields that are given. Orders that were placed keep what they were told."+match), s.updateDeliveryMethod)
	huma.Register(api, deskWrite("delete-delivery-method", http.MethodDelete, "/v1/delivery-methods/{method}", "Delete a delivery method",
		"Only one that no ordering window has slots of (in_use); one that is not active is not offered either."+match), s.removeDeliveryMethod)

	huma.Register(api, deskRead("list-order-windows", "/v1/order-windows", "List ordering windows",
		"With their slots; those that close last come first. Read on with next_cursor."), s.listOrderWindows)
	huma.Register(api, deskRead("read-order-window", "/v1/order-windows/{window}", "Read an ordering window",
		"With its slots, and how many orders have each."), s.readOrderWindow)
	huma.Register(api, deskMade("create-order-window", "/v1/order-windows", "Make an ordering window",
		"From opens_at on one may order for its slots, from closes_at on no more, by the clock of the database. A delivery method with slots can be had at them only."), s.createOrderWindow)
	huma.Register(api, deskWrite("update-order-window", http.MethodPatch, "/v1/order-windows/{window}", "Change an ordering window",
		"Changes the fields that are given; slots are all of them. A slot that orders have can become larger, and no smaller than they are; it is neither moved nor removed (slot_taken)."+match), s.updateOrderWindow)
	huma.Register(api, deskWrite("delete-order-window", http.MethodDelete, "/v1/order-windows/{window}", "Delete an ordering window",
		"With its slots, where no order has any (slot_taken)."+match), s.removeOrderWindow)

	settings := deskRead("read-order-settings", "/v1/order-settings", "Read the settings of orders",
		"What is said on invoices, and what shoppers agree to.")
	settings.Errors = nil
	huma.Register(api, settings, s.readOrderSettings)
	huma.Register(api, deskWrite("update-order-settings", http.MethodPatch, "/v1/order-settings", "Change the settings of orders",
		"Changes the fields that are given. Orders name the version that was agreed to, and invoices that were issued stay as they are."+match), s.updateOrderSettings)

	huma.Register(api, deskMade("create-counter-sale", "/v1/counter-sales", "Sell over the counter",
		"Makes an order that is paid and handed over at once, with its invoice. What others have reserved is not sold (out_of_stock). "+
			"Idempotency-Key makes it happen once however often the request is sent; a replay shows the order as it is by then."), s.createCounterSale)
}

// deskRead is an operation by which somebody of the shop reads.
func deskRead(id, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"Shop orders"}, Summary: summary, Description: description,
		Security: auth.Scope(auth.ScopeOrdersRead), Errors: []int{http.StatusNotFound}}
}

// deskWrite is an operation by which they change what is there.
func deskWrite(id, method, path, summary, description string) huma.Operation {
	op := deskRead(id, path, summary, description)
	op.Method, op.Security = method, auth.Scope(auth.ScopeOrdersWrite)
	op.Errors = []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired}
	return op
}

// deskMade is an operation by which they make something new.
func deskMade(id, path, summary, description string) huma.Operation {
	op := deskWrite(id, http.MethodPost, path, summary, description)
	op.DefaultStatus, op.Errors = http.StatusCreated, []int{http.StatusConflict}
	return op
}

// DeliveryMethodPath is a delivery method that is named in the address.
type DeliveryMethodPath struct {
	Method contract.DeliveryID `path:"method" pattern:"^del_[0-9a-f]{32}$" maxLength:"36" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513" doc:"Id of the delivery method."`
}

// OrderWindowPath is a window that is named in the address.
type OrderWindowPath struct {
	Window contract.WindowID `path:"window" pattern:"^win_[0-9a-f]{32}$" maxLength:"36" example:"win_019ab3f47c2e7d06b8a1f0c2d3e4f515" doc:"Id of the window."`
}

// SeenVersion is the version that a change is of.
type SeenVersion struct {
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}

// deskOutput is one thing with its version.
type deskOutput[T any] struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         T
}

func deskAnswer[T any](version int64, shown T, err error) (*deskOutput[T], error) {
	if err != nil {
		return nil, err
	}
	return &deskOutput[T]{etag.Of(version, shown), noStore, shown}, nil
}

// deskMadeOutput is deskOutput of what is new.
type deskMadeOutput[T any] struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         T
}

// DeliveryMethodList is how goods leave the shop.
type DeliveryMethodList struct {
	Items []DeliveryMethod `json:"items" doc:"In their order."`
}

type deliveryMethodListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         DeliveryMethodList
}

func (s *Service) listDeliveryMethods(ctx context.Context, _ *struct{}) (*deliveryMethodListOutput, error) {
	list, err := s.DeliveryMethods(ctx)
	return &deliveryMethodListOutput{noStore, DeliveryMethodList{list}}, err
}

func (s *Service) readDeliveryMethod(ctx context.Context, in *DeliveryMethodPath) (*deskOutput[DeliveryMethod], error) {
	m, err := s.DeliveryMethod(ctx, in.Method)
	return deskAnswer(m.Version, m, err)
}

// NewDeliveryMethod is the fields of a delivery method that is to be made.
type NewDeliveryMethod DeliveryMethodFields

// TransformSchema says which fields a new delivery method needs.
func (NewDeliveryMethod) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"kind", "name"}
	return s
}

func (s *Service) createDeliveryMethod(ctx context.Context, in *struct{ Body NewDeliveryMethod }) (*deskMadeOutput[DeliveryMethod], error) {
	m, err := s.CreateDeliveryMethod(ctx, DeliveryMethodFields(in.Body))
	return &deskMadeOutput[DeliveryMethod]{"/v1/delivery-methods/" + string(m.ID), etag.Of(m.Version, m), noStore, m}, err
}

func (s *Service) updateDeliveryMethod(ctx context.Context, in *struct {
	DeliveryMethodPath
	SeenVersion
	Body DeliveryMethodFields
}) (*deskOutput[DeliveryMethod], error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	m, err := s.UpdateDeliveryMethod(ctx, in.Method, version, in.Body)
	return deskAnswer(m.Version, m, err)
}

func (s *Service) removeDeliveryMethod(ctx context.Context, in *struct {
	DeliveryMethodPath
	SeenVersion
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteDeliveryMethod(ctx, in.Method, version)
}

type orderWindowListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         OrderWindowList
}

func (s *Service) listOrderWindows(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*orderWindowListOutput, error) {
	list, err := s.OrderWindows(ctx, in.Limit, in.Cursor)
	return &orderWindowListOutput{noStore, list}, err
}

func (s *Service) readOrderWindow(ctx context.Context, in *OrderWindowPath) (*deskOutput[OrderWindow], error) {
	w, err := s.OrderWindow(ctx, in.Window)
	return deskAnswer(w.Version, w, err)
}

// NewOrderWindow is the fields of a window that is to be made.
type NewOrderWindow OrderWindowFields

// TransformSchema says which fields a new window needs.
func (NewOrderWindow) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"closes_at", "name", "opens_at"}
	return s
}

func (s *Service) createOrderWindow(ctx context.Context, in *struct{ Body NewOrderWindow }) (*deskMadeOutput[OrderWindow], error) {
	w, err := s.CreateOrderWindow(ctx, OrderWindowFields(in.Body))
	return &deskMadeOutput[OrderWindow]{"/v1/order-windows/" + string(w.ID), etag.Of(w.Version, w), noStore, w}, err
}

func (s *Service) updateOrderWindow(ctx context.Context, in *struct {
	OrderWindowPath
	SeenVersion
	Body OrderWindowFields
}) (*deskOutput[OrderWindow], error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	w, err := s.UpdateOrderWindow(ctx, in.Window, version, in.Body)
	return deskAnswer(w.Version, w, err)
}

func (s *Service) removeOrderWindow(ctx context.Context, in *struct {
	OrderWindowPath
	SeenVersion
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteOrderWindow(ctx, in.Window, version)
}

func (s *Service) readOrderSettings(ctx context.Context, _ *struct{}) (*deskOutput[OrderSettings], error) {
	settings, err := s.OrderSettings(ctx)
	return deskAnswer(settings.Version, settings, err)
}

func (s *Service) updateOrderSettings(ctx context.Context, in *struct {
	SeenVersion
	Body OrderSettingsFields
}) (*deskOutput[OrderSettings], error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	settings, err := s.UpdateOrderSettings(ctx, version, in.Body)
	return deskAnswer(settings.Version, settings, err)
}

type soldOutput struct {
	Location     string `header:"Location" doc:"Of the order."`
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where the same request made the sale before."`
	Body         Order
}

func (s *Service) createCounterSale(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each sale, the same when the request is sent again; required."`
	Body CounterSale
}) (*soldOutput, error) {
	p, known := auth.PrincipalFrom(ctx)
	if !known {
		return nil, problem.Unauthorized("a bearer token is needed")
	}
	request, err := idempotency.For(p.Name, in.Key, http.MethodPost, "/v1/counter-sales", in.Body)
	if err != nil {
		return nil, err
	}
	sold, replayed, err := s.SellAtCounter(ctx, request, in.Body)
	return &soldOutput{"/v1/orders/" + string(sold.ID), noStore, idempotency.Mark(replayed), sold}, err
}
