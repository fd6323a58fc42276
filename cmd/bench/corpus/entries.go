// What stands in a post and in a product.

package corpus

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Posts are two hours apart, so that no two have the same date; products one.
var first = time.Date(2010, time.January, 4, 8, 0, 0, 0, time.UTC)

// Seeds of the two kinds; the number of the entry is the other half of the seed.
const (
	postSeed    = 0x706f7374 // "post"
	productSeed = 0x70726f64 // "prod"
)

// pictures is how many addresses of pictures there are.
const pictures = 100

func post(number int) entry {
	w := writer{Rand: rand.New(rand.NewPCG(postSeed, uint64(number)))}
	front := fmt.Sprintf("title: %q\nslug: %s\ndate: %s\ndescription: %q\ntags: %s\nauthors: %s\nimage: %s\n",
		w.title(), PostSlug(number), at(number, 2*time.Hour), w.plain(), list(w.tags()...),
		list(fmt.Sprintf("author-%02d", w.IntN(Authors))), w.picture())
	w.paragraph(3)
	for _, extra := range []func(){w.bullets, w.code, w.table, w.image, w.quotation} {
		w.section(extra)
	}
	return entry{front, w.body.String()}
}

func product(number int) entry {
	w := writer{Rand: rand.New(rand.NewPCG(productSeed, uint64(number)))}
	hall, aisle, shelf := w.IntN(5), w.IntN(5), w.IntN(4)
	front := fmt.Sprintf("title: %q\nslug: %s\ndate: %s\ndescription: %q\nsku: SKU%06d\nprice: %d.%02d\n",
		w.title(), ProductSlug(number), at(number, time.Hour), w.plain(), number, 1+w.IntN(80), w.IntN(100))
	front += fmt.Sprintf("categories: %s\nbrands: %s\nlabels: %s\nimage: %s\n",
		list(fmt.Sprintf("hall-%d", hall), fmt.Sprintf("aisle-%d-%d", hall, aisle), fmt.Sprintf("shelf-%d-%d-%d", hall, aisle, shelf)),
		list(fmt.Sprintf("brand-%02d", w.IntN(Brands))),
		list(fmt.Sprintf("label-%02d", w.IntN(Labels/2)), fmt.Sprintf("label-%02d", Labels/2+w.IntN(Labels/2))), w.picture())
	w.paragraph(3)
	w.section(w.bullets)
	return entry{front, w.body.String()}
}

func at(number int, step time.Duration) string {
	return first.Add(time.Duration(number) * step).Format(time.RFC3339)
}

// writer makes up text.
type writer struct {
	*rand.Rand
	body strings.Builder
}

// tags picks three. The square makes the first ones popular: tag 0 is on one post
// in five, and more than half of all posts have one of the first twelve.
func (w *writer) tags() []string {
	var names []string
	for len(names) < 3 {
		x := w.Float64()
		if name := fmt.Sprintf("tag-%03d", int(x*x*Tags)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (w *writer) picture() string { return fmt.Sprintf("/images/picture-%02d.webp", w.IntN(pictures)) }

func (w *writer) section(extra func()) {
	fmt.Fprintf(&w.body, "## %s\n\n", w.title())
	w.paragraph(4)
	extra()
}

func (w *writer) bullets() {
	for range 5 {
		fmt.Fprintf(&w.body, "- %s\n", w.sentence())
	}
	w.body.WriteByte('\n')
}

func (w *writer) code() {
	fmt.Fprintf(&w.body, "```go\nfunc weigh%s(loaves []Loaf) error {\n\tfor i, l := range loaves {\n\t\tif l.Weight < %d {\n"+
		"\t\t\treturn fmt.Errorf(\"loaf %%d is light\", i)\n\t\t}\n\t}\n\treturn nil // %s\n}\n```\n\n",
		capital(w.word()), 400+w.IntN(800), w.word())
}

func (w *writer) table() {
	w.body.WriteString("| Item | Unit | Price |\n| --- | :-: | --: |\n")
	for range 5 {
		fmt.Fprintf(&w.body, "| %s | kg | %d.%02d |\n", w.word(), 1+w.IntN(30), w.IntN(100))
	}
	w.body.WriteByte('\n')
}

func (w *writer) image() {
	fmt.Fprintf(&w.body, "![%s %s](%s \"%s\")\n\n", w.word(), w.word(), w.picture(), w.word())
}

func (w *writer) quotation() {
	fmt.Fprintf(&w.body, "> %s\n\n### %s\n\n", w.sentence(), w.title())
	for i := range 4 {
		fmt.Fprintf(&w.body, "%d. %s\n", i+1, w.sentence())
	}
	w.body.WriteByte('\n')
}
