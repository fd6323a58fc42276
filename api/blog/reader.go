// What a reader may read of a post.

package blog

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// Reader is who wants to read, as far as a post's gates ask: readerOf knows. The zero value
// is a stranger.
type Reader struct {
	Everything bool     // an editor
	Member     bool     // signed in, whatever they pay
	Paid       bool     // pays, or is given what payers have
	Tiers      []string // slugs of those that they have

	writer writer
}

// of is the reader as to one post: who has made it may read all of it.
func (r Reader) of(row blogdb.Post) Reader {
	r.Everything = r.Everything || r.writer.owns(row)
	return r
}

// known tells that what the reader is shown depends on who they are.
func (r Reader) known() bool { return r.Everything || r.Member || r.Paid || r.writer.user != nil }

// may tells whether a reader passes the paywall of a post.
func (r Reader) may(visibility contract.Visibility, tiers []string) bool {
	switch {
	case r.Everything || visibility == contract.VisibilityPublic:
		return true
	case visibility == contract.VisibilityMembers:
		return r.Member
	case visibility == contract.VisibilityPaid:
		return r.Paid
	}
	return slices.ContainsFunc(r.Tiers, func(t string) bool { return slices.Contains(tiers, t) })
}

// PostBody is the body of a post as far as one reader may read it.
type PostBody struct {
	HTML       string              `json:"html" example:"<p>Flour, water, salt and time.</p>" doc:"Sanitised."`
	Access     bool                `json:"access" example:"true" doc:"Whether this is all that the post has for those who may read on; false: the free part."`
	Visibility contract.Visibility `json:"visibility" enum:"public,members,paid,tiers" example:"members" doc:"Who may read the gated part."`
	Tiers      []string            `json:"tiers,omitempty" example:"Supporter" doc:"What those tiers are called that open it, where visibility is tiers."`
}

// Body returns what a reader may read of a post or page. A stranger and a member read
// published ones only, whoever has made one reads it in any status; whatever else is 404.
func (s *Service) Body(ctx context.Context, typ contract.PostType, ref string, r Reader) (body PostBody, version int64, err error) {
	row, err := findPost(ctx, s.queries(), typ, ref)
	r = r.of(row)
	if err == nil && !r.Everything && !row.IsPublic {
		err = noSuch(typ)
	}
	if err != nil {
		return body, 0, err
	}
	visibility := contract.Visibility(row.Visibility)
	parts, err := bodyFor(row, r)
	if err != nil {
		return body, 0, err
	}
	if err := db.InTx(ctx, s.pool, func(tx pgx.Tx) error { return s.pictures.Complete(ctx, tx, &parts.html) }); err != nil {
		return body, 0, err
	}
	body = PostBody{HTML: parts.html, Access: r.may(visibility, row.Tiers), Visibility: visibility}
	if visibility == contract.VisibilityTiers {
		body.Tiers, err = s.tierNames(ctx, row.Tiers)
	}
	return body, row.Version, err
}
