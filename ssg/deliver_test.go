package ssg_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crypto/sha256"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg/sink"
)

// outside is an S3 server and one that records purges, both on loopback.
type outside struct {
	away    atomic.Bool // answers 503
	targets sink.Targets

	mu     sync.Mutex
	purges [][]string
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	backend := s3mem.New()
	if err := backend.CreateBucket("site"); err != nil {
		t.Fatal(err)
	}
	s3 := gofakes3.New(backend).Server()
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.away.Load() {
			http.Error(w, "away", http.StatusNotImplemented) // which no client tries again
			return
		}
		s3.ServeHTTP(w, r)
	}))
	t.Cleanup(storage.Close)
	purger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var p struct{ URLs []string }
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &p); err != nil {
			t.Errorf("purge: %v in %s", err, body)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		slices.Sort(p.URLs)
		o.purges = append(o.purges, p.URLs)
	}))
	t.Cleanup(purger.Close)
	var err error
	o.targets, err = sink.Open(config.Config{
		S3: config.S3{Endpoint: storage.URL, Region: "us-east-1", Bucket: "site",
			AccessKey: config.NewSecret("access"), SecretKey: config.NewSecret("secret")},
		Purge: config.Purge{URL: purger.URL, Secret: config.NewSecret("secret")},
	}, sink.Options{Builder: "one", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.targets.Close)
	return o
}

// holds compares the storage with a tree.
func (o *outside) holds(t *testing.T, tree map[string]string) {
	t.Helper()
	want, got := map[string][32]byte{}, map[string][32]byte{}
	for name, body := range tree {
		if !strings.HasSuffix(name, ".br") && !strings.HasSuffix(name, ".gz") {
			want[name] = sha256.Sum256([]byte(body))
		}
	}
	err := o.targets.Store.List(t.Context(), func(f sink.File, hash [32]byte, _ bool) error {
		got[f.Tree+"/"+f.File] = hash
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the storage is not as the directory (-want +got):\n%s", diff)
	}
}

func (o *outside) lastPurge() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.purges[len(o.purges)-1]
}

func TestDeliveries(t *testing.T) {
	w, o := newWorld(t, nil), newOutside(t)
	w.builder.Targets = o.targets
	ctx := context.Background()
	deliver := func() error { return w.builder.DeliverOnce(ctx) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	kale := w.publish("Kale", nil)
	w.publish("Leeks", nil)
	w.drain()
	must(deliver())
	o.holds(t, w.tree())

	// What is purged is what changed, no more and no less.
	before := w.files()
	w.publish("Chard", func(f *blog.PostFields) { f.Tags = ptr([]string{"Leaves"}) })
	w.drain()
	must(deliver())
	o.holds(t, w.tree())
	var want []string
	for name, now := range w.files() {
		if before[name] != now {
			at := "http://localhost:8080/" + strings.TrimSuffix(strings.TrimPrefix(name, "main/"), "index.html")
			want = append(want, at)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, o.lastPurge()); diff != "" {
		t.Errorf("purged is not what changed (-want +got):\n%s", diff)
	}

	// The storage is away while two generations are made; the directory does not
	// wait, and what was withdrawn goes as soon as the storage is back.
	o.away.Store(true)
	_, err := w.blog.Unpublish(ctx, contract.TypePost, string(kale.ID), nil)
	must(err)
	w.drain()
	if err := deliver(); err == nil {
		t.Fatal("delivered to a storage that is away")
	}
	w.publish("Beans", nil)
	w.drain()
	w.equalsFull()
	o.away.Store(false)
	must(deliver())
	o.holds(t, w.tree())
	if !slices.Contains(o.lastPurge(), "http://localhost:8080/kale/") {
		t.Error("the address of the withdrawn page was not purged")
	}
	purges := len(o.purges)
	must(deliver())
	if len(o.purges) != purges {
		t.Error("delivered again though nothing changed")
	}
}
