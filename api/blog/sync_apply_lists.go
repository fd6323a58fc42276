// Tags and authors of Ghost's, as they are stored here.

package blog

import (
	"context"
	"errors"
	"math"
	"reflect"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
)

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// putTag stores a tag under its Ghost id. A tag that was made here with the same slug is
// the same: it stays as it is, and Ghost's posts carry it.
func (y *Sync) putTag(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error) {
	t, err := ghost.As[ghost.Tag](o)
	if err != nil {
		return ours, err
	}
	q, now := blogdb.New(tx), y.clock.Now()
	was, err := q.TagByOrigin(ctx, blogdb.TagByOriginParams{Origin: originGhost, OriginID: &t.ID})
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return ours, err
	}
	slug, same, err := slugFor(ctx, q, o, ghostSlug(t.Slug, t.Name), was.ID, func(slug string) (uuid.UUID, bool, error) {
		row, err := q.TagBySlug(ctx, slug)
		return row.ID, row.Origin != originGhost, err
	})
	if err != nil || same != uuid.Nil {
		return same, err
	}
	name := clip(t.Name, 191)
	if name == "" {
		name = slug
	}
	color := t.AccentColor
	if !hexColor.MatchString(color) {
		color = ""
	}
	in, err := y.addressesOf(ctx, tx, o, t.URL)
	if err != nil {
		return ours, err
	}
	internal := t.Visibility == "internal" || strings.HasPrefix(t.Name, "#")
	picture, meta := in.image(t.FeatureImage, "", ""), in.meta(t.Meta, t.CanonicalURL)
	if known {
		row := was
		row.Slug, row.Name, row.Description, row.Internal, row.AccentColor = slug, name, t.Description, internal, orNil(color)
		row.FeatureImage, row.Meta, row.OriginHash = picture, meta, nil
		if reflect.DeepEqual(was, row) {
			return was.ID, nil
		}
		_, err = q.UpdateTag(ctx, blogdb.UpdateTagParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, Internal: row.Internal, AccentColor: row.AccentColor,
			FeatureImage: row.FeatureImage, Meta: row.Meta, UpdatedAt: now,
		})
		if err != nil {
			return was.ID, err
		}
		return was.ID, tagChanged(ctx, tx, was, internal)
	}
	made, err := q.InsertTag(ctx, blogdb.InsertTagParams{
		ID: id.New(), Slug: slug, Name: name, Description: t.Description, Internal: internal,
		AccentColor: orNil(color), FeatureImage: picture, Meta: meta,
		CreatedAt: now, UpdatedAt: now, Origin: originGhost, OriginID: &t.ID,
	})
	return made.ID, err
}

// tagChanged announces a changed tag. One that was internal is on no page yet: its
// posts and pages are what changes.
func tagChanged(ctx context.Context, tx pgx.Tx, was blogdb.Tag, internal bool) error {
	if err := bus.Emit(ctx, tx, contract.TagUpdated{ID: id.Format[contract.TagID](tagPrefix, was.ID)}); err != nil || was.Internal == internal {
		return err
	}
	q := blogdb.New(tx)
	for _, typ := range []contract.PostType{contract.TypePost, contract.TypePage} {
		posts, err := q.PublicPosts(ctx, blogdb.PublicPostsParams{Type: string(typ), TagID: &was.ID, MaxRows: math.MaxInt32})
		if err != nil {
			return err
		}
		l, err := linksOf(ctx, q, idsOf(posts)...)
		for _, p := range posts {
			if err == nil {
				err = bus.Emit(ctx, tx, contract.PostUpdated{PostRef: l.ref(p.ID, p.Type)})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removeTag takes a tag from Ghost's posts, and away, unless it was made here or posts that
// were made here carry it: then it is ours.
func (y *Sync) removeTag(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
	q := blogdb.New(tx)
	rows, err := q.PostsWithTag(ctx, ours)
	if err != nil {
		return err
	}
	theirs, mine := split(rows, func(r blogdb.PostsWithTagRow) (uuid.UUID, bool) { return r.ID, r.Local })
	if err := unlinkPosts(ctx, tx, theirs, func() error {
		return q.Untag(ctx, blogdb.UntagParams{TagID: ours, PostIds: theirs})
	}); err != nil {
		return err
	}
	row, err := q.TagByID(ctx, ours)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil || row.Origin != originGhost {
		return err
	}
	if len(mine) > 0 {
		return q.KeepTag(ctx, ours)
	}
	if err := q.DeleteTag(ctx, ours); err != nil {
		return err
	}
	return bus.Emit(ctx, tx, contract.TagUpdated{ID: id.Format[contract.TagID](tagPrefix, ours)})
}

// split tells posts of Ghost's from those that were made here.
func split[T any](rows []T, of func(T) (post uuid.UUID, local bool)) (theirs, mine []uuid.UUID) {
	for _, r := range rows {
		if post, local := of(r); local {
			mine = append(mine, post)
		} else {
			theirs = append(theirs, post)
		}
	}
	return theirs, mine
}

// putAuthor stores an author under their Ghost id. An author who was made here with the same
// slug is the same: they stay as they are, and have Ghost's posts.
func (y *Sync) putAuthor(ctx context.Context, tx pgx.Tx, o ghost.Object, ours uuid.UUID) (uuid.UUID, error) {
	u, err := ghost.As[ghost.User](o)
	if err != nil {
		return ours, err
	}
	q, now := blogdb.New(tx), y.clock.Now()
	was, err := q.AuthorByOrigin(ctx, blogdb.AuthorByOriginParams{Origin: originGhost, OriginID: &u.ID})
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return ours, err
	}
	slug, same, err := slugFor(ctx, q, o, ghostSlug(u.Slug, u.Name), was.ID, func(slug string) (uuid.UUID, bool, error) {
		row, err := q.AuthorBySlug(ctx, slug)
		return row.ID, row.Origin != originGhost, err
	})
	if err != nil || same != uuid.Nil {
		return same, err
	}
	social := map[string]string{}
	for network, handle := range map[string]string{
		"facebook": u.Facebook, "twitter": u.Twitter, "threads": u.Threads, "bluesky": u.Bluesky, "mastodon": u.Mastodon,
		"tiktok": u.TikTok, "youtube": u.YouTube, "instagram": u.Instagram, "linkedin": u.LinkedIn,
	} {
		if handle != "" {
			social[network] = handle
		}
	}
	name := clip(u.Name, 191)
	if name == "" {
		name = slug
	}
	in, err := y.addressesOf(ctx, tx, o, u.URL)
	if err != nil {
		return ours, err
	}
	profile, cover, meta := in.image(u.ProfileImage, "", ""), in.image(u.CoverImage, "", ""), in.meta(u.Meta, "")
	if known {
		row := was
		row.Slug, row.Name, row.Bio, row.Website, row.Location = slug, name, u.Bio, u.Website, u.Location
		row.ProfileImage, row.CoverImage, row.Social, row.Meta, row.OriginHash = profile, cover, social, meta, nil
		if reflect.DeepEqual(was, row) {
			return was.ID, nil
		}
		_, err = q.UpdateAuthor(ctx, blogdb.UpdateAuthorParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Bio: row.Bio, Website: row.Website, Location: row.Location,
			ProfileImage: row.ProfileImage, CoverImage: row.CoverImage, Social: row.Social, Meta: row.Meta, UpdatedAt: now,
		})
		if err != nil {
			return was.ID, err
		}
		return was.ID, bus.Emit(ctx, tx, contract.AuthorUpdated{ID: id.Format[contract.AuthorID](authorPrefix, was.ID)})
	}
	made, err := q.InsertAuthor(ctx, blogdb.InsertAuthorParams{
		ID: id.New(), Slug: slug, Name: name, Bio: u.Bio, Website: u.Website, Location: u.Location,
		ProfileImage: profile, CoverImage: cover, Social: social, Meta: meta,
		CreatedAt: now, UpdatedAt: now, Origin: originGhost, OriginID: &u.ID,
	})
	return made.ID, err
}

// removeAuthor is removeTag for an author.
func (y *Sync) removeAuthor(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
	q := blogdb.New(tx)
	rows, err := q.PostsWithAuthor(ctx, ours)
	if err != nil {
		return err
	}
	theirs, mine := split(rows, func(r blogdb.PostsWithAuthorRow) (uuid.UUID, bool) { return r.ID, r.Local })
	if err := unlinkPosts(ctx, tx, theirs, func() error {
		return q.Unauthor(ctx, blogdb.UnauthorParams{AuthorID: ours, PostIds: theirs})
	}); err != nil {
		return err
	}
	row, err := q.AuthorByID(ctx, ours)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil || row.Origin != originGhost {
		return err
	}
	if len(mine) > 0 {
		return q.KeepAuthor(ctx, ours)
	}
	if err := q.DeleteAuthor(ctx, ours); err != nil {
		return err
	}
	return bus.Emit(ctx, tx, contract.AuthorUpdated{ID: id.Format[contract.AuthorID](authorPrefix, ours)})
}

// unlinkPosts takes something from posts that are locked, and announces the public ones
// with the lists that they were on.
func unlinkPosts(ctx context.Context, tx pgx.Tx, posts []uuid.UUID, unlink func() error) error {
	if len(posts) == 0 {
		return nil
	}
	q := blogdb.New(tx)
	before, err := linksOf(ctx, q, posts...)
	if err != nil {
		return err
	}
	if err := unlink(); err != nil {
		return err
	}
	rows, err := q.TouchPosts(ctx, posts)
	if err != nil {
		return err
	}
	if err := q.ForgetPostHashes(ctx, posts); err != nil {
		return err
	}
	var events []bus.Event
	for _, r := range rows {
		if r.IsPublic {
			events = append(events, contract.PostUpdated{PostRef: before.ref(r.ID, r.Type)})
		}
	}
	return bus.Emit(ctx, tx, events...)
}

// slugFor is the slug that a tag or author of Ghost's gets: the wanted one, or one with a
// number where another has it. own is the row that it has, the zero id for none; then one
// that was made here with the wanted slug is the same thing, unless another thing of Ghost's
// is it already.
func slugFor(ctx context.Context, q *blogdb.Queries, o ghost.Object, wanted string, own uuid.UUID,
	find func(slug string) (holder uuid.UUID, local bool, err error)) (slug string, same uuid.UUID, err error) {
	for n := 1; ; n++ {
		slug = numbered(wanted, n)
		holder, local, err := find(slug)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return slug, uuid.Nil, nil
		case err != nil:
			return "", uuid.Nil, err
		case holder == own:
			return slug, uuid.Nil, nil
		case n > 1 || !local || own != uuid.Nil:
			continue
		}
		is, err := q.GhostIDOf(ctx, blogdb.GhostIDOfParams{Kind: string(o.Kind), ObjectID: holder})
		if errors.Is(err, pgx.ErrNoRows) || err == nil && is == o.ID {
			return slug, holder, nil
		}
		if err != nil {
			return "", uuid.Nil, err
		}
	}
}

// relink gives the posts of a tag or author their links anew, when it is another row of ours
// from now on. Those that were changed here keep theirs.
func (y *Sync) relink(ctx context.Context, tx pgx.Tx, kind ghost.Kind, ghostID string) error {
	q := blogdb.New(tx)
	find := q.GhostPostsOfTag
	if kind == ghost.KindUser {
		find = q.GhostPostsOfAuthor
	}
	posts, err := find(ctx, ghostID)
	if err != nil {
		return err
	}
	for _, post := range posts {
		was, known, err := lockObject(ctx, q, ghost.KindPost, post)
		if err != nil {
			return err
		}
		_, here, err := y.changedHere(ctx, q, ghost.KindPost, post)
		if err != nil {
			return err
		}
		if !known || here || was.Data == nil {
			continue
		}
		if _, err := y.putPost(ctx, tx, objectOf(was), deref(was.ObjectID)); err != nil {
			return err
		}
	}
	return nil
}

// storedSlug is what the database takes as a slug; Ghost's may have underscores.
var storedSlug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,190}$`)

func ghostSlug(slug, title string) string {
	if storedSlug.MatchString(slug) {
		return slug
	}
	if s := urls.Slug(slug); s != "" {
		return s
	}
	if s := urls.Slug(title); s != "" {
		return s
	}
	return "untitled"
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}
