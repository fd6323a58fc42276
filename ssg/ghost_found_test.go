// Small scenarios of what random schedules have found.

package ssg_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
)

// compared has everything compared once, and fails where another comparison differs.
func (f *follower) compared() {
	f.t.Helper()
	if r, err := f.reconcile(); err != nil {
		f.t.Fatalf("comparing: %v, %+v", err, r.Faults)
	}
}

// idOf is Ghost's id of a post.
func (f *follower) idOf(slug string) string {
	f.t.Helper()
	p, ok := f.Post(slug)
	if !ok {
		f.t.Fatalf("there is no post %s", slug)
	}
	return p.ID
}

// fetched has one thing fetched.
func (f *follower) fetched(kind ghost.Kind, id string) {
	f.t.Helper()
	if _, err := f.sync.Fetch(f.t.Context(), kind, id); err != nil {
		f.t.Fatal(err)
	}
}

// TestRefThatWasNotThere: Ghost answers once that it has no such tag or author, from before
// they were made. The posts that name them have them once Ghost says otherwise.
func TestRefThatWasNotThere(t *testing.T) {
	for _, c := range []struct {
		name string
		kind ghost.Kind
		list string
		make func(f *follower) string
	}{
		{"tag", ghost.KindTag, "tags", func(f *follower) string {
			f.SetTags(f.idOf("quick"), "Late tag")
			p, _ := f.Post("quick")
			return p.Tags[0]
		}},
		{"author", ghost.KindUser, "users", func(f *follower) string {
			p, _ := f.Post("quick")
			for id := range f.State().Users {
				if !slices.Contains(p.Authors, id) {
					f.EditPost(p.ID, func(p *ghosttest.Post) { p.Authors = []string{id} })
					return id
				}
			}
			return ""
		}},
	} {
		for _, known := range []bool{false, true} {
			t.Run(c.name+map[bool]string{false: ", new", true: ", known"}[known], func(t *testing.T) {
				t.Parallel()
				f := newFollower(t, ghosttest.Options{Only: few}, 0)
				var id string
				if known || c.kind == ghost.KindUser {
					id = c.make(f)
				}
				f.compared()
				if id == "" {
					id = c.make(f)
				}
				var missing atomic.Bool
				missing.Store(true)
				f.Configure(func(o *ghosttest.Options) {
					o.Fault = func(r *http.Request) *ghosttest.Fault {
						if missing.Load() && strings.HasSuffix(r.URL.Path, "/"+c.list+"/"+id+"/") {
							return &ghosttest.Fault{Status: http.StatusNotFound}
						}
						return nil
					}
				})
				f.fetched(c.kind, id)
				f.fetched(ghost.KindPost, f.idOf("quick"))
				missing.Store(false)
				f.compared()
				f.sameDatabase(f.State())
			})
		}
	}
}

// TestLinkToWhatComesLater: where a link leads does not hang on the order in which two posts
// are stored.
func TestLinkToWhatComesLater(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	first := f.CreatePost(ghosttest.Post{Title: "First", Status: "published"})
	f.CreatePost(ghosttest.Post{Title: "Events", Slug: "events", Status: "published"}) // the site itself has /events/
	f.EditPost(first, func(p *ghosttest.Post) {
		p.SetBody(ghosttest.HTMLCard(`<p><a href="__GHOST_URL__/events/">What is on</a></p>`))
	})
	f.compared()
	if got := f.rows("SELECT html FROM blog.posts WHERE slug = 'first'"); !strings.Contains(got[0], `href="/pages/events/"`) {
		t.Errorf("the link leads elsewhere: %s", got)
	}
}

// TestOursInTheWay: a post of Ghost's stands aside for one of ours, and takes its own
// address when that is free.
func TestOursInTheWay(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	ours := f.publish("Ours", func(p *blog.PostFields) { p.Slug, p.Tags = ptr("quick"), ptr([]string{"Bakery", "News"}) })
	f.compared()
	if got := f.rows("SELECT path FROM blog.posts WHERE origin = 'ghost' AND title = (SELECT title FROM blog.posts WHERE origin_id = $1)", f.idOf("quick")); !slices.Equal(got, []string{"/quick-2/"}) {
		t.Errorf("Ghost's stands at %s", got)
	}
	f.deleteOurs(ours)
	f.compared()
	state := f.State()
	f.samePages(state)
	if got := f.rows("SELECT path FROM blog.posts WHERE origin_id = $1", f.idOf("quick")); !slices.Equal(got, []string{"/quick/"}) {
		t.Errorf("Ghost's stands at %s", got)
	}
	for _, tag := range []string{"bakery", "news"} {
		for id, theirs := range state.Tags {
			if theirs.Slug == tag {
				f.RenameTag(id, "Other "+tag)
				f.ReSlugTag(id, "other-"+tag)
			}
		}
	}
	f.compared()
	state = f.State()
	want, got := map[string]fields{}, f.objects(postsSQL)
	for id, p := range state.Posts {
		want[id] = wantedPost(state, p)
	}
	f.sameObjects("posts", want, got)
	f.samePages(state)
}

// TestSlugThatIsFreeAgain: a post of Ghost's whose slug one of ours had takes its own when
// that is free, also where nothing stood in the way of its address.
func TestSlugThatIsFreeAgain(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	f.SetPermalink("/{year}/{slug}/")
	ours := f.publish("Ours", func(p *blog.PostFields) { p.Slug = ptr("quick") })
	f.compared()
	f.deleteOurs(ours)
	f.compared()
	f.sameDatabase(f.State())
}

func (f *follower) deleteOurs(e blog.Edited) {
	f.t.Helper()
	e, err := f.blog.EditedPost(f.t.Context(), contract.TypePost, string(e.ID))
	must(f.t, err)
	must(f.t, f.blog.DeletePost(f.t.Context(), contract.TypePost, string(e.ID), e.Version))
}

// TestGhostMoves: another address of the Ghost is none of ours.
func TestGhostMoves(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	f.compared()
	f.SetURL("https://moved.example")
	f.compared()
	f.sameDatabase(f.State())
	f.samePages(f.State())
	f.SetPermalink("/{year}/{slug}/")
	f.compared()
	f.sameDatabase(f.State())
	f.samePages(f.State())
}

// TestTagComesOut: pages carry tags too, and tell search engines when one becomes public.
func TestTagComesOut(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	tag := f.AddTag(ghosttest.Tag{Name: "#within", Visibility: "internal"})
	f.CreatePost(ghosttest.Post{Type: "page", Title: "A page", Status: "published", Tags: []string{tag}})
	f.compared()
	must(t, f.build())
	f.EditTag(tag, func(t *ghosttest.Tag) { t.Name, t.Visibility = "Without", "public" })
	f.compared()
	f.samePages(f.State())
}
