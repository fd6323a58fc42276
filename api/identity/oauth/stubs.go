// To be emptied: each method moves into the file of whoever writes it.

package oauth

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

var errStub = errors.New("oauth: not written yet")

// ---- OAUTH writes these ----

// Mount adds /oauth/… and the two metadata documents to the router.
func (s *Server) Mount(r chi.Router) {}

// ServeHTTP takes a request to /oauth/ in process.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// FormTarget: see web.Authorization.
func (s *Server) FormTarget(ctx context.Context, returnTo string) string { return "" }

// VerifyAccess verifies an access token, "roseash_at_…", whose audience must be this API.
func (s *Server) VerifyAccess(ctx context.Context, token string) (auth.Principal, error) {
	return auth.Principal{}, auth.ErrRefused
}

// ---- CLIENTS writes these ----

// Routes registers clients (/v1/clients) and connected apps (/v1/me/apps).
func (s *Server) Routes(api huma.API) {}

// Jobs registers back-channel logout, pruning and the rotation of keys.
func (s *Server) Jobs() {}

// RegisterApps makes sure of a client for every app on a host of its own. It is called at start.
func (s *Server) RegisterApps(ctx context.Context) error { return nil }

// AppClient: see web.Authorization.
func (s *Server) AppClient(origin string) (contract.AppClient, bool) {
	return contract.AppClient{}, false
}

// Device: see web.Authorization.
func (s *Server) Device(ctx context.Context, userCode string) (contract.DeviceRequest, error) {
	return contract.DeviceRequest{}, errStub
}

// DecideDevice: see web.Authorization.
func (s *Server) DecideDevice(ctx context.Context, userCode string, allow bool) error { return errStub }

// SessionsEnded revokes what was granted in sessions, and has their clients told, in tx.
func (s *Server) SessionsEnded(ctx context.Context, tx pgx.Tx, sessions []uuid.UUID) error {
	return nil
}
