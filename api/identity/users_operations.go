// What the operations on users and invitations take and answer.

package identity

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// UserRef names a user in a path.
type UserRef struct {
	User contract.UserID `path:"user" pattern:"^user_[0-9a-f]{32}$" maxLength:"37" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the user."`
}

type userOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         User
}

func userAnswer(u User, err error) (*userOutput, error) {
	return &userOutput{etag.Of(u.Version, u), noStore, u}, err
}

// UserList is some users.
type UserList struct {
	Items      []User `json:"items"`
	NextCursor string `json:"next_cursor,omitempty" example:"eyJpIjoiMDE5YWIzZjQifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

type usersOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         UserList
}

func (s *Service) listUsers(ctx context.Context, in *struct {
	Paged
	Q     string `query:"q" maxLength:"254" example:"ada" doc:"Only those who have this in their name or in an address, whatever its case."`
	Role  string `query:"role" enum:"owner,admin,editor,author,contributor,shopkeeper,organiser,steward,moderator" example:"editor" doc:"Only those who have this role."`
	State string `query:"state" enum:"active,suspended,deleted" example:"active" doc:"Only those in this state; all but deleted ones where it is not given."`
}) (*usersOutput, error) {
	users, next, err := s.Users(ctx, UserQuery{
		Text: in.Q, Role: contract.Role(in.Role), State: in.State, Limit: in.Limit, Cursor: in.Cursor})
	return &usersOutput{noStore, UserList{users, next}}, err
}

func (s *Service) getUser(ctx context.Context, in *UserRef) (*userOutput, error) {
	return userAnswer(s.User(ctx, in.User))
}

func (s *Service) updateUser(ctx context.Context, in *struct {
	UserRef
	Versioned
	Body UserChange
}) (*userOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return userAnswer(s.UpdateUser(ctx, in.User, &version, in.Body))
}

// RoleSet is all roles that somebody has.
type RoleSet struct {
	Roles []contract.RoleGrant `json:"roles" maxItems:"100" doc:"Organisers need a calendar, stewards may have one, others have none."`
}

func (s *Service) setRoles(ctx context.Context, in *struct {
	UserRef
	Versioned
	Body RoleSet
}) (*userOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return userAnswer(s.SetRoles(ctx, in.User, &version, in.Body.Roles))
}

func (s *Service) endUserSessions(ctx context.Context, in *UserRef) (*struct{}, error) {
	return nil, s.EndUserSessions(ctx, in.User)
}

// Recovery is where somebody reads their mail now.
type Recovery struct {
	Email string `json:"email" minLength:"3" maxLength:"254" example:"ada@bakery.example" doc:"It becomes the primary address when the link that is sent there is opened."`
}

func (s *Service) recoverUser(ctx context.Context, in *struct {
	UserRef
	Body Recovery
}) (*struct{}, error) {
	return nil, s.Recover(ctx, in.User, in.Body.Email)
}

// InvitationList is some invitations.
type InvitationList struct {
	Items      []Invitation `json:"items"`
	NextCursor string       `json:"next_cursor,omitempty" example:"eyJpIjoiMDE5YWIzZjQifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

type invitationsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         InvitationList
}

func (s *Service) listInvitations(ctx context.Context, in *Paged) (*invitationsOutput, error) {
	list, next, err := s.Invitations(ctx, in.Limit, in.Cursor)
	return &invitationsOutput{noStore, InvitationList{list, next}}, err
}

type invitationOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Invitation
}

func (s *Service) createInvitation(ctx context.Context, in *struct{ Body NewInvitation }) (*invitationOutput, error) {
	made, err := s.Invite(ctx, in.Body)
	return &invitationOutput{noStore, made}, err
}

func (s *Service) deleteInvitation(ctx context.Context, in *struct {
	Invitation InvitationID `path:"invitation" pattern:"^inv_[0-9a-f]{32}$" maxLength:"36" example:"inv_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the invitation."`
}) (*struct{}, error) {
	return nil, s.Uninvite(ctx, in.Invitation)
}
