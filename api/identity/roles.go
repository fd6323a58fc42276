// Roles: what they permit, who gives them, and that an owner stays.

package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// permits lists the scopes that a role stands for besides those of every member. Owners and
// admins have all; the domains of the roles that are missing add theirs.
var permits = map[contract.Role][]string{
	contract.RoleEditor:      {auth.ScopeBlogWrite, auth.ScopeMediaWrite, auth.ScopeMembersRead, auth.ScopeEventsWrite},
	contract.RoleAuthor:      {auth.ScopeBlogPublish, auth.ScopeMediaWrite},
	contract.RoleContributor: {auth.ScopeBlogDraft, auth.ScopeMediaWrite},
	contract.RoleShopkeeper:  {auth.ScopeMarketWrite, auth.ScopeMediaWrite, auth.ScopeOrdersWrite},
	contract.RoleOrganiser:   {auth.ScopeEventsOrganise, auth.ScopeMediaWrite},
}

// Permissions are the scopes that roles stand for, every member's among them, in the order
// of auth.Scopes and with those that others include. Scopes of OpenID Connect are not among
// them: everybody has these.
func Permissions(roles []contract.RoleGrant) []string {
	held := []string{auth.ScopeAccountWrite, auth.ScopeCartWrite, auth.ScopeEventsPropose}
	for _, g := range roles {
		if g.Role == contract.RoleOwner || g.Role == contract.RoleAdmin {
			held = append(held, auth.AllScopes)
		}
		held = append(held, permits[g.Role]...)
	}
	all := []string{}
	for _, s := range auth.Scopes() {
		if !s.OpenID && auth.Covers(held, s.Name) {
			all = append(all, s.Name)
		}
	}
	return all
}

// PermissionsOf is Permissions of roles as the queries of credentials give them: "editor ",
// "organiser cal_…".
func PermissionsOf(rows []string) []string { return Permissions(grantsOf(rows)) }

// CalendarsOf are the calendars of organisers among such roles.
func CalendarsOf(rows []string) []contract.CalendarID {
	var calendars []contract.CalendarID
	for _, g := range grantsOf(rows) {
		if g.Role == contract.RoleOrganiser {
			calendars = append(calendars, contract.CalendarID(g.Calendar))
		}
	}
	return calendars
}

func grantsOf(rows []string) []contract.RoleGrant {
	roles := make([]contract.RoleGrant, len(rows))
	for i, row := range rows {
		role, calendar, _ := strings.Cut(row, " ")
		roles[i] = contract.RoleGrant{Role: contract.Role(role), Calendar: calendar}
	}
	return roles
}

// readRoles reads roles as queries and invitations hold them.
func readRoles(raw []byte) (roles []contract.RoleGrant, err error) {
	roles = []contract.RoleGrant{}
	return roles, json.Unmarshal(raw, &roles)
}

// grantable are the roles that somebody can be given: all but member.
var grantable = []contract.Role{
	contract.RoleOwner, contract.RoleAdmin, contract.RoleEditor, contract.RoleAuthor, contract.RoleContributor,
	contract.RoleShopkeeper, contract.RoleOrganiser, contract.RoleSteward, contract.RoleModerator,
}

const calendarPrefix = "cal"

// checkedRoles returns the roles in one order, each once. It fails with 422 on one that does
// not exist, and on a calendar where none belongs or one is missing.
func checkedRoles(roles []contract.RoleGrant) ([]contract.RoleGrant, error) {
	for i, g := range roles {
		_, calendar := id.Parse(calendarPrefix, g.Calendar)
		at, expected := fmt.Sprintf("body.roles[%d].calendar", i), ""
		switch {
		case !slices.Contains(grantable, g.Role):
			at, expected = fmt.Sprintf("body.roles[%d].role", i), "expected a role that can be given: owner, admin, editor, author, contributor, shopkeeper, organiser, steward, moderator"
		case g.Calendar != "" && !calendar:
			expected = "expected a calendar's id"
		case g.Calendar == "" && g.Role == contract.RoleOrganiser:
			expected = "an organiser is one of a calendar"
		case g.Calendar != "" && g.Role != contract.RoleOrganiser && g.Role != contract.RoleSteward:
			expected = "only organisers and stewards are it for a calendar"
		}
		if expected != "" {
			return nil, problem.Unprocessable("%s", expected).WithField(at, expected)
		}
	}
	sorted := append([]contract.RoleGrant{}, roles...)
	slices.SortFunc(sorted, func(a, b contract.RoleGrant) int {
		return strings.Compare(string(a.Role)+" "+a.Calendar, string(b.Role)+" "+b.Calendar)
	})
	return slices.Compact(sorted), nil
}

func isOwner(roles []contract.RoleGrant) bool {
	return slices.Contains(roles, contract.RoleGrant{Role: contract.RoleOwner})
}

// SetRoles gives a user these roles and no others. version is the one that was read; nil: any.
// It fails with 404, 412, 422, with 403 `owners_only` where a role of an owner is touched by
// who is none, and with 409 `last_owner` where nobody would own the site. Of each change there
// is a row in the audit log.
func (s *Service) SetRoles(ctx context.Context, user contract.UserID, version *int64, roles []contract.RoleGrant) (User, error) {
	roles, err := checkedRoles(roles)
	if err != nil {
		return User{}, err
	}
	return s.change(ctx, user, version, func(tx pgx.Tx, row identitydb.User, before []contract.RoleGrant) error {
		return s.replaceRoles(ctx, tx, row.ID, before, roles)
	})
}

// replaceRoles is SetRoles in tx, once the user's row and the owners are held.
func (s *Service) replaceRoles(ctx context.Context, tx pgx.Tx, user uuid.UUID, before, after []contract.RoleGrant) error {
	q, changed := identitydb.New(tx), false
	if isOwner(before) != isOwner(after) {
		if err := s.onlyOwners(ctx, q); err != nil {
			return err
		}
	}
	if isOwner(before) && !isOwner(after) {
		if err := notLast(ctx, q, user); err != nil {
			return err
		}
	}
	for _, g := range before {
		if slices.Contains(after, g) {
			continue
		}
		if _, err := q.DeleteRole(ctx, identitydb.DeleteRoleParams{UserID: user, Role: string(g.Role), CalendarID: g.Calendar}); err != nil {
			return err
		}
		if err := s.note(ctx, tx, roleRecord("role.revoked", "", user, g)); err != nil {
			return err
		}
		changed = true
	}
	granted, err := s.grant(ctx, tx, user, after, "")
	if err == nil && (changed || granted) {
		err = q.TouchUser(ctx, identitydb.TouchUserParams{ID: user, At: s.Clock.Now()})
	}
	return err
}

// grant gives roles in tx that a user may have already. giver is who the audit log names;
// empty: whoever is in the context.
func (s *Service) grant(ctx context.Context, tx pgx.Tx, user uuid.UUID, roles []contract.RoleGrant, giver string) (granted bool, err error) {
	by := giver
	if p, _ := auth.PrincipalFrom(ctx); by == "" {
		by = p.Name
	}
	for _, g := range roles {
		n, err := identitydb.New(tx).InsertRole(ctx, identitydb.InsertRoleParams{
			UserID: user, Role: string(g.Role), CalendarID: g.Calendar, GrantedBy: by, At: s.Clock.Now(),
		})
		if err != nil {
			return granted, err
		}
		if n == 0 {
			continue
		}
		granted = true
		if err := s.note(ctx, tx, roleRecord("role.granted", giver, user, g)); err != nil {
			return granted, err
		}
	}
	return granted, nil
}

func roleRecord(action, actor string, user uuid.UUID, g contract.RoleGrant) record {
	details := map[string]any{"role": g.Role}
	if g.Calendar != "" {
		details["calendar"] = g.Calendar
	}
	return record{action: action, actor: actor, subject: string(userID(user)), user: &user, details: details}
}

// onlyOwners fails with 403 `owners_only` unless whoever is in the context is an owner now:
// what the request began with may have been taken away since. The development token and the
// operator count as one. A program never does, not even for an owner: an admin, who can register
// one that asks nobody for consent, would become an owner by it.
func (s *Service) onlyOwners(ctx context.Context, q *identitydb.Queries) error {
	p, _ := auth.PrincipalFrom(ctx)
	if p.Client != "" {
		return problem.Forbidden("only owners change what owners are, and no app of theirs").WithCode("owners_only")
	}
	if slices.Contains(p.Scopes, auth.AllScopes) {
		return nil
	}
	owner, err := s.owns(ctx, q, p.User)
	if err == nil && !owner {
		err = problem.Forbidden("only owners change what owners are").WithCode("owners_only")
	}
	return err
}

// owns tells whether somebody is an active owner.
func (s *Service) owns(ctx context.Context, q *identitydb.Queries, user contract.UserID) (bool, error) {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		return false, nil
	}
	who, err := s.Person(ctx, q, u)
	if problem.Code(err) == "not_found" {
		return false, nil
	}
	return isOwner(who.Roles), err
}

// notLast fails with 409 `last_owner` where nobody but this user owns the site and stays. The
// owners must be held.
func notLast(ctx context.Context, q *identitydb.Queries, user uuid.UUID) error {
	others, err := q.OtherOwners(ctx, user)
	if err == nil && others == 0 {
		err = problem.Conflict("somebody must own the site: make somebody else an owner first").WithCode("last_owner")
	}
	return err
}
