package lexical

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// maker makes documents at random, the same ones from the same seed.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1))} }

// sample is a document with a name.
type sample struct {
	Name     string         `json:"name"`
	Document map[string]any `json:"document"`
}

type object = map[string]any

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) chance(percent int) bool { return m.IntN(100) < percent }

func document(children ...any) object {
	return object{"root": object{"children": children, "direction": "ltr", "format": "", "indent": 0, "type": "root", "version": 1}}
}

func parent(typ string, children []any, more ...any) object {
	n := object{"children": children, "direction": "ltr", "format": "", "indent": 0, "type": typ, "version": 1}
	for i := 0; i+1 < len(more); i += 2 {
		n[more[i].(string)] = more[i+1]
	}
	return n
}

func letters(s string, f int) object {
	return object{"detail": 0, "format": f, "mode": "normal", "style": "", "text": s, "type": "extended-text", "version": 1}
}

func brk() object { return object{"type": "linebreak", "version": 1} }

func list1(children ...any) []any { return children }

// words are texts that are hard to write.
var words = []string{
	"a", "word", " ", "two words", " in front", "behind ", "  double  ", "<b>no</b>", "a & b", "&amp;", "\u00a0", "x\u00a0y",
	"\"quoted\" 'single'", "é 日本 😀", "שלום", "tab\there", "line\nbreak", "\u200c", "</p>", "<!-- c -->", "-", "1 < 2 > 0", "%20", "{first_name}",
}

var titles = []string{
	"Heading", "H two & more", "Ünïcode 日本", "ΟΔΟΣ ΟΔΟΣ", "a  b", "- dash -", "--", "a--b", "What?!", "'quoted'", "1.2.3", "é", "",
	" ", "x*y+z=q", "İstanbul", "a\u00a0b", "100 %", "em — dash", "Heading", "Heading-1", "`code`", "🎉 party", "tab\tx",
}

var links = []string{
	"https://example.org/", "https://example.org/?a=1&b=2", "/relative/", "#anchor", "mailto:a@example.org", "tel:+4912345",
	"http://example.org/ü?q=\"x\"", "", "relative/path", "?q=1", "//example.org/x", "https://blog.example.org/post/",
}

func (m maker) text() object {
	f := 0
	switch m.IntN(5) {
	case 0:
		f = 1 << m.IntN(8)
	case 1, 2:
		f = m.IntN(256)
	}
	n := letters(pick(m, words...), f)
	n["type"] = pick(m, "extended-text", "extended-text", "extended-text", "text", "tk")
	return n
}

func (m maker) link(depth int) object {
	n := parent("link", nil, "url", pick(m, links...), "rel", pick[any](m, nil, nil, "noreferrer", "noopener noreferrer", "a\"b", ""),
		"target", pick[any](m, nil, "_blank"), "title", pick[any](m, nil, "A title"))
	n["children"] = m.line(depth + 1)
	return n
}

// line makes what is in a paragraph.
func (m maker) line(depth int) []any {
	line := list1()
	for range m.IntN(6) {
		switch k := m.IntN(20); {
		case k < 13:
			line = append(line, m.text())
		case k < 15:
			line = append(line, brk())
		case k < 18 && depth < 2:
			line = append(line, m.link(depth))
		case k == 18:
			line = append(line, m.rare())
		}
	}
	return line
}

// rare are the parts of lines that are hardly ever stored.
func (m maker) rare() object {
	switch m.IntN(4) {
	case 0:
		return object{"type": "tab", "version": 1, "format": m.IntN(2), "text": "\t", "style": "", "detail": 2, "mode": "normal"}
	case 1:
		return object{"type": "zwnj", "version": 1, "text": pick(m, "", "\u200c"), "format": 0, "style": "", "detail": 0, "mode": "normal"}
	case 2:
		return parent("at-link", list1(object{"type": "zwnj", "version": 1, "text": "", "format": 0, "style": "", "detail": 0, "mode": "normal"},
			object{"type": "at-link-search", "version": 1, "text": "que", "placeholder": nil, "format": 0, "style": "", "detail": 0, "mode": "normal"}), "linkFormat", 0)
	}
	return object{"type": "at-link-search", "version": 1, "text": "query", "placeholder": "Find", "format": 1, "style": "", "detail": 0, "mode": "normal"}
}

func (m maker) heading() object {
	tag := fmt.Sprint("h", 1+m.IntN(6))
	line := list1(letters(pick(m, titles...), pick(m, 0, 0, 1, 2)))
	if m.chance(30) {
		line = append(line, m.line(1)...)
	}
	return parent(pick(m, "extended-heading", "heading"), line, "tag", tag)
}

func (m maker) list(depth int) object {
	kind := pick(m, "bullet", "number", "bullet", "number", "check")
	tag := "ul"
	if kind == "number" {
		tag = "ol"
	}
	start := 1
	if m.chance(20) {
		start = m.IntN(12)
	}
	items := list1()
	for i := range m.IntN(5) {
		line := m.line(1)
		switch k := m.IntN(20); {
		case k < 4 && depth < 4:
			line = list1(m.list(depth + 1))
		case k == 4 && depth < 3:
			line = append(line, m.list(depth+1))
		case k == 5:
			line = list1(parent("paragraph", m.line(1)))
		case k == 6 && depth < 4:
			line = list1(m.list(depth+1), letters("behind", 0))
		}
		items = append(items, parent("listitem", line, "value", i+1))
	}
	if m.chance(4) {
		items = append(items, pick[any](m, parent("paragraph", m.line(1)), letters("bare", 1), m.list(depth+1)))
	}
	return parent("list", items, "listType", kind, "start", start, "tag", tag)
}

// block makes a block that is no card.
func (m maker) block() object {
	switch m.IntN(10) {
	case 0, 1:
		return m.heading()
	case 2, 3:
		return m.list(0)
	case 4:
		return parent(pick(m, "quote", "extended-quote"), m.line(0))
	case 5:
		return parent("aside", m.line(0))
	case 6:
		return parent(pick(m, "quote", "aside", "paragraph"), list1(parent("paragraph", m.line(0)), m.text(), parent("paragraph", m.line(0))))
	}
	p := parent("paragraph", m.line(0))
	p["format"] = pick[any](m, "", "center", "right", "")
	p["indent"] = m.IntN(2)
	return p
}

// mixed makes a document of everything.
func (m maker) mixed() object {
	var children []any
	for range m.IntN(8) {
		if m.chance(35) {
			children = append(children, m.card(""))
		} else {
			children = append(children, m.block())
		}
	}
	if m.chance(15) {
		children = append(children, parent("paragraph", list1()))
	}
	if m.chance(4) {
		children = append(children, parent("paragraph", list1(letters("with a card", 0), m.card("image"), letters("in it", 1))))
	}
	return document(children...)
}

// samples are the documents of the committed pairs.
func samples() []sample {
	m := newMaker(1)
	var out []sample
	put := func(name string, i int, d object) { out = append(out, sample{fmt.Sprintf("%s/%02d", name, i), d}) }
	for i := range 8 {
		var line []any
		for f := range 32 {
			line = append(line, parent("paragraph", list1(letters("x", i*32+f))))
		}
		put("formats", i, document(line...))
	}
	few := []int{0, 1, 2, 3, 16, 17, 129, 7, 6, 96, 255, 5}
	for i, a := range few {
		var paragraphs []any
		for _, b := range few {
			c := pick(m, few...)
			paragraphs = append(paragraphs, parent("paragraph", list1(letters("a", a), letters("b", b), letters("c", c), letters("d", b))))
		}
		put("neighbours", i, document(paragraphs...))
	}
	for i := range 30 {
		put("line", i, document(parent("paragraph", m.line(0)), parent("paragraph", m.line(0)), parent("paragraph", list1(m.text(), m.text(), m.link(0), m.text(), brk(), m.text(), m.text()))))
	}
	for i := range 20 {
		put("block", i, document(m.block(), m.block(), m.block()))
		put("list", i, document(m.list(0), m.list(0)))
	}
	var headings []any
	for _, t := range titles {
		headings = append(headings, parent("extended-heading", list1(letters(t, 0)), "tag", "h2"))
	}
	put("headings", 0, document(headings...))
	put("empty", 0, document())
	put("empty", 1, document(parent("paragraph", list1())))
	put("empty", 2, document(parent("paragraph", list1()), parent("paragraph", list1(brk(), letters(" ", 0)))))
	for _, typ := range cardTypes {
		put(typ+"-bare", 0, document(object{"type": typ, "version": 1}))
		for i := range 8 {
			put(typ, i, document(m.card(typ)))
		}
	}
	for i := range 60 {
		put("mixed", i, m.mixed())
	}
	for _, name := range slices.Sorted(maps.Keys(disputed)) {
		put(name, 0, disputed[name])
	}
	return out
}
