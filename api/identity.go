// Who people are, put together: accounts, the authorization server, mail, and the tokens
// of all of them.

package api

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/web"
)

// logoutPatience is how long a client may take to hear that somebody has signed out.
const logoutPatience = 10 * time.Second

// newIdentity makes the services that know people, wired to each other.
func (a *App) newIdentity() (err error) {
	c := a.options.Config
	a.login = a.newLogin()
	if a.key, err = secretKey(c); err != nil {
		return err
	}
	a.Mail, err = mail.New(mail.Options{
		Pool: a.options.Pool, Clock: a.options.Clock, Key: a.key, Bus: a.Bus, Log: a.options.Log,
		SMTPURL: c.SMTPURL.Reveal(), From: senderOf(c), Render: web.NewMails(a.Blog.Settings, c.Sites),
	})
	if err != nil {
		return err
	}
	a.Identity = identity.New(identity.Options{
		Pool: a.options.Pool, Clock: a.options.Clock, Key: a.key, Mail: a.Mail, Sites: c.Sites, Closed: c.SignUpClosed,
		SiteName: func(ctx context.Context) (string, error) {
			settings, err := a.Blog.Settings(ctx)
			return settings.Title, err
		},
		Merge: []func(context.Context, pgx.Tx, contract.SignedIn, contract.Visitor) error{a.Cart.Merge},
		Erase: []func(context.Context, pgx.Tx, contract.UserID) error{
			a.Blog.Erase,
			func(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
				return a.Account.Erase(ctx, tx, user)
			},
			a.Cart.Erase,
			a.Events.Erase,
			func(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
				return a.Orders.Erase(ctx, tx, user)
			},
		},
	})
	a.OAuth = oauth.New(oauth.Options{
		Pool: a.options.Pool, Clock: a.options.Clock, Key: a.key, Identity: a.Identity, Sites: c.Sites, Bus: a.Bus,
		HTTP: httpx.Public(httpx.PublicOptions{Timeout: logoutPatience, Peers: c.FederationPeers}), Pages: a.login,
	})
	a.Identity.OnEnd(a.OAuth.SessionsEnded)
	a.login.SignIn, a.login.Authorization = a.Identity, a.OAuth
	if !c.Sites.Single() {
		a.login.Elsewhere = &web.SSO{Pages: a.login, Key: a.key}
	}
	a.Account = account.New(account.Options{
		Pool: a.options.Pool, Clock: a.options.Clock, Bus: a.Bus, Mail: a.Mail, Sites: c.Sites, Names: a.Identity, Cart: a.Cart,
		Sources: []account.Source{a.Identity.ExportUser, a.Blog.ExportMember, a.Cart.ExportUser, a.Events.ExportUser,
			func(ctx context.Context, user contract.UserID) (map[string]any, error) {
				return a.Orders.ExportUser(ctx, user)
			},
		},
	})
	a.Blog.WithAccounts(a.Identity)
	return nil
}

// secretKey is what the database must not know.
func secretKey(c config.Config) (seal.Key, error) {
	if c.SecretKey.IsSet() {
		return seal.Parse(c.SecretKey.Reveal())
	}
	return seal.Open(c.DataDir)
}

// senderOf is who mail comes from.
func senderOf(c config.Config) string {
	if c.MailFrom != "" {
		return c.MailFrom
	}
	host := "localhost"
	if u, err := url.Parse(c.Sites.Main()); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "no-reply@" + host
}

// tokens is the Verifier of every kind of token. Each says by its beginning what it is.
type tokens struct {
	app   *App
	other auth.Verifier // of the development token
}

// Verify asks whoever has made the token.
func (t tokens) Verify(ctx context.Context, c auth.Credentials) (auth.Principal, error) {
	switch {
	case strings.HasPrefix(c.Token, "roseash_at_"):
		return t.app.OAuth.VerifyAccess(ctx, c.Token)
	case strings.HasPrefix(c.Token, "roseash_pat_"):
		return t.app.Identity.VerifyPersonal(ctx, c.Token)
	}
	return t.other.Verify(ctx, c)
}
