// The shopkeeper's list of products.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// How much a list shows, how far a search looks, and from when on little is left.
const (
	shopRows  = 24
	shopFound = 50
	shopWalk  = 40 // pages of 100
	lowStock  = 5
)

// productList and stockList are what the API answers, as far as the pages use it.
type productList struct {
	Items      []contract.ProductCard `json:"items"`
	NextCursor string                 `json:"next_cursor"`
}

type stockLevel struct {
	Variant     contract.VariantID `json:"variant"`
	SKU         string             `json:"sku"`
	VariantName string             `json:"variant_name"`
	Product     contract.ProductID `json:"product"`
	ProductName string             `json:"product_name"`
	OnHand      int64              `json:"on_hand"`
	Reserved    int64              `json:"reserved"`
	Available   int64              `json:"available"`
}

type stockList struct {
	Items      []stockLevel `json:"items"`
	NextCursor string       `json:"next_cursor"`
}

func (s *Shop) products(w http.ResponseWriter, r *http.Request) error {
	shop, _, err := s.page(r, "products", "Products")
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	view := site.ShopProductsPage{Shop: shop, Query: strings.TrimSpace(asked.Get("q")), Status: "published"}
	if asked.Get("status") == "draft" {
		view.Status = "draft"
	}
	if view.Query != "" {
		if err := s.search(r, &view); err != nil {
			return err
		}
		return show(w, r, http.StatusOK, site.ShopProducts(view))
	}
	query := url.Values{"status": {view.Status}, "limit": {strconv.Itoa(shopRows)}}
	if c := asked.Get("cursor"); c != "" {
		query.Set("cursor", c)
	}
	list, _, err := read[productList](s, r, "/v1/products", query)
	if err != nil {
		return err
	}
	for _, card := range list.Items {
		row, err := s.row(r, card, view.Status)
		if err != nil {
			return err
		}
		view.Items = append(view.Items, row)
	}
	if list.NextCursor != "" {
		view.NextURL = shopAddress + "?" + url.Values{"status": {view.Status}, "cursor": {list.NextCursor}}.Encode()
	}
	return show(w, r, http.StatusOK, site.ShopProducts(view))
}

// search looks for words in names, slugs and brands of all products, drafts too, and
// for a variant with the sku.
func (s *Shop) search(r *http.Request, view *site.ShopProductsPage) error {
	view.Searched = true
	words := strings.Fields(strings.ToLower(view.Query))
	var named contract.ProductID
	level, a, err := read[stockList](s, r, "/v1/stock", url.Values{"sku": {view.Query}})
	if err != nil && (a == nil || a.refused == nil) {
		return err // other words than skus can have are refused, which says nothing here
	}
	if len(level.Items) > 0 {
		named = level.Items[0].Product
	}
	for _, status := range []string{"published", "draft"} {
		query := url.Values{"status": {status}, "limit": {"100"}}
		for range shopWalk {
			list, _, err := read[productList](s, r, "/v1/products", query)
			if err != nil {
				return err
			}
			for _, card := range list.Items {
				if card.ID != named && !fits(card, words) {
					continue
				}
				if len(view.Items) == shopFound {
					view.More = true
					return nil
				}
				row, err := s.row(r, card, status)
				if err != nil {
					return err
				}
				view.Items = append(view.Items, row)
			}
			if list.NextCursor == "" {
				break
			}
			query.Set("cursor", list.NextCursor)
		}
	}
	return nil
}

func fits(card contract.ProductCard, words []string) bool {
	text := strings.ToLower(card.Name + " " + card.Slug + " " + card.Category.Name)
	if card.Brand != nil {
		text += " " + strings.ToLower(card.Brand.Name)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// row is a product in the list, with the stock of its variants.
func (s *Shop) row(r *http.Request, card contract.ProductCard, status string) (site.ShopProductRow, error) {
	row := site.ShopProductRow{
		Link: site.Link{Text: card.Name, URL: productAddress(card.ID)}, Detail: card.Category.Name, Status: status,
		Variants: card.VariantCount, Reduced: card.Reduction != nil, Out: card.Availability == contract.OutOfStock,
	}
	if card.Brand != nil {
		row.Detail = card.Brand.Name + " · " + row.Detail
	}
	if card.Image != nil {
		row.Picture = &site.Picture{URL: s.thumb(card.Image)}
	}
	if card.VariantCount == 0 {
		return row, nil
	}
	row.Price, row.PerUnit = money.Format(card.Price), money.PerUnit(card.UnitPrice)
	if card.VariantCount > 1 {
		row.Price = "from " + row.Price
	}
	stock, _, err := read[stockList](s, r, "/v1/stock", url.Values{"product": {string(card.ID)}, "limit": {"50"}})
	for _, level := range stock.Items {
		row.Stock = append(row.Stock, site.ShopStockCell{Name: level.VariantName, OnHand: grouped(level.OnHand),
			Available: grouped(level.Available), Low: level.Available <= lowStock})
	}
	return row, err
}

// thumb is the address of a small form of an image, where there is one.
func (s *Shop) thumb(i *contract.Image) string {
	if small, _, ok := strings.Cut(s.Media.Srcset(i.URL, i.Width), " "); ok {
		return small
	}
	return i.URL
}

func productAddress(id contract.ProductID) string {
	return shopAddress + "products/" + string(id) + "/"
}

// grouped writes a number for people: 26,500.
func grouped(n int64) string {
	s := whole(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// pageOf is where readers see a product.
func (s *Shop) pageOf(slug string) string {
	return s.Sites.Link(urls.Blog, urls.Market, urls.Product(slug))
}
