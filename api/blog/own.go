// Whose a post is, and what that permits.

package blog

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// userPrefix begins a user's id.
const userPrefix = "user"

// writer is who wants to see or change what not everybody does. As in Ghost, a contributor
// writes drafts, an author publishes and changes posts of their own, and an editor
// everything. The zero value is a stranger.
type writer struct {
	user       *uuid.UUID // nil: a program that acts by itself, which owns nothing
	drafts     bool       // a contributor, or more
	publishes  bool       // an author, or more
	everything bool       // an editor, or the program itself
}

// writerOf is who makes a request. Without one it is the program itself that writes: a
// seed, an import. The API's operations that change something never come without anybody:
// their security sees to it.
func writerOf(ctx context.Context) writer {
	p, ok := auth.PrincipalFrom(ctx)
	if !ok {
		return writer{drafts: true, publishes: true, everything: true}
	}
	w := writer{drafts: p.Has(auth.ScopeBlogDraft), publishes: p.Has(auth.ScopeBlogPublish), everything: p.Has(auth.ScopeBlogWrite)}
	if u, ok := id.Parse(userPrefix, p.User); ok {
		w.user = &u
	}
	return w
}

// owns tells that the post is the writer's own, who is one still.
func (w writer) owns(row blogdb.Post) bool {
	return w.drafts && w.user != nil && row.CreatedBy != nil && *row.CreatedBy == *w.user
}

// sees tells whether a post is shown with what only editors see of it, whatever its status.
func (w writer) sees(row blogdb.Post) bool { return w.everything || w.owns(row) }

// permission says why a writer may not do something with a post, or nil.
type permission func(w writer, row blogdb.Post) error

// mayChange is for an editor, for who made the post and publishes, and as long as it is
// a draft for whoever made it. What it fails with does not tell that a draft exists.
func mayChange(w writer, row blogdb.Post) error {
	switch {
	case w.everything, w.owns(row) && (w.publishes || row.Status == string(contract.StatusDraft)):
		return nil
	case w.owns(row):
		return needsScope(auth.ScopeBlogPublish, "what is published is changed by those who may publish")
	case row.IsPublic:
		return problem.Forbidden("this is somebody else's: an editor may change it").WithCode("not_yours")
	}
	return noSuch(contract.PostType(row.Type))
}

// mayPublish is for an editor, and for who made the post and publishes.
func mayPublish(w writer, row blogdb.Post) error {
	if err := mayChange(w, row); err != nil {
		return err
	}
	if !w.publishes {
		return needsScope(auth.ScopeBlogPublish, "this is for those who may publish")
	}
	return nil
}

// mayGive refuses fields that only editors set, unless they change nothing.
func (f PostFields) mayGive(w writer, row blogdb.Post) error {
	if !w.everything && f.Featured != nil && *f.Featured != row.Featured {
		return needsScope(auth.ScopeBlogWrite, "which posts are shown first is an editor's choice").
			WithField("body.featured", "may be changed by editors only")
	}
	return nil
}

// needsScope refuses as the security of an operation does (RFC 6750 section 3.1).
func needsScope(scope, why string) *problem.Details {
	return problem.ForStatus(http.StatusForbidden, why).WithCode("insufficient_scope").
		WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+scope+`"`)
}

// OwnPost is a post that somebody has made, as they get it when they ask for all that is
// stored of them.
type OwnPost struct {
	ID     contract.PostID     `json:"id"`
	Type   contract.PostType   `json:"type"`
	Title  string              `json:"title"`
	Path   string              `json:"path"`
	Status contract.PostStatus `json:"status"`
}

// ExportMember is all that is stored of a user here, for their export: file names (without
// ending) and what is in them. Posts are named, not repeated: they are the site's.
func (s *Service) ExportMember(ctx context.Context, user contract.UserID) (map[string]any, error) {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		return nil, problem.NotFound("no such user")
	}
	members, err := s.queries().MembersOfUser(ctx, &u)
	if err != nil {
		return nil, err
	}
	posts, err := s.queries().PostsOfUser(ctx, &u)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"blog_memberships": shaped(members, func(r blogdb.MembersOfUserRow) Member { return toMember(blogdb.MembersRow(r)) }),
		"blog_posts": shaped(posts, func(r blogdb.PostsOfUserRow) OwnPost {
			return OwnPost{id.Format[contract.PostID](postPrefix, r.ID), contract.PostType(r.Type), r.Title, r.Path, contract.PostStatus(r.Status)}
		}),
	}, nil
}

// Erase takes a user's name off everything, in the transaction that erases the user: who
// they are among Ghost's members stays Ghost's, and their posts stay the site's.
func (s *Service) Erase(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		return nil
	}
	q := blogdb.New(tx)
	if err := q.UnlinkMembers(ctx, &u); err != nil {
		return err
	}
	return q.DisownPosts(ctx, &u)
}
