package orders_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

// TestI21: forged webhooks cost nothing that leaves this machine, and tell nothing.
func TestI21(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	router := chi.NewRouter()
	w.Mount(router)
	path := strings.TrimPrefix(w.WebhookURL(), w.hooks.URL)
	before, jobs := w.wire.count(), w.number("SELECT count(*) FROM river.river_job")
	took := make([]time.Duration, 0, 10_000)
	for i := range cap(took) {
		body := fmt.Sprintf(`{"event_type":"CHECKOUT_STATUS_CHANGED","id":%q}`, uuid.NewString())
		if i%2 == 1 {
			body = fmt.Sprintf(`{"id":%q,"event_type":"checkout.status.updated","payload":{"checkout_id":%q,"reference":"x","status":"PAID"}}`, uuid.NewString(), uuid.NewString())
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		answer := httptest.NewRecorder()
		begun := time.Now()
		router.ServeHTTP(answer, r)
		took = append(took, time.Since(begun))
		if answer.Code != 200 || answer.Body.Len() != 0 {
			t.Fatalf("webhook %d: %d %q", i, answer.Code, answer.Body)
		}
	}
	slices.Sort(took)
	t.Logf("of 10,000 forged webhooks: p50 %v, p99 %v", took[len(took)/2], took[len(took)*99/100])
	if n := w.wire.count() - before; n != 0 {
		t.Errorf("%d calls went out", n)
	}
	if n := w.number("SELECT count(*) FROM river.river_job") - jobs; n != 0 {
		t.Errorf("%d jobs were made", n)
	}
	w.wantStands(p.order, "pending_payment unpaid open")
}

// TestWebhookTellsNothing: whatever is sent, and wherever, the answer is the same, and only
// what is about an attempt of ours makes somebody look.
func TestWebhookTellsNothing(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	checkout := w.text("SELECT provider_id FROM orders.payment_attempts")
	for _, tt := range []struct {
		name, path, body string
		looks            bool
	}{
		{"another address", "/hooks/sumup/other", `{"event_type":"CHECKOUT_STATUS_CHANGED","id":"` + checkout + `"}`, false},
		{"nothing", "", "", false},
		{"no JSON", "", "<xml>", false},
		{"a number", "", `{"id":7}`, false},
		{"NUL", "", `{"id":"\u0000"}`, false},
		{"too long", "", `{"id":"` + checkout + `","pad":"` + strings.Repeat("x", 5000) + `"}`, false},
		{"ours", "", `{"event_type":"CHECKOUT_STATUS_CHANGED","id":"` + checkout + `"}`, true},
		{"of an unknown type", "", `{"event_type":"SOMETHING_NEW","id":"` + checkout + `"}`, true},
		{"the other envelope", "", `{"id":"e","event_type":"checkout.status.updated","payload":{"checkout_id":"` + checkout + `"}}`, true},
		{"by reference", "", `{"id":"e","payload":{"checkout_id":"other","reference":"` + p.reference + `"}}`, true},
	} {
		w.exec("UPDATE orders.payment_attempts SET verify_due = shared.clock() + interval '1 minute', updated_at = shared.clock() - interval '10 seconds'")
		url := w.WebhookURL()
		if tt.path != "" {
			url = w.hooks.URL + tt.path
		}
		res, err := http.Post(url, "application/json", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || len(text) != 0 {
			t.Errorf("%s: %d %q", tt.name, res.StatusCode, text)
		}
		if looks := w.number("SELECT count(*) FROM orders.payment_attempts WHERE verify_due <= shared.clock()") == 1; looks != tt.looks {
			t.Errorf("%s: somebody looks: %v", tt.name, looks)
		}
	}
}

// TestWebhookFlood: whoever knows the id of their own checkout cannot have SumUp asked
// without end.
func TestWebhookFlood(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	running(t, w)
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	w.place(1)
	checkout := w.text("SELECT provider_id FROM orders.payment_attempts")
	before, begun := w.wire.count(), time.Now()
	for time.Since(begun) < 2*time.Second || w.wire.count() == before && time.Since(begun) < patience {
		w.hook(map[string]string{"event_type": "CHECKOUT_STATUS_CHANGED", "id": checkout})
	}
	asked, took := w.wire.count()-before, time.Since(begun)
	if asked < 1 || asked > 1+int(took/time.Second) {
		t.Errorf("SumUp was asked %d times in %v, want once a second at the most", asked, took)
	}
}

// FuzzReadHook: what is read from a webhook can be looked for.
func FuzzReadHook(f *testing.F) {
	for _, seed := range []string{`{"event_type":"CHECKOUT_STATUS_CHANGED","id":"4e425463"}`, `{"id":"e","payload":{"checkout_id":"c","reference":"R"}}`,
		`{"id":"\u0000"}`, `[]`, `null`, `{"payload":null,"id":"x"}`, `{"id":{"id":1}}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		checkout, reference := orders.ReadHook(raw)
		for _, text := range []string{checkout, reference} {
			if len(text) > 100 || bytes.ContainsFunc([]byte(text), func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Errorf("%q", text)
			}
		}
	})
}
