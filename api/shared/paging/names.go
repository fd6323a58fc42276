// Which lists there are.

package paging

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

const namesSQL = `
SELECT name FROM ssg.lists l WHERE EXISTS (SELECT FROM ssg.list_members m WHERE m.list = l.id) ORDER BY name`

// Names implements Reader.
func (s Stored) Names(ctx context.Context) ([]string, error) {
	rows, err := s.DB.Query(ctx, namesSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Names implements Reader.
func (m *Memory) Names(context.Context) ([]string, error) {
	names := slices.Sorted(maps.Keys(m.lists))
	return slices.DeleteFunc(names, func(name string) bool { return len(m.lists[name].byOrdinal) == 0 }), nil
}
