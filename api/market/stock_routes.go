// The operations on stock, prices and availability.

package market

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// stockRoutes registers the operations on stock, prices and availability.
func (s *Service) stockRoutes(api huma.API) {
	huma.Register(api, open("list-availability", http.MethodGet, "/v1/availability", "Products", "Ask what can be had",
		"What can be had now of up to 200 variants, and what it costs, in the order of the ids. What is unknown or not published is left out. "+
			"Made for pages that were built a while ago: ask again with If-None-Match."), s.listAvailability)

	huma.Register(api, watched("list-prices", "/v1/variants/{variant}/prices", "Products", "List a variant's prices",
		"Past, current and planned prices of all lists; those that begin last come first."), s.listPrices)
	huma.Register(api, made("create-price", http.MethodPost, "/v1/variants/{variant}/prices", "Products", "Set or plan a price",
		"From now or a time to come on. Without an end it holds until the next change that is planned; a variant that costs as much already keeps the price it has, which is the answer. "+
			"With valid_until it is temporary: what was before goes on afterwards, and it is refused (price_planned) where another price begins or ends meanwhile. "+
			"A temporary public price below the one before it is shown as a reduction, beside the lowest price of the 30 days before. "+
			"A price that is planned comes into force within a minute, everywhere at once."), s.createPrice)
	huma.Register(api, kept("delete-price", http.MethodDelete, "/v1/variants/{variant}/prices/{price}", "Products", "Take back a planned price",
		"Only one that has not begun. What is in force before it goes on for as long as it would have held."), s.removePrice)

	huma.Register(api, watched("list-stock", "/v1/stock", "Stock", "List the stock",
		"What is on hand, reserved and available of each variant that is counted, by sku. Read on with next_cursor."), s.listStock)
	huma.Register(api, watched("list-movements", "/v1/stock/movements", "Stock", "List movements of stock",
		"The newest first. What is on hand is always the sum of the movements."), s.listMovements)
	huma.Register(api, kept("create-movements", http.MethodPost, "/v1/stock/movements", "Stock", "Move stock",
		"Makes all of the movements, in their order, or none: goods received, sales at the counter, counts. A variant may be in several. "+
			"On hand never falls below what orders have reserved (insufficient_stock). "+
			"Idempotency-Key makes it happen once however often the request is sent: the same request under the same key answers what it was answered before, "+
			"for 24 hours at least, marked by Idempotent-Replayed."), s.createMovements)
}

// watched is an operation by which an editor reads what readers do not see.
func watched(id, path, tag, summary, description string) huma.Operation {
	op := open(id, http.MethodGet, path, tag, summary, description)
	op.Errors = []int{http.StatusNotFound} // of what a list is of
	op.Security = auth.Scope(scopeWrite)
	return op
}

// Left narrows the stock to that of which little is left.
type Left struct {
	AvailableMax int64 `query:"available_max" minimum:"0" maximum:"1000000000" example:"5" doc:"Only where no more than this is available; 0: what is sold out."`

	asked bool
}

// Resolve implements huma.Resolver: 0 is a number too.
func (l *Left) Resolve(ctx huma.Context) []error {
	l.asked = ctx.Query("available_max") != ""
	return nil
}

// TransformSchema gives an example that holds together.
func (StockMove) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{map[string]any{"sku": "RYE-800", "change": -2, "reason": "counter_sale", "note": "two dented tins"}}
	return s
}
