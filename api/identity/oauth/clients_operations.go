// What the operations on clients and connected apps take and answer.

package oauth

import (
	"context"
	"net/http"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/idempotency"
)

const cachePrivate = "private, no-store"

// ClientRef names a client in a path.
type ClientRef struct {
	Client contract.ClientID `path:"client" pattern:"^(client|app)_[0-9a-z]+$" maxLength:"80" example:"client_019ab3f47c2e7d06b8a1f0c2d3e4f50c" doc:"The client_id."`
}

// ClientVersion names a client and the version of it that is changed.
type ClientVersion struct {
	ClientRef
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}

// ClientList is some of the clients.
type ClientList struct {
	Items      []Client `json:"items"`
	NextCursor string   `json:"next_cursor,omitempty" example:"eyJrIjoicm9zZSBhc2ggYmFrZXJ5In0" doc:"Pass as cursor to read on; absent on the last page."`
}

type clientListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ClientList
}

func (s *Server) listClients(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*clientListOutput, error) {
	list, next, err := s.ListClients(ctx, in.Limit, in.Cursor)
	return &clientListOutput{cachePrivate, ClientList{list, next}}, err
}

type clientOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         Client
}

func (s *Server) getClient(ctx context.Context, in *ClientRef) (*clientOutput, error) {
	c, err := s.Client(ctx, in.Client)
	return &clientOutput{etag.Of(c.version), cachePrivate, c}, err
}

type clientMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where this is the answer to a request that was made before."`
	Body         RegisteredClient
}

func (s *Server) createClient(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
	Body NewClient
}) (*clientMadeOutput, error) {
	p, _ := auth.PrincipalFrom(ctx)
	request, err := idempotency.For(p.Name, in.Key, http.MethodPost, "/v1/clients", in.Body)
	if err != nil {
		return nil, err
	}
	made, replayed, err := s.CreateClient(ctx, request, in.Body)
	return &clientMadeOutput{"/v1/clients/" + string(made.ID), etag.Of(made.version), cachePrivate, idempotency.Mark(replayed), made}, err
}

func (s *Server) updateClient(ctx context.Context, in *struct {
	ClientVersion
	Body ClientChanges
}) (*clientOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.UpdateClient(ctx, in.Client, version, in.Body)
	return &clientOutput{etag.Of(c.version), cachePrivate, c}, err
}

func (s *Server) removeClient(ctx context.Context, in *ClientVersion) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteClient(ctx, in.Client, version)
}

type secretOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         RegisteredClient
}

func (s *Server) createSecret(ctx context.Context, in *ClientRef) (*secretOutput, error) {
	made, err := s.NewSecret(ctx, in.Client)
	return &secretOutput{etag.Of(made.version), cachePrivate, made}, err
}

// ConnectedAppList is the clients that somebody has given access.
type ConnectedAppList struct {
	Items []ConnectedApp `json:"items"`
}

type appListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ConnectedAppList
}

func (s *Server) listApps(ctx context.Context, _ *struct{}) (*appListOutput, error) {
	list, err := s.ConnectedApps(ctx)
	return &appListOutput{cachePrivate, ConnectedAppList{list}}, err
}

func (s *Server) removeApp(ctx context.Context, in *ClientRef) (*struct{}, error) {
	return nil, s.DisconnectApp(ctx, in.Client)
}
