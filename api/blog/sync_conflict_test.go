package blog_test

import (
	"context"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
)

func TestPushFindsConflicts(t *testing.T) {
	for _, keep := range []string{"ours", "theirs"} {
		t.Run(keep, func(t *testing.T) {
			e := newTwoWay(t, true)
			ours, theirs := "Ours", "Theirs"
			e.edit(blog.PostFields{Title: &ours})
			e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.Title = theirs })
			if e.push() || e.conflicts() != 1 || e.post(string(e.id)).Title != ours || e.theirs().Title != theirs {
				t.Fatalf("here %q, there %q, %d conflicts", e.post(string(e.id)).Title, e.theirs().Title, e.conflicts())
			}
			later := "Ours, later"
			e.edit(blog.PostFields{Title: &later})
			if e.push() || len(e.writes) != 0 {
				t.Error("it was written before anybody chose")
			}
			if err := e.ResolveConflict(context.Background(), e.id, keep); err != nil {
				t.Fatal(err)
			}
			want := theirs
			if keep == "ours" {
				want = later
				if n := count(t, e.pool, `select count(*) from river.river_job where kind = 'ghost.push'`); n == 0 {
					t.Error("nothing brings ours to Ghost")
				}
				e.push()
			}
			if got := e.post(string(e.id)).Title; got != want || e.theirs().Title != want || e.conflicts() != 0 {
				t.Errorf("here %q, there %q, want %q", got, e.theirs().Title, want)
			}
			e.atRest()
			if err := e.ResolveConflict(context.Background(), e.id, keep); err == nil {
				t.Error("a conflict was resolved twice")
			}
		})
	}
}

// TestConflictsOfBodies: what is chosen is the whole post, with a body that was not changed
// here, or was changed and written before.
func TestConflictsOfBodies(t *testing.T) {
	for name, source := range map[string]string{"Ghost's": "", "ours": "Barley."} {
		t.Run(name, func(t *testing.T) {
			e := newTwoWay(t, true)
			want := "Flour and water."
			if source != "" {
				e.edit(blog.PostFields{Source: &source})
				e.push()
				want = source
			}
			ours := "Ours"
			e.edit(blog.PostFields{Title: &ours})
			e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.SetBody(ghosttest.Paragraph("Oats.")) })
			e.push()
			if err := e.ResolveConflict(context.Background(), e.id, "ours"); err != nil {
				t.Fatal(err)
			}
			e.push()
			if p := e.theirs(); p.Title != ours || !strings.Contains(p.HTML, want) || strings.Contains(p.HTML, "Oats.") {
				t.Errorf("Ghost has %q: %s", p.Title, p.HTML)
			}
			if row := e.post(string(e.id)); !strings.Contains(row.HTML, want) {
				t.Errorf("here is %s", row.HTML)
			}
			e.atRest()
		})
	}
}

func TestPushOfWhatGhostDeleted(t *testing.T) {
	for _, keep := range []string{"ours", "theirs"} {
		t.Run(keep, func(t *testing.T) {
			e := newTwoWay(t, true)
			ours := "Ours"
			e.edit(blog.PostFields{Title: &ours})
			e.g.Delete(e.ghost)
			if e.push() || e.conflicts() != 1 || count(t, e.pool, `select count(*) from blog.ghost_conflicts where theirs is null`) != 1 {
				t.Fatalf("%d conflicts", e.conflicts())
			}
			unpublished := `select count(*) from bus.domain_events where kind = 'blog.post_unpublished'`
			before := count(t, e.pool, unpublished)
			if err := e.ResolveConflict(context.Background(), e.id, keep); err != nil {
				t.Fatal(err)
			}
			left := count(t, e.pool, `select count(*) from blog.posts where slug = 'bread'`)
			local := count(t, e.pool, `select count(*) from blog.posts where slug = 'bread' and origin = 'local'`)
			events := count(t, e.pool, unpublished) - before
			if keep == "ours" && (left != 1 || local != 1 || events != 0) || keep == "theirs" && (left != 0 || events != 1) {
				t.Errorf("%d posts, %d local, %d events", left, local, events)
			}
		})
	}
}

func TestResolveConflictRefuses(t *testing.T) {
	e := newTwoWay(t, true)
	for _, c := range []struct {
		post contract.PostID
		keep string
	}{{e.id, "ours"}, {e.id, "both"}, {"post_0", "ours"}, {"post_019ab3f47c2e7d06b8a1f0c2d3e4f506", "theirs"}} {
		if err := e.ResolveConflict(context.Background(), c.post, c.keep); err == nil {
			t.Errorf("ResolveConflict(%s, %s) passed", c.post, c.keep)
		}
	}
}
