// The shop that read asks for: products as long and as deep as the demo's.

package main

import (
	"context"
	"fmt"
	"strings"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// products is how many there are: enough that lists and pages come from an
// index, few enough to be made in seconds.
const products = 600

const description = `A loaf for the whole week: %s rye, water, salt and the
starter that has lived in the bakery since the shop opened.

* two days from mixing to crust
* baked on stone, cooled on wood
* keeps for *seven days* in its paper bag

Cut it thin on the first day and thick on the last. What is left makes
[soup](https://example.org/soup), and what the soup leaves feeds the hens.`

// stock fills the database at url with products in a tree of three levels and
// returns their slugs.
func stock(ctx context.Context, url string) ([]string, error) {
	pool, err := db.Open(ctx, db.Options{URL: url, Name: "bench"})
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	shop := market.New(pool, clock.System{})
	shelves, err := shelve(ctx, shop)
	if err != nil {
		return nil, err
	}
	slugs := make([]string, products)
	for i := range slugs {
		slugs[i] = fmt.Sprintf("rye-loaf-%03d", i)
		if err := offer(ctx, shop, slugs[i], shelves[i%len(shelves)], i); err != nil {
			return nil, err
		}
	}
	_, err = pool.Exec(ctx, "ANALYZE market.products, market.variants, market.categories")
	return slugs, err
}

// shelve makes the tree and returns its leaves.
func shelve(ctx context.Context, shop *market.Service) (leaves []string, err error) {
	add := func(slug, parent string) {
		if err == nil {
			_, err = shop.CreateCategory(ctx, market.CategoryFields{Slug: &slug, Name: new("Shelf " + slug), Parent: &parent})
		}
	}
	for i := range 3 {
		top := fmt.Sprintf("hall-%d", i)
		add(top, "")
		for j := range 3 {
			aisle := fmt.Sprintf("aisle-%d-%d", i, j)
			add(aisle, top)
			for k := range 3 {
				leaf := fmt.Sprintf("shelf-%d-%d-%d", i, j, k)
				add(leaf, aisle)
				leaves = append(leaves, leaf)
			}
		}
	}
	return leaves, err
}

// offer makes one product with three variants and a picture, and publishes it.
func offer(ctx context.Context, shop *market.Service, slug, shelf string, i int) error {
	variants := []market.VariantFields{}
	for j, grams := range []int64{400, 800, 1600} {
		variants = append(variants, market.VariantFields{
			SKU: fmt.Sprintf("RYE-%03d-%d", i, j), Name: fmt.Sprintf("%d g loaf", grams),
			Price:    market.Price{AmountMinor: 195 + int64(j)*160 + int64(i%50), Currency: "GBP"},
			Quantity: grams, Unit: contract.UnitGram,
		})
	}
	_, err := shop.CreateProduct(ctx, market.ProductFields{
		Slug: &slug, Name: new(fmt.Sprintf("Rye loaf, batch %03d", i)), Category: &shelf, Brand: new("Rose Ash Bakery"),
		Summary:     new("Dark, sour and good for a week: whole rye, water, salt and time."),
		Description: new(fmt.Sprintf(description, []string{"dark", "light", "whole"}[i%3])),
		Images: &[]market.Picture{{URL: "/media/" + strings.Repeat("9f86d081", 8) + "/rye-loaf.jpg",
			Alt: "A dark round loaf, cut, on a board", Width: 1200, Height: 800}},
		Variants: &variants,
	})
	if err != nil {
		return err
	}
	_, err = shop.PublishProduct(ctx, slug)
	return err
}
