// The operations on payments and refunds.

package orders

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
)

// paymentRoutes registers the operations on payments and refunds.
func (s *Service) paymentRoutes(api huma.API) {
	own := append([]map[string][]string{{}}, auth.Scope(auth.ScopeAccountRead)...)
	huma.Register(api, huma.Operation{
		OperationID: "get-payment", Method: http.MethodGet, Path: "/v1/orders/{order}/payment", Tags: []string{"Orders"}, Summary: "See how far a payment is",
		Description: "Cheap, for a page that waits: ask every two seconds. While nobody knows, it has the payment provider asked. " +
			"What the provider cannot tell stays as it is: an order never counts as unpaid because nobody knew.",
		Security: own, Errors: []int{http.StatusNotFound},
	}, s.getPayment)
	huma.Register(api, huma.Operation{
		OperationID: "create-payment", Method: http.MethodPost, Path: "/v1/orders/{order}/payments", Tags: []string{"Orders"}, Summary: "Pay an order",
		Description: "Gives an unpaid order a page to pay on: the one that is open, or a new one where the last try was refused or has ended; goods are then held for longer, up to two hours in all. " +
			"The last one is ended first, so that nothing is charged twice; while the provider does not say what became of it, the answer is 503 payment_unknown. " +
			"With payment.status creating the page is still being made: ask for the payment again.",
		Security: own, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, s.createPayment)
	huma.Register(api, huma.Operation{
		OperationID: "create-refund", Method: http.MethodPost, Path: "/v1/orders/{order}/refunds", Tags: []string{"Shop orders"}, Summary: "Refund an order",
		Description: "Sends money back, for lines, for delivery, or an amount: never more than came in, less what went back or is on its way. Money of the payment provider's goes back by it, " +
			"once, however often its answers are lost; cash and the counter's card reader are counted as done at once. To give up a whole order, cancel it.",
		Security: auth.Scope(auth.ScopeOrdersWrite), DefaultStatus: http.StatusCreated, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.createRefund)
	huma.Register(api, huma.Operation{
		OperationID: "list-refunds", Method: http.MethodGet, Path: "/v1/orders/{order}/refunds", Tags: []string{"Orders"}, Summary: "List an order's refunds",
		Description: "The oldest first, those on their way too. unknown: the provider did not say yet whether it was made; failed: it was refused, and the shop has been told.",
		Security:    own, Errors: []int{http.StatusNotFound},
	}, s.listRefunds)
}

type paymentOutput struct {
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where this is the answer that the same request got before."`
	Body         PaymentState
}

// ByOrder names an order, for whoever may see it.
type ByOrder struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Key   string           `header:"Order-Key" maxLength:"64" example:"3q2-7wAbCdEfGhIjKlMnOp" doc:"The key of a guest's order, from its link."`
}

func (s *Service) getPayment(ctx context.Context, in *ByOrder) (*paymentOutput, error) {
	state, err := s.PaymentOf(ctx, in.Order, in.Key)
	return &paymentOutput{CacheControl: "no-store", Body: state}, err
}

func (s *Service) createPayment(ctx context.Context, in *struct {
	ByOrder
	Once string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
}) (*paymentOutput, error) {
	state, replayed, err := s.Pay(ctx, in.Order, in.Key, in.Once)
	return &paymentOutput{CacheControl: "no-store", Replayed: idempotency.Mark(replayed), Body: state}, err
}

// RefundList is the refunds of an order.
type RefundList struct {
	Items []OrderRefund `json:"items"`
}

type refundListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where this is the answer that the same request got before."`
	Body         RefundList
}

func (s *Service) createRefund(ctx context.Context, in *struct {
	Order contract.OrderID `path:"order" pattern:"^ord_[0-9a-f]{32}$" maxLength:"36" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510" doc:"Id of the order."`
	Once  string           `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
	Body  NewRefund
}) (*refundListOutput, error) {
	refunds, replayed, err := s.Refund(ctx, in.Order, in.Once, in.Body)
	return &refundListOutput{CacheControl: "no-store", Replayed: idempotency.Mark(replayed), Body: RefundList{refunds}}, err
}

func (s *Service) listRefunds(ctx context.Context, in *ByOrder) (*refundListOutput, error) {
	refunds, err := s.Refunds(ctx, in.Order, in.Key)
	return &refundListOutput{CacheControl: "no-store", Body: RefundList{refunds}}, err
}
