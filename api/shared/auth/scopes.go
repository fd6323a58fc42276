// The scopes: one name for what a token may be used for and for what a role permits.

package auth

import "slices"

// The scopes of the API, and those of OpenID Connect (Core 1.0 section 5.4).
const (
	ScopeOpenID        = "openid"
	ScopeProfile       = "profile"
	ScopeEmail         = "email"
	ScopeOfflineAccess = "offline_access"

	ScopeAccountRead    = "account:read"
	ScopeAccountWrite   = "account:write"
	ScopeCartWrite      = "cart:write"
	ScopeBlogDraft      = "blog:draft"
	ScopeBlogPublish    = "blog:publish"
	ScopeBlogWrite      = "blog:write"
	ScopeSiteWrite      = "site:write"
	ScopeMediaWrite     = "media:write"
	ScopeMarketWrite    = "market:write"
	ScopeOrdersRead     = "orders:read"
	ScopeOrdersWrite    = "orders:write"
	ScopeEventsPropose  = "events:propose"
	ScopeEventsOrganise = "events:organise"
	ScopeEventsWrite    = "events:write"
	ScopeMembersRead    = "members:read"
	ScopeUsersRead      = "users:read"
	ScopeUsersWrite     = "users:write"
	ScopeClientsWrite   = "clients:write"
	ScopeAuditRead      = "audit:read"
)

// ScopeInfo explains a scope: in the OpenAPI document, and to who is asked for consent.
type ScopeInfo struct {
	Name  string
	About string
	// OpenID tells scopes of OpenID Connect, which permit no operation.
	OpenID bool
}

// Scopes lists every scope in the order in which they are explained.
func Scopes() []ScopeInfo {
	return []ScopeInfo{
		{ScopeOpenID, "Know who you are", true},
		{ScopeProfile, "See your name", true},
		{ScopeEmail, "See your e-mail address", true},
		{ScopeOfflineAccess, "Stay connected while you are away", true},
		{ScopeAccountRead, "See your account: profile, sessions, passkeys and connected apps", false},
		{ScopeAccountWrite, "Change your account", false},
		{ScopeCartWrite, "Fill your cart and order from it", false},
		{ScopeBlogDraft, "Write drafts, and change your own", false},
		{ScopeBlogPublish, "Publish and change your own posts", false},
		{ScopeBlogWrite, "Write, publish and delete all posts and pages", false},
		{ScopeSiteWrite, "Change the site's settings and redirects", false},
		{ScopeMediaWrite, "Upload pictures and files", false},
		{ScopeMarketWrite, "Change products, prices and stock", false},
		{ScopeOrdersRead, "See all orders of the shop", false},
		{ScopeOrdersWrite, "Hand orders over, refund them, sell over the counter, and say how goods are delivered", false},
		{ScopeEventsPropose, "Propose dates for the co-op's calendars", false},
		{ScopeEventsOrganise, "Organise your calendars: their dates, and what members propose", false},
		{ScopeEventsWrite, "Organise all calendars, and make calendars and venues", false},
		{ScopeMembersRead, "See members of the blog and their e-mail addresses", false},
		{ScopeUsersRead, "See people's accounts and roles", false},
		{ScopeUsersWrite, "Invite people, change their roles and end their sessions", false},
		{ScopeClientsWrite, "Register apps", false},
		{ScopeAuditRead, "Read the audit log", false},
	}
}

// includes lists what a scope stands for besides itself.
var includes = map[string][]string{
	ScopeBlogWrite:      {ScopeBlogPublish, ScopeBlogDraft},
	ScopeBlogPublish:    {ScopeBlogDraft},
	ScopeAccountWrite:   {ScopeAccountRead},
	ScopeOrdersWrite:    {ScopeOrdersRead},
	ScopeEventsOrganise: {ScopeEventsPropose},
	ScopeEventsWrite:    {ScopeEventsOrganise, ScopeEventsPropose},
	ScopeUsersWrite:     {ScopeUsersRead},
}

// Covers tells whether scopes that are held stand for the one that is needed.
func Covers(held []string, needed string) bool {
	return slices.ContainsFunc(held, func(s string) bool {
		return s == needed || s == AllScopes || slices.Contains(includes[s], needed)
	})
}

// Both returns the scopes that two sets both stand for, in the order of Scopes: what a
// token may do for somebody who has roles.
func Both(a, b []string) []string {
	both := []string{}
	for _, s := range Scopes() {
		if Covers(a, s.Name) && Covers(b, s.Name) {
			both = append(both, s.Name)
		}
	}
	return both
}
