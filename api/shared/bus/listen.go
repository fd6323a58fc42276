// Wake-ups: a session that LISTENs, and the tick that makes up for a lost one.

package bus

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
)

// channel is what Emit notifies and consumers listen to.
const channel = "bus"

// Periods of waiting. A retry's pause doubles from the first to the last.
const (
	tick        = time.Second      // the safety net
	quiet       = 30 * time.Second // after which a silent session is asked if it lives
	pingTimeout = 3 * time.Second
	closing     = 200 * time.Millisecond
	firstRetry  = 50 * time.Millisecond
	lastRetry   = 5 * time.Second
)

// Listen returns a channel that gets a value when events may have been
// committed: at each notification, each second, and once at the start. Wake-ups
// that come faster than they are taken are one. It uses a session of its own,
// outside the pool, and makes a new one when that is lost; meanwhile the tick
// goes on. The channel is closed when ctx ends.
func Listen(ctx context.Context, pool *db.Pool) <-chan struct{} {
	wake := make(chan struct{}, 1)
	done := make(chan struct{})
	s := session{pool: pool, log: slog.New(slog.DiscardHandler), quiet: quiet, wake: func() { offer(wake) }}
	offer(wake)
	go func() {
		defer close(done)
		s.keep(ctx)
	}()
	go func() {
		defer close(wake)
		ticks := time.NewTicker(tick)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				<-done
				return
			case <-ticks.C:
				offer(wake)
			}
		}
	}()
	return wake
}

func offer(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// session keeps one connection listening for as long as its context lives.
type session struct {
	pool  *db.Pool
	log   *slog.Logger
	quiet time.Duration
	setup func(context.Context, *pgx.Conn) error // optional, before LISTEN
	wake  func()                                 // called once listening, then at each notification
}

func (s *session) keep(ctx context.Context) {
	wait := firstRetry
	for ctx.Err() == nil {
		heard, err := s.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			wait = firstRetry
		}
		s.log.Warn("the session that listens for events is lost", "retry_in", wait, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, lastRetry)
	}
}

// listen returns when the connection fails; heard says that it had worked.
func (s *session) listen(ctx context.Context) (heard bool, err error) {
	cfg := s.pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["application_name"] += " bus"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		conn.Close(end)
	}()
	if s.setup != nil {
		if err := s.setup(ctx, conn); err != nil {
			return false, err
		}
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return false, err
	}
	// What was notified before this moment is lost: look once.
	s.wake()
	for {
		if err := s.next(ctx, conn); err != nil {
			return true, err
		}
	}
}

// next waits for one notification, and asks a silent server if it is there.
func (s *session) next(ctx context.Context, conn *pgx.Conn) error {
	wait, cancel := context.WithTimeout(ctx, s.quiet)
	defer cancel()
	_, err := conn.WaitForNotification(wait)
	if err == nil {
		s.wake()
		return nil
	}
	if ctx.Err() != nil || !errors.Is(wait.Err(), context.DeadlineExceeded) {
		return err
	}
	ping, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return conn.Ping(ping)
}
