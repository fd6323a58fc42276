// The service, and what it stands on.

package account

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/account/internal/accountdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Names tells what people are called.
type Names interface {
	// DisplayName is empty where they have not said. It fails with 404 for who is not active.
	DisplayName(ctx context.Context, user contract.UserID) (string, error)
	// PrimaryAddress is where mail to them goes. It fails with 404 where there is none.
	PrimaryAddress(ctx context.Context, user contract.UserID) (string, error)
}

// Cart tells what is in carts.
type Cart interface {
	// CartCount is how many things are in the cart of whoever makes the request.
	CartCount(ctx context.Context) (int, error)
}

// Bookings tells what somebody is going to.
type Bookings interface {
	// NextBooking is the user's next one that has not begun; nil: there is none.
	NextBooking(ctx context.Context, user contract.UserID) (*NextBooking, error)
}

// Source gathers what one domain has stored of a user: names of files, without ending, and
// what is in them, which must marshal to JSON.
type Source func(ctx context.Context, user contract.UserID) (map[string]any, error)

// Options are what the service stands on. Cart and Bookings may be nil.
type Options struct {
	Pool     *db.Pool
	Clock    clock.Clock
	Bus      *bus.Bus
	Mail     mail.Queue
	Sites    urls.Sites
	Names    Names
	Cart     Cart
	Bookings Bookings
	Sources  []Source
}

// Service is the account of each person. New makes one.
type Service struct{ Options }

// New makes the service; nothing is asked of the database.
func New(o Options) *Service { return &Service{Options: o} }

func (s *Service) queries() *accountdb.Queries { return accountdb.New(s.Pool) }

// Prefixes of ids.
const (
	userPrefix   = "user"
	exportPrefix = "exp"
)

// asker is the user who makes the request. It fails with 403 `no_user` for programs that act
// by themselves.
func asker(ctx context.Context) (user contract.UserID, uid uuid.UUID, err error) {
	p, _ := auth.PrincipalFrom(ctx)
	uid, ok := id.Parse(userPrefix, p.User)
	if !ok {
		return "", uid, problem.Forbidden("only people have this").WithCode("no_user")
	}
	return p.User, uid, nil
}

// Erase deletes all that is stored of a user here, in the transaction that erases them.
func (s *Service) Erase(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
	uid, ok := id.Parse(userPrefix, user)
	if !ok {
		return problem.NotFound("there is no such user")
	}
	_, err := accountdb.New(tx).DeleteExportsOf(ctx, uid)
	return err
}

// NextBooking is what somebody is going to.
type NextBooking struct {
	Title    string    `json:"title" example:"Sourdough for beginners"`
	URL      string    `json:"url" example:"https://coop.example/account/bookings/"`
	StartsAt time.Time `json:"starts_at"`
}
