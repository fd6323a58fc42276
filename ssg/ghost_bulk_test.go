// What is done to many posts at once in a Ghost, which tells nobody.

package ssg_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// crowd is a site with posts of a Ghost that everybody may read, built, with siblings and
// with generations to go back to.
type crowd struct {
	*follower
	ids []string // of the posts
}

const crowdSize = 24

// newCrowd makes one. Every third post has a paywall, every third a card for members, and
// every third neither; each has words of its own in the part that could be gated.
func newCrowd(t testing.TB) *crowd {
	t.Helper()
	c := &crowd{follower: newFollower(t, ghosttest.Options{Only: few}, 0)}
	for i := range crowdSize {
		p := ghosttest.Post{Title: fmt.Sprintf("Crowd number %03d", i), Status: "published", Tags: []string{c.tag("bakery")}}
		blocks := []ghosttest.Block{ghosttest.Paragraph(fmt.Sprintf("Intro qzintro%03dq of it.", i))}
		switch i % 3 {
		case 0:
			blocks = append(blocks, ghosttest.Paywall())
		case 1:
			blocks = append(blocks, ghosttest.MembersCard(fmt.Sprintf("<p>Card qzcard%03dq of members.</p>", i)), ghosttest.Paywall())
		}
		p.SetBody(append(blocks, ghosttest.Paragraph(secretOf(i)))...)
		c.ids = append(c.ids, c.CreatePost(p))
	}
	c.compare()
	must(t, c.build())
	for round := range 2 { // so that bytes of every page are kept
		for _, id := range c.ids {
			c.EditPost(id, func(p *ghosttest.Post) { p.Title = fmt.Sprintf("%s, round %d", p.Title[:16], round) })
		}
		c.compare()
		must(t, c.build())
	}
	for i := range crowdSize {
		if !c.shows(secretOf(i)) {
			t.Fatalf("nothing shows %q, which everybody may read", secretOf(i))
		}
	}
	return c
}

// secretOf are words of a post that are in no other.
func secretOf(i int) string { return fmt.Sprintf("Secret qzsecret%03dq of it.", i) }

func (c *crowd) tag(slug string) string {
	for id, t := range c.State().Tags {
		if t.Slug == slug {
			return id
		}
	}
	c.t.Fatalf("there is no tag %s", slug)
	return ""
}

// compare loses all webhooks and has everything compared once.
func (c *crowd) compare() {
	c.t.Helper()
	c.Hooks()
	c.clock.Advance(time.Second)
	if r, err := c.reconcile(); err != nil {
		c.t.Fatalf("comparing: %v, %+v", err, r.Faults)
	}
}

// shows tells whether any page holds some words.
func (c *crowd) shows(words string) bool {
	c.t.Helper()
	pages, _ := served(everyFile(c.t, c.dir))
	for _, body := range pages {
		if strings.Contains(body, words) {
			return true
		}
	}
	return false
}

// goBack goes back to a generation as the command does, in another process.
func (c *crowd) goBack(to int64) {
	c.t.Helper()
	c.builder = c.newBuilder(nil, "1")
	c.builder.Compress, c.builder.Log = true, c.log
	if did, err := c.builder.Rollback(c.t.Context(), to); err != nil {
		c.t.Fatalf("Rollback(%d) = %q, %v", to, did, err)
	}
}

func (c *crowd) generation() int64 {
	return int64(c.count("SELECT max(id) FROM ssg.generations WHERE kind <> 'rollback'"))
}

// bulkChanges hide the words of some posts each, and leave the last ones as they are. gone
// tells that their titles are hidden too.
var bulkChanges = []struct {
	name     string
	from, to int
	do       func(c *crowd, ids []string)
	gone     bool
}{
	{"unpublish", 0, 7, func(c *crowd, ids []string) { c.BulkUnpublish(ids...) }, true},
	{"delete", 7, 10, func(c *crowd, ids []string) { c.BulkDelete(ids...) }, true},
	{"for members", 10, 14, func(c *crowd, ids []string) { c.BulkAccess(ids, "members") }, false},
	{"for those who pay", 14, 18, func(c *crowd, ids []string) { c.BulkAccess(ids, "paid") }, false},
	{"for a tier", 18, 21, func(c *crowd, ids []string) {
		for id := range c.State().Tiers {
			c.BulkAccess(ids, "tiers", id)
			return
		}
	}, false},
}

// TestBulkChangesWithoutHooks: what is unpublished, deleted or gated in bulk is gone or
// gated after one comparison, though no webhook tells of it: from pages and their siblings,
// from the search, and from all that a rollback could bring back, whenever that is done.
func TestBulkChangesWithoutHooks(t *testing.T) {
	for _, when := range []string{"built before the rollback", "not built yet", "while paused"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			c := newCrowd(t)
			to := c.generation() - 1
			if when == "while paused" {
				c.goBack(to)
			}
			var words []string
			for _, change := range bulkChanges {
				ids := c.ids[change.from:change.to]
				words = append(words, c.wordsOf(ids, change.gone)...)
				change.do(c, ids)
			}
			c.compare()
			if when != "not built yet" {
				must(t, c.build())
				c.nowhere(words)
			}
			if when != "while paused" {
				c.goBack(to)
			}
			c.nowhere(words)
			must(t, c.build())
			c.nowhere(words)
			must(t, c.builder.Resume(t.Context()))
			state := c.State()
			c.samePages(state)
			c.sameDatabase(state)
			c.indexed()
			c.hidden(words...)
			c.nowhere(words)
			for i := bulkChanges[len(bulkChanges)-1].to; i < crowdSize; i++ {
				if !c.shows(secretOf(i)) {
					t.Errorf("%q is hidden, and nobody has hidden it", secretOf(i))
				}
			}
		})
	}
}

// wordsOf are the words of posts that are to be hidden, read before they are.
func (c *crowd) wordsOf(ids []string, gone bool) (words []string) {
	state := c.State()
	for _, id := range ids {
		i := slices.Index(c.ids, id)
		words = append(words, secretOf(i))
		if gone {
			words = append(words, state.Posts[id].Title[:16], fmt.Sprintf("qzintro%03dq", i))
		}
	}
	return words
}

// nowhere fails where some words are in a page, a sibling, a feed or what is kept of them.
func (c *crowd) nowhere(words []string) {
	c.t.Helper()
	absent(c.t, c.dir, words...)
	for _, w := range words {
		if n := c.count("SELECT count(*) FROM ssg.packs WHERE position($1::bytea IN body) > 0", []byte(w)); n > 0 {
			c.t.Errorf("%d packs hold %q", n, w)
		}
	}
}

// TestBulkChangesAndBack: what was hidden in bulk is shown again when it is public again.
func TestBulkChangesAndBack(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.BulkAccess(c.ids, "members")
	c.compare()
	must(t, c.build())
	c.nowhere(c.wordsOf(c.ids, false))
	c.BulkAccess(c.ids, "public")
	c.compare()
	must(t, c.build())
	for i := range c.ids {
		if !c.shows(secretOf(i)) {
			t.Errorf("nothing shows %q, which everybody may read again", secretOf(i))
		}
	}
	c.samePages(c.State())
}

// TestBulkDeleteOfTooMuch: what is missing of a kind is left here where it is more than is
// likely, and goes when webhooks say that it is so, or in smaller parts.
func TestBulkDeleteOfTooMuch(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.BulkDelete(c.ids[:12]...)
	c.Hooks()
	if r, err := c.reconcile(); err == nil || !strings.Contains(fmt.Sprint(r.Kinds), "true") {
		t.Errorf("a comparison that missed 12 of %d posts: %v, %+v", len(c.ids), err, r.Kinds)
	}
	must(t, c.build())
	for i := range c.ids {
		if !c.shows(secretOf(i)) {
			t.Errorf("%q was taken away", secretOf(i))
		}
	}
	for _, id := range c.ids[:12] {
		if _, err := c.sync.Fetch(t.Context(), "post", id); err != nil {
			t.Fatal(err)
		}
	}
	c.compare()
	state := c.State()
	c.samePages(state)
	c.sameDatabase(state)
	for i := range c.ids {
		if c.shows(secretOf(i)) != (i >= 12) {
			t.Errorf("%q is shown: %v", secretOf(i), i < 12)
		}
	}
}
