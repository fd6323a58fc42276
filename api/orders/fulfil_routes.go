// The operations of fulfilment: picking, handing over, editing, cancelling.

package orders

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
)

// fulfilRoutes registers the operations of fulfilment.
func (s *Service) fulfilRoutes(api huma.API) {
	once := " Idempotency-Key makes it happen once however often the request is sent; a replay answers with the order as it is then."
	own := append([]map[string][]string{{}}, auth.Scope(auth.ScopeCartWrite)...)
	huma.Register(api, huma.Operation{OperationID: "cancel-order", Method: http.MethodPost, Path: "/v1/orders/{order}/cancel", Tags: []string{"Orders"},
		Summary: "Cancel an order", Security: own, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
		Description: "Whoever ordered may cancel while it is not paid: its lines go back to the cart. A paid one until its window closes (window_closed) or it is picked (picking_started); " +
			"the shop, with orders:write, until it has been handed over. All that was paid for what has not been handed over goes back. " +
			"Where SumUp does not say whether it has been paid the answer is 503 payment_unknown: nothing changes, and it may be tried again." + once}, s.cancelOrder)
	huma.Register(api, huma.Operation{OperationID: "edit-order", Method: http.MethodPost, Path: "/v1/orders/{order}/edits", Tags: []string{"Orders"},
		Summary: "Edit an order", Security: own, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
		Description: "Of a paid order of which nothing has been handed over: less of a line, another slot of the same way of delivery, another note. " +
			"What lines lose is paid back at what it cost; the fee of delivery stays. Whoever ordered may do it until its window closes (window_closed) or it is picked (picking_started), " +
			"the shop, with orders:write, after that too." + once}, s.editOrder)

	huma.Register(api, huma.Operation{OperationID: "list-picking", Method: http.MethodGet, Path: "/v1/picking", Tags: []string{"Shop orders"},
		Summary: "List what is to be picked", Security: auth.Scope(auth.ScopeOrdersRead),
		Description: "What has not been handed over yet of all paid orders, or of those of a window or a slot: summed up for gathering it, and by order."}, s.listPicking)
	huma.Register(api, huma.Operation{OperationID: "set-picking", Method: http.MethodPut, Path: "/v1/orders/{order}/picking", Tags: []string{"Shop orders"},
		Summary: "Say that an order is picked", Security: auth.Scope(auth.ScopeOrdersWrite), Errors: []int{http.StatusNotFound, http.StatusConflict},
		Description: "picking: from now on whoever ordered cannot change it. ready: it can be collected or is on its way, and a mail says so. Saying it twice does nothing more."}, s.setPicking)
	huma.Register(api, huma.Operation{OperationID: "create-fulfilment", Method: http.MethodPost, Path: "/v1/orders/{order}/fulfilments", Tags: []string{"Shop orders"},
		Summary: "Hand an order over", Security: auth.Scope(auth.ScopeOrdersWrite), Errors: []int{http.StatusNotFound, http.StatusConflict},
		Description: "Hands over lines, in whole or in parts: they leave the stock. With final, what has not been handed over is short: what was paid for it goes back, " +
			"with a mail that says why. What is sold by weight is handed over as it was weighed, up to what was ordered." + once}, s.createFulfilment)
}

// changedOrderOutput is an order after a change.
type changedOrderOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where the same request was done before."`
	Body         Order
}

func changedOrder(o Order, replayed bool, err error) (*changedOrderOutput, error) {
	return &changedOrderOutput{`"` + strconv.FormatInt(o.Version, 10) + `"`, "no-store", idempotency.Mark(replayed), o}, err
}

// OwnChange is what every change of an order by whoever ordered carries; huma reads embedded
// fields of exported types only.
type OwnChange struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Key   string           `header:"Order-Key" maxLength:"22" example:"3q2-7wAbCdEfGhIjKlMnOp" doc:"Of a guest's order."`
	Once  string           `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
}

// request is the one use of the key for a change.
func (c OwnChange) request(ctx context.Context, what string, body any) (idempotency.Request, error) {
	return idempotency.For(requester(ctx, c.Order), c.Once, http.MethodPost, "/v1/orders/"+string(c.Order)+"/"+what, body)
}

func (s *Service) cancelOrder(ctx context.Context, in *struct {
	OwnChange
	Body CancelFields
}) (*changedOrderOutput, error) {
	request, err := in.request(ctx, "cancel", in.Body)
	if err != nil {
		return nil, err
	}
	return changedOrder(s.Cancel(ctx, in.Order, in.Key, request, in.Body))
}

func (s *Service) editOrder(ctx context.Context, in *struct {
	OwnChange
	Body EditFields
}) (*changedOrderOutput, error) {
	request, err := in.request(ctx, "edits", in.Body)
	if err != nil {
		return nil, err
	}
	return changedOrder(s.Edit(ctx, in.Order, in.Key, request, in.Body))
}

func (s *Service) createFulfilment(ctx context.Context, in *struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Once  string           `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
	Body  FulfilmentFields
}) (*changedOrderOutput, error) {
	request, err := OwnChange{Order: in.Order, Once: in.Once}.request(ctx, "fulfilments", in.Body)
	if err != nil {
		return nil, err
	}
	return changedOrder(s.Fulfil(ctx, in.Order, request, in.Body))
}

func (s *Service) setPicking(ctx context.Context, in *struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Body  struct {
		Status string `json:"status" enum:"picking,ready" example:"ready" doc:"picking: somebody gathers it. ready: it can be collected, or is on its way."`
	}
}) (*changedOrderOutput, error) {
	o, err := s.SetPicking(ctx, in.Order, in.Body.Status)
	return changedOrder(o, false, err)
}

type pickListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         PickList
}

func (s *Service) listPicking(ctx context.Context, in *struct {
	Window contract.WindowID `query:"window" pattern:"^win_[0-9a-f]{32}$" maxLength:"36" example:"win_019ab3f47c2e7d06b8a1f0c2d3e4f515" doc:"Only orders of this window."`
	Slot   contract.SlotID   `query:"slot" pattern:"^slot_[0-9a-f]{32}$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514" doc:"Only orders of this slot."`
}) (*pickListOutput, error) {
	list, err := s.Picking(ctx, in.Window, in.Slot)
	return &pickListOutput{"no-store", list}, err
}
