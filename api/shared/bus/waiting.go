// Counting the jobs of a domain that are still to be done, for its own status.

package bus

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Backlog is how many jobs of a kind are still to be done, with one value of the
// argument that Waiting was asked about; empty where they have no such argument.
type Backlog struct {
	Kind     string
	Argument string
	Jobs     int64
}

const waitingSQL = `
SELECT kind, coalesce(args ->> $2, ''), count(*)
FROM river.river_job
WHERE kind = ANY ($1) AND state IN (` + liveStates + `)
GROUP BY 1, 2 ORDER BY 1, 2`

// Waiting counts the jobs of some kinds that are still to be done, those that are running
// and those that will be tried again included, by their kind and the value of one
// argument.
func (b *Bus) Waiting(ctx context.Context, argument string, kinds ...string) ([]Backlog, error) {
	rows, err := b.pool.Query(ctx, waitingSQL, kinds, argument)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Backlog])
}
