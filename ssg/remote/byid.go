// Reading things by their ids, and going through all there are.

package remote

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// walkLength is how many things one step of a walk gives.
const walkLength = 500

// byID asks for things a hundred at a time, and gives them in the order of those
// hundreds.
func byID[K ~string, T any](ctx context.Context, s *Site, operation string, ids []K, ask func(ctx context.Context, ids *[]string) (*http.Response, error)) ([]T, error) {
	parts := slices.Collect(slices.Chunk(ids, perRequest))
	found := make([][]T, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, part := range parts {
		names := make([]string, len(part))
		for n, id := range part {
			names[n] = string(id)
		}
		group.Go(func() error {
			var a answer[T]
			err := s.get(ctx, operation, func(ctx context.Context) (*http.Response, error) { return ask(ctx, &names) }, &a)
			found[i] = a.Items
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// step is one step of a walk over things that are in order: those from the cursor on.
func step[K any](ids []K, cursor string) (some []K, next string) {
	from, _ := strconv.Atoi(cursor) // one that step gave, or empty
	from = min(max(from, 0), len(ids))
	to := min(from+walkLength, len(ids))
	if to < len(ids) {
		next = strconv.Itoa(to)
	}
	return ids[from:to], next
}

// inOrderOf sorts things as ids are.
func inOrderOf[K ~string, T any](ids []K, things []T, id func(*T) K) []T {
	place := make(map[K]int, len(ids))
	for i, k := range ids {
		place[k] = i
	}
	slices.SortFunc(things, func(a, b T) int { return place[id(&a)] - place[id(&b)] })
	return things
}
