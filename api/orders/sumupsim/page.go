// The hosted page: plain forms, where SumUp would ask for a card.

package sumupsim

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// page answers /pay/c-{id}: GET shows it, POST does what a button says.
func (s *Sim) page(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutPrefix(r.URL.Path, "/pay/c-")
	if !ok || strings.Contains(id, "/") {
		http.NotFound(w, r)
		return
	}
	view, found := s.view(id)
	if !found {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		s.press(w, r, id, view)
		return
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'self' "+originOf(view.Redirect))
	pageTemplate.Execute(w, view)
}

// originOf is the origin of an address: browsers hold the redirect that follows a form
// against form-action, too.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, "; ,") {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// press does what a button says and shows the page again.
func (s *Sim) press(w http.ResponseWriter, r *http.Request, id string, view pageView) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var err error
	action := r.PostFormValue("action")
	switch action {
	case "pay", "confirm":
		_, err = s.Pay(id)
	case "decline", "fail":
		_, err = s.Decline(id)
	case "challenge":
		_, err = s.Challenge(id)
	case "leave":
		if view.Redirect != "" {
			http.Redirect(w, r, view.Redirect, http.StatusSeeOther)
			return
		}
	default:
		http.Error(w, "no such button", http.StatusBadRequest)
		return
	}
	if err != nil && !errors.Is(err, ErrNotPayable) {
		http.Error(w, "the simulator failed", http.StatusInternalServerError)
		return
	}
	s.mu.Lock()
	automatic := s.Options.Plan.AutoRedirect
	s.mu.Unlock()
	if err == nil && automatic && view.Redirect != "" && (action == "pay" || action == "confirm") {
		http.Redirect(w, r, view.Redirect, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
}

// pageView is what the page shows.
type pageView struct {
	Amount, Currency, Description, Redirect, Status string
	Payable, Asked                                  bool
}

func (s *Sim) view(id string) (v pageView, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.Checkouts[id]
	if c == nil || !c.Hosted {
		return v, false
	}
	v = pageView{Amount: exact(c.AmountMinor, c.Currency), Currency: c.Currency, Description: c.Description,
		Redirect: c.RedirectURL, Status: c.status(s.now()), Payable: s.payable(c)}
	for _, t := range c.Transactions {
		v.Asked = v.Asked || s.state.Transactions[t].Status == pending
	}
	return v, true
}

var pageTemplate = template.Must(template.New("pay").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Simulator: {{.Amount}} {{.Currency}}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; background: #fff; overflow-wrap: anywhere }
.note { background: #fff3c4; border: 2px solid #6b5300; padding: .5rem .75rem }
.amount { font-size: 2rem; margin: .5rem 0 }
button, .back { display: block; box-sizing: border-box; width: 100%; min-height: 2.75rem; margin: .75rem 0; padding: .5rem; font: inherit; text-align: center; border: 2px solid #1a1a1a; border-radius: .375rem; background: #fff; color: #1a1a1a }
button.main, .back { background: #14532d; border-color: #14532d; color: #fff }
:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px }
</style>
</head>
<body>
<main>
<p class="note"><strong>SumUp simulator, no money moves.</strong> This page stands where SumUp's own would ask for a card.</p>
<h1 class="amount">{{.Amount}} {{.Currency}}</h1>
{{with .Description}}<p>{{.}}</p>{{end}}
{{if eq .Status "PAID"}}
<p role="status"><strong>Payment successful.</strong></p>
{{with .Redirect}}<p><a class="back" href="{{.}}">Back to the shop</a></p>{{end}}
{{else if not .Payable}}
<p role="status"><strong>{{if eq .Status "FAILED"}}The payment was declined, and this page takes no other.{{else}}This page has expired. Nothing was paid.{{end}}</strong></p>
{{with .Redirect}}<p><a class="back" href="{{.}}">Back to the shop</a></p>{{end}}
{{else if .Asked}}
<p role="status"><strong>The bank asks whether it is you (3-D Secure).</strong></p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm the challenge</button>
<button name="action" value="fail">Fail the challenge</button>
<button name="action" value="leave">Leave it</button>
</form>
{{else}}
{{if eq .Status "FAILED"}}<p role="status"><strong>The payment was declined.</strong> You can try again.</p>{{end}}
<form method="post">
<button class="main" name="action" value="pay">Pay</button>
<button name="action" value="challenge">Pay with a 3-D Secure challenge</button>
<button name="action" value="decline">Decline</button>
<button name="action" value="leave">Leave it</button>
</form>
{{end}}
</main>
</body>
</html>
`))
