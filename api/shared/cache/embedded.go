// Redis in process, kept within bounds.

package cache

import (
	"container/list"
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

const (
	embeddedKeys  = 8192
	embeddedBytes = 32 << 20
	// keyCost is what a key costs besides its bytes.
	keyCost = 256
	// tick is the grain of times to live. They could follow the clock by
	// themselves (ClockTTL), but then every command visits every key: 0.2 ms
	// with a thousand of them, 2.7 ms with ten thousand.
	tick = 250 * time.Millisecond
)

// embedded is a miniredis that is reached through pipes, without a port, and
// the order in which its entries were used. A nil one does nothing.
type embedded struct {
	server *miniredis.Miniredis
	done   chan struct{}
	ended  sync.WaitGroup

	mu       sync.Mutex
	used     *list.List // of *tracked, the most recent in front
	byName   map[string]*list.Element
	bytes    int
	maxKeys  int
	maxBytes int
}

type tracked struct {
	name string
	size int
}

func startEmbedded() *embedded {
	e := &embedded{
		server: miniredis.NewMiniRedis(), done: make(chan struct{}),
		used: list.New(), byName: map[string]*list.Element{},
		maxKeys: embeddedKeys, maxBytes: embeddedBytes,
	}
	e.ended.Go(e.age)
	return e
}

func (e *embedded) dial(context.Context, string, string) (net.Conn, error) { return e.server.Dial() }

// age lets times to live run down.
func (e *embedded) age() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-e.done:
			return
		case now := <-ticker.C:
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (e *embedded) stop() {
	if e == nil {
		return
	}
	close(e.done)
	e.ended.Wait()
	e.server.Close()
}

// touch marks a key as used just now.
func (e *embedded) touch(name string) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if el, ok := e.byName[name]; ok {
		e.used.MoveToFront(el)
	}
}

// added takes note of a key that was written, and removes the least recently
// used ones beyond the bounds. Keys whose time ran out count until then.
func (e *embedded) added(ctx context.Context, client redis.UniversalClient, name string, size int) {
	if e == nil {
		return
	}
	if evicted := e.track(name, size+len(name)+keyCost); len(evicted) > 0 {
		_ = client.Del(ctx, evicted...).Err()
	}
}

func (e *embedded) track(name string, size int) (evicted []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if el, ok := e.byName[name]; ok {
		t := el.Value.(*tracked)
		e.bytes += size - t.size
		t.size = size
		e.used.MoveToFront(el)
	} else {
		e.byName[name] = e.used.PushFront(&tracked{name, size})
		e.bytes += size
	}
	for e.used.Len() > 1 && (e.used.Len() > e.maxKeys || e.bytes > e.maxBytes) {
		t := e.used.Remove(e.used.Back()).(*tracked)
		delete(e.byName, t.name)
		e.bytes -= t.size
		evicted = append(evicted, t.name)
	}
	return evicted
}
