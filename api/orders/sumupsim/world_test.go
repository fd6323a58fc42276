package sumupsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/clock"
)

// world is a simulator on a port of its own, with a clock that stands still.
type world struct {
	*sumupsim.Server
	t     testing.TB
	clock *clock.Manual
	http  *http.Client
}

const key = "sup_sk_test"

// patience is for a busy machine; no test waits that long when all is well.
const patience = time.Minute

func open(t testing.TB, o sumupsim.Options) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	if o.Now == nil {
		o.Now = w.clock.Now
	}
	if o.APIKey == "" {
		o.APIKey = key
	}
	var err error
	if w.Server, err = sumupsim.Listen("127.0.0.1:0", o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.http.CloseIdleConnections(); w.Close() })
	return w
}

// reply is an answer that arrived whole; status 0: none did.
type reply struct {
	status int
	header http.Header
	text   []byte
}

// field is a value of the JSON, by a path: "transactions.0.status".
func (r reply) field(path string) any {
	d := json.NewDecoder(bytes.NewReader(r.text))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return nil
	}
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			i := int(part[0] - '0')
			if i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func (r reply) string(path string) string {
	switch v := r.field(path).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// ask sends a request with the key and a JSON body.
func (w *world) ask(method, path string, body any) reply {
	w.t.Helper()
	return w.askAs("Bearer "+key, method, path, body)
}

func (w *world) askAs(authorization, method, path string, body any) reply {
	w.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, w.URL+path, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	res, err := w.http.Do(r)
	if err != nil {
		return reply{}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}
	}
	return reply{res.StatusCode, res.Header, text}
}

// fields are those of a create, with changes.
func fields(reference string, changes ...any) map[string]any {
	m := map[string]any{"checkout_reference": reference, "amount": 12.10, "currency": "GBP", "merchant_code": sumupsim.Merchant,
		"description": "Order R7K2-9QXM", "hosted_checkout": map[string]bool{"enabled": true}}
	for i := 0; i < len(changes); i += 2 {
		if name := changes[i].(string); changes[i+1] == nil {
			delete(m, name)
		} else {
			m[name] = changes[i+1]
		}
	}
	return m
}

// create makes a checkout and returns its id.
func (w *world) create(reference string, changes ...any) string {
	w.t.Helper()
	r := w.ask("POST", "/v0.1/checkouts", fields(reference, changes...))
	if r.status != http.StatusCreated {
		w.t.Fatalf("create: %d %s", r.status, r.text)
	}
	return r.string("id")
}

// must ends the test where there is an error.
func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
