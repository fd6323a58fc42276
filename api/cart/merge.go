// What becomes of a browser's cart when somebody signs in.

package cart

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// Merge puts what is in a browser's cart into the cart of who has just signed in, in the
// transaction that begins the session; the browser's token is worth nothing afterwards. Lines
// of the same thing add up, as far as it may be ordered and is there, but never to less than
// either cart had; notes are kept beside each other; codes come after those that are there.
// Carts of the browser that have become orders are the user's from then on, so that what an
// order gives back when it ends unpaid is theirs. Merging again changes nothing, and where
// several sign in with one browser's token at once the first has what was in it.
func (s *Service) Merge(ctx context.Context, tx pgx.Tx, in contract.SignedIn, v contract.Visitor) error {
	if v.Cart == "" {
		return nil
	}
	q, from, to := cartdb.New(tx), holder(auth.BrowserCart(v.Cart)), holder(auth.UserCart(in.User))
	if err := q.LockHolder(ctx, from.Key); err != nil {
		return err
	}
	if some, err := q.Holds(ctx, from.Key); err != nil || !some {
		return err
	}
	if err := q.LockHolder(ctx, to.Key); err != nil {
		return err
	}
	theirs, err := locked(ctx, q, from)
	if err != nil {
		return err
	}
	// By now it is known what has become an order.
	if err := q.MoveConverted(ctx, cartdb.MoveConvertedParams{Browser: from.Key, Holder: to.Key}); err != nil || !theirs.there() {
		return err
	}
	if len(theirs.lines)+len(theirs.codes) > 0 || theirs.note != "" {
		mine, err := lockedOrNew(ctx, q, to)
		if err != nil {
			return err
		}
		if err := s.pour(ctx, tx, to, &mine, theirs); err != nil {
			return err
		}
	}
	if err := q.EndMerged(ctx, theirs.id); err != nil {
		return err
	}
	return emptied(ctx, q, theirs)
}

// emptied takes out what another cart has got.
func emptied(ctx context.Context, q *cartdb.Queries, b basket) error {
	if err := q.DeleteLines(ctx, b.id); err != nil {
		return err
	}
	return q.DeleteCodes(ctx, b.id)
}
