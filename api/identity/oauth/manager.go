// The library's manager, as it is used here: it has the order of an exchange, and every part
// with a decision in it is ours.

package oauth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/errors"
	"github.com/go-oauth2/oauth2/v4/manage"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/seal"
)

// How long things last.
const (
	CodeLasts        = time.Minute
	AccessTokenLasts = 10 * time.Minute
	RefreshTokenIdle = 30 * 24 * time.Hour
	GrantLasts       = 180 * 24 * time.Hour // refresh tokens, however often they are used
	IDTokenLasts     = time.Hour
)

// Prefixes of what is given out, so that a secret that has leaked can be told for what it is.
const (
	codePrefix    = "roseash_ac_"
	accessPrefix  = "roseash_at_"
	refreshPrefix = "roseash_rt_"
)

// newManager sets the library up. It has no password or implicit grant to offer, and its
// defaults for redirect URIs, generators and removal are replaced.
func newManager() *manage.Manager {
	m := manage.NewManager()
	m.SetAuthorizeCodeExp(CodeLasts)
	m.SetAuthorizeCodeTokenCfg(&manage.Config{AccessTokenExp: AccessTokenLasts, RefreshTokenExp: RefreshTokenIdle, IsGenerateRefresh: true})
	m.SetClientTokenCfg(&manage.Config{AccessTokenExp: AccessTokenLasts})
	m.SetRefreshTokenCfg(&manage.RefreshingConfig{AccessTokenExp: AccessTokenLasts, RefreshTokenExp: RefreshTokenIdle, IsGenerateRefresh: true})
	m.SetValidateURIHandler(func(registered, uri string) error {
		if !slices.Contains(strings.Fields(registered), uri) {
			return errors.ErrInvalidRedirectURI
		}
		return nil
	})
	m.MapAuthorizeGenerate(codes{})
	m.MapAccessGenerate(tokens{})
	m.MapClientStorage(store{})
	m.MapTokenStorage(store{})
	return m
}

// codes makes authorization codes.
type codes struct{}

func (codes) Token(context.Context, *oauth2.GenerateBasic) (string, error) {
	return codePrefix + seal.Random(), nil
}

// tokens makes access tokens, and refresh tokens where the exchange is to give one.
type tokens struct{}

func (tokens) Token(ctx context.Context, _ *oauth2.GenerateBasic, _ bool) (access, refresh string, err error) {
	if issuanceFrom(ctx).refreshes() {
		refresh = refreshPrefix + seal.Random()
	}
	return accessPrefix + seal.Random(), refresh, nil
}

// clientInfo is a client as the library asks about it. By then it has proved who it is, and
// redirectURI was compared with those that are registered.
type clientInfo struct {
	identitydb.Client
	redirectURI string
}

func (c clientInfo) GetID() string              { return c.ClientID }
func (c clientInfo) GetSecret() string          { return "" }
func (c clientInfo) GetDomain() string          { return c.redirectURI }
func (c clientInfo) IsPublic() bool             { return !c.Confidential }
func (c clientInfo) GetUserID() string          { return "" }
func (c clientInfo) VerifyPassword(string) bool { return true }
