package sumupsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// press sends the page's form and returns where it leads.
func (w *world) press(id, action string) (status int, location string) {
	w.t.Helper()
	client := *w.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.PostForm(w.URL+"/pay/c-"+id, url.Values{"action": {action}})
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode, res.Header.Get("Location")
}

func (w *world) show(id string) (string, http.Header) {
	w.t.Helper()
	r := w.askAs("", "GET", "/pay/c-"+id, nil)
	return string(r.text), r.header
}

func TestPage(t *testing.T) {
	w := open(t, sumupsim.Options{})
	id := w.create("A1", "redirect_url", "https://shop.test/back", "description", "<b>Order</b>")
	page, header := w.show(id)
	for _, want := range []string{"simulator, no money moves", "12.10 GBP", "&lt;b&gt;Order", `value="pay"`, `value="decline"`, `value="challenge"`, `value="leave"`, `name="viewport"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "<script") || !strings.Contains(header.Get("Content-Security-Policy"), "form-action 'self' https://shop.test") {
		t.Errorf("script, or a policy that does not let it back: %v", header)
	}
	for _, step := range []struct{ action, to, want string }{
		{"leave", "https://shop.test/back", `value="pay"`},
		{"decline", "/pay/c-" + id, "declined.</strong> You can try again"},
		{"challenge", "/pay/c-" + id, "3-D Secure"},
		{"fail", "/pay/c-" + id, "declined"},
		{"challenge", "/pay/c-" + id, `value="confirm"`},
		{"confirm", "/pay/c-" + id, "Payment successful"},
		{"pay", "/pay/c-" + id, `href="https://shop.test/back"`}, // again: nothing more happens
	} {
		status, to := w.press(id, step.action)
		if page, _ := w.show(id); status != http.StatusSeeOther || to != step.to || !strings.Contains(page, step.want) {
			t.Errorf("%s: %d to %s, and no %s on the page", step.action, status, to, step.want)
		}
	}
	if l := w.Ledger(); l.Balance("A1") != 1210 || len(l.Entries) != 1 {
		t.Errorf("the ledger is %+v", l)
	}
	if status, _ := w.press(id, "steal"); status != http.StatusBadRequest {
		t.Errorf("an unknown button: %d", status)
	}
	if r := w.ask("PUT", "/pay/c-"+id, nil); r.status != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", r.status)
	}
	hidden := w.create("A2", "hosted_checkout", nil)
	for _, path := range []string{"/pay/c-none", "/pay/", "/pay/c-" + hidden, "/pay/c-" + id + "/x"} {
		if r := w.ask("GET", path, nil); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}

func TestPageAtItsEnd(t *testing.T) {
	w := open(t, sumupsim.Options{FailedIsFinal: true, Plan: sumupsim.Plan{AutoRedirect: true}})
	id := w.create("A1", "redirect_url", "https://shop.test/back")
	if _, to := w.press(id, "pay"); to != "https://shop.test/back" {
		t.Errorf("after the payment to %s", to)
	}
	id = w.create("A2", "valid_until", "2026-05-01T08:00:00Z")
	w.press(id, "pay")
	if page, _ := w.show(id); !strings.Contains(page, "has expired") || strings.Contains(page, "<form") {
		t.Errorf("an expired page: %s", page)
	}
	id = w.create("A3")
	w.press(id, "decline")
	if page, _ := w.show(id); !strings.Contains(page, "takes no other") || strings.Contains(page, "<form") {
		t.Errorf("after a final failure: %s", page)
	}
	if got := w.Ledger().Balances(); len(got) != 1 || got["A1"] != 1210 {
		t.Errorf("the ledger is %v", got)
	}
}
