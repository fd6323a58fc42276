// An order as the API shows it.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Order is an order as it is shown to whoever ordered and to the shop. What was bought is a
// picture of its moment; amounts are in minor units with VAT.
type Order struct {
	ID               contract.OrderID    `json:"id" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Reference        string              `json:"reference" example:"R7K2-9QXM" doc:"For people to say: random, and no part of the order can be told from it."`
	Key              string              `json:"key,omitempty" example:"3q2-7wAbCdEfGhIjKlMnOp" doc:"In the answer to a guest's checkout only: send it as Order-Key to see the order again. Keep it secret."`
	Channel          string              `json:"channel" enum:"web,counter" example:"web"`
	Status           string              `json:"status" enum:"pending_payment,paid,part_fulfilled,fulfilled,cancelled,expired" example:"paid" doc:"expired: it was not paid in time."`
	PaymentStatus    string              `json:"payment_status" enum:"unpaid,review,paid,part_refunded,refunded" example:"paid" doc:"review: money came that does not fit; a person looks at it."`
	FulfilmentStatus string              `json:"fulfilment_status" enum:"unfulfilled,picking,ready,part_fulfilled,fulfilled" example:"unfulfilled"`
	Name             string              `json:"name" example:"Anna Ashdown" doc:"Of whoever ordered; empty once their data were erased."`
	Email            string              `json:"email,omitempty" example:"anna@example.org"`
	Phone            string              `json:"phone,omitempty" example:"01422 000000"`
	Address          *Address            `json:"address,omitempty" doc:"Where it is delivered to."`
	Note             string              `json:"note,omitempty" example:"Leave it with the neighbours." doc:"Of whoever ordered."`
	User             contract.UserID     `json:"user,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f501" doc:"Absent: a guest's."`
	Lines            []OrderLine         `json:"lines"`
	Discounts        []contract.Discount `json:"discounts"`
	Totals           contract.Totals     `json:"totals" doc:"As it was ordered; what went back since is in refunded_minor."`
	PaidMinor        int64               `json:"paid_minor" example:"1250" doc:"Money that came in for it."`
	RefundedMinor    int64               `json:"refunded_minor" example:"0" doc:"Money of it that went back."`
	Payment          Payment             `json:"payment"`
	Refunds          []OrderRefund       `json:"refunds"`
	Delivery         *OrderDelivery      `json:"delivery,omitempty" doc:"How it reaches whoever ordered; absent where nothing is said of that."`
	Accepted         *Accepted           `json:"accepted,omitempty" doc:"What was agreed to."`
	Documents        []DocumentLink      `json:"documents" doc:"The invoice, once it is paid, and credit notes for what went back."`
	EditableUntil    *time.Time          `json:"editable_until,omitempty" doc:"Until then whoever ordered may change or cancel it, as long as nobody picks it; absent: until somebody does."`
	PlacedAt         time.Time           `json:"placed_at"`
	ExpiresAt        *time.Time          `json:"expires_at,omitempty" doc:"While it is not paid: until when goods are held."`
	PaidAt           *time.Time          `json:"paid_at,omitempty"`
	ReadyAt          *time.Time          `json:"ready_at,omitempty"`
	FulfilledAt      *time.Time          `json:"fulfilled_at,omitempty"`
	EndedAt          *time.Time          `json:"ended_at,omitempty" doc:"When it was cancelled or expired."`
	Version          int64               `json:"version" example:"3" doc:"Counts the changes; the ETag."`
}

// Address is where something is delivered to.
type Address struct {
	Name     string `json:"name,omitempty" maxLength:"120" example:"Anna Ashdown" doc:"Whose door it is; absent: the contact's."`
	Line1    string `json:"line1" maxLength:"120" example:"12 Rose Lane"`
	Line2    string `json:"line2,omitempty" maxLength:"120" example:"Heptonstall"`
	Town     string `json:"town" maxLength:"80" example:"Hebden Bridge"`
	Postcode string `json:"postcode" maxLength:"16" example:"HX7 8AB"`
	Country  string `json:"country" maxLength:"2" example:"GB" doc:"ISO 3166-1."`
}

// OrderLine is a line of an order.
type OrderLine struct {
	ID            contract.LineID `json:"id" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511"`
	Offer         contract.Offer  `json:"offer" doc:"The thing as it was when it was ordered."`
	Ordered       int64           `json:"ordered" example:"2" doc:"Pieces, or grams of what is sold by weight."`
	Quantity      int64           `json:"quantity" example:"2" doc:"Still wanted and to be had."`
	Fulfilled     int64           `json:"fulfilled" example:"0" doc:"Handed over."`
	Note          string          `json:"note,omitempty" example:"ripe ones, please"`
	GrossMinor    int64           `json:"gross_minor" example:"650" doc:"Of what was ordered, before discounts."`
	DiscountMinor int64           `json:"discount_minor" example:"0" doc:"Its share of all discounts."`
	NetMinor      int64           `json:"net_minor" example:"650" doc:"Paid for it, without the deposit."`
	DepositMinor  int64           `json:"deposit_minor" example:"0"`
	VATMinor      int64           `json:"vat_minor" example:"0" doc:"In net_minor."`
	RefundedMinor int64           `json:"refunded_minor" example:"0"`
}

// Payment is the latest attempt to pay an order.
type Payment struct {
	Status   string `json:"status" enum:"none,creating,open,paid,closed,mismatch" example:"open" doc:"none: there is nothing to pay. creating: the page to pay on is being made. closed: it can no longer be paid with this one; ask for another."`
	Provider string `json:"provider,omitempty" enum:"sumup,cash,card_reader,none" example:"sumup"`
	URL      string `json:"url,omitempty" format:"uri" example:"https://checkout.sumup.com/pay/c-8f14e45f" doc:"Where to pay, while it is open."`
	Declined bool   `json:"declined,omitempty" example:"false" doc:"The last try was refused; another may be made on the same page."`
}

// OrderRefund is money of an order that goes back.
type OrderRefund struct {
	ID          contract.RefundID `json:"id" example:"ref_019ab3f47c2e7d06b8a1f0c2d3e4f512"`
	AmountMinor int64             `json:"amount_minor" example:"325"`
	Status      string            `json:"status" enum:"requested,sending,unknown,done,failed" example:"done"`
	Reason      string            `json:"reason" enum:"requested,cancelled,short,edited,late_payment,paid_twice,mismatch,outside" example:"short"`
	Note        string            `json:"note,omitempty" example:"The rye was sold out."`
	CreatedAt   time.Time         `json:"created_at"`
	DoneAt      *time.Time        `json:"done_at,omitempty"`
}

// OrderDelivery is how an order reaches whoever ordered it, as that was when they ordered.
type OrderDelivery struct {
	ID           contract.DeliveryID `json:"id,omitempty" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	Name         string              `json:"name" example:"Collection at the barn"`
	Kind         string              `json:"kind" enum:"collection,delivery" example:"collection"`
	Place        string              `json:"place,omitempty" example:"The Barn, Mill Lane"`
	Instructions string              `json:"instructions,omitempty" example:"Ring the bell by the gate."`
	Slot         *OrderSlot          `json:"slot,omitempty"`
	Timezone     string              `json:"timezone,omitempty" example:"Europe/London" doc:"Of the shop (IANA), to show the slot in."`
}

// OrderSlot is when.
type OrderSlot struct {
	ID       contract.SlotID   `json:"id" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514"`
	Window   contract.WindowID `json:"window" example:"win_019ab3f47c2e7d06b8a1f0c2d3e4f515"`
	StartsAt time.Time         `json:"starts_at"`
	EndsAt   time.Time         `json:"ends_at"`
}

// Accepted is what whoever ordered agreed to. Hashes are SHA-256, in hex, of the Markdown.
type Accepted struct {
	Version          int64     `json:"version" example:"4" doc:"Of the shop's settings that the words are in."`
	TermsHash        string    `json:"terms_hash,omitempty" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	CancellationHash string    `json:"cancellation_hash,omitempty" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	At               time.Time `json:"at"`
}

// DocumentLink leads to an invoice or a credit note.
type DocumentLink struct {
	Kind     string             `json:"kind" enum:"invoice,credit_note" example:"invoice"`
	Number   string             `json:"number" example:"RA-1042"`
	Href     string             `json:"href" example:"/v1/orders/ord_019ab3f47c2e7d06b8a1f0c2d3e4f510/invoice"`
	Refund   *contract.RefundID `json:"refund,omitempty" example:"ref_019ab3f47c2e7d06b8a1f0c2d3e4f512" doc:"Of a credit note: for which refund it is."`
	IssuedAt time.Time          `json:"issued_at"`
}

// OrderByID is an order, for whoever may see it (visit). It fails with 404.
func (s *Service) OrderByID(ctx context.Context, order contract.OrderID, key string) (Order, error) {
	q := s.queries()
	v, err := s.visit(ctx, q, order, key)
	if err != nil {
		return Order{}, err
	}
	return s.shown(ctx, q, v.Order)
}

// shown is an order with all that belongs to it, for who may see it.
func (s *Service) shown(ctx context.Context, q *ordersdb.Queries, row ordersdb.Order) (Order, error) {
	lines, err := q.OrderLines(ctx, row.ID)
	if err != nil {
		return Order{}, err
	}
	attempt, err := q.LatestAttempt(ctx, row.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		attempt.Status, err = "none", nil
	}
	if err != nil {
		return Order{}, err
	}
	o, err := showOrder(row, lines, attempt)
	if err != nil || row.Status == "pending_payment" && row.PaymentStatus == "unpaid" {
		return o, err // nothing came in yet: there is nothing to go back, and no invoice
	}
	refunds, err := q.OrderRefunds(ctx, row.ID)
	for _, r := range refunds {
		o.Refunds = append(o.Refunds, OrderRefund{id.Format[contract.RefundID](refundPrefix, r.ID), r.AmountMinor, r.Status, r.Reason, r.Note, r.CreatedAt, r.DoneAt})
	}
	if err != nil {
		return o, err
	}
	documents, err := q.OrderDocuments(ctx, row.ID)
	for _, d := range documents {
		o.Documents = append(o.Documents, showDocument(o.ID, d))
	}
	return o, err
}

// showOrder is the order without its refunds and documents.
func showOrder(row ordersdb.Order, lines []ordersdb.Line, attempt ordersdb.Attempt) (Order, error) {
	o := Order{
		ID: id.Format[contract.OrderID](orderPrefix, row.ID), Reference: row.Reference, Channel: row.Channel,
		Status: row.Status, PaymentStatus: row.PaymentStatus, FulfilmentStatus: row.FulfilmentStatus,
		Name: row.Name, Email: row.Email, Phone: row.Phone, Note: row.Note,
		Lines: make([]OrderLine, len(lines)), PaidMinor: row.PaidMinor, RefundedMinor: row.RefundedMinor,
		Refunds: []OrderRefund{}, Documents: []DocumentLink{},
		EditableUntil: row.EditableUntil, PlacedAt: row.PlacedAt, PaidAt: row.PaidAt, ReadyAt: row.ReadyAt,
		FulfilledAt: row.FulfilledAt, EndedAt: row.EndedAt, Version: row.Version,
	}
	if row.UserID != nil {
		o.User = contract.UserID(*row.UserID)
	}
	if row.Status == "pending_payment" {
		o.ExpiresAt = row.ExpiresAt
	}
	o.Payment = Payment{Status: attempt.Status, Provider: attempt.Provider}
	if attempt.Status == "open" {
		o.Payment.URL, o.Payment.Declined = attempt.HostedUrl, attempt.ProviderStatus == "FAILED"
	}
	for i, l := range lines {
		o.Lines[i] = OrderLine{
			ID: lineID(l), Ordered: l.Ordered, Quantity: l.Quantity, Fulfilled: l.Fulfilled, Note: l.Note,
			GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor, NetMinor: l.NetMinor, DepositMinor: l.DepositMinor,
			VATMinor: l.VatMinor, RefundedMinor: l.RefundedMinor,
		}
		if err := json.Unmarshal(l.Offer, &o.Lines[i].Offer); err != nil {
			return o, err
		}
	}
	var err error
	if o.Totals, err = totalsOf(row); err != nil {
		return o, err
	}
	if err := json.Unmarshal(row.Discounts, &o.Discounts); err != nil {
		return o, err
	}
	return o, showParts(&o, row)
}

// showParts reads what is kept as JSON and may not be there.
func showParts(o *Order, row ordersdb.Order) error {
	if row.Address != nil {
		if err := json.Unmarshal(row.Address, &o.Address); err != nil {
			return err
		}
	}
	if row.TermsVersion != nil {
		if err := json.Unmarshal(row.Accepted, &o.Accepted); err != nil {
			return err
		}
	}
	delivery, err := deliveryOf(row)
	o.Delivery = delivery
	return err
}

// deliveryOf is how an order is delivered; nil where nothing is said of that.
func deliveryOf(row ordersdb.Order) (*OrderDelivery, error) {
	var d OrderDelivery
	if err := json.Unmarshal(row.Delivery, &d); err != nil {
		return nil, err
	}
	if d.Kind == "" {
		return nil, nil
	}
	return &d, nil
}

// totalsOf are an order's sums as it was ordered.
func totalsOf(row ordersdb.Order) (contract.Totals, error) {
	t := contract.Totals{Currency: row.Currency, GrossMinor: row.GrossMinor, DiscountMinor: row.DiscountMinor,
		DepositMinor: row.DepositMinor, DeliveryMinor: row.DeliveryMinor, TotalMinor: row.TotalMinor}
	if err := json.Unmarshal(row.Vat, &t.VAT); err != nil {
		return t, err
	}
	for _, share := range t.VAT {
		t.VATMinor += share.VATMinor
	}
	return t, nil
}

func showDocument(order contract.OrderID, d ordersdb.OrderDocumentsRow) DocumentLink {
	link := DocumentLink{Kind: d.Kind, Number: d.Name, Href: documentPath(order, d.Kind, d.Number), IssuedAt: d.IssuedAt}
	if d.RefundID != nil {
		refund := id.Format[contract.RefundID](refundPrefix, *d.RefundID)
		link.Refund = &refund
	}
	return link
}
