package clock_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

var (
	_ clock.Clock = clock.System{}
	_ clock.Clock = (*clock.Manual)(nil)
)

func Example() {
	c := clock.NewManual(time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC))
	hold := c.Now().Add(15 * time.Minute)
	c.Advance(20 * time.Minute)
	fmt.Println(c.Now().After(hold))
	// Output: true
}

func TestSystem(t *testing.T) {
	before := time.Now().Add(-clock.Precision)
	now := clock.System{}.Now()
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("Now = %v, want a time about %v", now, before)
	}
	if now.Location() != time.UTC {
		t.Errorf("Now is in %v, want UTC", now.Location())
	}
	if now.Nanosecond()%1000 != 0 {
		t.Errorf("Now = %v, finer than a microsecond", now)
	}
	if now != now.Round(0) {
		t.Error("Now carries a monotonic reading, so == fails after a round trip")
	}
}

func TestManual(t *testing.T) {
	zone := time.FixedZone("X", 2*60*60)
	c := clock.NewManual(time.Date(2026, 3, 29, 1, 30, 0, 1999, zone))
	want := time.Date(2026, 3, 28, 23, 30, 0, 1000, time.UTC)
	if got := c.Now(); got != want {
		t.Errorf("Now = %v, want %v", got, want)
	}
	if got := c.Advance(90 * time.Minute); got != want.Add(90*time.Minute) {
		t.Errorf("Advance = %v, want %v", got, want.Add(90*time.Minute))
	}
	c.Set(want)
	if got := c.Now(); got != want {
		t.Errorf("Now after Set = %v, want %v", got, want)
	}
}

func TestManualConcurrently(t *testing.T) {
	start := time.Unix(0, 0)
	c := clock.NewManual(start)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { c.Advance(time.Second); c.Now() })
	}
	wg.Wait()
	if got, want := c.Now(), start.Add(50*time.Second).UTC(); got != want {
		t.Errorf("Now = %v, want %v", got, want)
	}
}
