// Random actions, for schedules of which nobody thought.

package ghosttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Action is what Walk did.
type Action struct {
	Name string
	IDs  []string // of what it was done to
}

// String is the name and the ids.
func (a Action) String() string { return strings.TrimSpace(a.Name + " " + strings.Join(a.IDs, " ")) }

var (
	firstWords  = strings.Fields("amber brisk copper dusty early frosty gentle hollow ivory jolly keen lively mellow nimble olive plain quiet rapid silver tidy")
	secondWords = strings.Fields("acorn barley cedar daisy ember fennel ginger hazel iris juniper kelp linden maple nettle oat parsley quince rowan sorrel thyme")
)

// words are three words that stand for a number, and the number.
func words(n int64) string {
	return fmt.Sprintf("%s %s %s %d", firstWords[n%20], secondWords[n/20%20], firstWords[n/7%20], n)
}

// walker is one random action while it is chosen.
type walker struct {
	*Ghost
	rng *rand.Rand
	w   *world
}

// step is an action with how often it is taken.
type step struct {
	weight int
	name   string
	do     func(walker) []string
}

// Walk does one action of an editor, chosen at random, and tells which. The same numbers
// give the same actions on the same state. Between two of them pass up to 90 s, at times
// none. Of all that is deleted, unpublished or gated at once there are at most three.
func (g *Ghost) Walk(rng *rand.Rand) Action {
	if rng.IntN(4) > 0 {
		g.Advance(time.Duration(rng.IntN(90)) * time.Second)
	}
	all := 0
	for _, s := range steps {
		all += s.weight
	}
	w := walker{g, rng, g.latest()}
	n := rng.IntN(all)
	for _, s := range steps {
		if n -= s.weight; n < 0 {
			return Action{s.name, s.do(w)}
		}
	}
	panic("ghosttest: the weights do not add up")
}

// text is one that was not used before.
func (w walker) text(kind string) string { return kind + " " + words(w.texts.Add(1)) }

// some are up to n ids of posts that meet a condition.
func (w walker) some(n int, meets func(*Post) bool) (ids []string) {
	all := sorted(w.w.posts)
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, id := range all {
		if len(ids) < n && meets(w.w.posts[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w walker) one(meets func(*Post) bool) []string { return w.some(1, meets) }

func published(p *Post) bool { return p.Status == "published" }

func anyPost(*Post) bool { return true }

// pickOf is one of the keys, or none where there are none.
func pickOf[T any](rng *rand.Rand, m map[string]T) []string {
	ids := sorted(m)
	if len(ids) == 0 {
		return nil
	}
	return []string{ids[rng.IntN(len(ids))]}
}

// body is one with a part for members at times.
func (w walker) body() []Block {
	blocks := []Block{Paragraph(w.text("Open words"))}
	if w.rng.IntN(4) == 0 {
		blocks = append(blocks, Heading(2, w.text("Heading")))
	}
	if w.rng.IntN(5) == 0 {
		blocks = append(blocks, Image(ghostURL+"/content/images/2026/01/local.jpg"))
	}
	if w.rng.IntN(4) == 0 {
		blocks = append(blocks, MembersCard("<p>"+w.text("Card for members")+"</p>"))
	}
	if w.rng.IntN(2) == 0 {
		blocks = append(blocks, Paywall(), Paragraph(w.text("Words behind the wall")))
	}
	return append(blocks, HTMLCard("<div>"+w.text("Raw words")+"</div>"))
}

func (w walker) visibility() string {
	return []string{"public", "public", "public", "members", "members", "paid", "tiers"}[w.rng.IntN(7)]
}

func (w walker) post() Post {
	p := Post{Title: w.text("Title"), Visibility: w.visibility(), Featured: w.rng.IntN(5) == 0}
	p.SetBody(w.body()...)
	if w.rng.IntN(6) == 0 {
		p.Type = "page"
	}
	for range w.rng.IntN(3) {
		if tag := pickOf(w.rng, w.w.tags); tag != nil && !strings.Contains(strings.Join(p.Tags, " "), tag[0]) {
			p.Tags = append(p.Tags, tag[0])
		}
	}
	if p.Visibility == "tiers" {
		p.Tiers = pickOf(w.rng, w.w.tiers)
	}
	return p
}

// tagNames are a few names of tags, at times of a new one.
func (w walker) tagNames() (names []string) {
	for range w.rng.IntN(4) {
		if tag := pickOf(w.rng, w.w.tags); tag != nil {
			names = append(names, w.w.tags[tag[0]].Name)
		}
	}
	switch w.rng.IntN(6) {
	case 0:
		names = append(names, w.text("Tag"))
	case 1:
		names = append(names, w.text("#flag"))
	}
	return names
}
