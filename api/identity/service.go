// The service, and what it stands on.

package identity

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// How long things last.
const (
	SignInLasts      = 10 * time.Minute
	SessionIdle      = 30 * 24 * time.Hour
	SessionLasts     = 180 * 24 * time.Hour
	InvitationLasts  = 7 * 24 * time.Hour
	EmailChangeLasts = 24 * time.Hour
	EmailRevertLasts = 7 * 24 * time.Hour
	DeletionGrace    = 14 * 24 * time.Hour
)

// Options are what the service stands on. All but Closed and Merge are needed.
type Options struct {
	Pool  *db.Pool
	Clock clock.Clock
	Key   seal.Key
	Mail  mail.Queue
	Sites urls.Sites
	// SiteName is what the site calls itself, for passkeys.
	SiteName func(ctx context.Context) (string, error)
	// Closed tells that only who is invited gets an account.
	Closed bool
	// Merge is called in the transaction that begins a session, with the visitor's old
	// state: carts are merged there.
	Merge []func(ctx context.Context, tx pgx.Tx, s contract.SignedIn, v contract.Visitor) error
	// Erase is called in the transaction that erases a user's data.
	Erase []func(ctx context.Context, tx pgx.Tx, user contract.UserID) error
}

// Service is users, sessions and roles. New makes one.
type Service struct {
	Options

	// ended hears in their transaction which sessions end, so that clients can be told.
	ended func(ctx context.Context, tx pgx.Tx, sessions []uuid.UUID) error
}

// New makes the service; nothing is asked of the database.
func New(o Options) *Service { return &Service{Options: o} }

// OnEnd has fn called in the transaction that ends sessions. It is called once, before the
// service is used.
func (s *Service) OnEnd(fn func(ctx context.Context, tx pgx.Tx, sessions []uuid.UUID) error) {
	s.ended = fn
}

func (s *Service) queries() *identitydb.Queries { return identitydb.New(s.Pool) }

// Prefixes of ids.
const (
	userPrefix       = "user"
	sessionPrefix    = "ses"
	passkeyPrefix    = "pk"
	invitationPrefix = "inv"
	tokenPrefix      = "tok"
)
