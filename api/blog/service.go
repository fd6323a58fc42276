// The service, and what turns rows into the contract's shapes.

package blog

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/pictures"
	"rose-ash.com/roseash/db"
)

// Prefixes of the ids as the API shows them.
const (
	postPrefix   = "post"
	tagPrefix    = "tag"
	authorPrefix = "author"
)

// Where a post comes from.
const (
	originLocal    = "local"
	originGhost    = "ghost"
	originMarkdown = "markdown"
)

// Service is the blog. Its methods are safe for concurrent use.
type Service struct {
	pool     *db.Pool
	clock    clock.Clock
	pictures pictures.Completer
	followed bool                                             // a Ghost is followed: what it has is deleted there
	changed  func(context.Context, pgx.Tx, blogdb.Post) error // of a post that an editor changed, in its transaction; may be nil
	accounts Accounts                                         // nil: nobody signs in
}

// New makes the blog on a migrated database.
func New(pool *db.Pool, clk clock.Clock) *Service {
	return &Service{pool: pool, clock: clk}
}

// WithPictures has what is stored from now on complete the pictures in bodies.
func (s *Service) WithPictures(c pictures.Completer) *Service {
	s.pictures = c
	return s
}

// complete completes the pictures in the bodies of posts, in tx.
func (s *Service) complete(ctx context.Context, tx pgx.Tx, posts ...*blogdb.Post) error {
	var bodies []*string
	for _, p := range posts {
		bodies = append(bodies, &p.Html)
		if p.MembersHtml != nil {
			p.MembersHtml = new(*p.MembersHtml) // the row before the change has it too
			bodies = append(bodies, p.MembersHtml)
		}
	}
	return s.pictures.Complete(ctx, tx, bodies...)
}

func (s *Service) queries() *blogdb.Queries { return blogdb.New(s.pool) }

// links are the tags and authors of some posts, by post. Nobody changes the
// slices: cards share them.
type links struct {
	tags    map[uuid.UUID][]contract.TagLink // without the internal ones
	all     map[uuid.UUID][]contract.TagID   // with them
	authors map[uuid.UUID][]contract.AuthorLink
}

// linksOf reads the tags and authors of posts with one query each.
func linksOf(ctx context.Context, q *blogdb.Queries, posts ...uuid.UUID) (l links, err error) {
	tags, err := q.TagsOfPosts(ctx, posts)
	if err != nil {
		return l, err
	}
	l.tags, l.all = make(map[uuid.UUID][]contract.TagLink, len(posts)), make(map[uuid.UUID][]contract.TagID, len(posts))
	for _, t := range tags {
		link := tagLink(t.ID, t.Slug, t.Name, t.AccentColor)
		l.all[t.PostID] = append(l.all[t.PostID], link.ID)
		if !t.Internal {
			l.tags[t.PostID] = append(l.tags[t.PostID], link)
		}
	}
	authors, err := q.AuthorsOfPosts(ctx, posts)
	if err != nil {
		return l, err
	}
	l.authors = make(map[uuid.UUID][]contract.AuthorLink, len(posts))
	known := map[uuid.UUID]contract.AuthorLink{}
	for _, a := range authors {
		link, ok := known[a.ID]
		if !ok {
			link = authorLink(a.ID, a.Slug, a.Name, nil)
			if a.ProfileImage != "" {
				if err := json.Unmarshal([]byte(a.ProfileImage), &link.ProfileImage); err != nil {
					return l, err
				}
			}
			known[a.ID] = link
		}
		l.authors[a.PostID] = append(l.authors[a.PostID], link)
	}
	return l, nil
}

func (l links) card(r blogdb.Card) contract.PostCard {
	c := contract.PostCard{
		ID: id.Format[contract.PostID](postPrefix, r.ID), Type: contract.PostType(r.Type),
		Slug: r.Slug, Path: r.Path, Title: r.Title, Excerpt: r.Excerpt, FeatureImage: r.FeatureImage,
		Featured: r.Featured, Visibility: contract.Visibility(r.Visibility), ReadingTime: int(r.ReadingTime),
		PublishedAt: deref(r.PublishedAt), UpdatedAt: r.UpdatedAt, Tags: l.tags[r.ID], Authors: l.authors[r.ID],
	}
	if c.Tags == nil {
		c.Tags = []contract.TagLink{}
	}
	if c.Authors == nil {
		c.Authors = []contract.AuthorLink{}
	}
	return c
}

func (l links) post(r blogdb.PublicPost) contract.Post {
	return contract.Post{
		PostCard: l.card(blogdb.Card{
			ID: r.ID, Type: r.Type, Slug: r.Slug, Path: r.Path, Title: r.Title, Excerpt: r.Excerpt,
			FeatureImage: r.FeatureImage, Featured: r.Featured, Visibility: r.Visibility, ReadingTime: r.ReadingTime,
			PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt, SortedAt: r.SortedAt,
		}),
		Meta: deref(r.Meta), HTML: r.Html, Gated: r.Gated,
		CustomTemplate: deref(r.CustomTemplate), ShowTitleAndFeatureImage: r.ShowTitleAndFeatureImage,
	}
}

// shown is what the view blog.public_posts would show of a post, in any status.
func shown(r blogdb.Post) blogdb.PublicPost {
	return blogdb.PublicPost{
		ID: r.ID, Type: r.Type, Slug: r.Slug, Path: r.Path, Title: r.Title, Excerpt: r.Excerpt,
		FeatureImage: r.FeatureImage, Featured: r.Featured, Visibility: r.Visibility, ReadingTime: r.ReadingTime,
		PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt, SortedAt: r.SortedAt,
		Meta: &r.Meta, Html: r.Html, Gated: r.MembersHtml != nil,
		CustomTemplate: r.CustomTemplate, ShowTitleAndFeatureImage: r.ShowTitleAndFeatureImage,
	}
}

// ref is what events say of a post: every list that it is on.
func (l links) ref(post uuid.UUID, typ string) contract.PostRef {
	ref := contract.PostRef{
		ID: id.Format[contract.PostID](postPrefix, post), Type: contract.PostType(typ),
		Tags: append([]contract.TagID{}, l.all[post]...), Authors: []contract.AuthorID{},
	}
	for _, a := range l.authors[post] {
		ref.Authors = append(ref.Authors, a.ID)
	}
	return ref
}

func tagLink(u uuid.UUID, slug, name string, color *string) contract.TagLink {
	return contract.TagLink{ID: id.Format[contract.TagID](tagPrefix, u), Slug: slug, Name: name, AccentColor: deref(color)}
}

func authorLink(u uuid.UUID, slug, name string, picture *contract.Image) contract.AuthorLink {
	return contract.AuthorLink{ID: id.Format[contract.AuthorID](authorPrefix, u), Slug: slug, Name: name, ProfileImage: picture}
}

func toTag(r blogdb.Tag) contract.Tag {
	return contract.Tag{
		TagLink: tagLink(r.ID, r.Slug, r.Name, r.AccentColor), Meta: r.Meta, Description: r.Description,
		FeatureImage: r.FeatureImage, Internal: r.Internal, UpdatedAt: r.UpdatedAt,
	}
}

func toAuthor(r blogdb.Author) contract.Author {
	return contract.Author{
		AuthorLink: authorLink(r.ID, r.Slug, r.Name, r.ProfileImage), Meta: r.Meta, Bio: r.Bio,
		Website: r.Website, Location: r.Location, CoverImage: r.CoverImage, Social: r.Social, UpdatedAt: r.UpdatedAt,
	}
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// orNil is the opposite of deref: the zero value becomes nil.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// sortKey is the cursor of the lists of posts.
type sortKey struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}
