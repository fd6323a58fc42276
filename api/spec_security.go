// Authentication as a step before every operation, and as clients are told of it.

package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
)

// verified is the middleware that knows who asks.
func verified(v auth.Verifier, options ...auth.Option) []func(huma.API) Middleware {
	return []func(huma.API) Middleware{func(api huma.API) Middleware { return auth.Middleware(api, limitedVerifier{v}, options...) }}
}

// ruled tells denied when an operation answers 403 to somebody who is known and holds its scopes:
// a rule of its own forbids it, such as that only owners make owners.
func ruled(denied func(ctx context.Context, p auth.Principal, operation string)) func(huma.API) Middleware {
	return func(huma.API) Middleware {
		return func(ctx huma.Context, next func(huma.Context)) {
			next(ctx)
			_, w := humachi.Unwrap(ctx) // the context's own status is that of a copy
			answered, ok := w.(interface{ Status() int })
			if p, known := auth.PrincipalFrom(ctx.Context()); ok && known && answered.Status() == http.StatusForbidden {
				denied(ctx.Context(), p, ctx.Operation().OperationID)
			}
		}
	}
}

// charged is the middleware that counts the request of a valid token.
func charged(l *limits) func(huma.API) Middleware {
	return func(huma.API) Middleware {
		return func(ctx huma.Context, next func(huma.Context)) {
			r, w := humachi.Unwrap(ctx)
			if err := l.countToken(r.Context(), w); err != nil {
				problem.Write(w, r, err)
				return
			}
			next(ctx)
		}
	}
}

// everybody is the requirement that nobody need meet.
var everybody = []map[string][]string{{}}

// explained is a copy of doc whose operations say their scopes in words too, name the
// cookie of who is signed in beside the token, and say so where they are for everybody.
func explained(doc *huma.OpenAPI) *huma.OpenAPI {
	copied := *doc
	copied.Paths = map[string]*huma.PathItem{}
	for path, item := range doc.Paths {
		of := *item
		for _, op := range []**huma.Operation{&of.Get, &of.Post, &of.Put, &of.Patch, &of.Delete} {
			if *op != nil {
				*op = explainedOperation(**op)
			}
		}
		copied.Paths[path] = &of
	}
	return &copied
}

func explainedOperation(op huma.Operation) *huma.Operation {
	var scopes []string
	security := []map[string][]string{}
	for _, requirement := range op.Security {
		security = append(security, requirement)
		if needed, ok := requirement[auth.Scheme]; ok {
			security = append(security, map[string][]string{auth.SessionScheme: {}})
			scopes = append(scopes, needed...)
		}
	}
	if op.Security = security; len(security) == 0 {
		op.Security = everybody
	}
	if len(scopes) > 0 {
		op.Description += " Scope: `" + strings.Join(scopes, "`, `") + "`."
	}
	return &op
}
