// The operations on people: one's own account, users, roles, invitations, the audit log.

package identity

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
)

// Routes registers the operations of this domain but for those of the authorization server.
func (s *Service) Routes(api huma.API) {
	s.selfRoutes(api)
	s.sessionRoutes(api)
	s.tokenRoutes(api)
	s.userRoutes(api)

	huma.Register(api, huma.Operation{OperationID: "list-audit", Method: http.MethodGet, Path: "/v1/audit", Tags: []string{"Audit"},
		Summary: "Read the audit log", Description: "Who did what to accounts, roles and clients, and what was denied to those who are known, the newest first. " +
			"Entries are kept for a year. Read on with next_cursor.",
		Security: auth.Scope(auth.ScopeAuditRead)}, s.listAudit)
}

// Jobs registers what is done in the background. Call it before the bus runs.
func (s *Service) Jobs(b *bus.Bus) {
	s.sessionJobs(b)
	s.peopleJobs(b)
}

// selfRoutes registers the operations on one's own account.
func (s *Service) selfRoutes(api huma.API) {
	huma.Register(api, own("get-me", http.MethodGet, "/v1/me", "Read your account",
		"Who you are, which roles you have, and what you may do with this session or token. A program that acts by itself is nobody (no_user)."), s.getMe)
	huma.Register(api, own("update-me", http.MethodPatch, "/v1/me", "Change your account",
		"Changes the fields that are given. If-Match must name the version that was read."), s.updateMe)

	huma.Register(api, own("list-emails", http.MethodGet, "/v1/me/emails", "List your addresses",
		"The primary one first, and the changes that wait for confirmation."), s.listEmails)
	add := own("create-email", http.MethodPost, "/v1/me/emails", "Add or replace an address",
		"Sends a link there to confirm it with, good for a day. With replaces_primary a link is sent to the primary one too, and both must be opened; "+
			"the old one can take it back for a week. Asking again for the same voids what was asked before. The answer does not tell whether somebody else has "+
			"the address. One that is yours already is a 409 address_yours; an account has ten at most (too_many_addresses), and ten changes a day.")
	add.DefaultStatus, add.Errors = http.StatusAccepted, []int{http.StatusConflict}
	huma.Register(api, auth.Recent(add), s.createEmail)
	primary := own("set-primary-email", http.MethodPut, "/v1/me/emails/{email}/primary", "Make an address the primary one",
		"Mail is sent there from now on. It must be confirmed (not_verified).")
	primary.Errors = append(primary.Errors, http.StatusConflict)
	huma.Register(api, auth.Recent(primary), s.setPrimaryEmail)
	remove := own("delete-email", http.MethodDelete, "/v1/me/emails/{email}", "Remove an address",
		"Not the primary one (primary_address), and not the last with which you can sign in (last_address).")
	remove.Errors = append(remove.Errors, http.StatusConflict)
	huma.Register(api, auth.Recent(remove), s.deleteEmail)

	plan := own("plan-deletion", http.MethodPost, "/v1/me/deletion", "Delete your account",
		"In two weeks everything about you is erased. Nothing changes until then, and you can take it back. Somebody must own the site (last_owner).")
	plan.DefaultStatus, plan.Errors = http.StatusOK, append(plan.Errors, http.StatusConflict)
	huma.Register(api, auth.Recent(plan), s.planDeletion)
	huma.Register(api, own("cancel-deletion", http.MethodDelete, "/v1/me/deletion", "Keep your account",
		"Takes the deletion back. Where none is planned nothing changes."), s.cancelDeletion)

	huma.Register(api, own("list-my-audit", http.MethodGet, "/v1/me/audit", "List what happened to your account",
		"Sign-ins, changes of addresses, passkeys, roles and apps, the newest first. Read on with next_cursor."), s.listMyAudit)
}

// userRoutes registers the operations on users for those who run the site.
func (s *Service) userRoutes(api huma.API) {
	huma.Register(api, people("list-users", http.MethodGet, "/v1/users", "List users",
		"The newest first; deleted ones only where state asks for them. Read on with next_cursor."), s.listUsers)
	huma.Register(api, people("get-user", http.MethodGet, "/v1/users/{user}", "Read a user", "By id. Of a deleted one there is the id and little more."), s.getUser)
	huma.Register(api, people("update-user", http.MethodPatch, "/v1/users/{user}", "Change a user",
		"Changes the fields that are given. Who is suspended is signed out everywhere at once: sessions, apps and personal tokens end. "+
			"Nobody suspends themselves (own_account) or the last owner (last_owner)."+owners+" If-Match must name the version that was read."), s.updateUser)
	huma.Register(api, people("set-roles", http.MethodPut, "/v1/users/{user}/roles", "Give a user roles",
		"These and no others, from the next request on. Somebody must own the site (last_owner)."+owners+" If-Match must name the version that was read."), s.setRoles)
	huma.Register(api, people("end-user-sessions", http.MethodDelete, "/v1/users/{user}/sessions", "Sign a user out everywhere",
		"Ends all their sessions, and what apps were given in them."+owners), s.endUserSessions)
	lost := people("recover-user", http.MethodPost, "/v1/users/{user}/recovery", "Recover an account",
		"For somebody who cannot read their mail any more: a link is sent to another address, which becomes the primary one when it is opened. All sessions end at once. "+
			"The old address is told, and can take it back for a week. 409 address_taken where the address is an account's already, account_suspended for who is suspended."+owners)
	lost.DefaultStatus = http.StatusAccepted
	huma.Register(api, lost, s.recoverUser)

	huma.Register(api, people("list-invitations", http.MethodGet, "/v1/invitations", "List invitations",
		"The newest first, those too that were used or have run out. Read on with next_cursor."), s.listInvitations)
	invite := people("create-invitation", http.MethodPost, "/v1/invitations", "Invite somebody",
		"Sends a link, good for a week, by which somebody gets an account and these roles; who has an account gets the roles. One that was sent to the address before no longer works."+owners)
	invite.DefaultStatus = http.StatusCreated
	huma.Register(api, invite, s.createInvitation)
	huma.Register(api, people("delete-invitation", http.MethodDelete, "/v1/invitations/{invitation}", "Take an invitation back",
		"Its link no longer works. One that was accepted is a 409 invitation_used."+owners), s.deleteInvitation)
}

// owners is said of what admins cannot do.
const owners = " Only owners make owners, and change what owners are (owners_only)."

// people is an operation on other people's accounts. Reading needs users:read, and a change
// somebody who has signed in lately.
func people(id, method, path, summary, description string) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"People"}, Summary: summary, Description: description}
	if method == http.MethodGet {
		op.Security = auth.Scope(auth.ScopeUsersRead)
		return op
	}
	op.Security = auth.Scope(auth.ScopeUsersWrite)
	op.Errors = []int{http.StatusConflict}
	return auth.Recent(op)
}
