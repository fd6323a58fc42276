// Who a program is that asks the token endpoint, or another one for programs (RFC 6749
// section 2.3).

package oauth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/seal"
)

// failuresAllowed is how often clients at one address may fail to prove who they are. Nobody
// guesses 256 bits; it keeps a program that has lost its secret from filling the log.
var failuresAllowed = ratelimit.Policy{Quota: 30, Window: 10 * time.Minute}

// secretPrefix is in front of clients' secrets.
const secretPrefix = "roseash_cs_"

var clientIDs = regexp.MustCompile(`^(client|app)_[0-9a-z]{1,64}$`)

// claimed is who a program says it is.
type claimed struct {
	id     string
	secret string
	proved bool // it has sent a secret, be it an empty one
}

// claimOf reads the client's id and secret: client_secret_basic, client_secret_post, or none.
// Two at once are refused (RFC 6749 section 2.3).
func claimOf(r *http.Request, f form) (claimed, *tokenError) {
	headers := r.Header.Values("Authorization")
	if len(headers) > 1 {
		return claimed{}, invalidRequest("there is more than one Authorization header")
	}
	secret, inBody := f["client_secret"]
	if len(headers) == 0 {
		c := claimed{id: f.get("client_id"), proved: inBody}
		if inBody {
			c.secret = secret[0]
		}
		if !clientIDs.MatchString(c.id) {
			return claimed{}, invalidClient()
		}
		return c, nil
	}
	if inBody {
		return claimed{}, invalidRequest("the client authenticates in two ways at once")
	}
	id, password, ok := basic(headers[0])
	if !ok || !clientIDs.MatchString(id) {
		return claimed{}, invalidClient()
	}
	if other := f.get("client_id"); other != "" && other != id {
		return claimed{}, invalidRequest("there are two different clients")
	}
	return claimed{id: id, secret: password, proved: true}, nil
}

// basic reads an Authorization header in which both parts are form-encoded (RFC 6749
// section 2.3.1, RFC 7617 section 2).
func basic(header string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(raw), ":")
	if !ok {
		return "", "", false
	}
	var errs [2]error
	id, errs[0] = url.QueryUnescape(id)
	secret, errs[1] = url.QueryUnescape(secret)
	return id, secret, errors.Join(errs[:]...) == nil
}

// authenticate finds the client that a program says it is, and has it prove that.
func (s *Server) authenticate(ctx context.Context, r *http.Request, c claimed) (identitydb.Client, *tokenError) {
	client, err := s.queries().ClientByID(ctx, c.id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return client, failed(err)
	}
	return client, s.prove(r, c, client)
}

// prove checks a client's secret; the client is empty for an unknown one, which takes as
// long and gets the same answer. Failures are counted by address: after too many, right
// secrets are refused as well, so that nothing can be learnt by going on.
func (s *Server) prove(r *http.Request, c claimed, client identitydb.Client) *tokenError {
	from := network(r)
	state := s.failures.Take(from)
	if !state.OK {
		return &tokenError{
			status: http.StatusTooManyRequests, code: "temporarily_unavailable",
			description: "too many failed attempts from this address", retry: state.Retry,
		}
	}
	known := client.ClientID != "" && client.DisabledAt == nil
	// A public client has no secret: whoever sends one means another client.
	matches := !client.Confidential && !c.proved
	if c.proved {
		stored := client.SecretHash
		if len(stored) == 0 {
			stored = make([]byte, 32)
		}
		matches = subtle.ConstantTimeCompare(seal.Hash(c.secret), stored) == 1 && client.Confidential
	}
	if !known || !matches {
		return invalidClient()
	}
	s.failures.GiveBack(from)
	return nil
}

// clientForm reads a form whose sender authenticates as a client.
func (s *Server) clientForm(w http.ResponseWriter, r *http.Request) (form, identitydb.Client, *tokenError) {
	f, refused := readForm(w, r)
	if refused != nil {
		return nil, identitydb.Client{}, refused
	}
	c, refused := claimOf(r, f)
	if refused != nil {
		return nil, identitydb.Client{}, refused
	}
	client, refused := s.authenticate(r.Context(), r, c)
	return f, client, refused
}

// network is what requests are counted by.
func network(r *http.Request) netip.Prefix { return ratelimit.Network(r.RemoteAddr) }
