// Editing: make, change, publish, unpublish and delete posts and pages.

package blog

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Edited is a post as editors see it: with its source, its gated part and its
// version, whatever its status.
type Edited struct {
	contract.Post
	Status        contract.PostStatus
	SourceFormat  contract.SourceFormat
	Source        string
	MembersHTML   string
	CustomExcerpt string
	EmailOnly     bool
	Flags         []string
	CreatedAt     time.Time
	Version       int64

	row blogdb.Post
}

func (l links) edited(r blogdb.Post) Edited {
	return Edited{
		Post: l.post(shown(r)), Status: contract.PostStatus(r.Status), SourceFormat: contract.SourceFormat(r.SourceFormat),
		Source: r.Source, MembersHTML: deref(r.MembersHtml), CustomExcerpt: deref(r.CustomExcerpt),
		EmailOnly: r.EmailOnly, Flags: r.Flags, CreatedAt: r.CreatedAt, Version: r.Version,
		row: r,
	}
}

// EditedPost returns a post or page in any status, for editors.
func (s *Service) EditedPost(ctx context.Context, typ contract.PostType, ref string) (Edited, error) {
	row, err := findPost(ctx, s.queries(), typ, ref)
	if err != nil {
		return Edited{}, err
	}
	l, err := linksOf(ctx, s.queries(), row.ID)
	return l.edited(row), err
}

// CreatePost makes a draft of whoever makes the request. It fails with 422 on fields that
// are wrong, with 403 insufficient_scope on those that only editors give, and with 409
// slug_taken. Nothing is announced: nobody sees a draft.
func (s *Service) CreatePost(ctx context.Context, typ contract.PostType, fields PostFields) (Edited, error) {
	row, err := newDraft(typ, fields, s.clock.Now())
	if err != nil {
		return Edited{}, err
	}
	w := writerOf(ctx)
	if err := fields.mayGive(w, blogdb.Post{}); err != nil {
		return Edited{}, err
	}
	row.CreatedBy = w.user
	return s.inTx(ctx, func(tx pgx.Tx, q *blogdb.Queries) (blogdb.Post, error) {
		if err := place(ctx, q, &row, fields.Slug); err != nil {
			return row, err
		}
		if err := s.complete(ctx, tx, &row); err != nil {
			return row, err
		}
		made, err := q.InsertPost(ctx, insertParams(row))
		if err != nil {
			return row, err
		}
		return made, s.relink(ctx, q, made.ID, fields)
	})
}

// UpdatePost changes the fields that are given. version is the one that the
// editor saw: another one is 412. On a published post it emits PostUpdated in
// the same transaction; a change that changes nothing emits nothing. It fails with 403
// not_yours, and for what strangers do not see with 404.
func (s *Service) UpdatePost(ctx context.Context, typ contract.PostType, ref string, version int64, fields PostFields) (Edited, error) {
	w := writerOf(ctx)
	return s.change(ctx, typ, ref, &version, mayChange, func(q *blogdb.Queries, row *blogdb.Post) error {
		if err := fields.mayGive(w, *row); err != nil {
			return err
		}
		if err := fields.apply(row, false, s.clock.Now()); err != nil {
			return err
		}
		if fields.Slug != nil && *fields.Slug != row.Slug {
			if err := place(ctx, q, row, fields.Slug); err != nil {
				return err
			}
		}
		return s.relink(ctx, q, row.ID, fields)
	})
}

// Publish makes a post public and announces it with PostPublished. Publishing
// twice answers the same and announces once. version may be nil. It fails as UpdatePost.
func (s *Service) Publish(ctx context.Context, typ contract.PostType, ref string, version *int64) (Edited, error) {
	return s.change(ctx, typ, ref, version, mayPublish, func(_ *blogdb.Queries, row *blogdb.Post) error {
		row.Status = string(contract.StatusPublished)
		// A date to come belongs to a plan that publishing overtakes.
		if now := s.clock.Now(); row.PublishedAt == nil || !row.IsPublic && row.PublishedAt.After(now) {
			row.PublishedAt = &now
		}
		return nil
	})
}

// Unpublish makes a post a draft again and emits PostUnpublished. Its date of
// publication stays. Doing it twice answers the same. version may be nil. It fails as
// UpdatePost.
func (s *Service) Unpublish(ctx context.Context, typ contract.PostType, ref string, version *int64) (Edited, error) {
	return s.change(ctx, typ, ref, version, mayPublish, func(_ *blogdb.Queries, row *blogdb.Post) error {
		row.Status = string(contract.StatusDraft)
		return nil
	})
}

// DeletePost removes a post for good; where it was public it emits
// PostUnpublished in the same transaction. It fails with 409 kept_in_ghost for a post of
// the Ghost that is followed, which would come back, and else as UpdatePost.
func (s *Service) DeletePost(ctx context.Context, typ contract.PostType, ref string, version int64) error {
	return db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		row, before, err := lock(ctx, q, typ, ref, &version, mayChange)
		if err != nil {
			return err
		}
		if s.followed && row.Origin == originGhost {
			return problem.Conflict("the post is Ghost's, which would bring it back: delete it there").WithCode("kept_in_ghost")
		}
		if err := q.DeletePost(ctx, row.ID); err != nil || !row.IsPublic {
			return err
		}
		return bus.Emit(ctx, tx, contract.PostUnpublished{PostRef: before.ref(row.ID, row.Type)})
	})
}

// change is the one way a stored post is changed: locked, held against what whoever makes
// the request may do, compared with the version seen, changed, stored if anything is
// different, announced if anybody can see it.
func (s *Service) change(ctx context.Context, typ contract.PostType, ref string, version *int64, may permission, edit func(*blogdb.Queries, *blogdb.Post) error) (Edited, error) {
	return s.inTx(ctx, func(tx pgx.Tx, q *blogdb.Queries) (blogdb.Post, error) {
		was, before, err := lock(ctx, q, typ, ref, version, may)
		if err != nil {
			return was, err
		}
		row := was
		if err := edit(q, &row); err != nil {
			return row, err
		}
		row, err = s.store(ctx, tx, was, before, row, s.clock.Now())
		if err == nil && s.changed != nil && row.Version > was.Version {
			err = s.changed(ctx, tx, row)
		}
		return row, err
	})
}

// store writes row over was, as changed at the given time, and emits what became
// of it in tx. What is alike is left as it is.
func (s *Service) store(ctx context.Context, tx pgx.Tx, was blogdb.Post, before links, row blogdb.Post, changed time.Time) (blogdb.Post, error) {
	q := blogdb.New(tx)
	after, err := linksOf(ctx, q, row.ID)
	if err != nil {
		return row, err
	}
	if err := s.complete(ctx, tx, &row); err != nil {
		return row, err
	}
	alike := row
	alike.RenderVersion = was.RenderVersion
	if reflect.DeepEqual(was, alike) && reflect.DeepEqual(before, after) {
		if row.RenderVersion == was.RenderVersion {
			return was, nil
		}
		return row, q.MarkRendered(ctx, blogdb.MarkRenderedParams{ID: row.ID, RenderVersion: row.RenderVersion})
	}
	row.UpdatedAt = changed
	row, err = q.UpdatePost(ctx, updateParams(row))
	if err != nil {
		return row, err
	}
	ref := merge(before.ref(was.ID, was.Type), after.ref(row.ID, row.Type))
	if was.Type != row.Type {
		ref.Type = contract.TypePost // it is or was on the lists of posts
	}
	switch {
	case row.IsPublic && !was.IsPublic:
		err = bus.Emit(ctx, tx, contract.PostPublished{PostRef: ref})
	case !row.IsPublic && was.IsPublic:
		err = bus.Emit(ctx, tx, contract.PostUnpublished{PostRef: ref})
	case row.IsPublic:
		err = bus.Emit(ctx, tx, contract.PostUpdated{PostRef: ref})
	}
	return row, err
}

// inTx runs a change and reads back what it made.
func (s *Service) inTx(ctx context.Context, fn func(pgx.Tx, *blogdb.Queries) (blogdb.Post, error)) (edited Edited, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		row, err := fn(tx, q)
		if err != nil {
			return err
		}
		l, err := linksOf(ctx, q, row.ID)
		edited = l.edited(row)
		return err
	})
	var dup *pgconn.PgError
	if errors.As(err, &dup) && (dup.ConstraintName == "posts_path_key" || dup.ConstraintName == "posts_type_slug_key") {
		err = slugTaken // two editors chose the same one at the same time
	}
	return edited, err
}

// lock holds a post until the end of the transaction. Who may not change it learns nothing
// of its version.
func lock(ctx context.Context, q *blogdb.Queries, typ contract.PostType, ref string, version *int64, may permission) (blogdb.Post, links, error) {
	found, err := findPost(ctx, q, typ, ref)
	if err != nil {
		return found, links{}, err
	}
	row, err := q.LockPost(ctx, found.ID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return row, links{}, noSuch(typ)
	case err != nil:
		return row, links{}, err
	}
	switch err := may(writerOf(ctx), row); {
	case err != nil:
		return row, links{}, err
	case version != nil && *version != row.Version:
		return row, links{}, problem.PreconditionFailed("somebody has changed this since you read it")
	}
	l, err := linksOf(ctx, q, row.ID)
	return row, l, err
}

// relink replaces the tags and authors that are given.
func (s *Service) relink(ctx context.Context, q *blogdb.Queries, post uuid.UUID, fields PostFields) error {
	if fields.Tags != nil {
		ids, err := s.tagIDs(ctx, q, *fields.Tags)
		if err != nil {
			return err
		}
		if err := setTags(ctx, q, post, ids); err != nil {
			return err
		}
	}
	if fields.Authors != nil {
		ids, err := s.authorIDs(ctx, q, *fields.Authors)
		if err != nil {
			return err
		}
		return setAuthors(ctx, q, post, ids)
	}
	return nil
}

func setTags(ctx context.Context, q *blogdb.Queries, post uuid.UUID, ids []uuid.UUID) error {
	if err := q.ClearPostTags(ctx, post); err != nil {
		return err
	}
	return q.AddPostTags(ctx, blogdb.AddPostTagsParams{PostID: post, TagIds: ids})
}

func setAuthors(ctx context.Context, q *blogdb.Queries, post uuid.UUID, ids []uuid.UUID) error {
	if err := q.ClearPostAuthors(ctx, post); err != nil {
		return err
	}
	return q.AddPostAuthors(ctx, blogdb.AddPostAuthorsParams{PostID: post, AuthorIds: ids})
}

// merge names every list that a post is on or was on.
func merge(a, b contract.PostRef) contract.PostRef {
	for _, t := range b.Tags {
		if !slices.Contains(a.Tags, t) {
			a.Tags = append(a.Tags, t)
		}
	}
	for _, w := range b.Authors {
		if !slices.Contains(a.Authors, w) {
			a.Authors = append(a.Authors, w)
		}
	}
	return a
}

func insertParams(r blogdb.Post) blogdb.InsertPostParams {
	return blogdb.InsertPostParams{
		ID: r.ID, Type: r.Type, Slug: r.Slug, Path: r.Path, Title: r.Title, Status: r.Status,
		Visibility: r.Visibility, EmailOnly: r.EmailOnly, Featured: r.Featured, SourceFormat: r.SourceFormat,
		Source: r.Source, GhostHtml: r.GhostHtml, Html: r.Html, MembersHtml: r.MembersHtml, Plaintext: r.Plaintext,
		CustomExcerpt: r.CustomExcerpt, Excerpt: r.Excerpt, ReadingTime: r.ReadingTime,
		FeatureImage: r.FeatureImage, Meta: r.Meta, CodeinjectionHead: r.CodeinjectionHead,
		CodeinjectionFoot: r.CodeinjectionFoot, CustomTemplate: r.CustomTemplate,
		ShowTitleAndFeatureImage: r.ShowTitleAndFeatureImage, PublishedAt: r.PublishedAt,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Origin: r.Origin, OriginID: r.OriginID,
		OriginHash: r.OriginHash, Flags: r.Flags, Document: r.Document, Tiers: append([]string{}, r.Tiers...), RenderVersion: r.RenderVersion,
		CreatedBy: r.CreatedBy,
	}
}

func updateParams(r blogdb.Post) blogdb.UpdatePostParams {
	return blogdb.UpdatePostParams{
		Type: r.Type, Slug: r.Slug, Path: r.Path, Title: r.Title, Status: r.Status, Visibility: r.Visibility,
		EmailOnly: r.EmailOnly, Featured: r.Featured, SourceFormat: r.SourceFormat, Source: r.Source,
		GhostHtml: r.GhostHtml, Html: r.Html, MembersHtml: r.MembersHtml, Plaintext: r.Plaintext, CustomExcerpt: r.CustomExcerpt,
		Excerpt: r.Excerpt, ReadingTime: r.ReadingTime, FeatureImage: r.FeatureImage, Meta: r.Meta,
		CodeinjectionHead: r.CodeinjectionHead, CodeinjectionFoot: r.CodeinjectionFoot,
		CustomTemplate: r.CustomTemplate, ShowTitleAndFeatureImage: r.ShowTitleAndFeatureImage,
		PublishedAt: r.PublishedAt, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, OriginHash: r.OriginHash, Flags: r.Flags,
		Document: r.Document, Tiers: append([]string{}, r.Tiers...), RenderVersion: r.RenderVersion,
		ID: r.ID, Version: r.Version,
	}
}
