// The end of an account: asked for, taken back within two weeks, done.

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// PlanDeletion has the account of whoever asks erased in two weeks. Nothing is suspended until
// then; asking again changes nothing. It fails with 403 `session_required`
// for an app, with 409 `last_owner`, and as Me does.
func (s *Service) PlanDeletion(ctx context.Context) (after Profile, err error) {
	if err := notForApps(ctx); err != nil {
		return after, err
	}
	err = s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if row.DeletionDue != nil {
			after, err = s.profile(ctx, q, row.ID)
			return err
		}
		if err := q.HoldOwners(ctx); err != nil {
			return err
		}
		roles, err := rolesOf(ctx, q, row.ID)
		if err != nil {
			return err
		}
		if isOwner(roles) {
			if err := notLast(ctx, q, row.ID); err != nil {
				return err
			}
		}
		due := now.Add(DeletionGrace)
		if err := s.setDeletion(ctx, tx, row, &due, "user.deletion_planned"); err != nil {
			return err
		}
		if after, err = s.profile(ctx, q, row.ID); err != nil || after.Email == "" {
			return err
		}
		return s.queueLink(ctx, tx, "deletion_planned", after.Email, contract.LinkMail{Link: s.Sites.URL(urls.Account, "/"), Until: due})
	})
	return after, err
}

// KeepAccount takes back what PlanDeletion has planned; where nothing is planned it changes
// nothing. It fails as Me does.
func (s *Service) KeepAccount(ctx context.Context) error {
	return s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		if row.DeletionDue == nil {
			return nil
		}
		return s.setDeletion(ctx, tx, row, nil, "user.deletion_cancelled")
	})
}

func (s *Service) setDeletion(ctx context.Context, tx pgx.Tx, row identitydb.User, due *time.Time, action string) error {
	if err := identitydb.New(tx).UpdateUser(ctx, identitydb.UpdateUserParams{
		ID: row.ID, DisplayName: row.DisplayName, State: row.State, DeletionDue: due, At: s.Clock.Now(),
	}); err != nil {
		return err
	}
	return s.note(ctx, tx, record{action: action, subject: string(userID(row.ID)), user: &row.ID})
}

// eraseBatch is how many accounts are looked up at once.
const eraseBatch = 100

// eraseDue erases the accounts whose time has come, each in a transaction of its own, and
// returns how many. One that fails does not hold up the others.
func (s *Service) eraseDue(ctx context.Context) (erased int, err error) {
	due, err := s.queries().DueDeletions(ctx, identitydb.DueDeletionsParams{At: s.Clock.Now(), MaxRows: eraseBatch})
	if err != nil {
		return 0, err
	}
	var faults []error
	for _, user := range due {
		switch done, err := s.erase(ctx, user); {
		case err != nil:
			slog.ErrorContext(ctx, "an account was not erased", "user", userID(user), "error", err)
			faults = append(faults, err)
		case done:
			erased++
		}
	}
	return erased, errors.Join(faults...)
}

// erase takes everything personal of a user away, in every domain, in one transaction, and
// emits UserDeleted. What stays is the id, by which the audit log and what others have written
// about the user go on to make sense.
func (s *Service) erase(ctx context.Context, user uuid.UUID) (done bool, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		row, err := q.LockUser(ctx, user)
		if err != nil {
			return err
		}
		if row.State == stateDeleted || row.DeletionDue == nil || row.DeletionDue.After(now) {
			return nil // taken back meanwhile, or done
		}
		if err := q.HoldOwners(ctx); err != nil {
			return err
		}
		own, err := q.EmailsOf(ctx, user)
		if err != nil {
			return err
		}
		if err := s.endEverything(ctx, tx, user, "deleted"); err != nil {
			return err
		}
		for _, erase := range s.Erase {
			if err := erase(ctx, tx, userID(user)); err != nil {
				return err
			}
		}
		if err := s.eraseOwn(ctx, q, user, own); err != nil {
			return err
		}
		if err := s.note(ctx, tx, record{action: "user.deleted", actor: string(userID(user)), subject: string(userID(user)), user: &user}); err != nil {
			return err
		}
		if len(own) > 0 {
			if err := s.Mail.Queue(ctx, tx, contract.Mail{Kind: "deletion_done", To: own[0].Address}); err != nil {
				return err
			}
		}
		done = true
		return bus.Emit(ctx, tx, contract.UserDeleted{User: userID(user)})
	})
	return done, err
}

// eraseOwn takes away in tx what this domain has of a user.
func (s *Service) eraseOwn(ctx context.Context, q *identitydb.Queries, user uuid.UUID, own []identitydb.Email) error {
	addresses := make([]string, len(own))
	for i, e := range own {
		addresses[i] = e.Address
	}
	handle := make([]byte, 32)
	_, _ = rand.Read(handle)
	return errors.Join(
		q.EraseSignIns(ctx, addresses), q.EraseWrongCodes(ctx, addresses),
		q.EraseInvitations(ctx, identitydb.EraseInvitationsParams{Addresses: addresses, UserID: user}),
		q.EraseEmails(ctx, user), q.EraseEmailChanges(ctx, user), q.ErasePasskeys(ctx, user), q.EraseCeremonies(ctx, &user),
		q.EraseSessions(ctx, user), q.DeleteDevicesOf(ctx, user), q.EraseConsents(ctx, user), q.EraseGrants(ctx, &user),
		q.EraseTokens(ctx, user), q.EraseRoles(ctx, user),
		q.MarkDeleted(ctx, identitydb.MarkDeletedParams{ID: user, WebauthnHandle: handle, At: s.Clock.Now()}),
	)
}

// peopleJobs registers what is done each hour: accounts whose time has come are erased, and
// what is old is forgotten.
func (s *Service) peopleJobs(b *bus.Bus) {
	bus.AddWorker(b, &eraseWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return eraseJob{}, &river.InsertOpts{MaxAttempts: 3} },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type eraseJob struct{}

// Kind names the job in River's table.
func (eraseJob) Kind() string { return "identity.erase" }

type eraseWorker struct {
	river.WorkerDefaults[eraseJob]
	s *Service
}

// Work erases and forgets once.
func (w *eraseWorker) Work(ctx context.Context, _ *river.Job[eraseJob]) error {
	_, erased := w.s.eraseDue(ctx)
	_, pruned := w.s.pruneAudit(ctx)
	return errors.Join(erased, pruned, w.s.pruneLinks(ctx))
}

// linksKept is how long invitations and changes of address are kept once they are of no use.
const linksKept = 30 * 24 * time.Hour

func (s *Service) pruneLinks(ctx context.Context) error {
	q, before := s.queries(), s.Clock.Now().Add(-linksKept)
	return errors.Join(q.DeleteOldInvitations(ctx, before), q.DeleteOldEmailChanges(ctx, before))
}
