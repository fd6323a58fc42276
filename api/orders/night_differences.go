// Differences: what a person has to look at.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const differencePrefix = "diff"

// finding is a difference that a comparison has found.
type finding struct {
	kind, about  string // about is SumUp's id of a transaction
	order        *uuid.UUID
	ours, theirs *int64
	currency     string
	details      map[string]any
}

// show keeps a difference for a person; one that was shown before, as large as it is now, is
// not shown again.
func (n *night) show(ctx context.Context, q *ordersdb.Queries, f finding) error {
	if f.details == nil {
		f.details = map[string]any{}
	}
	details, err := json.Marshal(f.details)
	if err != nil {
		return err
	}
	rows, err := q.FindDifference(ctx, ordersdb.FindDifferenceParams{ID: id.New(), Kind: f.kind, TransactionID: f.about, OrderID: f.order,
		OursMinor: f.ours, TheirsMinor: f.theirs, Currency: f.currency, Details: details})
	if err != nil {
		return err
	}
	if rows == 0 {
		return q.SeeDifference(ctx, ordersdb.SeeDifferenceParams{Kind: f.kind, TransactionID: f.about})
	}
	n.found++
	n.s.Log.WarnContext(ctx, "the ledger and SumUp differ", "kind", f.kind, "transaction", f.about)
	return nil
}

// Difference is something about money that a person has to look at.
type Difference struct {
	ID             string           `json:"id" example:"diff_019ab3f47c2e7d06b8a1f0c2d3e4f521"`
	Kind           string           `json:"kind" enum:"payment_missed,foreign_payment,refund_outside,amount,missing_there,chargeback,paid_mismatch,paid_twice,refund_failed" example:"foreign_payment" doc:"payment_missed: found by the comparison alone, and settled; foreign_payment: no order is behind it; refund_outside, chargeback: not made here, and taken into the books; amount: the sums differ; missing_there: SumUp does not know it; paid_mismatch: other money than was asked for; paid_twice: the second is on its way back; refund_failed: SumUp does not make it."`
	Transaction    string           `json:"transaction" example:"410fc44a-5956-44e1-b5cc-19c6f8d727a4" doc:"SumUp's id of the transaction or the checkout; of a refund that failed ours."`
	Order          contract.OrderID `json:"order,omitempty" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	OrderReference string           `json:"order_reference,omitempty" example:"R7K2-9QXM"`
	OursMinor      *int64           `json:"ours_minor,omitempty" example:"1250" doc:"By our books; of what it is, the kind says."`
	TheirsMinor    *int64           `json:"theirs_minor,omitempty" example:"1250" doc:"By SumUp's."`
	Currency       string           `json:"currency,omitempty" example:"GBP"`
	Details        map[string]any   `json:"details" doc:"More about it, by kind."`
	FoundAt        time.Time        `json:"found_at"`
	SeenAt         time.Time        `json:"seen_at" doc:"When it was found last."`
	ResolvedAt     *time.Time       `json:"resolved_at,omitempty"`
	ResolvedBy     string           `json:"resolved_by,omitempty" example:"shop:user_019ab3f47c2e7d06b8a1f0c2d3e4f501"`
	Resolution     string           `json:"resolution,omitempty" example:"Sold at the market stall."`
}

func differenceOf(d ordersdb.Difference, reference *string) (Difference, error) {
	v := Difference{ID: id.Format[string](differencePrefix, d.ID), Kind: d.Kind, Transaction: d.TransactionID, OursMinor: d.OursMinor, TheirsMinor: d.TheirsMinor,
		Currency: d.Currency, FoundAt: d.FoundAt, SeenAt: d.SeenAt, ResolvedAt: d.ResolvedAt, ResolvedBy: d.ResolvedBy, Resolution: d.Resolution}
	if d.OrderID != nil {
		v.Order = publicOrderID(*d.OrderID)
	}
	if reference != nil {
		v.OrderReference = *reference
	}
	return v, json.Unmarshal(d.Details, &v.Details)
}

// DifferenceList is some differences.
type DifferenceList struct {
	Items      []Difference `json:"items" doc:"The newest first."`
	NextCursor string       `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// Differences lists what people have to look at, the newest first; open leaves out what was
// resolved. It fails with 422 `invalid_cursor`.
func (s *Service) Differences(ctx context.Context, open bool, limit int, from string) (DifferenceList, error) {
	list := DifferenceList{Items: []Difference{}}
	before, beforeID, err := readPlace(from)
	if err != nil {
		return list, err
	}
	rows, err := s.queries().Differences(ctx, ordersdb.DifferencesParams{Open: open, Before: before, BeforeID: beforeID, Most: int32(limit + 1)})
	for i, r := range rows {
		if i == limit {
			last := rows[i-1].Difference
			list.NextCursor = cursor.Encode(place{last.FoundAt, last.ID})
			break
		}
		d, err := differenceOf(r.Difference, r.Reference)
		if err != nil {
			return list, err
		}
		list.Items = append(list.Items, d)
	}
	return list, err
}

// ReconciliationList is some comparisons.
type ReconciliationList struct {
	Items      []Reconciliation `json:"items" doc:"The newest first."`
	NextCursor string           `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// Reconciliations lists comparisons, the newest first. It fails with 422 `invalid_cursor`.
func (s *Service) Reconciliations(ctx context.Context, limit int, from string) (ReconciliationList, error) {
	list := ReconciliationList{Items: []Reconciliation{}}
	before, beforeID, err := readPlace(from)
	if err != nil {
		return list, err
	}
	rows, err := s.queries().Reconciliations(ctx, ordersdb.ReconciliationsParams{Before: before, BeforeID: beforeID, Most: int32(limit + 1)})
	for i, r := range rows {
		if i == limit {
			list.NextCursor = cursor.Encode(place{rows[i-1].StartedAt, rows[i-1].ID})
			break
		}
		list.Items = append(list.Items, reconciliation(r))
	}
	return list, err
}

// ResolveDifference stores that somebody has looked at a difference, and what they made of
// it; nothing else changes. It fails with 404, and with 409 `difference_resolved` where
// somebody has resolved it in other words.
func (s *Service) ResolveDifference(ctx context.Context, difference, resolution string) (v Difference, err error) {
	u, ok := id.Parse(differencePrefix, difference)
	if !ok {
		return v, noDifference()
	}
	resolution = strings.TrimSpace(resolution)
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		d, err := q.LockDifference(ctx, u)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return noDifference()
		case err != nil:
			return err
		case d.ResolvedAt == nil:
			if err := q.ResolveDifference(ctx, ordersdb.ResolveDifferenceParams{ID: u, ResolvedBy: shopActor(ctx), Resolution: resolution}); err != nil {
				return err
			}
		case d.Resolution != resolution:
			return problem.Conflict("somebody has resolved it already").WithCode("difference_resolved")
		}
		row, err := q.Difference(ctx, u)
		if err != nil {
			return err
		}
		v, err = differenceOf(row.Difference, row.Reference)
		return err
	})
	return v, err
}

func noDifference() *problem.Details { return problem.NotFound("there is no such difference") }
