package orders_test

import (
	"net/http"
	"testing"
)

// BenchmarkCheckout is an order of two lines by a guest, from the request to where to pay:
// the simulator and its page are in the same process, and count.
func BenchmarkCheckout(b *testing.B) {
	w := newWorld(b)
	loaf, crisps := w.product("Rye loaf", 325, 0, counted), w.product("Crisps", 120, 2000, counted)
	w.stock(loaf, 1_000_000)
	w.stock(crisps, 1_000_000)
	shoppers := make([]*shopper, b.N)
	for i := range shoppers {
		shoppers[i] = w.guest().add(loaf, 2).add(crisps, 1)
	}
	next := make(chan *shopper, b.N)
	for _, s := range shoppers {
		next <- s
	}
	b.ResetTimer()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s := <-next
			if r, err := w.tryAsk(http.MethodPost, "/v1/checkout", with(s.Header, "Idempotency-Key", "once"), form(770)); err != nil || r.Status != http.StatusCreated {
				b.Errorf("%d %s %v", r.Status, r.Body, err)
			}
		}
	})
}
