package sumup_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
)

// TestUnknownIsNotUnpaid: whatever goes wrong on the way says nothing of money.
func TestUnknownIsNotUnpaid(t *testing.T) {
	with := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	const jsonType, html = "application/json", "text/html"
	amounts := func(amount string) http.HandlerFunc {
		return with(200, jsonType, strings.Replace(paidOnce, "12.10", amount, 1))
	}
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		code    string
	}{
		"500":              {with(500, jsonType, `{}`), sumup.CodeUnavailable},
		"503 HTML":         {with(503, html, `<h1>`), sumup.CodeUnavailable},
		"429":              {with(429, jsonType, `{"error_code":"TOO_MANY"}`), sumup.CodeTooMany},
		"408":              {with(408, jsonType, `{"error_code":"X"}`), "http_408"},
		"HTML with 200":    {with(200, html, `<h1>Maintenance</h1>`), sumup.CodeNotJSON},
		"JSON as HTML":     {with(200, html, paidOnce), sumup.CodeNotJSON},
		"HTML as JSON":     {with(200, jsonType, `<h1>`), sumup.CodeNotJSON},
		"truncated":        {with(200, jsonType, paidOnce[:100]), sumup.CodeNotJSON},
		"two":              {with(200, jsonType, paidOnce+paidOnce), sumup.CodeNotJSON},
		"empty":            {with(200, jsonType, ``), sumup.CodeNotJSON},
		"proxy's 404":      {with(404, html, `<h1>`), "http_404"},
		"gateway's 404":    {with(404, jsonType, `{"message":"no route"}`), "http_404"},
		"firewall's 403":   {with(403, html, `<h1>`), "http_403"},
		"bare 409":         {with(409, jsonType, `{}`), "http_409"},
		"redirect":         {with(302, jsonType, ``), "http_302"},
		"another":          {with(200, jsonType, strings.Replace(paidOnce, id, "other", 1)), sumup.CodeUnreadable},
		"no id":            {with(200, jsonType, strings.Replace(paidOnce, id, "", 1)), sumup.CodeUnreadable},
		"null":             {with(200, jsonType, `null`), sumup.CodeUnreadable},
		"list":             {with(200, jsonType, `[]`), sumup.CodeUnreadable},
		"unknown status":   {with(200, jsonType, strings.Replace(paidOnce, "PAID", "SETTLED", 1)), sumup.CodeUnreadable},
		"no currency":      {with(200, jsonType, strings.Replace(paidOnce, "GBP", "", 1)), sumup.CodeUnreadable},
		"broken time":      {with(200, jsonType, strings.Replace(paidOnce, "2026-11-23T10", "soon", 1)), sumup.CodeUnreadable},
		"three decimals":   {amounts("12.100"), sumup.CodeUnreadable},
		"half a penny":     {amounts("12.105"), sumup.CodeUnreadable},
		"exponent":         {amounts("1.21e1"), sumup.CodeUnreadable},
		"text":             {amounts(`"12.10"`), sumup.CodeUnreadable},
		"NaN":              {amounts(`NaN`), sumup.CodeNotJSON},
		"NaN as a text":    {amounts(`"NaN"`), sumup.CodeUnreadable},
		"null amount":      {amounts(`null`), sumup.CodeUnreadable},
		"negative":         {amounts(`-12.10`), sumup.CodeUnreadable},
		"beyond an int64":  {amounts(`92233720368547758.08`), sumup.CodeUnreadable},
		"no amount":        {with(200, jsonType, strings.Replace(paidOnce, `"amount":12.10,`, "", 1)), sumup.CodeUnreadable},
		"decimals of yen":  {with(200, jsonType, strings.ReplaceAll(paidOnce, "GBP", "JPY")), sumup.CodeUnreadable},
		"long address":     {with(200, jsonType, strings.Replace(paidOnce, `"extra"`, `"hosted_checkout_url":"`+strings.Repeat("x", 501)+`","extra"`, 1)), sumup.CodeUnreadable},
		"broken inner one": {with(200, jsonType, strings.Replace(paidOnce, `12.1,`, `"12.1",`, 1)), sumup.CodeUnreadable},
		"too large":        {with(200, jsonType, `"`+strings.Repeat("x", 1<<20)+`"`), sumup.CodeTooLarge},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			says(w, 200, `{"id":`)
		}, sumup.CodeUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := served(t, tt.handler).Checkout(context.Background(), id)
			if got.Outcome != sumup.Unknown || got.Code != tt.code || got.Value.ID != "" {
				t.Errorf("Checkout = %+v, want unknown and %s", got, tt.code)
			}
		})
	}
}

// TestSentHowOften: reading and ending may be done again, making and refunding not.
func TestSentHowOften(t *testing.T) {
	var asked atomic.Int32
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		// The answer is dropped after the request was read.
		asked.Add(1)
		io.Copy(io.Discard, r.Body)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		connection.Close()
	})
	ctx := context.Background()
	for name, tt := range map[string]struct {
		ask  func() (sumup.Outcome, string)
		want int32
	}{
		"create": {func() (sumup.Outcome, string) { r := client.Create(ctx, bought); return r.Outcome, r.Code }, 1},
		"refund": {func() (sumup.Outcome, string) { r := client.Refund(ctx, id, 1, "GBP"); return r.Outcome, r.Code }, 1},
		"read":   {func() (sumup.Outcome, string) { r := client.Checkout(ctx, id); return r.Outcome, r.Code }, 3},
	} {
		asked.Store(0)
		outcome, code := tt.ask()
		if outcome != sumup.Unknown || code != sumup.CodeUnreachable || asked.Load() != tt.want {
			t.Errorf("%s: %v, %s, after %d requests, want %d", name, outcome, code, asked.Load(), tt.want)
		}
	}
}

// TestReadAgain: a GET that fails twice is answered.
func TestReadAgain(t *testing.T) {
	asked := 0
	client := served(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 3 {
			says(w, 503, `{}`)
			return
		}
		says(w, 200, paidOnce)
	})
	if got := client.Checkout(context.Background(), id); got.Outcome != sumup.Found || asked != 3 {
		t.Errorf("Checkout = %+v after %d", got, asked)
	}
}

// TestNotSent: without a connection nothing was done, and only then it is said.
func TestNotSent(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client := clientOf(server.URL, 30*time.Second)
	if got := client.Create(context.Background(), bought); got.Outcome != sumup.Unknown || got.Code != sumup.CodeNotSent {
		t.Errorf("Create = %+v", got)
	}
	if got := client.Checkout(context.Background(), id); got.Outcome != sumup.Unknown || got.Code != sumup.CodeUnreachable {
		t.Errorf("Checkout = %+v", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := client.Checkout(ctx, id); got.Outcome != sumup.Unknown || got.Code != sumup.CodeTimeout {
		t.Errorf("called off: %+v", got)
	}
}

// TestTimeout: hanging and one byte after the other have an end, and what was sent may have
// been done.
func TestTimeout(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"hanging": func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-r.Context().Done() },
		"slow": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		server := httptest.NewServer(handler)
		client := clientOf(server.URL, time.Second) // less, and a busy machine may not have connected
		begin := time.Now()
		got, made := client.Checkout(context.Background(), id), client.Create(context.Background(), bought)
		if got.Outcome != sumup.Unknown || got.Code != sumup.CodeTimeout || made.Outcome != sumup.Unknown || made.Code != sumup.CodeTimeout || time.Since(begin) > 30*time.Second {
			t.Errorf("%s: %+v, %+v in %v", name, got, made, time.Since(begin))
		}
		server.Close()
	}
}

// TestRedirect: neither the key nor a payment goes anywhere else.
func TestRedirect(t *testing.T) {
	asked := 0
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/v0.1/checkouts/again", http.StatusTemporaryRedirect)
	})
	if got := client.Create(context.Background(), bought); got.Outcome != sumup.Unknown || got.Code != "http_307" || asked != 1 {
		t.Errorf("Create = %+v after %d", got, asked)
	}
}

func TestRetryAfter(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "-5": 0, "soon": 0, "99999999999999999999": 0, "86400": time.Hour,
		noon.Add(2 * time.Minute).Format(http.TimeFormat): 2 * time.Minute, noon.Add(-time.Minute).Format(http.TimeFormat): 0,
		noon.AddDate(100, 0, 0).Format(http.TimeFormat): time.Hour,
	} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Retry-After", text)
			says(w, 429, `{}`)
		}))
		client := sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: server.URL, Clock: clock.NewManual(noon), Pause: time.Millisecond})
		if got := client.Checkout(context.Background(), id); got.Outcome != sumup.Unknown || got.After != want || (want > 2*time.Second) != (asked == 1) {
			t.Errorf("Retry-After %q: %+v after %d, want %v", text, got, asked, want)
		}
		server.Close()
	}
}

// TestBreak: a SumUp that does not answer is left alone, and tried again by one.
func TestBreak(t *testing.T) {
	var asked atomic.Int32
	var well atomic.Bool
	now := clock.NewManual(valid)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if well.Load() {
			says(w, 200, paidOnce)
			return
		}
		w.Header().Set("Retry-After", "5")
		says(w, 503, `{}`)
	}))
	t.Cleanup(server.Close)
	client := sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: server.URL, Clock: now, Pause: time.Millisecond})
	for range 20 {
		client.Checkout(context.Background(), id)
	}
	if n := asked.Load(); n != 12 {
		t.Errorf("%d requests, want 12", n)
	}
	if got := client.Create(context.Background(), bought); got.Outcome != sumup.Unknown || got.Code != sumup.CodeNotSent || got.After != 5*time.Second {
		t.Errorf("Create within a break: %+v", got)
	}
	now.Advance(5 * time.Second)
	client.Checkout(context.Background(), id)
	if got := client.Checkout(context.Background(), id); got.Code != sumup.CodeUnavailable || got.After != 10*time.Second || asked.Load() != 13 {
		t.Errorf("after a try that failed: %+v after %d", got, asked.Load())
	}
	well.Store(true)
	now.Advance(10 * time.Second)
	if got := client.Checkout(context.Background(), id); got.Outcome != sumup.Found {
		t.Errorf("after the break: %+v", got)
	}
}

// TestRefusedKey: whoever runs the shop hears of it once, and nobody hears the key.
func TestRefusedKey(t *testing.T) {
	var log bytes.Buffer
	status := 401
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status == 200 {
			says(w, 200, paidOnce)
			return
		}
		says(w, status, `{"type":"https://developer.sumup.com/problem/unauthorized","detail":"LEAK"}`)
	}))
	t.Cleanup(server.Close)
	client := sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: server.URL, APIKey: apiKey, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for range 3 {
		if got := client.Checkout(context.Background(), id); got.Outcome != sumup.Invalid || got.Code != "UNAUTHORIZED" {
			t.Errorf("Checkout = %+v", got)
		}
	}
	client.Create(context.Background(), bought)
	if text := log.String(); strings.Count(text, "\n") != 1 || strings.Contains(text, apiKey) || strings.Contains(text, "LEAK") || strings.Contains(text, id) {
		t.Errorf("the log: %s", text)
	}
	status = 200
	client.Checkout(context.Background(), id)
	status = 403
	client.Checkout(context.Background(), id)
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines after it had been taken again, want 2", n)
	}
	if text := fmt.Sprintf("%v %+v %#v", client, client, client); strings.Contains(text, apiKey) {
		t.Errorf("the client writes its key: %s", text)
	}
}
