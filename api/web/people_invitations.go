// Who is asked to join, and as what.

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

const invitationsAddress = adminAddress + "invitations/"

// invitation is one as the API has it.
type invitation struct {
	ID        string               `json:"id"`
	Email     string               `json:"email"`
	Roles     []contract.RoleGrant `json:"roles"`
	State     string               `json:"state"`
	InvitedBy string               `json:"invited_by"`
	User      string               `json:"user"`
	CreatedAt time.Time            `json:"created_at"`
	ExpiresAt time.Time            `json:"expires_at"`
}

var invitationStates = map[string]site.State{
	"pending": {Text: "waiting"}, "accepted": {Text: "accepted", Kind: "good"}, "expired": {Text: "too old"}, "revoked": {Text: "taken back"},
}

func (a *Account) invitations(w http.ResponseWriter, r *http.Request) error {
	return a.invitationsPage(w, r, http.StatusOK, site.Form{}, nil)
}

func (a *Account) invitationsPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, message *site.Message) error {
	page, at, err := a.page(r, "invitations", "Invitations")
	if err != nil {
		return err
	}
	page.Lede = "An invitation is a link by mail that makes an account, with the roles that you choose. It is good for a week."
	if message != nil {
		page.Message = message
	}
	list, _, err := read[listed[invitation]](a, r, "/v1/invitations", queried(r, "cursor"))
	if err != nil {
		return err
	}
	view := site.AccountInvitationsPage{Account: page, Form: f, Roles: roleChoices, URL: invitationsAddress, NextURL: next(r, list.NextCursor),
		CanChange: auth.Holds(r.Context(), auth.ScopeUsersWrite)}
	if view.CanChange {
		a.freshly(r, &view.Account)
	}
	names := a.names(r)
	for _, i := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: i.Email}, States: append([]site.State{invitationStates[i.State]}, roleStates(i.Roles)...),
			Notes: []string{"Invited by " + names(i.InvitedBy)}, When: moments(at, "Sent", i.CreatedAt)}
		switch i.State {
		case "pending":
			thing.When = moments(at, "Sent", i.CreatedAt, "good until", i.ExpiresAt)
			if view.CanChange {
				thing.Do = []site.AccountAction{{Text: "Take back", About: "the invitation of " + i.Email, URL: invitationsAddress + url.PathEscape(i.ID) + "/revoke/", Danger: true}}
			}
		case "accepted":
			if i.User != "" {
				thing.About = &site.Link{Text: names(i.User), URL: peopleAddress + url.PathEscape(i.User) + "/"}
			}
		}
		view.Invitations = append(view.Invitations, thing)
	}
	return show(w, r, status, site.AccountInvitations(view))
}

func (a *Account) invite(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm, "roles")
	roles, fields := rolesOf(r.PostForm)
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/invitations", json: map[string]any{"email": strings.TrimSpace(f.Values["email"]), "roles": roles}})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.invitationsPage(w, r, answer.status, f, refusedRoles(f, fields, answer.refused))
	}
	return done(w, r, invitationsAddress, "invited")
}

func (a *Account) revokeInvitation(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/invitations", r.PathValue("id"))}, invitationsAddress, "uninvited", func(status int, m *site.Message) error {
		return a.invitationsPage(w, r, status, site.Form{}, m)
	})
}
