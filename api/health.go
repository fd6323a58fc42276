// /livez and /readyz.

package api

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Health knows whether this process should be sent requests. NewHealth makes one.
type Health struct {
	pool     *db.Pool
	draining atomic.Bool
	current  atomic.Bool // the schema was current once; it does not go back
}

// NewHealth watches pool; nil: a process that needs no database.
func NewHealth(pool *db.Pool) *Health { return &Health{pool: pool} }

// Drain makes /readyz fail from now on: the process is stopping.
func (h *Health) Drain() { h.draining.Store(true) }

// Ready is nil when requests can be answered: the process is not stopping, the
// database answers within a second and its schema is current. Else it is a 503
// `draining`, `database_unavailable` or `migrations_pending`.
func (h *Health) Ready(ctx context.Context) error {
	if h.draining.Load() {
		return problem.Unavailable("this process is stopping").WithCode("draining")
	}
	if h.pool == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	down := problem.Unavailable("the database does not answer").WithCode("database_unavailable").WithRetryAfter(time.Second)
	if h.current.Load() {
		if _, err := h.pool.Exec(ctx, "select 1"); err != nil {
			return down
		}
		return nil
	}
	pending, err := db.Pending(ctx, h.pool)
	if err != nil {
		return down
	}
	if len(pending) > 0 {
		return problem.Unavailable("%d migrations are pending", len(pending)).WithCode("migrations_pending").WithRetryAfter(time.Second)
	}
	h.current.Store(true)
	return nil
}

func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	if err := h.Ready(r.Context()); err != nil {
		problem.Write(w, r, err)
		return
	}
	writeStatus(w, "ready")
}

// live answers as long as the process can answer anything.
func live(w http.ResponseWriter, _ *http.Request) { writeStatus(w, "live") }

func writeStatus(w http.ResponseWriter, status string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(`{"status":"` + status + `"}` + "\n"))
}
