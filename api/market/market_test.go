package market_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// editor may write; reader is known and may not.
var (
	editor = map[string]string{"Authorization": "Bearer editor-token"}
	reader = map[string]string{"Authorization": "Bearer reader-token"}
)

// with adds a header to those of a token.
func with(header map[string]string, name, value string) map[string]string {
	h := maps.Clone(header)
	h[name] = value
	return h
}

type tokens map[string]auth.Principal

func (k tokens) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	p, ok := k[c.Token]
	if !ok {
		return p, auth.ErrRefused
	}
	return p, nil
}

// shop is a market on a database of its own, with the API in front.
type shop struct {
	t testing.TB
	*market.Service
	pool    *db.Pool
	many    *db.Pool // the crowd's
	clock   *clock.Manual
	handler http.Handler
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC))}
	s.Service = market.New(s.pool, s.clock)
	known := tokens{
		"editor-token": {Name: "editor", Scopes: []string{"market:write"}},
		"reader-token": {Name: "reader", Scopes: []string{"blog:write"}},
	}
	s.handler = api.NewHandler(api.HandlerOptions{
		Log:        slog.New(slog.DiscardHandler),
		Routes:     []api.Routes{s.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, known) }},
	})
	return s
}

// ask asks anonymously.
func ask(s *shop, path string) (*http.Response, []byte) {
	s.t.Helper()
	return apitest.Ask(s.t, s.handler, apitest.Scenario{URL: path})
}

// get asks anonymously and decodes a 200.
func get[T any](s *shop, path string) (v T) {
	s.t.Helper()
	res, body := ask(s, path)
	if res.StatusCode != 200 {
		s.t.Fatalf("GET %s = %d %s", path, res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		s.t.Fatalf("%v in %s", err, body)
	}
	return v
}

// events are the domain events since the last call, as kind and data.
func (s *shop) events() []string {
	s.t.Helper()
	rows, err := s.pool.Query(s.t.Context(), "WITH e AS (DELETE FROM bus.domain_events RETURNING *) SELECT kind || ' ' || data::text FROM e ORDER BY id")
	if err != nil {
		s.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func ptr[T any](v T) *T { return &v }

func (s *shop) category(slug, parent string) contract.Category {
	s.t.Helper()
	c, err := s.CreateCategory(s.t.Context(), market.CategoryFields{
		Slug: &slug, Name: ptr(strings.ToUpper(slug[:1]) + slug[1:]), Parent: &parent})
	if err != nil {
		s.t.Fatalf("CreateCategory(%s): %v", slug, err)
	}
	return c
}

// term makes a term with a name made from its slug.
func (s *shop) term(taxonomy contract.Taxonomy, slug string) contract.Term {
	s.t.Helper()
	made, err := s.CreateTerm(s.t.Context(), taxonomy, market.TermFields{Slug: &slug, Name: ptr(strings.ToUpper(slug[:1]) + slug[1:])})
	if err != nil {
		s.t.Fatalf("CreateTerm(%s): %v", slug, err)
	}
	return made
}

// allUnknown are the fourteen allergens of which nothing is known.
func allUnknown() []contract.Allergen {
	var list []contract.Allergen
	for code := range strings.FieldsSeq("celery gluten crustaceans eggs fish lupin milk molluscs mustard nuts peanuts sesame soya sulphites") {
		list = append(list, contract.Allergen{Code: contract.AllergenCode(code), State: contract.Unknown})
	}
	return list
}

func variant(sku string, price, quantity int64, unit contract.Unit) market.VariantFields {
	return market.VariantFields{SKU: sku, Name: sku, Price: market.Price{AmountMinor: price, Currency: "GBP"},
		VATRate: 0, Quantity: quantity, Unit: unit}
}

// product makes a draft with one variant of 100 g for 1.25.
func (s *shop) product(slug, category string) contract.Product {
	s.t.Helper()
	p, err := s.CreateProduct(s.t.Context(), market.ProductFields{
		Slug: &slug, Name: ptr(strings.ToUpper(slug[:1]) + slug[1:]), Category: &category,
		Images:   &[]market.Picture{{URL: "/media/" + hash + "/a.png", Alt: "A", Width: 3, Height: 2}},
		Variants: &[]market.VariantFields{variant(slug+"-1", 125, 100, contract.UnitGram)},
	})
	if err != nil {
		s.t.Fatalf("CreateProduct(%s): %v", slug, err)
	}
	return p
}

func (s *shop) published(slug, category string) contract.Product {
	s.t.Helper()
	s.product(slug, category)
	p, err := s.PublishProduct(s.t.Context(), slug)
	if err != nil {
		s.t.Fatalf("PublishProduct(%s): %v", slug, err)
	}
	return p
}
