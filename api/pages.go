// The pages of this app that are made when somebody asks for them.

package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	templates "rose-ash.com/roseash/site-templates"
)

// newLogin makes the pages for signing in, which the authorization server needs; they get
// the services themselves once these are made (newIdentity).
func (a *App) newLogin() *web.Login {
	c := a.options.Config
	return &web.Login{
		Settings: a.Blog.Settings, Calendars: a.Events.Open, Sites: c.Sites, Assets: templates.DefaultAssets(), Clock: a.options.Clock,
		DevMail: a.mailBox(), Closed: c.SignUpClosed,
	}
}

// mailBox tells whether mail is shown instead of being sent.
func (a *App) mailBox() bool { return a.options.Config.StandIns() && !a.options.Config.SMTPURL.IsSet() }

// readPages are where members read without a script. At a host of its own whoever has signed
// in elsewhere is made known first.
func (a *App) readPages(private web.Private) *web.Read {
	read := &web.Read{Private: private, Media: urls.Media(a.options.Config.MediaURL)}
	if sso, ok := a.login.Elsewhere.(*web.SSO); ok {
		read.Silent = sso.Silent
	}
	return read
}

// tillPages are where people buy: the cart, checkout and their orders. The cart comes after the
// account: see its Mount.
func (a *App) tillPages(private web.Private) []interface{ Mount(chi.Router) } {
	c, media := a.options.Config, urls.Media(a.options.Config.MediaURL)
	checkout := &web.Checkout{Private: private, Media: media, PayOrigins: sumup.PayOrigins(c.SumUp.BaseURL), Simulated: urls.LoopbackURL(c.SumUp.BaseURL)}
	if sso, ok := a.login.Elsewhere.(*web.SSO); ok {
		checkout.Silent = sso.Silent
	}
	return []interface{ Mount(chi.Router) }{
		&web.Cart{Private: private, Media: media}, checkout, &web.Orders{Private: private, Media: media, PayOrigins: sumup.PayOrigins(c.SumUp.BaseURL)},
	}
}

// mountPages adds the pages. site answers addresses without one.
func (a *App) mountPages(site http.Handler) func(chi.Router) {
	a.login.NotFound = site
	private := web.Private{
		Settings: a.Blog.Settings, Calendars: a.Events.Open, Sites: a.options.Config.Sites, Assets: templates.DefaultAssets(),
		Clock: a.options.Clock, Denied: a.Identity.Denied, NotFound: site,
	}
	pages := []interface{ Mount(chi.Router) }{
		a.login,
		&web.Account{Private: private},
		a.readPages(private),
		&web.Shop{Private: private, Media: urls.Media(a.options.Config.MediaURL)},
		&web.ShopOrders{Private: private, Currency: a.options.Config.Currency},
		&web.Editor{Private: private},
		&web.Organise{Private: private},
		&web.MemberFeed{Source: a.Events},
	}
	pages = append(pages, a.tillPages(private)...)
	if a.mailBox() {
		pages = append(pages, &web.MailBox{
			Mail: a.Mail, Settings: a.Blog.Settings, Calendars: a.Events.Open, Sites: private.Sites, Assets: private.Assets, Clock: private.Clock, NotFound: site,
		})
	}
	return func(r chi.Router) {
		for _, p := range pages {
			p.Mount(r)
		}
	}
}
