// Which app is on which origin, and absolute or relative links between them.

package urls

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// App is a part of the product that can have an origin of its own.
type App string

// The apps. Their values are the directory names of built trees and the middle
// of ROSEASH_SITE_<APP>_URL.
const (
	Blog       App = "blog"
	Market     App = "market"
	Cart       App = "cart"
	Events     App = "events"
	Federation App = "federation"
	Account    App = "account"
)

// MainTree is the built tree of the base origin.
const MainTree = "main"

// Apps lists every app in a fixed order.
func Apps() []App { return []App{Blog, Market, Cart, Events, Federation, Account} }

var places = map[App]string{
	Blog: "", Market: "/market", Cart: "/cart", Events: "/events",
	Federation: "/social", Account: "/account",
}

// Sites tells where the apps are. It is immutable; New makes one.
type Sites struct {
	base string
	own  map[App]string
}

// New builds Sites from the base origin and the origins of apps that have one.
// An empty origin, or one equal to the base, leaves the app on the base origin.
// The error names the app at fault and repeats no value: an origin is http or
// https with a host and nothing after it, and two apps cannot share one.
func New(base string, own map[App]string) (Sites, error) {
	s := Sites{own: map[App]string{}}
	var err error
	if s.base, err = Origin(base); err != nil {
		return Sites{}, fmt.Errorf("base URL: %w", err)
	}
	for _, app := range Apps() {
		if own[app] == "" {
			continue
		}
		origin, err := Origin(own[app])
		if err != nil {
			return Sites{}, fmt.Errorf("site URL of %s: %w", app, err)
		}
		if origin == s.base {
			continue
		}
		for other, taken := range s.own {
			if taken == origin {
				return Sites{}, fmt.Errorf("site URL of %s: %s already lives there", app, other)
			}
		}
		s.own[app] = origin
	}
	return s, nil
}

var errOrigin = errors.New("must be http:// or https:// with a host, an optional port and nothing else")

// Origin returns raw in the one form that origins are compared in: lower case,
// no default port, no trailing slash. It refuses paths, queries and user names.
func Origin(raw string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(raw, "/"))
	if err != nil || u.Opaque != "" || u.User != nil || u.Path != "" || u.RawQuery != "" ||
		u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#") {
		return "", errOrigin
	}
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return "", errOrigin
	}
	host, ok := normalHost(u.Host, scheme)
	if !ok {
		return "", errOrigin
	}
	return scheme + "://" + host, nil
}

// normalHost lower-cases a host with optional port and drops the scheme's
// default port and a trailing dot.
func normalHost(hostport, scheme string) (string, bool) {
	u, err := url.Parse("//" + hostport)
	if err != nil || u.Host != hostport {
		return "", false
	}
	name, port := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()
	if name == "" || strings.ContainsAny(name, "%/\\ ") || strings.HasSuffix(hostport, ":") {
		return "", false
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		name = ip.String()
		if ip.Is6() {
			name = "[" + name + "]"
		}
	} else if strings.Contains(name, ":") {
		return "", false
	}
	if port == "" || (scheme == "http" && port == "80") || (scheme == "https" && port == "443") {
		return name, true
	}
	return name + ":" + port, true
}

// Base is the origin of the app, without a trailing slash.
func (s Sites) Base(app App) string {
	if origin, ok := s.own[app]; ok {
		return origin
	}
	return s.base
}

// Main is the base origin, where the API and everything without an origin of
// its own lives.
func (s Sites) Main() string { return s.base }

// Path is the path, on the app's origin, of a path within the app. It is also
// where the page is in the app's built tree.
func (s Sites) Path(app App, path string) string {
	path = "/" + strings.TrimLeft(path, "/")
	if _, ok := s.own[app]; ok {
		return path
	}
	return places[app] + path
}

// URL is the absolute address of a path within an app.
func (s Sites) URL(app App, path string) string { return s.Base(app) + s.Path(app, path) }

// Link is what a page of one app writes to reach a path within another:
// relative to the root when both are on one origin, absolute otherwise.
func (s Sites) Link(from, to App, path string) string {
	if s.Base(from) == s.Base(to) {
		return s.Path(to, path)
	}
	return s.URL(to, path)
}

// Tree names the built tree that holds the app's pages: the app's own name when
// it has an origin of its own, MainTree otherwise.
func (s Sites) Tree(app App) string {
	if _, ok := s.own[app]; ok {
		return string(app)
	}
	return MainTree
}

// Trees lists the trees in use: MainTree first, then the apps with an origin.
func (s Sites) Trees() []string {
	trees := []string{MainTree}
	for _, app := range Apps() {
		if _, ok := s.own[app]; ok {
			trees = append(trees, string(app))
		}
	}
	return trees
}

// InTree lists the apps whose pages are in a tree; nil for an unknown tree.
func (s Sites) InTree(tree string) []App {
	return slices.DeleteFunc(Apps(), func(app App) bool { return s.Tree(app) != tree })
}

// Origins lists the distinct origins in use, the base origin first.
func (s Sites) Origins() []string {
	origins := []string{s.base}
	for _, app := range Apps() {
		if origin, ok := s.own[app]; ok {
			origins = append(origins, origin)
		}
	}
	return origins
}

// Single tells whether everything is on one origin.
func (s Sites) Single() bool { return len(s.own) == 0 }

// OriginOf is the origin in use that a Host header names; the base origin for a host that
// is none of ours.
func (s Sites) OriginOf(host string) string {
	if tree, ok := s.ByHost(host); ok && tree != MainTree {
		return s.own[App(tree)]
	}
	return s.base
}

// Issuer is the origin of the authorization server, the federation's: where people sign in.
func (s Sites) Issuer() string { return s.Base(Federation) }

// ByHost finds the built tree for the Host header of a request. It is false for
// a host that is none of ours; what to do then is the server's decision.
func (s Sites) ByHost(host string) (tree string, ok bool) {
	matches := func(origin string) bool {
		scheme, want, _ := strings.Cut(origin, "://")
		got, ok := normalHost(host, scheme)
		return ok && got == want
	}
	for app, origin := range s.own {
		if matches(origin) {
			return string(app), true
		}
	}
	if s.base != "" && matches(s.base) {
		return MainTree, true
	}
	return "", false
}
