// What people have let clients do, as they see it and take it back.

package oauth

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// ConnectedApp is a client that somebody has given access.
type ConnectedApp struct {
	ID         contract.ClientID `json:"client_id" example:"client_019ab3f47c2e7d06b8a1f0c2d3e4f50c"`
	Name       string            `json:"client_name" example:"Harvest planner"`
	URI        string            `json:"client_uri,omitempty" example:"https://planner.example/"`
	Host       string            `json:"host,omitempty" example:"planner.example" doc:"Where it is; absent for programs on somebody's own machine."`
	Scopes     []string          `json:"scopes" example:"[\"openid\",\"profile\"]" doc:"What it was given."`
	Since      time.Time         `json:"since" example:"2026-11-26T09:30:00Z"`
	LastUsedAt *time.Time        `json:"last_used_at,omitempty" example:"2026-11-27T10:00:00Z" doc:"When it last got a token."`
}

// ConnectedApps lists the clients that whoever asks has given access. It fails with 403
// `no_user` for a program that acts by itself.
func (s *Server) ConnectedApps(ctx context.Context) ([]ConnectedApp, error) {
	user, err := person(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.queries().ConnectedApps(ctx, identitydb.ConnectedAppsParams{UserID: user, At: s.Clock.Now()})
	list := make([]ConnectedApp, len(rows))
	for i, row := range rows {
		list[i] = ConnectedApp{
			ID: contract.ClientID(row.Client.ClientID), Name: row.Client.ClientName, URI: row.Client.ClientUri, Host: shown(row.Client).Host,
			Scopes: inOrder(row.Scopes), Since: row.Since,
		}
		if row.UsedAt.Unix() != 0 {
			list[i].LastUsedAt = &row.UsedAt
		}
	}
	return list, err
}

// DisconnectApp takes back all that whoever asks has given a client, in a transaction of its
// own: its tokens are refused from now on, and it has to ask again. It fails with 404 where
// it has been given nothing.
func (s *Server) DisconnectApp(ctx context.Context, client contract.ClientID) error {
	user, err := person(ctx)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		forgotten, err := q.DeleteConsent(ctx, identitydb.DeleteConsentParams{UserID: user, ClientID: string(client)})
		if err != nil {
			return err
		}
		grants, err := q.RevokeGrantsOf(ctx, identitydb.RevokeGrantsOfParams{UserID: &user, ClientID: string(client), At: s.Clock.Now()})
		if err != nil {
			return err
		}
		if forgotten == 0 && len(grants) == 0 {
			return problem.NotFound("this app has no access")
		}
		return s.Identity.Note(ctx, tx, "grant.revoked", string(client), id.Format[contract.UserID](userPrefix, user),
			map[string]any{"grants": len(grants)})
	})
}

// person is whoever asks, where that is one.
func person(ctx context.Context) (uuid.UUID, error) {
	p, _ := auth.PrincipalFrom(ctx)
	user, ok := id.Parse(userPrefix, p.User)
	if !ok {
		return user, problem.Forbidden("only people have this").WithCode("no_user")
	}
	return user, nil
}

// inOrder puts scopes into the order in which they are explained.
func inOrder(scopes []string) []string {
	ordered := []string{}
	for _, s := range auth.Scopes() {
		for _, name := range scopes {
			if name == s.Name {
				ordered = append(ordered, name)
				break
			}
		}
	}
	return ordered
}

// shown is a client as people are asked about it, where no request says which of its
// addresses they are sent back to.
func shown(row identitydb.Client) contract.OAuthClient {
	c := shownClient(row, "")
	for _, uri := range row.RedirectUris {
		if c = shownClient(row, uri); c.Host != "" {
			break
		}
	}
	return c
}
