package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// TestAccountPeople: those who look after the site find somebody, give roles, suspend them and
// let them in again.
func TestAccountPeople(t *testing.T) {
	h := newAccountHolder(t, contract.RoleOwner)
	user, _ := h.person("bo", contract.RoleMember)
	bo := id.Format[string]("user", user)
	at := "/account/admin/people/" + bo + "/"
	h.want(h.get("/account/admin/people/"), 200, "bo@example.org", "ada@example.org", at, ">Owner<")
	h.lacks(h.want(h.get("/account/admin/people/?q=BO%40"), 200, "bo@example.org"), "ada@example.org</a>")
	h.want(h.get("/account/admin/people/?role=editor"), 200, "Nobody fits.")
	h.want(h.get("/account/admin/people/?role=nothing&cursor=odd"), 200, "Nobody fits.")

	const calendar = "cal_019ab3f47c2e7d06b8a1f0c2d3e4f506"
	page := h.want(h.get(at), 200, "active", "Suspend", bo)
	page = h.want(h.send(at+"roles/", page.fields, map[string]string{"roles": "shopkeeper", "organiser_of": "the dance"}), 422, `href="#f-organiser-of"`, "the dance")
	page = h.want(h.send(at+"roles/", page.fields, map[string]string{"roles": "shopkeeper", "organiser_of": calendar}), 200, "The roles are set.")
	if page.fields["roles"] != "shopkeeper" || page.fields["organiser_of"] != calendar {
		t.Errorf("the roles are shown as %v", page.fields)
	}
	h.want(h.get("/account/admin/people/?role=organiser"), 200, "Organiser of "+calendar)
	old := page.fields
	h.want(h.send(at+"roles/", page.fields, map[string]string{"organiser_of": ""}), 200, "The roles are set.")
	h.want(h.send(at+"roles/", old, nil), 412, "Somebody changed this meanwhile")

	page = h.get(at)
	h.want(h.send(at+"suspend/", page.fields, nil), 200, "Suspended", "Make it active again")
	h.want(h.send(at+"recovery/", nil, map[string]string{"email": "bo@second.example"}), 409, "The account is suspended.")
	h.want(h.send(at+"restore/", h.get(at).fields, nil), 200, "The account is active again.")
	h.want(h.send(at+"sessions/", nil, nil), 200, "All their sessions have ended.")
	h.want(h.send(at+"recovery/", nil, map[string]string{"email": "nowhere"}), 422, `href="#f-email"`, `value="nowhere"`)
	h.want(h.send(at+"recovery/", nil, map[string]string{"email": "bo@second.example"}), 200, "The link is on its way")
	h.want(h.send(at+"promote/", nil, nil), 404)
	h.want(h.get("/account/admin/people/user_none/"), 422)

	own := "/account/admin/people/" + h.id + "/"
	h.lacks(h.want(h.get(own), 200, "End all sessions"), ">Suspend", "cannot read their mail")
	h.want(h.send(own+"roles/", map[string]string{"etag": h.get(own).fields["etag"]}, nil), 409, "Nobody would own the site any more")

	h.want(h.get("/account/admin/audit/"), 200, "The account was suspended", "Account of", "bo@example.org", "By ada@example.org", "Shopkeeper")
	h.lacks(h.want(h.get("/account/admin/audit/?action=role"), 200, "A role was given"), "The account was suspended")
	h.want(h.get("/account/admin/audit/?user="+bo), 200, "Another address was entered")
	h.want(h.get("/account/admin/audit/?user=nobody"), 200, "There is nothing like that.")
}

func TestAccountInvitations(t *testing.T) {
	h := newAccountHolder(t, contract.RoleOwner)
	const at = "/account/admin/invitations/"
	page := h.want(h.get(at), 200, "Invite somebody", "None yet.")
	page = h.want(h.send(at, page.fields, map[string]string{"email": "nowhere", "roles": "editor"}), 422, `href="#f-email"`, "open")
	if page.fields["roles"] != "editor" || page.fields["email"] != "nowhere" {
		t.Errorf("what was typed is lost: %v", page.fields)
	}
	h.want(h.send(at, page.fields, map[string]string{"email": "cy@example.org"}), 200, "The invitation is on its way.", "cy@example.org", "Editor", "Invited by ada@example.org", "waiting")
	revoke := regexp.MustCompile(`/account/admin/invitations/inv_[0-9a-f]{32}/revoke/`).FindString(h.get(at).body)
	h.lacks(h.want(h.send(revoke, nil, nil), 200, "its link no longer works", "taken back"), "Take back")
	h.want(h.send(at+"inv_none/revoke/", nil, nil), 422)
}

// TestAccountClients registers, changes and removes programs; a secret is shown once.
func TestAccountClients(t *testing.T) {
	h := newAccountHolder(t, contract.RoleOwner)
	const at = "/account/admin/clients/"
	h.want(h.get(at), 200, "No app is registered.", "Register an app")
	page := h.get(at + "new/")
	typed := map[string]string{"client_name": "Harvest <planner>", "redirect_uris": "http://planner.example/cb", "grant_types": "authorization_code", "scope": "openid",
		"token_endpoint_auth_method": "client_secret_basic", "kind": "third_party"}
	page = h.want(h.send(at+"new/", page.fields, typed), 422, `href="#f-redirect-uris"`, "Harvest &lt;planner&gt;")
	for name, want := range map[string]string{"client_name": "Harvest <planner>", "redirect_uris": "http://planner.example/cb", "token_endpoint_auth_method": "client_secret_basic"} {
		if page.fields[name] != want {
			t.Errorf("what was typed is lost: %s is %q", name, page.fields[name])
		}
	}
	made := h.want(h.send(at+"new/", page.fields, map[string]string{"redirect_uris": "https://planner.example/cb"}), 201, "it is not shown again", "Harvest &lt;planner&gt;")
	secret := regexp.MustCompile(`roseash_cs_[0-9A-Za-z_-]{43}`).FindString(made.body)
	client := regexp.MustCompile(`client_[0-9a-f]{32}`).FindString(made.body)
	if secret == "" || client == "" {
		t.Fatalf("no secret or id is shown\n%s", made.body)
	}
	// The same form again makes no second one, and nobody can show the secret again.
	h.lacks(h.want(h.send(at+"new/", page.fields, map[string]string{"redirect_uris": "https://planner.example/cb"}), 200, client), secret)
	to := at + client + "/"
	page = h.get(to)
	h.lacks(page, "roseash_cs_")
	h.want(h.send(to, page.fields, map[string]string{"client_uri": "https://planner.example/", "backchannel_logout_uri": "ftp://x"}), 422, `href="#f-backchannel-logout-uri"`)
	h.want(h.send(to, page.fields, map[string]string{"client_uri": "https://planner.example/"}), 200, "Saved.", "https://planner.example/")
	h.want(h.send(to, page.fields, nil), 412, "Somebody changed this meanwhile")
	again := h.want(h.send(to+"secret/", nil, nil), 200, "it is not shown again")
	if other := regexp.MustCompile(`roseash_cs_[0-9A-Za-z_-]{43}`).FindString(again.body); other == "" || other == secret {
		t.Error("there is no new secret")
	}
	h.want(h.send(to+"disable/", h.get(to).fields, nil), 200, "disabled", "Let it be used again")
	h.want(h.get(at), 200, "disabled", client)
	h.want(h.send(to+"enable/", h.get(to).fields, nil), 200, "in use")
	h.want(h.send(to+"delete/", map[string]string{"etag": `"1-old"`}, nil), 412)
	h.want(h.send(to+"delete/", h.get(to).fields, nil), 200, "Deleted.", "No app is registered.")
	h.want(h.get(to), 404)
	h.want(h.send(to+"burn/", nil, nil), 404)

	service := h.want(h.send(at+"new/", h.get(at+"new/").fields, map[string]string{"client_name": "Night job", "kind": "service", "scope": "blog:draft", "grant_types": "authorization_code"}), 201, "roseash_cs_", "A service")
	h.lacks(service, "Where people are sent back to")
	h.want(h.get("/account/admin/audit/?action=client"), 200, "An app was registered", "An app was given a new secret", "An app was deleted")
}

// TestAccountPagesAreKeptNowhere, whatever they show, and no other site may frame them.
func TestAccountPagesAreKeptNowhere(t *testing.T) {
	h := newAccountHolder(t, contract.RoleOwner)
	for _, at := range []string{"/account/", "/account/tokens/", "/account/admin/audit/", "/account/nothing/"} {
		res, _ := h.do("GET", at, "", http.NoBody)
		if !strings.Contains(res.Header.Get("Cache-Control"), "no-store") || !strings.Contains(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %v", at, res.Header)
		}
	}
	begin := time.Now()
	for range 20 {
		h.get("/account/")
	}
	if took := time.Since(begin); took > 2*time.Minute {
		t.Errorf("20 pages took %v", took)
	}
}
