// Who somebody is here: their name and their addresses, and the first page that shows both.

package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const (
	profileAddress = accountAddress + "profile/"
	emailAddress   = accountAddress + "email/"
)

// member is somebody with an account as the API has them.
type person struct {
	ID            string               `json:"id"`
	DisplayName   string               `json:"display_name"`
	State         string               `json:"state"`
	Email         string               `json:"email"`
	EmailVerified bool                 `json:"email_verified"`
	Roles         []contract.RoleGrant `json:"roles"`
	CreatedAt     time.Time            `json:"created_at"`
	DeletionDue   time.Time            `json:"deletion_due"`
}

// name is what to call somebody.
func (p person) name() string {
	switch {
	case p.DisplayName != "":
		return p.DisplayName
	case p.Email != "":
		return p.Email
	}
	return "Somebody"
}

// home is the first page.
func (a *Account) home(w http.ResponseWriter, r *http.Request) error {
	me, _, err := read[person](a, r, "/v1/me", nil)
	if err != nil {
		return err
	}
	keys, _, err := read[listed[passkey]](a, r, "/v1/me/passkeys", nil)
	if err != nil {
		return err
	}
	page, at, err := a.page(r, "", "Account")
	if err != nil {
		return err
	}
	view := site.AccountHomePage{Account: page, Name: me.name(), Address: me.Email, Since: moment(me.CreatedAt, at),
		Roles: roleTexts(me.Roles), SignOut: site.AccountAction{Text: "Sign out", URL: signOutAddress}}
	view.Since.Text = me.CreatedAt.In(at).Format("2 January 2006")
	if !me.DeletionDue.IsZero() {
		view.Attention = append(view.Attention, site.AccountNote{
			Text: "Your account will be deleted on " + me.DeletionDue.In(at).Format("2 January 2006") + ".", Link: site.Link{Text: "Keep it", URL: dataAddress}})
	}
	if !me.EmailVerified {
		view.Attention = append(view.Attention, site.AccountNote{
			Text: "Your main address is not confirmed, so no mail can let you in.", Link: site.Link{Text: "Confirm it", URL: emailAddress}})
	}
	if me.DisplayName == "" {
		view.Attention = append(view.Attention, site.AccountNote{
			Text: "You have no name here yet.", Link: site.Link{Text: "Say what you are called", URL: profileAddress}})
	}
	if len(keys.Items) == 0 {
		view.Attention = append(view.Attention, site.AccountNote{
			Text: "You have no passkey yet. With one you sign in without waiting for a mail.", Link: site.Link{Text: "Add a passkey", URL: passkeysAddress}})
	}
	for _, key := range keys.Items {
		if key.CloneWarning {
			view.Attention = append(view.Attention, site.AccountNote{
				Text: "Somebody may have a copy of your passkey “" + key.Name + "”.", Link: site.Link{Text: "Look at it", URL: passkeysAddress}})
		}
	}
	return show(w, r, http.StatusOK, site.AccountHome(view))
}

func (a *Account) profile(w http.ResponseWriter, r *http.Request) error {
	me, now, err := read[person](a, r, "/v1/me", nil)
	if err != nil {
		return err
	}
	return a.profilePage(w, r, http.StatusOK, site.Form{Values: map[string]string{"display_name": me.DisplayName}}, now.header.Get("ETag"), nil)
}

func (a *Account) profilePage(w http.ResponseWriter, r *http.Request, status int, f site.Form, tag string, message *site.Message) error {
	page, _, err := a.page(r, "profile", "Profile")
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	return show(w, r, status, site.AccountProfile(site.AccountFormPage{Account: page, Form: f, Action: profileAddress, ETag: tag}))
}

func (a *Account) saveProfile(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPatch, path: "/v1/me", ifMatch: f.Values["etag"],
		json: map[string]any{"display_name": f.Values["display_name"]}})
	switch {
	case err != nil:
		return err
	case answer.refused == nil:
		return done(w, r, profileAddress, "saved")
	case answer.status != http.StatusPreconditionFailed:
		return a.profilePage(w, r, answer.status, f, f.Values["etag"], refusedForm(f, answer.refused))
	}
	// Both are shown; sending the form again is then of what is stored now.
	me, now, err := read[person](a, r, "/v1/me", nil)
	if err != nil {
		return err
	}
	if me.DisplayName != f.Values["display_name"] {
		f.Stored = map[string]string{"display_name": me.DisplayName}
	}
	return a.profilePage(w, r, answer.status, f, now.header.Get("ETag"), &site.Message{Kind: "changed",
		Text: "This was changed meanwhile. What you typed is kept; save again to store it."})
}

// ownEmails are somebody's addresses as the API has them.
type ownEmails struct {
	Items []struct {
		ID       string `json:"id"`
		Address  string `json:"address"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	} `json:"items"`
	Changes []struct {
		Kind      string    `json:"kind"`
		Address   string    `json:"address"`
		WaitsFor  []string  `json:"waits_for"`
		ExpiresAt time.Time `json:"expires_at"`
	} `json:"changes"`
}

// emailKinds are what a new address can be for.
var emailKinds = []site.Choice{
	{Value: "add", Text: "One more, to sign in with"},
	{Value: "replace", Text: "To take the place of the main address"},
}

func (a *Account) emails(w http.ResponseWriter, r *http.Request) error {
	return a.emailsPage(w, r, http.StatusOK, site.Form{Values: map[string]string{"kind": "add"}}, nil)
}

func (a *Account) emailsPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, message *site.Message) error {
	page, at, err := a.page(r, "email", "E-mail addresses")
	if err != nil {
		return err
	}
	page.Lede = "You sign in by a link to any confirmed address. News goes to the main one."
	if message != nil {
		page.Message = message
	}
	a.freshly(r, &page)
	list, _, err := read[ownEmails](a, r, "/v1/me/emails", nil)
	if err != nil {
		return err
	}
	view := site.AccountEmailPage{Account: page, Form: f, Kinds: emailKinds}
	for _, e := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: e.Address}}
		id := [][2]string{{"id", e.ID}}
		switch {
		case !e.Verified:
			thing.States = append(thing.States, site.State{Text: "not confirmed", Kind: "bad"})
			thing.Do = append(thing.Do, site.AccountAction{Text: "Send the link again", About: "to " + e.Address, URL: emailAddress, Fields: [][2]string{{"address", e.Address}, {"kind", "add"}}})
		case !e.Primary:
			thing.Do = append(thing.Do, site.AccountAction{Text: "Make it the main one", About: e.Address, URL: emailAddress + "primary/", Fields: id})
		}
		if e.Primary {
			thing.States = slices.Insert(thing.States, 0, site.State{Text: "main", Kind: "good"})
		} else {
			thing.Do = append(thing.Do, site.AccountAction{Text: "Remove", About: e.Address, URL: emailAddress + "remove/", Fields: id, Danger: true})
		}
		view.Addresses = append(view.Addresses, thing)
	}
	for _, c := range list.Changes {
		thing := site.AccountThing{Link: site.Link{Text: c.Address}, When: moments(at, "Until", c.ExpiresAt)}
		for _, which := range c.WaitsFor {
			note := "The link in the mail to this address is to be opened"
			if which == "old" {
				note = "The link in the mail to your main address is to be opened"
			}
			thing.Notes = append(thing.Notes, note)
		}
		if c.Kind == "replace" {
			thing.States = []site.State{{Text: "to be the main one"}}
		}
		view.Changes = append(view.Changes, thing)
	}
	return show(w, r, status, site.AccountEmail(view))
}

func (a *Account) addEmail(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/me/emails",
		json: map[string]any{"address": strings.TrimSpace(f.Values["address"]), "replaces_primary": f.Values["kind"] == "replace"}})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.emailsPage(w, r, answer.status, f, refusedForm(f, answer.refused))
	}
	return done(w, r, emailAddress, "link")
}

// changeEmail makes an address the main one, or removes it.
func (a *Account) changeEmail(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	path, what := resource("/v1/me/emails", r.PostForm.Get("id")), ""
	c := call{method: http.MethodDelete, path: path}
	switch r.PathValue("action") {
	case "remove":
		what = "removed"
	case "primary":
		c, what = call{method: http.MethodPut, path: path + "/primary"}, "primary"
	default:
		return problem.NotFound("there is nothing at this address")
	}
	return a.act(w, r, c, emailAddress, what, func(status int, m *site.Message) error {
		return a.emailsPage(w, r, status, site.Form{Values: map[string]string{"kind": "add"}}, m)
	})
}
