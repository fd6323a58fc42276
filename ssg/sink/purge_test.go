package sink

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/config"
)

// purged is a server that writes down what it is sent and answers in turn what
// answers say, the last one from then on.
type purged struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
	answers  []http.HandlerFunc
}

func servePurges(t *testing.T, answers ...http.HandlerFunc) *purged {
	t.Helper()
	p := &purged{answers: answers}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		p.requests, p.bodies = append(p.requests, r), append(p.bodies, string(raw))
		answer := p.answers[min(len(p.requests), len(p.answers))-1]
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// count is how many requests have come in.
func (p *purged) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

// answer is a status, a body and headers by name and value.
func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func breakOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// breakOffLate answers 200 and no more.
func breakOffLate(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// impatient makes a client give up soon where the server hangs.
func impatient(client *http.Client, name string) {
	if name == "hangs" {
		client.Timeout = 50 * time.Millisecond
	}
}

// timedOut tells whether an error is a time-out; its words differ.
func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

const canary = "canary-77aa01-77aa01"

func addresses(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("https://coop.example/%d/", i)
	}
	return list
}

func TestWebhook(t *testing.T) {
	for secret, key := range map[string]string{canary: canary, "whsec_" + base64.StdEncoding.EncodeToString([]byte(canary)): canary} {
		server := servePurges(t, answer(204, ""))
		hook := NewWebhook(server.URL+"/purge", config.NewSecret(secret))
		for _, tt := range []struct {
			purge Purge
			body  string
		}{
			{Purge{}, ""},
			{Purge{Generation: 7, URLs: addresses(2)}, `{"generation":7,"urls":["https://coop.example/0/","https://coop.example/1/"],"everything":false}`},
			{Purge{Generation: 8, Everything: true}, `{"generation":8,"urls":[],"everything":true}`},
			{Purge{Generation: 9, URLs: addresses(MaxURLs + 1)}, `{"generation":9,"urls":[],"everything":true}`},
		} {
			server.requests, server.bodies = nil, nil
			if err := hook.Purge(t.Context(), tt.purge); err != nil {
				t.Fatalf("Purge(%+v) = %v", tt.purge, err)
			}
			if tt.body == "" {
				if len(server.requests) != 0 {
					t.Errorf("an empty purge is posted: %q", server.bodies)
				}
				continue
			}
			r := server.requests[0]
			if server.bodies[0] != tt.body || r.Method != http.MethodPost || r.URL.Path != "/purge" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s %q, want POST %q", r.Method, r.URL.Path, server.bodies[0], tt.body)
			}
			mac := hmac.New(sha256.New, []byte(key))
			fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), tt.body)
			if got, want := r.Header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != want {
				t.Errorf("the signature is %q, want %q", got, want)
			}
			if err := hook.Purge(t.Context(), tt.purge); err != nil || server.requests[1].Header.Get("webhook-id") != r.Header.Get("webhook-id") {
				t.Errorf("the same again has another id, %v", err)
			}
		}
	}
}

// The reference implementation's example, at standardwebhooks.com.
func TestSignature(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	if got := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)); got != "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("sign = %s", got)
	}
}

func TestWebhookFaults(t *testing.T) {
	elsewhere := servePurges(t, answer(200, ""))
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"500":         {answer(500, canary), "it answers 500"},
		"400":         {answer(400, ""), "it answers 400"},
		"redirect":    {answer(302, "", "Location", elsewhere.URL), "it answers 302"},
		"429":         {answer(429, ""), "it answers 429"},
		"hangs":       {hang, ""},
		"breaks off":  {breakOff, "EOF"},
		"breaks late": {breakOffLate, "broke off"},
	} {
		server := servePurges(t, tt.answer)
		hook := NewWebhook(server.URL+"/"+canary, config.NewSecret(canary)).(*webhook)
		impatient(hook.client, name)
		err := hook.Purge(t.Context(), Purge{Everything: true})
		if err == nil || !strings.Contains(err.Error(), tt.want) || tt.want == "" && !timedOut(err) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: Purge = %v, want %q", name, err, tt.want)
		}
		hook.closeIdle()
	}
	if elsewhere.count() != 0 {
		t.Error("a redirect is followed")
	}
	var later *Later
	busy := servePurges(t, answer(503, "", "Retry-After", "120"))
	if err := NewWebhook(busy.URL, config.NewSecret(canary)).Purge(t.Context(), Purge{Everything: true}); !errors.As(err, &later) || later.After != 2*time.Minute {
		t.Errorf("503 with Retry-After = %v", err)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if err := NewWebhook(gone.URL+"/"+canary, config.NewSecret(canary)).Purge(t.Context(), Purge{Everything: true}); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("nobody there = %v", err)
	}
	if got := NewWebhook("https://cdn.example/"+canary, config.NewSecret(canary)).String(); got != "webhook at cdn.example" {
		t.Errorf("String = %q", got)
	}
}

const purgedOK = `{"success":true,"errors":[],"messages":[],"result":{"id":"1"}}`

func TestCloudflare(t *testing.T) {
	server := servePurges(t, answer(200, purgedOK))
	zone := NewCloudflare(server.URL, "0123", config.NewSecret(canary))
	for _, tt := range []struct {
		purge Purge
		sizes []int // of files; -1 for everything
	}{
		{Purge{}, nil},
		{Purge{URLs: addresses(1)}, []int{1}},
		{Purge{URLs: addresses(30)}, []int{30}},
		{Purge{URLs: addresses(65)}, []int{30, 30, 5}},
		{Purge{URLs: addresses(MaxURLs + 1)}, []int{-1}},
		{Purge{Everything: true, URLs: addresses(3)}, []int{-1}},
	} {
		server.requests, server.bodies = nil, nil
		if err := zone.Purge(t.Context(), tt.purge); err != nil {
			t.Fatal(err)
		}
		var sizes []int
		var files []string
		for i, r := range server.requests {
			if r.Method != http.MethodPost || r.URL.Path != "/client/v4/zones/0123/purge_cache" || r.Header.Get("Authorization") != "Bearer "+canary {
				t.Errorf("%s %s %v", r.Method, r.URL.Path, r.Header)
			}
			var message map[string]json.RawMessage
			if err := json.Unmarshal([]byte(server.bodies[i]), &message); err != nil || len(message) != 1 {
				t.Fatalf("the body is %q", server.bodies[i])
			}
			if string(message["purge_everything"]) == "true" {
				sizes = append(sizes, -1)
				continue
			}
			var part []string
			if err := json.Unmarshal(message["files"], &part); err != nil {
				t.Fatalf("the body is %q", server.bodies[i])
			}
			sizes, files = append(sizes, len(part)), append(files, part...)
		}
		if !slices.Equal(sizes, tt.sizes) || !slices.Contains(sizes, -1) && !slices.Equal(files, tt.purge.URLs) {
			t.Errorf("%d addresses, everything %v: requests of %v with %d files, want %v", len(tt.purge.URLs), tt.purge.Everything, sizes, len(files), tt.sizes)
		}
	}
}

func TestCloudflareFaults(t *testing.T) {
	refusal := `{"success":false,"errors":[{"code":10000,"message":"` + canary + `"},{"code":1134,"message":"x"}],"result":null}`
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"no success":   {answer(200, refusal), "200 with the codes [10000 1134]"},
		"refused":      {answer(403, refusal), "403 with the codes [10000 1134]"},
		"silent":       {answer(200, `{"success":false}`), "without success"},
		"500":          {answer(500, canary), "500, and nothing"},
		"success 500":  {answer(500, purgedOK), "500 without success"},
		"no JSON":      {answer(200, "<html>"+canary), "nothing that can be read"},
		"empty":        {answer(200, ""), "nothing that can be read"},
		"endless":      {answer(200, strings.Repeat(" ", 2*maxAnswer)+purgedOK), "nothing that can be read"},
		"429":          {answer(429, refusal), "429 with the codes"},
		"429 for long": {answer(429, "", "Retry-After", "3600"), "come back in 1h0m0s"},
		"redirect":     {answer(307, "", "Location", "/"), "307, and nothing"},
		"hangs":        {hang, ""},
		"breaks off":   {breakOff, "EOF"},
		"breaks late":  {breakOffLate, "broke off"},
	} {
		server := servePurges(t, tt.answer)
		zone := NewCloudflare(server.URL, "0123", config.NewSecret(canary)).(*cloudflare)
		impatient(zone.client, name)
		err := zone.Purge(t.Context(), Purge{URLs: addresses(40)})
		if err == nil || !strings.Contains(err.Error(), tt.want) || tt.want == "" && !timedOut(err) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: Purge = %v, want %q", name, err, tt.want)
		}
		if n := server.count(); n > 1 || n == 0 && name != "hangs" {
			t.Errorf("%s: %d requests, want 1", name, n)
		}
		zone.closeIdle()
	}
}

// One that asks for a moment gets it, and the requests before are not repeated.
func TestCloudflareWaits(t *testing.T) {
	server := servePurges(t, answer(200, purgedOK), answer(429, "", "Retry-After", "0"), answer(429, "", "Retry-After", "1"), answer(200, purgedOK))
	zone := NewCloudflare(server.URL, "0123", config.NewSecret(canary))
	start := time.Now()
	if err := zone.Purge(t.Context(), Purge{URLs: addresses(60)}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took < time.Second || len(server.requests) != 4 {
		t.Errorf("%d requests in %s", len(server.requests), took)
	}
	if server.bodies[0] == server.bodies[1] || server.bodies[1] != server.bodies[3] {
		t.Error("not the request that was turned away is repeated")
	}
	waiting := servePurges(t, answer(429, "", "Retry-After", "30"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := NewCloudflare(waiting.URL, "0123", config.NewSecret(canary)).Purge(ctx, Purge{Everything: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Purge when it is over = %v", err)
	}
}

func TestAddress(t *testing.T) {
	for file, want := range map[string]string{
		"index.html":          "https://coop.example/",
		"about/index.html":    "https://coop.example/about/",
		"odd name/index.html": "https://coop.example/odd%20name/",
		"what?/#/index.html":  "https://coop.example/what%3F/%23/",
		"rss.xml":             "https://coop.example/rss.xml",
		"not-index.html":      "https://coop.example/not-index.html",
		"404.html":            "https://coop.example/404.html",
		"about/index.html.br": "",
		"rss.xml.gz":          "",
		"_assets/site-1a.css": "",
	} {
		if got, purge := Address("https://coop.example", file); got != want || purge != (want != "") {
			t.Errorf("Address(%q) = %q, %v, want %q", file, got, purge, want)
		}
	}
}

func TestOpen(t *testing.T) {
	if targets, err := Open(config.Config{}, Options{}); err != nil || !targets.None() {
		t.Errorf("Open of nothing = %+v, %v", targets, err)
	}
	cfg, err := config.Load(config.Options{Environ: []string{
		"ROSEASH_S3_ENDPOINT=https://s3.example/", "ROSEASH_S3_BUCKET=a-site", "ROSEASH_S3_ACCESS_KEY=a", "ROSEASH_S3_SECRET_KEY=" + canary,
		"ROSEASH_PURGE_URL=https://cdn.example/p", "ROSEASH_PURGE_SECRET=" + canary,
		"ROSEASH_CLOUDFLARE_ZONE=0123456789abcdef0123456789abcdef", "ROSEASH_CLOUDFLARE_TOKEN=" + canary,
	}})
	if err != nil {
		t.Fatal(err)
	}
	targets, err := Open(cfg, Options{})
	if err != nil || targets.None() || len(targets.Purgers) != 2 {
		t.Fatalf("Open = %+v, %v", targets, err)
	}
	defer targets.Close()
	names := fmt.Sprint(targets.Store, targets.Purgers)
	if want := "bucket a-site at https://s3.example [webhook at cdn.example Cloudflare zone 0123456789abcdef0123456789abcdef]"; names != want {
		t.Errorf("the targets are %q, want %q", names, want)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "120", " 7 ", "-1", "1e3", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2026, 10, 21, 7, 27, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		if after, ok := retryAfter(value, now); after < 0 || after > maxAfter || !ok && after != 0 {
			t.Errorf("retryAfter(%q) = %v, %v", value, after, ok)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 10, 21, 7, 27, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0": 0, "120": 2 * time.Minute, "4000000000": maxAfter, "Wed, 21 Oct 2026 07:28:00 GMT": time.Minute, "Wed, 21 Oct 2020 07:28:00 GMT": 0,
	} {
		if got, ok := retryAfter(value, now); got != want || !ok {
			t.Errorf("retryAfter(%q) = %v, %v, want %v", value, got, ok, want)
		}
	}
	for _, value := range []string{"", "-1", "soon", "1.5"} {
		if got, ok := retryAfter(value, now); ok {
			t.Errorf("retryAfter(%q) = %v", value, got)
		}
	}
}

// FuzzAnswer: whatever is answered, only JSON that says success is success, and
// no text of it gets out.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{purgedOK, `{"success":false,"errors":[{"code":1}]}`, `{"success":"true"}`, `[]`, `null`, `{"success":true}{`} {
		f.Add(200, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, raw []byte) {
		err := judge(status, raw)
		if err == nil && (status < 200 || status > 299 || !json.Valid(raw)) {
			t.Errorf("judge(%d, %q) = success", status, raw)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("judge(%d, %q) = %v", status, raw, err)
		}
	})
}
