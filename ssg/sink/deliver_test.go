package sink

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// watched is a store that notes what is asked of it.
type watched struct {
	Store
	mu       sync.Mutex
	done     []string
	now, top int // how many Puts and Deletes run, and ran at the most
	before   func(what string) error
	together bool // the first waits for another one beside it
}

func (w *watched) note(what string) error {
	w.mu.Lock()
	w.now++
	w.top = max(w.top, w.now)
	w.mu.Unlock()
	time.Sleep(time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	for end := time.Now().Add(time.Minute); w.together && w.top < 2 && time.Now().Before(end); {
		w.mu.Unlock()
		time.Sleep(time.Millisecond)
		w.mu.Lock()
	}
	w.now--
	w.done = append(w.done, what)
	if w.before != nil {
		return w.before(what)
	}
	return nil
}

func (w *watched) Put(ctx context.Context, o Object) error {
	return errors.Join(w.note("put "+o.File), w.Store.Put(ctx, o))
}

func (w *watched) Delete(ctx context.Context, f File) error {
	return errors.Join(w.note("delete "+f.File), w.Store.Delete(ctx, f))
}

func groups(list ...iter.Seq2[Object, error]) []iter.Seq2[Object, error] { return list }

func group(name string, n int) []Object {
	list := make([]Object, n)
	for i := range list {
		list[i] = object(fmt.Sprintf("%s/%d", name, i), name)
	}
	return list
}

func TestDeliver(t *testing.T) {
	server := serveS3(t)
	w := &watched{Store: server.claimed(t, "a", 1), together: true}
	for _, f := range []string{"gone/1", "gone/2"} {
		if err := w.Store.Put(t.Context(), object(f, f)); err != nil {
			t.Fatal(err)
		}
	}
	d := Delivery{Generation: 2, Deletes: []File{{"main", "gone/1"}, {"main", "gone/2"}, {"main", "gone/never"}}}
	for _, name := range []string{"assets", "pages", "lists"} {
		d.Groups = append(d.Groups, Objects(group(name, 30)...))
	}
	for range 2 { // a second time does no harm
		w.done = nil
		tally, err := Deliver(t.Context(), w, d)
		if err != nil || tally != (Tally{Stored: 90, Deleted: 3, Bytes: 30 * 16}) {
			t.Fatalf("Deliver = %+v, %v", tally, err)
		}
		order := slices.Clone(w.done)
		for i, what := range order {
			order[i], _, _ = strings.Cut(what, "/")
		}
		if got := slices.Compact(order); !slices.Equal(got, []string{"put assets", "put pages", "put lists", "delete gone"}) {
			t.Errorf("the order is %v", got)
		}
	}
	if w.top > atOnce || w.top < 2 {
		t.Errorf("%d objects were on their way at once, want 2 to %d", w.top, atOnce)
	}
	found := 0
	err := w.List(t.Context(), func(f File, _ [32]byte, known bool) error {
		found++
		if !known || strings.HasPrefix(f.File, "gone") {
			t.Errorf("%v is there, known %v", f, known)
		}
		return nil
	})
	if err != nil || found != 90 {
		t.Errorf("%d objects are there, %v", found, err)
	}
}

// A builder that is replaced between two groups stores nothing of the second.
func TestDeliverIsFenced(t *testing.T) {
	server := serveS3(t)
	w := &watched{Store: server.open(t, "a")}
	next := server.open(t, "b")
	w.before = func(what string) error {
		if what == "put pages/0" {
			return next.Claim(t.Context(), 2)
		}
		return nil
	}
	_, err := Deliver(t.Context(), w, Delivery{
		Generation: 1, Groups: groups(Objects(group("pages", 1)...), Objects(group("lists", 1)...)), Deletes: []File{{"main", "x"}},
	})
	if !errors.Is(err, ErrFenced) || slices.Contains(w.done, "put lists/0") || slices.Contains(w.done, "delete x") {
		t.Errorf("Deliver = %v after %v", err, w.done)
	}
}

func TestDeliverFails(t *testing.T) {
	server := serveS3(t)
	torn, refused := errors.New("torn"), errors.New("refused")
	w := &watched{Store: server.open(t, "a")}
	half := func(yield func(Object, error) bool) {
		_ = yield(object("pages/0", "x"), nil) && yield(Object{}, torn)
	}
	d := Delivery{Generation: 1, Groups: groups(half, Objects(group("lists", 1)...)), Deletes: []File{{"main", "x"}}}
	if _, err := Deliver(t.Context(), w, d); !errors.Is(err, torn) || slices.Contains(w.done, "put lists/0") {
		t.Errorf("Deliver of a sequence that fails = %v after %v", err, w.done)
	}
	w.before = func(string) error { return refused }
	asked := 0
	endless := func(yield func(Object, error) bool) {
		for asked = 0; yield(object(fmt.Sprint("pages/", asked), "x"), nil); asked++ {
		}
	}
	if _, err := Deliver(t.Context(), w, Delivery{Generation: 1, Groups: groups(endless)}); !errors.Is(err, refused) || asked > 3*atOnce {
		t.Errorf("Deliver to a store that fails = %v after %d objects", err, asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Deliver(ctx, w, d); !errors.Is(err, context.Canceled) {
		t.Errorf("Deliver when it is over = %v", err)
	}
}

// Purgers hear of a delivery when all of it is stored, all of them, and not at
// all where it is not.
func TestTargets(t *testing.T) {
	server := serveS3(t)
	deaf, heard := &hearing{err: errors.New("deaf")}, &hearing{}
	targets := Targets{Store: server.open(t, "a"), Purgers: []Purger{deaf, heard}}
	d := Delivery{Generation: 1, Groups: groups(Objects(object("index.html", "x")))}
	p := Purge{Generation: 1, URLs: []string{"https://coop.example/"}}
	heard.check = func() error {
		if res, _ := server.get(t, "live/main/index.html"); res.StatusCode != 200 {
			return fmt.Errorf("the page is not there yet: %d", res.StatusCode)
		}
		return nil
	}
	tally, err := targets.Deliver(t.Context(), d, p)
	if !errors.Is(err, deaf.err) || len(heard.purges) != 1 || tally.Stored != 1 {
		t.Errorf("Deliver = %+v, %v, %d purges", tally, err, len(heard.purges))
	}
	if err := server.open(t, "b").Claim(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if _, err := targets.Deliver(t.Context(), d, p); !errors.Is(err, ErrFenced) || len(heard.purges) != 1 {
		t.Errorf("a late Deliver = %v, %d purges", err, len(heard.purges))
	}
	if _, err := (Targets{Purgers: []Purger{heard}}).Deliver(t.Context(), d, p); err != nil || len(heard.purges) != 2 {
		t.Errorf("Deliver without a store = %v, %d purges", err, len(heard.purges))
	}
}

// hearing is a purger that notes what it hears.
type hearing struct {
	err    error
	check  func() error
	purges []Purge
}

func (h *hearing) String() string { return "hearing" }

func (h *hearing) Purge(_ context.Context, p Purge) error {
	h.purges = append(h.purges, p)
	if h.check != nil {
		return errors.Join(h.err, h.check())
	}
	return h.err
}
