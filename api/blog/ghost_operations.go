// What the operations of the sync take and answer.

package blog

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
)

// TierList is the tiers that everybody may see.
type TierList struct {
	Items []Tier `json:"items"`
}

type tiersOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         TierList
}

func (y *Sync) listTiers(ctx context.Context, _ *struct{}) (*tiersOutput, error) {
	tiers, err := y.Tiers(ctx)
	return &tiersOutput{cacheAnonymous, TierList{tiers}}, err
}

// NewsletterList is the newsletters that readers can subscribe to.
type NewsletterList struct {
	Items []Newsletter `json:"items"`
}

type newslettersOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         NewsletterList
}

func (y *Sync) listNewsletters(ctx context.Context, _ *struct{}) (*newslettersOutput, error) {
	newsletters, err := y.Newsletters(ctx)
	return &newslettersOutput{cacheAnonymous, NewsletterList{newsletters}}, err
}

// MemberList is one page of members.
type MemberList struct {
	Items      []Member `json:"items"`
	NextCursor string   `json:"next_cursor,omitempty" doc:"Pass as cursor to read on; absent on the last page."`
}

type membersOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         MemberList
}

func (y *Sync) listMembers(ctx context.Context, in *struct {
	Paging
	Email string `query:"email" maxLength:"320" example:"ada@example.org" doc:"Only the one with this e-mail, whatever its case."`
}) (*membersOutput, error) {
	members, next, err := y.Members(ctx, in.Email, in.Limit, in.Cursor)
	return &membersOutput{cachePrivate, MemberList{members, next}}, err
}

type statusOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         SyncStatus
}

func (y *Sync) getStatus(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	status, err := y.Status(ctx)
	return &statusOutput{cachePrivate, status}, err
}

func (y *Sync) startReconcile(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, y.ReconcileNow(ctx)
}

// ConflictChoice says which of two is kept.
type ConflictChoice struct {
	Keep string `json:"keep" enum:"ours,theirs" example:"theirs" doc:"ours: what was written here. theirs: what Ghost has."`
}

func (y *Sync) resolveConflict(ctx context.Context, in *struct {
	Post contract.PostID `path:"post" maxLength:"191" example:"post_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the post or page."`
	Body ConflictChoice
}) (*struct{}, error) {
	return nil, y.ResolveConflict(ctx, in.Post, in.Body.Keep)
}
