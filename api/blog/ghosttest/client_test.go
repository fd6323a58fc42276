package ghosttest_test

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/clock"
)

// TestClient: our client walks through everything that the stand-in has, and finds each
// thing by its id with the same hash.
func TestClient(t *testing.T) {
	g, err := ghosttest.New(export(t), ghosttest.Options{Extra: 130})
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := g.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	rng := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		g.Walk(rng)
	}
	client, err := ghost.New(ghost.Options{URL: address, AdminKey: ghosttest.AdminKey, HTTP: &http.Client{}, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	state := g.State()
	count := map[ghost.Kind]int{}
	for _, c := range ghost.Collections {
		after := ""
		for {
			objects, _, err := client.Walk(t.Context(), c, after)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			if len(objects) == 0 {
				break
			}
			for i, o := range objects {
				count[o.Kind]++
				after = o.ID
				if i%9 > 0 {
					continue
				}
				if again, err := client.Fetch(t.Context(), o.Kind, o.ID); err != nil || again.Hash != o.Hash {
					t.Errorf("%s %s is otherwise when it is fetched: %v", o.Kind, o.ID, err)
				}
			}
		}
	}
	for kind, want := range map[ghost.Kind]int{
		ghost.KindPost: len(state.Posts), ghost.KindTag: len(state.Tags), ghost.KindUser: len(state.Users),
		ghost.KindTier: len(state.Tiers), ghost.KindNewsletter: len(state.Newsletters), ghost.KindMember: len(state.Members),
	} {
		if count[kind] != want {
			t.Errorf("%d of kind %s, want %d", count[kind], kind, want)
		}
	}
	if version, err := client.Version(t.Context()); err != nil || !strings.HasPrefix(version, "6.65") {
		t.Errorf("version %q, %v", version, err)
	}

	o, err := client.Fetch(t.Context(), ghost.KindPost, g.CreatePost(ghosttest.Post{Title: "Mine", Status: "published"}))
	if err != nil {
		t.Fatal(err)
	}
	title := "Theirs"
	changed, err := client.UpdatePost(t.Context(), "posts", o.ID, ghost.PostEdit{UpdatedAt: o.EditedAt, Title: &title})
	if err != nil || changed.Hash == o.Hash || g.State().Posts[o.ID].Title != title {
		t.Errorf("%v, %s", err, g.State().Posts[o.ID].Title)
	}
	title = "Late"
	if _, err := client.UpdatePost(t.Context(), "posts", o.ID, ghost.PostEdit{UpdatedAt: o.EditedAt, Title: &title}); !errors.Is(err, ghost.ErrCollision) {
		t.Errorf("an old version was written over: %v", err)
	}
	g.Delete(o.ID)
	if _, err := client.Fetch(t.Context(), ghost.KindPost, o.ID); !errors.Is(err, ghost.ErrNotFound) {
		t.Errorf("a deleted post: %v", err)
	}
}

// BenchmarkSchedule: what a schedule of 40 actions with two walks costs the stand-in.
func BenchmarkSchedule(b *testing.B) {
	data := export(b)
	for b.Loop() {
		g, err := ghosttest.New(data, ghosttest.Options{})
		if err != nil {
			b.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		for range 40 {
			g.Walk(rng)
		}
		g.Try("posts/?limit=100&formats=html,lexical")
		g.Try("posts/?limit=100&formats=html,lexical")
		g.State()
	}
}
