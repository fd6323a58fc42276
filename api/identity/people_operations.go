// What the operations on one's own account take and answer.

package identity

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// Paged is what every list that is read on takes.
type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}

// Versioned is what an operation takes that changes a version that was read.
type Versioned struct {
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}

type profileOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         Profile
}

func profileAnswer(p Profile, err error) (*profileOutput, error) {
	return &profileOutput{etag.Of(p.Version, p), noStore, p}, err
}

func (s *Service) getMe(ctx context.Context, _ *struct{}) (*profileOutput, error) {
	return profileAnswer(s.Me(ctx))
}

func (s *Service) updateMe(ctx context.Context, in *struct {
	Versioned
	Body ProfileChange
}) (*profileOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return profileAnswer(s.UpdateMe(ctx, version, in.Body))
}

// EmailList is somebody's addresses.
type EmailList struct {
	Items   []EmailAddress `json:"items"`
	Changes []EmailChange  `json:"changes" doc:"What waits for confirmation."`
}

type emailsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         EmailList
}

func (s *Service) listEmails(ctx context.Context, _ *struct{}) (*emailsOutput, error) {
	addresses, changes, err := s.MyEmails(ctx)
	return &emailsOutput{noStore, EmailList{addresses, changes}}, err
}

// NewEmail is an address that is to be added.
type NewEmail struct {
	Address         string `json:"address" minLength:"3" maxLength:"254" example:"ada@bakery.example"`
	ReplacesPrimary bool   `json:"replaces_primary,omitempty" doc:"It takes the place of the primary one, which must confirm it too."`
}

func (s *Service) createEmail(ctx context.Context, in *struct{ Body NewEmail }) (*struct{}, error) {
	return nil, s.AddEmail(ctx, in.Body.Address, in.Body.ReplacesPrimary)
}

// EmailRef names an address in a path.
type EmailRef struct {
	Email EmailID `path:"email" pattern:"^eml_[0-9a-f]{32}$" maxLength:"36" example:"eml_5f1c2d3e4f50a1b2c3d4e5f60718293a" doc:"Id of the address."`
}

func (s *Service) setPrimaryEmail(ctx context.Context, in *EmailRef) (*struct{}, error) {
	return nil, s.MakePrimary(ctx, in.Email)
}

func (s *Service) deleteEmail(ctx context.Context, in *EmailRef) (*struct{}, error) {
	return nil, s.RemoveEmail(ctx, in.Email)
}

func (s *Service) planDeletion(ctx context.Context, _ *struct{}) (*profileOutput, error) {
	return profileAnswer(s.PlanDeletion(ctx))
}

func (s *Service) cancelDeletion(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.KeepAccount(ctx)
}

// AuditList is some entries of the audit log.
type AuditList struct {
	Items      []AuditEntry `json:"items"`
	NextCursor string       `json:"next_cursor,omitempty" example:"eyJpIjo0NzExfQ" doc:"Pass as cursor to read on; absent on the last page."`
}

type auditOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         AuditList
}

func (s *Service) listMyAudit(ctx context.Context, in *Paged) (*auditOutput, error) {
	entries, next, err := s.MyAudit(ctx, in.Limit, in.Cursor)
	return &auditOutput{noStore, AuditList{entries, next}}, err
}

func (s *Service) listAudit(ctx context.Context, in *struct {
	Paged
	Action string          `query:"action" pattern:"^[a-z_.]*$" maxLength:"80" example:"role." doc:"Only actions that begin with that."`
	User   contract.UserID `query:"user" pattern:"^user_[0-9a-f]{32}$" maxLength:"37" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Only what is about the account of this user."`
}) (*auditOutput, error) {
	entries, next, err := s.Audit(ctx, AuditQuery{Action: in.Action, User: in.User, Limit: in.Limit, Cursor: in.Cursor})
	return &auditOutput{noStore, AuditList{entries, next}}, err
}
