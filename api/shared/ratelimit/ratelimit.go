// Package ratelimit counts requests in memory and says when there were too many.
//
// It is the generic cell rate algorithm (ITU-T I.371): a client's whole state is
// one instant, the one at which its quota will be whole again. A client may
// spend its quota at once and gets it back evenly over the window. Counts are of
// one process and are gone when it ends: right for reads, which cost little, and
// not for what costs money or mail.
package ratelimit

import (
	"sync"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

// Policy is how much a client may ask for.
type Policy struct {
	// Quota is how many requests a window has, at least one.
	Quota int64
	// Window is the time in which a quota that was used up comes back.
	Window time.Duration
}

// State is what is left to a client after a request.
type State struct {
	// OK tells whether the request may go on.
	OK bool
	// Remaining is how many more requests may follow at once.
	Remaining int64
	// Reset is how long it takes until the whole quota is there again.
	Reset time.Duration
	// Retry is how long to wait before the next request, 0 where OK.
	Retry time.Duration
}

// Limiter counts the requests of clients that K tells apart. New makes one; it
// may be used by any number of goroutines.
type Limiter[K comparable] struct {
	policy Policy
	each   time.Duration // what one request costs
	clock  clock.Clock
	most   int

	mu sync.Mutex
	// recent and before hold when each client's quota is whole again. A client
	// that asks is moved to recent; when that is full or a window old, before
	// is forgotten and recent takes its place.
	recent, before map[K]time.Time
	turned         time.Time
}

// New makes a Limiter that remembers up to most clients and forgets those that
// have been silent for longest: whoever is forgotten has a whole quota. It panics
// for a policy that allows nothing.
func New[K comparable](p Policy, most int, c clock.Clock) *Limiter[K] {
	if p.Quota < 1 || p.Window < time.Duration(p.Quota) {
		panic("ratelimit: a quota of at least one, and a nanosecond for each")
	}
	return &Limiter[K]{
		policy: p, each: p.Window / time.Duration(p.Quota), clock: c, most: max(2, most),
		recent: map[K]time.Time{}, before: map[K]time.Time{}, turned: c.Now(),
	}
}

// Policy is what New was given.
func (l *Limiter[K]) Policy() Policy { return l.policy }

// Take counts a request. One that is refused costs the client nothing.
func (l *Limiter[K]) Take(client K) State {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	whole := l.whole(client, now)
	next := whole.Add(l.each)
	if over := next.Sub(now) - l.policy.Window; over > 0 {
		return State{Reset: whole.Sub(now), Retry: over}
	}
	l.keep(client, next, now)
	return State{OK: true, Remaining: int64((l.policy.Window - next.Sub(now)) / l.each), Reset: next.Sub(now)}
}

// GiveBack takes back one request that Take counted.
func (l *Limiter[K]) GiveBack(client K) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if whole := l.whole(client, now).Add(-l.each); whole.After(now) {
		l.keep(client, whole, now)
		return
	}
	delete(l.recent, client)
	delete(l.before, client)
}

// whole is when the client's quota is whole again, not before now. A clock that
// was set back keeps nobody out for longer than a window.
func (l *Limiter[K]) whole(client K, now time.Time) time.Time {
	at, known := l.recent[client]
	if !known {
		at = l.before[client]
	}
	if at.Before(now) {
		return now
	}
	if latest := now.Add(l.policy.Window); at.After(latest) {
		return latest
	}
	return at
}

func (l *Limiter[K]) keep(client K, whole, now time.Time) {
	if len(l.recent) >= l.most/2 || now.Sub(l.turned) > l.policy.Window {
		if _, known := l.recent[client]; !known {
			l.before, l.recent, l.turned = l.recent, map[K]time.Time{}, now
		}
	}
	l.recent[client] = whole
}
