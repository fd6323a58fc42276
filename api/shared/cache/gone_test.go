package cache

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// await polls a condition that another goroutine or connection brings about.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("%s did not happen", what)
		case <-poll.C:
		}
	}
}

func TestRedisGoesAndComesBack(t *testing.T) {
	server := miniredis.RunT(t)
	c := open(t, "redis://"+server.Addr())
	c.health.pause = time.Millisecond
	ctx := t.Context()
	c.Set(ctx, "k", []byte("kept"), time.Minute, "t")
	if _, ok := c.Get(ctx, "k"); !ok {
		t.Fatal("Redis does not work to begin with")
	}

	server.Close()
	if _, ok := c.Get(ctx, "k"); ok {
		t.Error("a Redis that is gone has something")
	}
	c.Set(ctx, "k2", []byte("x"), time.Minute, "t")
	load := func(context.Context) ([]byte, error) { return []byte("loaded"), nil }
	if got, err := c.GetOrLoad(ctx, "k", time.Minute, []string{"t"}, load); err != nil || string(got) != "loaded" {
		t.Errorf("GetOrLoad without Redis = %q, %v", got, err)
	}
	if err := c.InvalidateTags(ctx, "t"); err == nil {
		t.Error("InvalidateTags does not say that it failed")
	}

	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	await(t, "the return of Redis", func() bool {
		c.Set(ctx, "k3", []byte("x"), time.Minute)
		_, ok := c.Get(ctx, "k3")
		return ok
	})
}

// A Redis that fails is not asked again for a while.
func TestPauseAfterAFailure(t *testing.T) {
	server := miniredis.RunT(t)
	c := open(t, "redis://"+server.Addr())
	c.health.pause = time.Hour
	server.SetError("LOADING canary")
	c.Get(t.Context(), "k")
	before := server.CommandCount()
	for range 100 {
		c.Get(t.Context(), "k")
		c.Set(t.Context(), "k", []byte("x"), time.Minute, "t")
	}
	if asked := server.CommandCount() - before; asked != 0 {
		t.Errorf("a failing Redis was asked %d times", asked)
	}
	server.SetError("")
	if err := c.InvalidateTags(t.Context(), "t"); err != nil {
		t.Errorf("InvalidateTags must try all the same: %v", err)
	}
	c.Set(t.Context(), "k", []byte("x"), time.Minute)
	if _, ok := c.Get(t.Context(), "k"); !ok {
		t.Error("an answer does not end the pause")
	}
}

// A caller that went away is no sign of a failing Redis.
func TestCancelledCaller(t *testing.T) {
	c := open(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := c.Get(ctx, "k"); ok {
		t.Error("Get with a cancelled context has something")
	}
	if !c.health.try() {
		t.Error("one cancelled request turns the cache off")
	}
}

func TestOpen(t *testing.T) {
	for _, bad := range []string{"canary", "http://canary:1", "redis://canary:x:y"} {
		if _, err := Open(t.Context(), bad); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("Open(%q) = %v, want an error without the URL", bad, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c := open(t, "redis://"+addr)
	if _, ok := c.Get(t.Context(), "k"); ok || c.InProcess() {
		t.Error("a cache without its Redis is not simply empty")
	}
}

// A Redis that accepts connections and says nothing costs its time-out once.
func TestSilentRedis(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c, err := Open(t.Context(), "redis://"+l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.health.pause = time.Hour
	c.Get(t.Context(), "k")
	start := time.Now()
	for range 100 {
		c.Get(t.Context(), "k")
	}
	if took := time.Since(start); took > 50*ioTimeout { // half of what it is if each waits
		t.Errorf("100 gets took %v", took)
	}
}

func TestInProcessTimesRunOut(t *testing.T) {
	c := open(t, "")
	c.Set(t.Context(), "short", []byte("x"), tick)
	c.Set(t.Context(), "long", []byte("x"), time.Hour)
	await(t, "the end of an entry", func() bool { _, ok := c.Get(t.Context(), "short"); return !ok })
	if _, ok := c.Get(t.Context(), "long"); !ok {
		t.Error("an entry ended too early")
	}
	if !c.InProcess() {
		t.Error("InProcess = false")
	}
}

func TestInProcessIsBounded(t *testing.T) {
	c := open(t, "")
	c.embedded.maxKeys = 10
	ctx := t.Context()
	c.Set(ctx, "favourite", []byte("x"), time.Hour)
	for i := range 50 {
		c.Set(ctx, fmt.Sprint("k", i), []byte("x"), time.Hour)
		if _, ok := c.Get(ctx, "favourite"); !ok {
			t.Fatalf("what is used all the time was removed after %d keys", i)
		}
	}
	if n := c.Client().DBSize(ctx).Val(); n > 10 {
		t.Errorf("%d keys, want at most 10", n)
	}
	if _, ok := c.Get(ctx, "k49"); !ok {
		t.Error("the newest entry was removed")
	}

	c.embedded.maxKeys, c.embedded.maxBytes = 1000, 10_000
	for i := range 20 {
		c.Set(ctx, fmt.Sprint("large", i), make([]byte, 2000), time.Hour, "t")
	}
	if c.embedded.bytes > 10_000 {
		t.Errorf("%d bytes are kept, want at most 10000", c.embedded.bytes)
	}
	c.Set(ctx, "large19", make([]byte, 10), time.Hour)
	if got, ok := c.Get(ctx, "large19"); !ok || len(got) != 10 {
		t.Error("an entry cannot be written again")
	}
}
