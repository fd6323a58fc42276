package orders_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

var closingBuyers = flag.Int("closing.buyers", 24, "how many order around the close of a window")

// wantsSlot is the form of who wants one loaf at a time.
func wantsSlot(barn contract.DeliveryID, slot contract.SlotID) map[string]any {
	return merged(form(325), map[string]any{"delivery": barn, "slot": slot})
}

// at fixes the time that the database decides by.
func (w *world) at(now time.Time) {
	w.t.Helper()
	w.exec(fmt.Sprintf(`CREATE OR REPLACE FUNCTION shared.clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
		$$ SELECT '%s'::timestamptz $$`, now.Format(time.RFC3339Nano)))
}

// From the instant at which a window opens one may order, from that of its close on not.
func TestI24WindowToTheInstant(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	barn := w.delivery("collection", 0)
	opens := time.Now().UTC().Truncate(time.Second)
	closes := opens.Add(20 * time.Minute)
	window, _ := made[orders.OrderWindow](w, "/v1/order-windows", map[string]any{"name": "Week", "opens_at": opens, "closes_at": closes,
		"slots": []any{map[string]any{"delivery": barn, "starts_at": closes.Add(time.Hour), "ends_at": closes.Add(2 * time.Hour)}}})
	slot := window.Slots[0].ID
	for _, c := range []struct {
		name string
		now  time.Time
		code string
	}{
		{"a microsecond before it opens", opens.Add(-time.Microsecond), "window_closed"},
		{"as it opens", opens, ""},
		{"a microsecond before it closes", closes.Add(-time.Microsecond), ""},
		{"as it closes", closes, "window_closed"},
		{"later", closes.Add(time.Hour), "window_closed"},
	} {
		w.at(c.now)
		r := w.guest().add(loaf, 1).order(wantsSlot(barn, slot))
		if r.code() != c.code || c.code == "" && r.Status != http.StatusCreated || c.code != "" && r.Status != http.StatusConflict {
			t.Errorf("%s: %d %s, want %q", c.name, r.Status, r.Body, c.code)
		}
	}
	if n := one[int](w, "SELECT taken FROM orders.slots"); n != 2 {
		t.Errorf("%d places are taken, want 2", n)
	}
	w.sound()
}

// Who has come before the close and waits for the slot until after it is refused: what
// counts is the clock once the slot is theirs, and the window as it is then.
func TestI24DecidedAfterLocking(t *testing.T) {
	for name, close := range map[string]string{
		"the time comes":             "SELECT pg_sleep(0.4)",
		"an editor closes it":        "UPDATE orders.windows SET closes_at = shared.clock()",
		"an editor makes it useless": "UPDATE orders.windows SET active = false",
		"another takes the place":    "UPDATE orders.slots SET taken = capacity",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			loaf := w.product("Rye loaf", 325, 0, nil)
			barn := w.delivery("collection", 0)
			slot := w.slot(barn, time.Hour, 3)
			gwen := w.guest().add(loaf, 1)
			if name == "the time comes" {
				w.exec("UPDATE orders.windows SET closes_at = shared.clock() + interval '300 milliseconds'")
			}
			answer := make(chan reply, 1)
			if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
				if _, err := tx.Exec(t.Context(), "SELECT FROM orders.slots FOR UPDATE"); err != nil {
					return err
				}
				go func() { answer <- gwen.order(wantsSlot(barn, slot)) }()
				for waiting := 0; waiting == 0 && len(answer) == 0; {
					if err := w.pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&waiting); err != nil {
						return err
					}
				}
				_, err := tx.Exec(t.Context(), close)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			code := "window_closed"
			if name == "another takes the place" {
				code = "slot_full"
			}
			if r := <-answer; r.Status != http.StatusConflict || r.code() != code {
				t.Errorf("%d %s, want %s", r.Status, r.Body, code)
			}
			w.exec("UPDATE orders.slots SET taken = 0")
			w.sound()
		})
	}
}

// Many order while the window closes: whoever asks after the close, by the clock of the
// database, is refused, and places are counted exactly. It closes soon after some have
// ordered, however long that takes them, and some come only then.
func TestI24ManyAtTheClose(t *testing.T) {
	w := newWorld(t, func(o *worldOptions) { o.Conns = 32 })
	loaf := w.product("Rye loaf", 325, 0, nil)
	barn := w.delivery("collection", 0)
	slot := w.slot(barn, time.Hour, 0)
	buyers := make([]*shopper, *closingBuyers)
	for i := range buyers {
		buyers[i] = w.guest().add(loaf, 1)
	}
	var closes time.Time
	closed := make(chan struct{})
	closing := sync.OnceFunc(func() {
		defer close(closed)
		if err := w.pool.QueryRow(context.Background(), "UPDATE orders.windows SET closes_at = clock_timestamp() + interval '200 milliseconds' RETURNING closes_at").Scan(&closes); err != nil {
			t.Error(err)
			return
		}
		if _, err := w.pool.Exec(context.Background(), "SELECT pg_sleep_until($1)", closes); err != nil {
			t.Error(err)
		}
	})
	var mu sync.Mutex
	var admitted []time.Time // when they asked
	var accepted, refused atomic.Int64
	var crowd sync.WaitGroup
	for i, b := range buyers {
		crowd.Go(func() {
			if i >= len(buyers)*3/4 {
				<-closed
			}
			time.Sleep(time.Duration(i) * 800 * time.Millisecond / time.Duration(len(buyers)))
			var asked time.Time
			if err := w.pool.QueryRow(context.Background(), "SELECT shared.clock()").Scan(&asked); err != nil {
				t.Error(err)
			}
			r, err := w.tryAsk(http.MethodPost, "/v1/checkout", with(b.Header, "Idempotency-Key", fmt.Sprint("close-", i)), wantsSlot(barn, slot))
			switch {
			case err != nil:
				t.Error(err)
			case r.Status == http.StatusCreated || r.Status == http.StatusAccepted:
				mu.Lock()
				admitted = append(admitted, asked)
				mu.Unlock()
				if accepted.Add(1) < int64(len(buyers)/4) {
					return
				}
			case r.code() == "window_closed":
				refused.Add(1)
			default:
				t.Errorf("%d %s", r.Status, r.Body)
			}
			closing()
		})
	}
	crowd.Wait()
	for _, asked := range admitted {
		if !asked.Before(closes) {
			t.Errorf("asked at %s, and was accepted: it closed at %s", asked, closes)
		}
	}
	if accepted.Load() == 0 || refused.Load() == 0 || accepted.Load()+refused.Load() != int64(len(buyers)) {
		t.Errorf("%d accepted, %d refused: nobody was at the close", accepted.Load(), refused.Load())
	}
	if n := one[int64](w, "SELECT taken FROM orders.slots"); n != accepted.Load() {
		t.Errorf("%d places are taken by %d orders", n, accepted.Load())
	}
	w.sound()
}

// A slot takes as many as it has places, whoever comes at once and whoever cancels.
func TestSlotIsNeverOverfull(t *testing.T) {
	w := newWorld(t, func(o *worldOptions) { o.Conns = 32 })
	loaf := w.product("Rye loaf", 325, 0, nil)
	barn := w.delivery("collection", 0)
	slot := w.slot(barn, time.Hour, 5)
	buyers := make([]*shopper, 24)
	for i := range buyers {
		buyers[i] = w.guest().add(loaf, 1)
	}
	var placed, full atomic.Int64
	var crowd sync.WaitGroup
	for i, b := range buyers {
		crowd.Go(func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/checkout", with(b.Header, "Idempotency-Key", fmt.Sprint("full-", i)), wantsSlot(barn, slot))
			switch {
			case err != nil:
				t.Error(err)
			case r.Status == http.StatusCreated || r.Status == http.StatusAccepted:
				placed.Add(1)
				if i%3 > 0 {
					return
				}
				o := decodeOrder(t, r)
				if r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", map[string]string{"Order-Key": o.Key, "Idempotency-Key": "cancel"}, `{}`); err != nil || r.Status != http.StatusOK {
					t.Errorf("cancel = %d %s, %v", r.Status, r.Body, err)
				}
			case r.code() == "slot_full":
				full.Add(1)
			default:
				t.Errorf("%d %s", r.Status, r.Body)
			}
		})
	}
	crowd.Wait()
	if placed.Load() < 5 || placed.Load()+full.Load() != 24 {
		t.Errorf("%d had a place, %d had none", placed.Load(), full.Load())
	}
	w.sound()
}
