// The shop that read asks for: as many products as a wholesaler has, as long and as
// deep as the demo's, with the names, labels and stock that lists are filtered by.

package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What there is beside products. Brands have as many products as real ones: a few
// have most of them.
const (
	halls, aisles, shelves = 5, 5, 7 // 5 + 25 + 175 categories
	brands                 = 300
	producers              = 120
	labels                 = 12
	collections            = 10
)

const description = `A loaf for the whole week: %s rye, water, salt and the
starter that has lived in the bakery since the shop opened.

* two days from mixing to crust
* baked on stone, cooled on wood
* keeps for *seven days* in its paper bag

Cut it thin on the first day and thick on the last. What is left makes
[soup](https://example.org/soup), and what the soup leaves feeds the hens.`

const descriptionHTML = `<p>A loaf for the whole week: %s rye, water, salt and the starter that has lived in the bakery since the shop opened.</p>
<ul><li>two days from mixing to crust</li><li>baked on stone, cooled on wood</li><li>keeps for <em>seven days</em> in its paper bag</li></ul>
<p>Cut it thin on the first day and thick on the last. What is left makes <a href="https://example.org/soup">soup</a>, and what the soup leaves feeds the hens.</p>`

var (
	kinds = strings.Fields("dark light wholemeal smoked salted roasted raw wild mild strong sweet sour dried fresh golden red green black stone country")
	goods = strings.Fields("rye wheat spelt oat barley rice lentil bean pea chickpea almond walnut hazelnut cashew apple pear plum fig date apricot " +
		"tomato carrot beetroot onion garlic pepper mustard honey syrup oil vinegar tea coffee cocoa cheese yoghurt butter soap candle tofu")
	forms = strings.Fields("loaf bag jar tin bottle box pack bar tub slice")
	// origins are repeated as often as they are likely.
	origins = strings.Fields("GB GB GB GB GB IT IT FR FR ES DE NL PE IN")
)

const allergensFree = `{"celery": {"state": "free"}, "milk": {"state": "%s"}, "nuts": {"state": "%s"}, "gluten": {"state": "contains", "detail": "rye"}, "soya": {"state": "%s"}, "eggs": {"state": "free"}}`

// stock fills the database at url with products and returns the slugs and the ids of
// variants that are asked for. The rows are copied with the triggers off and what
// they keep is written besides; nothing of the product's own code is measured here.
func stock(ctx context.Context, url string, products int) (slugs, variants []string, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close(ctx)
	s := &shop{ctx: ctx, conn: conn, made: time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)}
	s.exec("SET session_replication_role = replica")
	s.groups()
	slugs, variants = s.products(products)
	s.exec("INSERT INTO market.changes SELECT id, pg_current_xact_id() FROM market.products")
	s.exec("SET session_replication_role = origin")
	s.exec("VACUUM ANALYZE")
	return slugs, variants, s.err
}

// shop is the shop while it is filled. After the first error nothing more happens.
type shop struct {
	ctx     context.Context
	conn    *pgx.Conn
	made    time.Time
	shelves []uuid.UUID
	err     error
}

func (s *shop) exec(sql string) {
	if s.err == nil {
		_, s.err = s.conn.Exec(s.ctx, sql)
	}
}

func (s *shop) copy(name, columns string, count int, row func(i int) []any) {
	if s.err == nil {
		_, s.err = s.conn.CopyFrom(s.ctx, pgx.Identifier{"market", name}, strings.Fields(columns),
			pgx.CopyFromSlice(count, func(i int) ([]any, error) { return row(i), nil }))
	}
	if s.err != nil {
		s.err = fmt.Errorf("%s: %w", name, s.err)
	}
}

// numbered is an id of a kind: ids of products that were made later are higher.
func numbered(kind, i int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("019ab3f4-%04x-7000-8000-%012x", kind, i))
}

// Kinds of ids.
const (
	aCategory = iota + 1
	aTerm
	aProduct
	aVariant
)

// groups makes the tree and the terms.
func (s *shop) groups() {
	type category struct {
		slug   string
		parent *uuid.UUID
		path   []uuid.UUID
	}
	var tree []category
	add := func(slug string, above []uuid.UUID) []uuid.UUID {
		c := category{slug: slug, path: append(append([]uuid.UUID{}, above...), numbered(aCategory, len(tree)))}
		if len(above) > 0 {
			c.parent = &above[len(above)-1]
		}
		tree = append(tree, c)
		return c.path
	}
	for i := range halls {
		hall := add(fmt.Sprintf("hall-%d", i), nil)
		for j := range aisles {
			aisle := add(fmt.Sprintf("aisle-%d-%d", i, j), hall)
			for k := range shelves {
				s.shelves = append(s.shelves, add(fmt.Sprintf("shelf-%d-%d-%d", i, j, k), aisle)[2])
			}
		}
	}
	s.copy("categories", "id slug name parent_id path created_at updated_at", len(tree), func(i int) []any {
		return []any{numbered(aCategory, i), tree[i].slug, "Shelf " + tree[i].slug, tree[i].parent, tree[i].path, s.made, s.made}
	})
	var terms [][]any
	for _, t := range []struct {
		taxonomy string
		count    int
	}{{"brand", brands}, {"producer", producers}, {"label", labels}, {"collection", collections}} {
		for i := range t.count {
			var rule any
			if t.taxonomy == "collection" {
				rule = "{}"
			}
			terms = append(terms, []any{numbered(aTerm, len(terms)), t.taxonomy, fmt.Sprintf("%s-%03d", t.taxonomy, i), fmt.Sprintf("The %s %03d", t.taxonomy, i), rule, s.made, s.made})
		}
	}
	s.copy("terms", "id taxonomy slug name rule created_at updated_at", len(terms), func(i int) []any { return terms[i] })
}

// products makes products with their variants, stock and terms.
func (s *shop) products(count int) (slugs, variants []string) {
	var terms, sold, stocked [][]any
	s.copy("products", "id slug name sort_key summary description description_html category_id status currency images created_at updated_at "+
		"legal_name ingredients ingredients_html allergens nutrition storage origin_country origin_region business_name", count, func(i int) []any {
		// A mixture that is the same each time.
		h := int(uint32(i) * 2654435761 >> 1)
		kind, good, form := kinds[h%20], goods[h/20%40], forms[h/800%10]
		name := fmt.Sprintf("%s %s %s, batch %05d", strings.ToUpper(kind[:1])+kind[1:], good, form, i)
		slug := fmt.Sprintf("%s-%s-%s-%05d", kind, good, form, i)
		if i%max(count/600, 1) == 0 {
			slugs = append(slugs, slug)
		}
		product := numbered(aProduct, i)
		terms = append(terms, carried(product, h)...)
		for j, grams := range []int{400, 800, 1600}[:1+h%3] {
			variant := numbered(aVariant, i*3+j)
			tracked := (h+j)%3 > 0
			var until, lowest any
			price := 95 + h/7%1200 + j*160
			if h%23 == 0 {
				until, lowest = s.made.AddDate(1, 0, 0), price+50
			}
			sold = append(sold, []any{variant, product, fmt.Sprintf("SKU-%05d-%d", i, j), fmt.Sprintf("%d g %s", grams, form), price, "GBP", 0, grams, "g", j, until, lowest, tracked})
			if tracked {
				stocked = append(stocked, []any{variant, (h + j*5) % 9 * 4, s.made})
			}
			if len(slugs) > 0 && i%max(count/600, 1) == 0 && j == 0 {
				variants = append(variants, "var_"+strings.ReplaceAll(variant.String(), "-", ""))
			}
		}
		state := func(n int) string { return []string{"free", "may_contain", "free", "contains"}[h/n%4] }
		at := s.made.Add(time.Duration(i) * time.Minute)
		return []any{
			product, slug, name, strings.ToLower(name), "Dark, sour and good for a week: " + good + ", water, salt and time.",
			fmt.Sprintf(description, kind), fmt.Sprintf(descriptionHTML, kind), s.shelves[h/3%len(s.shelves)], "published", "GBP",
			`[{"url": "/media/` + strings.Repeat("9f86d081", 8) + `/rye-loaf.jpg", "alt": "A dark round loaf, cut, on a board", "width": 1200, "height": 800}]`, at, at,
			"Rye bread", "Wholemeal **rye** flour, water, salt", "Wholemeal <strong>rye</strong> flour, water, salt",
			fmt.Sprintf(allergensFree, state(5), state(11), state(17)),
			`{"per": "100g", "energy_kj": 920, "energy_kcal": 218, "fat_mg": 1400, "saturates_mg": 200, "carbohydrate_mg": 43000, "sugars_mg": 2100, "fibre_mg": 7400, "protein_mg": 6500, "salt_mg": 1100, "serving_quantity": 50}`,
			"Keep cool and dry.", origins[h/13%len(origins)], "", "Rose Ash Bakery",
		}
	})
	s.copy("variants", "id product_id sku name price_minor currency vat_rate quantity unit sort_order price_valid_until lowest_price_minor track_stock",
		len(sold), func(i int) []any { return sold[i] })
	s.copy("stock", "variant_id on_hand updated_at", len(stocked), func(i int) []any { return stocked[i] })
	s.copy("product_terms", "product_id term_id taxonomy source", len(terms), func(i int) []any { return terms[i] })
	return slugs, variants
}

// carried is the terms of a product: a brand for most and a producer for all, a third
// of the labels at the most, and a collection for one in five.
func carried(product uuid.UUID, h int) (rows [][]any) {
	if h%10 > 0 {
		skew := h / 10 % brands
		rows = append(rows, []any{product, numbered(aTerm, skew*skew/brands), "brand", nil})
	}
	rows = append(rows, []any{product, numbered(aTerm, brands+h/31%producers), "producer", nil})
	for label := range labels {
		if (h>>label)%(2*label+3) == 0 {
			rows = append(rows, []any{product, numbered(aTerm, brands+producers+label), "label", "declared"})
		}
	}
	if h%5 == 0 {
		rows = append(rows, []any{product, numbered(aTerm, brands+producers+labels+h/5%collections), "collection", nil})
	}
	return rows
}
