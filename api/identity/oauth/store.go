// What the library's manager stores, in PostgreSQL.
//
// The library asks for a code, compares, removes it and makes tokens, in four steps between
// which others could come. Here the first step hands over what the endpoint has read
// already, and the last uses the code up and makes the tokens in one statement, so that of
// any number of redemptions at once one succeeds.

package oauth

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
)

// step is what an issuance makes, of what.
type step int

const (
	giveCode       step = iota // a code, for somebody who is signed in
	redeemCode                 // tokens for a code
	redeemRefresh              // tokens for a refresh token
	redeemGrant                // tokens for a grant that the transaction holds
	serveTheClient             // a token for a program that acts by itself
)

// issuance is one exchange on its way through the library: it goes in the context.
type issuance struct {
	step    step
	queries *identitydb.Queries // on the pool, or on a transaction
	now     time.Time
	client  identitydb.Client
	grant   identitydb.Grant // of codes and tokens that exist
	spent   string           // the code or refresh token that is used up

	redirectURI   string
	scopes        []string // of the access token, or of the grant that a code is made for
	refreshScopes []string // of the refresh token
	audience      []string

	challenge, nonce string    // of a code
	user, session    uuid.UUID // of a code that is made

	access, refresh string // what was made
}

// refreshes tells whether a refresh token is given.
func (i *issuance) refreshes() bool {
	switch i.step {
	case redeemCode, redeemRefresh, redeemGrant:
		return allows(i.client, grantRefresh)
	default:
		return false
	}
}

type issuanceKey struct{}

func issuanceFrom(ctx context.Context) *issuance {
	return ctx.Value(issuanceKey{}).(*issuance) // put there by whoever calls the manager
}

// errSpent says that a code or refresh token has been used by somebody else in the meantime,
// errEnded that its grant has ended or that the session it is for has.
var (
	errSpent = errors.New("oauth: used already")
	errEnded = errors.New("oauth: the grant has ended")
)

// store is the library's TokenStore and ClientStore.
type store struct{}

var (
	_ oauth2.TokenStore  = store{}
	_ oauth2.ClientStore = store{}
)

// tokenInfo keeps the library from asking the machine's clock about codes: whether a code
// has expired was decided by the server's, and is once more when it is used up.
type tokenInfo struct{ *models.Token }

func (t tokenInfo) GetCodeExpiresIn() time.Duration { return math.MaxInt64 }

// GetByID returns the client that the endpoint has authenticated.
func (store) GetByID(ctx context.Context, _ string) (oauth2.ClientInfo, error) {
	i := issuanceFrom(ctx)
	return clientInfo{i.client, i.redirectURI}, nil
}

// GetByCode returns the code that the endpoint has read; Create uses it up.
func (store) GetByCode(ctx context.Context, code string) (oauth2.TokenInfo, error) {
	i := issuanceFrom(ctx)
	t := models.NewToken()
	t.SetClientID(i.client.ClientID)
	t.SetCode(code)
	t.SetCodeCreateAt(i.now)
	t.SetRedirectURI(i.redirectURI)
	t.SetCodeChallenge(i.challenge)
	t.SetCodeChallengeMethod(oauth2.CodeChallengeS256)
	t.SetScope(strings.Join(i.scopes, " "))
	return tokenInfo{t}, nil
}

// GetByRefresh returns the refresh token that the endpoint has read; Create uses it up.
func (store) GetByRefresh(ctx context.Context, refresh string) (oauth2.TokenInfo, error) {
	i := issuanceFrom(ctx)
	t := models.NewToken()
	t.SetClientID(i.client.ClientID)
	t.SetRefresh(refresh)
	t.SetScope(strings.Join(i.scopes, " "))
	return tokenInfo{t}, nil
}

// Create stores what was made, and uses up what it was made for, in one statement. It fails
// with errSpent and errEnded.
func (store) Create(ctx context.Context, info oauth2.TokenInfo) error {
	i := issuanceFrom(ctx)
	i.access, i.refresh = info.GetAccess(), info.GetRefresh()
	accessUntil, refreshUntil := i.now.Add(AccessTokenLasts), i.now.Add(RefreshTokenIdle)
	switch i.step {
	case giveCode:
		return i.createCode(ctx, info.GetCode())
	case redeemCode:
		row, err := i.queries.RedeemCode(ctx, identitydb.RedeemCodeParams{
			Now: i.now, Hash: seal.Hash(i.spent), AccessHash: seal.Hash(i.access), AccessScopes: i.scopes, AccessAudience: i.audience,
			AccessExpiresAt: accessUntil, RefreshHash: hashOf(i.refresh), RefreshScopes: i.refreshScopes, RefreshExpiresAt: refreshUntil,
		})
		return outcome(row.Used, row.Issued, err)
	case redeemRefresh:
		row, err := i.queries.RedeemRefresh(ctx, identitydb.RedeemRefreshParams{
			Now: i.now, Hash: seal.Hash(i.spent), AccessHash: seal.Hash(i.access), AccessScopes: i.scopes, AccessAudience: i.audience,
			AccessExpiresAt: accessUntil, RefreshHash: hashOf(i.refresh), RefreshScopes: i.refreshScopes, RefreshExpiresAt: refreshUntil,
		})
		return outcome(row.Used, row.Issued, err)
	case redeemGrant:
		issued, err := i.queries.IssueTokens(ctx, identitydb.IssueTokensParams{
			Now: i.now, GrantID: i.grant.ID, AccessHash: seal.Hash(i.access), AccessScopes: i.scopes, AccessAudience: i.audience,
			AccessExpiresAt: accessUntil, RefreshHash: hashOf(i.refresh), RefreshScopes: i.refreshScopes, RefreshExpiresAt: refreshUntil,
		})
		return outcome(1, issued, err)
	default:
		return i.queries.IssueServiceToken(ctx, identitydb.IssueServiceTokenParams{
			GrantID: id.New(), ClientID: i.client.ClientID, Hash: seal.Hash(i.access), Scopes: i.scopes, Audience: i.audience,
			Now: i.now, ExpiresAt: accessUntil,
		})
	}
}

// createCode stores a code with its grant. The grant lasts as long as anything that the code
// can lead to.
func (i *issuance) createCode(ctx context.Context, code string) error {
	lasts := CodeLasts + AccessTokenLasts
	if allows(i.client, grantRefresh) {
		lasts = GrantLasts
	}
	n, err := i.queries.IssueCode(ctx, identitydb.IssueCodeParams{
		Hash: seal.Hash(code), RedirectUri: i.redirectURI, CodeChallenge: i.challenge, Nonce: i.nonce, CodeExpiresAt: i.now.Add(CodeLasts),
		SessionID: i.session, UserID: i.user, Now: i.now, GrantID: id.New(), ClientID: i.client.ClientID,
		Scopes: i.scopes, Audience: i.audience, GrantExpiresAt: i.now.Add(lasts),
	})
	return outcome(1, n, err)
}

func outcome(used, issued int64, err error) error {
	switch {
	case err != nil:
		return err
	case used == 0:
		return errSpent
	case issued == 0:
		return errEnded
	}
	return nil
}

// hashOf is the hash of a token that may not be there.
func hashOf(token string) []byte {
	if token == "" {
		return nil
	}
	return seal.Hash(token)
}

// The library removes what it has found, after it has created; it is used up by then.

// RemoveByCode does nothing: Create has used the code up.
func (store) RemoveByCode(context.Context, string) error { return nil }

// RemoveByAccess does nothing: old access tokens run out by themselves.
func (store) RemoveByAccess(context.Context, string) error { return nil }

// RemoveByRefresh does nothing: Create has used the token up.
func (store) RemoveByRefresh(context.Context, string) error { return nil }

// GetByAccess is not used: VerifyAccess asks for all it needs at once.
func (store) GetByAccess(context.Context, string) (oauth2.TokenInfo, error) {
	return nil, pgx.ErrNoRows
}
