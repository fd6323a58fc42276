// Tiers, newsletters and members: how the sync stores them, and reading them.

package blog

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
)

const (
	tierPrefix       = "tier"
	newsletterPrefix = "newsletter"
	memberPrefix     = "member"
)

// knownOr is value where it is one of those that there are, else otherwise: a newer Ghost
// may know more of them, and must not stop the sync.
func knownOr(value, otherwise string, of ...string) string {
	for _, known := range append(of, otherwise) {
		if value == known {
			return value
		}
	}
	return otherwise
}

// ownID is the id under which something is stored: the one that it has, else a new one.
func ownID(ours uuid.UUID) uuid.UUID {
	if ours == uuid.Nil {
		return id.New()
	}
	return ours
}

// tierKeeper stores tiers. One that is of no known type costs money, and one of no known
// visibility is shown to nobody.
func (y *Sync) tierKeeper() keeper {
	return keeper{
		put: func(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error) {
			t, err := ghost.As[ghost.Tier](o)
			if err != nil {
				return ours, err
			}
			ours = ownID(ours)
			return ours, blogdb.New(tx).PutTier(ctx, blogdb.PutTierParams{
				ID: ours, Slug: t.Slug, Name: t.Name, Description: t.Description, Active: bool(t.Active),
				Type: knownOr(t.Type, "paid", "free"), Visibility: knownOr(t.Visibility, "none", "public"),
				Currency: currencyCode(t.Currency), MonthlyMinor: minorPrice(t.MonthlyPrice), YearlyMinor: minorPrice(t.YearlyPrice),
				TrialDays: int32(max(0, min(t.TrialDays, 1<<20))), Benefits: append([]string{}, t.Benefits...),
				WelcomePageUrl: t.WelcomePageURL, UpdatedAt: y.clock.Now(),
			})
		},
		remove: func(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
			return blogdb.New(tx).DeleteTier(ctx, ours)
		},
	}
}

// currencyCode is a code of ISO 4217, which Ghost has written in either case; nil for none.
func currencyCode(code string) *string {
	code = strings.ToUpper(code)
	if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil
	}
	return &code
}

// minorPrice is minor units; nil for none, and for what cannot be a price.
func minorPrice(minor *int64) *int64 {
	if minor == nil || *minor < 0 {
		return nil
	}
	return minor
}

// newsletterKeeper stores newsletters. One of no known status is shown to nobody.
func (y *Sync) newsletterKeeper() keeper {
	return keeper{
		put: func(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error) {
			n, err := ghost.As[ghost.Newsletter](o)
			if err != nil {
				return ours, err
			}
			ours = ownID(ours)
			return ours, blogdb.New(tx).PutNewsletter(ctx, blogdb.PutNewsletterParams{
				ID: ours, Slug: n.Slug, Name: n.Name, Description: n.Description, Status: knownOr(n.Status, "archived", "active"),
				Visibility: n.Visibility, SubscribeOnSignup: bool(n.SubscribeOnSignup),
				SortOrder: int32(max(-1<<31, min(n.SortOrder, 1<<31-1))), SenderName: n.SenderName, UpdatedAt: y.clock.Now(),
			})
		},
		remove: func(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
			return blogdb.New(tx).DeleteNewsletter(ctx, ours)
		},
	}
}

// memberKeeper stores members. One of no known status may read what free ones may. A member
// is the user's who has verified the e-mail that it has now.
func (y *Sync) memberKeeper() keeper {
	return keeper{
		put: func(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error) {
			m, err := ghost.As[ghost.Member](o)
			if err != nil {
				return ours, err
			}
			ours = ownID(ours)
			labels := make([]string, len(m.Labels))
			for i, l := range m.Labels {
				labels[i] = l.Slug
			}
			var theirs *uuid.UUID
			if u, err := uuid.Parse(m.UUID); err == nil {
				theirs = &u
			}
			now := y.clock.Now()
			created := m.CreatedAt.Time
			if created.IsZero() {
				created = now
			}
			email, q := strings.TrimSpace(m.Email), blogdb.New(tx)
			if err := q.LockMemberAddress(ctx, email); err != nil {
				return ours, err
			}
			err = q.PutMember(ctx, blogdb.PutMemberParams{
				ID: ours, GhostUuid: theirs, Email: email, Name: m.Name,
				Status: knownOr(m.Status, "free", "paid", "comped", "gift"), Labels: labels,
				Newsletters: refIDs(m.Newsletters), Tiers: refIDs(m.Tiers), CreatedAt: created, UpdatedAt: now,
			})
			if err != nil {
				return ours, err
			}
			return ours, y.linkMembers(ctx, tx, email)
		},
		remove: func(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
			return blogdb.New(tx).DeleteMember(ctx, ours)
		},
	}
}

func refIDs(of []ghost.Ref) []string {
	ids := make([]string, len(of))
	for i, r := range of {
		ids[i] = r.ID
	}
	return ids
}

// Tier is what members may be or pay for. Prices are what a month and a year cost; a free
// tier has none.
type Tier struct {
	ID           string          `json:"id" example:"tier_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug         string          `json:"slug" example:"supporter"`
	Name         string          `json:"name" example:"Supporter"`
	Description  string          `json:"description,omitempty" example:"Keeps the oven warm."`
	Type         string          `json:"type" enum:"free,paid" example:"paid"`
	MonthlyPrice *contract.Money `json:"monthly_price,omitempty" doc:"What a month costs."`
	YearlyPrice  *contract.Money `json:"yearly_price,omitempty" doc:"What a year costs."`
	TrialDays    int             `json:"trial_days" example:"14" doc:"Days that cost nothing, before the first that does."`
	Benefits     []string        `json:"benefits" example:"A loaf a month"`
}

// Newsletter is a list that readers can subscribe to.
type Newsletter struct {
	ID                string `json:"id" example:"newsletter_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug              string `json:"slug" example:"weekly"`
	Name              string `json:"name" example:"The week in the bakery"`
	Description       string `json:"description,omitempty" example:"What is baked, and when."`
	SubscribeOnSignup bool   `json:"subscribe_on_signup" example:"true" doc:"Who becomes a member gets it without asking."`
}

// Member is somebody who reads with an account of Ghost's. Tiers and newsletters are
// slugs. UserID is who they are here, empty as long as nobody has verified the e-mail.
type Member struct {
	ID          string    `json:"id" example:"member_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Email       string    `json:"email" example:"ada@example.org"`
	Name        string    `json:"name,omitempty" example:"Ada Baker"`
	Status      string    `json:"status" enum:"free,paid,comped,gift" example:"paid"`
	Labels      []string  `json:"labels" example:"founder" doc:"Slugs of what somebody has marked them with."`
	Tiers       []string  `json:"tiers" example:"supporter" doc:"Slugs of what they are or pay for."`
	Newsletters []string  `json:"newsletters" example:"weekly" doc:"Slugs of what they are subscribed to."`
	UserID      string    `json:"user_id,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Who they are here; absent as long as nobody has verified the e-mail."`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Tiers returns the tiers that everybody may see: what costs nothing first, then by price.
func (s *Service) Tiers(ctx context.Context) ([]Tier, error) {
	rows, err := s.queries().OpenTiers(ctx)
	return shaped(rows, func(r blogdb.Tier) Tier {
		t := Tier{
			ID: id.Format[string](tierPrefix, r.ID), Slug: r.Slug, Name: r.Name, Description: r.Description, Type: r.Type,
			TrialDays: int(r.TrialDays), Benefits: r.Benefits,
		}
		if r.Currency != nil && r.Type == "paid" {
			t.MonthlyPrice, t.YearlyPrice = moneyOf(r.MonthlyMinor, *r.Currency), moneyOf(r.YearlyMinor, *r.Currency)
		}
		return t
	}), err
}

func moneyOf(minor *int64, currency string) *contract.Money {
	if minor == nil {
		return nil
	}
	return &contract.Money{AmountMinor: *minor, Currency: currency}
}

// Newsletters returns those that everybody may subscribe to, in the order that they are
// shown in.
func (s *Service) Newsletters(ctx context.Context) ([]Newsletter, error) {
	rows, err := s.queries().OpenNewsletters(ctx)
	return shaped(rows, func(r blogdb.Newsletter) Newsletter {
		return Newsletter{
			ID: id.Format[string](newsletterPrefix, r.ID), Slug: r.Slug, Name: r.Name, Description: r.Description,
			SubscribeOnSignup: r.SubscribeOnSignup,
		}
	}), err
}

// memberKey is the cursor of the list of members.
type memberKey struct {
	ID uuid.UUID `json:"i"`
}

// Members returns a page of members by their ids, those with an e-mail where one is
// given, whatever its case. It fails with 422 invalid_cursor.
func (s *Service) Members(ctx context.Context, email string, limit int, after string) (members []Member, next string, err error) {
	var key memberKey
	if err := cursor.Decode(after, &key); err != nil {
		return nil, "", err
	}
	args := blogdb.MembersParams{Email: orNil(strings.TrimSpace(email)), MaxRows: int32(limit) + 1}
	if after != "" {
		args.After = &key.ID
	}
	rows, err := s.queries().Members(ctx, args)
	members, more := upTo(rows, limit, toMember)
	if more {
		next = cursor.Encode(memberKey{rows[limit-1].ID})
	}
	return members, next, err
}

// MembersByEmail returns the members with an e-mail, whatever its case, in tx: Ghost
// takes care that there is one at the most.
func (s *Service) MembersByEmail(ctx context.Context, tx pgx.Tx, email string) ([]Member, error) {
	rows, err := blogdb.New(tx).Members(ctx, blogdb.MembersParams{Email: &email, MaxRows: 10})
	return shaped(rows, toMember), err
}

func toMember(r blogdb.MembersRow) Member {
	m := Member{
		ID: id.Format[string](memberPrefix, r.ID), Email: r.Email, Name: r.Name, Status: r.Status,
		Labels: r.Labels, Tiers: r.Tiers, Newsletters: r.Newsletters, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if r.UserID != nil {
		m.UserID = id.Format[string]("user", *r.UserID)
	}
	return m
}
