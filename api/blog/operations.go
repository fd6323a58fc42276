// What the operations take and answer: the wire around the service's methods.

package blog

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/problem"
)

// cacheAnonymous lets a shared cache keep what everybody sees, revalidated each
// time; cachePrivate keeps what an editor sees to the editor.
const (
	cacheAnonymous = "public, no-cache"
	cachePrivate   = "private, no-store"
)

// PostResource is a post as the API shows it; editor is there with a token.
type PostResource struct {
	contract.Post
	Editor *PostEditor `json:"editor,omitempty" doc:"What only editors see."`
}

// PostEditor is what editors see of a post beside what everybody sees.
type PostEditor struct {
	Status        contract.PostStatus   `json:"status" enum:"draft,scheduled,published" example:"draft"`
	SourceFormat  contract.SourceFormat `json:"source_format" enum:"markdown,html,lexical,mobiledoc" example:"markdown"`
	Source        string                `json:"source" example:"Flour, water, salt and *time*." doc:"The body as it was written."`
	MembersHTML   string                `json:"members_html,omitempty" doc:"The whole body, where part of it is gated."`
	CustomExcerpt string                `json:"custom_excerpt,omitempty" example:"How our oven week goes."`
	EmailOnly     bool                  `json:"email_only" doc:"Sent by mail and never on a page."`
	Flags         []string              `json:"flags" doc:"What somebody should look at."`
	CreatedAt     time.Time             `json:"created_at"`
	Version       int64                 `json:"version" example:"3"`
}

func (e Edited) resource() PostResource {
	return PostResource{Post: e.Post, Editor: &PostEditor{
		Status: e.Status, SourceFormat: e.SourceFormat, Source: e.Source, MembersHTML: e.MembersHTML,
		CustomExcerpt: e.CustomExcerpt, EmailOnly: e.EmailOnly, Flags: e.Flags, CreatedAt: e.CreatedAt, Version: e.Version,
	}}
}

type postOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         PostResource
}

func editedOutput(e Edited, err error) (*postOutput, error) {
	if err != nil {
		return nil, err
	}
	return &postOutput{ETag: etag.Of(e.Version, "editor", e.Tags, e.Authors), CacheControl: cachePrivate, Body: e.resource()}, nil
}

// Paging is the part of a list that is wanted.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}

// StablePage is a page of a list that stays as it is when something newer comes.
type StablePage struct {
	Page int `query:"page" minimum:"0" example:"9" doc:"Instead of what follows the cursor, a stable page of the list, whatever the limit: 0 is the open page, 1 the oldest."`

	asked bool
}

// Resolve implements huma.Resolver: 0 is a page too.
func (p *StablePage) Resolve(ctx huma.Context) []error {
	p.asked = ctx.Query("page") != ""
	return nil
}

func (p *StablePage) number() *int {
	if !p.asked {
		return nil
	}
	return &p.Page
}

func (f family) list(ctx context.Context, in *struct {
	Paging
	StablePage
	IDs      []contract.PostID `query:"ids" maxItems:"100" doc:"Those with these ids, separated by commas, instead of a list; goes with include alone. What is unknown is left out."`
	Tag      string            `query:"tag" maxLength:"191" example:"bakery" doc:"Only those with this tag (slug or id)."`
	Author   string            `query:"author" maxLength:"191" example:"the-bakery" doc:"Only those by this author (slug or id)."`
	Featured string            `query:"featured" enum:"true,false" doc:"Only the featured ones, or only the others."`
	Status   string            `query:"status" enum:"draft,scheduled,published,all" doc:"For those who write: those in this status. Editors see all, others their own."`
	Include  []string          `query:"include" maxItems:"2" enum:"html,ordinals" doc:"What else is wanted, separated by commas: each whole, as it is read by its id; where each stands in the list."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         PostList
}, error) {
	query := ListQuery{
		PostQuery: contract.PostQuery{Type: f.typ, Tag: in.Tag, Author: in.Author, Limit: in.Limit, Cursor: in.Cursor},
		IDs:       in.IDs, Page: in.number(),
		HTML: slices.Contains(in.Include, "html"), Ordinals: slices.Contains(in.Include, "ordinals"),
	}
	if in.Featured != "" {
		featured := in.Featured == "true"
		query.Featured = &featured
	}
	out := &struct {
		CacheControl string `header:"Cache-Control"`
		Body         PostList
	}{CacheControl: cacheAnonymous}
	if in.Status != "" {
		by, err := f.mayList(ctx)
		if err != nil {
			return nil, err
		}
		out.CacheControl, query.CreatedBy = cachePrivate, by
		query.Statuses = []contract.PostStatus{contract.PostStatus(in.Status)}
		if in.Status == "all" {
			query.Statuses = []contract.PostStatus{contract.StatusDraft, contract.StatusScheduled, contract.StatusPublished}
		}
	}
	var err error
	out.Body, err = f.s.List(ctx, query)
	return out, err
}

// mayList says whose posts are listed in any status for who makes the request: nil for all.
// It fails with 401 for a stranger, and with 403 for who writes nothing.
func (f family) mayList(ctx context.Context) (*uuid.UUID, error) {
	if _, known := auth.PrincipalFrom(ctx); !known {
		return nil, problem.Unauthorized("sign in to see drafts")
	}
	switch w := writerOf(ctx); {
	case w.everything:
		return nil, nil
	case f.typ == contract.TypePage:
		return nil, needsScope(auth.ScopeBlogWrite, "drafts of pages are shown to editors only")
	case !w.drafts || w.user == nil:
		return nil, needsScope(auth.ScopeBlogDraft, "drafts are shown to those who write")
	default:
		return w.user, nil
	}
}

// PostPath is the post in a path.
type PostPath struct {
	Post string `path:"post" maxLength:"191" example:"bread-on-tuesdays" doc:"Id or slug."`
}

// IfMatch is the version that a write is for.
type IfMatch struct {
	Version string `header:"If-Match" maxLength:"100" example:"\"v3-1k2m\"" doc:"The ETag that was read."`
}

func (f family) get(ctx context.Context, in *PostPath) (*postOutput, error) {
	e, err := f.s.EditedPost(ctx, f.typ, in.Post)
	if err != nil {
		return nil, err
	}
	if _, known := auth.PrincipalFrom(ctx); known && writerOf(ctx).sees(e.row) {
		return editedOutput(e, nil)
	}
	if e.Status != contract.StatusPublished || e.EmailOnly {
		return nil, noSuch(f.typ)
	}
	return &postOutput{
		ETag: etag.Of(e.Version, e.Tags, e.Authors), CacheControl: cacheAnonymous, Body: PostResource{Post: e.Post},
	}, nil
}

func (f family) body(ctx context.Context, in *PostPath) (*struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         PostBody
}, error) {
	r, err := f.s.readerOf(ctx)
	if err != nil {
		return nil, err
	}
	body, version, err := f.s.Body(ctx, f.typ, in.Post, r)
	if err != nil {
		return nil, err
	}
	caching := cacheAnonymous
	if r.known() {
		caching = cachePrivate
	}
	return &struct {
		ETag         string `header:"ETag"`
		CacheControl string `header:"Cache-Control"`
		Body         PostBody
	}{etag.Of(version, r, body.Access, r.writer.user), caching, body}, nil
}

type createdOutput struct {
	Location     string `header:"Location" doc:"Where it is read."`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         PostResource
}

func (f family) create(ctx context.Context, in *struct {
	Body NewPost
}) (*createdOutput, error) {
	out, err := editedOutput(f.s.CreatePost(ctx, f.typ, PostFields(in.Body)))
	if err != nil {
		return nil, err
	}
	return &createdOutput{f.path + "/" + string(out.Body.ID), out.ETag, out.CacheControl, out.Body}, nil
}

func (f family) update(ctx context.Context, in *struct {
	PostPath
	IfMatch
	Body PostFields
}) (*postOutput, error) {
	version, err := etag.Required(in.Version)
	if err != nil {
		return nil, err
	}
	return editedOutput(f.s.UpdatePost(ctx, f.typ, in.Post, version, in.Body))
}

func (f family) publish(ctx context.Context, in *struct {
	PostPath
	IfMatch
}) (*postOutput, error) {
	version, err := etag.Optional(in.Version)
	if err != nil {
		return nil, err
	}
	return editedOutput(f.s.Publish(ctx, f.typ, in.Post, version))
}

func (f family) unpublish(ctx context.Context, in *struct {
	PostPath
	IfMatch
}) (*postOutput, error) {
	version, err := etag.Optional(in.Version)
	if err != nil {
		return nil, err
	}
	return editedOutput(f.s.Unpublish(ctx, f.typ, in.Post, version))
}

func (f family) remove(ctx context.Context, in *struct {
	PostPath
	IfMatch
}) (*struct{}, error) {
	version, err := etag.Required(in.Version)
	if err != nil {
		return nil, err
	}
	return nil, f.s.DeletePost(ctx, f.typ, in.Post, version)
}

// slugKey is the cursor of the lists that are ordered by slug.
type slugKey struct {
	Slug string `json:"s"`
}

// bySlug reads a page of a list that is ordered by slug.
func bySlug[T any](ctx context.Context, in *Paging, list func(ctx context.Context, limit int, afterSlug string) ([]T, string, error)) (items []T, next string, err error) {
	var key slugKey
	if err := cursor.Decode(in.Cursor, &key); err != nil {
		return nil, "", err
	}
	items, last, err := list(ctx, in.Limit, key.Slug)
	if last != "" {
		next = cursor.Encode(slugKey{last})
	}
	return items, next, err
}

// TagList is one page of tags.
type TagList struct {
	Items      []contract.Tag `json:"items"`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Pass as cursor to read on; absent on the last page."`
}

func (s *Service) listTags(ctx context.Context, in *Paging) (*struct{ Body TagList }, error) {
	tags, next, err := bySlug(ctx, in, s.Tags)
	return &struct{ Body TagList }{TagList{tags, next}}, err
}

func (s *Service) getTag(ctx context.Context, in *struct {
	Tag string `path:"tag" maxLength:"191" example:"bakery" doc:"Id or slug."`
}) (*struct{ Body contract.Tag }, error) {
	tag, err := s.Tag(ctx, in.Tag)
	return &struct{ Body contract.Tag }{tag}, err
}

// AuthorList is one page of authors.
type AuthorList struct {
	Items      []contract.Author `json:"items"`
	NextCursor string            `json:"next_cursor,omitempty" doc:"Pass as cursor to read on; absent on the last page."`
}

func (s *Service) listAuthors(ctx context.Context, in *Paging) (*struct{ Body AuthorList }, error) {
	authors, next, err := bySlug(ctx, in, s.Authors)
	return &struct{ Body AuthorList }{AuthorList{authors, next}}, err
}

func (s *Service) getAuthor(ctx context.Context, in *struct {
	Author string `path:"author" maxLength:"191" example:"the-bakery" doc:"Id or slug."`
}) (*struct{ Body contract.Author }, error) {
	author, err := s.Author(ctx, in.Author)
	return &struct{ Body contract.Author }{author}, err
}

type settingsOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.SiteSettings
}

func (s *Service) getSettings(ctx context.Context, _ *struct{}) (*settingsOutput, error) {
	settings, version, err := s.VersionedSettings(ctx)
	return &settingsOutput{etag.Of(version), cacheAnonymous, settings}, err
}

func (s *Service) updateSettings(ctx context.Context, in *struct {
	IfMatch
	Body SettingsFields
}) (*settingsOutput, error) {
	version, err := etag.Required(in.Version)
	if err != nil {
		return nil, err
	}
	settings, now, err := s.UpdateSettings(ctx, version, in.Body)
	return &settingsOutput{etag.Of(now), cachePrivate, settings}, err
}
