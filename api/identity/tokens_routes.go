// The operations on personal access tokens.

package identity

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// tokenRoutes registers the operations on personal access tokens.
func (s *Service) tokenRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "list-tokens", Method: http.MethodGet, Path: "/v1/me/tokens", Tags: []string{"Account"},
		Summary: "List your personal access tokens", Description: "Those that are good, the newest first, without the tokens themselves.",
		Security: auth.Scope(auth.ScopeAccountRead), Errors: []int{http.StatusForbidden}}, s.listTokens)
	huma.Register(api, auth.Recent(huma.Operation{OperationID: "create-token", Method: http.MethodPost, Path: "/v1/me/tokens", Tags: []string{"Account"},
		Summary: "Make a personal access token", Description: "For a program of your own. The answer shows the token, once. Whatever it was made for, it may do only what your roles permit when it is used. " +
			"Apps and other tokens cannot make one (session_required).",
		Security: auth.Scope(auth.ScopeAccountWrite), DefaultStatus: http.StatusCreated, Errors: []int{http.StatusConflict}}), s.createToken)
	huma.Register(api, huma.Operation{OperationID: "delete-token", Method: http.MethodDelete, Path: "/v1/me/tokens/{token}", Tags: []string{"Account"},
		Summary: "Revoke a personal access token", Description: "It is refused from now on.",
		Security: auth.Scope(auth.ScopeAccountWrite)}, s.removeToken)
}

// TokenList is somebody's personal access tokens.
type TokenList struct {
	Items []PersonalToken `json:"items"`
}

type tokenListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         TokenList
}

const noStore = "private, no-store"

func (s *Service) listTokens(ctx context.Context, _ *struct{}) (*tokenListOutput, error) {
	list, err := s.PersonalTokens(ctx)
	return &tokenListOutput{noStore, TokenList{list}}, err
}

type tokenMadeOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         MadePersonalToken
}

func (s *Service) createToken(ctx context.Context, in *struct{ Body NewPersonalToken }) (*tokenMadeOutput, error) {
	made, err := s.CreatePersonalToken(ctx, in.Body)
	return &tokenMadeOutput{noStore, made}, err
}

func (s *Service) removeToken(ctx context.Context, in *struct {
	Token TokenID `path:"token" pattern:"^tok_[0-9a-f]{32}$" maxLength:"36" example:"tok_019ab3f47c2e7d06b8a1f0c2d3e4f50b" doc:"Id of the token, which is not the token itself."`
}) (*struct{}, error) {
	return nil, s.RevokePersonalToken(ctx, in.Token)
}
