// Reading: what everybody may see, and what editors see beside it.

package blog

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Posts returns a page of a list, newest first, and the cursor of the next page,
// empty where there is none. It fails with 404 for an unknown tag or author and
// with 422 invalid_cursor.
func (s *Service) Posts(ctx context.Context, query contract.PostQuery) ([]contract.PostCard, string, error) {
	return s.postsBy(ctx, query, nil)
}

// postsBy is Posts; with a user and statuses only of those that the user has made.
func (s *Service) postsBy(ctx context.Context, query contract.PostQuery, by *uuid.UUID) ([]contract.PostCard, string, error) {
	rows, next, err := s.postRows(ctx, query, by)
	if err != nil {
		return nil, "", err
	}
	l, err := linksOf(ctx, s.queries(), idsOf(rows)...)
	return shaped(rows, l.card), next, err
}

// FullPosts is Posts with bodies, for feeds. It is of what everybody may see,
// whatever the query's statuses.
func (s *Service) FullPosts(ctx context.Context, query contract.PostQuery) ([]contract.Post, string, error) {
	query.Statuses = nil
	rows, next, err := s.postRows(ctx, query, nil)
	if err != nil {
		return nil, "", err
	}
	place := map[contract.PostID]int{}
	ids := make([]contract.PostID, len(rows))
	for i, r := range rows {
		ids[i] = id.Format[contract.PostID](postPrefix, r.ID)
		place[ids[i]] = i
	}
	posts, err := s.PostsByID(ctx, ids)
	slices.SortFunc(posts, func(a, b contract.Post) int { return place[a.ID] - place[b.ID] })
	return posts, next, err
}

func (s *Service) postRows(ctx context.Context, query contract.PostQuery, by *uuid.UUID) ([]blogdb.Card, string, error) {
	q := s.queries()
	var key sortKey
	if err := cursor.Decode(query.Cursor, &key); err != nil {
		return nil, "", err
	}
	args := blogdb.PublicPostsParams{Type: string(query.Type), Featured: query.Featured, MaxRows: int32(query.Limit) + 1}
	if query.Cursor != "" {
		args.AfterAt, args.AfterID = &key.At, &key.ID
	}
	if query.Tag != "" {
		tag, err := findTag(ctx, q, query.Tag)
		if err == nil && tag.Internal && len(query.Statuses) == 0 {
			err = noSuchTag
		}
		if err != nil {
			return nil, "", err
		}
		args.TagID = &tag.ID
	}
	if query.Author != "" {
		author, err := findAuthor(ctx, q, query.Author)
		if err != nil {
			return nil, "", err
		}
		args.AuthorID = &author.ID
	}
	var rows []blogdb.Card
	var err error
	if len(query.Statuses) == 0 {
		rows, err = q.PublicPosts(ctx, args)
	} else {
		statuses := make([]string, len(query.Statuses))
		for i, st := range query.Statuses {
			statuses[i] = string(st)
		}
		var inStatus []blogdb.PostsByStatusRow
		inStatus, err = q.PostsByStatus(ctx, blogdb.PostsByStatusParams{
			Type: args.Type, Statuses: statuses, TagID: args.TagID, AuthorID: args.AuthorID, Featured: args.Featured,
			AfterAt: args.AfterAt, AfterID: args.AfterID, MaxRows: args.MaxRows, CreatedBy: by,
		})
		rows = shaped(inStatus, func(r blogdb.PostsByStatusRow) blogdb.Card { return blogdb.Card(r) })
	}
	next := ""
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		last := rows[len(rows)-1]
		next = cursor.Encode(sortKey{At: last.SortedAt, ID: last.ID})
	}
	return rows, next, err
}

// Post returns a public post or page by id or slug; anything else is 404.
func (s *Service) Post(ctx context.Context, typ contract.PostType, ref string) (contract.Post, error) {
	row, err := findPost(ctx, s.queries(), typ, ref)
	if err == nil && !row.IsPublic {
		err = noSuch(typ)
	}
	if err != nil {
		return contract.Post{}, err
	}
	l, err := linksOf(ctx, s.queries(), row.ID)
	return l.post(shown(row)), err
}

// PublicPost returns a public post or page of either type by its id; found is
// false where there is none, or none any more.
func (s *Service) PublicPost(ctx context.Context, postID contract.PostID) (post contract.Post, found bool, err error) {
	posts, err := s.PostsByID(ctx, []contract.PostID{postID})
	if err != nil || len(posts) == 0 {
		return post, false, err
	}
	return posts[0], true, nil
}

// Neighbours returns the public posts next to one in time. A post that is not
// public any more, or not yet, has the neighbours it would have; one that does
// not exist and a page have none.
func (s *Service) Neighbours(ctx context.Context, postID contract.PostID) (n contract.Neighbours, err error) {
	u, ok := id.Parse(postPrefix, postID)
	if !ok {
		return n, nil
	}
	q := s.queries()
	row, err := q.PostByID(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.Type != string(contract.TypePost) {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	newer, err := q.NewerPost(ctx, blogdb.NewerPostParams{SortedAt: row.SortedAt, ID: row.ID})
	if n.Newer, err = s.neighbour(ctx, q, newer, err); err != nil {
		return n, err
	}
	older, err := q.OlderPost(ctx, blogdb.OlderPostParams{SortedAt: row.SortedAt, ID: row.ID})
	n.Older, err = s.neighbour(ctx, q, older, err)
	return n, err
}

func (s *Service) neighbour(ctx context.Context, q *blogdb.Queries, row blogdb.Card, err error) (*contract.PostCard, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := linksOf(ctx, q, row.ID)
	card := l.card(row)
	return &card, err
}

// Tags returns the public tags that are on public posts, by slug, after the
// given one.
func (s *Service) Tags(ctx context.Context, limit int, afterSlug string) ([]contract.Tag, string, error) {
	rows, err := s.queries().PublicTags(ctx, blogdb.PublicTagsParams{AfterSlug: afterSlug, MaxRows: int32(limit) + 1})
	tags, more := upTo(rows, limit, toTag)
	if more {
		return tags, tags[limit-1].Slug, err
	}
	return tags, "", err
}

// Tag returns a tag of public posts by id or slug; any other is 404.
func (s *Service) Tag(ctx context.Context, ref string) (contract.Tag, error) {
	row, err := findTag(ctx, s.queries(), ref)
	if err != nil {
		return contract.Tag{}, err
	}
	tag, found, err := s.PublicTag(ctx, id.Format[contract.TagID](tagPrefix, row.ID))
	if err == nil && !found {
		err = noSuchTag
	}
	return tag, err
}

// Authors returns the authors of public posts, by slug, after the given one.
func (s *Service) Authors(ctx context.Context, limit int, afterSlug string) ([]contract.Author, string, error) {
	rows, err := s.queries().PublicAuthors(ctx, blogdb.PublicAuthorsParams{AfterSlug: afterSlug, MaxRows: int32(limit) + 1})
	authors, more := upTo(rows, limit, toAuthor)
	if more {
		return authors, authors[limit-1].Slug, err
	}
	return authors, "", err
}

// PublicTag returns a tag by its id; found is false where it has no page: it does
// not exist, is internal, or is on no public post.
func (s *Service) PublicTag(ctx context.Context, tagID contract.TagID) (tag contract.Tag, found bool, err error) {
	u, _ := id.Parse(tagPrefix, tagID)
	row, err := s.queries().PublicTag(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		return tag, false, nil
	}
	return toTag(row), err == nil, err
}

// PublicAuthor returns an author by id; found is false where there is no page.
func (s *Service) PublicAuthor(ctx context.Context, authorID contract.AuthorID) (author contract.Author, found bool, err error) {
	u, _ := id.Parse(authorPrefix, authorID)
	row, err := s.queries().PublicAuthor(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		return author, false, nil
	}
	return toAuthor(row), err == nil, err
}

// Author returns an author of public posts by id or slug; any other is 404.
func (s *Service) Author(ctx context.Context, ref string) (contract.Author, error) {
	row, err := findAuthor(ctx, s.queries(), ref)
	if err != nil {
		return contract.Author{}, err
	}
	author, found, err := s.PublicAuthor(ctx, id.Format[contract.AuthorID](authorPrefix, row.ID))
	if err == nil && !found {
		err = noSuchAuthor
	}
	return author, err
}

// upTo shapes at most limit of rows, of which one more was asked for to learn
// whether there are more.
func upTo[R, T any](rows []R, limit int, shape func(R) T) (items []T, more bool) {
	items = make([]T, min(len(rows), limit))
	for i := range items {
		items[i] = shape(rows[i])
	}
	return items, len(rows) > limit
}

var (
	noSuchTag    = problem.NotFound("no such tag")
	noSuchAuthor = problem.NotFound("no such author")
)

func noSuch(typ contract.PostType) error {
	if typ == contract.TypePage {
		return problem.NotFound("no such page")
	}
	return problem.NotFound("no such post")
}

// found looks a thing up by its id where ref is one, else by its slug.
func found[R any](prefix, ref string, byID func(uuid.UUID) (R, error), bySlug func() (R, error), missing error) (R, error) {
	var row R
	var err error
	if u, ok := id.Parse(prefix, ref); ok {
		row, err = byID(u)
	} else {
		row, err = bySlug()
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = missing
	}
	return row, err
}

func findPost(ctx context.Context, q *blogdb.Queries, typ contract.PostType, ref string) (blogdb.Post, error) {
	row, err := found(postPrefix, ref,
		func(u uuid.UUID) (blogdb.Post, error) { return q.PostByID(ctx, u) },
		func() (blogdb.Post, error) {
			return q.PostBySlug(ctx, blogdb.PostBySlugParams{Type: string(typ), Slug: ref})
		}, noSuch(typ))
	if err == nil && row.Type != string(typ) {
		err = noSuch(typ)
	}
	return row, err
}

func findTag(ctx context.Context, q *blogdb.Queries, ref string) (blogdb.Tag, error) {
	return found(tagPrefix, ref,
		func(u uuid.UUID) (blogdb.Tag, error) { return q.TagByID(ctx, u) },
		func() (blogdb.Tag, error) { return q.TagBySlug(ctx, ref) }, noSuchTag)
}

func findAuthor(ctx context.Context, q *blogdb.Queries, ref string) (blogdb.Author, error) {
	return found(authorPrefix, ref,
		func(u uuid.UUID) (blogdb.Author, error) { return q.AuthorByID(ctx, u) },
		func() (blogdb.Author, error) { return q.AuthorBySlug(ctx, ref) }, noSuchAuthor)
}
