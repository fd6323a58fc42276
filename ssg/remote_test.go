package ssg_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/remote"
)

// varied is a site of a hundred posts and more, of all sorts: pages, gated and
// backdated ones, some deleted again, moved, retagged; products in a tree of
// categories; what a Ghost export brings.
func varied(t *testing.T) *chaos {
	t.Helper()
	c := newChaos(t, rand.New(rand.NewPCG(7, 11)))
	raw, err := os.ReadFile("../api/blog/testdata/ghost-export.json")
	if err == nil {
		_, err = c.blog.ImportGhost(c.ctx, bytes.NewReader(raw), blog.ImportOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	c.drain()
	for range 5 {
		for range 25 {
			c.change()
		}
		c.drain()
	}
	return c
}

// TestRemoteEqualsInProcess: built through the API, the site is the same files with
// the same bytes, compressed siblings too.
func TestRemoteEqualsInProcess(t *testing.T) {
	c := varied(t)
	url := c.serve()
	for name, own := range map[string]map[urls.App]string{
		"one origin": nil, "market and events apart": {urls.Market: "http://market.localhost:8080", urls.Events: "http://events.localhost:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			c.dir = t.TempDir()
			c.builder = c.newBuilder(own, name)
			c.builder.Compress = true
			inProcess, err := c.builder.Build(c.ctx)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			built := c.static(url, dir, own, true)
			want := c.tree()
			sameTree(t, want, c.in(dir))
			sealed := 0
			for file := range want {
				if strings.Contains(file, "/page/") && strings.HasSuffix(file, ".html") {
					sealed++
				}
			}
			if sealed < 20 {
				t.Errorf("only %d sealed pages were compared", sealed)
			}
			if built.Pages != inProcess.Pages || built.Written != built.Pages || built.Unchanged+built.Deleted+built.Failed != 0 {
				t.Errorf("built %+v, in process %+v", built, inProcess)
			}
			for which, b := range map[string]ssg.Built{"remote": built, "in process": inProcess} {
				if len(b.Slowest) != 10 || b.Took == 0 || b.Plan == 0 || b.Render == 0 || b.Apply == 0 || b.Compress == 0 {
					t.Errorf("%s: %+v", which, b)
				}
				if !slices.IsSortedFunc(b.Slowest, func(a, b ssg.PageTime) int { return int(b.Took - a.Took) }) {
					t.Errorf("%s: the slowest pages are not in order: %v", which, b.Slowest)
				}
				for _, p := range b.Slowest {
					if _, there := want[p.Page]; !there {
						t.Errorf("%s: %s is no page", which, p.Page)
					}
				}
			}
		})
	}
	c.sameSources(url)
}

// sameSources compares what the generator reads with what the services give.
func (c *chaos) sameSources(url string) {
	t := c.t
	site, err := remote.Open(c.ctx, remote.Options{URL: url + "/"})
	if err != nil {
		t.Fatal(err)
	}
	far := site.Sources()
	same := func(what string, want, got any, err, otherErr error) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil {
			t.Errorf("%s: %v %v (-in process +remote)\n%s", what, err, otherErr, diff)
		}
	}
	settings, err := c.blog.Settings(c.ctx)
	other, otherErr := far.Blog.Settings(c.ctx)
	same("the settings", settings, other, err, otherErr)
	tree, err := c.market.Categories(c.ctx)
	otherTree, otherErr := far.Market.Categories(c.ctx)
	same("the categories", tree, otherTree, err, otherErr)

	postIDs, productIDs := []contract.PostID{"post_nobody"}, []contract.ProductID{"prod_nothing"}
	tags, authors := map[contract.TagID]string{}, map[contract.AuthorID]string{}
	paths := map[string]contract.PostID{"/nothing/": "", "/pages/nothing/": "", "/tag/bakery/": "", "/": "", "/../": ""}
	for cursor := ""; ; {
		cards, next, err := c.blog.WalkPosts(c.ctx, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range cards {
			postIDs, paths[card.Path] = append(postIDs, card.ID), card.ID
			for _, tag := range card.Tags {
				tags[tag.ID] = tag.Slug
			}
			for _, author := range card.Authors {
				authors[author.ID] = author.Slug
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	var steps []contract.PostID
	for cursor := ""; ; {
		cards, next, err := far.Blog.WalkPosts(c.ctx, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range cards {
			steps = append(steps, card.ID)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	same("the walk over posts", postIDs[1:], steps, nil, nil)
	byID := cmpopts.SortSlices(func(a, b contract.Post) bool { return a.ID < b.ID })
	posts, err := c.blog.PostsByID(c.ctx, postIDs)
	otherPosts, otherErr := far.Blog.PostsByID(c.ctx, postIDs)
	if diff := cmp.Diff(posts, otherPosts, byID, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil || len(posts) < 50 {
		t.Errorf("%d posts: %v %v (-in process +remote)\n%s", len(posts), err, otherErr, diff)
	}
	for path, want := range paths {
		id, found, err := far.Blog.PostAt(c.ctx, path)
		if id != want || found != (want != "") || err != nil {
			t.Errorf("PostAt(%s) = %s, %v, %v, want %s", path, id, found, err, want)
		}
	}
	for id, slug := range tags {
		want, err := c.blog.TagsByID(c.ctx, []contract.TagID{id})
		got, otherErr := far.Blog.TagsByID(c.ctx, []contract.TagID{id, "tag_none"})
		if far, found, err := far.Blog.TagBySlug(c.ctx, slug); !found && len(got) > 0 || found && far != id || err != nil {
			t.Errorf("TagBySlug(%s) = %s, %v, %v", slug, far, found, err)
		}
		if len(got) > 0 { // a tag of pages only has no page, and is not there
			same("the tag "+slug, want, got, err, otherErr)
		}
	}
	for id, slug := range authors {
		want, err := c.blog.AuthorsByID(c.ctx, []contract.AuthorID{id})
		got, otherErr := far.Blog.AuthorsByID(c.ctx, []contract.AuthorID{id, "author_none"})
		if far, found, err := far.Blog.AuthorBySlug(c.ctx, slug); !found && len(got) > 0 || found && far != id || err != nil {
			t.Errorf("AuthorBySlug(%s) = %s, %v, %v", slug, far, found, err)
		}
		if len(got) > 0 {
			same("the author "+slug, want, got, err, otherErr)
		}
	}
	cards, _, err := c.market.WalkProducts(c.ctx, "")
	otherCards, _, otherErr := far.Market.WalkProducts(c.ctx, "")
	same("the walk over products", cards, otherCards, err, otherErr)
	for _, card := range cards {
		productIDs = append(productIDs, card.ID)
		if id, found, err := far.Market.ProductBySlug(c.ctx, card.Slug); id != card.ID || !found || err != nil {
			t.Errorf("ProductBySlug(%s) = %s, %v, %v", card.Slug, id, found, err)
		}
	}
	products, err := c.market.ProductsByID(c.ctx, productIDs)
	otherProducts, otherErr := far.Market.ProductsByID(c.ctx, productIDs)
	sorted := cmpopts.SortSlices(func(a, b contract.Product) bool { return a.ID < b.ID })
	if diff := cmp.Diff(products, otherProducts, sorted, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil || len(products) < 20 {
		t.Errorf("%d products: %v %v (-in process +remote)\n%s", len(products), err, otherErr, diff)
	}
	c.sameTerms(far)
	c.sameEvents(far)
}

// sameEvents compares calendars, entries and dates.
func (c *chaos) sameEvents(far ssg.Sources) {
	t := c.t
	near := ssg.Sources{Events: c.events}
	same := func(what string, least int, ask func(from ssg.Events) (any, int, error)) {
		t.Helper()
		want, n, err := ask(near.Events)
		got, _, otherErr := ask(far.Events)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil || n < least {
			t.Errorf("%d of %s: %v %v (-in process +remote)\n%s", n, what, err, otherErr, diff)
		}
	}
	calendars, err := c.events.PublicCalendars(c.ctx)
	if err != nil || len(calendars) < 3 {
		t.Fatal(len(calendars), err)
	}
	same("calendars", 3, func(from ssg.Events) (any, int, error) {
		list, err := from.PublicCalendars(c.ctx)
		return list, len(list), err
	})
	var links []contract.EntryLink
	same("links", 10, func(from ssg.Events) (any, int, error) {
		links = nil
		for cursor := ""; ; {
			some, next, err := from.WalkEntries(c.ctx, cursor)
			links = append(links, some...)
			if cursor = next; cursor == "" || err != nil {
				return links, len(links), err
			}
		}
	})
	ids := []contract.EntryID{"entry_nothing"}
	for _, link := range links {
		ids = append(ids, link.ID)
		same("entries at an address", 0, func(from ssg.Events) (any, int, error) {
			id, found, err := from.EntryBySlug(c.ctx, link.Calendar.Slug, link.Slug)
			return fmt.Sprint(id, found), 0, err
		})
	}
	same("entries", 10, func(from ssg.Events) (any, int, error) {
		list, err := from.EntriesByID(c.ctx, ids)
		slices.SortFunc(list, func(a, b contract.Entry) int { return strings.Compare(string(a.ID), string(b.ID)) })
		return list, len(list), err
	})
	every := []contract.CalendarID{}
	sets := [][]contract.CalendarID{nil, {}}
	for _, g := range calendars {
		every = append(every, g.ID)
		sets = append(sets, []contract.CalendarID{g.ID})
	}
	for _, of := range append(sets, every) {
		same("entries of calendars", 0, func(from ssg.Events) (any, int, error) {
			list, err := from.CalendarEntries(c.ctx, of)
			return list, len(list), err
		})
		same("months", 0, func(from ssg.Events) (any, int, error) {
			list, err := from.Months(c.ctx, of)
			return list, len(list), err
		})
		for _, q := range []contract.OccurrenceQuery{{}, {Public: true}, {From: "2026-11-10", Until: "2026-12-10"}, {Limit: 3}, {After: c.clock.Now(), Public: true, Limit: 2}, {Limit: 1000}} {
			q.Calendars = of
			same("dates", 0, func(from ssg.Events) (any, int, error) {
				list, err := from.Dates(c.ctx, q)
				return list, len(list), err
			})
		}
	}
}

// sameTerms compares terms and where they are placed.
func (c *chaos) sameTerms(far ssg.Sources) {
	t := c.t
	ids := []contract.TermID{"brand_nobody", "nothing"}
	for _, taxonomy := range taxonomies {
		terms, err := c.market.Terms(c.ctx, taxonomy)
		other, otherErr := far.Market.Terms(c.ctx, taxonomy)
		sorted := cmpopts.SortSlices(func(a, b contract.Term) bool { return a.ID < b.ID })
		if diff := cmp.Diff(terms, other, sorted, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil || len(terms) < 2 {
			t.Errorf("%d of %s: %v %v (-in process +remote)\n%s", len(terms), taxonomy, err, otherErr, diff)
		}
		for _, term := range terms {
			ids = append(ids, term.ID)
			for _, in := range taxonomies {
				id, found, err := far.Market.TermBySlug(c.ctx, in, term.Slug)
				wantID, want, wantErr := c.market.TermBySlug(c.ctx, in, term.Slug)
				if id != wantID || found != want || err != nil || wantErr != nil {
					t.Errorf("TermBySlug(%s, %s) = %s, %v, %v", in, term.Slug, id, found, err)
				}
			}
		}
	}
	byID := cmpopts.SortSlices(func(a, b contract.Term) bool { return a.ID < b.ID })
	terms, err := c.market.TermsByID(c.ctx, ids)
	other, otherErr := far.Market.TermsByID(c.ctx, ids)
	if diff := cmp.Diff(terms, other, byID, cmpopts.EquateEmpty()); diff != "" || err != nil || otherErr != nil || len(terms) != len(ids)-2 {
		t.Errorf("%d terms by id: %v %v (-in process +remote)\n%s", len(terms), err, otherErr, diff)
	}
	posts := []string{"post_nobody"}
	for _, post := range c.posts {
		_, id, _ := strings.Cut(post, " ")
		posts = append(posts, id)
	}
	placed, err := c.market.PlacedOn(c.ctx, posts)
	otherPlaced, otherErr := far.Market.PlacedOn(c.ctx, posts)
	anyOrder := cmpopts.SortSlices(func(a, b contract.TermID) bool { return a < b })
	if diff := cmp.Diff(placed, otherPlaced, anyOrder); diff != "" || err != nil || otherErr != nil || len(placed) == 0 {
		t.Errorf("%d placed: %v %v (-in process +remote)\n%s", len(placed), err, otherErr, diff)
	}
}
