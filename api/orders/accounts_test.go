package orders_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
)

// table is a table of the accounts of this month, its rows by the names of columns.
func (w *world) table(file string) (rows []map[string]string) {
	w.t.Helper()
	r := w.ask(http.MethodGet, "/v1/accounts/"+w.month()+"/"+file+".csv", bearer("clerk"), nil)
	if r.Status != http.StatusOK || r.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" ||
		!strings.Contains(r.Header.Get("Content-Disposition"), file+"-"+w.month()+".csv") || r.Header.Get("Cache-Control") != "private, no-store" {
		w.t.Fatalf("%s = %d %v %s", file, r.Status, r.Header, r.Body)
	}
	if n := bytes.Count(r.Body, []byte("\n")); n != bytes.Count(r.Body, []byte("\r\n")) {
		w.t.Errorf("%s: lines end in other ways than CRLF", file)
	}
	all, err := csv.NewReader(bytes.NewReader(r.Body)).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, row := range all[1:] {
		named := map[string]string{}
		for i, name := range all[0] {
			named[name] = row[i]
		}
		rows = append(rows, named)
	}
	return rows
}

func (w *world) month() string { return w.clock.Now().Format("2006-01") }

// minor is an amount with two decimals in minor units.
func minor(t testing.TB, text string) int64 {
	t.Helper()
	whole, rest, found := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	n, err := strconv.ParseInt(whole+rest, 10, 64)
	if err != nil || !found || len(rest) != 2 {
		t.Fatalf("%q is no amount", text)
	}
	if strings.HasPrefix(text, "-") {
		n = -n
	}
	return n
}

// TestAccounts: the tables of a month say what was sold, refunded, kept and paid out.
func TestAccounts(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	w.advance(time.Until(midMonth()))
	bread := w.product("Bread", 325, 0, nil)
	beer := w.product("Beer", 600, 2000, func(v *market.VariantFields) { v.Deposit = &market.Amount{AmountMinor: 25, Currency: "GBP"} })
	first := w.guest().add(bread, 2).add(beer, 1)
	named := form(1275)
	named["contact"] = map[string]any{"name": "=HYPERLINK(\"http://x\")", "email": "gwen@example.org"}
	r := first.order(named)
	if r.Status != http.StatusCreated {
		t.Fatalf("order = %d %s", r.Status, r.Body)
	}
	o := w.pay(decodeOrder(t, r))
	w.pay(w.guest().add(bread, 1).buys(325))
	paid := one[string](w, "SELECT transaction_id FROM orders.ledger WHERE order_id = $1", uuidOf(o))
	if err := w.Sim.RefundOutside(paid, 600); err != nil {
		t.Fatal(err)
	}
	foreign, err := w.Sim.Foreign(900, "GBP")
	if err != nil {
		t.Fatal(err)
	}
	w.advance(20 * time.Minute)
	w.night()
	w.advance(48 * time.Hour)
	w.night()

	sums := map[string]int64{}
	for _, row := range w.table("vat") {
		gross := minor(t, row["gross"])
		if minor(t, row["net"])+minor(t, row["vat"]) != gross || row["currency"] != "GBP" {
			t.Errorf("a row that does not add up: %v", row)
		}
		if row["day"] == "total" {
			sums[row["kind"]+" "+row["vat_rate"]] = gross
			continue
		}
		sums["days "+row["kind"]] += gross
	}
	if sums["sales 0.00"] != 3*325 || sums["sales 20.00"] != 600 || sums["sales outside"] != 25 || sums["days sales"] != 1600 || sums["days refunds"] != -600 {
		t.Errorf("sales and refunds are %v", sums)
	}
	all := int64(0)
	for key, gross := range sums {
		if strings.HasPrefix(key, "all ") {
			all += gross
		}
	}
	if all != 1000 {
		t.Errorf("all comes to %d", all)
	}

	var fees []string
	for _, row := range w.table("fees") {
		fees = append(fees, fmt.Sprint(row["kind"], " ", row["amount"], " ", row["fee"]))
		if (row["order"] == "") != (row["kind"] == "elsewhere") || row["transaction_code"] == "" || row["kind"] == "elsewhere" && row["transaction"] != foreign {
			t.Errorf("a row %v", row)
		}
	}
	slices.Sort(fees)
	if want := []string{"elsewhere 9.00 0.23", "payment 12.75 0.32", "payment 3.25 0.08", "refund -6.00 "}; !slices.Equal(fees, want) {
		t.Errorf("fees are %q, want %q", fees, want)
	}

	kinds := map[string]int64{}
	for _, row := range w.table("payouts") {
		kinds[row["kind"]] += minor(t, row["amount"])
		if (row["order"] == "") != (row["transaction_code"] == one[string](w, "SELECT code FROM orders.transactions WHERE transaction_id = $1", foreign)) {
			t.Errorf("a payout of which order? %v", row)
		}
	}
	if want := map[string]int64{"PAYOUT": 900 + 1275 + 325 - 23 - 32 - 8, "REFUND_DEDUCTION": -600}; !maps.Equal(kinds, want) {
		t.Errorf("payouts are %v, want %v", kinds, want)
	}

	rows := w.table("orders")
	if len(rows) != 2 || rows[0]["name"] != "'=HYPERLINK(\"http://x\")" || rows[0]["total"] != "12.75" || rows[0]["refunded"] != "6.00" || rows[0]["vat"] != "1.00" ||
		rows[0]["deposit"] != "0.25" || rows[0]["order"] != o.Reference || rows[0]["invoice"] == "" || rows[0]["paid_by"] != "sumup" {
		t.Errorf("orders are %v", rows)
	}
	for path, want := range map[string]int{"/v1/accounts/2026-13/vat.csv": 422, "/v1/accounts/2019-05/secrets.csv": 404, "/v1/accounts/1999-05/vat.csv": 422} {
		if r := w.ask(http.MethodGet, path, bearer("shop"), nil); r.Status != want {
			t.Errorf("%s = %d, want %d", path, r.Status, want)
		}
	}
	if r := w.ask(http.MethodGet, "/v1/accounts/2026-05/vat.csv", bearer("anna"), nil); r.Status != http.StatusForbidden {
		t.Errorf("a member's = %d", r.Status)
	}
	if r := w.ask(http.MethodGet, "/v1/accounts/2001-05/orders.csv", bearer("shop"), nil); r.Status != http.StatusOK || bytes.Count(r.Body, []byte("\n")) != 1 {
		t.Errorf("an empty month = %d %s", r.Status, r.Body)
	}
	w.sound()
}

// midMonth is noon in the middle of the next month: a few days later are the same month.
func midMonth() time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()+1, 14, 12, 0, 0, 0, time.UTC)
}

// TestAccountsInTheShopsDays: a month is the shop's, and so is a day.
func TestAccountsInTheShopsDays(t *testing.T) {
	t.Parallel()
	w := deaf(t) // in London
	now := time.Now().UTC()
	w.advance(time.Until(time.Date(now.Year()+1, 6, 30, 23, 30, 0, 0, time.UTC))) // 1 July there
	w.pay(w.guest().add(w.product("Bread", 325, 0, nil), 1).buys(325))
	for month, want := range map[string]int{fmt.Sprint(now.Year()+1, "-06"): 0, fmt.Sprint(now.Year()+1, "-07"): 2} {
		month = strings.ReplaceAll(month, " ", "")
		r := w.ask(http.MethodGet, "/v1/accounts/"+month+"/vat.csv", bearer("shop"), nil)
		if n := bytes.Count(r.Body, []byte("\n")) - 1; r.Status != http.StatusOK || (n > 0) != (want > 0) {
			t.Errorf("%s = %d %s", month, r.Status, r.Body)
		} else if want > 0 && !strings.Contains(string(r.Body), month+"-01,sales,0.00,3.25,0.00,3.25,GBP,1\r\n") {
			t.Errorf("%s: %s", month, r.Body)
		}
	}
}

// FuzzTable: whatever people write, a table is read again as it was, and no cell is a formula.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{"", "Anna", "=1+1", "'=1", " +44", "a,b\"c\r\nd", "\t@x", "＝1", "-5", "'"} {
		f.Add(seed, int64(len(seed)*100-250))
	}
	f.Fuzz(func(t *testing.T, text string, minorUnits int64) {
		var b bytes.Buffer
		if err := orders.TableOf(text, minorUnits).Write(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 3 {
			t.Fatalf("%q: %q, %v", text, rows, err)
		}
		read := rows[1][0]
		if plain := strings.TrimLeft(read, " "); plain != "" && strings.ContainsAny(plain[:1], "=+-@\t") {
			t.Errorf("%q is a formula", read)
		}
		// Readers of CSV make one line break of CRLF.
		if want := strings.ReplaceAll(text, "\r\n", "\n"); read != want && read != "'"+want {
			t.Errorf("%q became %q", text, read)
		}
		got, ok := new(big.Rat).SetString(rows[1][1])
		if want := big.NewRat(minorUnits, 100); !ok || got.Cmp(want) != 0 {
			t.Errorf("%d became %q", minorUnits, rows[1][1])
		}
	})
}
