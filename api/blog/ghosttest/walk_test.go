package ghosttest_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// TestWalk: the same numbers give the same state; in the end every kind of action was
// there, and the API tells what State does.
func TestWalk(t *testing.T) {
	var states []string
	names := map[string]bool{}
	for range 2 {
		g, server := start(t, ghosttest.Options{})
		rng := rand.New(rand.NewPCG(1, 2))
		seen := map[string]bool{}
		for range 1500 {
			a := g.Walk(rng)
			names[a.Name] = true
			for _, h := range g.Hooks() {
				seen[h.Event] = true
				if !json.Valid(h.Body) {
					t.Fatalf("%s: %s", a, h.Body)
				}
			}
		}
		state := g.State()
		text, err := json.Marshal(state)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, string(text))
		if len(seen) < 25 {
			t.Errorf("only %d events", len(seen))
		}
		if len(state.Posts) < 20 || len(state.Gated) < 10 {
			t.Errorf("%d posts, %d gated texts are left", len(state.Posts), len(state.Gated))
		}
		compareLists(t, state, func(path string) []byte { _, data := ask(t, server, "GET", path, ""); return data })
	}
	if states[0] != states[1] {
		t.Error("the same numbers gave another state")
	}
	if len(names) < 43 {
		t.Errorf("only %d kinds of actions", len(names))
	}
}

func compareLists(t *testing.T, state ghosttest.State, get func(path string) []byte) {
	t.Helper()
	count := 0
	for _, list := range []string{"posts", "pages"} {
		after := ""
		for {
			q := url.Values{"order": {"id asc"}, "limit": {"100"}, "formats": {"html,lexical,mobiledoc"}, "filter": {"id:>'" + after + "'"}}
			var page map[string]json.RawMessage
			if err := json.Unmarshal(get(list+"/?"+q.Encode()), &page); err != nil {
				t.Fatal(err)
			}
			var posts []struct {
				ID, Title, Slug, URL, HTML, Status, Visibility string
				Tags, Authors                                  []struct{ ID string }
			}
			if err := json.Unmarshal(page[list], &posts); err != nil {
				t.Fatal(err)
			}
			if len(posts) == 0 {
				break
			}
			for _, p := range posts {
				want := state.Posts[p.ID]
				var tags []string
				for _, tag := range p.Tags {
					tags = append(tags, tag.ID)
				}
				if p.Title != want.Title || p.Slug != want.Slug || p.URL != want.URL || p.HTML != want.HTML || p.Status != want.Status ||
					p.Visibility != want.Visibility || !slices.Equal(tags, want.Tags) && len(tags)+len(want.Tags) > 0 {
					t.Errorf("%s: %+v, want %+v", p.ID, p, want)
				}
				after = p.ID
				count++
			}
		}
	}
	if count != len(state.Posts) {
		t.Errorf("%d posts in lists, %d in the state", count, len(state.Posts))
	}
}

// TestGated: what stands behind gates, and nothing that also stands in the open.
func TestGated(t *testing.T) {
	g, _ := start(t, ghosttest.Options{Only: func(slug string) bool { return slug == "all-cards" || slug == "vis-paid" }})
	before := g.Gated()
	if !slices.Contains(before, "Secret part.") || slices.Contains(before, "Free intro.") || !slices.Contains(before, "members only html") {
		t.Errorf("%q", before)
	}
	post := ghosttest.Post{Title: "With gates", Status: "published"}
	post.SetBody(ghosttest.Paragraph("open to the world"), ghosttest.MembersCard("<p>card of members</p>"), ghosttest.Paywall(),
		ghosttest.Paragraph("behind & the wall"), ghosttest.Paragraph("open to the world"))
	id := g.CreatePost(post)
	has := func(text string, want bool) {
		t.Helper()
		if slices.Contains(g.Gated(), text) != want {
			t.Errorf("%q is gated: %v, want %v", text, !want, want)
		}
	}
	has("card of members", true)
	has("behind & the wall", false) // everybody may read a public post
	g.BulkAccess([]string{id}, "members")
	has("behind & the wall", true)
	has("open to the world", false)
	other := g.CreatePost(ghosttest.Post{Title: "Tells it: behind & the wall", Status: "published"})
	has("behind & the wall", false)
	if slices.Contains(g.Unpublished(), "Tells it: behind & the wall") {
		t.Error("a published title is unpublished")
	}
	g.Unpublish(other)
	has("behind & the wall", true)
	if !slices.Contains(g.Unpublished(), "Tells it: behind & the wall") {
		t.Error("a draft's title is not unpublished")
	}
}

// TestOnly: a smaller world starts faster, and its site can be elsewhere.
func TestOnly(t *testing.T) {
	g, server := start(t, ghosttest.Options{URL: "https://ghost.example/blog/", Only: func(slug string) bool { return strings.HasPrefix(slug, "card-file") }})
	_, data := ask(t, server, "GET", "posts/?formats=html,lexical", "")
	p := pageOf(t, data)
	if len(p.Posts) != 1 || p.Posts[0].URL != "https://ghost.example/blog/card-file/" || !strings.Contains(p.Posts[0].HTML, "https://ghost.example/blog/content/files/") ||
		strings.Contains(string(data), "__GHOST_URL__") {
		t.Errorf("%.400s", data)
	}
	if len(g.State().Posts) != 1 {
		t.Errorf("%d posts", len(g.State().Posts))
	}
}

// TestTogether: actions, answers and hooks from many at once.
func TestTogether(t *testing.T) {
	g, server := start(t, ghosttest.Options{Only: func(slug string) bool { return !strings.HasPrefix(slug, "card-") }})
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(n), 0))
			for range 50 {
				g.Walk(rng)
				g.Hooks()
			}
		})
		wait.Go(func() {
			for range 20 {
				if status, data := ask(t, server, "GET", "posts/?limit=all&formats=html,lexical", ""); status != 200 {
					t.Errorf("status %d: %.100s", status, data)
				}
				g.Gated()
			}
		})
	}
	wait.Wait()
}

func FuzzFilter(f *testing.F) {
	g, err := ghosttest.New(export(f), ghosttest.Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"id:>'x'", "id:x+status:[draft,published]", "slug:-'a\\'b'", "a:[", "':'", "id:>=['"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		if status := g.Try("posts/?filter=" + url.QueryEscape(filter)); status != 200 && status != 400 {
			t.Errorf("%q: status %d", filter, status)
		}
	})
}
