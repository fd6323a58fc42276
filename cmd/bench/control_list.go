// The control's lists: cards by a statement of the market's, and before that, where
// facets are wanted, one statement that filters, counts and finds the page.

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// controlItems is a page of a list, as the API writes it.
type controlItems struct {
	Items      []contract.ProductCard `json:"items"`
	NextCursor string                 `json:"next_cursor,omitempty"`
	Facets     *market.ProductFacets  `json:"facets,omitempty"`
}

func controlList(pool *pgxpool.Pool, _ http.Header, r *http.Request) (any, error) {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		return nil, err
	}
	if query.Get("include") == "" {
		rows, err := pool.Query(r.Context(), productCards, "published", "", uuid.UUID{}, limit+1)
		if err != nil {
			return nil, err
		}
		return controlCards(rows, limit)
	}
	var text []byte
	sql, args := controlFacets(query, limit)
	if err := pool.QueryRow(r.Context(), sql, args...).Scan(&text); err != nil {
		return nil, err
	}
	var found struct {
		market.ProductFacets
		Page []uuid.UUID
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	rows, err := pool.Query(r.Context(), productCardsByID, found.Page[:min(limit, len(found.Page))])
	if err != nil {
		return nil, err
	}
	page, err := controlCards(rows, limit)
	page.Facets = &found.ProductFacets
	if len(found.Page) > limit {
		page.NextCursor = cursor.Encode(found.Page[limit-1])
	}
	place := map[contract.ProductID]int{}
	for i, u := range found.Page {
		place[id.Format[contract.ProductID]("prod", u)] = i
	}
	slices.SortFunc(page.Items, func(a, b contract.ProductCard) int { return place[a.ID] - place[b.ID] })
	return page, err
}

func controlCards(rows pgx.Rows, limit int) (page controlItems, err error) {
	page.Items = make([]contract.ProductCard, 0, limit)
	var product, category uuid.UUID
	var key, status string
	var c contract.ProductCard
	var path []uuid.UUID
	var until *time.Time
	var member, lowest *int64
	var pieces, quantity, variants int64
	var unit contract.Unit
	var inStock bool
	var terms []byte
	columns := []any{&product, &c.Slug, &c.Name, &key, &c.Summary, &status, &c.Price.Currency, &c.CreatedAt, &c.UpdatedAt, &c.Image,
		&category, &c.Category.Slug, &c.Category.Name, &path, &c.VariantName, &c.Price.AmountMinor, &member, &pieces, &quantity, (*string)(&unit),
		&until, &lowest, &variants, &inStock, &terms}
	_, err = pgx.ForEachRow(rows, columns, func() error {
		if len(page.Items) == limit {
			page.NextCursor = cursor.Encode(key)
			return nil
		}
		card := c
		card.ID, card.Category.ID, card.CategoryIDs = id.Format[contract.ProductID]("prod", product), id.Format[contract.CategoryID]("cat", category), controlPath(path)
		card.CreatedAt, card.UpdatedAt, card.VariantCount = c.CreatedAt.UTC(), c.UpdatedAt.UTC(), int(variants)
		card.UnitPrice, card.Reduction = money.UnitPrice(c.Price, quantity, unit), controlReduction(until, lowest, c.Price.Currency)
		card.Availability = contract.OutOfStock
		if inStock {
			card.Availability = contract.InStock
		}
		c.Image = nil
		_, err := controlTerms(&card, terms)
		page.Items = append(page.Items, card)
		return err
	})
	return page, err
}

// controlFacets is the statement for a query, as one writes it by hand: what cannot be
// chosen in a facet filters at once, and what can leaves a column that says so.
func controlFacets(query url.Values, limit int) (sql string, args []any) {
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	list := func(name string) []string {
		if query.Get(name) == "" {
			return nil
		}
		return strings.Split(query.Get(name), ",")
	}
	category, hard := "NULL::uuid", ""
	if slug := query.Get("category"); slug != "" {
		category = "(SELECT id FROM market.categories WHERE slug = " + arg(slug) + ")"
		hard += " AND c.path @> ARRAY[" + category + "]"
	}
	if names := list("label"); names != nil {
		hard += fmt.Sprintf(` AND (SELECT count(*) FROM market.product_terms x JOIN market.terms t ON t.id = x.term_id
			WHERE x.product_id = p.id AND t.taxonomy = 'label' AND t.slug = ANY (%s)) = %d`, arg(names), len(names))
	}
	for _, code := range list("free_from") {
		hard += " AND market.free_of(p.id, p.allergens, " + arg(code) + ")"
	}
	choice := func(name, column string) string {
		if names := list(name); names != nil {
			return column + " = ANY (" + arg(names) + ")"
		}
		return "true"
	}
	chosen := func(taxonomy string) string {
		if names := list(taxonomy); names != nil {
			return taxonomy + " IN (SELECT id FROM market.terms WHERE taxonomy = '" + taxonomy + "' AND slug = ANY (" + arg(names) + "))"
		}
		return "true"
	}
	price := "true"
	if most, err := strconv.ParseInt(query.Get("price_max"), 10, 64); err == nil {
		price = "price_minor <= " + arg(most)
	}
	order := map[string]string{"": "sort_key, id", "price": "price_minor, sort_key, id", "newest": "created_at DESC, sort_key DESC, id DESC"}[query.Get("sort")]
	among := func(name, column string) string { return fmt.Sprintf("%s = ANY ('{%s}')", column, query.Get(name)) }
	var free, codes []string
	for i, code := range strings.Fields("celery gluten crustaceans eggs fish lupin milk molluscs mustard nuts peanuts sesame soya sulphites") {
		free = append(free, fmt.Sprintf("count(*) FILTER (WHERE free & %d <> 0) AS %s", 1<<i, code))
		codes = append(codes, fmt.Sprintf("(%d, '%s', %s)", i, code, code))
	}
	return strings.NewReplacer("{hard}", hard, "{category}", category, "{is_brand}", chosen("brand"), "{is_producer}", chosen("producer"),
		"{is_country}", choice("country", "origin_country"), "{is_available}", choice("availability", "CASE WHEN in_stock THEN 'in_stock' ELSE 'out_of_stock' END"),
		"{is_price}", price, "{order}", order, "{limit}", strconv.Itoa(limit+1), "{free}", strings.Join(free, ", "), "{codes}", strings.Join(codes, ", "),
		"{chosen_brand}", among("brand", "t.slug"), "{chosen_producer}", among("producer", "t.slug"), "{chosen_label}", among("label", "t.slug"),
		"{chosen_country}", among("country", "code"), "{chosen_free}", among("free_from", "code"), "{chosen_availability}", among("availability", "value"),
	).Replace(facetCounts), args
}

// facetCounts is the statement. Names of terms are such that their bytes order them.
const facetCounts = `
WITH f AS MATERIALIZED (
    SELECT p.id, p.sort_key, p.created_at, p.origin_country, p.currency, c.path, v.price_minor, v.in_stock, v.reduced, b.term_id AS brand, r.term_id AS producer,
        v.own & CASE WHEN v.inherits THEN market.free_bits(p.allergens) ELSE 16383 END AS free
    FROM market.products p
    JOIN market.categories c ON c.id = p.category_id
    JOIN (
        SELECT x.product_id, min(x.price_minor) AS price_minor, bool_or(x.price_valid_until IS NOT NULL) AS reduced,
            bool_or(NOT x.track_stock OR coalesce(s.on_hand - s.reserved, 0) >= x.order_min) AS in_stock,
            coalesce(bit_and(market.free_bits(x.allergens)), 16383) AS own, bool_or(x.allergens IS NULL) AS inherits
        FROM market.variants x LEFT JOIN market.stock s ON s.variant_id = x.id GROUP BY x.product_id
    ) v ON v.product_id = p.id
    LEFT JOIN market.product_terms b ON b.product_id = p.id AND b.taxonomy = 'brand'
    LEFT JOIN market.product_terms r ON r.product_id = p.id AND r.taxonomy = 'producer'
    WHERE p.status = 'published'{hard}
), g AS MATERIALIZED (
    SELECT f.*, coalesce({is_brand}, false) AS is_brand, coalesce({is_producer}, false) AS is_producer, {is_country} AS is_country,
        {is_available} AS is_available, {is_price} AS is_price
    FROM f
), fits AS MATERIALIZED (
    SELECT * FROM g WHERE is_brand AND is_producer AND is_country AND is_available AND is_price
), free AS (SELECT {free} FROM fits)
SELECT json_build_object(
    'page', (SELECT coalesce(json_agg(id), '[]') FROM (SELECT id FROM fits ORDER BY {order} LIMIT {limit}) x),
    'total', (SELECT count(*) FROM fits),
    'category', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT 'cat_' || replace(c.id::text, '-', '') AS id, c.slug, c.name, count(*) AS count
        FROM fits JOIN market.categories c ON c.id = ANY (fits.path) AND c.parent_id IS NOT DISTINCT FROM {category}
        GROUP BY c.id ORDER BY count(*) DESC, c.name COLLATE "C") x),
    'brand', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT 'brand_' || replace(t.id::text, '-', '') AS id, t.slug, t.name, count(*) AS count, {chosen_brand} AS chosen
        FROM g JOIN market.terms t ON t.id = g.brand WHERE is_producer AND is_country AND is_available AND is_price
        GROUP BY t.id ORDER BY count(*) DESC, t.name COLLATE "C" LIMIT 50) x),
    'producer', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT 'producer_' || replace(t.id::text, '-', '') AS id, t.slug, t.name, count(*) AS count, {chosen_producer} AS chosen
        FROM g JOIN market.terms t ON t.id = g.producer WHERE is_brand AND is_country AND is_available AND is_price
        GROUP BY t.id ORDER BY count(*) DESC, t.name COLLATE "C" LIMIT 50) x),
    'label', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT 'label_' || replace(t.id::text, '-', '') AS id, t.slug, t.name, count(*) AS count, {chosen_label} AS chosen
        FROM fits JOIN market.product_terms x ON x.product_id = fits.id AND x.taxonomy = 'label' JOIN market.terms t ON t.id = x.term_id
        GROUP BY t.id ORDER BY count(*) DESC, t.name COLLATE "C" LIMIT 50) x),
    'free_from', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT a.code, a.n AS count, {chosen_free} AS chosen FROM free CROSS JOIN LATERAL (VALUES {codes}) AS a (place, code, n)
        WHERE a.n > 0 ORDER BY a.n DESC, a.place) x),
    'country', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT code, count(*) AS count, {chosen_country} AS chosen FROM (SELECT origin_country AS code FROM g
            WHERE origin_country <> '' AND is_brand AND is_producer AND is_available AND is_price) c
        GROUP BY code ORDER BY count(*) DESC, code LIMIT 50) x),
    'availability', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT value, count(*) AS count, {chosen_availability} AS chosen FROM (SELECT CASE WHEN in_stock THEN 'in_stock' ELSE 'out_of_stock' END AS value FROM g
            WHERE is_brand AND is_producer AND is_country AND is_price) c
        GROUP BY value ORDER BY count(*) DESC, value) x),
    'reduced', (SELECT json_build_object('count', count(*), 'chosen', false) FROM fits WHERE reduced),
    'price', (SELECT json_build_object('min', json_build_object('amount_minor', min(price_minor), 'currency', 'GBP'),
        'max', json_build_object('amount_minor', max(price_minor), 'currency', 'GBP'))
        FROM g WHERE is_brand AND is_producer AND is_country AND is_available))
`
