// Reading the audit log, and forgetting what is old.

package identity

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// AuditEntry is something that was done to an account or a client, or was denied.
type AuditEntry struct {
	ID        int64           `json:"id" example:"4711" doc:"Grows with every entry."`
	At        time.Time       `json:"at"`
	Action    string          `json:"action" example:"role.granted"`
	Actor     string          `json:"actor" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Who did it: a user's or a client's id, development, operator or anonymous."`
	Subject   string          `json:"subject,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"What it was done to: an id, or the operation that was denied."`
	User      contract.UserID `json:"user,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Whose account it is about."`
	Network   string          `json:"network,omitempty" example:"192.0.2.7/32" doc:"From where: an IPv4 address, or the /64 of an IPv6 one."`
	RequestID string          `json:"request_id,omitempty" example:"019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506" doc:"Names the request in the process's log."`
	Details   map[string]any  `json:"details" example:"{\"role\":\"editor\"}" doc:"What else there is to say; never an address or a secret."`
}

// AuditQuery picks entries. The zero value of a field means any.
type AuditQuery struct {
	Action string // begins with that
	User   contract.UserID
	Limit  int
	Cursor string
}

// auditKey is the cursor of the audit log.
type auditKey struct {
	ID int64 `json:"i"`
}

// Audit returns a page of the audit log, the newest first. It fails with 422 invalid_cursor.
func (s *Service) Audit(ctx context.Context, query AuditQuery) (entries []AuditEntry, next string, err error) {
	entries = []AuditEntry{}
	var of *uuid.UUID
	if query.User != "" {
		user, ok := id.Parse(userPrefix, query.User)
		if !ok {
			return entries, "", nil
		}
		of = &user
	}
	var key auditKey
	if err := cursor.Decode(query.Cursor, &key); err != nil {
		return nil, "", err
	}
	args := identitydb.AuditListParams{UserID: of, Prefix: query.Action, MaxRows: int32(query.Limit) + 1}
	if query.Cursor != "" {
		args.Before = &key.ID
	}
	rows, err := s.queries().AuditList(ctx, args)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		next = cursor.Encode(auditKey{rows[len(rows)-1].ID})
	}
	for _, row := range rows {
		e := AuditEntry{
			ID: row.ID, At: row.At, Action: row.Action, Actor: row.Actor, Subject: row.Subject, Network: row.Network, RequestID: row.RequestID,
		}
		if row.UserID != nil {
			e.User = userID(*row.UserID)
		}
		if err := json.Unmarshal(row.Details, &e.Details); err != nil {
			return nil, "", err
		}
		entries = append(entries, e)
	}
	return entries, next, nil
}

// MyAudit is Audit of what the account of whoever asks is concerned with. From where others did
// something to it is theirs, and left out. It fails as Me does.
func (s *Service) MyAudit(ctx context.Context, limit int, after string) (entries []AuditEntry, next string, err error) {
	user, err := self(ctx)
	if err != nil {
		return nil, "", err
	}
	entries, next, err = s.Audit(ctx, AuditQuery{User: userID(user), Limit: limit, Cursor: after})
	for i, e := range entries {
		if e.Actor != string(userID(user)) && e.Actor != anonymous {
			entries[i].Network = ""
		}
	}
	return entries, next, err
}

// pruneBatch is how many rows are deleted in one transaction.
const pruneBatch = 1000

// pruneAudit deletes the rows that are older than AuditKept and returns how many.
func (s *Service) pruneAudit(ctx context.Context) (deleted int64, err error) {
	before := s.Clock.Now().Add(-AuditKept)
	for {
		var n int64
		err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
			n, err = identitydb.New(tx).PruneAudit(ctx, identitydb.PruneAuditParams{Before: before, MaxRows: pruneBatch})
			return err
		})
		deleted += n
		if err != nil || n < pruneBatch {
			return deleted, err
		}
	}
}
