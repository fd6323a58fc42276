// The pages by which people sign in, /login/: plain forms over SignIn, without a script but
// for passkeys. Only POST changes something; each answers with 303.
//
// People sign in at the issuer's origin. At an app's own there are two pages only: the way
// to the issuer and back, and the way out.

package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// loginAddress is below which the pages are.
const loginAddress = "/login/"

// Elsewhere signs somebody in at an app's own host, who proves at the issuer's who they are.
type Elsewhere interface {
	// Begin leads to the issuer; silent: without asking anybody anything.
	Begin(w http.ResponseWriter, r *http.Request, returnTo string, silent bool)
	// Callback takes what the issuer says, and begins a session at this host.
	Callback(w http.ResponseWriter, r *http.Request)
}

// Login is the pages. Elsewhere may be nil where everything is on one origin.
type Login struct {
	SignIn        SignIn
	Authorization Authorization
	Elsewhere     Elsewhere
	Settings      func(ctx context.Context) (contract.SiteSettings, error)
	// Calendars tells whether there are any, so that the header leads to them; nil: there are none.
	Calendars func(ctx context.Context) (bool, error)
	Sites     urls.Sites
	Assets    site.Assets
	Clock     clock.Clock
	// DevMail tells that mail is not sent but shown at /_dev/mail.
	DevMail bool
	// Closed tells that only who is invited gets an account.
	Closed bool
	// NotFound answers for an address without a page; nil: a problem document.
	NotFound http.Handler
}

// loginPage answers a request, or says why not.
type loginPage func(w http.ResponseWriter, r *http.Request) error

// Mount adds the pages to the router.
func (l *Login) Mount(r chi.Router) {
	m := http.NewServeMux()
	for pattern, page := range map[string]loginPage{
		"GET /login/{$}":                  l.ask,
		"POST /login/{$}":                 l.send,
		"GET /login/check/{$}":            l.askCode,
		"POST /login/check/{$}":           l.byCode,
		"GET /login/link/{token}/{$}":     l.showLink,
		"POST /login/link/{token}/{$}":    l.byLink,
		"GET /login/welcome/{token}/{$}":  l.welcome,
		"POST /login/welcome/{token}/{$}": l.accept,
		"GET /login/email/{$}":            l.emailChanged,
		"GET /login/email/{token}/{$}":    l.showEmailChange,
		"POST /login/email/{token}/{$}":   l.changeEmail,
		"GET /login/device/{$}":           l.device,
		"POST /login/device/{$}":          l.decideDevice,
	} {
		m.Handle(pattern, l.page(l.atIssuer(page)))
	}
	m.Handle("GET /login/out/{$}", l.page(l.signedOut))
	m.Handle("POST /login/out/{$}", l.page(l.signOut))
	m.HandleFunc("POST /login/passkey/options", l.passkeyOptions)
	m.HandleFunc("POST /login/passkey", l.byPasskey)
	m.HandleFunc("GET /login/callback/{$}", l.callback)
	m.HandleFunc("/", l.closed)
	r.Handle(loginAddress+"*", m)
	r.Get(strings.TrimSuffix(loginAddress, "/"), func(w http.ResponseWriter, r *http.Request) { redirect(w, r, loginAddress) })
}

// page is the handler of a page. Nothing of it is kept, and no address with a token in it
// is told to another site.
func (l *Login) page(page loginPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		unkept(w)
		if err := page(w, r); err != nil {
			l.fail(w, r, err)
		}
	}
}

func unkept(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// atIssuer has a page at the issuer's host only. At another host of ours the way to sign in
// begins there, and the other pages are where they are.
func (l *Login) atIssuer(page loginPage) loginPage {
	return func(w http.ResponseWriter, r *http.Request) error {
		issuer := l.Sites.Issuer()
		switch {
		case l.Sites.OriginOf(r.Host) == issuer:
			return page(w, r)
		case r.Method == http.MethodPost:
			l.closed(w, r)
		case r.URL.Path == loginAddress && l.Elsewhere != nil:
			l.Elsewhere.Begin(w, r, ReturnTo(r.URL.Query().Get("return_to")), r.URL.Query().Get("silent") == "1")
		default:
			http.Redirect(w, r, issuer+r.URL.RequestURI(), http.StatusSeeOther)
		}
		return nil
	}
}

func (l *Login) callback(w http.ResponseWriter, r *http.Request) {
	unkept(w)
	if l.Elsewhere == nil {
		l.closed(w, r)
		return
	}
	l.Elsewhere.Callback(w, r)
}

func (l *Login) closed(w http.ResponseWriter, r *http.Request) {
	if l.NotFound != nil {
		l.NotFound.ServeHTTP(w, r)
		return
	}
	problem.Write(w, r, problem.NotFound("there is nothing at this address"))
}

// around is what stands around a page: the card's title and the words below it.
func (l *Login) around(r *http.Request, title, lede string) (site.LoginPage, error) {
	settings, err := l.Settings(r.Context())
	if err != nil {
		return site.LoginPage{}, err
	}
	stage := scene.Scene{App: l.app(r.Host), Settings: settings, Sites: l.Sites, Assets: l.Assets, Year: l.Clock.Now().In(zone(settings)).Year(),
		Events: there(r.Context(), l.Calendars)}
	// Who is there is known: no script has to ask.
	stage.Assets.JS = ""
	f := stage.Frame(r.URL.Path)
	f.Section, f.Account = "login", "Sign in"
	if _, ok := auth.PrincipalFrom(r.Context()); ok {
		f.Account = "Account"
	}
	f.Head = site.Head{Title: title + " – " + settings.Title, NoIndex: true}
	return site.LoginPage{Frame: f, Title: title, Lede: lede}, nil
}

// app is the app whose host was asked; links of its pages are made from there.
func (l *Login) app(host string) urls.App {
	origin := l.Sites.OriginOf(host)
	for _, app := range urls.Apps() {
		if l.Sites.Base(app) == origin {
			return app
		}
	}
	return urls.Blog
}

// formTarget is where the browser goes after the form of a page, once somebody has signed
// in: a browser holds redirects after a form to the page's form-action (CSP 3 section 6.3.1).
func (l *Login) formTarget(ctx context.Context, returnTo string) string {
	if l.Authorization == nil {
		return ""
	}
	return l.Authorization.FormTarget(ctx, returnTo)
}

// policy sets what the page may load and where its forms lead. No other page may frame it.
func (l *Login) policy(w http.ResponseWriter, script bool, target string) {
	sources := site.SpeculationRulesHash
	connect := "'none'"
	if script {
		sources, connect = "'self' "+sources, "'self'"
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+sources+"; connect-src "+connect+
		"; style-src 'self'; font-src 'self'; img-src 'self' data: https:; manifest-src 'self'; form-action "+
		strings.TrimSpace("'self' "+target)+"; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("X-Frame-Options", "DENY")
}

// started answers for a session that has just begun: the browser keeps it, and goes on.
func (l *Login) started(w http.ResponseWriter, r *http.Request, s contract.SignedIn) error {
	keepSession(w, s, l.Clock.Now())
	http.Redirect(w, r, ReturnTo(s.ReturnTo), http.StatusSeeOther)
	return nil
}

// loginAt is the page to sign in at, from where one gets to returnTo.
func loginAt(returnTo string) string {
	if returnTo == afterSignIn {
		return loginAddress
	}
	return loginAddress + "?" + url.Values{"return_to": {returnTo}}.Encode()
}

// fail shows why a request was refused. What is our own fault is a problem document: a page
// may need the very thing that failed.
func (l *Login) fail(w http.ResponseWriter, r *http.Request, err error) {
	d := problem.From(err)
	if d.Status >= http.StatusInternalServerError {
		problem.Write(w, r, err)
		return
	}
	words := outcomeOf(d.Code, r.URL.Path)
	around, err := l.around(r, words.title, "")
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	for name, values := range d.GetHeaders() {
		w.Header()[name] = values
	}
	l.policy(w, false, "")
	notice := site.LoginNotice{Login: around, Texts: []string{words.text}, Links: words.links}
	if err := show(w, r, d.Status, site.LoginSaid(notice)); err != nil {
		slog.ErrorContext(r.Context(), "a page cannot be shown", "error", err)
	}
}

// outcome is what a page says of how something ended, and where one may go from there.
type outcome struct {
	title, text string
	links       []site.Link
}

// outcomeOf is by the code of the problem, and for links by what they were for.
func outcomeOf(code, path string) outcome {
	switch {
	case code != "link_used_up":
	case strings.HasPrefix(path, "/login/welcome/"):
		return outcome{"This invitation works no more", "It was used already, taken back, or is too old. If it was you who used it, sign in; if not, ask for a new one.",
			[]site.Link{{Text: "Sign in", URL: loginAddress}}}
	case strings.HasPrefix(path, "/login/email/"):
		return outcome{"This link works no more", "It was used already, or it is too old. What your addresses are now is in your account.",
			[]site.Link{{Text: "To your account", URL: afterSignIn}}}
	}
	if words, ok := refusals[code]; ok {
		return words
	}
	return outcome{"This was refused", "It cannot be done as it was asked for.", nil}
}

var refusals = map[string]outcome{
	"link_used_up": {"This link works no more", "It was used already, or it is too old. A new one is with you in a minute.",
		[]site.Link{{Text: "Ask for a new one", URL: loginAddress}}},
	"account_suspended": {"This account is closed", "Somebody who looks after the site has closed it. Write to the co-op if that is a mistake.", nil},
	"address_taken":     {"This address is somebody’s", "There is an account with this address already.", []site.Link{{Text: "Sign in with it", URL: loginAddress}}},
	"too_many_requests": {"That was too often", "Wait a minute, and try again.", nil},
	"too_many_codes":    {"That was too often", "Too many codes were none. Wait a quarter of an hour, and try again.", nil},
	"too_large":         {"That was too much", "The form is larger than it can be.", nil},
	"unreadable":        {"This was refused", "The form cannot be read.", nil},
}
