// Clients: programs that people sign in to, or that act by themselves, as admins register
// them.

package oauth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// Kinds of clients.
const (
	kindApp        = "app"         // ours, on a host of its own: made from the configuration
	kindFirstParty = "first_party" // of this co-op: nobody is asked for consent
	kindThirdParty = "third_party"
	kindService    = "service" // acts by itself, for no user
)

const clientPrefix = "client" // of ids

// Client is a program that is registered, in the words of RFC 7591 section 2.
type Client struct {
	ID                     contract.ClientID `json:"client_id" example:"client_019ab3f47c2e7d06b8a1f0c2d3e4f50c"`
	Kind                   string            `json:"kind" enum:"app,first_party,third_party,service" example:"third_party" doc:"app: ours, on a host of its own, made from the configuration. first_party: the co-op's, nobody is asked for consent. third_party: others'. service: acts by itself, for no user."`
	Name                   string            `json:"client_name" example:"Harvest planner" doc:"As people are asked about it."`
	URI                    string            `json:"client_uri,omitempty" example:"https://planner.example/" doc:"Its own pages."`
	AuthMethod             string            `json:"token_endpoint_auth_method" enum:"none,client_secret_basic" example:"none" doc:"none: a public client. Whoever has a secret may send it either way, as client_secret_basic or client_secret_post."`
	RedirectURIs           []string          `json:"redirect_uris" example:"[\"https://planner.example/callback\"]" doc:"Compared as they are; only the port of a loopback IP address may differ (RFC 8252)."`
	PostLogoutRedirectURIs []string          `json:"post_logout_redirect_uris" example:"[\"https://planner.example/\"]"`
	BackchannelLogoutURI   string            `json:"backchannel_logout_uri,omitempty" example:"https://planner.example/logout" doc:"Told of sessions that end, by a logout token."`
	GrantTypes             []string          `json:"grant_types" example:"[\"authorization_code\",\"refresh_token\"]"`
	Scope                  string            `json:"scope" example:"openid profile" doc:"All that it may ever ask for, separated by spaces."`
	Audiences              []string          `json:"audiences" example:"[\"https://example.org\"]" doc:"What it may ask tokens for, as resource (RFC 8707)."`
	Disabled               bool              `json:"disabled"`
	CreatedAt              time.Time         `json:"created_at" example:"2026-11-26T09:30:00Z"`
	UpdatedAt              time.Time         `json:"updated_at" example:"2026-11-26T09:30:00Z"`

	version int64
}

// RegisteredClient is a client whose secret was made just now.
type RegisteredClient struct {
	Client
	Secret string `json:"client_secret,omitempty" example:"roseash_cs_…" doc:"Shown now and never again; absent for public clients, and in the answer to a request that was made before."`
}

// ListClients returns clients by name, after a cursor.
func (s *Server) ListClients(ctx context.Context, limit int, after string) (list []Client, next string, err error) {
	var at struct {
		Name string `json:"n"`
		ID   string `json:"i"`
	}
	if err := cursor.Decode(after, &at); err != nil {
		return nil, "", err
	}
	rows, err := s.queries().Clients(ctx, identitydb.ClientsParams{AfterName: at.Name, AfterID: at.ID, Most: int32(limit) + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		at.Name, at.ID = rows[limit-1].SortName, rows[limit-1].Client.ClientID
		next = cursor.Encode(at)
	}
	list = make([]Client, len(rows))
	for i, row := range rows {
		list[i] = toClient(row.Client)
	}
	return list, next, nil
}

// Client returns one client. It fails with 404.
func (s *Server) Client(ctx context.Context, client contract.ClientID) (Client, error) {
	row, err := s.queries().ClientByID(ctx, string(client))
	if errors.Is(err, pgx.ErrNoRows) {
		return Client{}, noClient()
	}
	return toClient(row), err
}

// CreateClient registers a client, once for an idempotency key, in a transaction of its own.
// The secret is in the answer to the first request only: it is not kept for a replay. It
// fails with 422, with 403 `scope_not_permitted` for a service that could do more than whoever
// registers it, and with 409 `client_is_gone` for a replay whose client was deleted.
func (s *Server) CreateClient(ctx context.Context, request idempotency.Request, n NewClient) (made RegisteredClient, replayed bool, err error) {
	row := identitydb.Client{Kind: n.Kind, Confidential: n.AuthMethod != authNone, GrantTypes: defaultGrants(n.Kind), Audiences: []string{s.Sites.Main()}}
	if n.AuthMethod == "" {
		row.Confidential = n.Kind == kindService
	}
	if row, err = s.change(row, n.ClientFields); err != nil {
		return made, false, err
	}
	if err := mayServe(ctx, row); err != nil {
		return made, false, err
	}
	secret := ""
	if row.Confidential {
		secret = secretPrefix + seal.Random()
		row.SecretHash = seal.Hash(secret)
	}
	p, _ := auth.PrincipalFrom(ctx)
	var kept struct{ ID contract.ClientID }
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		replayed, err = idempotency.Once(ctx, tx, request, &kept, func() error {
			kept.ID = id.Format[contract.ClientID](clientPrefix, id.New())
			if row, err = q.InsertClient(ctx, identitydb.InsertClientParams{
				ClientID: string(kept.ID), Kind: row.Kind, ClientName: row.ClientName, ClientUri: row.ClientUri,
				Confidential: row.Confidential, SecretHash: row.SecretHash, RedirectUris: row.RedirectUris,
				PostLogoutRedirectUris: row.PostLogoutRedirectUris, BackchannelLogoutUri: row.BackchannelLogoutUri,
				GrantTypes: row.GrantTypes, Scopes: row.Scopes, Audiences: row.Audiences, CreatedBy: p.Name, At: s.Clock.Now(),
			}); err != nil {
				return err
			}
			return s.Identity.Note(ctx, tx, "client.created", string(kept.ID), "", map[string]any{"kind": row.Kind, "scopes": row.Scopes})
		})
		if err != nil || !replayed {
			return err
		}
		secret = ""
		row, err = q.ClientByID(ctx, string(kept.ID))
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.Conflict("the client that this request made is gone").WithCode("client_is_gone")
		}
		return err
	})
	return RegisteredClient{toClient(row), secret}, replayed, err
}

// UpdateClient changes the fields that are given, in a transaction of its own. From then on
// tokens do no more than the client may, codes for addresses that are gone are of no use,
// and a client that is disabled has lost everything that it was given. It fails with 404,
// 412, 422, 409 `client_is_configured` for an app of ours, and 403 `scope_not_permitted`.
func (s *Server) UpdateClient(ctx context.Context, client contract.ClientID, version int64, f ClientChanges) (changed Client, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		old, err := lockClient(ctx, q, client, &version)
		if err != nil {
			return err
		}
		row, err := s.change(old, f.ClientFields)
		if err != nil {
			return err
		}
		if err := mayServe(ctx, row); err != nil {
			return err
		}
		now := s.Clock.Now()
		switch disable := f.Disabled; {
		case disable == nil:
		case *disable && row.DisabledAt == nil:
			row.DisabledAt = &now
		case !*disable:
			row.DisabledAt = nil
		}
		stored, err := q.UpdateClient(ctx, identitydb.UpdateClientParams{
			ClientID: row.ClientID, ClientName: row.ClientName, ClientUri: row.ClientUri, RedirectUris: row.RedirectUris,
			PostLogoutRedirectUris: row.PostLogoutRedirectUris, BackchannelLogoutUri: row.BackchannelLogoutUri,
			GrantTypes: row.GrantTypes, Scopes: row.Scopes, Audiences: row.Audiences, DisabledAt: row.DisabledAt, At: now,
		})
		if err != nil {
			return err
		}
		changed = toClient(stored)
		if old.DisabledAt == nil && row.DisabledAt != nil {
			if err := s.dropGrants(ctx, tx, row.ClientID); err != nil {
				return err
			}
		} else if lacks(row.RedirectUris, old.RedirectUris) {
			if err := q.DeleteClientCodes(ctx, row.ClientID); err != nil {
				return err
			}
		}
		return s.Identity.Note(ctx, tx, "client.updated", row.ClientID, "", changes(old, row))
	})
	return changed, err
}

// NewSecret gives a client a new secret; the old one is refused from now on. What the client
// was given lives on. It fails with 404, 409 `client_is_public`, 409 `client_is_configured`,
// and 403 `scope_not_permitted` for a service that may do more than whoever asks.
func (s *Server) NewSecret(ctx context.Context, client contract.ClientID) (made RegisteredClient, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		row, err := lockClient(ctx, q, client, nil)
		if err != nil {
			return err
		}
		if !row.Confidential {
			return problem.Conflict("a public client has no secret").WithCode("client_is_public")
		}
		if err := mayServe(ctx, row); err != nil {
			return err
		}
		made.Secret = secretPrefix + seal.Random()
		row, err = q.SetClientSecret(ctx, identitydb.SetClientSecretParams{ClientID: row.ClientID, SecretHash: seal.Hash(made.Secret), At: s.Clock.Now()})
		if err != nil {
			return err
		}
		made.Client = toClient(row)
		return s.Identity.Note(ctx, tx, "client.secret_changed", row.ClientID, "", nil)
	})
	return made, err
}

// DeleteClient removes a client with everything that it was given. It fails with 404, 412
// and 409 `client_is_configured`.
func (s *Server) DeleteClient(ctx context.Context, client contract.ClientID, version int64) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		row, err := lockClient(ctx, q, client, &version)
		if err != nil {
			return err
		}
		if err := q.DeleteClient(ctx, row.ClientID); err != nil {
			return err
		}
		return s.Identity.Note(ctx, tx, "client.deleted", row.ClientID, "", map[string]any{"kind": row.Kind, "name": row.ClientName})
	})
}

// lockClient finds a client that may be changed, and that is still the version, if one is
// given.
func lockClient(ctx context.Context, q *identitydb.Queries, client contract.ClientID, version *int64) (identitydb.Client, error) {
	row, err := q.LockClient(ctx, string(client))
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return row, noClient()
	case err != nil:
		return row, err
	case row.Kind == kindApp:
		return row, problem.Conflict("this app is registered by the configuration").WithCode("client_is_configured")
	case version != nil && *version != row.Version:
		return row, problem.PreconditionFailed("this was changed since the version that was named")
	}
	return row, nil
}

// dropGrants ends everything that a client was given, in tx.
func (s *Server) dropGrants(ctx context.Context, tx pgx.Tx, client string) error {
	q := identitydb.New(tx)
	if err := q.DeleteClientCodes(ctx, client); err != nil {
		return err
	}
	if err := q.DeleteClientDeviceCodes(ctx, client); err != nil {
		return err
	}
	_, err := q.RevokeClientGrants(ctx, identitydb.RevokeClientGrantsParams{ClientID: client, At: s.Clock.Now(), Why: "client_changed"})
	return err
}

func noClient() error { return problem.NotFound("no such client") }

// lacks tells whether something of old is not in list.
func lacks(list, old []string) bool {
	return slices.ContainsFunc(old, func(v string) bool { return !slices.Contains(list, v) })
}

func toClient(row identitydb.Client) Client {
	c := Client{
		ID: contract.ClientID(row.ClientID), Kind: row.Kind, Name: row.ClientName, URI: row.ClientUri, AuthMethod: authNone,
		RedirectURIs: row.RedirectUris, PostLogoutRedirectURIs: row.PostLogoutRedirectUris, BackchannelLogoutURI: row.BackchannelLogoutUri,
		GrantTypes: row.GrantTypes, Scope: strings.Join(row.Scopes, " "), Audiences: row.Audiences,
		Disabled: row.DisabledAt != nil, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, version: row.Version,
	}
	if row.Confidential {
		c.AuthMethod = authBasic
	}
	return c
}
