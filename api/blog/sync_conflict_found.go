// Posts that were changed here and in Ghost: writing down that it is so.

package blog

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
)

// conflictFlag is on a post with a conflict.
const conflictFlag = "was changed here and in Ghost: choose which is kept"

// conflict writes down in tx that a post was changed here and in Ghost, or deleted there
// where theirs is nil. Ours stays shown. Doing it again takes the newest of theirs.
func (y *Sync) conflict(ctx context.Context, tx pgx.Tx, post blogdb.Post, theirs *ghost.Object) error {
	q := blogdb.New(tx)
	p := blogdb.PutConflictParams{PostID: post.ID, FoundAt: y.clock.Now()}
	if theirs != nil {
		p.Theirs = theirs.Data
	}
	if err := q.PutConflict(ctx, p); err != nil {
		return err
	}
	return q.FlagPost(ctx, blogdb.FlagPostParams{ID: post.ID, Flag: conflictFlag})
}
