package identity_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
)

// run asks scenarios of the API in front of the world.
func (w *world) run(t *testing.T, scenarios []apitest.Scenario) {
	t.Helper()
	apitest.Run(t, w.handler, w.pool, scenarios)
}

// tag reads the ETag of an address as somebody sees it.
func (w *world) tag(user contract.UserID, path string) string {
	w.t.Helper()
	res, body := apitest.Ask(w.t, w.handler, apitest.Scenario{URL: path, Header: by(user)})
	if res.StatusCode != http.StatusOK {
		w.t.Fatalf("GET %s = %d %s", path, res.StatusCode, body)
	}
	return res.Header.Get("ETag")
}

// later is a scenario's header that is known once those before have been run.
func later(h map[string]string, name string, value func() string) func(*testing.T) {
	return func(*testing.T) { h[name] = value() }
}

func TestMeOperations(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org", contract.RoleEditor), w.user("bo@example.org")
	first := w.tag(ada, "/v1/me")
	email := string(w.emailOf(ada, "ada@example.org"))
	primary := "/v1/me/emails/" + email
	w.run(t, []apitest.Scenario{
		{Name: "anonymous", URL: "/v1/me", Status: 401},
		{Name: "me", URL: "/v1/me", Header: by(ada), Status: 200, NotWant: []string{string(bo), "openid"},
			Want:       []string{`"id":"` + string(ada), `"email":"ada@example.org"`, `"email_verified":true`, `{"role":"editor"}`, `"blog:write"`},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "rename without a version", Method: "PATCH", URL: "/v1/me", Header: by(ada), Body: `{"display_name":"Ada"}`, Status: 428, Want: []string{"precondition_required"}},
		{Name: "rename", Method: "PATCH", URL: "/v1/me", Header: by(ada, "If-Match", first), Body: `{"display_name":" Ada Baker "}`, Status: 200,
			Want: []string{`"display_name":"Ada Baker"`}, Events: map[string]int{"*": 0}},
		{Name: "rename an old version", Method: "PATCH", URL: "/v1/me", Header: by(ada, "If-Match", first), Body: `{"display_name":"A"}`, Status: 412},
		{Name: "a name of two lines", Method: "PATCH", URL: "/v1/me", Header: by(bo, "If-Match", w.tag(bo, "/v1/me")), Body: `{"display_name":"Canary7f3aSecret\nBo"}`, Status: 422},
		{Name: "a name that turns around", Method: "PATCH", URL: "/v1/me", Header: by(bo, "If-Match", w.tag(bo, "/v1/me")), Body: `{"display_name":"\u202eBo"}`, Status: 422},
		{Name: "a name that is too long", Method: "PATCH", URL: "/v1/me", Header: by(bo, "If-Match", "*"), Body: `{"display_name":"` + strings.Repeat("b", 121) + `"}`, Status: 422},
		{Name: "a role for oneself", Method: "PATCH", URL: "/v1/me", Header: by(bo, "If-Match", w.tag(bo, "/v1/me")), Body: `{"roles":[{"role":"owner"}]}`, Status: 422},

		{Name: "addresses", URL: "/v1/me/emails", Header: by(ada), Status: 200, Want: []string{`"id":"` + email, `"primary":true`, `"changes":[]`}, NotWant: []string{"bo@"}},
		{Name: "addresses, anonymous", URL: "/v1/me/emails", Status: 401},
		{Name: "add an address, signed in long ago", Method: "POST", URL: "/v1/me/emails", Header: longAgo(ada), Body: `{"address":"ada@bakery.example"}`, Status: 401,
			Want: []string{"reauthentication_required"}, WantHeader: map[string]string{"WWW-Authenticate": `Bearer error="insufficient_user_authentication", max_age="600"`}},
		{Name: "add an address", Method: "POST", URL: "/v1/me/emails", Header: by(ada), Body: `{"address":"ada@bakery.example"}`, Status: 202, Events: map[string]int{"*": 0}},
		{Name: "it waits", URL: "/v1/me/emails", Header: by(ada), Status: 200, Want: []string{`"kind":"add"`, `"address":"ada@bakery.example"`, `"waits_for":["new"]`}},
		{Name: "replace the primary", Method: "POST", URL: "/v1/me/emails", Header: by(ada), Body: `{"address":"new@example.org","replaces_primary":true}`, Status: 202},
		{Name: "both wait", URL: "/v1/me/emails", Header: by(ada), Status: 200, Want: []string{`"waits_for":["new","old"]`}},
		{Name: "somebody else's", Method: "POST", URL: "/v1/me/emails", Header: by(ada), Body: `{"address":"bo@example.org"}`, Status: 202},
		{Name: "one's own", Method: "POST", URL: "/v1/me/emails", Header: by(ada), Body: `{"address":"ada@example.org"}`, Status: 409, Want: []string{"address_yours"}},
		{Name: "no address", Method: "POST", URL: "/v1/me/emails", Header: by(ada), Body: `{"address":"Canary7f3aSecret"}`, Status: 422, Want: []string{"invalid_address", "body.address"}},
		{Name: "remove the primary", Method: "DELETE", URL: primary, Header: by(ada), Status: 409, Want: []string{"primary_address"}},
		{Name: "remove, signed in long ago", Method: "DELETE", URL: primary, Header: longAgo(ada), Status: 401},
		{Name: "remove somebody else's", Method: "DELETE", URL: primary, Header: by(bo), Status: 404},
		{Name: "somebody else's as primary", Method: "PUT", URL: primary + "/primary", Header: by(bo), Status: 404},
		{Name: "primary, signed in long ago", Method: "PUT", URL: primary + "/primary", Header: longAgo(ada), Status: 401},
		{Name: "primary already", Method: "PUT", URL: primary + "/primary", Header: by(ada), Status: 204},
		{Name: "an address in the path", Method: "DELETE", URL: "/v1/me/emails/ada@example.org", Header: by(ada), Status: 422},

		{Name: "deletion, signed in long ago", Method: "POST", URL: "/v1/me/deletion", Header: longAgo(ada), Status: 401},
		{Name: "deletion", Method: "POST", URL: "/v1/me/deletion", Header: by(ada), Status: 200, Want: []string{`"deletion_due":"2026-12-11T09:30:00Z"`}},
		{Name: "deletion taken back", Method: "DELETE", URL: "/v1/me/deletion", Header: longAgo(ada), Status: 204},
		{Name: "nothing is planned", URL: "/v1/me", Header: by(ada), Status: 200, NotWant: []string{"deletion_due"}},
		{Name: "what happened", URL: "/v1/me/audit?limit=3", Header: by(ada), Status: 200, Want: []string{"user.deletion_cancelled", "next_cursor"}, NotWant: []string{"example.org", "bakery"}},
		{Name: "what happened, anonymous", URL: "/v1/me/audit", Status: 401},
	})
}

func TestUserOperations(t *testing.T) {
	w := newWorld(t)
	owner, admin := w.user("owner@example.org", contract.RoleOwner), w.user("admin@example.org", contract.RoleAdmin)
	ada, editor := w.user("ada@example.org"), w.user("editor@example.org", contract.RoleEditor)
	path := "/v1/users/" + string(ada)
	session := w.begin(ada)
	fresh := func(user contract.UserID, more ...string) (map[string]string, func(*testing.T)) {
		h := by(user, more...)
		return h, later(h, "If-Match", func() string { return w.tag(admin, path) })
	}
	suspend, suspendTag := fresh(admin)
	roles, rolesTag := fresh(admin)
	back, backTag := fresh(admin)
	owned, ownedTag := fresh(admin)
	w.run(t, []apitest.Scenario{
		{Name: "list, anonymous", URL: "/v1/users", Status: 401},
		{Name: "list, an editor", URL: "/v1/users", Header: by(editor), Status: 403, Want: []string{"insufficient_scope"}},
		{Name: "list", URL: "/v1/users", Header: longAgo(admin), Status: 200, Want: []string{"ada@example.org", "owner@example.org", `{"role":"admin"}`}, NotWant: []string{"next_cursor"},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "list by role", URL: "/v1/users?role=editor", Header: by(admin), Status: 200, Want: []string{"editor@"}, NotWant: []string{"ada@", "owner@"}},
		{Name: "list by address", URL: "/v1/users?q=ADA%40", Header: by(admin), Status: 200, Want: []string{"ada@"}, NotWant: []string{"editor@"}},
		{Name: "a pattern is no pattern", URL: "/v1/users?q=%25", Header: by(admin), Status: 200, Want: []string{`"items":[]`}},
		{Name: "list by an unknown role", URL: "/v1/users?role=Canary7f3aSecret", Header: by(admin), Status: 422},
		{Name: "a page", URL: "/v1/users?limit=1", Header: by(admin), Status: 200, Want: []string{"editor@", "next_cursor"}, NotWant: []string{"ada@"}},
		{Name: "read", URL: path, Header: by(admin), Status: 200, Want: []string{`"state":"active"`}},
		{Name: "read, an editor", URL: path, Header: by(editor), Status: 403},
		{Name: "read nobody", URL: "/v1/users/user_00000000000000000000000000000000", Header: by(admin), Status: 404},
		{Name: "read what is no id", URL: "/v1/users/Canary7f3aSecret", Header: by(admin), Status: 422},

		{Name: "suspend, signed in long ago", Method: "PATCH", URL: path, Header: longAgo(admin, "If-Match", `"v1-a"`), Body: `{"state":"suspended"}`, Status: 401},
		{Name: "suspend without a version", Method: "PATCH", URL: path, Header: by(admin), Body: `{"state":"suspended"}`, Status: 428},
		{Name: "suspend an old version", Method: "PATCH", URL: path, Header: by(admin, "If-Match", `"v99-a"`), Body: `{"state":"suspended"}`, Status: 412},
		{Name: "suspend, an editor", Method: "PATCH", URL: path, Header: by(editor, "If-Match", `"v1-a"`), Body: `{"state":"suspended"}`, Status: 403},
		{Name: "delete by state", Method: "PATCH", URL: path, Header: by(admin, "If-Match", `"v1-a"`), Body: `{"state":"deleted"}`, Status: 422},
		{Name: "suspend", Method: "PATCH", URL: path, Before: suspendTag, Header: suspend, Body: `{"state":"suspended"}`, Status: 200, Want: []string{`"state":"suspended"`},
			After: func(t *testing.T, _ *http.Response, _ []byte) {
				if w.signedIn(session) {
					t.Error("the session is still good")
				}
			}},
		{Name: "the suspended user", URL: "/v1/me", Header: by(ada), Status: 401},
		{Name: "list suspended", URL: "/v1/users?state=suspended", Header: by(admin), Status: 200, Want: []string{"ada@"}, NotWant: []string{"editor@"}},
		{Name: "bring back", Method: "PATCH", URL: path, Before: backTag, Header: back, Body: `{"state":"active","display_name":"Ada"}`, Status: 200, Want: []string{`"state":"active"`, `"Ada"`}},

		{Name: "roles", Method: "PUT", URL: path + "/roles", Before: rolesTag, Header: roles, Body: `{"roles":[{"role":"author"},{"role":"organiser","calendar":"` + calendar + `"}]}`, Status: 200,
			Want: []string{`"author"`, calendar}},
		{Name: "roles without a version", Method: "PUT", URL: path + "/roles", Header: by(admin), Body: `{"roles":[]}`, Status: 428},
		{Name: "roles of an old version", Method: "PUT", URL: path + "/roles", Header: by(admin, "If-Match", `"v1-a"`), Body: `{"roles":[]}`, Status: 412},
		{Name: "roles, an editor", Method: "PUT", URL: path + "/roles", Header: by(editor, "If-Match", `"v1-a"`), Body: `{"roles":[]}`, Status: 403},
		{Name: "an organiser of nothing", Method: "PUT", URL: path + "/roles", Header: by(admin, "If-Match", `"v1-a"`), Body: `{"roles":[{"role":"organiser"}]}`, Status: 422, Want: []string{"body.roles[0].calendar"}},
		{Name: "an unknown role", Method: "PUT", URL: path + "/roles", Header: by(admin, "If-Match", `"v1-a"`), Body: `{"roles":[{"role":"Canary7f3aSecret"}]}`, Status: 422},
		{Name: "an admin makes an owner", Method: "PUT", URL: path + "/roles", Before: ownedTag, Header: owned, Body: `{"roles":[{"role":"owner"}]}`, Status: 403, Want: []string{"owners_only"}},
		{Name: "the last owner resigns", Method: "PUT", URL: "/v1/users/" + string(owner) + "/roles", Header: by(owner, "If-Match", w.tag(owner, "/v1/me")), Body: `{"roles":[]}`, Status: 409, Want: []string{"last_owner"}},
		{Name: "the last owner leaves", Method: "POST", URL: "/v1/me/deletion", Header: by(owner), Status: 409, Want: []string{"last_owner"}},

		{Name: "sign out, an editor", Method: "DELETE", URL: path + "/sessions", Header: by(editor), Status: 403},
		{Name: "sign out an owner", Method: "DELETE", URL: "/v1/users/" + string(owner) + "/sessions", Header: by(admin), Status: 403, Want: []string{"owners_only"}},
		{Name: "sign out", Method: "DELETE", URL: path + "/sessions", Header: by(admin), Status: 204,
			Before: func(*testing.T) { session = w.begin(ada) },
			After: func(t *testing.T, _ *http.Response, _ []byte) {
				if w.signedIn(session) {
					t.Error("the session is still good")
				}
			}},
		{Name: "recover, signed in long ago", Method: "POST", URL: path + "/recovery", Header: longAgo(admin), Body: `{"email":"found@example.org"}`, Status: 401},
		{Name: "recover with somebody's address", Method: "POST", URL: path + "/recovery", Header: by(admin), Body: `{"email":"editor@example.org"}`, Status: 409, Want: []string{"address_taken"}},
		{Name: "recover with no address", Method: "POST", URL: path + "/recovery", Header: by(admin), Body: `{"email":"Canary7f3aSecret"}`, Status: 422},
		{Name: "recover", Method: "POST", URL: path + "/recovery", Header: by(admin), Body: `{"email":"found@example.org"}`, Status: 202},
		{Name: "recover, an editor", Method: "POST", URL: path + "/recovery", Header: by(editor), Body: `{"email":"found@example.org"}`, Status: 403},

		{Name: "audit, an editor", URL: "/v1/audit", Header: by(editor), Status: 403},
		{Name: "audit", URL: "/v1/audit?action=recovery.&user=" + string(ada), Header: by(admin), Status: 200, Want: []string{"recovery.begun"}, NotWant: []string{"user.suspended", "@example.org"}},
		{Name: "audit of denials", URL: "/v1/audit?action=authorization.denied&limit=1", Header: by(admin), Status: 200, Want: []string{`"subject":"list-audit"`, string(editor), "next_cursor"}},
		{Name: "audit, anonymous", URL: "/v1/audit", Status: 401},
	})
}

func TestInvitationOperations(t *testing.T) {
	w := newWorld(t)
	admin, editor := w.user("admin@example.org", contract.RoleAdmin), w.user("editor@example.org", contract.RoleEditor)
	var made identity.Invitation
	decode := func(t *testing.T, _ *http.Response, body []byte) {
		if err := json.Unmarshal(body, &made); err != nil {
			t.Fatal(err)
		}
	}
	w.run(t, []apitest.Scenario{
		{Name: "anonymous", Method: "POST", URL: "/v1/invitations", Body: `{"email":"bo@example.org"}`, Status: 401},
		{Name: "an editor", Method: "POST", URL: "/v1/invitations", Header: by(editor), Body: `{"email":"bo@example.org"}`, Status: 403},
		{Name: "signed in long ago", Method: "POST", URL: "/v1/invitations", Header: longAgo(admin), Body: `{"email":"bo@example.org"}`, Status: 401},
		{Name: "no address", Method: "POST", URL: "/v1/invitations", Header: by(admin), Body: `{"email":"Canary7f3aSecret"}`, Status: 422, Want: []string{"body.email"}},
		{Name: "an owner", Method: "POST", URL: "/v1/invitations", Header: by(admin), Body: `{"email":"bo@example.org","roles":[{"role":"owner"}]}`, Status: 403, Want: []string{"owners_only"}},
		{Name: "an author", Method: "POST", URL: "/v1/invitations", Header: by(admin), Body: `{"email":"Bo@example.org","roles":[{"role":"author"}]}`, Status: 201,
			Want: []string{`"email":"bo@example.org"`, `"state":"pending"`}, NotWant: []string{"token", "welcome"}, After: decode, Events: map[string]int{"*": 0}},
		{Name: "list", URL: "/v1/invitations", Header: by(admin), Status: 200, Want: []string{"bo@example.org"}},
		{Name: "list, an editor", URL: "/v1/invitations", Header: by(editor), Status: 403},
	})
	path := "/v1/invitations/" + string(made.ID)
	link := w.mail("invitation", "bo@example.org").Data.(contract.InvitationMail).Link
	w.run(t, []apitest.Scenario{
		{Name: "take back, an editor", Method: "DELETE", URL: path, Header: by(editor), Status: 403},
		{Name: "take back", Method: "DELETE", URL: path, Header: by(admin), Status: 204},
		{Name: "take back again", Method: "DELETE", URL: path, Header: by(admin), Status: 204},
		{Name: "revoked", URL: "/v1/invitations", Header: by(admin), Status: 200, Want: []string{`"state":"revoked"`}},
		{Name: "take back nothing", Method: "DELETE", URL: "/v1/invitations/inv_00000000000000000000000000000000", Header: by(admin), Status: 404},
		{Name: "again", Method: "POST", URL: "/v1/invitations", Header: by(admin), Body: `{"email":"bo@example.org"}`, Status: 201, After: decode},
	})
	if _, err := w.ShowInvitation(t.Context(), w.welcome(link)); err == nil {
		t.Error("the revoked link still works")
	}
	link = w.mail("invitation", "bo@example.org").Data.(contract.InvitationMail).Link
	if _, err := w.Accept(t.Context(), w.welcome(link), "Bo", "", w.visitor); err != nil {
		t.Fatal(err)
	}
	w.run(t, []apitest.Scenario{
		{Name: "accepted", URL: "/v1/invitations?limit=1", Header: by(admin), Status: 200, Want: []string{`"state":"accepted"`, `"user":"user_`, "next_cursor"}},
		{Name: "take back what was accepted", Method: "DELETE", URL: "/v1/invitations/" + string(made.ID), Header: by(admin), Status: 409, Want: []string{"invitation_used"}},
	})
}

// TestPages: lists go on where they were left, whatever is added meanwhile.
func TestPages(t *testing.T) {
	w := newWorld(t)
	admin := w.user("admin@example.org", contract.RoleAdmin)
	for _, name := range []string{"ada", "bo", "cy", "di"} {
		w.user(name + "@example.org")
	}
	var got []string
	for after := ""; ; {
		users, next, err := w.Users(w.as(admin), identity.UserQuery{Limit: 2, Cursor: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range users {
			got = append(got, strings.TrimSuffix(u.Email, "@example.org"))
		}
		w.user("late" + string(rune('a'+len(got))) + "@example.org")
		if after = next; after == "" {
			break
		}
	}
	if strings.Join(got, " ") != "di cy bo ada admin" {
		t.Errorf("users = %v", got)
	}
}
