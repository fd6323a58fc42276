// The closed-loop load: so many connections, each sending its next request when
// it has the answer to the one before.

package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// connections is how many clients ask at once, and the size of both pools.
const connections = 16

// burst is what one run of the load gave.
type burst struct {
	requests  int
	took      time.Duration
	latencies []time.Duration
}

// perSecond is the throughput.
func (b burst) perSecond() float64 { return float64(b.requests) / b.took.Seconds() }

// press sends count requests to addr over so many connections, taking messages in
// turn. Everything but a 200 or a 201 with a body ends it.
func press(ctx context.Context, addr string, messages [][]byte, count, connections int) (burst, error) {
	wires := make([]*wire, connections)
	for i := range wires {
		w, err := dial(addr)
		if err != nil {
			return burst{}, err
		}
		defer w.close()
		wires[i] = w
	}
	each := max(count/connections, 1)
	lists := make([][]time.Duration, connections)
	faults := make([]error, connections)
	var group sync.WaitGroup
	began := time.Now()
	for i, w := range wires {
		group.Go(func() { lists[i], faults[i] = w.ask(ctx, messages, i*each, each) })
	}
	group.Wait()
	b := burst{requests: each * connections, took: time.Since(began)}
	for i := range lists {
		if faults[i] != nil {
			return b, faults[i]
		}
		b.latencies = append(b.latencies, lists[i]...)
	}
	return b, nil
}

// ask sends count of the messages from the given one on and times each.
func (w *wire) ask(ctx context.Context, messages [][]byte, from, count int) ([]time.Duration, error) {
	list := make([]time.Duration, 0, count)
	for i := range count {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		began := time.Now()
		res, size, err := w.send(messages[(from+i)%len(messages)], nil)
		if err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusCreated || size == 0 {
			return nil, fmt.Errorf("an answer was %s with %d bytes", res.Status, size)
		}
		list = append(list, time.Since(began))
	}
	return list, nil
}
