// What the tests of endpoints see of the inside.

package oauth

import (
	"context"
	"net/http"
	"net/url"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
)

// Rotate is rotate.
func (s *Server) Rotate(ctx context.Context) error { return s.rotate(ctx) }

// Sign is sign.
func (s *Server) Sign(ctx context.Context, typ string, claims map[string]any) (string, error) {
	return s.sign(ctx, typ, claims)
}

// RedirectsTo is redirectsTo, for a public client.
func RedirectsTo(registered []string, uri string) bool {
	return redirectsTo(identitydb.Client{RedirectUris: registered}, uri)
}

// Basic is basic.
func Basic(header string) (id, secret string, ok bool) { return basic(header) }

// ReadForm is readForm and claimOf.
func ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	f, refused := readForm(w, r)
	if refused == nil {
		_, refused = claimOf(r, f)
	}
	return url.Values(f), refused == nil
}
