// Signing in by a link: asking for one, seeing what it does, and using it.

package identity

import (
	"context"
	"crypto/hmac"
	"errors"
	"net/http"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// AskLink has a link and a code sent to an address, and returns the value of the cookie by which
// the code works only in the browser that asked. The answer, and the work up to it, is the same
// whether or not anybody has the address, whether or not they may sign in, and when there were
// too many: then nothing is sent. It fails with 422 `invalid_address` for what is no address.
func (s *Service) AskLink(ctx context.Context, a contract.SignInAsk, v contract.Visitor) (browser string, err error) {
	address, ok := normalAddress(a.Address)
	if !ok {
		return "", noAddress("body.address")
	}
	// A browser that asks again keeps its value, so that the code of an earlier mail works
	// even if no further one is sent.
	if browser = a.Browser; len(browser) != tokenLength {
		browser = seal.Random()
	}
	return browser, db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		return s.mailLink(ctx, tx, linkAsk{address, ownPath(a.ReturnTo), browser}, v)
	})
}

type linkAsk struct{ address, returnTo, browser string }

// mailLink decides in tx whether a mail is sent, and queues it.
func (s *Service) mailLink(ctx context.Context, tx pgx.Tx, a linkAsk, v contract.Visitor) error {
	q, now := identitydb.New(tx), s.Clock.Now()
	admitted, err := s.admit(ctx, tx, a.address, v)
	if err != nil || !admitted.ok {
		return err
	}
	token, code, row := seal.Random(), newCode(), id.New()
	sent := contract.SignInMail{AskedFrom: AskedFrom(v.UserAgent, NetworkText(v.Network)), Lasts: SignInLasts, New: !admitted.hasAccount}
	kind := "sign_in"
	if s.Closed && !admitted.hasAccount {
		kind = "sign_in_closed" // the token and the code are made and never told
	} else {
		sent.Link, sent.Code = s.Sites.Issuer()+"/login/link/"+token+"/", code
	}
	if err := q.InsertSignIn(ctx, identitydb.InsertSignInParams{
		ID: row, Address: a.address, TokenHash: seal.Hash(token), CodeHash: s.codeHash(row, code), BrowserHash: seal.Hash(a.browser),
		KnownDevice: admitted.known, ReturnTo: a.returnTo, Network: NetworkText(v.Network), UserAgent: v.UserAgent,
		At: now, ExpiresAt: now.Add(SignInLasts),
	}); err != nil {
		return err
	}
	return s.Mail.Queue(ctx, tx, contract.Mail{Kind: kind, To: a.address, Data: sent, ExpiresAt: now.Add(SignInLasts)})
}

// ShowLink is what a link would do. It changes nothing, however often programs open the links
// of a mail. It fails with 410 `link_used_up` for one that is used, expired or unknown.
func (s *Service) ShowLink(ctx context.Context, token, browser string) (contract.SignInLink, error) {
	row, err := s.queries().ShowSignIn(ctx, identitydb.ShowSignInParams{TokenHash: seal.Hash(token), At: s.Clock.Now()})
	if errors.Is(err, pgx.ErrNoRows) {
		err = usedUp()
	}
	return contract.SignInLink{
		Address: row.Address, AskedFrom: AskedFrom(row.UserAgent, row.Network), New: !row.HasAccount, ReturnTo: row.ReturnTo,
		SameBrowser: browser != "" && hmac.Equal(row.BrowserHash, seal.Hash(browser)),
	}, err
}

// ByLink uses a link up, its code with it, and signs in whoever has the address in the browser
// that opened it. It fails as ShowLink does, and with 403 `account_suspended`.
func (s *Service) ByLink(ctx context.Context, token string, v contract.Visitor) (signed contract.SignedIn, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, hash := identitydb.New(tx), seal.Hash(token)
		if err := q.LockUserOfLink(ctx, hash); err != nil {
			return err
		}
		used, err := q.UseLink(ctx, identitydb.UseLinkParams{TokenHash: hash, At: s.Clock.Now()})
		if errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		signed, err = s.signIn(ctx, tx, used.Address, used.ReturnTo, byLink, v)
		return err
	})
	return signed, err
}

// signIn begins a session in tx for who has just proved that an address is theirs. Nobody gets
// an account by a link of the time before the site was closed.
func (s *Service) signIn(ctx context.Context, tx pgx.Tx, address, returnTo, method string, v contract.Visitor) (signed contract.SignedIn, err error) {
	user, created, err := s.userFor(ctx, tx, address)
	if problem.From(err) != nil && problem.From(err).Status == http.StatusNotFound {
		return signed, usedUp()
	}
	if err != nil {
		return signed, err
	}
	signed, err = s.begin(ctx, tx, user, method, v)
	signed.ReturnTo, signed.New = returnTo, created
	return signed, err
}

func usedUp() error {
	gone := problem.ForStatus(http.StatusGone, "this link was used, has run out or never was; ask for a new one")
	return gone.WithCode("link_used_up")
}

// ownPath is a path of this site as it is; the account's for anything else, so that nobody is
// sent elsewhere by signing in.
func ownPath(returnTo string) string {
	if urls.OwnPath(returnTo) {
		return returnTo
	}
	return "/account/"
}
