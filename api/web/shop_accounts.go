// The books of a month: sums, and files for whoever keeps them.

package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// mostMonths is how many months are offered.
const mostMonths = 36

// accountFiles are the files of a month, with what is in them.
var accountFiles = []struct{ name, text, about string }{
	{"vat", "VAT", "What was sold and what went back, by rate of VAT: for the return."},
	{"orders", "Orders", "An order a row, with what was paid, refunded and how."},
	{"fees", "Fees", "What the payment provider kept of each payment."},
	{"payouts", "Payouts", "What it sent to the bank, and when."},
}

// monthFormat is how the API names a month.
const monthFormat = "2006-01"

func (s *ShopOrders) accounts(w http.ResponseWriter, r *http.Request) error {
	shop, at, err := s.page(r, "accounts", "Accounts")
	if err != nil {
		return err
	}
	now := s.Clock.Now().In(at)
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, at)
	month, err := time.ParseInLocation(monthFormat, r.URL.Query().Get("month"), at)
	if err != nil || month.After(this) {
		month = this
	}
	view := site.ShopAccountsPage{Shop: shop, Month: month.Format(monthFormat), Title: month.Format("January 2006")}
	for i := range mostMonths {
		m := this.AddDate(0, -i, 0)
		view.Months = append(view.Months, site.Choice{Value: m.Format(monthFormat), Text: m.Format("January 2006")})
	}
	for _, f := range accountFiles {
		view.Files = append(view.Files, site.ShopFile{Link: site.Link{Text: f.text, URL: accountsAddress + view.Month + "/" + f.name + ".csv"}, About: f.about})
	}
	if err := s.monthSums(r, &view); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, site.ShopAccounts(view))
}

// table asks for a file of a month, and reads it as rows by the names of its columns.
func (s *ShopOrders) table(r *http.Request, month, name string) (rows []map[string]string, err error) {
	a, err := s.ask(r.Context(), r, call{method: http.MethodGet, path: "/v1/accounts/" + month + "/" + name + ".csv"})
	if err != nil {
		return nil, err
	}
	if a.refused != nil {
		return nil, a.refused
	}
	all, err := csv.NewReader(&a.body).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, problem.Internal().WithCause(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// minorOf is an amount of a file, below zero too; an empty one is 0.
func minorOf(text, currency string) int64 {
	digits, below := strings.CutPrefix(text, "-")
	n, _ := money.ParseDecimal(digits, money.Places(currency))
	if below {
		return -n
	}
	return n
}

// monthSums is what a month came to, by the files of the API.
func (s *ShopOrders) monthSums(r *http.Request, view *site.ShopAccountsPage) error {
	vat, err := s.table(r, view.Month, "vat")
	if err != nil {
		return err
	}
	moved, err := s.table(r, view.Month, "fees")
	if err != nil {
		return err
	}
	if len(vat)+len(moved) == 0 {
		view.Fault = "Nothing was sold in this month."
		return nil
	}
	gross := map[string]int64{}
	cur := s.Currency
	for _, row := range vat {
		if row["day"] != "total" {
			continue
		}
		cur = row["currency"]
		gross[row["kind"]] += minorOf(row["gross"], cur)
		if row["kind"] == "all" {
			rate := "Outside of VAT"
			if row["vat_rate"] != "outside" {
				rate = strings.TrimSuffix(strings.TrimSuffix(row["vat_rate"], "0"), ".0") + "%"
			}
			view.VAT = append(view.VAT, site.ShopVATRow{Rate: rate, Net: amount(minorOf(row["net"], cur), cur), VAT: amount(minorOf(row["vat"], cur), cur), Gross: amount(minorOf(row["gross"], cur), cur)})
		}
	}
	by, fees := map[string]int64{}, int64(0)
	for _, row := range moved {
		by[row["provider"]] += minorOf(row["amount"], row["currency"])
		fees += minorOf(row["fee"], row["currency"])
	}
	view.Sums = []site.ShopSum{{Name: "Sold", Amount: amount(gross["sales"], cur)}, {Name: "Gone back", Amount: amount(gross["refunds"], cur)},
		{Name: "Left", Amount: amount(gross["all"], cur), Strong: true}}
	for _, provider := range []string{"sumup", "card_reader", "cash"} {
		if minor, any := by[provider]; any {
			view.Sums = append(view.Sums, site.ShopSum{Name: payers[provider], Amount: amount(minor, cur)})
		}
	}
	if fees != 0 {
		view.Sums = append(view.Sums, site.ShopSum{Name: "Fees that are known so far", Amount: amount(-fees, cur)})
	}
	return nil
}

// accountFile passes the API's file on while it is written.
func (s *ShopOrders) accountFile(w http.ResponseWriter, r *http.Request) error {
	if _, err := time.Parse(monthFormat, r.PathValue("month")); err != nil {
		return problem.NotFound("there is nothing at this address")
	}
	inner := r.Clone(anew(r.Context()))
	inner.URL = &url.URL{Path: "/v1/accounts/" + r.PathValue("month") + "/" + r.PathValue("file")}
	inner.RequestURI = inner.URL.RequestURI()
	inner.Header = http.Header{}
	s.api.ServeHTTP(w, inner)
	return nil
}
