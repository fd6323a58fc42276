// Loading what is not there, once for everybody who asks.

package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"
)

// loadTimeout ends a load that nobody else would end: it goes on when the
// request that began it is gone, because others may be waiting for it.
const loadTimeout = 30 * time.Second

// GetOrLoad returns the value under key, or loads it and keeps it for ttl under
// tags. Callers who ask at the same time share one load; each stops waiting when
// its own context ends. A load that fails is not kept and its error is returned
// to all of them.
func (c *Cache) GetOrLoad(ctx context.Context, key string, ttl time.Duration, tags []string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	if value, ok := c.Get(ctx, key); ok {
		return value, nil
	}
	flight := strconv.FormatUint(c.generation.Load(), 36) + ":" + key
	result := c.flights.DoChan(flight, func() (value any, err error) {
		defer func() {
			// singleflight would end the process with it.
			if p := recover(); p != nil {
				slog.ErrorContext(ctx, "cache load panicked", "panic", p, "stack", string(debug.Stack()))
				err = fmt.Errorf("cache: load panicked: %v", p)
			}
		}()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		// Another load may have ended between our look and this one.
		if value, ok := c.Get(ctx, key); ok {
			return value, nil
		}
		words, ok := c.words(ctx, tags)
		loaded, err := load(ctx)
		if err == nil && ok {
			c.set(ctx, key, loaded, ttl, words)
		}
		return loaded, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		value := r.Val.([]byte)
		if r.Shared {
			value = bytes.Clone(value)
		}
		return value, nil
	}
}

// JSON is GetOrLoad for a value that is kept as JSON. What cannot be decoded any
// more, after a release that changed T, is loaded again.
func JSON[T any](ctx context.Context, c *Cache, key string, ttl time.Duration, tags []string, load func(context.Context) (T, error)) (T, error) {
	var value T
	raw, err := c.GetOrLoad(ctx, key, ttl, tags, func(ctx context.Context) ([]byte, error) {
		loaded, err := load(ctx)
		if err != nil {
			return nil, err
		}
		return json.Marshal(loaded)
	})
	if err != nil {
		return value, err
	}
	if json.Unmarshal(raw, &value) != nil {
		return load(ctx)
	}
	return value, nil
}
