// The pages of an account, /account/: plain forms over what the API knows of whoever has
// signed in, and below /account/admin/ of everybody, for those who look after the site.
//
// Nothing needs a script but to add a passkey. What matters most the API does only for
// somebody who has signed in lately: such pages say so before anything is typed.

package web

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Account is the pages.
type Account struct{ Private }

// Where the pages are.
const (
	accountAddress = "/account/"
	adminAddress   = "/account/admin/"
)

// Mount adds the pages to the router of the API. Where the account has an origin of its own,
// that origin's first page leads to them.
func (a *Account) Mount(r chi.Router) {
	a.mount(r, accountAddress, map[string]privatePage{
		"GET /account/{$}": a.home,

		"GET /account/profile/{$}":                        a.profile,
		"POST /account/profile/{$}":                       a.saveProfile,
		"GET /account/calendar/{$}":                       a.myCalendar,
		"GET /account/calendar/save/{$}":                  a.keepDate,
		"POST /account/calendar/save/{$}":                 a.setKept,
		"GET /account/calendar/follow/{$}":                a.followCalendar,
		"POST /account/calendar/follow/{$}":               a.setFollowed,
		"POST /account/calendar/feeds/{$}":                a.makeFeed,
		"POST /account/calendar/feeds/{id}/revoke/{$}":    a.revokeFeed,
		"GET /account/email/{$}":                          a.emails,
		"POST /account/email/{$}":                         a.addEmail,
		"POST /account/email/{action}/{$}":                a.changeEmail,
		"GET /account/passkeys/{$}":                       a.passkeys,
		"POST /account/passkeys/{id}/{$}":                 a.renamePasskey,
		"POST /account/passkeys/{id}/delete/{$}":          a.deletePasskey,
		"GET /account/sessions/{$}":                       a.sessions,
		"POST /account/sessions/end/{$}":                  a.endSessions,
		"POST /account/sessions/{id}/end/{$}":             a.endSession,
		"GET /account/apps/{$}":                           a.connectedApps,
		"POST /account/apps/{id}/disconnect/{$}":          a.disconnect,
		"GET /account/tokens/{$}":                         a.tokens,
		"POST /account/tokens/{$}":                        a.makeToken,
		"POST /account/tokens/{id}/revoke/{$}":            a.revokeToken,
		"GET /account/data/{$}":                           a.data,
		"GET /account/data/export/{id}/{$}":               a.downloadExport,
		"POST /account/data/export/{$}":                   a.askExport,
		"POST /account/data/delete/{$}":                   a.planDeletion,
		"POST /account/data/keep/{$}":                     a.cancelDeletion,
		"GET /account/security/{$}":                       a.security,
		"GET /account/admin/people/{$}":                   a.needs(auth.ScopeUsersRead, a.people),
		"GET /account/admin/people/{id}/{$}":              a.needs(auth.ScopeUsersRead, a.person),
		"POST /account/admin/people/{id}/{do}/{$}":        a.needs(auth.ScopeUsersWrite, a.changePerson),
		"GET /account/admin/invitations/{$}":              a.needs(auth.ScopeUsersRead, a.invitations),
		"POST /account/admin/invitations/{$}":             a.needs(auth.ScopeUsersWrite, a.invite),
		"POST /account/admin/invitations/{id}/revoke/{$}": a.needs(auth.ScopeUsersWrite, a.revokeInvitation),
		"GET /account/admin/clients/{$}":                  a.needs(auth.ScopeClientsWrite, a.clients),
		"GET /account/admin/clients/new/{$}":              a.needs(auth.ScopeClientsWrite, a.newClient),
		"POST /account/admin/clients/new/{$}":             a.needs(auth.ScopeClientsWrite, a.registerClient),
		"GET /account/admin/clients/{id}/{$}":             a.needs(auth.ScopeClientsWrite, a.client),
		"POST /account/admin/clients/{id}/{$}":            a.needs(auth.ScopeClientsWrite, a.saveClient),
		"POST /account/admin/clients/{id}/{do}/{$}":       a.needs(auth.ScopeClientsWrite, a.actOnClient),
		"GET /account/admin/audit/{$}":                    a.needs(auth.ScopeAuditRead, a.audit),
	})
	if a.Sites.Tree(urls.Account) == urls.MainTree {
		return
	}
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		if a.app(r) == urls.Account {
			http.Redirect(w, r, accountAddress, http.StatusSeeOther)
			return
		}
		a.closed(w, r)
	})
}

// ownSections is the menu of everybody.
var ownSections = []site.AccountSection{
	{Name: "", Text: "Overview", URL: accountAddress},
	{Name: "profile", Text: "Profile", About: "What you are called here", URL: accountAddress + "profile/"},
	{Name: "calendar", Text: "My calendar", About: "Dates you keep, and calendars you follow", URL: myCalendarAddress},
	{Name: "email", Text: "E-mail addresses", About: "Where sign-in links and news go", URL: accountAddress + "email/"},
	{Name: "passkeys", Text: "Passkeys", About: "Sign in by fingerprint, face or PIN", URL: accountAddress + "passkeys/"},
	{Name: "sessions", Text: "Sessions", About: "Where you are signed in", URL: accountAddress + "sessions/"},
	{Name: "apps", Text: "Connected apps", About: "Programs that may act for you", URL: accountAddress + "apps/"},
	{Name: "tokens", Text: "Access tokens", About: "For programs of your own", URL: accountAddress + "tokens/"},
	{Name: "security", Text: "Security log", About: "What happened to your account", URL: accountAddress + "security/"},
	{Name: "data", Text: "Your data", About: "Take a copy, or leave", URL: accountAddress + "data/"},
}

// otherSections is the menu of those who look after the site, by the scopes that they need.
var otherSections = []struct {
	site.AccountSection
	scope string
}{
	{site.AccountSection{Name: "organise", Text: "Organise", About: "Calendars, their dates, and what members propose", URL: organiseAddress}, auth.ScopeEventsOrganise},
	{site.AccountSection{Name: "people", Text: "People", About: "Accounts, roles and suspensions", URL: adminAddress + "people/"}, auth.ScopeUsersRead},
	{site.AccountSection{Name: "invitations", Text: "Invitations", About: "Who is asked to join, and as what", URL: adminAddress + "invitations/"}, auth.ScopeUsersRead},
	{site.AccountSection{Name: "clients", Text: "Apps", About: "Programs that people can sign in to", URL: adminAddress + "clients/"}, auth.ScopeClientsWrite},
	{site.AccountSection{Name: "audit", Text: "Audit log", About: "Who did what, and what was denied", URL: adminAddress + "audit/"}, auth.ScopeAuditRead},
}

// page is what stands around a page of a section, and the site's zone.
func (a *Account) page(r *http.Request, section, title string, trail ...site.Link) (site.AccountPage, *time.Location, error) {
	frame, at, err := a.frame(r, "account", title+" – Account")
	if err != nil {
		return site.AccountPage{}, nil, err
	}
	p := site.AccountPage{Frame: frame, Section: section, Title: title, Own: ownSections, Trail: trail, Below: len(trail) > 0}
	if section != "" {
		p.Trail = append([]site.Link{{Text: "Account", URL: accountAddress}}, trail...)
	}
	who, _ := auth.PrincipalFrom(r.Context())
	for _, s := range otherSections {
		if who.Has(s.scope) {
			p.Others = append(p.Others, s.AccountSection)
		}
	}
	if text, ok := accountDone[r.URL.Query().Get("done")]; ok && r.Method == http.MethodGet {
		p.Message = &site.Message{Kind: "done", Text: text}
	}
	return p, at, nil
}

// freshly has a page say, where it is so, that its forms need somebody who has signed in
// lately.
func (a *Account) freshly(r *http.Request, p *site.AccountPage) {
	if who, _ := auth.PrincipalFrom(r.Context()); !who.Recent(a.Clock.Now()) {
		p.FreshURL = a.freshURL(r)
	}
}
