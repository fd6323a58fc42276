// Entries and tags.

package cache

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"
)

const (
	// MaxTTL is the longest that an entry is kept; longer times are cut to it.
	MaxTTL = 24 * time.Hour
	// MaxValue is the largest value in bytes; a larger one is not kept.
	MaxValue = 1 << 20

	tagTTL   = 2 * MaxTTL
	maxKey   = 200
	entryKey = "roseash:cache:"
	tagKey   = "roseash:tag:"
)

// Cache is a tagged cache. Open makes one; it may be shared between goroutines.
type Cache struct {
	client   redis.UniversalClient
	embedded *embedded // nil with a Redis of its own
	flights  singleflight.Group
	// generation changes with every invalidation made here, so that nobody
	// joins a load that began before it.
	generation atomic.Uint64
	health     health
}

// Get returns the value kept under a key; ok is false if there is none, if one
// of its tags was invalidated, or if Redis does not answer.
func (c *Cache) Get(ctx context.Context, key string) (value []byte, ok bool) {
	if !c.health.try() {
		return nil, false
	}
	raw, err := c.client.Get(ctx, entryName(key)).Bytes()
	missing := errors.Is(err, redis.Nil)
	if missing {
		err = nil
	}
	c.health.report(ctx, err)
	if missing || err != nil {
		return nil, false
	}
	e, ok := decode(raw)
	if !ok || !c.current(ctx, e.tags) {
		return nil, false
	}
	c.embedded.touch(entryName(key))
	return e.value, true
}

// Set keeps a value for ttl, at most MaxTTL, under tags. A value that was read
// from elsewhere may already be stale when it is set: GetOrLoad takes the tags'
// state before it reads. Failures are ignored.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration, tags ...string) {
	if words, ok := c.words(ctx, tags); ok {
		c.set(ctx, key, value, ttl, words)
	}
}

// InvalidateTags drops every entry that was stored under one of the tags,
// wherever it was stored. An error means that entries may still be served until
// their time runs out.
func (c *Cache) InvalidateTags(ctx context.Context, tags ...string) error {
	c.generation.Add(1)
	if len(tags) == 0 {
		return nil
	}
	pipe := c.client.Pipeline()
	for _, tag := range tags {
		pipe.Del(ctx, tagName(tag))
	}
	_, err := pipe.Exec(ctx)
	c.health.report(ctx, err)
	return err
}

// current tells whether the tags still have the words they had.
func (c *Cache) current(ctx context.Context, tags []tagWord) bool {
	if len(tags) == 0 {
		return true
	}
	pipe := c.client.Pipeline()
	found := make([]*redis.StringCmd, len(tags))
	for i, t := range tags {
		found[i] = pipe.Get(ctx, tagName(t.tag))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		c.health.report(ctx, err)
		return false
	}
	for i, t := range tags {
		if found[i].Val() != t.word {
			return false
		}
		c.embedded.touch(tagName(t.tag))
	}
	return true
}

// words reads the tags' words and makes those that are missing; ok is false
// if Redis does not answer.
func (c *Cache) words(ctx context.Context, tags []string) (words []tagWord, ok bool) {
	if !c.health.try() {
		return nil, false
	}
	if len(tags) == 0 {
		return nil, true
	}
	pipe := c.client.Pipeline()
	found := make([]*redis.StringCmd, len(tags))
	for i, tag := range tags {
		pipe.SetArgs(ctx, tagName(tag), rand.Text(), redis.SetArgs{Mode: "NX", TTL: tagTTL})
		found[i] = pipe.Get(ctx, tagName(tag))
	}
	// NX answers nil where the tag has a word already, which is no failure.
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		c.health.report(ctx, err)
		return nil, false
	}
	for i, tag := range tags {
		if found[i].Val() == "" {
			return nil, false
		}
		words = append(words, tagWord{tag, found[i].Val()})
		c.embedded.added(ctx, c.client, tagName(tag), len(tag))
	}
	return words, true
}

func (c *Cache) set(ctx context.Context, key string, value []byte, ttl time.Duration, words []tagWord) {
	if ttl <= 0 || len(value) > MaxValue || !c.health.try() {
		return
	}
	raw := encode(entry{words, value})
	err := c.client.Set(ctx, entryName(key), raw, min(ttl, MaxTTL)).Err()
	c.health.report(ctx, err)
	if err == nil {
		c.embedded.added(ctx, c.client, entryName(key), len(raw))
	}
}

func entryName(key string) string { return entryKey + short(key) }

func tagName(tag string) string { return tagKey + short(tag) }

// short keeps names readable and bounded.
func short(name string) string {
	if len(name) <= maxKey {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}
