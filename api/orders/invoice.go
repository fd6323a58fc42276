// Invoices and credit notes: pictures of what was sold and of what went back, numbered
// without gaps.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
)

// Kinds of documents.
const (
	invoiceKind    = "invoice"
	creditNoteKind = "credit_note"
)

// Document is an invoice or a credit note as it was issued: nothing of it follows the shop or
// whoever bought later (VAT Regulations 1995, regulations 14 and 15C). Amounts are in minor
// units; those of a credit note are what goes back.
type Document struct {
	Kind      string           `json:"kind" enum:"invoice,credit_note" example:"invoice"`
	Number    string           `json:"number" example:"RA-1042" doc:"Without gaps within its kind."`
	IssuedAt  time.Time        `json:"issued_at" doc:"Also the time of supply."`
	Order     contract.OrderID `json:"order" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Reference string           `json:"reference" example:"R7K2-9QXM" doc:"The order's."`
	PlacedAt  time.Time        `json:"placed_at" doc:"When it was ordered."`
	Invoice   string           `json:"invoice,omitempty" example:"RA-1042" doc:"Of a credit note: the invoice that it corrects."`
	Reason    string           `json:"reason,omitempty" example:"short" doc:"Of a credit note: why money goes back."`
	Note      string           `json:"note,omitempty" example:"The rye was sold out." doc:"Of a credit note: the same in words."`
	Seller    Seller           `json:"seller"`
	Buyer     Buyer            `json:"buyer"`
	Delivery  string           `json:"delivery,omitempty" example:"Collection at the barn, Friday 3 May, 16:00 to 18:00"`
	Lines     []DocumentLine   `json:"lines"`
	Totals    contract.Totals  `json:"totals"`
}

// Seller is who sells, as it was said in the shop's settings.
type Seller struct {
	Name          string `json:"name" example:"Rose Ash Cooperative Ltd"`
	Address       string `json:"address" example:"The Barn\nMill Lane\nHebden Bridge"`
	VATNumber     string `json:"vat_number,omitempty" example:"GB123456789"`
	CompanyNumber string `json:"company_number,omitempty" example:"IP031234"`
	Contact       string `json:"contact,omitempty" example:"hello@rose-ash.example"`
}

// Buyer is who bought.
type Buyer struct {
	Name    string   `json:"name,omitempty" example:"Anna Ashdown"`
	Email   string   `json:"email,omitempty" example:"anna@example.org"`
	Address *Address `json:"address,omitempty"`
}

// DocumentLine is a line of a document.
type DocumentLine struct {
	Line          contract.LineID `json:"line,omitempty" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511" doc:"Of the order."`
	Name          string          `json:"name" example:"Rye loaf"`
	VariantName   string          `json:"variant_name,omitempty" example:"800 g loaf"`
	SKU           string          `json:"sku,omitempty" example:"RYE-800"`
	Quantity      int64           `json:"quantity" example:"2" doc:"Pieces, or grams of what is sold by weight. 0 on a credit note: money went back, and no goods."`
	SoldByWeight  bool            `json:"sold_by_weight" example:"false"`
	PriceMinor    int64           `json:"price_minor" example:"325" doc:"Of one piece, or of price_quantity grams; with VAT."`
	PriceQuantity int64           `json:"price_quantity,omitempty" example:"1000" doc:"Of what is sold by weight."`
	GrossMinor    int64           `json:"gross_minor" example:"650"`
	DiscountMinor int64           `json:"discount_minor" example:"0"`
	NetMinor      int64           `json:"net_minor" example:"650" doc:"With VAT, without the deposit."`
	DepositMinor  int64           `json:"deposit_minor" example:"0" doc:"Outside of VAT."`
	VATRate       int             `json:"vat_rate" example:"2000" doc:"Basis points."`
	VATMinor      int64           `json:"vat_minor" example:"108" doc:"In net_minor."`
}

// issueInvoice writes an order's invoice, in the caller's transaction, which has locked the
// order, and returns its number with the prefix. The row that numbers are counted in is locked
// from here to the end of the transaction: nothing else is locked after it.
func (s *Service) issueInvoice(ctx context.Context, tx pgx.Tx, order ordersdb.Order) (string, error) {
	q := ordersdb.New(tx)
	lines, err := q.OrderLines(ctx, order.ID)
	if err != nil {
		return "", err
	}
	doc, prefix, err := s.draft(ctx, q, order, invoiceKind)
	if err != nil {
		return "", err
	}
	if doc.Totals, err = totalsOf(order); err != nil {
		return "", err
	}
	for _, l := range lines {
		line, offer, err := documentLine(l)
		if err != nil {
			return "", err
		}
		p := pricedOf(l, offer)
		line.Quantity, line.GrossMinor, line.DiscountMinor, line.NetMinor = p.Quantity, p.GrossMinor, p.DiscountMinor, p.NetMinor
		line.DepositMinor, line.VATMinor = p.DepositMinor, p.VATMinor
		doc.Lines = append(doc.Lines, line)
	}
	return issue(ctx, q, order, nil, doc, prefix)
}

// issueCreditNote writes the credit note for a refund that has been made, in the caller's
// transaction, which has locked the order, and returns its number with the prefix; like
// issueInvoice it locks last. The VAT in it is reckoned from all that has gone back so far
// less what went back before, so that notes for a whole order add up to its invoice.
func (s *Service) issueCreditNote(ctx context.Context, tx pgx.Tx, order ordersdb.Order, refund ordersdb.Refund) (string, error) {
	q := ordersdb.New(tx)
	lines, err := q.OrderLines(ctx, order.ID)
	if err != nil {
		return "", err
	}
	before, err := q.RefundedBefore(ctx, ordersdb.RefundedBeforeParams{OrderID: order.ID, ID: refund.ID})
	if err != nil {
		return "", err
	}
	doc, prefix, err := s.draft(ctx, q, order, creditNoteKind)
	if err != nil {
		return "", err
	}
	doc.Reason, doc.Note = refund.Reason, refund.Note
	invoice, err := q.Invoice(ctx, order.ID)
	switch {
	case err == nil:
		var of Document
		if err := json.Unmarshal(invoice.Data, &of); err != nil {
			return "", err
		}
		doc.Invoice = of.Number
	case !errors.Is(err, pgx.ErrNoRows): // money may go back for what never had an invoice
		return "", err
	}
	if err := credit(&doc, order, lines, before, refund); err != nil {
		return "", err
	}
	return issue(ctx, q, order, &refund.ID, doc, prefix+"CN")
}

// draft is a document with everything but its number, lines and sums.
func (s *Service) draft(ctx context.Context, q *ordersdb.Queries, order ordersdb.Order, kind string) (doc Document, prefix string, err error) {
	by, err := q.Issuer(ctx)
	if err != nil {
		return doc, "", err
	}
	doc = Document{
		Kind: kind, IssuedAt: by.At, Order: publicOrderID(order.ID), Reference: order.Reference, PlacedAt: order.PlacedAt,
		Seller: Seller{by.BusinessName, by.BusinessAddress, by.VatNumber, by.CompanyNumber, by.Contact},
		Buyer:  Buyer{Name: order.Name, Email: order.Email}, Lines: []DocumentLine{},
	}
	if order.Address != nil {
		if err := json.Unmarshal(order.Address, &doc.Buyer.Address); err != nil {
			return doc, "", err
		}
	}
	d, err := deliveryOf(order)
	if d != nil {
		doc.Delivery = d.label()
	}
	return doc, by.InvoicePrefix, err
}

// issue takes the number and stores the document.
func issue(ctx context.Context, q *ordersdb.Queries, order ordersdb.Order, refund *uuid.UUID, doc Document, prefix string) (string, error) {
	data, err := json.Marshal(doc)
	if err != nil {
		return "", err
	}
	number, err := q.IssueDocument(ctx, ordersdb.IssueDocumentParams{Kind: doc.Kind, OrderID: order.ID, RefundID: refund, Data: data, Prefix: prefix, IssuedAt: doc.IssuedAt})
	return prefix + strconv.FormatInt(number, 10), err
}

// documentLine names a line without its amounts.
func documentLine(l ordersdb.Line) (line DocumentLine, offer contract.Offer, err error) {
	if err := json.Unmarshal(l.Offer, &offer); err != nil {
		return line, offer, err
	}
	line = DocumentLine{Line: lineID(l), Name: offer.Name, VariantName: offer.VariantName, SKU: offer.SKU,
		SoldByWeight: offer.SoldByWeight, PriceMinor: offer.Price.AmountMinor, VATRate: offer.VATRate}
	if offer.SoldByWeight {
		line.PriceQuantity = offer.Quantity
	}
	return line, offer, nil
}

// pricedOf is a line as it was ordered.
func pricedOf(l ordersdb.Line, offer contract.Offer) contract.PricedLine {
	return contract.PricedLine{ID: lineID(l), Offer: offer, Quantity: l.Ordered, Note: l.Note,
		GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor, NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VATMinor: l.VatMinor}
}

// wanted is what of a line is still wanted.
func wanted(l ordersdb.Line, offer contract.Offer) contract.PricedLine {
	return money.Part(pricedOf(l, offer), l.Quantity)
}

func documentPath(order contract.OrderID, kind string, number int64) string {
	if kind == invoiceKind {
		return "/v1/orders/" + string(order) + "/invoice"
	}
	return "/v1/orders/" + string(order) + "/credit-notes/" + strconv.FormatInt(number, 10)
}

// InvoiceOf is an order's invoice, for whoever may see the order. It fails with 404, also
// where there is no invoice yet.
func (s *Service) InvoiceOf(ctx context.Context, order contract.OrderID, key string) (Document, error) {
	q := s.queries()
	v, err := s.visit(ctx, q, order, key)
	if err != nil {
		return Document{}, err
	}
	row, err := q.Invoice(ctx, v.Order.ID)
	return readDocument(row, err)
}

// CreditNoteOf is a credit note of an order by its number without the prefix. It fails with
// 404, also for another order's.
func (s *Service) CreditNoteOf(ctx context.Context, order contract.OrderID, key string, number int64) (Document, error) {
	q := s.queries()
	v, err := s.visit(ctx, q, order, key)
	if err != nil {
		return Document{}, err
	}
	row, err := q.CreditNote(ctx, ordersdb.CreditNoteParams{OrderID: v.Order.ID, Number: number})
	return readDocument(row, err)
}

func readDocument(row ordersdb.Document, err error) (doc Document, _ error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return doc, problem.NotFound("the order has no such document")
	}
	if err == nil {
		err = json.Unmarshal(row.Data, &doc)
	}
	return doc, err
}
