// How many mails may be asked for, so that nobody is flooded and nobody kept out.

package identity

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/seal"
)

// liveLinks is how many unused links of an address there may be that strangers' browsers have
// asked for, and as many again for browsers that have signed in with the address before: a
// stranger who asks and asks leaves the owner's own share alone, and three links in the inbox
// that all work.
const liveLinks = 3

var (
	// asksANetwork is how many mails strangers' browsers of one network may ask for.
	asksANetwork = ratelimit.Policy{Quota: 10, Window: time.Hour}
	// asksInAll is what all strangers' browsers may ask for: a breaker, for the sake of the
	// mail server's name.
	asksInAll = ratelimit.Policy{Quota: 600, Window: time.Hour}
)

// admission is whether a mail is sent, and what is known of who asks for it.
type admission struct {
	ok         bool
	known      bool // the browser has signed in with the address before
	hasAccount bool // the address is somebody's
}

// admit decides in tx about a mail to an address. Its requests are decided one after the other.
// A known browser counts only against its own share: it has signed in, which no stranger did,
// and must get a mail when others have used up everything.
func (s *Service) admit(ctx context.Context, tx pgx.Tx, address string, v contract.Visitor) (a admission, err error) {
	q := identitydb.New(tx)
	if a.known, err = q.KnownDevice(ctx, identitydb.KnownDeviceParams{Address: address, Device: seal.Hash(v.Device)}); err != nil {
		return a, err
	}
	if !a.known {
		left, err := ratelimit.Take(ctx, tx, "sign_in "+NetworkText(v.Network), asksANetwork)
		if err != nil || !left.OK {
			return a, err
		}
	}
	if err := q.LockAddress(ctx, address); err != nil {
		return a, err
	}
	state, err := q.SignInState(ctx, identitydb.SignInStateParams{Address: address, At: s.Clock.Now()})
	if err != nil {
		return a, err
	}
	a.hasAccount = state.HasAccount
	if a.known {
		a.ok = state.Known < liveLinks
		return a, nil
	}
	if state.Strange >= liveLinks {
		return a, nil
	}
	left, err := ratelimit.Take(ctx, tx, "sign_in", asksInAll)
	a.ok = left.OK
	return a, err
}
