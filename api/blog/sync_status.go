// How the sync with a Ghost is doing, for those who look after the site.

package blog

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	// statusRows is how many of each list a status shows.
	statusRows = 100
	// statusPatience is how long Ghost may take to say who it is.
	statusPatience = 2 * time.Second
)

// SyncStatus is how the sync with a Ghost is doing.
type SyncStatus struct {
	Configured bool           `json:"configured" example:"true" doc:"Whether there is a Ghost to sync with. Where there is none, nothing is fetched and the lists tell what an import brought."`
	Ghost      *GhostState    `json:"ghost,omitempty" doc:"The Ghost as it answers now; absent where none is configured."`
	Webhooks   WebhookState   `json:"webhooks"`
	Lanes      []LaneState    `json:"lanes" doc:"By which ways changes are noticed and brought, each with what it did last."`
	Kinds      []KindCount    `json:"kinds" doc:"How much there is of each kind of thing of Ghost's."`
	Flagged    FlaggedList    `json:"flagged"`
	Conflicts  []PostConflict `json:"conflicts" doc:"Posts that were changed here and in Ghost, at most 100. Ours is shown until somebody chooses."`
	Missing    MissingList    `json:"missing_media"`
	Scheduled  ScheduledList  `json:"scheduled"`
	CheckedAt  time.Time      `json:"checked_at" doc:"When this was so: ages are counted up to then."`
}

// GhostState is the Ghost as it answers now.
type GhostState struct {
	Host      string `json:"host" example:"ghost.example.org" doc:"Where it is."`
	Reachable bool   `json:"reachable" example:"true" doc:"Whether it has just answered."`
	Version   string `json:"version,omitempty" example:"6.65.0" doc:"Its version; absent where it does not answer."`
	Error     string `json:"error,omitempty" example:"it cannot be reached" doc:"Why it has not answered; absent where it has."`
}

// WebhookState is what there is to know of Ghost's webhooks.
type WebhookState struct {
	Configured     bool       `json:"configured" example:"true" doc:"Whether they are taken: a secret is configured."`
	LastReceivedAt *time.Time `json:"last_received_at,omitempty" doc:"When the last one came; absent where none has for a month."`
	Waiting        int64      `json:"waiting" example:"0" doc:"How many have come and are not handled yet."`
	Handled        int64      `json:"handled" example:"120" doc:"How many came in the last day and are handled."`
	P50Ms          int64      `json:"p50_ms" example:"210" doc:"Milliseconds from coming to being handled, for half of those."`
	P95Ms          int64      `json:"p95_ms" example:"640" doc:"The same for 95 of a hundred."`
	Addresses      []Webhook  `json:"addresses" doc:"Those that somebody has to make in Ghost, once."`
}

// Webhook is one that has to be made in Ghost.
type Webhook struct {
	Event string `json:"event" example:"post.edited" doc:"Ghost's name of what happened."`
	Path  string `json:"path" example:"/hooks/ghost/main/post.edited" doc:"Where Ghost sends it, at this origin."`
}

// LaneState is what a lane did last.
type LaneState struct {
	Lane        Lane       `json:"lane" enum:"hook,change,period,manual,media,push" example:"hook" doc:"hook: one thing is fetched of which a webhook tells. change: everything is compared after the site has changed. period: the same every ten minutes and at the start. manual: the same when somebody asks. media: files that were missing are fetched. push: what was changed here is brought to Ghost."`
	StartedAt   *time.Time `json:"started_at,omitempty" doc:"When it began last; absent where it never has."`
	FinishedAt  *time.Time `json:"finished_at,omitempty" doc:"When it ended last."`
	SucceededAt *time.Time `json:"succeeded_at,omitempty" doc:"When it ended well last."`
	FailedAt    *time.Time `json:"failed_at,omitempty" doc:"When it failed last."`
	Error       string     `json:"error,omitempty" example:"ghost: it cannot be reached" doc:"Why it failed last, in words; absent where it never has."`
	TookMs      int64      `json:"took_ms" example:"840" doc:"Milliseconds that it took last: from the webhook on, or from its beginning."`
	LagSeconds  *int64     `json:"lag_seconds,omitempty" example:"12" doc:"How far it is behind: seconds since it ended well; for hook, the age of the oldest webhook that is not handled. Absent where it never ended well."`
	Waiting     int64      `json:"waiting" example:"0" doc:"Jobs that are still to be done."`
	Seen        int        `json:"seen" example:"132" doc:"How many things it looked at last."`
	Changed     int        `json:"changed" example:"3" doc:"How many of them differed."`
	Missing     int        `json:"missing" example:"0" doc:"How many Ghost had no more."`
}

// KindCount is how much there is of a kind.
type KindCount struct {
	Kind    string `json:"kind" enum:"post,tag,user,tier,newsletter,member,settings" example:"post" doc:"Pages are posts too, users are authors."`
	Stored  int64  `json:"stored" example:"72" doc:"How many are stored here."`
	Deleted int64  `json:"deleted" example:"2" doc:"How many Ghost has deleted."`
	Flagged int64  `json:"flagged" example:"1" doc:"At how many somebody should look."`
}

// StatusPost is a post or page in a status. Path is where readers see it.
type StatusPost struct {
	ID    contract.PostID   `json:"id"`
	Type  contract.PostType `json:"type" enum:"post,page" example:"post"`
	Title string            `json:"title"`
	Path  string            `json:"path,omitempty" doc:"Where readers see it; absent where they do not."`
}

// FlaggedPost is a post at which somebody should look.
type FlaggedPost struct {
	StatusPost
	Flags []string `json:"flags" doc:"What there is to look at."`
}

// FlaggedList is the posts at which somebody should look.
type FlaggedList struct {
	Total int64         `json:"total" example:"1" doc:"How many there are."`
	Items []FlaggedPost `json:"items" doc:"The first 100, those that changed last first."`
}

// PostConflict is a post that was changed here and in Ghost.
type PostConflict struct {
	StatusPost
	FoundAt      time.Time `json:"found_at"`
	DeletedThere bool      `json:"deleted_there" example:"false" doc:"Ghost has deleted it: to keep theirs is to delete it here."`
}

// MissingFile is a file that posts show and of which there is no copy.
type MissingFile struct {
	Address  string     `json:"address" example:"ghost.example.org/content/images/2026/05/crate.jpg" doc:"Its host and path, without what may be secret."`
	Attempts int        `json:"attempts" example:"2" doc:"How often it was tried."`
	Error    string     `json:"error,omitempty" example:"the file is too large" doc:"Why the last attempt failed."`
	NextAt   *time.Time `json:"next_at,omitempty" doc:"When it is tried again; absent where it is given up."`
}

// MissingList is the files of which there is no copy.
type MissingList struct {
	Total int64         `json:"total" example:"1" doc:"How many there are."`
	Items []MissingFile `json:"items" doc:"The first 100, those that were tried most first."`
}

// ScheduledPost is a post that Ghost will publish.
type ScheduledPost struct {
	StatusPost
	PublishAt *time.Time `json:"publish_at,omitempty" doc:"When it is to be published."`
}

// ScheduledList is the posts that are to be published at a time.
type ScheduledList struct {
	Total int64           `json:"total" example:"1" doc:"How many there are."`
	Items []ScheduledPost `json:"items" doc:"The first 100, the next one first."`
}

// Status tells how the sync is doing, and asks Ghost who it is, for two seconds at the
// most. What Ghost answers is no error of Status; only a fault of the database is.
func (y *Sync) Status(ctx context.Context) (s SyncStatus, err error) {
	s = SyncStatus{Configured: y.options.Client != nil, CheckedAt: y.clock.Now()}
	s.Webhooks = WebhookState{Configured: y.options.Secret != "", Addresses: make([]Webhook, len(hookEvents))}
	for i, event := range hookEvents {
		s.Webhooks.Addresses[i] = Webhook{event, hookPath(event)}
	}
	q := y.queries()
	for _, part := range []func(context.Context, *blogdb.Queries, *SyncStatus) error{
		y.hookStatus, y.laneStatus, countStatus, flagStatus, conflictStatus, mediaStatus, scheduleStatus,
	} {
		if err := part(ctx, q, &s); err != nil {
			return SyncStatus{}, err
		}
	}
	if s.Configured {
		s.Ghost = y.ghostStatus(ctx)
	}
	return s, nil
}

// Version asks Ghost for its version, such as 6.65.0. It fails with ErrNoGhost, and with a
// *ghost.Fault where Ghost's answer is of no use.
func (y *Sync) Version(ctx context.Context) (string, error) {
	if y.options.Client == nil {
		return "", ErrNoGhost
	}
	return y.options.Client.Version(ctx)
}

func (y *Sync) ghostStatus(ctx context.Context) *GhostState {
	g := &GhostState{}
	if at, err := url.Parse(y.options.URL); err == nil {
		g.Host = at.Host
	}
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	var err error
	if g.Version, err = y.Version(ctx); err != nil {
		g.Error = "it does not answer as it should"
		var fault *ghost.Fault
		if errors.As(err, &fault) {
			g.Error = fault.Reason
		}
		return g
	}
	g.Reachable = true
	return g
}

func (y *Sync) hookStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	last, err := q.LastHook(ctx)
	switch {
	case err == nil:
		s.Webhooks.LastReceivedAt = &last
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	row, err := q.HookStatus(ctx, blogdb.HookStatusParams{Now: s.CheckedAt, Since: s.CheckedAt.Add(-24 * time.Hour)})
	if err != nil {
		return err
	}
	h := &s.Webhooks
	h.Waiting, h.Handled, h.P50Ms, h.P95Ms = row.Waiting, row.Handled, int64(row.P50), int64(row.P95)
	// Where nothing waits the lane is not behind, if ever it was used.
	hook := LaneState{Lane: HookLane}
	if row.Waiting > 0 || s.Webhooks.LastReceivedAt != nil {
		hook.LagSeconds = age(s.CheckedAt, row.Oldest)
	}
	s.Lanes = append(s.Lanes, hook)
	return nil
}

func (y *Sync) laneStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.Lanes(ctx)
	if err != nil {
		return err
	}
	waiting, err := y.waiting(ctx)
	if err != nil {
		return err
	}
	for _, lane := range []Lane{ChangeLane, PeriodLane, ManualLane, MediaLane, PushLane} {
		s.Lanes = append(s.Lanes, LaneState{Lane: lane})
	}
	for i := range s.Lanes {
		l := &s.Lanes[i]
		l.Waiting = waiting[l.Lane]
		for _, r := range rows {
			if r.Lane != string(l.Lane) {
				continue
			}
			l.StartedAt, l.FinishedAt, l.SucceededAt, l.FailedAt = r.StartedAt, r.FinishedAt, r.SucceededAt, r.FailedAt
			l.Error, l.TookMs, l.Seen, l.Changed, l.Missing = r.Error, r.TookMs, int(r.Seen), int(r.Changed), int(r.Missing)
			if l.Lane != HookLane && r.SucceededAt != nil {
				l.LagSeconds = age(s.CheckedAt, *r.SucceededAt)
			}
		}
	}
	return nil
}

// ReconcileNow has everything compared with Ghost soon, once however often it is asked
// before that begins, and all missing files tried again. It fails with 409
// ghost_not_configured.
func (y *Sync) ReconcileNow(ctx context.Context) error {
	if y.options.Client == nil {
		return problem.Conflict("no Ghost is configured").WithCode("ghost_not_configured")
	}
	return db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		if err := y.later(ctx, tx, reconcileJob{ManualLane}); err != nil {
			return err
		}
		return y.retryMedia(ctx, tx)
	})
}

// waiting counts the jobs that are still to be done, by lane.
func (y *Sync) waiting(ctx context.Context) (map[Lane]int64, error) {
	counts := map[Lane]int64{}
	if y.options.Bus == nil {
		return counts, nil
	}
	kinds := slices.Collect(maps.Keys(laneOfJob))
	backlog, err := y.options.Bus.Waiting(ctx, "lane", kinds...)
	for _, b := range backlog {
		lane := laneOfJob[b.Kind]
		if lane == "" {
			lane = Lane(b.Argument)
		}
		counts[lane] += b.Jobs
	}
	return counts, err
}

// laneOfJob is the lane that a kind of job is of; empty: the job says it.
var laneOfJob = map[string]Lane{
	fetchJob{}.Kind(): HookLane, reconcileJob{}.Kind(): "", mediaJob{}.Kind(): MediaLane, pushJob{}.Kind(): PushLane,
}

// age is how many seconds ago something was.
func age(now, then time.Time) *int64 {
	return new(max(0, int64(now.Sub(then)/time.Second)))
}

func countStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.GhostCounts(ctx)
	if err != nil {
		return err
	}
	s.Kinds = shaped(rows, func(r blogdb.GhostCountsRow) KindCount { return KindCount(r) })
	return nil
}

func statusPost(u uuid.UUID, typ, title, path string, public bool) StatusPost {
	p := StatusPost{ID: id.Format[contract.PostID](postPrefix, u), Type: contract.PostType(typ), Title: title}
	if public {
		p.Path = path
	}
	return p
}

func flagStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.FlaggedPosts(ctx, statusRows)
	if err != nil {
		return err
	}
	s.Flagged.Items = shaped(rows, func(r blogdb.FlaggedPostsRow) FlaggedPost {
		s.Flagged.Total = r.Total
		return FlaggedPost{statusPost(r.ID, r.Type, r.Title, r.Path, r.IsPublic), r.Flags}
	})
	return nil
}

func conflictStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.Conflicts(ctx, statusRows)
	if err != nil {
		return err
	}
	s.Conflicts = shaped(rows, func(r blogdb.ConflictsRow) PostConflict {
		return PostConflict{statusPost(r.PostID, r.Type, r.Title, r.Path, r.IsPublic), r.FoundAt, r.DeletedThere}
	})
	return nil
}

func mediaStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.MissingMedia(ctx, statusRows)
	if err != nil {
		return err
	}
	s.Missing.Items = shaped(rows, func(r blogdb.MissingMediaRow) MissingFile {
		s.Missing.Total = r.Total
		return MissingFile{Address: bareAddress(r.Url), Attempts: int(r.Attempts), Error: r.Error, NextAt: r.NextAt}
	})
	return nil
}

// bareAddress is an address's host and path: what else it has may be a password or a key.
func bareAddress(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return at.Host + at.EscapedPath()
}

func scheduleStatus(ctx context.Context, q *blogdb.Queries, s *SyncStatus) error {
	rows, err := q.ScheduledPosts(ctx, statusRows)
	if err != nil {
		return err
	}
	s.Scheduled.Items = shaped(rows, func(r blogdb.ScheduledPostsRow) ScheduledPost {
		s.Scheduled.Total = r.Total
		return ScheduledPost{statusPost(r.ID, r.Type, r.Title, "", false), r.PublishedAt}
	})
	return nil
}
