package sink

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
)

func TestClaim(t *testing.T) {
	server := serveS3(t)
	a, b := server.open(t, "a"), server.open(t, "b")
	for i, tt := range []struct {
		store      *s3Store
		generation int64
		fenced     bool
	}{
		{a, 5, false}, {a, 5, false}, {b, 5, true}, {b, 4, true}, {b, 6, false}, {a, 5, true}, {a, 6, true}, {b, 6, false},
		{a, 9, false}, {b, 8, true}, {a, 8, true}, {server.open(t, "a"), 9, false},
	} {
		err := tt.store.Claim(t.Context(), tt.generation)
		if errors.Is(err, ErrFenced) != tt.fenced || err != nil && !tt.fenced {
			t.Errorf("step %d: %s claims %d: %v, want fenced %v", i, tt.store.Builder, tt.generation, err, tt.fenced)
		}
	}
	var fenced *Fenced
	if err := b.Claim(t.Context(), 9); !errors.As(err, &fenced) || fenced.Generation != 9 || fenced.Builder != "a" {
		t.Errorf("the error of a builder that is late is %v", err)
	}
	if err := a.Claim(t.Context(), 0); err == nil || errors.Is(err, ErrFenced) {
		t.Errorf("generation 0 = %v", err)
	}
}

// Sixteen builders claim each generation at the same moment, and one has it.
func TestClaimRace(t *testing.T) {
	server := serveS3(t)
	builders := make([]*s3Store, 16)
	for i := range builders {
		builders[i] = server.open(t, fmt.Sprint(i))
	}
	for generation := int64(1); generation <= 20; generation++ {
		var won atomic.Int32
		together(len(builders), func(i int) {
			switch err := builders[i].Claim(t.Context(), generation); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ErrFenced):
				t.Errorf("generation %d: %v", generation, err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("generation %d was won by %d builders", generation, won.Load())
		}
	}
}

// Builders claim generations in any order: after a newer one was granted, none
// that is older is.
func TestNoOlderAfterNewer(t *testing.T) {
	server := serveS3(t)
	var newest, granted atomic.Int64
	together(16, func(i int) {
		store := server.open(t, fmt.Sprint(i))
		for range 20 {
			floor := newest.Load()
			generation := max(1, floor+rand.Int64N(5)-2)
			err := store.Claim(t.Context(), generation)
			if err != nil {
				if !errors.Is(err, ErrFenced) {
					t.Error(err)
				}
				continue
			}
			granted.Add(1)
			if generation < floor {
				t.Errorf("generation %d was granted after %d", generation, floor)
			}
			for have := newest.Load(); have < generation && !newest.CompareAndSwap(have, generation); {
				have = newest.Load()
			}
		}
	})
	if granted.Load() == 0 {
		t.Error("nobody was granted anything")
	}
}

// together calls fn for 0 to n-1 at the same moment.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	wg.Wait()
}

// A builder that has slept brings nothing old over what is new.
func TestLateBuilder(t *testing.T) {
	server := serveS3(t)
	late := server.claimed(t, "late", 1)
	if err := late.Put(t.Context(), object("a", "of 1")); err != nil {
		t.Fatal(err)
	}
	next := server.claimed(t, "next", 2)
	if err := next.Put(t.Context(), object("a", "of 2")); err != nil {
		t.Fatal(err)
	}
	if err := late.Put(t.Context(), object("a", "of 1, late")); !errors.Is(err, ErrFenced) {
		t.Errorf("a late Put = %v", err)
	}
	if err := late.Delete(t.Context(), File{"main", "a"}); !errors.Is(err, ErrFenced) {
		t.Errorf("a late Delete = %v", err)
	}
	if _, body := server.get(t, "live/main/a"); body != "of 2" {
		t.Errorf("the page is %q", body)
	}
}

// What a newer generation has removed does not come back: an object that is not
// there shows no generation, so the claim is asked again after a while.
func TestLateBuilderAfterDelete(t *testing.T) {
	server := serveS3(t)
	late, next := server.claimed(t, "late", 1), server.claimed(t, "next", 2)
	if err := errors.Join(next.Put(t.Context(), object("a", "of 2")), next.Delete(t.Context(), File{"main", "a"})); err != nil {
		t.Fatal(err)
	}
	for _, age := range []time.Duration{2 * fresh, -time.Hour} { // a clock that was set back is not believed
		late.seen = time.Now().Add(-age)
		if err := late.Put(t.Context(), object("a", "of 1")); !errors.Is(err, ErrFenced) {
			t.Errorf("a late Put = %v", err)
		}
		if err := late.Delete(t.Context(), File{"main", "a"}); !errors.Is(err, ErrFenced) {
			t.Errorf("a late Delete = %v", err)
		}
	}
	if res, _ := server.get(t, "live/main/a"); res.StatusCode != 404 {
		t.Errorf("the page is there again: %d", res.StatusCode)
	}
}

// The newer page arrives between the late builder's look and its write.
func TestLateBuilderInBetween(t *testing.T) {
	server := serveS3(t)
	late, next := server.claimed(t, "late", 1), server.claimed(t, "next", 2)
	var begun atomic.Bool
	server.disturb(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && begun.CompareAndSwap(false, true) {
			if err := next.Put(t.Context(), object("a", "of 2")); err != nil {
				t.Error(err)
			}
		}
		return true
	})
	if err := late.Put(t.Context(), object("a", "of 1")); !errors.Is(err, ErrFenced) {
		t.Errorf("a late Put = %v", err)
	}
	if _, body := server.get(t, "live/main/a"); body != "of 2" {
		t.Errorf("the page is %q", body)
	}
}

// With the claim's object deleted, generations begin anew: a database that was
// restored counts lower than the objects it finds.
func TestNewEpoch(t *testing.T) {
	server := serveS3(t)
	old := server.claimed(t, "old", 50)
	if err := old.Put(t.Context(), object("a", "of 50")); err != nil {
		t.Fatal(err)
	}
	if err := server.open(t, "restored").Claim(t.Context(), 10); !errors.Is(err, ErrFenced) {
		t.Fatalf("before: %v", err)
	}
	if _, err := server.backend.DeleteObject(bucket, "live/"+claimFile); err != nil {
		t.Fatal(err)
	}
	restored := server.claimed(t, "restored", 10)
	if err := restored.Put(t.Context(), object("a", "of 10")); err != nil {
		t.Errorf("Put in the new epoch: %v", err)
	}
	if err := old.Claim(t.Context(), 51); !errors.Is(err, ErrFenced) {
		t.Errorf("a builder of the old epoch claims: %v", err)
	}
}

// ignoring takes the conditions out of every write.
func ignoring(_ http.ResponseWriter, r *http.Request) bool {
	r.Header.Del("If-Match")
	r.Header.Del("If-None-Match")
	return true
}

// declining answers every condition with 501.
func declining(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodPut && (r.Header.Get("If-Match") != "" || r.Header.Get("If-None-Match") != "") {
		w.WriteHeader(http.StatusNotImplemented)
		fmt.Fprint(w, `<Error><Code>NotImplemented</Code></Error>`)
		return false
	}
	return true
}

// half knows If-None-Match only.
func half(_ http.ResponseWriter, r *http.Request) bool {
	r.Header.Del("If-Match")
	return true
}

// Storage that ignores conditions is named in the log, once, and works; a
// builder that comes later than another is still turned away.
func TestIgnoredConditions(t *testing.T) {
	for name, between := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"ignored": ignoring, "declined": declining, "half": half,
	} {
		server := serveS3(t)
		server.disturb(between)
		var log bytes.Buffer
		store := server.open(t, "a")
		store.Log = slog.New(slog.NewTextHandler(&log, nil))
		for range 2 {
			if err := store.Claim(t.Context(), 2); err != nil {
				t.Fatalf("%s: Claim: %v", name, err)
			}
		}
		if got := strings.Count(log.String(), "ignores conditional writes"); got != 1 || !strings.Contains(log.String(), "level=WARN") {
			t.Errorf("%s: the log is %q", name, log.String())
		}
		if err := store.Put(t.Context(), object("a", "a")); err != nil {
			t.Errorf("%s: Put: %v", name, err)
		}
		if err := server.open(t, "b").Claim(t.Context(), 1); !errors.Is(err, ErrFenced) {
			t.Errorf("%s: an older claim = %v", name, err)
		}
		if err := store.Check(t.Context()); !errors.Is(err, errIgnored) {
			t.Errorf("%s: Check = %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	server := serveS3(t)
	store := server.open(t, "a")
	if err := store.Check(t.Context()); err != nil {
		t.Errorf("Check = %v", err)
	}
	err := store.List(t.Context(), func(f File, _ [32]byte, _ bool) error { return fmt.Errorf("Check leaves %v behind", f) })
	if err != nil {
		t.Error(err)
	}
	if list, err := server.backend.ListBucket(bucket, nil, gofakes3.ListBucketPage{}); err != nil || len(list.Contents) != 0 {
		t.Errorf("Check leaves %d objects behind, %v", len(list.Contents), err)
	}
	// Without the right to list, S3 answers 403 for what is not there.
	server.disturb(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodHead && strings.HasSuffix(r.URL.Path, "absent") {
			w.WriteHeader(http.StatusForbidden)
			return false
		}
		return true
	})
	if err := store.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "list the bucket") {
		t.Errorf("Check without the right to list = %v", err)
	}
	server.disturb(func(http.ResponseWriter, *http.Request) bool { return true })
	if err := server.backend.SetVersioningConfiguration(bucket, gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}); err != nil {
		t.Fatal(err)
	}
	if err := store.Check(t.Context()); !errors.Is(err, errVersions) {
		t.Errorf("Check of a bucket with versions = %v", err)
	}
}

func TestForeignClaim(t *testing.T) {
	server := serveS3(t)
	for _, text := range []string{"hello", strings.Repeat(" ", maxClaim+1)} {
		if _, err := server.backend.PutObject(bucket, "live/"+claimFile, foreign(), strings.NewReader(text), int64(len(text)), nil); err != nil {
			t.Fatal(err)
		}
		if err := server.open(t, "a").Claim(t.Context(), 1); !errors.Is(err, errClaim) {
			t.Errorf("Claim over something else = %v", err)
		}
	}
}

// FuzzClaim: what is taken for a claim is one, and comes out as it went in.
func FuzzClaim(f *testing.F) {
	for _, seed := range []string{`{"generation":1,"builder":"a","epoch":"b"}`, `{}`, `null`, `[]`, `{"generation":-1,"builder":"a","epoch":"b"}`, `{"generation":1e9}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := parseClaim(raw)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := parseClaim(again); err != nil || d != c || c.Generation < 1 || c.Builder == "" || c.Epoch == "" {
			t.Errorf("%q gives %+v, and that %+v, %v", raw, c, d, err)
		}
	})
}
