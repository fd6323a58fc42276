// Reading what was kept because there is no mail server.

package mail

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// prefix begins the ids of mails.
const prefix = "mail"

// maxKept is how many mails are listed at once.
const maxKept = 100

// Kept is a message that was not sent but kept.
type Kept struct {
	ID        string // mail_…
	Kind      string
	To        string
	CreatedAt time.Time
	ExpiresAt *time.Time // what it leads to is of no use after that; nil: it always is
	Rendered
}

const keptSQL = `
SELECT id, kind, recipient, sealed, created_at, expires_at FROM shared.mails
WHERE sealed IS NOT NULL AND sent_at IS NOT NULL`

// Kept lists the newest messages that were kept, those to one address only unless to is empty.
func (s *Service) Kept(ctx context.Context, to string) ([]Kept, error) {
	return s.kept(ctx, keptSQL+" AND ($1 = '' OR recipient = lower($1)) ORDER BY created_at DESC, id DESC LIMIT $2", to, maxKept)
}

// KeptMail is one of them. It fails with 404.
func (s *Service) KeptMail(ctx context.Context, mail string) (Kept, error) {
	uid, ok := id.Parse(prefix, mail)
	if !ok {
		return Kept{}, problem.NotFound("there is no such mail")
	}
	list, err := s.kept(ctx, keptSQL+" AND id = $1", uid)
	if err != nil {
		return Kept{}, err
	}
	if len(list) == 0 {
		return Kept{}, problem.NotFound("there is no such mail")
	}
	return list[0], nil
}

func (s *Service) kept(ctx context.Context, sql string, args ...any) ([]Kept, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	type row struct {
		Kept
		sealed []byte
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (k row, err error) {
		var uid uuid.UUID
		err = r.Scan(&uid, &k.Kind, &k.To, &k.sealed, &k.CreatedAt, &k.ExpiresAt)
		k.ID = id.Format[string](prefix, uid)
		return k, err
	})
	if err != nil {
		return nil, err
	}
	list := make([]Kept, 0, len(found))
	for _, k := range found {
		data, err := s.key.Open(sealedFor, k.sealed)
		if err != nil {
			continue // the key was changed: nobody can read it any more
		}
		if k.Rendered, err = s.render(ctx, k.Kind, data); err != nil {
			return nil, errors.New("mail: a message of kind " + k.Kind + " cannot be written")
		}
		list = append(list, k.Kept)
	}
	return list, nil
}
