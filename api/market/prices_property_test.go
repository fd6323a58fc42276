package market_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// The grain of the model, and how many there are: sixty are the thirty days that a
// reduction looks back.
const (
	grain  = 12 * time.Hour
	grains = 90
	month  = 60
)

// grained is what a list says at one grain: a price, 0 for none, and which of the
// prices that were ever set it is.
type grained struct {
	minor int64
	which int
}

// timeline is the naive model of a list: what it says at every grain. The last one
// stands for all that follow.
type timeline struct {
	at   [grains]grained
	next int
}

func (m *timeline) new(minor int64) grained {
	m.next++
	return grained{minor, m.next}
}

// replace puts one price in another's place from a grain on.
func (m *timeline) replace(from int, old, by grained) {
	for n := from; n < grains && m.at[n] == old; n++ {
		m.at[n] = by
	}
}

// set is a price without an end.
func (m *timeline) set(from int, minor int64) {
	if old := m.at[from]; old.minor != minor {
		m.replace(from, old, m.new(minor))
	}
}

// lend is a temporary price; false where something begins or ends meanwhile.
func (m *timeline) lend(from, until int, minor int64) bool {
	old := m.at[from]
	for n := from; n < until; n++ {
		if m.at[n] != old {
			return false
		}
	}
	if old.minor != 0 {
		if m.at[until] != old {
			return false
		}
		m.replace(until, old, m.new(old.minor))
	}
	by := m.new(minor)
	for n := from; n < until; n++ {
		m.at[n] = by
	}
	return true
}

// unset takes back the price that begins at a grain.
func (m *timeline) unset(from int) {
	gone, before := m.at[from], grained{}
	if from > 0 {
		before = m.at[from-1]
	}
	until := from
	for until < grains && m.at[until] == gone {
		until++
	}
	if before.minor == 0 {
		m.replace(from, gone, grained{})
		return
	}
	m.replace(from, gone, before)
	if until < grains && m.at[until].minor == before.minor {
		m.replace(until, m.at[until], before)
	}
}

// begins tells whether a price begins at a grain.
func (m *timeline) begins(n int) bool {
	return m.at[n].minor != 0 && (n == 0 || m.at[n-1] != m.at[n])
}

// reduction is what is shown beside the price at a grain; lowest is 0 without one.
func (m *timeline) reduction(n int) (until int, lowest int64) {
	begin := n
	for begin > 0 && m.at[begin-1] == m.at[n] {
		begin--
	}
	for until = n; until < grains && m.at[until] == m.at[n]; until++ {
	}
	if until == grains || begin == 0 || m.at[begin-1].minor <= m.at[n].minor {
		return 0, 0
	}
	for k := max(begin-month, 0); k < begin; k++ {
		if minor := m.at[k].minor; lowest == 0 || minor < lowest {
			lowest = minor
		}
	}
	return until, lowest
}

// Any plan of prices shows at every grain what the model says, and what has been
// stays as it was.
func TestPricesDoAsTheModel(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s.clock.Set(day(0))
		p := s.published(fmt.Sprintf("model-%d", n), "bread")
		run := priceRun{shop: s, rt: rt, product: p, variant: p.Variants[0].ID, lists: map[string]*timeline{"public": {}, "member": {}}}
		run.lists["public"].set(0, 125)
		for now := 0; now < grains-1; now += rapid.SampledFrom([]int{1, 5, 11, 30}).Draw(rt, "pause") {
			run.now = now
			s.clock.Set(run.at(now))
			s.turn()
			run.compare()
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				run.change()
				run.compare()
			}
		}
		run.compareLists()
	})
}

type priceRun struct {
	*shop
	rt      *rapid.T
	product contract.Product
	variant contract.VariantID
	lists   map[string]*timeline
	now     int
}

func (r *priceRun) at(n int) time.Time { return day(0).Add(time.Duration(n) * grain) }

// change sets, lends or takes back one price, in the model and in the market.
func (r *priceRun) change() {
	list := rapid.SampledFrom([]string{"public", "public", "member"}).Draw(r.rt, "list")
	m := r.lists[list]
	from := rapid.IntRange(r.now, min(r.now+25, grains-2)).Draw(r.rt, "from")
	minor := rapid.Int64Range(1, 6).Draw(r.rt, "price") * 25
	switch rapid.IntRange(0, 3).Draw(r.rt, "kind") {
	case 0:
		m.set(from, minor)
		r.expect(r.try(price(list, minor, new(r.at(from)), nil)), "")
	case 1, 2:
		until := rapid.IntRange(from+1, min(from+15, grains-1)).Draw(r.rt, "until")
		want := "price_planned"
		if m.lend(from, until, minor) {
			want = ""
		}
		r.expect(r.try(price(list, minor, new(r.at(from)), new(r.at(until)))), want)
	default:
		if !m.begins(from) {
			return
		}
		want := "price_begun"
		if from > r.now {
			want = ""
			m.unset(from)
		}
		r.expect(r.UnplanPrice(context.Background(), r.variant, r.priceAt(list, from)), want)
	}
}

func (r *priceRun) try(fields market.PlannedPriceFields) error {
	_, err := r.PlanPrice(context.Background(), r.variant, fields)
	return err
}

func (r *priceRun) expect(err error, code string) {
	if got := problem.Code(err); got != code {
		r.rt.Fatalf("grain %d: %q (%v), want %q", r.now, got, err, code)
	}
}

func (r *priceRun) priceAt(list string, n int) market.PriceID {
	var u uuid.UUID
	variant, _ := id.Parse("var", r.variant)
	err := r.pool.QueryRow(context.Background(), "SELECT id FROM market.prices WHERE variant_id = $1 AND list = $2 AND lower(valid) = $3",
		variant, list, r.at(n)).Scan(&u)
	if err != nil {
		r.rt.Fatalf("no price begins at %d: %v", n, err)
	}
	return id.Format[market.PriceID]("price", u)
}

// compare holds what readers see now against the model, and the version and the
// event against whether that is something else than before.
func (r *priceRun) compare() {
	seen, err := r.Product(context.Background(), string(r.product.ID))
	if err != nil {
		r.rt.Fatal(err)
	}
	v, public := seen.Variants[0], r.lists["public"]
	want := r.product.Variants[0]
	want.Price.AmountMinor, want.Reduction, want.MemberPrice = public.at[r.now].minor, nil, nil
	if until, lowest := public.reduction(r.now); lowest != 0 {
		want.Reduction = &contract.Reduction{ValidUntil: r.at(until), Lowest: contract.Money{AmountMinor: lowest, Currency: "GBP"}}
	}
	if member := r.lists["member"].at[r.now].minor; member != 0 {
		want.MemberPrice = &contract.Money{AmountMinor: member, Currency: "GBP"}
	}
	if got, want := pricesOf(v), pricesOf(want); got != want {
		r.rt.Fatalf("grain %d: %s, want %s; lists %s and %s", r.now, got, want, r.listed(r.variant, "public"), r.listed(r.variant, "member"))
	}
	changed, events := pricesOf(v) != pricesOf(r.product.Variants[0]), 0
	for _, e := range r.events() {
		if strings.HasPrefix(e, "market.product_updated") && strings.Contains(e, string(r.product.ID)) {
			events++
		}
	}
	if changed != (seen.Version == r.product.Version+1) || changed != (events == 1) || events > 1 {
		r.rt.Fatalf("grain %d: changed %v, version %d after %d, %d events", r.now, changed, seen.Version, r.product.Version, events)
	}
	r.product = seen
}

func pricesOf(v contract.Variant) string {
	text := fmt.Sprint(v.Price.AmountMinor)
	if v.MemberPrice != nil {
		text += fmt.Sprint(" member ", v.MemberPrice.AmountMinor)
	}
	if v.Reduction != nil {
		text += fmt.Sprint(" until ", v.Reduction.ValidUntil, " lowest ", v.Reduction.Lowest.AmountMinor)
	}
	return text
}

// compareLists holds all prices there are, past ones too, against the model.
func (r *priceRun) compareLists() {
	for list, m := range r.lists {
		page, err := r.Prices(context.Background(), r.variant, market.PriceQuery{List: list, Limit: 100})
		if err != nil || page.NextCursor != "" {
			r.rt.Fatalf("%v, more %q", err, page.NextCursor)
		}
		var got [grains]int64
		for _, p := range page.Items {
			for n := range grains {
				if !r.at(n).Before(p.ValidFrom) && (p.ValidUntil == nil || r.at(n).Before(*p.ValidUntil)) {
					got[n] += p.Price.AmountMinor
				}
			}
		}
		for n := range grains {
			if got[n] != m.at[n].minor {
				r.rt.Fatalf("%s list, grain %d: %d, want %d", list, n, got[n], m.at[n].minor)
			}
		}
	}
}
