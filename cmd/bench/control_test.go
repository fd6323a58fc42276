package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestControlRunsTheSameStatements: a control with other SQL would measure
// PostgreSQL and not us.
func TestControlRunsTheSameStatements(t *testing.T) {
	theirs := map[string]string{}
	for _, name := range []string{"market/internal/marketdb/products.sql", "market/internal/marketdb/stock.sql", "market/internal/marketdb/reservations.sql", "market/internal/marketdb/batch",
		"search/internal/searchdb/find.sql", "cart/internal/cartdb/carts.sql", "orders/internal/ordersdb/checkout.sql",
		"orders/internal/ordersdb/attempts.sql"} {
		file, err := parser.ParseFile(token.NewFileSet(), "../../api/"+name+".go", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
					theirs[spec.Names[0].Name], _ = strconv.Unquote(literal.Value)
				}
			}
			return true
		})
	}
	for name, ours := range map[string]string{
		"productPageBySlug": productPageBySlug, "productCards": productCards, "productCardsByID": productCardsByID,
		"availability": availability, "find": find, "shown": shown,
		"basket": cartBasket, "lockOpenCart": cartLock, "newCart": cartNewCart, "putLine": cartPutLine, "convertCart": cartConvert,
		"offers": marketOffers, "holdForOrder": marketHold, "takeStock": marketTake,
		"checkoutTerms": ordersTerms, "placeOrder": ordersPlace, "insertAttempt": ordersInsertAttempt,
		"adoptCheckout": ordersAdopt,
	} {
		if diff := cmp.Diff(theirs[name], ours); diff != "" {
			t.Errorf("%s is not the product's any more (-product +control):\n%s", name, diff)
		}
	}
}
