package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func Example() {
	ctx := context.Background()
	c, err := Open(ctx, "")
	if err != nil {
		panic(err)
	}
	defer c.Close()
	render := func(context.Context) ([]byte, error) {
		fmt.Println("rendering")
		return []byte("<nav>"), nil
	}
	for range 2 {
		body, _ := c.GetOrLoad(ctx, "fragment:nav", time.Hour, []string{"nav"}, render)
		fmt.Println(string(body))
	}
	_ = c.InvalidateTags(ctx, "nav")
	body, _ := c.GetOrLoad(ctx, "fragment:nav", time.Hour, []string{"nav"}, render)
	fmt.Println(string(body))
	// Output:
	// rendering
	// <nav>
	// <nav>
	// rendering
	// <nav>
}

// patience is for a busy machine; no test waits that long when all is well.
const patience = time.Minute

// open is Open for a test that has a Redis: it is waited for as long as a busy machine needs.
func open(t *testing.T, url string) *Cache {
	t.Helper()
	c, err := Open(t.Context(), url)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	options := c.client.(*redis.Client).Options()
	options.ReadTimeout, options.WriteTimeout = patience, patience
	c.health.resume.Store(0)
	return c
}

// both runs a test in process and against a Redis over TCP.
func both(t *testing.T, f func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) { f(t, open(t, "")) })
	t.Run("over tcp", func(t *testing.T) { f(t, open(t, "redis://"+miniredis.RunT(t).Addr())) })
}

func TestGetAndSet(t *testing.T) {
	both(t, func(t *testing.T, c *Cache) {
		ctx := t.Context()
		if _, ok := c.Get(ctx, "k"); ok {
			t.Error("an empty cache has something")
		}
		long := strings.Repeat("k", 5000)
		for _, key := range []string{"k", "", "with spaces\r\n", long} {
			want := []byte("value of " + key[:min(len(key), 5)] + "\x00\r\n")
			c.Set(ctx, key, want, time.Minute, "a", "b")
			if got, ok := c.Get(ctx, key); !ok || !bytes.Equal(got, want) {
				t.Errorf("Get(%.20q) = %q, %v, want %q", key, got, ok, want)
			}
		}
		if _, ok := c.Get(ctx, long[:4999]); ok {
			t.Error("two long keys are one")
		}
		c.Set(ctx, "empty", nil, time.Minute)
		if got, ok := c.Get(ctx, "empty"); !ok || len(got) != 0 {
			t.Errorf("an empty value comes back as %q, %v", got, ok)
		}
		c.Set(ctx, "never", []byte("x"), 0)
		c.Set(ctx, "huge", make([]byte, MaxValue+1), time.Minute)
		for _, key := range []string{"never", "huge"} {
			if _, ok := c.Get(ctx, key); ok {
				t.Errorf("%q was kept", key)
			}
		}
		c.Set(ctx, "long", []byte("x"), 1000*time.Hour)
		if ttl := c.Client().TTL(ctx, entryName("long")).Val(); ttl > MaxTTL || ttl <= 0 {
			t.Errorf("an entry lives for %v, want at most %v", ttl, MaxTTL)
		}
	})
}

func TestInvalidateTags(t *testing.T) {
	both(t, func(t *testing.T, c *Cache) {
		ctx := t.Context()
		keys := map[string][]string{"one": {"a"}, "two": {"a", "b"}, "three": {"b", "c"}, "none": nil}
		for key, tags := range keys {
			c.Set(ctx, key, []byte(key), time.Minute, tags...)
		}
		if err := c.InvalidateTags(ctx, "a", "unknown"); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]bool{"one": false, "two": false, "three": true, "none": true} {
			if _, ok := c.Get(ctx, key); ok != want {
				t.Errorf("after dropping a, Get(%q) = %v, want %v", key, ok, want)
			}
		}
		c.Set(ctx, "one", []byte("new"), time.Minute, "a")
		if got, ok := c.Get(ctx, "one"); !ok || string(got) != "new" {
			t.Errorf("a tag cannot be used again: %q, %v", got, ok)
		}
		if _, ok := c.Get(ctx, "two"); ok {
			t.Error("an entry came back when its tag was used again")
		}
		if err := c.InvalidateTags(ctx); err != nil {
			t.Errorf("InvalidateTags of nothing: %v", err)
		}
	})
}

// What was read before an invalidation is not served after it, although it was
// stored later.
func TestLoadAcrossAnInvalidation(t *testing.T) {
	both(t, func(t *testing.T, c *Cache) {
		ctx := t.Context()
		got, err := c.GetOrLoad(ctx, "k", time.Minute, []string{"t"}, func(ctx context.Context) ([]byte, error) {
			return []byte("old"), c.InvalidateTags(ctx, "t")
		})
		if err != nil || string(got) != "old" {
			t.Fatalf("GetOrLoad = %q, %v", got, err)
		}
		if got, ok := c.Get(ctx, "k"); ok {
			t.Errorf("the stale value %q is served", got)
		}
	})
}

// Who asks after an invalidation does not join a load that began before it.
func TestNobodyJoinsAnOldLoad(t *testing.T) {
	c := open(t, "")
	began, finish := make(chan struct{}), make(chan struct{})
	first := make(chan string, 1)
	go func() {
		got, _ := c.GetOrLoad(context.Background(), "k", time.Minute, []string{"t"}, func(context.Context) ([]byte, error) {
			close(began)
			<-finish
			return []byte("old"), nil
		})
		first <- string(got)
	}()
	<-began
	if err := c.InvalidateTags(t.Context(), "t"); err != nil {
		t.Fatal(err)
	}
	load := func(context.Context) ([]byte, error) { return []byte("new"), nil }
	if got, err := c.GetOrLoad(t.Context(), "k", time.Minute, []string{"t"}, load); err != nil || string(got) != "new" {
		t.Errorf("GetOrLoad = %q, %v, want new", got, err)
	}
	close(finish)
	if got := <-first; got != "old" {
		t.Errorf("the first caller has %q, want old", got)
	}
}

func TestOneLoadForAll(t *testing.T) {
	c := open(t, "")
	var loads atomic.Int32
	var asking sync.WaitGroup
	release := make(chan struct{})
	load := func(context.Context) ([]byte, error) {
		loads.Add(1)
		<-release
		return []byte("value"), nil
	}
	const callers = 50
	results := make(chan []byte, callers)
	for range callers {
		asking.Add(1)
		go func() {
			asking.Done()
			got, _ := c.GetOrLoad(context.Background(), "k", time.Minute, nil, load)
			results <- got
		}()
	}
	asking.Wait()
	close(release)
	for range callers {
		got := <-results
		if string(got) != "value" {
			t.Fatalf("a caller has %q", got)
		}
		got[0] = 'X' // must not reach the others
	}
	// Callers that came after the end of the first load find the entry.
	if n := loads.Load(); n != 1 {
		t.Errorf("%d loads, want 1", n)
	}
}

func TestLoadFailures(t *testing.T) {
	c := open(t, "")
	broken := errors.New("broken")
	if _, err := c.GetOrLoad(t.Context(), "k", time.Minute, nil, func(context.Context) ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("GetOrLoad = %v, want the load's error", err)
	}
	if _, err := c.GetOrLoad(t.Context(), "k", time.Minute, nil, func(context.Context) ([]byte, error) { panic("oh") }); err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("GetOrLoad = %v, want the panic as an error", err)
	}
	if got, err := c.GetOrLoad(t.Context(), "k", time.Minute, nil, func(context.Context) ([]byte, error) { return []byte("x"), nil }); err != nil || string(got) != "x" {
		t.Errorf("a failure was kept: %q, %v", got, err)
	}
}

// A caller stops waiting when its context ends; the load goes on for the others.
func TestImpatientCaller(t *testing.T) {
	c := open(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	load := func(ctx context.Context) ([]byte, error) {
		cancel()
		<-release
		return []byte("value"), ctx.Err()
	}
	if _, err := c.GetOrLoad(ctx, "k", time.Minute, nil, load); !errors.Is(err, context.Canceled) {
		t.Errorf("GetOrLoad = %v, want the caller's own end", err)
	}
	close(release)
	got, err := c.GetOrLoad(t.Context(), "k", time.Minute, nil, func(context.Context) ([]byte, error) { return []byte("value"), nil })
	if err != nil || string(got) != "value" {
		t.Errorf("the next caller has %q, %v", got, err)
	}
}

func TestJSON(t *testing.T) {
	type nav struct{ Items []string }
	c := open(t, "")
	loads := 0
	load := func(context.Context) (nav, error) { loads++; return nav{[]string{"a"}}, nil }
	for range 2 {
		if got, err := JSON(t.Context(), c, "nav", time.Minute, nil, load); err != nil || len(got.Items) != 1 {
			t.Errorf("JSON = %+v, %v", got, err)
		}
	}
	if loads != 1 {
		t.Errorf("%d loads, want 1", loads)
	}
	c.Set(t.Context(), "nav", []byte(`{"Items":"of another release"}`), time.Minute)
	if got, err := JSON(t.Context(), c, "nav", time.Minute, nil, load); err != nil || len(got.Items) != 1 {
		t.Errorf("JSON over an old entry = %+v, %v", got, err)
	}
	broken := errors.New("broken")
	if _, err := JSON(t.Context(), c, "x", time.Minute, nil, func(context.Context) (nav, error) { return nav{}, broken }); !errors.Is(err, broken) {
		t.Errorf("JSON = %v, want the load's error", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(entry{[]tagWord{{"tag", "word"}, {"", ""}}, []byte("value")}))
	f.Add([]byte{})
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add([]byte{1, 2, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, ok := decode(raw)
		if !ok {
			return
		}
		again, ok := decode(encode(e))
		if !ok || len(again.tags) != len(e.tags) || !bytes.Equal(again.value, e.value) {
			t.Errorf("decode(%q) = %v, which does not survive", raw, e)
		}
	})
}
