// Sending webhooks, as often as Ghost does: once.

package ghosttest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Delivery is what became of a hook that was sent.
type Delivery struct {
	Event  string
	Status int   // 0: there was no answer
	Err    error // why not
}

// sender gives up as Ghost does, but not after its 2 s: a machine that runs many tests may
// take longer to listen, and what Ghost gives up is sent no more.
var sender = &http.Client{
	Timeout:       30 * time.Second,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 8},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Deliver sends a hook to /hooks/ghost/main/{event} below baseURL, in one attempt of at
// most 30 s, and returns the status of the answer. As in Ghost, an answer 410 removes the
// webhook of that event for good; Removed tells.
func (g *Ghost) Deliver(ctx context.Context, h Hook, baseURL string) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(baseURL, "/")+"/hooks/ghost/main/"+h.Event, bytes.NewReader(h.Body))
	if err != nil {
		return 0, err
	}
	r.Header = h.Header.Clone()
	answer, err := sender.Do(r)
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
		_ = answer.Body.Close() // it was read
		status = answer.StatusCode
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent = append(g.sent, Delivery{h.Event, status, err})
	if status == http.StatusGone {
		g.gone[h.Event] = true
	}
	return status, err
}

// Removed lists the events whose webhook was answered with 410.
func (g *Ghost) Removed() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return sorted(g.gone)
}

// Delivered is what became of all hooks that were sent.
func (g *Ghost) Delivered() []Delivery {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Delivery(nil), g.sent...)
}

// AutoDeliver has every hook sent at once from now on, each by itself and so in any
// order, instead of being put into the queue. stop ends it and waits for those on their
// way.
func (g *Ghost) AutoDeliver(baseURL string) (stop func()) {
	var wait sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.deliver = func(h Hook) {
		g.mu.Lock()
		gone := g.gone[h.Event]
		g.mu.Unlock()
		if gone {
			return
		}
		wait.Go(func() {
			_, _ = g.Deliver(ctx, h, baseURL) // Delivered tells
		})
	}
	return func() {
		g.mu.Lock()
		g.deliver = nil
		g.mu.Unlock()
		wait.Wait()
		cancel()
	}
}
