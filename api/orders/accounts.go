// The accounts of a month, as tables for whoever keeps the books.

package orders

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/zones"
)

// month is a month in the shop's time zone: from since until just before until.
type month struct {
	name         string // 2026-05
	zone         *time.Location
	since, until time.Time
}

// monthOf reads a month's name. It fails with 422.
func (s *Service) monthOf(ctx context.Context, name string) (month, error) {
	zone, err := s.timezone(ctx)
	if err != nil {
		return month{}, err
	}
	location, err := zones.Load(zone)
	if err != nil {
		return month{}, fmt.Errorf("orders: the shop's time zone: %w", err)
	}
	first, err := time.ParseInLocation("2006-01", name, location)
	if err != nil {
		return month{}, field("path.month", "expected a month such as 2026-05")
	}
	return month{name, location, first, first.AddDate(0, 1, 0)}, nil
}

// day is the day of a time in the shop.
func (m month) day(at time.Time) string { return at.In(m.zone).Format(time.DateOnly) }

// VATAccounts is the table of sales by rate of VAT: a row for each day, kind and rate, and
// the sums of the month. Sales are by invoices; what went back is by credit notes, below
// zero. Deposits, and what else is outside of VAT, have rows of their own. It fails with 422
// for what is no month.
func (s *Service) VATAccounts(ctx context.Context, name string) (Table, error) {
	m, err := s.monthOf(ctx, name)
	if err != nil {
		return Table{}, err
	}
	documents, err := s.queries().IssuedDocuments(ctx, ordersdb.IssuedDocumentsParams{Since: m.since, Until: m.until})
	if err != nil {
		return Table{}, err
	}
	const total = "total"
	sums := map[vatKey]vatSum{}
	for _, row := range documents {
		var d Document
		if err := json.Unmarshal(row.Data, &d); err != nil {
			return Table{}, fmt.Errorf("orders: document %s %d: %w", row.Kind, row.Number, err)
		}
		kind, sign := "sales", int64(1)
		if row.Kind == creditNoteKind {
			kind, sign = "refunds", -1
		}
		outside := d.Totals.TotalMinor
		shares := d.Totals.VAT
		for _, share := range shares {
			outside -= share.GrossMinor
		}
		if outside != 0 {
			shares = append(slices.Clone(shares), contract.VATShare{Rate: outsideVAT, GrossMinor: outside})
		}
		for _, share := range shares {
			for _, day := range []string{m.day(row.IssuedAt), total} {
				for _, kind := range []string{kind, "all"} {
					if day != total && kind == "all" {
						continue
					}
					key := vatKey{day, kind, share.Rate, d.Totals.Currency}
					sum := sums[key]
					sum.gross += sign * share.GrossMinor
					sum.vat += sign * share.VATMinor
					sum.documents++
					sums[key] = sum
				}
			}
		}
	}
	t := Table{Name: "vat-" + m.name, Head: []string{"day", "kind", "vat_rate", "net", "vat", "gross", "currency", "documents"}}
	for _, key := range slices.SortedFunc(maps.Keys(sums), vatKey.compare) { // a day begins with a digit: totals are last
		rate := "outside"
		if key.rate != outsideVAT {
			rate = money.WriteDecimal(int64(key.rate), 2, false)
		}
		sum := sums[key]
		t.add(word(key.day), word(key.kind), word(rate), amount(sum.gross-sum.vat, key.currency), amount(sum.vat, key.currency), amount(sum.gross, key.currency),
			word(key.currency), number(sum.documents))
	}
	return t, nil
}

// outsideVAT stands for what has no rate.
const outsideVAT = -1

type vatKey struct {
	day, kind string
	rate      int
	currency  string
}

type vatSum struct{ gross, vat, documents int64 }

// FeeAccounts is the table of all money that moved, a row each, with the fee that SumUp has
// kept of it; it is empty until SumUp has paid out. Payments that were made elsewhere, as the
// nightly comparison has seen them, are among them. It fails with 422 for what is no month.
func (s *Service) FeeAccounts(ctx context.Context, name string) (Table, error) {
	m, err := s.monthOf(ctx, name)
	if err != nil {
		return Table{}, err
	}
	rows, err := s.queries().MovedMoney(ctx, ordersdb.MovedMoneyParams{Since: m.since, Until: m.until})
	if err != nil {
		return Table{}, err
	}
	t := Table{Name: "fees-" + m.name, Head: []string{"day", "provider", "kind", "order", "transaction_code", "transaction", "amount", "fee", "currency"}}
	for _, r := range rows {
		fee := cell{}
		if r.FeeMinor >= 0 {
			fee = amount(r.FeeMinor, r.Currency)
		}
		order := ""
		if r.Reference != nil {
			order = *r.Reference
		}
		t.add(word(m.day(r.At)), word(r.Provider), word(r.Kind), word(order), word(r.Code), word(r.TransactionID), amount(r.AmountMinor, r.Currency), fee, word(r.Currency))
	}
	return t, nil
}

// PayoutAccounts is the table of what SumUp says it has paid out, and deducted, by its dates.
// It fails with 422 for what is no month.
func (s *Service) PayoutAccounts(ctx context.Context, name string) (Table, error) {
	m, err := s.monthOf(ctx, name)
	if err != nil {
		return Table{}, err
	}
	date := func(t time.Time) pgtype.Date {
		return pgtype.Date{Time: time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), Valid: true}
	}
	rows, err := s.queries().PaidOut(ctx, ordersdb.PaidOutParams{First: date(m.since), Last: date(m.until.AddDate(0, 0, -1))})
	if err != nil {
		return Table{}, err
	}
	t := Table{Name: "payouts-" + m.name, Head: []string{"day", "kind", "reference", "order", "transaction_code", "amount", "fee", "currency", "status"}}
	for _, r := range rows {
		t.add(word(r.PayoutDate.Time.Format(time.DateOnly)), word(r.Kind), word(r.Reference), word(r.OrderReference), word(r.TransactionCode),
			amount(r.AmountMinor, r.Currency), amount(r.FeeMinor, r.Currency), word(r.Currency), word(r.Status))
	}
	return t, nil
}

// OrderAccounts is the table of the orders that were paid within a month. It fails with 422
// for what is no month.
func (s *Service) OrderAccounts(ctx context.Context, name string) (Table, error) {
	m, err := s.monthOf(ctx, name)
	if err != nil {
		return Table{}, err
	}
	rows, err := s.queries().PaidOrders(ctx, ordersdb.PaidOrdersParams{Since: &m.since, Until: &m.until})
	if err != nil {
		return Table{}, err
	}
	t := Table{Name: "orders-" + m.name, Head: []string{"order", "invoice", "placed", "paid", "channel", "paid_by", "name", "status", "payment_status",
		"goods", "discount", "deposit", "delivery", "vat", "total", "received", "refunded", "currency"}}
	for _, r := range rows {
		o := r.Order
		totals, err := totalsOf(o)
		if err != nil {
			return t, err
		}
		minor := func(value int64) cell { return amount(value, o.Currency) }
		t.add(word(o.Reference), word(r.Invoice), word(m.day(o.PlacedAt)), word(m.day(*o.PaidAt)), word(o.Channel), word(r.Providers), word(o.Name), word(o.Status), word(o.PaymentStatus),
			minor(o.GrossMinor), minor(o.DiscountMinor), minor(o.DepositMinor), minor(o.DeliveryMinor), minor(totals.VATMinor), minor(o.TotalMinor),
			minor(o.PaidMinor), minor(o.RefundedMinor), word(o.Currency))
	}
	return t, nil
}
