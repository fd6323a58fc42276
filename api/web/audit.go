// What happened to accounts, in words: to one's own, and for those who may read the audit
// log to everybody's.

package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	site "rose-ash.com/roseash/site-templates"
)

const (
	securityAddress = accountAddress + "security/"
	auditAddress    = adminAddress + "audit/"
)

// auditEntry is something that was done or denied, as the API has it.
type auditEntry struct {
	At      time.Time      `json:"at"`
	Action  string         `json:"action"`
	Actor   string         `json:"actor"`
	Subject string         `json:"subject"`
	User    string         `json:"user"`
	Network string         `json:"network"`
	Details map[string]any `json:"details"`
}

// actionTexts say what was done, by the names of the log. Those that are missing are read
// out.
var actionTexts = map[string]string{
	"session.begun": "Signed in", "session.ended": "Signed out", "sign_in.failed": "A wrong code was typed",
	"user.created": "The account was made", "user.suspended": "The account was suspended", "user.reactivated": "The account was made active again",
	"user.deletion_planned": "The deletion of the account was planned", "user.deletion_cancelled": "The deletion of the account was taken back", "user.deleted": "The account was deleted",
	"recovery.begun": "Another address was entered to recover the account", "recovery.link_made": "The operator made a link that lets somebody in",
	"role.granted": "A role was given", "role.revoked": "A role was taken away",
	"email.asked": "A change of address was asked for", "email.added": "An address was added", "email.verified": "An address was confirmed", "email.removed": "An address was removed",
	"email.primary": "Another address became the main one", "email.replaced": "The main address was replaced", "email.reverted": "A change of the main address was taken back",
	"passkey.added": "A passkey was added", "passkey.removed": "A passkey was removed",
	"token.created": "An access token was made", "token.revoked": "An access token was revoked", "grant.revoked": "An app was disconnected", "consent.given": "An app was let in",
	"device.allowed": "A device was let in", "device.denied": "A device was refused",
	"client.created": "An app was registered", "client.updated": "An app was changed", "client.deleted": "An app was deleted", "client.secret_changed": "An app was given a new secret",
	"invitation.sent": "An invitation was sent", "invitation.accepted": "An invitation was accepted", "invitation.revoked": "An invitation was taken back",
	"authorization.denied": "Something was denied",
}

// actionKinds are what the audit log is narrowed to, by how the names begin.
var actionKinds = []site.Choice{
	{Text: "Everything"}, {Value: "session", Text: "Sessions"}, {Value: "sign_in", Text: "Failed sign-ins"}, {Value: "user", Text: "Accounts"},
	{Value: "recovery", Text: "Recoveries"}, {Value: "role", Text: "Roles"}, {Value: "email", Text: "Addresses"}, {Value: "passkey", Text: "Passkeys"}, {Value: "token", Text: "Access tokens"},
	{Value: "grant", Text: "Connected apps"}, {Value: "client", Text: "Apps"}, {Value: "invitation", Text: "Invitations"}, {Value: "authorization", Text: "Denied"},
}

func actionText(action string) string {
	if text, ok := actionTexts[action]; ok {
		return text
	}
	return upperFirst(strings.NewReplacer(".", " ", "_", " ").Replace(action))
}

// detailTexts are what there is besides, by the names of the log, in the order in which they
// are said.
var detailTexts = []struct{ name, text string }{
	{"role", ""}, {"calendar", "for the calendar"}, {"method", "by"}, {"why", "because"}, {"name", ""}, {"kind", ""}, {"fields", "changed:"}, {"scopes", "scopes:"},
	{"sessions", "sessions:"}, {"grants", "connections:"}, {"client", "through"},
}

// whyTexts say why sessions end.
var whyTexts = map[string]string{"signed_out": "of signing out", "revoked": "it was ended from another place", "replaced": "of signing in anew in the same browser",
	"suspended": "the account was suspended", "deleted": "the account was deleted", "recovered": "the account was recovered"}

// details are what there is to say of an entry besides, in one line.
func (e auditEntry) details() string {
	var said []string
	known := map[string]bool{}
	add := func(label string, value any) {
		text := ""
		switch v := value.(type) {
		case []any:
			words := make([]string, len(v))
			for i, word := range v {
				words[i] = fmt.Sprint(word)
			}
			text = strings.Join(words, ", ")
		default:
			text = fmt.Sprint(v)
		}
		if text = strings.TrimSpace(label + " " + text); text != "" {
			said = append(said, text)
		}
	}
	for _, d := range detailTexts {
		known[d.name] = true
		value, ok := e.Details[d.name]
		if text, why := whyTexts[fmt.Sprint(value)]; why && d.name == "why" {
			value = text
		}
		if ok {
			add(d.text, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		if !known[name] {
			add(strings.ReplaceAll(name, "_", " ")+":", e.Details[name])
		}
	}
	if e.Action == "authorization.denied" && e.Subject != "" {
		said = append([]string{strings.ReplaceAll(e.Subject, "-", " ")}, said...)
	}
	return upperFirst(strings.Join(said, ", "))
}

// thing is an entry as lists show it; by is who did it.
func (e auditEntry) thing(at *time.Location, by string) site.AccountThing {
	t := site.AccountThing{Link: site.Link{Text: actionText(e.Action)}, When: moments(at, "", e.At)}
	if strings.HasSuffix(e.Action, ".denied") || strings.HasSuffix(e.Action, ".failed") {
		t.States = []site.State{{Text: "denied", Kind: "bad"}}
	}
	if details := e.details(); details != "" {
		t.Notes = append(t.Notes, details)
	}
	if e.Network != "" {
		by += ", from " + strings.TrimSuffix(e.Network, "/32")
	}
	t.Notes = append(t.Notes, "By "+by)
	return t
}

// security lists what happened to one's own account.
func (a *Account) security(w http.ResponseWriter, r *http.Request) error {
	page, at, err := a.page(r, "security", "Security log")
	if err != nil {
		return err
	}
	page.Lede = "What happened to your account in the last year. If something here was not you, sign out everywhere and look at your addresses and passkeys."
	list, _, err := read[listed[auditEntry]](a, r, "/v1/me/audit", queried(r, "cursor"))
	if err != nil {
		return err
	}
	who, _ := auth.PrincipalFrom(r.Context())
	view := site.AccountListPage{Account: page, Empty: "Nothing yet.", NextURL: next(r, list.NextCursor)}
	for _, e := range list.Items {
		by := "somebody who looks after the site"
		switch e.Actor {
		case string(who.User):
			by = "you"
		case "anonymous":
			by = "somebody who was not signed in"
		}
		view.Things = append(view.Things, e.thing(at, by))
	}
	return show(w, r, http.StatusOK, site.AccountList(view))
}

// audit lists what happened to all accounts and clients.
func (a *Account) audit(w http.ResponseWriter, r *http.Request) error {
	page, at, err := a.page(r, "audit", "Audit log")
	if err != nil {
		return err
	}
	page.Lede = "Who did what to whom, and what was denied. Nobody can change or remove what is here; it is kept for a year."
	query := queried(r, "action", "user", "cursor")
	list, answer, err := read[listed[auditEntry]](a, r, "/v1/audit", query)
	if err != nil && (answer == nil || answer.refused == nil || answer.status != http.StatusUnprocessableEntity) {
		return err // what cannot be asked for has nothing
	}
	view := site.AccountListPage{Account: page, Empty: "There is nothing like that.", NextURL: next(r, list.NextCursor), Search: &site.AccountSearch{
		URL: auditAddress, Name: "action", Label: "About", Values: actionKinds,
		Words: &site.Input{Name: "user", Label: "Whose account", Hint: "The id of a person, as their page shows it.", Max: 40},
		Form:  site.Form{Values: map[string]string{"user": query.Get("user"), "action": query.Get("action")}},
	}}
	names := a.names(r)
	for _, e := range list.Items {
		thing := e.thing(at, names(e.Actor))
		if e.User != "" {
			thing.About = &site.Link{Text: names(e.User), URL: peopleAddress + url.PathEscape(e.User) + "/"}
		} else if e.Subject != "" && e.Action != "authorization.denied" {
			thing.Code = e.Subject
		}
		view.Things = append(view.Things, thing)
	}
	return show(w, r, http.StatusOK, site.AccountList(view))
}

// names says what to call whom the log names by an id. Whoever may not read accounts gets
// the ids.
func (a *Account) names(r *http.Request) func(id string) string {
	known := map[string]string{"": "nobody", "anonymous": "somebody who was not signed in", "operator": "the operator, at the machine", "development": "the development token"}
	may := auth.Holds(r.Context(), auth.ScopeUsersRead)
	return func(id string) string {
		name, ok := known[id]
		if ok {
			return name
		}
		name = id
		if may && strings.HasPrefix(id, "user_") {
			if p, _, err := read[person](a, r, resource("/v1/users", id), nil); err == nil && p.name() != "Somebody" {
				name = p.name()
			}
		}
		known[id] = name
		return name
	}
}
