// The import of Markdown files: storing a batch.

package blog

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// attempts are how often a batch is stored anew after an editor was faster.
const attempts = 20

// Store stores a batch in one transaction, with an event for each post that is
// public or was, and says what became of every file. A file whose address is
// taken is refused and does not keep back the others; one whose post somebody
// changes meanwhile is kept. It fails only where the database does, and then
// nothing of the batch is stored.
func (im *MarkdownImport) Store(ctx context.Context, b *MarkdownBatch) ([]contract.Imported, error) {
	for try := 1; ; try++ {
		run := &markdownRun{im: im, items: slices.Clone(b.items), tags: maps.Clone(im.tags), authors: maps.Clone(im.authors)}
		var err error
		switch {
		case !slices.ContainsFunc(b.items, func(i markdownItem) bool { return i.outcome.Change == "" }):
		case im.dryRun:
			err = run.foresee(ctx)
		default:
			err = db.InTx(ctx, im.s.pool, func(tx pgx.Tx) error { return run.store(ctx, tx) })
		}
		var pg *pgconn.PgError
		switch {
		case err == nil:
			im.tags, im.authors = run.tags, run.authors
			outcomes := make([]contract.Imported, len(run.items))
			for i, item := range run.items {
				outcomes[i] = item.outcome
			}
			return outcomes, nil
		case try < attempts && errors.As(err, &pg) && slices.Contains(races, pg.Code):
			im.forget()
		default:
			return nil, err
		}
	}
}

// races are what two writers do to each other: unique_violation,
// foreign_key_violation, deadlock_detected.
var races = []string{"23505", "23503", "40P01"}

// markdownRun is one attempt to store a batch.
type markdownRun struct {
	im            *MarkdownImport
	q             *blogdb.Queries
	items         []markdownItem
	tags, authors map[string]uuid.UUID
	was           map[uuid.UUID]blogdb.Post // those that are there, locked
	before        links
	events        []bus.Event
}

// open are the files that are still to be stored.
func (r *markdownRun) open(yield func(*markdownItem) bool) {
	for i := range r.items {
		if r.items[i].outcome.Change == "" && !yield(&r.items[i]) {
			return
		}
	}
}

// foresee says what store would do.
func (r *markdownRun) foresee(ctx context.Context) error {
	r.q = r.im.s.queries()
	if err := r.addresses(ctx, r.im.claimed); err != nil {
		return err
	}
	for i := range r.open {
		change := contract.ImportCreated
		if i.id != uuid.Nil {
			change = contract.ImportUpdated
		}
		i.outcomeOf(change, i.row)
	}
	return nil
}

func (r *markdownRun) store(ctx context.Context, tx pgx.Tx) error {
	r.q = blogdb.New(tx)
	var posts []*blogdb.Post
	for i := range r.open {
		posts = append(posts, &i.row)
	}
	if err := r.im.s.complete(ctx, tx, posts...); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		r.lock, func(ctx context.Context) error { return r.addresses(ctx, map[string]string{}) }, r.names, r.update, r.insert,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return bus.Emit(ctx, tx, r.events...)
}

// lock holds the posts that are there. One that was deleted since it was judged is
// made anew.
func (r *markdownRun) lock(ctx context.Context) error {
	var ids []uuid.UUID
	for i := range r.open {
		if i.id != uuid.Nil {
			ids = append(ids, i.id)
		}
	}
	if ids == nil {
		return nil
	}
	rows, err := r.q.LockPosts(ctx, ids)
	if err != nil {
		return err
	}
	r.was = make(map[uuid.UUID]blogdb.Post, len(rows))
	for _, row := range rows {
		r.was[row.ID] = row
	}
	for i := range r.open {
		was, there := r.was[i.id]
		if !there {
			i.id = uuid.Nil
			continue
		}
		i.seen(deref(was.OriginHash) == deref(i.row.OriginHash), was.Version, deref(was.OriginVersion), was.Slug, was.Path, was.IsPublic)
	}
	r.before, err = linksOf(ctx, r.q, ids...)
	return err
}

// addresses refuses files whose address another post has, or another file that
// claimed it before.
func (r *markdownRun) addresses(ctx context.Context, claimed map[string]string) error {
	var paths, slugs []string
	for i := range r.open {
		paths, slugs = append(paths, i.row.Path), append(slugs, i.row.Slug)
	}
	rows, err := r.q.AddressesTaken(ctx, blogdb.AddressesTakenParams{Paths: paths, Slugs: slugs})
	if err != nil {
		return err
	}
	byPath, bySlug := map[string]blogdb.AddressesTakenRow{}, map[string]blogdb.AddressesTakenRow{}
	for _, row := range rows {
		byPath[row.Path], bySlug[row.Type+" "+row.Slug] = row, row
	}
	for i := range r.open {
		file, is := claimed[i.row.Path]
		for _, other := range []blogdb.AddressesTakenRow{byPath[i.row.Path], bySlug[i.row.Type+" "+i.row.Slug]} {
			if other.ID != uuid.Nil && other.ID != i.id {
				is = true
				if other.Origin == originMarkdown {
					file = deref(other.OriginID)
				}
			}
		}
		if is {
			_ = i.refuse(taken(i.row.Slug, file))
			continue
		}
		claimed[i.row.Path] = i.outcome.File
	}
	return nil
}

// names finds the tags and authors of the files and makes those that are not
// there.
func (r *markdownRun) names(ctx context.Context) error {
	tags, authors := map[string]string{}, map[string]string{}
	for i := range r.open {
		for _, t := range i.tags {
			if r.tags[t.slug] == uuid.Nil && tags[t.slug] == "" {
				tags[t.slug] = t.name
			}
		}
		for _, a := range i.authors {
			if r.authors[a.slug] == uuid.Nil && authors[a.slug] == "" {
				authors[a.slug] = a.name
			}
		}
	}
	now := r.im.s.clock.Now()
	// Rows are locked in one order everywhere: two who name the same tags must not
	// wait for each other.
	if slugs := slices.Sorted(maps.Keys(tags)); len(slugs) > 0 {
		made := blogdb.EnsureTagsParams{Slugs: slugs, At: now}
		for _, slug := range slugs {
			made.Ids, made.Names = append(made.Ids, id.New()), append(made.Names, tags[slug])
			made.Internal = append(made.Internal, strings.HasPrefix(tags[slug], "#"))
		}
		if err := r.q.EnsureTags(ctx, made); err != nil {
			return err
		}
		rows, err := r.q.TagsBySlug(ctx, slugs)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.tags[row.Slug] = row.ID
		}
	}
	if slugs := slices.Sorted(maps.Keys(authors)); len(slugs) > 0 {
		made := blogdb.EnsureAuthorsParams{Slugs: slugs, At: now}
		for _, slug := range slugs {
			made.Ids, made.Names = append(made.Ids, id.New()), append(made.Names, authors[slug])
		}
		if err := r.q.EnsureAuthors(ctx, made); err != nil {
			return err
		}
		rows, err := r.q.AuthorsBySlug(ctx, slugs)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.authors[row.Slug] = row.ID
		}
	}
	return nil
}

// ref is what events say of a post with the tags and authors of its file.
func (r *markdownRun) ref(i *markdownItem, post uuid.UUID) contract.PostRef {
	ref := contract.PostRef{ID: id.Format[contract.PostID](postPrefix, post), Type: contract.PostType(i.row.Type),
		Tags: make([]contract.TagID, len(i.tags)), Authors: make([]contract.AuthorID, len(i.authors))}
	for n, t := range i.tags {
		ref.Tags[n] = id.Format[contract.TagID](tagPrefix, r.tags[t.slug])
	}
	for n, a := range i.authors {
		ref.Authors[n] = id.Format[contract.AuthorID](authorPrefix, r.authors[a.slug])
	}
	return ref
}

// update stores the files whose posts are there.
func (r *markdownRun) update(ctx context.Context) error {
	var (
		rows     []blogdb.UpdateImportedPostsParams
		alike    blogdb.RememberOriginsParams
		relinked []*markdownItem
	)
	now := r.im.s.clock.Now()
	for i := range r.open {
		if i.id == uuid.Nil {
			continue
		}
		was, ref := r.was[i.id], r.ref(i, i.id)
		row := updatedRow(was, i.row)
		before := r.before.ref(was.ID, was.Type)
		linked := slices.Equal(before.Tags, ref.Tags) && slices.Equal(before.Authors, ref.Authors)
		if linked && reflect.DeepEqual(was, row) {
			alike.Ids, alike.Hashes = append(alike.Ids, i.id), append(alike.Hashes, deref(i.row.OriginHash))
			i.outcomeOf(contract.ImportUnchanged, row)
			continue
		}
		if row.UpdatedAt = i.row.UpdatedAt; row.UpdatedAt.IsZero() {
			row.UpdatedAt = now
		}
		if !linked {
			relinked = append(relinked, i)
		}
		rows = append(rows, blogdb.UpdateImportedPostsParams{
			Type: row.Type, Slug: row.Slug, Path: row.Path, Title: row.Title, Status: row.Status, SourceFormat: row.SourceFormat,
			Source: row.Source, Html: row.Html, Plaintext: row.Plaintext, CustomExcerpt: row.CustomExcerpt, Excerpt: row.Excerpt,
			ReadingTime: row.ReadingTime, FeatureImage: row.FeatureImage, PublishedAt: row.PublishedAt, UpdatedAt: row.UpdatedAt,
			OriginHash: i.row.OriginHash, Flags: row.Flags, ID: row.ID,
		})
		i.outcomeOf(contract.ImportUpdated, row)
		ref = merge(before, ref)
		if was.Type != row.Type {
			ref.Type = contract.TypePost // it is or was on the lists of posts
		}
		switch public := row.Status == string(contract.StatusPublished); {
		case public && !was.IsPublic:
			r.events = append(r.events, contract.PostPublished{PostRef: ref})
		case !public && was.IsPublic:
			r.events = append(r.events, contract.PostUnpublished{PostRef: ref})
		case public:
			r.events = append(r.events, contract.PostUpdated{PostRef: ref})
		}
	}
	if len(alike.Ids) > 0 {
		if err := r.q.RememberOrigins(ctx, alike); err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var failed error
	r.q.UpdateImportedPosts(ctx, rows).Exec(func(_ int, err error) { failed = errors.Join(failed, err) })
	if failed != nil || len(relinked) == 0 {
		return failed
	}
	ids := make([]uuid.UUID, len(relinked))
	for n, i := range relinked {
		ids[n] = i.id
	}
	if err := errors.Join(r.q.ClearTagsOfPosts(ctx, ids), r.q.ClearAuthorsOfPosts(ctx, ids)); err != nil {
		return err
	}
	return r.link(ctx, relinked)
}

// updatedRow is a stored row with what a file says of it.
func updatedRow(was, file blogdb.Post) blogdb.Post {
	row := was
	row.Type, row.Title, row.Status, row.Source, row.SourceFormat = file.Type, file.Title, file.Status, file.Source, file.SourceFormat
	row.Html, row.MembersHtml, row.Plaintext, row.ReadingTime = file.Html, file.MembersHtml, file.Plaintext, file.ReadingTime
	row.CustomExcerpt, row.Excerpt, row.FeatureImage, row.Flags = file.CustomExcerpt, file.Excerpt, file.FeatureImage, file.Flags
	if file.Slug != was.Slug {
		row.Slug, row.Path = file.Slug, urls.Post(file.Slug)
	}
	if file.PublishedAt != nil {
		row.PublishedAt = file.PublishedAt
	} else if row.PublishedAt == nil && row.Status == string(contract.StatusPublished) {
		row.PublishedAt = &file.CreatedAt
	}
	return row
}

// insert stores the files that are new.
func (r *markdownRun) insert(ctx context.Context) error {
	var rows []blogdb.CopyPostsParams
	var made []*markdownItem
	for i := range r.open {
		row := i.row
		row.ID = id.New()
		if row.PublishedAt == nil && row.Status == string(contract.StatusPublished) {
			row.PublishedAt = &row.CreatedAt
		}
		if row.UpdatedAt.IsZero() {
			row.UpdatedAt = row.CreatedAt
		}
		rows = append(rows, blogdb.CopyPostsParams{
			ID: row.ID, Type: row.Type, Slug: row.Slug, Path: row.Path, Title: row.Title, Status: row.Status, Visibility: row.Visibility,
			SourceFormat: row.SourceFormat, Source: row.Source, Html: row.Html, Plaintext: row.Plaintext, CustomExcerpt: row.CustomExcerpt,
			Excerpt: row.Excerpt, ReadingTime: row.ReadingTime, FeatureImage: row.FeatureImage, PublishedAt: row.PublishedAt,
			CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, Origin: row.Origin, OriginID: row.OriginID, OriginHash: row.OriginHash,
			OriginVersion: new(int64(1)), Flags: row.Flags,
		})
		i.id = row.ID
		made = append(made, i)
		i.outcomeOf(contract.ImportCreated, row)
		if row.Status == string(contract.StatusPublished) {
			r.events = append(r.events, contract.PostPublished{PostRef: r.ref(i, row.ID)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := r.q.CopyPosts(ctx, rows); err != nil {
		return err
	}
	return r.link(ctx, made)
}

// link stores the tags and authors of posts that have none.
func (r *markdownRun) link(ctx context.Context, posts []*markdownItem) error {
	var tags []blogdb.CopyPostTagsParams
	var authors []blogdb.CopyPostAuthorsParams
	for _, i := range posts {
		for n, t := range i.tags {
			tags = append(tags, blogdb.CopyPostTagsParams{PostID: i.id, TagID: r.tags[t.slug], SortOrder: int32(n)})
		}
		for n, a := range i.authors {
			authors = append(authors, blogdb.CopyPostAuthorsParams{PostID: i.id, AuthorID: r.authors[a.slug], SortOrder: int32(n)})
		}
	}
	if len(tags) > 0 {
		if _, err := r.q.CopyPostTags(ctx, tags); err != nil {
			return err
		}
	}
	if len(authors) > 0 {
		if _, err := r.q.CopyPostAuthors(ctx, authors); err != nil {
			return err
		}
	}
	return nil
}
