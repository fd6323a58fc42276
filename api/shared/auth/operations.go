// Security of huma operations: how it is declared and how it is enforced.

package auth

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/problem"
)

// Scheme is the name of the bearer scheme in the OpenAPI document.
const Scheme = "bearer"

// Scope is an operation's security: a bearer token with all these scopes. With
// none, any valid token will do.
func Scope(scopes ...string) []map[string][]string {
	return []map[string][]string{{Scheme: append([]string{}, scopes...)}}
}

// Schemes are the security schemes for the OpenAPI document's components.
func Schemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		Scheme: {
			Type:         "http",
			Scheme:       "bearer",
			BearerFormat: "opaque",
			Description:  "A token with the scopes that the operation lists.",
		},
	}
}

// Middleware enforces the security of every operation of an API. Register it
// before the operations: api.UseMiddleware(auth.Middleware(api, verifier)). An
// operation's own Security counts if it has one (an empty list makes it public),
// else that of the document. Only the bearer scheme is known: a requirement that
// names another is never met.
func Middleware(api huma.API, v Verifier) func(huma.Context, func(huma.Context)) {
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
		p, signedIn, refusal := decide(ctx.Context(), v, c, present, alternatives, op.OperationID)
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
