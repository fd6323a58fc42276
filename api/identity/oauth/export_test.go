package oauth

import (
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// LogoutPause is how long a client that was asked so often in vain is left alone.
func (s *Server) LogoutPause(attempt int) time.Duration {
	w := &logoutWorker{s: s}
	return w.NextRetry(&river.Job[logoutJob]{JobRow: &rivertype.JobRow{Attempt: attempt}}).Sub(s.Clock.Now())
}

// LogoutAttempts is how often a client is told.
const LogoutAttempts = logoutAttempts
