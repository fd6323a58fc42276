// The server, and what it stands on.

package oauth

import (
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5"
	"github.com/go-oauth2/oauth2/v4/manage"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Options are what the server stands on; all are needed.
type Options struct {
	Pool     *db.Pool
	Clock    clock.Clock
	Key      seal.Key
	Identity *identity.Service
	Sites    urls.Sites
	Bus      *bus.Bus
	// HTTP is the client that reaches back-channel logout addresses, which come from
	// outside.
	HTTP *http.Client
	// Pages show people what they decide about.
	Pages Pages
}

// Pages are what people see of the server. Each answers a request whole.
type Pages interface {
	Consent(w http.ResponseWriter, r *http.Request, v contract.ConsentView)
	Refused(w http.ResponseWriter, r *http.Request, v contract.AuthorizeRefusal)
	AskLogout(w http.ResponseWriter, r *http.Request, v contract.LogoutView)
	LoggedOut(w http.ResponseWriter, r *http.Request)
}

// Server is the authorization server. New makes one.
type Server struct {
	Options

	tokens   *manage.Manager
	router   http.Handler
	keys     keyring
	failures *ratelimit.Limiter[netip.Prefix] // of clients to prove who they are
	devices  *ratelimit.Limiter[netip.Prefix] // that ask for a code
	guesses  *ratelimit.Limiter[contract.UserID]
}

// New makes the server; nothing is asked of the database.
func New(o Options) *Server {
	s := &Server{
		Options: o, tokens: newManager(), failures: ratelimit.New[netip.Prefix](failuresAllowed, 10_000, o.Clock),
		devices: ratelimit.New[netip.Prefix](devicesAllowed, 10_000, o.Clock),
		guesses: ratelimit.New[contract.UserID](guessesAllowed, 10_000, o.Clock),
	}
	router := chi.NewRouter()
	s.Mount(router)
	s.router = router
	return s
}

// Issuer is the server's name (RFC 8414 section 2): its origin.
func (s *Server) Issuer() string { return s.Sites.Issuer() }

func (s *Server) queries() *identitydb.Queries { return identitydb.New(s.Pool) }
