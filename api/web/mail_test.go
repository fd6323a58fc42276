package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
	site "rose-ash.com/roseash/site-templates"
)

var mailNow = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

func mailSettings(context.Context) (contract.SiteSettings, error) {
	return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
}

func mailSites(t testing.TB) urls.Sites {
	t.Helper()
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		t.Fatal(err)
	}
	return sites
}

// letterbox is a mail box with a sign-in mail and an invitation in it.
func letterbox(t *testing.T) http.Handler {
	t.Helper()
	pool, now := dbtest.New(t), clock.NewManual(mailNow)
	kept, err := mail.New(mail.Options{Pool: pool, Clock: now, Key: seal.New(make([]byte, seal.KeySize)), Render: NewMails(mailSettings, mailSites(t))})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []contract.Mail{
		{Kind: "sign_in", To: "bryn@example.org", ExpiresAt: mailNow.Add(10 * time.Minute),
			Data: contract.SignInMail{Link: "http://localhost:8080/login/link/a-b_c/", Code: "402917", AskedFrom: "Firefox on Linux", Lasts: 10 * time.Minute}},
		{Kind: "invitation", To: "cas@example.org", Data: contract.InvitationMail{Link: "http://localhost:8080/login/invitation/d/", InvitedBy: "<b>Bryn</b>"}},
	} {
		if err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error { return kept.Queue(t.Context(), tx, m) }); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Second)
	}
	r := chi.NewRouter()
	box := &MailBox{Mail: kept, Settings: mailSettings, Sites: mailSites(t), Assets: site.DefaultAssets(), Clock: now,
		NotFound: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such page", http.StatusNotFound) })}
	box.Mount(r)
	return r
}

// askBox asks as somebody at this machine, unless change says otherwise.
func askBox(h http.Handler, path string, change func(*http.Request)) (*http.Response, string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

func TestMailBox(t *testing.T) {
	h := letterbox(t)
	res, body := askBox(h, "/_dev/mail.json?to=BRYN@example.org", nil)
	var list struct {
		Items []struct {
			ID, Kind, To, Subject, Text string
			CreatedAt                   time.Time `json:"created_at"`
			ExpiresAt                   time.Time `json:"expires_at"`
		}
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) != 1 || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %v", body, err)
	}
	item := list.Items[0]
	if item.Kind != "sign_in" || item.To != "bryn@example.org" || item.Subject != "Sign in to Rose Ash" || !item.CreatedAt.Equal(mailNow) ||
		!item.ExpiresAt.Equal(mailNow.Add(10*time.Minute)) || !strings.Contains(item.Text, "\nhttp://localhost:8080/login/link/a-b_c/\n") {
		t.Errorf("item = %+v", item)
	}
	at := "/_dev/mail/" + item.ID + "/"
	for _, tt := range []struct {
		path      string
		status    int
		want, not []string
		policy    []string
	}{
		{path: "/_dev/mail", status: 200, want: []string{`href="` + at + `"`, "to cas@example.org", "&lt;b&gt;Bryn&lt;/b&gt; invites you", "1 s ago"}, not: []string{"402917", "<b>Bryn"}},
		{path: "/_dev/mail/", status: 200, want: []string{`href="` + at + `"`}},
		{path: "/_dev/mail?to=cas%40example.org", status: 200, want: []string{"invites you", "cas@example.org"}, not: []string{at}},
		{path: "/_dev/mail?to=%3Cscript%3E", status: 200, want: []string{"&lt;script&gt;", "Nothing yet"}},
		{path: at, status: 200, want: []string{`src="` + at + `html"`, `sandbox="allow-popups`, `href="http://localhost:8080/login/link/a-b_c/">Sign in</a>`, "402917", "10:10"},
			policy: []string{"frame-src 'self';", "script-src 'self'"}},
		{path: at + "html", status: 200, want: []string{`<head><base target="_top">`, "402917", "Firefox on Linux"}, policy: []string{"sandbox allow-popups ", "default-src 'none'", "frame-ancestors 'self'"}},
		{path: "/_dev/mail.json", status: 200, want: []string{`"kind":"sign_in"`, `"kind":"invitation"`}},
		{path: "/_dev/mail.json?to=nobody@example.org", status: 200, want: []string{`{"items":[]}`}},
		{path: "/_dev/mail/mail_00000000000000000000000000000000/", status: 404},
		{path: "/_dev/mail/mail_00000000000000000000000000000000/html", status: 404},
		{path: "/_dev/mail/%3Cscript%3E/", status: 404, not: []string{"script"}},
	} {
		res, body := askBox(h, tt.path, nil)
		if res.StatusCode != tt.status || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d %v", tt.path, res.StatusCode, res.Header)
		}
		for _, want := range tt.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q:\n%s", tt.path, want, body)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(body, not) {
				t.Errorf("%s has %q", tt.path, not)
			}
		}
		for _, part := range tt.policy {
			if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, part) || strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") {
				t.Errorf("%s: the policy is %q, want %q in it", tt.path, policy, part)
			}
		}
	}
}

// TestMailBoxIsForThisMachine: everybody else is answered as if there were none.
func TestMailBoxIsForThisMachine(t *testing.T) {
	h := letterbox(t)
	_, body := askBox(h, "/_dev/mail.json", nil)
	found := regexp.MustCompile(`mail_[0-9a-f]{32}`).FindString(body)
	paths := []string{"/_dev/mail", "/_dev/mail/", "/_dev/mail.json", "/_dev/mail/" + found + "/", "/_dev/mail/" + found + "/html"}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, change := range map[string]func(*http.Request){
		"another host":        func(r *http.Request) { r.Host = "rose.example" },
		"a host that is ours": func(r *http.Request) { r.Host = "localhost.rose.example:8080" },
		"no host":             func(r *http.Request) { r.Host = "" },
		"another address":     func(r *http.Request) { r.RemoteAddr = "192.0.2.7:40000" },
		"no address":          func(r *http.Request) { r.RemoteAddr = "" },
		"Forwarded":           header("Forwarded", "for=127.0.0.1"),
		"X-Forwarded-For":     header("X-Forwarded-For", "127.0.0.1"),
		"X-Forwarded-Host":    header("X-Forwarded-Host", "localhost"),
		"X-Real-IP":           header("X-Real-IP", "127.0.0.1"),
		"Via":                 header("Via", "1.1 proxy"),
	} {
		for _, path := range paths {
			res, body := askBox(h, path, change)
			if res.StatusCode != http.StatusNotFound || body != "no such page\n" {
				t.Errorf("%s, %s: %d %s", name, path, res.StatusCode, body)
			}
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "[::1]:8080", "blog.localhost"} {
		if res, _ := askBox(h, paths[0], func(r *http.Request) { r.Host, r.RemoteAddr = host, "[::1]:40000" }); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", host, res.StatusCode)
		}
	}
}

// TestMails: every kind that contract names can be written, in the site's words and zone.
func TestMails(t *testing.T) {
	render := NewMails(mailSettings, mailSites(t))
	source, err := os.ReadFile("../shared/contract/identity.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`Kind +string // (.*)`).FindStringSubmatch(string(source))
	if named == nil {
		t.Fatal("contract.Mail does not name its kinds")
	}
	kinds := strings.Split(named[1], ", ")
	if len(kinds) != len(mailKinds) {
		t.Errorf("contract names %d kinds, %d are known", len(kinds), len(mailKinds))
	}
	for _, kind := range kinds {
		for _, data := range []string{"null", "{}"} {
			got, err := render(t.Context(), kind, []byte(data))
			if err != nil || got.Subject == "" || got.Text == "" || !strings.Contains(got.HTML, "</html>") {
				t.Errorf("%s of %s: %+v, %v", kind, data, got, err)
			}
		}
		if _, err := render(t.Context(), kind, []byte(`{"link":7,"at":"canary-1","code":7,"expires_at":"canary-2"}`)); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s of data that is none: %v", kind, err)
		}
	}
	if _, err := render(t.Context(), "nothing", []byte("{}")); err == nil {
		t.Error("an unknown kind is written")
	}
	for name, tt := range map[string]struct {
		kind string
		data any
		want []string
	}{
		"sign in": {"sign_in", contract.SignInMail{Link: "http://localhost:8080/login/link/x/", Code: "123456", AskedFrom: "Firefox\r\n\r\non Linux", Lasts: 10 * time.Minute, New: true},
			[]string{"once, for 10 minutes.", "    123456\n", "\nhttp://localhost:8080/login/link/x/\n", "Asked from Firefox on Linux.", "makes one", "\nhttp://localhost:8080/\n"}},
		"invitation": {"invitation", contract.InvitationMail{Link: "http://localhost:8080/i/", InvitedBy: "Bryn\r\nBcc: x@example.org\u202e", ExpiresAt: mailNow,
			Roles: []contract.RoleGrant{{Role: contract.RoleEditor}, {Role: contract.RoleOrganiser, Calendar: "cal_1"}}},
			[]string{"Bryn Bcc: x@example.org invites you", "as editor and organiser", "until Friday 1 May 2026, 10:00 BST"}},
		"device":  {"new_device", contract.DeviceMail{At: mailNow, From: "Safari, 192.0.2.7", Sessions: "http://localhost:8080/account/sessions/"}, []string{"Friday 1 May 2026, 10:00 BST, Safari, 192.0.2.7"}},
		"changed": {"email_changed", contract.LinkMail{Link: "http://localhost:8080/r/", Until: mailNow.Add(7 * 24 * time.Hour), Address: "new@example.org"}, []string{"new@example.org", "8 May 2026"}},
		"order": {"order_paid", contract.OrderMail{Reference: "R7K2-9QXM", Name: "Bryn\r\nBcc: x@example.org", Link: "http://localhost:8080/orders/ord_1/k/", Delivery: "The barn, Friday 1 May, 16:00 to 18:00",
			Lines:  []contract.OrderMailLine{{Name: "Rye loaf", Quantity: 2, NetMinor: 920, Allergens: []contract.Allergen{{Code: contract.Gluten, State: contract.Contains, Detail: "rye"}, {Code: contract.Sesame, State: contract.Unknown}}}, {Name: "Peas", Quantity: 750, ByWeight: true, NetMinor: 375}},
			Totals: contract.Totals{Currency: "GBP", GrossMinor: 1395, DiscountMinor: 100, TotalMinor: 1295, VAT: []contract.VATShare{{Rate: 2000, GrossMinor: 1295, VATMinor: 216}}}, Cancellation: "## Cancelling\n\nUntil Thursday.", Invoice: "RA-7"},
			[]string{"2 × Rye loaf: £9.20", "Contains: cereals containing gluten (rye)", "Check the label for: sesame", "750 g of Peas: £3.75", "Discounts: −£1.00", "Total: £12.95", "VAT 20% in £12.95: £2.16", "The barn, Friday 1 May", "Until Thursday.", "RA-7", "\nhttp://localhost:8080/orders/ord_1/k/\n"}},
		"late":     {"order_late_payment", contract.OrderMail{Reference: "R7K2-9QXM", RefundMinor: 1295, Totals: contract.Totals{Currency: "GBP"}}, []string{"£12.95 goes back"}},
		"deletion": {"deletion_planned", contract.LinkMail{Link: "http://localhost:8080/account/", Until: mailNow.Add(14 * 24 * time.Hour)}, []string{"on Friday 15 May 2026"}},
	} {
		data, err := json.Marshal(tt.data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := render(t.Context(), tt.kind, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		flowed := strings.ReplaceAll(got.Text, "\n", " ")
		for _, want := range tt.want {
			if !strings.Contains(got.Text, want) && !strings.Contains(flowed, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, got.Text)
			}
		}
		if strings.ContainsAny(got.Subject, "\r\n\u202e") {
			t.Errorf("%s: subject %q", name, got.Subject)
		}
	}
}

// FuzzMails: whatever was queued, a mail has one line of a subject and no markup of others.
func FuzzMails(f *testing.F) {
	f.Add("sign_in", `{"link":"https://a.example/","code":"1","asked_from":"a\r\nb","lasts":600000000000}`)
	f.Add("invitation", `{"invited_by":"<script>","roles":[{"role":"\u202e"}]}`)
	f.Add("order_paid", `{"name":"<script>\r\n","link":"javascript:x()","lines":[{"name":"\u202e","allergens":[{"code":"<script>","state":"contains"}]}],"totals":{"currency":"GBP"},"cancellation":"a\n\n\r<script>"}`)
	f.Add("email_change", `{"address":"\u0000\r\n.\r\n"}`)
	render := NewMails(mailSettings, mailSites(f))
	f.Fuzz(func(t *testing.T, kind, data string) {
		got, err := render(t.Context(), kind, []byte(data))
		if err != nil {
			return
		}
		if strings.ContainsAny(got.Subject, "\r\n\x00") || bytes.Contains([]byte(got.HTML), []byte("<script")) || strings.Contains(got.HTML, `"javascript:`) || strings.Contains(got.Text, "\r") {
			t.Errorf("%s of %q: %+v", kind, data, got)
		}
	})
}
