// The mail box of a machine without a mail server, at /_dev/mail: newcomers read there what
// they would have been sent.

package web

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// KeptMail is the mail that was kept.
type KeptMail interface {
	// Kept lists the newest, those to one address only unless to is empty.
	Kept(ctx context.Context, to string) ([]mail.Kept, error)
	// KeptMail is one of them. It fails with 404.
	KeptMail(ctx context.Context, id string) (mail.Kept, error)
}

// MailBox is the pages of the mail box. Mount it only where the stand-ins may be and there is
// no mail server. Requests from elsewhere, that were forwarded, or addressed to a host that
// is not loopback, are answered as if there were no mail box.
type MailBox struct {
	Mail     KeptMail
	Settings func(ctx context.Context) (contract.SiteSettings, error)
	// Calendars tells whether there are any, so that the header leads to them; nil: there are none.
	Calendars func(ctx context.Context) (bool, error)
	Sites     urls.Sites
	Assets    site.Assets
	Clock     clock.Clock
	// NotFound answers those to whom it is closed; nil: a problem document.
	NotFound http.Handler
}

const (
	mailBoxPath = "/_dev/mail"

	// mailPolicy is that of a mail: it is somebody else's page, without an origin, in which
	// nothing runs and nothing is loaded; its links open in the whole window.
	mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; " +
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)

// mailBoxPolicy lets a page of the mail box frame a mail.
var mailBoxPolicy = regexp.MustCompile(`frame-src [^;]*`).ReplaceAllString(site.ContentSecurityPolicy, "frame-src 'self'")

// Mount adds the pages to a router.
func (b *MailBox) Mount(r chi.Router) {
	for pattern, page := range map[string]func(http.ResponseWriter, *http.Request) error{
		mailBoxPath: b.list, mailBoxPath + "/": b.list, mailBoxPath + ".json": b.document,
		mailBoxPath + "/{id}/": b.show, mailBoxPath + "/{id}/html": b.view,
	} {
		r.Get(pattern, func(w http.ResponseWriter, r *http.Request) {
			if !fromThisMachine(r) {
				b.closed(w, r)
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Referrer-Policy", "no-referrer") // links in mails are secrets
			w.Header().Set("Content-Security-Policy", mailBoxPolicy)
			if err := page(w, r); err != nil {
				problem.Write(w, r, err)
			}
		})
	}
}

func (b *MailBox) closed(w http.ResponseWriter, r *http.Request) {
	if b.NotFound != nil {
		b.NotFound.ServeHTTP(w, r)
		return
	}
	problem.Write(w, r, problem.NotFound("there is nothing at this address"))
}

// list shows the newest; ?to= only those to one address.
func (b *MailBox) list(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Query().Get("to")
	kept, err := b.Mail.Kept(r.Context(), to)
	if err != nil {
		return err
	}
	frame, _, err := b.frame(r, "Mail box")
	if err != nil {
		return err
	}
	page := site.MailBoxPage{Frame: frame, To: to}
	for _, k := range kept {
		page.Letters = append(page.Letters, b.item(k))
	}
	return show(w, r, http.StatusOK, site.MailBox(page))
}

func (b *MailBox) show(w http.ResponseWriter, r *http.Request) error {
	k, err := b.Mail.KeptMail(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	frame, at, err := b.frame(r, k.Subject)
	if err != nil {
		return err
	}
	item := b.item(k)
	page := site.MailBoxLetterPage{Frame: frame, Letter: item, ViewURL: item.URL + "html", Text: k.Text, Links: buttons(k.HTML)}
	if k.ExpiresAt != nil {
		page.Expires = site.Date{ISO: k.ExpiresAt.UTC().Format(time.RFC3339), Text: k.ExpiresAt.In(at).Format("2 January 2006, 15:04")}
	}
	return show(w, r, http.StatusOK, site.MailBoxLetter(page))
}

// view is the mail itself, for the frame.
func (b *MailBox) view(w http.ResponseWriter, r *http.Request) error {
	k, err := b.Mail.KeptMail(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write([]byte(strings.Replace(k.HTML, "<head>", `<head><base target="_top">`, 1)))
	return err
}

// keptDocument is a mail as programs read it.
type keptDocument struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	To        string     `json:"to"`
	Subject   string     `json:"subject"`
	Text      string     `json:"text"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

// document lists the newest for tests and programs; ?to= only those to one address.
func (b *MailBox) document(w http.ResponseWriter, r *http.Request) error {
	kept, err := b.Mail.Kept(r.Context(), r.URL.Query().Get("to"))
	if err != nil {
		return err
	}
	answer := struct {
		Items []keptDocument `json:"items"`
	}{[]keptDocument{}}
	for _, k := range kept {
		answer.Items = append(answer.Items, keptDocument{k.ID, k.Kind, k.To, k.Subject, k.Text, k.CreatedAt, k.ExpiresAt})
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(answer)
}

// frame is what stands around a page, and the site's zone.
func (b *MailBox) frame(r *http.Request, title string) (site.Frame, *time.Location, error) {
	settings, err := b.Settings(r.Context())
	if err != nil {
		return site.Frame{}, nil, err
	}
	at := zone(settings)
	around := scene.Scene{App: urls.Blog, Settings: settings, Sites: b.Sites, Assets: b.Assets, Year: b.Clock.Now().In(at).Year(), Events: there(r.Context(), b.Calendars)}
	f := around.Frame(r.URL.Path)
	f.Section = "mailbox"
	f.Head = site.Head{Title: title + " – " + settings.Title, NoIndex: true}
	return f, at, nil
}

func (b *MailBox) item(k mail.Kept) site.MailBoxItem {
	return site.MailBoxItem{Subject: k.Subject, To: k.To, URL: mailBoxPath + "/" + url.PathEscape(k.ID) + "/",
		At: ago(b.Clock.Now(), k.CreatedAt)}
}

// button is one in a mail of ours.
var button = regexp.MustCompile(`<a class="button" href="([^"]*)"[^>]*>([^<]*)</a>`)

// buttons are where a mail leads.
func buttons(mail string) (links []site.Link) {
	for _, found := range button.FindAllStringSubmatch(mail, -1) {
		links = append(links, site.Link{Text: html.UnescapeString(found[2]), URL: html.UnescapeString(found[1])})
	}
	return links
}
