// Reading many at once: what whoever makes pages of all that is public reads by.

package blog

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
)

// walkLength is how many cards WalkPosts returns at once.
const walkLength = 500

// PostsByID returns the public posts and pages among ids, in no order that
// matters and each once; what is unknown, no id or not public is left out. It is
// three statements, however many there are.
func (s *Service) PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error) {
	q := s.queries()
	uuids := parsed(postPrefix, ids)
	rows, err := q.PublicPostsByID(ctx, uuids)
	if err != nil {
		return nil, err
	}
	l, err := linksOf(ctx, q, uuids...)
	return shaped(rows, l.post), err
}

// PostCardsByID is PostsByID without bodies, which it does not read.
func (s *Service) PostCardsByID(ctx context.Context, ids []contract.PostID) ([]contract.PostCard, error) {
	q := s.queries()
	uuids := parsed(postPrefix, ids)
	rows, err := q.PublicCardsByID(ctx, uuids)
	if err != nil {
		return nil, err
	}
	l, err := linksOf(ctx, q, uuids...)
	return shaped(rows, l.card), err
}

// TagsByID returns the tags among ids that are not internal, in no order that
// matters; whether a public post carries them does not count.
func (s *Service) TagsByID(ctx context.Context, ids []contract.TagID) ([]contract.Tag, error) {
	rows, err := s.queries().TagsByID(ctx, parsed(tagPrefix, ids))
	return shaped(rows, toTag), err
}

// AuthorsByID returns the authors among ids, in no order that matters; whether
// they have a public post does not count.
func (s *Service) AuthorsByID(ctx context.Context, ids []contract.AuthorID) ([]contract.Author, error) {
	rows, err := s.queries().AuthorsByID(ctx, parsed(authorPrefix, ids))
	return shaped(rows, toAuthor), err
}

// WalkPosts returns the next 500 public posts and pages, oldest first, and the
// cursor of those that follow, empty after the last. An empty cursor begins. What
// is public from beginning to end under one date is met exactly once. It fails
// with 422 invalid_cursor.
func (s *Service) WalkPosts(ctx context.Context, after string) (cards []contract.PostCard, next string, err error) {
	var key sortKey
	if err := cursor.Decode(after, &key); err != nil {
		return nil, "", err
	}
	q := s.queries()
	rows, err := q.WalkPublicCards(ctx, blogdb.WalkPublicCardsParams{AfterAt: key.At, AfterID: key.ID, MaxRows: walkLength + 1})
	if len(rows) > walkLength {
		rows = rows[:walkLength]
		last := rows[walkLength-1]
		next = cursor.Encode(sortKey{At: last.SortedAt, ID: last.ID})
	}
	if err != nil {
		return nil, "", err
	}
	l, err := linksOf(ctx, q, idsOf(rows)...)
	return shaped(rows, l.card), next, err
}

// PostAt returns the public post or page whose page has the path, as in
// PostCard.Path.
func (s *Service) PostAt(ctx context.Context, path string) (postID contract.PostID, found bool, err error) {
	if !readable(path) {
		return "", false, nil
	}
	u, err := s.queries().PublicPostAt(ctx, path)
	return known[contract.PostID](postPrefix, u, err)
}

// TagBySlug returns the tag with the slug, unless it is internal.
func (s *Service) TagBySlug(ctx context.Context, slug string) (tagID contract.TagID, found bool, err error) {
	if !readable(slug) {
		return "", false, nil
	}
	row, err := s.queries().TagBySlug(ctx, slug)
	if row.Internal {
		return "", false, err
	}
	return known[contract.TagID](tagPrefix, row.ID, err)
}

// AuthorBySlug returns the author with the slug.
func (s *Service) AuthorBySlug(ctx context.Context, slug string) (authorID contract.AuthorID, found bool, err error) {
	if !readable(slug) {
		return "", false, nil
	}
	row, err := s.queries().AuthorBySlug(ctx, slug)
	return known[contract.AuthorID](authorPrefix, row.ID, err)
}

// parsed reads the ids that are ids of the kind that prefix names; others name
// nothing.
func parsed[T ~string](prefix string, ids []T) []uuid.UUID {
	uuids := make([]uuid.UUID, 0, len(ids))
	for _, s := range ids {
		if u, ok := id.Parse(prefix, s); ok {
			uuids = append(uuids, u)
		}
	}
	return uuids
}

// known is what a look-up of one row came to.
func known[T ~string](prefix string, u uuid.UUID, err error) (T, bool, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return id.Format[T](prefix, u), true, nil
}

// readable tells whether a path or slug has only the characters that ours have.
// What has others is never sent to the database, which refuses some of it loudly.
func readable(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '/' {
			return false
		}
	}
	return true
}

func idsOf(rows []blogdb.Card) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

func shaped[R, T any](rows []R, shape func(R) T) []T {
	items := make([]T, len(rows))
	for i, r := range rows {
		items[i] = shape(r)
	}
	return items
}
