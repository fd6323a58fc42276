// The secret addresses under which a member's own calendar can be subscribed to. Whoever knows
// one can read it, so that of the secret only its hash is stored, and it is shown once. Programs
// and their makers' servers keep such an address, and people pass it on: it leaks more easily than
// a session. So private entries are Busy there for everybody, though the API, asked by somebody
// who has signed in, tells their organisers all of them.

package events

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
)

// maxFeeds is how many addresses a member may have.
const maxFeeds = 10

// secretLength is that of what seal.Random makes.
const secretLength = 43

// MemberFeedPath is the path, on the origin of events, of the calendar behind a secret address.
func MemberFeedPath(secret string) string { return urls.MemberICS + secret + ".ics" }

// FeedID is a feed's id, which is not secret.
type FeedID string

// Feed is what is shown of an address of one's own calendar.
type Feed struct {
	ID        FeedID     `json:"id" example:"feed_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Name      string     `json:"name" example:"Phone"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"To the hour; absent for one that has not been used."`
}

// MadeFeed is an address that was just made: the only time that it is shown.
type MadeFeed struct {
	Feed
	URL    string `json:"url" example:"https://roseash.example/ics/me/….ics" doc:"The address itself, for whoever is to read your calendar. It is shown now and never again."`
	Webcal string `json:"webcal" example:"webcal://roseash.example/ics/me/….ics" doc:"The same address as calendar programs subscribe to it."`
}

func noFeed() *problem.Details { return problem.NotFound("no such feed") }

// Feeds are the addresses of whoever asks, the oldest first.
func (s *Service) Feeds(ctx context.Context) ([]Feed, error) {
	member, err := memberOf(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.queries().FeedsOf(ctx, member)
	feeds := make([]Feed, len(rows))
	for i, r := range rows {
		feeds[i] = toFeed(r)
	}
	return feeds, err
}

// CreateFeed makes an address for whoever asks, in a transaction of its own. It fails with 403
// `no_user` for a program that acts by itself, 403 `session_required` for an app or a token,
// which the address would outlive, 422 for a name that is none, and 409 `too_many_feeds`.
func (s *Service) CreateFeed(ctx context.Context, name string) (made MadeFeed, err error) {
	member, err := memberOf(ctx)
	if err != nil {
		return made, err
	}
	if p, _ := auth.PrincipalFrom(ctx); p.Session == "" {
		return made, problem.Forbidden("only somebody who has signed in on the pages can make an address").WithCode("session_required")
	}
	name = strings.TrimSpace(name)
	if err := checkLine("body.name", name, 1, 80); err != nil {
		return made, err
	}
	secret := seal.Random()
	err = s.storeFor(ctx, member, func(_ pgx.Tx, q *eventsdb.Queries) error {
		n, err := q.CountFeeds(ctx, member)
		if err != nil {
			return err
		}
		if n >= maxFeeds {
			return problem.Conflict("there are %d addresses already; revoke one first", maxFeeds).WithCode("too_many_feeds")
		}
		row, err := q.InsertFeed(ctx, eventsdb.InsertFeedParams{ID: id.New(), UserID: member, TokenHash: seal.Hash(secret), Name: name, At: s.Clock.Now()})
		made.Feed = toFeed(row)
		return err
	})
	if err != nil {
		return MadeFeed{}, err
	}
	made.URL = s.Sites.Base(urls.Events) + MemberFeedPath(secret)
	made.Webcal = webcal(made.URL)
	return made, nil
}

// webcal is an address as calendar programs subscribe to it.
func webcal(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return "webcal://" + rest
}

// RevokeFeed ends an address of whoever asks. It fails with 404 for one that is unknown, revoked
// or another's.
func (s *Service) RevokeFeed(ctx context.Context, feed FeedID) error {
	member, err := memberOf(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(feedPrefix, feed)
	if !ok {
		return noFeed()
	}
	n, err := s.queries().DeleteFeed(ctx, eventsdb.DeleteFeedParams{ID: u, UserID: member})
	if err == nil && n == 0 {
		err = noFeed()
	}
	return err
}

// feedOf is the feed behind a secret. It fails with 404 for a secret that nobody has.
func (s *Service) feedOf(ctx context.Context, secret string) (eventsdb.Feed, error) {
	if len(secret) != secretLength {
		return eventsdb.Feed{}, noFeed()
	}
	feed, err := s.queries().FeedByHash(ctx, seal.Hash(secret))
	if errors.Is(err, pgx.ErrNoRows) {
		err = noFeed()
	}
	return feed, err
}

// touchFeed notes in which hour a feed is used. Whoever uses it does not suffer from a fault
// here.
func (s *Service) touchFeed(ctx context.Context, feed eventsdb.Feed) {
	hour := s.Clock.Now().UTC().Truncate(time.Hour)
	if feed.UsedAt != nil && !feed.UsedAt.Before(hour) {
		return
	}
	if err := s.queries().TouchFeed(ctx, eventsdb.TouchFeedParams{ID: feed.ID, Hour: &hour}); err != nil {
		slog.ErrorContext(ctx, "the use of a calendar's address was not noted", "feed", id.Format[FeedID](feedPrefix, feed.ID), "error", err)
	}
}

func toFeed(r eventsdb.Feed) Feed {
	return Feed{ID: id.Format[FeedID](feedPrefix, r.ID), Name: r.Name, CreatedAt: r.CreatedAt, UsedAt: r.UsedAt}
}
