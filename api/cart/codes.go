// Discount codes in a cart.

package cart

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
)

// How many wrong codes a cart and a network may try. Codes are short: whoever guesses is to
// take years.
var (
	wrongCodesCart    = ratelimit.Policy{Quota: 10, Window: 15 * time.Minute}
	wrongCodesNetwork = ratelimit.Policy{Quota: 60, Window: time.Hour}
)

// codeText is a code as it is stored.
var codeText = regexp.MustCompile(`^[A-Z0-9-]{3,40}$`)

// normal is a code however it was typed.
func normal(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }

// AddCode puts a discount code into the cart of whoever makes the request; network is where the
// request comes from. A code that is there stays where it is. One that does not apply, because
// of what is in the cart or who holds it, is kept and says why.
//
// It fails with 409 `cart_empty` where there is no cart, 412 where ifMatch is not its version,
// 409 `too_many_codes` above MaxDiscounts, and with 409 `discount_unusable` for a code that
// nobody can use: whether it is unknown, not in force or used up is not told. Those are counted
// and, above some a cart and a network, answered with 429, as is then every other.
func (s *Service) AddCode(ctx context.Context, code string, ifMatch *int64, network netip.Prefix) (cart Cart, err error) {
	h, err := holderOf(ctx)
	if err != nil {
		return cart, err
	}
	wrong := false
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := cartdb.New(tx)
		b, err := locked(ctx, q, h)
		if err != nil {
			return err
		}
		if !b.there() {
			return empty()
		}
		if err := b.is(ifMatch); err != nil {
			return err
		}
		found, err := tryCode(ctx, tx, normal(code), h, network)
		if err != nil {
			return err
		}
		if found == nil {
			wrong = true // and the transaction commits: it is counted
			return nil
		}
		if err := b.addCode(ctx, q, h, *found); err != nil {
			return err
		}
		cart, err = s.show(ctx, tx, b, h)
		return err
	})
	if err == nil && wrong {
		err = problem.Conflict("this code cannot be used").WithCode("discount_unusable").WithField("body.code", "cannot be used")
	}
	return cart, err
}

// tryCode finds the discount of a code that somebody can use now, or nothing. What is not
// found is counted when the transaction commits; what is found is not.
func tryCode(ctx context.Context, tx pgx.Tx, code string, h holder, network netip.Prefix) (found *uuid.UUID, err error) {
	try, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer try.Rollback(context.WithoutCancel(ctx))
	for _, count := range []struct {
		key    string
		policy ratelimit.Policy
	}{{"cart_code " + h.Key, wrongCodesCart}, {"cart_code " + network.String(), wrongCodesNetwork}} {
		state, err := ratelimit.Take(ctx, try, count.key, count.policy)
		if err != nil {
			return nil, err
		}
		if !state.OK {
			return nil, problem.TooMany(state.Retry, "too many codes that cannot be used")
		}
	}
	if codeText.MatchString(code) {
		u, err := cartdb.New(try).CodeByText(ctx, code)
		if err == nil {
			return &u, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return nil, err
		}
	}
	return nil, try.Commit(ctx)
}

// addCode puts a discount after those that are there.
func (b *basket) addCode(ctx context.Context, q *cartdb.Queries, h holder, discount uuid.UUID) error {
	for _, there := range b.codes {
		if there == discount {
			return nil
		}
	}
	if len(b.codes) >= MaxDiscounts {
		return problem.Conflict("a cart has %d codes at the most", MaxDiscounts).WithCode("too_many_codes")
	}
	if err := q.AddCode(ctx, cartdb.AddCodeParams{CartID: b.id, DiscountID: discount}); err != nil {
		return err
	}
	b.codes = append(b.codes, discount)
	return b.touch(ctx, q, h)
}

// RemoveCode takes a discount code out of the cart. It fails with 404 for one that is not in
// it, and with 412 where ifMatch is not its version.
func (s *Service) RemoveCode(ctx context.Context, ref contract.DiscountID, ifMatch *int64) (Cart, error) {
	missing := problem.NotFound("there is no such code in the cart")
	u, ok := id.Parse(discountPrefix, ref)
	if !ok {
		return Cart{}, missing
	}
	return s.change(ctx, ifMatch, missing, func(q *cartdb.Queries, _ pgx.Tx, _ holder, b *basket) error {
		n, err := q.RemoveCode(ctx, cartdb.RemoveCodeParams{CartID: b.id, DiscountID: u})
		if err != nil {
			return err
		}
		if n == 0 {
			return missing
		}
		b.codes = without(b.codes, u)
		return nil
	})
}

func without(list []uuid.UUID, one uuid.UUID) []uuid.UUID {
	kept := make([]uuid.UUID, 0, len(list))
	for _, u := range list {
		if u != one {
			kept = append(kept, u)
		}
	}
	return kept
}
