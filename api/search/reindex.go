// Making the index anew.

package search

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/search/internal/searchdb"
)

// Reindex brings every document up to date: it walks what is public, and then what
// the index holds besides. Searching goes on meanwhile. It may be called at any time,
// by several at once; progress, which may be nil, is told how many documents were
// looked at. It fails where something cannot be read; a second call begins again.
func (s *Service) Reindex(ctx context.Context, progress func(done int)) error {
	if progress == nil {
		progress = func(int) {}
	}
	done, met := 0, map[string]bool{}
	refresh := func(ids []string) error {
		before := done
		done += len(ids)
		return s.refreshAll(ctx, ids, func(n int) { progress(before + n) })
	}
	walks := []func(cursor string) (ids []string, next string, err error){
		func(cursor string) (ids []string, next string, err error) {
			cards, next, err := s.posts.WalkPosts(ctx, cursor)
			for _, c := range cards {
				ids = append(ids, string(c.ID))
			}
			return ids, next, err
		},
		func(cursor string) (ids []string, next string, err error) {
			cards, next, err := s.products.WalkProducts(ctx, cursor)
			for _, c := range cards {
				ids = append(ids, string(c.ID))
			}
			return ids, next, err
		},
		func(cursor string) (ids []string, next string, err error) {
			if s.entries == nil {
				return nil, "", nil
			}
			entries, next, err := s.entries.WalkEntries(ctx, cursor)
			for _, e := range entries {
				ids = append(ids, string(e.ID))
			}
			return ids, next, err
		},
		func(cursor string) (ids []string, next string, err error) { return s.indexed(ctx, cursor) },
	}
	for _, walk := range walks {
		for cursor := ""; ; {
			ids, next, err := walk(cursor)
			if err != nil {
				return err
			}
			fresh := ids[:0]
			for _, name := range ids {
				if !met[name] {
					met[name] = true
					fresh = append(fresh, name)
				}
			}
			if err := refresh(fresh); err != nil {
				return err
			}
			if next == "" {
				break
			}
			cursor = next
		}
	}
	return s.queries.SetMadeBy(ctx, Version)
}

// indexed walks what the index holds, by id.
func (s *Service) indexed(ctx context.Context, after string) (ids []string, next string, err error) {
	const length = 500
	ids, err = s.queries.DocumentIDs(ctx, searchdb.DocumentIDsParams{After: after, Count: length})
	if len(ids) == length {
		next = ids[length-1]
	}
	return ids, next, err
}

// reindexJob makes the index anew where it is not of this version. It is enqueued
// when a process that works the bus starts, and each hour.
type reindexJob struct {
	Version int `json:"version"`
}

// Kind names the job in the database.
func (reindexJob) Kind() string { return "search.reindex" }

type reindexWorker struct {
	river.WorkerDefaults[reindexJob]
	search *Service
}

// Timeout is what some hundred thousand documents take.
func (*reindexWorker) Timeout(*river.Job[reindexJob]) time.Duration { return time.Hour }

// Work reindexes where that was not done by this version or a later one.
func (w *reindexWorker) Work(ctx context.Context, job *river.Job[reindexJob]) error {
	if job.Args.Version > Version {
		return nil // a process of that version has its own
	}
	made, err := w.search.queries.MadeBy(ctx)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if err == nil && made >= Version {
		return nil
	}
	return w.search.Reindex(ctx, nil)
}
