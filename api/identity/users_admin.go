// Users as those see and change them who run the site.

package identity

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// User is somebody with an account.
type User struct {
	ID            contract.UserID      `json:"id" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	DisplayName   string               `json:"display_name" example:"Ada Baker" doc:"Empty where nobody has said."`
	State         string               `json:"state" enum:"active,suspended,deleted" example:"active"`
	Email         string               `json:"email" example:"ada@example.org" doc:"The primary address; empty once the account is deleted."`
	EmailVerified bool                 `json:"email_verified" example:"true" doc:"Whether mail is known to be read there."`
	Roles         []contract.RoleGrant `json:"roles" doc:"Everybody is a member besides."`
	CreatedAt     time.Time            `json:"created_at"`
	UpdatedAt     time.Time            `json:"updated_at"`
	DeletionDue   *time.Time           `json:"deletion_due,omitempty" doc:"When everything about them is erased, as they have asked."`
	Version       int64                `json:"version" example:"7" doc:"Grows with every change; the ETag names it."`
}

// UserQuery picks users. The zero value of a field means any; State's any but deleted.
type UserQuery struct {
	Text   string // in the name or an address, whatever its case
	Role   contract.Role
	State  string
	Limit  int
	Cursor string
}

// userKey is the cursor of the list of users.
type userKey struct {
	ID uuid.UUID `json:"i"`
}

// Users returns a page of users, the newest first. It fails with 422 invalid_cursor.
func (s *Service) Users(ctx context.Context, query UserQuery) (users []User, next string, err error) {
	var key userKey
	if err := cursor.Decode(query.Cursor, &key); err != nil {
		return nil, "", err
	}
	args := identitydb.PeopleListParams{State: query.State, Role: string(query.Role), MaxRows: int32(query.Limit) + 1}
	if query.Cursor != "" {
		args.Before = &key.ID
	}
	if text := strings.ToLower(strings.TrimSpace(query.Text)); text != "" {
		args.Pattern = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	}
	rows, err := s.queries().PeopleList(ctx, args)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		next = cursor.Encode(userKey{rows[len(rows)-1].User.ID})
	}
	users = []User{}
	for _, row := range rows {
		u, err := toUser(identitydb.PersonByIDRow(row))
		if err != nil {
			return nil, "", err
		}
		users = append(users, u)
	}
	return users, next, nil
}

// User returns a user, a deleted one too. It fails with 404.
func (s *Service) User(ctx context.Context, user contract.UserID) (User, error) {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		return User{}, noUser()
	}
	return readUser(ctx, s.queries(), u)
}

func readUser(ctx context.Context, q *identitydb.Queries, user uuid.UUID) (User, error) {
	row, err := q.PersonByID(ctx, user)
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, noUser()
	}
	if err != nil {
		return User{}, err
	}
	return toUser(row)
}

func toUser(row identitydb.PersonByIDRow) (User, error) {
	roles, err := readRoles(row.Roles)
	u := User{
		ID: userID(row.User.ID), DisplayName: row.User.DisplayName, State: row.User.State, Email: row.Address, EmailVerified: row.VerifiedAt != nil,
		Roles: roles, CreatedAt: row.User.CreatedAt, UpdatedAt: row.User.UpdatedAt, Version: row.User.Version,
	}
	if row.User.State != stateDeleted {
		u.DeletionDue = row.User.DeletionDue
	}
	return u, err
}

// UserChange is what is changed of a user; nil stays as it is.
type UserChange struct {
	DisplayName *string `json:"display_name,omitempty" maxLength:"120" example:"Ada Baker" doc:"As others see them. Empty takes it away."`
	State       *string `json:"state,omitempty" enum:"active,suspended" example:"suspended" doc:"Who is suspended cannot sign in: all their sessions, tokens and apps end at once."`
}

// UpdateUser changes a user's name or state. Suspending ends all sessions, grants and personal
// tokens in the same transaction. version is the one that was read; nil: any. It fails with
// 404, 412, 422, 403 `owners_only` for an owner who is changed by who is none, 409
// `own_account` for suspending oneself, and 409 `last_owner`.
func (s *Service) UpdateUser(ctx context.Context, user contract.UserID, version *int64, c UserChange) (User, error) {
	return s.change(ctx, user, version, func(tx pgx.Tx, row identitydb.User, roles []contract.RoleGrant) error {
		name, state := row.DisplayName, row.State
		if c.DisplayName != nil {
			var err error
			if name, err = checkedName(*c.DisplayName, "body.display_name"); err != nil {
				return err
			}
		}
		if c.State != nil {
			state = *c.State
		}
		if name == row.DisplayName && state == row.State {
			return nil
		}
		q := identitydb.New(tx)
		if state != row.State {
			if err := s.changeState(ctx, tx, row.ID, state, roles); err != nil {
				return err
			}
		}
		return q.UpdateUser(ctx, identitydb.UpdateUserParams{
			ID: row.ID, DisplayName: name, State: state, DeletionDue: row.DeletionDue, At: s.Clock.Now()})
	})
}

// changeState does what follows from another state, before that is stored.
func (s *Service) changeState(ctx context.Context, tx pgx.Tx, user uuid.UUID, state string, roles []contract.RoleGrant) error {
	r := record{action: "user.reactivated", subject: string(userID(user)), user: &user}
	if state == stateSuspended {
		r.action = "user.suspended"
		if p, _ := auth.PrincipalFrom(ctx); p.User == userID(user) {
			return problem.Conflict("nobody suspends themselves").WithCode("own_account")
		}
		if isOwner(roles) {
			if err := notLast(ctx, identitydb.New(tx), user); err != nil {
				return err
			}
		}
		if err := s.endEverything(ctx, tx, user, "suspended"); err != nil {
			return err
		}
	}
	return s.note(ctx, tx, r)
}

// endEverything ends in tx all by which somebody is let in but for their passkeys: sessions,
// grants of apps, personal tokens. why is a value of ended_why.
func (s *Service) endEverything(ctx context.Context, tx pgx.Tx, user uuid.UUID, why string) error {
	if _, err := s.endAll(ctx, tx, user, uuid.Nil, why); err != nil {
		return err
	}
	q, now := identitydb.New(tx), s.Clock.Now()
	if err := q.RevokeUserGrants(ctx, identitydb.RevokeUserGrantsParams{UserID: &user, At: now}); err != nil {
		return err
	}
	return q.RevokeUserTokens(ctx, identitydb.RevokeUserTokensParams{UserID: user, At: now})
}

// EndUserSessions ends all sessions of a user, with the sessions of apps and the grants that
// came from them. It fails with 404, and with 403 `owners_only`.
func (s *Service) EndUserSessions(ctx context.Context, user contract.UserID) error {
	_, err := s.change(ctx, user, nil, func(tx pgx.Tx, row identitydb.User, _ []contract.RoleGrant) error {
		_, err := s.endAll(ctx, tx, row.ID, uuid.Nil, "revoked")
		return err
	})
	return err
}

// change runs fn on a user whom somebody else changes, in a transaction in which the user's
// row and then the owners are held, and returns the user as it is afterwards. It fails with
// 404 for one who is not there or deleted, with 412 for another version, and with 403
// `owners_only` for an owner who is changed by who is none.
func (s *Service) change(ctx context.Context, user contract.UserID, version *int64, fn func(tx pgx.Tx, row identitydb.User, roles []contract.RoleGrant) error) (after User, err error) {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		return after, noUser()
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		row, roles, err := s.hold(ctx, tx, u)
		if err != nil {
			return err
		}
		if version != nil && *version != row.Version {
			return changedSince()
		}
		if err := fn(tx, row, roles); err != nil {
			return err
		}
		after, err = readUser(ctx, identitydb.New(tx), u)
		return err
	})
	return after, err
}

// hold locks a user and the owners in tx, for whoever may change this user.
func (s *Service) hold(ctx context.Context, tx pgx.Tx, user uuid.UUID) (row identitydb.User, roles []contract.RoleGrant, err error) {
	q := identitydb.New(tx)
	row, err = q.LockUser(ctx, user)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.State == stateDeleted {
		return row, nil, noUser()
	}
	if err != nil {
		return row, nil, err
	}
	if err := q.HoldOwners(ctx); err != nil {
		return row, nil, err
	}
	if roles, err = rolesOf(ctx, q, user); err != nil {
		return row, nil, err
	}
	if isOwner(roles) {
		err = s.onlyOwners(ctx, q)
	}
	return row, roles, err
}

func rolesOf(ctx context.Context, q *identitydb.Queries, user uuid.UUID) ([]contract.RoleGrant, error) {
	rows, err := q.RolesOf(ctx, user)
	roles := make([]contract.RoleGrant, len(rows))
	for i, r := range rows {
		roles[i] = contract.RoleGrant{Role: contract.Role(r.Role), Calendar: r.CalendarID}
	}
	return roles, err
}

func changedSince() error {
	return problem.PreconditionFailed("the account was changed since the version that was named")
}

// checkedName is a name as it is stored: at most 120 characters in one line. It fails with 422.
func checkedName(typed, location string) (string, error) {
	name := strings.TrimSpace(typed)
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > 120 || strings.ContainsFunc(name, misleading) {
		return "", problem.Unprocessable("this is no name").WithField(location, "expected at most 120 characters in one line")
	}
	return name, nil
}

// misleading tells of characters that would make a name look like something else.
func misleading(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
