// The service, and what it stands on.

package cart

import (
	"context"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
)

// How long a cart that nobody touches is kept, and how much is in one at most.
const (
	AnonymousIdle = 30 * 24 * time.Hour
	UserIdle      = 180 * 24 * time.Hour
	MaxLines      = 100
	MaxDiscounts  = 5
)

// remembered is how many networks' new carts are counted at the same time.
const remembered = 100_000

// Owner is the domain that things of one kind belong to.
type Owner interface {
	// Offers says what things are and cost now, for a buyer, by their ids; what is
	// unknown, hidden or no longer sold is left out. It is asked through tx where the answer
	// decides, else tx is nil.
	Offers(ctx context.Context, tx pgx.Tx, ids []string, buyer contract.Buyer) (map[string]contract.Offer, error)
}

// Options are what the service stands on. All are needed.
type Options struct {
	Pool   *db.Pool
	Clock  clock.Clock
	Owners map[contract.LineKind]Owner
}

// Service is carts and discount codes. New makes one.
type Service struct {
	Options
	begun *ratelimit.Limiter[netip.Prefix] // new carts of browsers
}

// New makes the service; nothing is asked of the database.
func New(o Options) *Service {
	return &Service{Options: o, begun: ratelimit.New[netip.Prefix](newCarts, remembered, o.Clock)}
}

// Prefixes of ids.
const (
	cartPrefix     = "cart"
	linePrefix     = "line"
	discountPrefix = "disc"
)
