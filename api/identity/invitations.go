// Invitations, and the one-time links that the operator makes.

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// InvitationID is an invitation's id, "inv_" and 32 hex digits.
type InvitationID string

// Invitation is the offer of an account, with roles, to who reads mail at an address.
type Invitation struct {
	ID        InvitationID         `json:"id" example:"inv_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Email     string               `json:"email" example:"bo@example.org"`
	Roles     []contract.RoleGrant `json:"roles"`
	State     string               `json:"state" enum:"pending,accepted,expired,revoked" example:"pending"`
	InvitedBy string               `json:"invited_by" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"A user's or a client's id."`
	User      contract.UserID      `json:"user,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Who has accepted it."`
	CreatedAt time.Time            `json:"created_at"`
	ExpiresAt time.Time            `json:"expires_at"`
}

// NewInvitation is who is invited, as what.
type NewInvitation struct {
	Email string               `json:"email" minLength:"3" maxLength:"254" example:"bo@example.org" doc:"Where the link is sent."`
	Roles []contract.RoleGrant `json:"roles,omitempty" maxItems:"20" doc:"None: a member like everybody."`
}

// Invite sends an invitation; one that was sent to the address before no longer works. It
// fails with 422 `invalid_address`, with 422 on roles that do not fit, and with 403
// `owners_only` where who is no owner would make one.
func (s *Service) Invite(ctx context.Context, n NewInvitation) (made Invitation, err error) {
	address, ok := normalAddress(n.Email)
	if !ok {
		return made, noAddress("body.email")
	}
	roles, err := checkedRoles(n.Roles)
	if err != nil {
		return made, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if isOwner(roles) {
			if err := s.onlyOwners(ctx, q); err != nil {
				return err
			}
		}
		if err := q.RevokeInvitationsTo(ctx, identitydb.RevokeInvitationsToParams{Address: address, At: now}); err != nil {
			return err
		}
		p, _ := auth.PrincipalFrom(ctx)
		row, token, err := s.insertInvitation(ctx, q, identitydb.InsertInvitationParams{
			Address: &address, InvitedBy: p.Name, ExpiresAt: now.Add(InvitationLasts)}, roles)
		if err != nil {
			return err
		}
		if made, err = toInvitation(row, now); err != nil {
			return err
		}
		if err := s.note(ctx, tx, record{action: "invitation.sent", subject: string(made.ID), details: map[string]any{"roles": roles}}); err != nil {
			return err
		}
		inviter := ""
		if u, ok := id.Parse(userPrefix, p.User); ok {
			user, err := q.UserByID(ctx, u)
			if err != nil {
				return err
			}
			inviter = user.DisplayName
		}
		return s.Mail.Queue(ctx, tx, contract.Mail{Kind: "invitation", To: address, ExpiresAt: row.ExpiresAt, Data: contract.InvitationMail{
			Link: s.welcomeLink(token), InvitedBy: inviter, Roles: roles, ExpiresAt: row.ExpiresAt}})
	})
	return made, err
}

// insertInvitation stores an invitation and returns the token of its link.
func (s *Service) insertInvitation(ctx context.Context, q *identitydb.Queries, p identitydb.InsertInvitationParams, roles []contract.RoleGrant) (row identitydb.Invitation, token string, err error) {
	token = seal.Random()
	p.ID, p.At, p.TokenHash = id.New(), s.Clock.Now(), seal.Hash(token)
	if p.Roles, err = json.Marshal(append([]contract.RoleGrant{}, roles...)); err != nil {
		return row, "", err
	}
	row, err = q.InsertInvitation(ctx, p)
	return row, token, err
}

// welcomeLink is the page on which an invitation is accepted.
func (s *Service) welcomeLink(token string) string {
	return s.Sites.Issuer() + "/login/welcome/" + token + "/"
}

func toInvitation(row identitydb.Invitation, now time.Time) (Invitation, error) {
	roles, err := readRoles(row.Roles)
	i := Invitation{
		ID: id.Format[InvitationID](invitationPrefix, row.ID), Roles: roles, State: "pending", InvitedBy: row.InvitedBy,
		CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
	}
	if row.Address != nil {
		i.Email = *row.Address
	}
	switch {
	case row.UsedAt != nil:
		i.State = "accepted"
	case row.RevokedAt != nil:
		i.State = "revoked"
	case !row.ExpiresAt.After(now):
		i.State = "expired"
	}
	if row.UsedBy != nil {
		i.User = userID(*row.UsedBy)
	}
	return i, err
}

// invitationKey is the cursor of the list of invitations.
type invitationKey struct {
	ID uuid.UUID `json:"i"`
}

// Invitations returns a page of invitations, the newest first. It fails with 422
// invalid_cursor.
func (s *Service) Invitations(ctx context.Context, limit int, after string) (list []Invitation, next string, err error) {
	var key invitationKey
	if err := cursor.Decode(after, &key); err != nil {
		return nil, "", err
	}
	args := identitydb.InvitationListParams{MaxRows: int32(limit) + 1}
	if after != "" {
		args.Before = &key.ID
	}
	rows, err := s.queries().InvitationList(ctx, args)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor.Encode(invitationKey{rows[limit-1].ID})
	}
	list = []Invitation{}
	for _, row := range rows {
		i, err := toInvitation(row, s.Clock.Now())
		if err != nil {
			return nil, "", err
		}
		list = append(list, i)
	}
	return list, next, nil
}

// Uninvite takes an invitation back; one that was taken back is no fault. It fails with 404, with
// 403 `owners_only` for one that makes an owner, and with 409 `invitation_used`.
func (s *Service) Uninvite(ctx context.Context, invitation InvitationID) error {
	u, ok := id.Parse(invitationPrefix, invitation)
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		row, err := q.LockInvitation(ctx, u)
		if !ok || errors.Is(err, pgx.ErrNoRows) || err == nil && (row.Address == nil || row.UserID != nil) {
			return problem.NotFound("no such invitation")
		}
		if err != nil {
			return err
		}
		roles, err := readRoles(row.Roles)
		if err != nil {
			return err
		}
		if isOwner(roles) {
			if err := s.onlyOwners(ctx, q); err != nil {
				return err
			}
		}
		switch {
		case row.UsedAt != nil:
			return problem.Conflict("the invitation was accepted: change the person's roles").WithCode("invitation_used")
		case row.RevokedAt != nil:
			return nil
		}
		if err := q.RevokeInvitation(ctx, identitydb.RevokeInvitationParams{ID: u, At: s.Clock.Now()}); err != nil {
			return err
		}
		return s.note(ctx, tx, record{action: "invitation.revoked", subject: string(invitation)})
	})
}
