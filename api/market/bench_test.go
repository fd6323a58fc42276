package market_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// stocked is a shop of 400 products with 3 variants each in 40 categories.
func stocked(b *testing.B) *shop {
	b.Helper()
	s := newShop(b)
	for i := range 4 {
		s.category(fmt.Sprintf("top-%d", i), "")
		for j := range 9 {
			s.category(fmt.Sprintf("shelf-%d-%d", i, j), fmt.Sprintf("top-%d", i))
		}
	}
	for i := range 400 {
		slug := fmt.Sprintf("product-%d", i)
		s.product(slug, fmt.Sprintf("shelf-%d-%d", i%4, i%9))
		variants := []market.VariantFields{}
		for j := range int64(3) {
			variants = append(variants, variant(fmt.Sprintf("%s-%d", slug, j), 300+j*100, 250*(j+1), contract.UnitGram))
		}
		if _, err := s.UpdateProduct(b.Context(), slug, 1, market.ProductFields{Variants: &variants,
			Summary: ptr("Dark, sour and good for a week."), Description: ptr("Two *days*.\n\nAnd a night.")}); err != nil {
			b.Fatal(err)
		}
		if _, err := s.PublishProduct(b.Context(), slug); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.pool.Exec(b.Context(), "ANALYZE market.products; ANALYZE market.variants; ANALYZE market.categories"); err != nil {
		b.Fatal(err)
	}
	return s
}

// barePage and bareCard are the columns of the views, in their order.
type barePage struct {
	ID                                           uuid.UUID
	Slug, Name, Summary, Brand, Status, Currency string
	Images                                       []contract.Image
	Description, HTML                            string
	Version                                      int64
	UpdatedAt                                    time.Time
	CategoryID                                   uuid.UUID
	CategorySlug, CategoryName                   string
	CategoryPath                                 []uuid.UUID
	Ancestors, Variants                          json.RawMessage
	CreatedAt                                    time.Time
}

type bareCard struct {
	ID                                                    uuid.UUID
	Slug, Name, SortKey, Summary, Brand, Status, Currency string
	UpdatedAt                                             time.Time
	Image                                                 *contract.Image
	CategoryID                                            uuid.UUID
	CategorySlug, CategoryName, VariantName               string
	PriceMinor, Quantity                                  int64
	Unit                                                  string
	Variants                                              int64
	CreatedAt                                             time.Time
	CategoryPath                                          []uuid.UUID
}

func collect[T any](rows pgx.Rows) (any, error) {
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}

// Each operation beside a bare handler that runs the same statement with pgx
// and writes the rows as JSON: what the product adds is the difference.
func BenchmarkReads(b *testing.B) {
	s := stocked(b)
	bare := func(read func(pgx.Rows) (any, error), sql string, args ...any) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rows, err := s.pool.Pool.Query(r.Context(), sql, args...)
			if err != nil {
				b.Error(err)
				return
			}
			all, err := read(rows)
			if err != nil {
				b.Error(err)
			}
			_ = json.NewEncoder(w).Encode(all)
		})
	}
	for _, bb := range []struct {
		name    string
		handler http.Handler
		path    string
	}{
		{"product", s.handler, "/v1/products/product-77"},
		{"product/bare", bare(collect[barePage], "SELECT * FROM market.product_pages WHERE slug = $1", "product-77"), "/"},
		{"list", s.handler, "/v1/products"},
		{"list/bare", bare(collect[bareCard], "SELECT * FROM market.product_cards WHERE status = $1 AND (sort_key, id) > ('', '00000000-0000-0000-0000-000000000000') ORDER BY sort_key, id LIMIT 25", "published"), "/"},
		{"category", s.handler, "/v1/products?category=top-1"},
		{"tree", s.handler, "/v1/categories"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				bb.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, bb.path, nil))
				if w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}
