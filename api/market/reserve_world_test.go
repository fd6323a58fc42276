package market_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// newOrder is the id of an order, as the market is given it.
func newOrder() contract.OrderID { return id.Format[contract.OrderID]("ord", id.New()) }

// want is so much of a variant.
func want(v contract.Variant, n int64) contract.Take {
	return contract.Take{Kind: contract.ProductLine, ID: string(v.ID), Quantity: n}
}

// inTx runs one call of the service in a transaction of its own.
func (s *shop) inTx(call func(ctx context.Context, tx pgx.Tx) error) error {
	return db.InTx(s.t.Context(), s.pool, func(tx pgx.Tx) error { return call(s.t.Context(), tx) })
}

// reserveFor reserves for an order, and shows what is short: "var_…: 2".
func (s *shop) reserveFor(order contract.OrderID, takes ...contract.Take) string {
	s.t.Helper()
	var short []contract.Shortage
	if err := s.inTx(func(ctx context.Context, tx pgx.Tx) (err error) {
		short, err = s.Reserve(ctx, tx, order, takes)
		return err
	}); err != nil {
		s.t.Fatalf("Reserve: %v", err)
	}
	return shown(short)
}

func shown(short []contract.Shortage) string {
	text := ""
	for _, x := range short {
		text += fmt.Sprintf("%s: %d\n", x.ID, x.Available)
	}
	return text
}

// must runs one call of the service and fails the test where it fails.
func (s *shop) must(call func(ctx context.Context, tx pgx.Tx) error) {
	s.t.Helper()
	if err := s.inTx(call); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) release(order contract.OrderID, what ...contract.Take) {
	s.t.Helper()
	s.must(func(ctx context.Context, tx pgx.Tx) error { return s.Release(ctx, tx, order, what) })
}

func (s *shop) fulfil(order contract.OrderID, what ...contract.Take) {
	s.t.Helper()
	s.must(func(ctx context.Context, tx pgx.Tx) error { return s.Fulfil(ctx, tx, order, "shop:till", what) })
}

// sell sells over the counter, and shows what is short.
func (s *shop) sell(order contract.OrderID, what ...contract.Take) string {
	s.t.Helper()
	var short []contract.Shortage
	s.must(func(ctx context.Context, tx pgx.Tx) (err error) {
		short, err = s.Sell(ctx, tx, order, "shop:till", what)
		return err
	})
	return shown(short)
}

// stand is what is on hand, reserved, and held by which orders: "10/3 2 1".
func (s *shop) stand(sku string) string {
	s.t.Helper()
	var text string
	if err := s.pool.QueryRow(s.t.Context(), `SELECT coalesce(s.on_hand, 0) || '/' || coalesce(s.reserved, 0) || coalesce((SELECT string_agg(' ' || r.quantity || CASE WHEN r.paid THEN 'p' ELSE '' END, '' ORDER BY r.order_id)
			FROM market.reservations r WHERE r.variant_id = v.id), '')
		FROM market.variants v LEFT JOIN market.stock s ON s.variant_id = v.id WHERE v.sku = $1`, sku).Scan(&text); err != nil {
		s.t.Fatalf("stand(%s): %v", sku, err)
	}
	return text
}

func (s *shop) stands(sku, want string) {
	s.t.Helper()
	if got := s.stand(sku); got != want {
		s.t.Errorf("%s stands at %q, want %q", sku, got, want)
	}
}

// reservationsHold fails the test where what is reserved of a variant is not the sum of
// what orders hold of it, or the stock does not hold.
func (s *shop) reservationsHold() {
	s.t.Helper()
	s.ledgerHolds()
	var wrong int
	if err := s.pool.QueryRow(s.t.Context(), `SELECT count(*) FROM market.stock s FULL JOIN
		(SELECT variant_id, sum(quantity) AS held FROM market.reservations GROUP BY variant_id) r ON r.variant_id = s.variant_id
		WHERE coalesce(s.reserved, 0) <> coalesce(r.held, 0)`).Scan(&wrong); err != nil || wrong != 0 {
		s.t.Errorf("of %d variants as much is not reserved as orders hold, %v", wrong, err)
	}
}
