// The service: storing what is to be sent.

package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// sealedFor is the purpose of the key that data is sealed with.
const sealedFor = "mail"

// Options are what the service stands on. All but SMTPURL and Log are needed; without
// SMTPURL From is not.
type Options struct {
	Pool  *db.Pool
	Clock clock.Clock
	Key   seal.Key
	Bus   *bus.Bus
	// SMTPURL is the server that takes mail: smtp://user:password@host:port, which has to
	// offer STARTTLS unless it is on this machine, or smtps://. Empty: mail is kept.
	SMTPURL string
	// From is the sender, "Rose Ash <hello@rose-ash.example>" or the address alone.
	From string
	// Render makes the words of a message when it is sent.
	Render Renderer
	// Log hears of what could not be sent, by the mail's id; slog.Default.
	Log *slog.Logger
}

// Service queues mail and sends it. New makes one.
type Service struct {
	pool   *db.Pool
	clock  clock.Clock
	key    seal.Key
	bus    *bus.Bus
	render Renderer
	log    *slog.Logger
	server *server // nil: mail is kept

	patience, sendTime time.Duration // the constants; tests may have more time
}

var _ Queue = (*Service)(nil)

// New makes the service; nothing is asked of the database or of the mail server. It fails,
// without repeating them, where SMTPURL or From cannot be used.
func New(o Options) (*Service, error) {
	s := &Service{pool: o.Pool, clock: o.Clock, key: o.Key, bus: o.Bus, render: o.Render, log: o.Log, patience: patience, sendTime: sendTime}
	if s.log == nil {
		s.log = slog.Default()
	}
	if o.SMTPURL == "" {
		return s, nil
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil || !plain(from.Name) || CheckAddress(from.Address) != nil {
		return nil, errors.New("mail: the sender must be an e-mail address, with or without a name in front")
	}
	if s.server, err = newServer(o.SMTPURL, *from); err != nil {
		return nil, err
	}
	return s, nil
}

const insertSQL = `
INSERT INTO shared.mails (id, kind, recipient, sealed, created_at, expires_at, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// Queue stores a message in tx and has it sent as soon as that commits; without a mail server
// it is kept. It fails where To is not one mailbox, bare, without control characters
// (ErrAddress), and where the data is no JSON.
func (s *Service) Queue(ctx context.Context, tx pgx.Tx, m contract.Mail) error {
	if err := CheckAddress(m.To); err != nil {
		return err
	}
	data, err := json.Marshal(m.Data)
	if err != nil {
		return fmt.Errorf("mail: the data of %s is no JSON", m.Kind) // without what is in it
	}
	mail, now := id.New(), s.clock.Now()
	var expires, sent *time.Time
	if !m.ExpiresAt.IsZero() {
		expires = &m.ExpiresAt
	}
	if s.server == nil {
		sent = &now
	}
	if _, err := tx.Exec(ctx, insertSQL, mail, m.Kind, m.To, s.key.Seal(sealedFor, data), now, expires, sent); err != nil || sent != nil {
		return err
	}
	return s.later(ctx, tx, mail)
}

// later enqueues the job that sends a mail.
func (s *Service) later(ctx context.Context, tx pgx.Tx, mail uuid.UUID) error {
	return s.bus.InsertOnceTx(ctx, tx, sendJob{mail}, river.InsertOpts{Queue: queue, MaxAttempts: manyTries})
}
