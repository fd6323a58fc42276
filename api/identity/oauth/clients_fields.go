// What an admin says of a client, and whether it fits together.

package oauth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Ways in which a client proves who it is (RFC 7591 section 2).
const (
	authNone  = "none"
	authBasic = "client_secret_basic"
)

// ClientFields are what an admin sets of a client.
type ClientFields struct {
	Name                   *string   `json:"client_name,omitempty" minLength:"1" maxLength:"120" pattern:"\\S" example:"Harvest planner"`
	URI                    *string   `json:"client_uri,omitempty" maxLength:"2000" example:"https://planner.example/" doc:"Its own pages; empty: none."`
	RedirectURIs           *[]string `json:"redirect_uris,omitempty" maxItems:"20" example:"[\"https://planner.example/callback\"]" doc:"https. For public clients also http on a loopback IP address, whose port may differ in a request, or a scheme of their own with a dot in it."`
	PostLogoutRedirectURIs *[]string `json:"post_logout_redirect_uris,omitempty" maxItems:"20" example:"[\"https://planner.example/\"]" doc:"Where people may be sent after they signed out."`
	BackchannelLogoutURI   *string   `json:"backchannel_logout_uri,omitempty" maxLength:"2000" example:"https://planner.example/logout" doc:"Told of sessions that end, by a logout token; empty: none."`
	GrantTypes             *[]string `json:"grant_types,omitempty" maxItems:"4" example:"[\"authorization_code\",\"refresh_token\"]" doc:"authorization_code, refresh_token, urn:ietf:params:oauth:grant-type:device_code; client_credentials for services, and nothing else for them."`
	Scope                  *string   `json:"scope,omitempty" maxLength:"1000" example:"openid profile" doc:"All that it may ever ask for, separated by spaces."`
	Audiences              *[]string `json:"audiences,omitempty" maxItems:"20" example:"[\"https://example.org\"]" doc:"What it may ask tokens for, as resource (RFC 8707); the API where nothing is said."`
}

// NewClient is a client that is to be registered. Kind and way of proving itself are for
// good.
type NewClient struct {
	ClientFields
	Kind       string `json:"kind" enum:"first_party,third_party,service" example:"third_party"`
	AuthMethod string `json:"token_endpoint_auth_method,omitempty" enum:"none,client_secret_basic,client_secret_post" example:"none" doc:"none: a public client. A secret may be sent in either way, whichever is named. Where nothing is said: a secret for services, none for others."`
}

// ClientChanges are what is to be changed of a client.
type ClientChanges struct {
	ClientFields
	Disabled *bool `json:"disabled,omitempty" example:"false" doc:"A client that is disabled loses all that it was given, and does not get it back."`
}

// change returns a client with the fields that are given. It fails with 422.
func (s *Server) change(row identitydb.Client, f ClientFields) (identitydb.Client, error) {
	c := fieldCheck{uris: uriRules{public: !row.Confidential, local: urls.LoopbackURL(s.Issuer())}}
	if f.Name != nil {
		row.ClientName = strings.TrimSpace(*f.Name)
	}
	c.name(row.ClientName)
	if f.URI != nil {
		row.ClientUri = c.one("client_uri", *f.URI, c.uris.page)
	}
	if f.RedirectURIs != nil {
		row.RedirectUris = c.list("redirect_uris", *f.RedirectURIs, c.uris.redirect)
	}
	if f.PostLogoutRedirectURIs != nil {
		row.PostLogoutRedirectUris = c.list("post_logout_redirect_uris", *f.PostLogoutRedirectURIs, c.uris.redirect)
	}
	if f.BackchannelLogoutURI != nil {
		row.BackchannelLogoutUri = c.one("backchannel_logout_uri", *f.BackchannelLogoutURI, c.uris.backchannel)
	}
	if f.GrantTypes != nil {
		row.GrantTypes = *f.GrantTypes
	}
	row.GrantTypes = c.grants(row)
	if f.Scope != nil {
		row.Scopes = c.scope(*f.Scope)
	}
	c.scopes(row)
	if f.Audiences != nil {
		row.Audiences = c.list("audiences", *f.Audiences, c.uris.page)
	}
	if len(row.Audiences) == 0 {
		c.fault("audiences", "expected at least one")
	}
	row.RedirectUris, row.PostLogoutRedirectUris = set(row.RedirectUris), set(row.PostLogoutRedirectUris)
	c.fits(row)
	if c.problem != nil {
		return row, c.problem
	}
	return row, nil
}

// fieldCheck gathers what is wrong with fields. It is used for one request.
type fieldCheck struct {
	uris    uriRules
	problem *problem.Details
}

func (c *fieldCheck) fault(field, message string) {
	if c.problem == nil {
		c.problem = problem.Unprocessable("the request does not fit its description")
	}
	c.problem = c.problem.WithField("body."+field, message)
}

func (c *fieldCheck) name(name string) {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		c.fault("client_name", "expected a name without invisible characters")
	}
}

func (c *fieldCheck) one(field, uri string, check func(string) string) string {
	if uri != "" {
		if fault := check(uri); fault != "" {
			c.fault(field, fault)
		}
	}
	return uri
}

func (c *fieldCheck) list(field string, uris []string, check func(string) string) []string {
	if len(uris) > maxURIs {
		c.fault(field, fmt.Sprintf("expected at most %d", maxURIs))
		return nil
	}
	for i, uri := range uris {
		at := fmt.Sprintf("%s[%d]", field, i)
		if fault := check(uri); fault != "" {
			c.fault(at, fault)
		} else if slices.Index(uris, uri) < i {
			c.fault(at, "is there twice")
		}
	}
	return uris
}

// defaultGrants are a client's grant types where nothing is said.
func defaultGrants(kind string) []string {
	if kind == kindService {
		return []string{grantCredentials}
	}
	return []string{grantCode, grantRefresh}
}

// grants checks grant types, and returns them in their order.
func (c *fieldCheck) grants(row identitydb.Client) []string {
	known := []string{grantCode, grantRefresh, grantDevice}
	if row.Kind == kindService {
		known = []string{grantCredentials}
	}
	for i, name := range row.GrantTypes {
		if !slices.Contains(known, name) {
			c.fault(fmt.Sprintf("grant_types[%d]", i), "expected "+strings.Join(known, ", "))
		}
	}
	ordered := slices.DeleteFunc(known, func(name string) bool { return !slices.Contains(row.GrantTypes, name) })
	if len(ordered) == 0 || len(ordered) == 1 && ordered[0] == grantRefresh {
		c.fault("grant_types", "expected a way to come to a first token")
	}
	return ordered
}

// scope reads scopes that are separated by spaces (RFC 6749 section 3.3).
func (c *fieldCheck) scope(text string) []string {
	asked := strings.Fields(text)
	scopes := []string{}
	for _, s := range auth.Scopes() {
		if slices.Contains(asked, s.Name) {
			scopes = append(scopes, s.Name)
		}
	}
	if slices.ContainsFunc(asked, func(name string) bool { return !slices.Contains(scopes, name) }) {
		c.fault("scope", "expected scopes of this server, separated by spaces")
	}
	return scopes
}

func (c *fieldCheck) scopes(row identitydb.Client) {
	if len(row.Scopes) == 0 {
		c.fault("scope", "expected at least one scope")
	}
	for _, s := range auth.Scopes() {
		person := s.OpenID || s.Name == auth.ScopeAccountRead || s.Name == auth.ScopeAccountWrite
		if row.Kind == kindService && person && slices.Contains(row.Scopes, s.Name) {
			c.fault("scope", "expected none that is about a person: a service acts for nobody")
			return
		}
	}
}

// fits checks what fields must have to do with each other.
func (c *fieldCheck) fits(row identitydb.Client) {
	redirected := slices.Contains(row.GrantTypes, grantCode)
	switch {
	case row.Kind == kindService && !row.Confidential:
		c.fault("token_endpoint_auth_method", "expected a secret: a service proves who it is")
	case redirected && len(row.RedirectUris) == 0:
		c.fault("redirect_uris", "expected at least one for authorization_code")
	case !redirected && len(row.RedirectUris) > 0:
		c.fault("redirect_uris", "expected none without authorization_code")
	case row.Kind == kindService && (len(row.PostLogoutRedirectUris) > 0 || row.BackchannelLogoutUri != ""):
		c.fault("kind", "expected no addresses for logout: nobody signs in to a service")
	}
}

// stillAllowed narrows scopes that were given to what the client may have now.
func stillAllowed(given, client []string) []string {
	if !slices.ContainsFunc(given, func(scope string) bool { return !auth.Covers(client, scope) }) {
		return given
	}
	return auth.Both(given, client)
}

// set is a list that is stored as empty where there is none.
func set(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// mayServe refuses somebody who would give a service more than they hold themselves.
// Programs that act for people do no more than these may, whoever registers them.
func mayServe(ctx context.Context, row identitydb.Client) error {
	if row.Kind != kindService {
		return nil
	}
	p, _ := auth.PrincipalFrom(ctx)
	if slices.ContainsFunc(row.Scopes, func(scope string) bool { return !p.Has(scope) }) {
		return problem.Forbidden("a service may do no more than whoever registers it").WithCode("scope_not_permitted")
	}
	return nil
}

// changes names what differs, for the audit log.
func changes(old, row identitydb.Client) map[string]any {
	fields := []string{}
	for name, same := range map[string]bool{
		"client_name": old.ClientName == row.ClientName, "client_uri": old.ClientUri == row.ClientUri,
		"redirect_uris":             slices.Equal(old.RedirectUris, row.RedirectUris),
		"post_logout_redirect_uris": slices.Equal(old.PostLogoutRedirectUris, row.PostLogoutRedirectUris),
		"backchannel_logout_uri":    old.BackchannelLogoutUri == row.BackchannelLogoutUri,
		"grant_types":               slices.Equal(old.GrantTypes, row.GrantTypes),
		"scope":                     slices.Equal(old.Scopes, row.Scopes),
		"audiences":                 slices.Equal(old.Audiences, row.Audiences),
		"disabled":                  (old.DisabledAt == nil) == (row.DisabledAt == nil),
	} {
		if !same {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return map[string]any{"fields": fields, "disabled": row.DisabledAt != nil, "scopes": row.Scopes}
}
