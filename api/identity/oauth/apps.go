// Our own apps on hosts of their own, which people sign in to by this server as to any
// other client. They are made from the configuration; nobody registers them.

package oauth

import (
	"context"
	"encoding/hex"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// callbackPath is where an app gets its codes.
const callbackPath = "/login/callback/"

// app is one of our apps.
type app struct {
	contract.AppClient
	origin, tree string
}

// apps are those on hosts other than the server's own.
func (s *Server) apps() (list []app) {
	trees := s.Sites.Trees() // in the order of the origins
	for i, origin := range s.Sites.Origins() {
		if origin == s.Issuer() {
			continue
		}
		id := contract.ClientID(kindApp + "_" + trees[i])
		list = append(list, app{contract.AppClient{
			ClientID: id, RedirectURI: origin + callbackPath,
			Secret: secretPrefix + hex.EncodeToString(s.Key.MAC("app client", []byte(id))),
		}, origin, trees[i]})
	}
	return list
}

// AppClient is the client of an app on a host of its own; false for other origins, and for
// the server's own, where nothing is to be asked of anybody.
func (s *Server) AppClient(origin string) (contract.AppClient, bool) {
	for _, a := range s.apps() {
		if a.origin == origin {
			return a.AppClient, true
		}
	}
	return contract.AppClient{}, false
}

// RegisterApps makes sure of a client for every app on a host of its own, in a transaction of
// its own, and disables those of apps that are not configured any more. It is called at
// start; several processes may do so at once.
func (s *Server) RegisterApps(ctx context.Context) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		ids := []string{}
		for _, a := range s.apps() {
			ids = append(ids, string(a.ClientID))
			if _, err := q.PutApp(ctx, identitydb.PutAppParams{
				ClientID: string(a.ClientID), ClientName: a.tree, ClientUri: a.origin + "/", SecretHash: seal.Hash(a.Secret),
				RedirectUris: []string{a.RedirectURI}, PostLogoutRedirectUris: []string{a.origin + "/"},
				GrantTypes: []string{grantCode}, Scopes: []string{auth.ScopeOpenID, auth.ScopeProfile, auth.ScopeEmail},
				Audiences: []string{s.Sites.Main()}, CreatedBy: "configuration", At: now,
			}); err != nil {
				return err
			}
		}
		gone, err := q.DisableOtherApps(ctx, identitydb.DisableOtherAppsParams{ClientIds: ids, At: now})
		if err != nil {
			return err
		}
		for _, client := range gone {
			if err := s.dropGrants(ctx, tx, client); err != nil {
				return err
			}
		}
		return nil
	})
}
