// What the requests of the authorization table are about.

package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
)

// bodies are what operations are sent, by their names: nothing is wrong with any of them.
// $n is another number each time, $owner and $other are people's ids.
var bodies = map[string]string{
	"create-post":       `{"title":"Post $n"}`,
	"update-post":       `{"title":"Post $n, again"}`,
	"create-page":       `{"title":"Page $n"}`,
	"update-page":       `{"title":"Page $n, again"}`,
	"update-settings":   `{"description":"Bread, $n times"}`,
	"replace-redirects": `{"items":[{"pattern":"^/old-$n/?$$","target":"/","status":301}]}`,

	"resolve-ghost-conflict": `{"keep":"ours"}`,

	"upload-media": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82",

	"create-category":   `{"name":"Category $n","slug":"category-$n"}`,
	"update-category":   `{"name":"Category $n, again"}`,
	"create-product":    `{"name":"Product $n","slug":"product-$n","category":"shelf","variants":[{"name":"One","sku":"NEW-$n","price":{"amount_minor":325,"currency":"GBP"},"quantity":1,"unit":"each","vat_rate":0}]}`,
	"update-product":    `{"name":"Product $n, again"}`,
	"create-brand":      `{"name":"Brand $n","slug":"brand-$n"}`,
	"update-brand":      `{"name":"Brand $n, again"}`,
	"create-producer":   `{"name":"Producer $n","slug":"producer-$n"}`,
	"update-producer":   `{"name":"Producer $n, again"}`,
	"create-label":      `{"name":"Label $n","slug":"label-$n"}`,
	"update-label":      `{"name":"Label $n, again"}`,
	"create-collection": `{"name":"Collection $n","slug":"collection-$n"}`,
	"update-collection": `{"name":"Collection $n, again"}`,
	"create-price":      `{"list":"public","price":{"amount_minor":300,"currency":"GBP"},"valid_from":"$soon"}`,
	"create-movements":  `{"movements":[{"sku":"SHELF-1","change":1,"reason":"received"}]}`,
	"import-catalogue":  "product,sku\nshelf,SHELF-1\n",

	"update-me":         `{"display_name":"Somebody $n"}`,
	"create-email":      `{"address":"further-$n@example.org"}`,
	"create-passkey":    `{"ceremony":"none","name":"Phone","response":{}}`,
	"update-passkey":    `{"name":"Phone $n"}`,
	"create-token":      `{"name":"Script $n","scopes":["account:read"]}`,
	"update-user":       `{"display_name":"Somebody $n"}`,
	"set-roles":         `{"roles":[{"role":"editor"}]}`,
	"recover-user":      `{"email":"found-$n@example.org"}`,
	"create-invitation": `{"email":"invited-$n@example.org"}`,
	"create-client":     `{"client_name":"Client $n","kind":"third_party","scope":"openid","redirect_uris":["https://client.example/$n"],"token_endpoint_auth_method":"client_secret_basic"}`,
	"update-client":     `{"client_name":"Client $n"}`,
}

// contentTypes are those that are not JSON.
var contentTypes = map[string]string{"upload-media": "image/png", "import-catalogue": "text/csv"}

// queries are what an operation cannot be asked without.
var queries = map[string]string{
	"list-availability": "?ids=var_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"resolve-redirect":  "?path=/old/",
	"search":            "?q=bread",
	"import-catalogue":  "?dry_run=true",
	"end-sessions":      "?except_current=true",
}

// taggedBy says where the version of a thing is read whose own address does not give it.
var taggedBy = map[string][2]string{
	"publish-post": {"/publish", ""}, "unpublish-post": {"/unpublish", ""},
	"publish-page": {"/publish", ""}, "unpublish-page": {"/unpublish", ""},
	"set-roles": {"/roles", ""},
}

// thing makes what a parameter of an operation's path names, and returns its id.
func (w *matrix) thing(t *testing.T, operation, parameter string) string {
	t.Helper()
	if made, ok := w.ofShop(t, operation, parameter); ok {
		return made
	}
	if made, ok := w.ofCalendars(t, parameter); ok {
		return made
	}
	switch parameter {
	case "post":
		if strings.HasSuffix(operation, "page") {
			return w.make(t, "admin", "/v1/pages", bodies["create-page"], "id")
		}
		return w.make(t, "owner", "/v1/posts", bodies["create-post"], "id")
	case "tag":
		return "bread"
	case "author":
		return "bakery"
	case "category":
		return w.make(t, "admin", "/v1/categories", bodies["create-category"], "id")
	case "product":
		return w.make(t, "admin", "/v1/products", bodies["create-product"], "id")
	case "variant":
		return w.variant
	case "price":
		return w.make(t, "admin", "/v1/variants/"+w.variant+"/prices", bodies["create-price"], "id")
	case "term":
		noun := operation[strings.LastIndexByte(operation, '-')+1:]
		return w.make(t, "admin", "/v1/"+noun+"s", bodies["create-"+noun], "id")
	case "client":
		client := w.make(t, "admin", "/v1/clients", bodies["create-client"], "client_id")
		w.exec(t, `INSERT INTO identity.consents (user_id, client_id, scopes, created_at, updated_at) VALUES ($1, $2, '{openid}', shared.clock(), shared.clock())`,
			uuidOf(t, w.users["owner"]), client)
		return client
	case "invitation":
		return w.make(t, "admin", "/v1/invitations", bodies["create-invitation"], "id")
	case "token":
		return w.make(t, "owner", "/v1/me/tokens", bodies["create-token"], "id")
	case "user":
		if operation == "get-user" {
			return w.users["owner"]
		}
		user, _ := w.person(t, fmt.Sprint("person-", w.made), "")
		return user
	}
	return w.own(t, parameter)
}

// own stores a thing of the owner's that is not made by a request, and returns its id.
func (w *matrix) own(t *testing.T, parameter string) string {
	t.Helper()
	u, owner := id.New(), uuidOf(t, w.users["owner"])
	secret := seal.Hash(seal.Random())
	switch parameter {
	case "session":
		w.exec(t, `INSERT INTO identity.sessions (id, token_hash, user_id, origin, method, created_at, authenticated_at, last_used_at, expires_at, network)
VALUES ($1, $2, $3, 'http://localhost:8080', 'link', shared.clock(), shared.clock(), shared.clock(), shared.clock() + interval '1 day', '192.0.2.1/32')`, u, secret, owner)
		return id.Format[string]("ses", u)
	case "passkey":
		w.exec(t, `INSERT INTO identity.passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, '{}', 'Phone', shared.clock())`, u, owner, secret)
		return id.Format[string]("pk", u)
	case "email":
		address := fmt.Sprintf("second-%d@example.org", w.made)
		w.exec(t, `INSERT INTO identity.emails (user_id, address, verified_at, created_at) VALUES ($1, $2, shared.clock(), shared.clock())`, owner, address)
		_, body := w.as(t, "owner", apitest.Scenario{Method: "GET", URL: "/v1/me/emails"})
		var list struct {
			Items []struct{ ID, Address string }
		}
		if err := json.Unmarshal(body, &list); err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Items {
			if e.Address == address {
				return e.ID
			}
		}
	case "export":
		w.exec(t, `INSERT INTO account.exports (id, user_id, created_at, ready_at, expires_at, archive) VALUES ($1, $2, shared.clock(), shared.clock(), shared.clock() + interval '1 day', 'PK')`, u, owner)
		return id.Format[string]("exp", u)
	}
	t.Fatalf("nobody makes a {%s}", parameter)
	return ""
}

func uuidOf(t *testing.T, user string) uuid.UUID {
	t.Helper()
	u, ok := id.Parse("user", user)
	if !ok {
		t.Fatalf("%q is no user", user)
	}
	return u
}
