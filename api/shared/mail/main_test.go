// What all tests of mail share: a service on a database, and waiting for a condition.

package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// patience is for a busy machine; no test waits that long when all is well.
const patience = 60 * time.Second

// The environment of a test binary that is a worker process.
const (
	workerURL  = "ROSEASH_TEST_MAIL_WORKER"
	workerSMTP = "ROSEASH_TEST_MAIL_SMTP"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		workUntilKilled(url, os.Getenv(workerSMTP))
	}
	os.Exit(m.Run())
}

var key = seal.New(bytes.Repeat([]byte{7}, seal.KeySize))

const from = "Rose Ash <hello@rose.example>"

// note is the data of the mails of these tests.
type note struct {
	Subject string `json:"subject"`
	Secret  string `json:"secret"`
}

// render writes a note as it is.
func render(_ context.Context, kind string, data []byte) (mail.Rendered, error) {
	var n note
	if err := json.Unmarshal(data, &n); err != nil || kind == "broken" {
		return mail.Rendered{}, errors.New("canary-render")
	}
	return mail.Rendered{Subject: n.Subject, Text: "Secret: " + n.Secret + "\n", HTML: "<p>Secret: <b>" + n.Secret + "</b></p>"}, nil
}

// world is a service and what it stands on.
type world struct {
	*mail.Service
	pool  *db.Pool
	bus   *bus.Bus
	clock *clock.Manual
	log   *record
}

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

var begin = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// newWorld has mail sent to a server; empty: kept.
func newWorld(t testing.TB, smtpURL string) *world {
	t.Helper()
	return onPool(t, dbtest.New(t), smtpURL)
}

func onPool(t testing.TB, pool *db.Pool, smtpURL string) *world {
	t.Helper()
	w := &world{pool: pool, clock: clock.NewManual(begin), log: &record{}}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.bus = bus.New(pool, log, bus.StopWithin(patience))
	var err error
	w.Service, err = mail.New(mail.Options{Pool: pool, Clock: w.clock, Key: key, Bus: w.bus, SMTPURL: smtpURL, From: from, Render: render, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	w.Patient(patience)
	w.Jobs(w.bus)
	return w
}

// run works the jobs to the end of the test.
func (w *world) run(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- w.bus.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-end; err != nil && !errors.Is(err, bus.ErrJobsLeft) {
			t.Errorf("Run = %v", err)
		}
	})
}

// queue stores a mail and commits; it returns its id.
func (w *world) queue(t testing.TB, m contract.Mail) (queued uuid.UUID) {
	t.Helper()
	err := db.InTx(context.Background(), w.pool, func(tx pgx.Tx) error {
		if err := w.Queue(context.Background(), tx, m); err != nil {
			return err
		}
		return tx.QueryRow(context.Background(), "SELECT id FROM shared.mails WHERE xmin = pg_current_xact_id()::xid").Scan(&queued)
	})
	if err != nil {
		t.Fatal(err)
	}
	return queued
}

// to is a mail with a secret to somebody.
func to(address string) contract.Mail {
	return contract.Mail{Kind: "note", To: address, Data: note{"A note", "canary-7f3a"}}
}

// row is what is stored of a mail.
type row struct {
	sealed       []byte
	sent, failed *time.Time
	attempts     int
	error        string
}

func (w *world) row(t testing.TB, mail uuid.UUID) (r row) {
	t.Helper()
	err := w.pool.QueryRow(context.Background(), "SELECT sealed, sent_at, failed_at, attempts, error FROM shared.mails WHERE id = $1", mail).
		Scan(&r.sealed, &r.sent, &r.failed, &r.attempts, &r.error)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// send makes one attempt.
func (w *world) send(t testing.TB, mail uuid.UUID) time.Duration {
	t.Helper()
	again, err := w.Send(t.Context(), mail)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	return again
}

func count(t testing.TB, pool *db.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// await asks until the condition holds, and fails the test when it never does.
func await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
