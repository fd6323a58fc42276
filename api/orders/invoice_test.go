package orders_test

import (
	"fmt"
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
)

// An invoice is a picture of the sale with all that the law wants on it; a credit note one of
// what went back. Neither follows the shop.
func TestDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE orders.settings SET business_name = 'Rose Ash Ltd', business_address = 'The Barn', vat_number = 'GB123', company_number = 'IP1', contact = 'hello@rose.example', invoice_prefix = 'RA-'`)
	loaf := w.product("Rye loaf", 325, 0, counted)
	cola := w.product("Cola", 120, 2000, func(v *market.VariantFields) { v.Deposit = &market.Amount{AmountMinor: 25, Currency: "GBP"} })
	w.stock(loaf, 10)
	van := w.delivery("delivery", 300)
	gwen := w.guest().add(loaf, 2).add(cola, 3)
	r := gwen.order(merged(form(650+360+75+300), map[string]any{"delivery": van, "address": map[string]any{"line1": "12 Rose Lane", "town": "Hebden Bridge", "postcode": "HX7 8AB", "country": "GB"}}))
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, r)
	path := "/v1/orders/" + string(o.ID)
	if r := w.ask(http.MethodGet, path+"/invoice", gwen.sees(o), nil); r.Status != 404 {
		t.Errorf("an invoice before it is paid: %d", r.Status)
	}
	w.pay(o)
	w.exec("UPDATE orders.settings SET business_name = 'Other Ltd', invoice_prefix = 'X-'")
	doc := get[orders.Document](w, path+"/invoice", gwen.sees(o))
	want := orders.Seller{Name: "Rose Ash Ltd", Address: "The Barn", VATNumber: "GB123", CompanyNumber: "IP1", Contact: "hello@rose.example"}
	if doc.Kind != "invoice" || doc.Number != "RA-1" || doc.Seller != want || doc.Buyer.Name != "Gwen Guest" || doc.Buyer.Address.Line1 != "12 Rose Lane" ||
		doc.Reference != o.Reference || doc.IssuedAt.IsZero() || doc.Delivery != "By delivery" || len(doc.Lines) != 2 {
		t.Errorf("the invoice is %+v", doc)
	}
	if c := doc.Lines[1]; c.Name != "Cola" || c.Quantity != 3 || c.NetMinor != 360 || c.DepositMinor != 75 || c.VATRate != 2000 || c.VATMinor != 60 || c.PriceMinor != 120 {
		t.Errorf("a line is %+v", c)
	}
	// The fee is taxed in proportion: 300 over 650 and 360.
	if got := fmt.Sprint(doc.Totals.VAT, doc.Totals.TotalMinor, doc.Totals.VATMinor); got != "[{0 843 0} {2000 467 78}] 1385 78" {
		t.Errorf("it comes to %s", got)
	}
	r = w.ask(http.MethodPost, path+"/refunds", with(bearer("shop"), "Idempotency-Key", "r1"), map[string]any{"lines": []map[string]any{{"line": o.Lines[1].ID, "quantity": 1}}, "note": "It was flat."})
	if r.Status >= 300 {
		t.Fatalf("refund: %d %s", r.Status, r.Body)
	}
	w.sendRefunds(o)
	seen := get[orders.Order](w, path, gwen.sees(o))
	if len(seen.Documents) != 2 || seen.Documents[1].Number != "X-CN1" || seen.Documents[1].Href != path+"/credit-notes/1" || len(seen.Refunds) != 1 ||
		seen.Documents[1].Refund == nil || *seen.Documents[1].Refund != seen.Refunds[0].ID || seen.RefundedMinor != 145 {
		t.Fatalf("documents %+v, refunds %+v", seen.Documents, seen.Refunds)
	}
	note := get[orders.Document](w, seen.Documents[1].Href, gwen.sees(o))
	if note.Kind != "credit_note" || note.Number != "X-CN1" || note.Invoice != "RA-1" || note.Reason != "requested" || note.Note != "It was flat." || len(note.Lines) != 1 ||
		note.Lines[0].NetMinor != 120 || note.Lines[0].DepositMinor != 25 || note.Lines[0].VATMinor != 20 || note.Lines[0].Quantity != 1 || note.Totals.TotalMinor != 145 || note.Totals.VATMinor != 20 {
		t.Errorf("the note is %+v", note)
	}
	for _, other := range []string{path + "/credit-notes/2", path + "/credit-notes/99999999999"} {
		if r := w.ask(http.MethodGet, other, gwen.sees(o), nil); r.Status != 404 {
			t.Errorf("%s: %d", other, r.Status)
		}
	}
	w.sound()
}
