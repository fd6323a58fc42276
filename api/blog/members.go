// Who of those who sign in is a member of the Ghost's: whoever has verified the e-mail.

package blog

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Accounts knows whose an e-mail address is.
type Accounts interface {
	// VerifiedBy returns whose verified address it is, in tx; "" for nobody's.
	VerifiedBy(ctx context.Context, tx pgx.Tx, address string) (contract.UserID, error)
}

// WithAccounts has members linked to users by their verified addresses: when a member
// comes from Ghost, and with Register when an address is verified or removed here. It is
// called before the service is used; without it no member is anybody's.
func (s *Service) WithAccounts(a Accounts) *Service {
	s.accounts = a
	return s
}

// Register has links of members follow what becomes of users and their addresses. Call it
// before the bus runs.
func (s *Service) Register(b *bus.Bus) {
	bus.Handle(b, "blog.link_member", func(ctx context.Context, tx pgx.Tx, e contract.EmailVerified) error {
		return s.linkMembers(ctx, tx, e.Address)
	})
	bus.Handle(b, "blog.unlink_member", func(ctx context.Context, tx pgx.Tx, e contract.EmailRemoved) error {
		return s.linkMembers(ctx, tx, e.Address)
	})
	bus.Handle(b, "blog.forget_user", func(ctx context.Context, tx pgx.Tx, e contract.UserDeleted) error {
		return s.Erase(ctx, tx, e.User)
	})
}

// linkMembers gives the members with an address to whoever has verified it by now, or to
// nobody, in tx. Events come in any order: only what is true now counts.
func (s *Service) linkMembers(ctx context.Context, tx pgx.Tx, address string) error {
	if s.accounts == nil {
		return nil
	}
	q := blogdb.New(tx)
	if err := q.LockMemberAddress(ctx, address); err != nil {
		return err
	}
	user, err := s.accounts.VerifiedBy(ctx, tx, address)
	if err != nil {
		return err
	}
	link := blogdb.LinkMembersParams{Address: address}
	if u, ok := id.Parse(userPrefix, user); ok {
		link.UserID = &u
	}
	return q.LinkMembers(ctx, link)
}

// readerOf is who makes a request. Whoever is signed in is a member, and has paid for what
// the members have that are linked to them. A program of somebody else's reads for a user
// only what may see the user's account.
func (s *Service) readerOf(ctx context.Context) (Reader, error) {
	p, ok := auth.PrincipalFrom(ctx)
	if !ok {
		return Reader{}, nil
	}
	w := writerOf(ctx)
	r := Reader{Everything: w.everything, writer: w}
	user, ok := id.Parse(userPrefix, p.User)
	if w.everything || !ok || p.Client != "" && !p.Has(auth.ScopeAccountRead) {
		return r, nil
	}
	has, err := s.queries().MembershipOf(ctx, &user)
	r.Member, r.Paid, r.Tiers = true, has.Paid, has.Tiers
	return r, err
}

// tierNames are what the tiers of a post are called.
func (s *Service) tierNames(ctx context.Context, slugs []string) ([]string, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	names, err := s.queries().TierNames(ctx, slugs)
	return slices.Compact(names), err
}
