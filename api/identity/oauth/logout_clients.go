// When sessions end, what was granted in them ends, and clients that have signed somebody in
// by them are told (OpenID Connect Back-Channel Logout 1.0).

package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

const (
	logoutTokenLasts = 2 * time.Minute
	logoutTokenType  = "logout+jwt"
	logoutEvent      = "http://schemas.openid.net/event/backchannel-logout"
	logoutPatience   = 15 * time.Second // with one client
	// A client that does not answer is asked again after 10 s, 20 s, 40 s and so on: for 23
	// hours in all.
	logoutRetry    = 10 * time.Second
	logoutAttempts = 14
)

// SessionsEnded revokes what was granted in sessions that have just ended in tx, and has their
// clients told once tx is committed. What a client may keep while its user is away
// (offline_access) it keeps when the user just signs out.
func (s *Server) SessionsEnded(ctx context.Context, tx pgx.Tx, sessions []uuid.UUID) error {
	if len(sessions) == 0 {
		return nil
	}
	q := identitydb.New(tx)
	if _, err := q.RevokeSessionGrants(ctx, identitydb.RevokeSessionGrantsParams{Sessions: sessions, At: s.Clock.Now()}); err != nil {
		return err
	}
	rows, err := q.LogoutsToTell(ctx, sessions)
	if err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, len(rows))
	for i, row := range rows {
		jobs[i] = river.InsertManyParams{
			Args: logoutJob{
				Client: contract.ClientID(row.ClientID), User: id.Format[contract.UserID](userPrefix, row.UserID),
				Session: id.Format[contract.SessionID](sessionPrefix, row.SessionID),
			},
			InsertOpts: &river.InsertOpts{MaxAttempts: logoutAttempts},
		}
	}
	return s.Bus.InsertManyTx(ctx, tx, jobs)
}

// logoutJob is one client that is to be told of the end of one session.
type logoutJob struct {
	Client  contract.ClientID  `json:"client_id"`
	User    contract.UserID    `json:"user"`
	Session contract.SessionID `json:"session"`
}

// Kind names the job in River's table.
func (logoutJob) Kind() string { return "oauth.logout" }

type logoutWorker struct {
	river.WorkerDefaults[logoutJob]
	s *Server
}

// Timeout is that of the request, and some for the database.
func (w *logoutWorker) Timeout(*river.Job[logoutJob]) time.Duration {
	return logoutPatience + 5*time.Second
}

// NextRetry doubles the pause after every attempt.
func (w *logoutWorker) NextRetry(job *river.Job[logoutJob]) time.Time {
	return w.s.Clock.Now().Add(logoutRetry << min(max(job.Attempt-1, 0), logoutAttempts))
}

// Work tells the client. One that refuses the token is not told again.
func (w *logoutWorker) Work(ctx context.Context, job *river.Job[logoutJob]) error {
	err := w.s.tellLogout(ctx, job.Args)
	if err == nil {
		return nil
	}
	slog.WarnContext(ctx, "oauth: a client was not told of a logout", "client", job.Args.Client, "attempt", job.Attempt, "error", err)
	if errors.Is(err, errToldInVain) {
		return river.JobCancel(err)
	}
	return err
}

// errToldInVain says that a client has understood and refused.
var errToldInVain = errors.New("oauth: the client refuses the logout token")

// tellLogout posts a logout token to a client (OpenID Connect Back-Channel Logout 1.0 sections
// 2.4 to 2.8). A client that is gone, disabled or does not want to know any more is told
// nothing.
func (s *Server) tellLogout(ctx context.Context, job logoutJob) error {
	client, err := s.queries().ClientByID(ctx, string(job.Client))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (client.DisabledAt != nil || client.BackchannelLogoutUri == "") {
		return nil
	}
	if err != nil {
		return err
	}
	token, err := s.logoutToken(ctx, job)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, logoutPatience)
	defer cancel()
	body := strings.NewReader(url.Values{"logout_token": {token}}.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, client.BackchannelLogoutUri, body)
	if err != nil {
		return fmt.Errorf("%w: its address", errToldInVain)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	once := *s.HTTP
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	switch res.StatusCode {
	case http.StatusOK, http.StatusNoContent:
		return nil
	case http.StatusBadRequest:
		return errToldInVain
	}
	return fmt.Errorf("oauth: the client answers %d", res.StatusCode)
}

// logoutToken says that a session has ended (OpenID Connect Back-Channel Logout 1.0 section
// 2.4). Each attempt has its own, because it lasts two minutes.
func (s *Server) logoutToken(ctx context.Context, job logoutJob) (string, error) {
	now := s.Clock.Now()
	return s.sign(ctx, logoutTokenType, map[string]any{
		"iss": s.Issuer(), "aud": string(job.Client), "iat": now.Unix(), "exp": now.Add(logoutTokenLasts).Unix(),
		"jti": id.New().String(), "sub": string(job.User), "sid": string(job.Session),
		"events": map[string]any{logoutEvent: struct{}{}},
	})
}
