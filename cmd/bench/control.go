// The control of read: the same answers from the same SQL, with net/http, pgx
// and encoding/json and nothing else.

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/id"
)

// The statements of api/market, letter by letter; a test compares them.
const (
	productPageBySlug = `-- name: ProductPageBySlug :one
SELECT id, slug, name, summary, brand, status, currency, images, description, description_html, version, updated_at, category_id, category_slug, category_name, category_path, ancestors, variants, created_at FROM market.product_pages WHERE slug = $1
`
	productCards = `-- name: ProductCards :many
SELECT id, slug, name, sort_key, summary, brand, status, currency, updated_at, image, category_id, category_slug, category_name, variant_name, price_minor, quantity, unit, variants, created_at, category_path FROM market.product_cards
WHERE status = $1 AND (sort_key, id) > ($2::text, $3::uuid)
ORDER BY sort_key, id LIMIT $4
`
)

// serveControl answers the two addresses that read asks for. It makes the same
// bodies and the headers that belong to them; it has no request id, no log, no
// limits, no security headers and no validation.
func serveControl(ctx context.Context, url, _ string) (http.Handler, error) {
	settings, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	settings.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/products/{product}", func(w http.ResponseWriter, r *http.Request) {
		p, err := controlProduct(r.Context(), pool, r.PathValue("product"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("ETag", etag.Of(p.Version, p.Category, p.Ancestors))
		writeJSON(w, p)
	})
	mux.HandleFunc("GET /v1/products", func(w http.ResponseWriter, r *http.Request) {
		limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		list, err := controlList(r.Context(), pool, limit)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, list)
	})
	return mux, nil
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, no-cache")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}

// packed is what the statement packs as JSON.
type packed struct{ ancestors, variants []byte }

func controlRow(ctx context.Context, pool *pgxpool.Pool, slug string) (p contract.Product, more packed, err error) {
	var product, category [16]byte
	var path []uuid.UUID
	err = pool.QueryRow(ctx, productPageBySlug, slug).Scan(&product, &p.Slug, &p.Name, &p.Summary, &p.Brand,
		(*string)(&p.Status), &p.Price.Currency, &p.Images, &p.Description, &p.DescriptionHTML, &p.Version, &p.UpdatedAt,
		&category, &p.Category.Slug, &p.Category.Name, &path, &more.ancestors, &more.variants, &p.CreatedAt)
	p.ID = id.Format[contract.ProductID]("prod", product)
	p.Category.ID = id.Format[contract.CategoryID]("cat", category)
	p.CategoryIDs = controlPath(path)
	p.CreatedAt, p.UpdatedAt = p.CreatedAt.UTC(), p.UpdatedAt.UTC()
	return p, more, err
}

// controlPath shows the ids of a path, which begins at the root, the other way.
func controlPath(path []uuid.UUID) []contract.CategoryID {
	ids := make([]contract.CategoryID, len(path))
	for i, u := range path {
		ids[len(path)-1-i] = id.Format[contract.CategoryID]("cat", u)
	}
	return ids
}

func controlProduct(ctx context.Context, pool *pgxpool.Pool, slug string) (contract.Product, error) {
	p, more, err := controlRow(ctx, pool, slug)
	if err != nil {
		return p, err
	}
	if len(p.Images) > 0 {
		p.Image = &p.Images[0]
	}
	var ancestors []struct {
		ID         uuid.UUID
		Slug, Name string
	}
	if err := json.Unmarshal(more.ancestors, &ancestors); err != nil {
		return p, err
	}
	p.Ancestors = make([]contract.CategoryLink, len(ancestors))
	for i, a := range ancestors {
		p.Ancestors[i] = contract.CategoryLink{ID: id.Format[contract.CategoryID]("cat", a.ID), Slug: a.Slug, Name: a.Name}
	}
	var variants []struct {
		ID         uuid.UUID
		SKU, Name  string
		PriceMinor int64 `json:"price_minor"`
		VATRate    int   `json:"vat_rate"`
		Quantity   int64
		Unit       contract.Unit
	}
	if err := json.Unmarshal(more.variants, &variants); err != nil {
		return p, err
	}
	p.Variants = make([]contract.Variant, len(variants))
	p.VariantCount = len(variants)
	for i, v := range variants {
		price := contract.Money{AmountMinor: v.PriceMinor, Currency: p.Price.Currency}
		p.Variants[i] = contract.Variant{ID: id.Format[contract.VariantID]("var", v.ID), SKU: v.SKU, Name: v.Name, Price: price,
			VATRate: v.VATRate, Quantity: v.Quantity, Unit: v.Unit, UnitPrice: market.UnitPrice(price, v.Quantity, v.Unit)}
		if i == 0 || price.AmountMinor < p.Price.AmountMinor {
			p.Price, p.UnitPrice, p.VariantName = price, p.Variants[i].UnitPrice, v.Name
		}
	}
	return p, nil
}

// controlPage is a page of the list, as the API writes it.
type controlPage struct {
	Items      []contract.ProductCard `json:"items"`
	NextCursor string                 `json:"next_cursor,omitempty"`
}

func controlList(ctx context.Context, pool *pgxpool.Pool, limit int) (page controlPage, err error) {
	rows, err := pool.Query(ctx, productCards, "published", "", [16]byte{}, limit+1)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	page.Items = make([]contract.ProductCard, 0, limit)
	var last struct {
		Key string    `json:"k"`
		ID  uuid.UUID `json:"i"`
	}
	for rows.Next() {
		if len(page.Items) == limit {
			page.NextCursor = cursor.Encode(last)
			continue
		}
		var c contract.ProductCard
		var category [16]byte
		var quantity, variants int64
		var unit contract.Unit
		var made, changed time.Time
		var path []uuid.UUID
		err := rows.Scan((*[16]byte)(&last.ID), &c.Slug, &c.Name, &last.Key, &c.Summary, &c.Brand, nil, &c.Price.Currency, &changed,
			&c.Image, &category, &c.Category.Slug, &c.Category.Name, &c.VariantName, &c.Price.AmountMinor, &quantity, (*string)(&unit), &variants, &made, &path)
		if err != nil {
			return page, err
		}
		c.ID = id.Format[contract.ProductID]("prod", last.ID)
		c.Category.ID = id.Format[contract.CategoryID]("cat", category)
		c.CategoryIDs = controlPath(path)
		c.CreatedAt, c.UpdatedAt, c.VariantCount = made.UTC(), changed.UTC(), int(variants)
		c.UnitPrice = market.UnitPrice(c.Price, quantity, unit)
		page.Items = append(page.Items, c)
	}
	return page, rows.Err()
}
