// Leaving SumUp alone while it does not answer.

package sumup

import (
	"sync"
	"time"
)

const (
	// breakAfter is how many exchanges in a row fail before SumUp is left alone.
	breakAfter = 12
	firstBreak = time.Second
	maxBreak   = 30 * time.Second
)

// breaker keeps requests from a SumUp that does not answer: they would only make each
// caller wait for the time-out. After a break one exchange tries again; the others are
// turned away until it is known how that one went. Its zero value is ready.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time     // no exchange before
	lasts    time.Duration // of the last break
}

// open tells whether requests are to be turned away, and for how long. Where it says no
// after a break, the caller is the one that tries.
func (b *breaker) open(now time.Time) (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.until.Sub(now); wait > 0 {
		return wait, true
	}
	if b.failures >= breakAfter {
		b.until = now.Add(b.lasts)
	}
	return 0, false
}

// report says how an exchange went. after is what SumUp asked for with a 429 or a 503: a
// break of that length begins where SumUp has failed often enough.
func (b *breaker) report(now time.Time, answered bool, after time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if answered {
		b.failures, b.lasts, b.until = 0, 0, time.Time{}
		return
	}
	if b.failures++; b.failures >= breakAfter {
		b.lasts = min(max(2*b.lasts, firstBreak, after), maxBreak)
		b.until = now.Add(b.lasts)
	}
}
