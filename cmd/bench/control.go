// The control of read: the same answers from the same SQL, with net/http, pgx
// and encoding/json and nothing else.

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// serveControl answers the addresses that read asks for. It makes the same bodies
// and the headers that belong to them; it has no request id, no log, no limits, no
// security headers, no validation and no signatures on cursors.
func serveControl(ctx context.Context, url, _ string) (http.Handler, error) {
	pool, err := controlPool(ctx, url)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*pgxpool.Pool, http.Header, *http.Request) (any, error){
		"GET /v1/products/{product}": controlProduct,
		"GET /v1/products":           controlList,
		"GET /v1/availability":       controlAvailability,
		"GET /v1/search":             controlSearch,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, no-cache")
			body, err := answer(pool, w.Header(), r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			writeJSON(w, body)
		})
	}
	return mux, nil
}

// controlPool is the pool of a control: as large as the product's, and nothing more.
func controlPool(ctx context.Context, database string) (*pgxpool.Pool, error) {
	settings, err := pgxpool.ParseConfig(database)
	if err != nil {
		return nil, err
	}
	settings.MaxConns = connections
	return pgxpool.NewWithConfig(ctx, settings)
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}

func controlAvailability(pool *pgxpool.Pool, header http.Header, r *http.Request) (any, error) {
	var ids []uuid.UUID
	for name := range strings.SplitSeq(r.URL.Query().Get("ids"), ",") {
		u, err := uuid.Parse(strings.TrimPrefix(name, "var_"))
		if err != nil {
			return nil, err
		}
		ids = append(ids, u)
	}
	rows, err := pool.Query(r.Context(), availability, ids)
	if err != nil {
		return nil, err
	}
	list := market.AvailabilityList{Items: []market.AvailabilityItem{}}
	var row availabilityRow
	_, err = pgx.ForEachRow(rows, row.columns(), func() error {
		list.Items = append(list.Items, row.item())
		return nil
	})
	header.Set("ETag", etag.Of(0, list.Items))
	return list, err
}

// availabilityRow is the columns of the statement, in their order.
type availabilityRow struct {
	variant, product uuid.UUID
	currency         string
	price            int64
	member           *int64
	until            *time.Time
	lowest           *int64
	quantity         int64
	unit             string
	orderMin         int64
	tracked          bool
	available        int64
}

func (r *availabilityRow) columns() []any {
	return []any{&r.variant, &r.product, &r.currency, &r.price, &r.member, &r.until, &r.lowest, &r.quantity, &r.unit, &r.orderMin, &r.tracked, &r.available}
}

func (r *availabilityRow) item() market.AvailabilityItem {
	price := contract.Money{AmountMinor: r.price, Currency: r.currency}
	item := market.AvailabilityItem{
		Variant: id.Format[contract.VariantID]("var", r.variant), Availability: contract.OutOfStock,
		Price: price, UnitPrice: money.UnitPrice(price, r.quantity, contract.Unit(r.unit)),
	}
	if !r.tracked || r.available >= r.orderMin {
		item.Availability = contract.InStock
	}
	if r.tracked {
		item.Available = new(r.available)
	}
	if r.member != nil {
		item.MemberPrice = &contract.Money{AmountMinor: *r.member, Currency: r.currency}
	}
	return item
}
