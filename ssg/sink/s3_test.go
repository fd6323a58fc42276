package sink

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"rose-ash.com/roseash/api/shared/config"
)

// storage is an S3 server on loopback with one bucket. Between, where set, takes
// each request first; false means that it was answered.
type storage struct {
	url     string
	backend *s3mem.Backend
	between atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool]
	handler http.Handler
}

const bucket = "a-site"

func serveS3(t testing.TB) *storage {
	t.Helper()
	s := &storage{backend: s3mem.New()}
	if err := s.backend.CreateBucket(bucket); err != nil {
		t.Fatal(err)
	}
	s.handler = gofakes3.New(s.backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if between := s.between.Load(); between != nil && !(*between)(w, r) {
			return
		}
		s.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// disturb puts something between the store and the storage.
func (s *storage) disturb(between func(w http.ResponseWriter, r *http.Request) bool) {
	s.between.Store(&between)
}

// open makes a builder's store.
func (s *storage) open(t testing.TB, builder string) *s3Store {
	t.Helper()
	targets, err := Open(config.Config{S3: config.S3{
		Endpoint: s.url, Region: "us-east-1", Bucket: bucket, Prefix: "live/",
		AccessKey: config.NewSecret("access"), SecretKey: config.NewSecret("canary-secret"),
	}}, Options{Builder: builder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(targets.Close)
	return targets.Store.(*s3Store)
}

// claimed is a store that has a generation.
func (s *storage) claimed(t testing.TB, builder string, generation int64) *s3Store {
	t.Helper()
	store := s.open(t, builder)
	if err := store.Claim(t.Context(), generation); err != nil {
		t.Fatalf("%s claims %d: %v", builder, generation, err)
	}
	return store
}

// get asks as a visitor does.
func (s *storage) get(t testing.TB, key string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(s.url + "/" + bucket + "/" + key)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(raw)
}

func object(file, body string) Object {
	return Object{Tree: "main", File: file, Body: []byte(body), Hash: sha256.Sum256([]byte(body))}
}

func TestPut(t *testing.T) {
	server := serveS3(t)
	var caching atomic.Value // the server does not keep it
	server.disturb(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			caching.Store(r.Header.Get("Cache-Control"))
		}
		return true
	})
	store := server.claimed(t, "a", 7)
	for _, tt := range []struct{ file, kind, coding, caching string }{
		{"about/index.html", "text/html; charset=utf-8", "", "public, max-age=0, must-revalidate"},
		{"about/index.html.br", "text/html; charset=utf-8", "br", "public, max-age=0, must-revalidate"},
		{"rss.xml.gz", "application/rss+xml; charset=utf-8", "gzip", "public, max-age=0, must-revalidate"},
		{"_assets/site-1a.css", "text/css; charset=utf-8", "", "public, max-age=31536000, immutable"},
		{"_assets/site-1a.css.br", "text/css; charset=utf-8", "br", "public, max-age=31536000, immutable"},
		{"odd name/ünder+100%/index.html", "text/html; charset=utf-8", "", "public, max-age=0, must-revalidate"},
		{"empty.txt", "text/plain; charset=utf-8", "", "public, max-age=0, must-revalidate"},
	} {
		o := object(tt.file, strings.TrimPrefix(tt.file, "empty.txt"))
		if err := store.Put(t.Context(), o); err != nil {
			t.Fatalf("Put %q: %v", tt.file, err)
		}
		request, err := http.NewRequest(http.MethodGet, server.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.URL.Path = "/" + bucket + "/live/main/" + tt.file
		request.Header.Set("Accept-Encoding", "identity")
		res, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || string(raw) != string(o.Body) {
			t.Errorf("%q is stored as %d %q", tt.file, res.StatusCode, raw)
		}
		for name, want := range map[string]string{
			"Content-Type": tt.kind, "Content-Encoding": tt.coding,
			"X-Amz-Meta-Sha256": fmt.Sprintf("%x", o.Hash), "X-Amz-Meta-Generation": "7",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%q has %s %q, want %q", tt.file, name, got, want)
			}
		}
		if got := caching.Load(); got != tt.caching {
			t.Errorf("%q is sent with Cache-Control %q, want %q", tt.file, got, tt.caching)
		}
	}
}

func TestPutRefuses(t *testing.T) {
	server := serveS3(t)
	store := server.open(t, "a")
	if err := store.Put(t.Context(), object("x", "x")); !errors.Is(err, errUnclaimed) {
		t.Errorf("Put before Claim = %v", err)
	}
	if err := store.Delete(t.Context(), File{"main", "x"}); !errors.Is(err, errUnclaimed) {
		t.Errorf("Delete before Claim = %v", err)
	}
	o := object("x", "x")
	o.Body = []byte("y")
	if err := server.claimed(t, "a", 1).Put(t.Context(), o); !errors.Is(err, errHash) {
		t.Errorf("Put with another's hash = %v", err)
	}
	if res, _ := server.get(t, "live/main/x"); res.StatusCode != 404 {
		t.Errorf("something was stored: %d", res.StatusCode)
	}
}

func TestDelete(t *testing.T) {
	server := serveS3(t)
	store := server.claimed(t, "a", 1)
	for _, file := range []string{"a/index.html", "a/index.html.br", "a/index.html.gz", "a/index.html.txt", "b/index.html"} {
		if err := store.Put(t.Context(), object(file, file)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := store.Delete(t.Context(), File{"main", "a/index.html"}); err != nil {
			t.Fatalf("Delete: %v", err)
		}
	}
	for file, want := range map[string]int{"a/index.html": 404, "a/index.html.br": 404, "a/index.html.gz": 404, "a/index.html.txt": 200, "b/index.html": 200} {
		if res, _ := server.get(t, "live/main/"+file); res.StatusCode != want {
			t.Errorf("%s = %d, want %d", file, res.StatusCode, want)
		}
	}
}

// foreign is what an object of somebody else carries.
func foreign() map[string]string {
	return map[string]string{"X-Amz-Meta-Sha256": "nonsense", "Last-Modified": time.Now().UTC().Format(http.TimeFormat)}
}

// A list longer than one answer of the storage, with files of others in it.
func TestList(t *testing.T) {
	server := serveS3(t)
	store := server.claimed(t, "a", 1)
	want := map[File]bool{{"main", "a/index.html"}: true, {"market", "b.css"}: true}
	ours := object("a/index.html", "a")
	other := Object{"market", "b.css", []byte("b"), sha256.Sum256([]byte("b"))}
	for _, o := range []Object{ours, other} {
		if err := store.Put(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	put := func(key string) {
		if _, err := server.backend.PutObject(bucket, key, foreign(), strings.NewReader("x"), 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1001 {
		f := File{"main", fmt.Sprintf("foreign/%d", i)}
		want[f] = false
		put("live/" + f.Tree + "/" + f.File)
	}
	for _, key := range []string{"elsewhere/main/x", "live/top", "live/.hidden/x"} {
		put(key)
	}
	got := map[File]bool{}
	err := store.List(t.Context(), func(f File, hash [32]byte, known bool) error {
		got[f] = known
		if known && hash != ours.Hash && hash != other.Hash {
			t.Errorf("%v has the hash %x", f, hash)
		}
		return nil
	})
	if err != nil || len(got) != len(want) {
		t.Fatalf("List = %v with %d files, want %d", err, len(got), len(want))
	}
	for f, known := range want {
		if have, ok := got[f]; !ok || have != known {
			t.Errorf("%v: listed %v, known %v, want known %v", f, ok, have, known)
		}
	}
	stop := errors.New("enough")
	if err := store.List(t.Context(), func(File, [32]byte, bool) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("List with a caller's error = %v", err)
	}
}

// answered lets the storage do what was asked and breaks the connection before
// the answer, the first time for each request that match wants.
func answered(s *storage, match func(*http.Request) bool) {
	var mu sync.Mutex
	seen := map[string]bool{}
	s.disturb(func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		first := match(r) && !seen[r.URL.Path]
		seen[r.URL.Path] = seen[r.URL.Path] || first
		mu.Unlock()
		if first {
			s.handler.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		return true
	})
}

// A write that arrived and whose answer did not is a write.
func TestLostAnswers(t *testing.T) {
	server := serveS3(t)
	answered(server, func(r *http.Request) bool { return r.Method == http.MethodPut || r.Method == http.MethodDelete })
	store := server.claimed(t, "a", 1)
	if !store.conditions {
		t.Error("the probe takes a lost answer for a lack of conditions")
	}
	if err := store.Put(t.Context(), object("a", "1")); err != nil {
		t.Errorf("Put: %v", err)
	}
	if err := store.Delete(t.Context(), File{"main", "a"}); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if err := server.open(t, "b").Claim(t.Context(), 1); !errors.Is(err, ErrFenced) {
		t.Errorf("another builder claims the same generation: %v", err)
	}
}

// A storage that is busy for a moment is asked again; one that refuses is named
// with its status and code, and none of its words.
func TestFaults(t *testing.T) {
	server := serveS3(t)
	var busy atomic.Int32
	server.disturb(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && busy.Add(1)%2 == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `<Error><Code>SlowDown</Code><Message>slow down</Message></Error>`)
			return false
		}
		return true
	})
	store := server.claimed(t, "a", 1)
	if err := store.Put(t.Context(), object("a", "1")); err != nil {
		t.Errorf("Put to a busy storage: %v", err)
	}
	server.disturb(func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<Error><Code>SignatureDoesNotMatch</Code><Message>canary-secret is wrong</Message></Error>`)
		return false
	})
	for name, err := range map[string]error{
		"Claim": store.Claim(t.Context(), 2), "Put": store.Put(t.Context(), object("a", "2")),
		"Delete": store.Delete(t.Context(), File{"main", "a"}), "Check": store.Check(t.Context()),
		"List": store.List(t.Context(), nil),
	} {
		if err == nil || !strings.Contains(err.Error(), "403") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s = %v", name, err)
		}
	}
	server.disturb(func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return false })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := store.Put(ctx, object("a", "2")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Put to a storage that does not answer: %v", err)
	}
}

func TestNoBucket(t *testing.T) {
	server := serveS3(t)
	store := server.open(t, "a")
	store.bucket = "another"
	if err := store.Claim(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "NoSuchBucket") {
		t.Errorf("Claim = %v", err)
	}
}
