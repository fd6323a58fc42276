// What the operator sees of the bus.

package api

import (
	"context"
	"math"
	"sync"
	"time"

	"rose-ash.com/roseash/api/shared/bus"
)

// statsAge is how long one look at the bus serves: a scrape reads every gauge.
const statsAge = time.Second

// busWatch looks at the bus for several gauges at once.
type busWatch struct {
	bus  *bus.Bus
	mu   sync.Mutex
	at   time.Time
	last bus.Stats
	err  error
}

func (w *busWatch) read(value func(bus.Stats) float64) func() float64 {
	return func() float64 {
		w.mu.Lock()
		defer w.mu.Unlock()
		if time.Since(w.at) > statsAge {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			w.last, w.err = w.bus.Stats(ctx)
			w.at = time.Now()
		}
		if w.err != nil {
			return math.NaN()
		}
		return value(w.last)
	}
}

// watchBus shows what waits and what is dead; not a number where the database
// does not answer.
func (a *App) watchBus() {
	w := &busWatch{bus: a.Bus}
	a.Metrics.Gauge("roseash_bus_undispatched", "Domain events without jobs yet.",
		w.read(func(s bus.Stats) float64 { return float64(s.Undispatched) }))
	a.Metrics.Gauge("roseash_bus_undispatched_oldest_seconds", "Age of the oldest domain event without jobs.",
		w.read(func(s bus.Stats) float64 { return s.OldestUndispatched.Seconds() }))
	a.Metrics.Gauge("roseash_bus_unbuilt", "Domain events whose pages are not built yet.",
		w.read(func(s bus.Stats) float64 { return float64(s.Unbuilt) }))
	a.Metrics.Gauge("roseash_bus_unbuilt_oldest_seconds", "Age of the oldest domain event whose pages are not built.",
		w.read(func(s bus.Stats) float64 { return s.OldestUnbuilt.Seconds() }))
	a.Metrics.Gauge("roseash_bus_dead", "Domain events that a handler has given up.",
		w.read(func(s bus.Stats) float64 { return float64(s.Dead) }))
}
