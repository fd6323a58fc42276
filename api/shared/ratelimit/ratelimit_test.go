package ratelimit

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/clock"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func ExampleLimiter_Take() {
	l := New[string](Policy{Quota: 2, Window: time.Minute}, 100, clock.NewManual(noon))
	for range 3 {
		s := l.Take("192.0.2.7")
		fmt.Println(s.OK, s.Remaining, s.Reset, s.Retry)
	}
	// Output:
	// true 1 30s 0s
	// true 0 1m0s 0s
	// false 0 1m0s 30s
}

// TestRetry: who waits as long as is asked gets in, who comes a moment earlier
// does not.
func TestRetry(t *testing.T) {
	c := clock.NewManual(noon)
	l := New[string](Policy{Quota: 10, Window: time.Minute}, 100, c)
	for i := range 10 {
		if s := l.Take("a"); !s.OK || s.Remaining != int64(9-i) {
			t.Fatalf("request %d: %+v", i, s)
		}
	}
	s := l.Take("a")
	if s.OK || s.Retry != 6*time.Second {
		t.Fatalf("after the quota: %+v, want 6 s to wait", s)
	}
	if !l.Take("b").OK {
		t.Error("another client is kept out")
	}
	c.Advance(s.Retry - clock.Precision)
	if l.Take("a").OK {
		t.Error("let in too early")
	}
	c.Advance(clock.Precision)
	if !l.Take("a").OK {
		t.Error("kept out after waiting")
	}
	c.Advance(-time.Hour)
	if s := l.Take("a"); s.Retry > time.Minute {
		t.Errorf("the clock was set back: %+v, want at most a minute", s)
	}
}

func TestGiveBack(t *testing.T) {
	l := New[string](Policy{Quota: 2, Window: time.Minute}, 100, clock.NewManual(noon))
	for range 100 {
		if !l.Take("a").OK {
			t.Fatal("what was given back is counted")
		}
		l.GiveBack("a")
	}
	l.GiveBack("a")
	if s := l.Take("a"); s.Remaining != 1 {
		t.Errorf("after giving back too much: %+v, want 1 remaining", s)
	}
}

// TestMemory: a million clients take the room of a few, and who keeps asking is
// not forgotten among them.
func TestMemory(t *testing.T) {
	l := New[int](Policy{Quota: 1, Window: time.Minute}, 1000, clock.NewManual(noon))
	l.Take(-1)
	for i := range 1_000_000 {
		l.Take(i)
		if n := len(l.recent) + len(l.before); n > 1001 {
			t.Fatalf("%d clients are remembered, want at most 1000", n)
		}
	}
	l.Take(999_999)
	if l.Take(999_999).OK {
		t.Error("a client of a moment ago is forgotten")
	}
	c := clock.NewManual(noon)
	l = New[int](Policy{Quota: 1, Window: time.Minute}, 1000, c)
	for i := range 3 {
		l.Take(i)
		c.Advance(61 * time.Second)
	}
	if n := len(l.recent) + len(l.before); n > 2 {
		t.Errorf("%d clients are remembered who have their quota again", n)
	}
}

// TestNeverMore: in any window, whatever the steps, a client gets at most twice
// its quota (what it saved and what came back), and one that asks no faster than
// its quota is never refused.
func TestNeverMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quota := rapid.Int64Range(1, 50).Draw(t, "quota")
		c := clock.NewManual(noon)
		l := New[string](Policy{Quota: quota, Window: time.Minute}, 10, c)
		var taken []time.Time
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			c.Advance(time.Duration(rapid.Int64Range(0, int64(5*time.Second)).Draw(t, "pause")))
			if l.Take("a").OK {
				taken = append(taken, c.Now())
			}
			within := 0
			for _, at := range taken {
				if c.Now().Sub(at) < time.Minute {
					within++
				}
			}
			if int64(within) > 2*quota {
				t.Fatalf("%d requests in a minute at a quota of %d", within, quota)
			}
		}
		for range 100 {
			c.Advance(time.Minute/time.Duration(quota) + clock.Precision)
			if s := l.Take("b"); !s.OK {
				t.Fatalf("an even client is refused: %+v", s)
			}
		}
	})
}

// TestAtOnce is for the race detector, and nobody gets more than there is.
func TestAtOnce(t *testing.T) {
	l := New[string](Policy{Quota: 100, Window: time.Hour}, 100, clock.NewManual(noon))
	var all sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 20 {
		all.Go(func() {
			for range 20 {
				if l.Take("a").OK {
					mu.Lock()
					taken++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if taken != 100 {
		t.Errorf("%d of 400 requests were let in, want 100", taken)
	}
}

func BenchmarkTake(b *testing.B) {
	l := New[int](Policy{Quota: 6000, Window: time.Minute}, 100_000, clock.System{})
	for i := 0; b.Loop(); i++ {
		l.Take(i % 50_000)
	}
}
