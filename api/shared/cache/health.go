// Leaving a Redis that fails alone for a moment.

package cache

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"
)

// pause is how long a failing Redis is not asked.
const pause = time.Second

type health struct {
	resume atomic.Int64 // Unix nanoseconds; 0 while all is well
	pause  time.Duration
}

// try tells whether Redis should be asked now.
func (h *health) try() bool {
	resume := h.resume.Load()
	return resume == 0 || time.Now().UnixNano() >= resume
}

// report takes note of an outcome and logs when it changes. A caller who went
// away says nothing about Redis.
func (h *health) report(ctx context.Context, err error) {
	switch {
	case err == nil:
		if h.resume.Swap(0) != 0 {
			slog.InfoContext(ctx, "cache is back")
		}
	case errors.Is(err, context.Canceled), ctx.Err() != nil:
	default:
		if h.resume.Swap(time.Now().Add(h.pause).UnixNano()) == 0 {
			slog.WarnContext(ctx, "cache does not answer, going on without it", "error", err)
		}
	}
}
