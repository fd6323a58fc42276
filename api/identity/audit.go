// The audit log: who did what to whom, and what was denied.

package identity

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// AuditKept is how long rows of the audit log are kept: they hold networks, which are
// personal data.
const AuditKept = 365 * 24 * time.Hour

// Actors that are neither users nor clients.
const (
	anonymous = "anonymous"
	operator  = "operator" // at the machine itself
)

type visitorKey struct{}

// WithVisitor returns a context that says from where a request comes, for the audit log.
func WithVisitor(ctx context.Context, v contract.Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// record is one row of the audit log.
type record struct {
	action  string // session.begun, role.granted, …
	actor   string // empty: whoever is in the context, or "anonymous"
	subject string
	user    *uuid.UUID
	visitor contract.Visitor // zero: the context's
	details map[string]any   // never a secret, never an address
}

// note writes a row of the audit log in tx.
func (s *Service) note(ctx context.Context, tx pgx.Tx, r record) error {
	return s.write(ctx, identitydb.New(tx), r)
}

func (s *Service) write(ctx context.Context, q *identitydb.Queries, r record) error {
	p, known := auth.PrincipalFrom(ctx)
	if r.actor == "" {
		if r.actor = p.Name; r.actor == "" {
			r.actor = anonymous
		}
	}
	if r.visitor == (contract.Visitor{}) {
		r.visitor, _ = ctx.Value(visitorKey{}).(contract.Visitor)
	}
	details := map[string]any{}
	for name, value := range r.details {
		details[name] = value
	}
	if known && p.Client != "" && r.actor == p.Name && p.Name != string(p.Client) {
		details["client"] = p.Client
	}
	raw, err := json.Marshal(details)
	if err != nil {
		return err
	}
	network := ""
	if r.visitor.Network.IsValid() {
		network = r.visitor.Network.String()
	}
	return q.InsertAudit(ctx, identitydb.InsertAuditParams{
		At: s.Clock.Now(), Action: r.action, Actor: r.actor, Subject: r.subject, UserID: r.user,
		Network: network, RequestID: r.visitor.RequestID, Details: raw,
	})
}

// Denied writes to the audit log that somebody who is known was denied an operation. It fails
// silently, with a line in the process's log.
func (s *Service) Denied(ctx context.Context, p auth.Principal, operation string) {
	r := record{action: "authorization.denied", actor: p.Name, subject: operation}
	if user, ok := id.Parse(userPrefix, p.User); ok {
		r.user = &user
	}
	if err := s.write(ctx, s.queries(), r); err != nil {
		slog.ErrorContext(ctx, "the audit log was not written", "error", err)
	}
}

// userID shows a user's id.
func userID(u uuid.UUID) contract.UserID { return id.Format[contract.UserID](userPrefix, u) }

// rowOf is the uuid of a user whose id the database has given.
func rowOf(user contract.UserID) uuid.UUID {
	u, _ := id.Parse(userPrefix, user)
	return u
}
