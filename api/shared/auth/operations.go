// Security of huma operations: how it is declared and how it is enforced.

package auth

import (
	"encoding/json"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
)

// Names of the security schemes in the OpenAPI document.
const (
	// Scheme is tokens of the authorization server, personal access tokens, and the
	// development token: all come as bearer tokens (RFC 6750).
	Scheme = "oauth2"
	// SessionScheme is the cookie of somebody who has signed in on the pages.
	SessionScheme = "session"
)

// SessionCookie is the name of the session's cookie. A browser takes a cookie with such a
// name from its own host only, over TLS or from its own machine (RFC 6265bis section 4.1.3).
const SessionCookie = "__Host-session"

// Scope is an operation's security: somebody with all these scopes. With none, anybody
// who is known will do.
func Scope(scopes ...string) []map[string][]string {
	return []map[string][]string{{Scheme: append([]string{}, scopes...)}}
}

// Recent marks an operation that needs somebody who has proved lately who they are: with
// less it answers 401 `reauthentication_required`.
func Recent(op huma.Operation) huma.Operation {
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata[recentMark] = true
	op.Description += " You must have signed in within the last ten minutes."
	return op
}

// recentMark is in the metadata of operations that Recent has marked.
const recentMark = "recent"

// Schemes are the security schemes for the OpenAPI document's components.
func Schemes() map[string]*huma.SecurityScheme {
	scopes := map[string]string{}
	for _, s := range Scopes() {
		scopes[s.Name] = s.About
	}
	return map[string]*huma.SecurityScheme{
		Scheme: {
			Type: "oauth2",
			Description: "A bearer token: one of the authorization server's, a personal access token, or on the machine itself the development token. " +
				"Every client uses PKCE with S256. A scope may stand for others: blog:write for blog:publish and blog:draft.",
			Flows: &huma.OAuthFlows{
				AuthorizationCode: &huma.OAuthFlow{AuthorizationURL: "/oauth/authorize", TokenURL: "/oauth/token", RefreshURL: "/oauth/token", Scopes: scopes},
				ClientCredentials: &huma.OAuthFlow{TokenURL: "/oauth/token", Scopes: scopes},
			},
		},
		SessionScheme: {
			Type: "apiKey", In: "cookie", Name: SessionCookie,
			Description: "The session of somebody who has signed in on the pages. Requests that change something must come from a page of this site.",
		},
	}
}

// From is the network that a request comes from: an operation's input embeds it.
type From struct {
	network netip.Prefix
}

// Network is what requests of strangers are counted by, as ratelimit.Network says.
func (f *From) Network() netip.Prefix { return f.network }

// Resolve implements huma.Resolver.
func (f *From) Resolve(ctx huma.Context) []error {
	f.network = ratelimit.Network(ctx.RemoteAddr())
	return nil
}

// Middleware enforces the security of every operation of an API. Register it
// before the operations: api.UseMiddleware(auth.Middleware(api, verifier)). An
// operation's own Security counts if it has one (an empty list makes it public),
// else that of the document. Only our scheme is known: a requirement that
// names another is never met. Whoever an earlier handler has put into the context counts
// where there is no token.
func Middleware(api huma.API, v Verifier, options ...Option) func(huma.Context, func(huma.Context)) {
	e := newEnforcer(v, options)
	return func(ctx huma.Context, next func(huma.Context)) {
		op := ctx.Operation()
		security := op.Security
		if security == nil {
			security = api.OpenAPI().Security
		}
		c, present := credentials(ctx.EachHeader, ctx.Host())
		alternatives, known := requirements(security)
		if !known {
			refuse(ctx, problem.Forbidden("this operation cannot be used with a bearer token"))
			return
		}
		recent, _ := op.Metadata[recentMark].(bool)
		p, signedIn, refusal := e.decide(ctx.Context(), c, present, alternatives, recent, op.OperationID)
		if refusal != nil {
			refuse(ctx, refusal)
			return
		}
		if signedIn {
			ctx = huma.WithContext(ctx, WithPrincipal(ctx.Context(), p))
		}
		next(ctx)
	}
}

// requirements reduces OpenAPI's security to alternatives of scopes. An empty
// requirement among them makes the operation public. known is false if every
// alternative needs a scheme other than ours.
func requirements(security []map[string][]string) (alternatives [][]string, known bool) {
	for _, requirement := range security {
		if len(requirement) == 0 {
			return nil, true
		}
		if scopes, ok := requirement[Scheme]; ok && len(requirement) == 1 {
			alternatives = append(alternatives, scopes)
		}
	}
	return alternatives, len(security) == 0 || len(alternatives) > 0
}

// refuse writes the document itself: huma's own way out would drop its headers.
func refuse(ctx huma.Context, d *problem.Details) {
	for name, values := range d.GetHeaders() {
		for _, value := range values {
			ctx.SetHeader(name, value)
		}
	}
	ctx.SetHeader("Content-Type", problem.MediaType)
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetStatus(d.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(d)
}
