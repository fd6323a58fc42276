// The interface, the real clock and the one for tests.

package clock

import (
	"sync"
	"time"
)

// Precision is the smallest step of a clock: that of PostgreSQL's timestamptz.
const Precision = time.Microsecond

// Clock tells the time.
type Clock interface {
	// Now is the current instant in UTC, truncated to Precision.
	Now() time.Time
}

// System is the machine's clock. Its zero value is ready.
type System struct{}

// Now is the machine's time in UTC. It has no monotonic reading: differences of
// such times follow the wall clock, as they do in the database.
func (System) Now() time.Time { return normal(time.Now()) }

// Manual is a clock for tests. It stands still until told otherwise and may be
// shared between goroutines. NewManual makes one.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a clock that shows t.
func NewManual(t time.Time) *Manual { return &Manual{now: normal(t)} }

// Now is the time the clock was last set to.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d, which may be negative, and returns the new time.
func (m *Manual) Advance(d time.Duration) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = normal(m.now.Add(d))
	return m.now
}

// Set moves the clock to t.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = normal(t)
}

func normal(t time.Time) time.Time { return t.UTC().Truncate(Precision) }
