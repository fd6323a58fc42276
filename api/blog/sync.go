// The sync with a Ghost: what it stands on, and how its parts find each other.

package blog

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

// Source is the name of the Ghost that this site has, in the addresses of webhooks.
const Source = "main"

// Lane is a way by which changes in Ghost are noticed.
type Lane string

// The lanes. A hook has one thing fetched; a hook site.changed has everything compared a
// few seconds later; so have the clock, the start, and a person. Media copies files that
// were missing, and push brings to Ghost what was changed here.
const (
	HookLane   Lane = "hook"
	ChangeLane Lane = "change"
	PeriodLane Lane = "period"
	ManualLane Lane = "manual"
	MediaLane  Lane = "media"
	PushLane   Lane = "push"
)

// FileKeeper keeps copies of files; the media service is one.
type FileKeeper interface {
	// KeepFrom reads what is at an address and keeps it. ghost tells that the address is
	// at the Ghost that the operator configured; all others are asked as strangers are.
	// It fails with a problem where the file is not one that is kept.
	KeepFrom(ctx context.Context, address string, ghost bool) (contract.File, error)
}

// SyncOptions are what a sync stands on. Client is nil where no Ghost is configured:
// then nothing is fetched, and what an import brought stays as it is.
type SyncOptions struct {
	URL       string // of the Ghost
	Client    *ghost.Client
	Secret    string // of its webhooks; empty: none is taken
	WriteBack bool   // changes made here go to Ghost
	Files     FileKeeper
	Bus       *bus.Bus
	Log       *slog.Logger
}

// Sync keeps what came from a Ghost as it is there.
type Sync struct {
	*Service
	options SyncOptions

	hookPatience, mirrorBudget time.Duration // the constants; tests may have more time
}

// NewSync makes the sync of a blog; Jobs has it work. From now on s refuses to delete what
// the Ghost has, and brings there what editors change, where changes are written back.
// Nobody may use s yet.
func NewSync(s *Service, o SyncOptions) *Sync {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	y := &Sync{Service: s, options: o, hookPatience: hookPatience, mirrorBudget: mirrorBudget}
	s.followed = o.Client != nil
	if y.writesBack() {
		s.changed = y.pushLater
	}
	return y
}

// keeper stores objects of one kind. Both of its functions run in the transaction that
// writes blog.ghost_objects, under the lock of the object.
type keeper struct {
	// put stores an object. ours is the id of what it was stored as before, the zero id
	// for one that is new; it returns the id that it has now.
	put func(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error)
	// remove takes away what Ghost does not have any more.
	remove func(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error
}
