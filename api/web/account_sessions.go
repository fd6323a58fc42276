// Where somebody is signed in, and with which passkeys they can.

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	site "rose-ash.com/roseash/site-templates"
)

const (
	sessionsAddress = accountAddress + "sessions/"
	passkeysAddress = accountAddress + "passkeys/"
	// signOutAddress is where a form of one button signs out (login.go).
	signOutAddress = "/login/out/"
)

// ownSession is one of somebody's sessions as the API has it.
type ownSession struct {
	ID         string    `json:"id"`
	Browser    string    `json:"browser"`
	Network    string    `json:"network"`
	Method     string    `json:"method"`
	Apps       []string  `json:"apps"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Current    bool      `json:"current"`
}

// methodTexts say how somebody signed in.
var methodTexts = map[string]string{"link": "by a link from a mail", "code": "by a code from a mail", "passkey": "with a passkey", "invitation": "by an invitation"}

func (a *Account) sessions(w http.ResponseWriter, r *http.Request) error {
	return a.sessionsPage(w, r, http.StatusOK, nil)
}

func (a *Account) sessionsPage(w http.ResponseWriter, r *http.Request, status int, message *site.Message) error {
	page, at, err := a.page(r, "sessions", "Sessions")
	if err != nil {
		return err
	}
	page.Lede = "The browsers in which you are signed in. If you do not know one, sign it out, and look at your addresses and passkeys."
	if message != nil {
		page.Message = message
	}
	list, _, err := read[listed[ownSession]](a, r, "/v1/me/sessions", nil)
	if err != nil {
		return err
	}
	view := site.AccountListPage{Account: page, Empty: "There is none."}
	for _, s := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: upperFirst(s.Browser)}, Notes: []string{"From " + s.Network},
			When: moments(at, "Signed in", s.CreatedAt, "last used", s.LastUsedAt)}
		if how := methodTexts[s.Method]; how != "" {
			thing.Notes[0] += ", " + how
		}
		if hosts := hostsOf(s.Apps); hosts != "" {
			thing.Notes = append(thing.Notes, "Signed in at "+hosts+" too")
		}
		if s.Current {
			thing.States = []site.State{{Text: "this browser", Kind: "good"}}
			thing.Do = []site.AccountAction{{Text: "Sign out", URL: signOutAddress}}
		} else {
			thing.Do = []site.AccountAction{{Text: "Sign out", About: s.Browser + ", " + s.Network, URL: sessionsAddress + url.PathEscape(s.ID) + "/end/", Danger: true}}
		}
		view.Things = append(view.Things, thing)
	}
	if len(list.Items) > 1 {
		view.Do = []site.AccountAction{{Text: "Sign out everywhere else", URL: sessionsAddress + "end/"}}
	}
	return show(w, r, status, site.AccountList(view))
}

// hostsOf are origins as people know them.
func hostsOf(origins []string) string {
	var hosts []string
	for _, origin := range origins {
		if u, err := url.Parse(origin); err == nil && u.Host != "" {
			hosts = append(hosts, u.Host)
		}
	}
	return strings.Join(hosts, ", ")
}

func upperFirst(text string) string {
	return strings.TrimSuffix(sentence(text), ".")
}

func (a *Account) endSession(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/me/sessions", r.PathValue("id"))}, sessionsAddress, "ended", func(status int, m *site.Message) error {
		return a.sessionsPage(w, r, status, m)
	})
}

func (a *Account) endSessions(w http.ResponseWriter, r *http.Request) error {
	c := call{method: http.MethodDelete, path: "/v1/me/sessions", query: url.Values{"except_current": {"true"}}}
	return a.act(w, r, c, sessionsAddress, "others", func(status int, m *site.Message) error {
		return a.sessionsPage(w, r, status, m)
	})
}

// passkey is one of somebody's passkeys as the API has it.
type passkey struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	CreatedAt    time.Time `json:"created_at"`
	LastUsedAt   time.Time `json:"last_used_at"`
	Synced       bool      `json:"synced"`
	CloneWarning bool      `json:"clone_warning"`
}

func (a *Account) passkeys(w http.ResponseWriter, r *http.Request) error {
	return a.passkeysPage(w, r, http.StatusOK, "", site.Form{}, nil)
}

// passkeysPage lists the passkeys; edited is the one that f is the form of.
func (a *Account) passkeysPage(w http.ResponseWriter, r *http.Request, status int, edited string, f site.Form, message *site.Message) error {
	page, at, err := a.page(r, "passkeys", "Passkeys")
	if err != nil {
		return err
	}
	page.Lede = "Your device signs you in, by fingerprint, face or PIN. Have one on two devices at least: then losing one is no trouble. A link by mail always works too."
	if message != nil {
		page.Message = message
	}
	a.freshly(r, &page)
	list, _, err := read[listed[passkey]](a, r, "/v1/me/passkeys", nil)
	if err != nil {
		return err
	}
	view := site.AccountPasskeysPage{Account: page, Name: a.browserName(r)}
	for _, p := range list.Items {
		to := passkeysAddress + url.PathEscape(p.ID) + "/"
		form := site.Form{Values: map[string]string{"name": p.Name}}
		if p.ID == edited {
			form = f
		}
		thing := site.AccountThing{
			Link: site.Link{Text: p.Name}, When: moments(at, "Added", p.CreatedAt, "last used", p.LastUsedAt),
			Edit: &site.AccountEdit{Summary: "Rename", Form: form, Input: site.Input{Name: "name", ID: p.ID, Label: "Name", Required: true, Max: 80},
				Action: site.AccountAction{Text: "Save", About: p.Name, URL: to}},
			Do: []site.AccountAction{{Text: "Remove", About: p.Name, URL: to + "delete/", Danger: true}},
		}
		if p.Synced {
			thing.States = append(thing.States, site.State{Text: "on several devices"})
		}
		if p.CloneWarning {
			thing.States = append(thing.States, site.State{Text: "somebody may have a copy", Kind: "bad"})
		}
		view.Passkeys = append(view.Passkeys, thing)
	}
	return show(w, r, status, site.AccountPasskeys(view))
}

// browserName is what a passkey that is made in this browser is called at first.
func (a *Account) browserName(r *http.Request) string {
	if list, _, err := read[listed[ownSession]](a, r, "/v1/me/sessions", nil); err == nil {
		for _, s := range list.Items {
			if s.Current {
				return upperFirst(s.Browser)
			}
		}
	}
	return "Passkey"
}

func (a *Account) renamePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPatch, path: resource("/v1/me/passkeys", r.PathValue("id")), json: map[string]any{"name": strings.TrimSpace(f.Values["name"])}})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.passkeysPage(w, r, answer.status, r.PathValue("id"), f, refusedForm(f, answer.refused))
	}
	return done(w, r, passkeysAddress, "renamed")
}

func (a *Account) deletePasskey(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/me/passkeys", r.PathValue("id"))}, passkeysAddress, "deleted", func(status int, m *site.Message) error {
		return a.passkeysPage(w, r, status, "", site.Form{}, m)
	})
}
