// Notes in Markdown: [^name] with [^name]: words somewhere else, and ^[words] in the line.

package lexical

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// noteDef is where a note's words stand.
type noteDef struct {
	ast.BaseBlock
	name string
}

// noteRef is where a note is asked for: for the how-manieth time, from 0.
type noteRef struct {
	ast.BaseInline
	name    string
	id, sub int
}

// noteLine is a note whose words stand where it is asked for.
type noteLine struct {
	ast.BaseInline
	page    ast.Node
	source  []byte
	id      int
	hasHTML bool
}

// noteList are all notes, at the end; noteItem is one of them.
type noteList struct{ ast.BaseBlock }
type noteItem struct {
	ast.BaseBlock
	id int
	// line is the note that stood in a line, nil for another one.
	line *noteLine
}

// noteBack leads from a note to where it was asked for.
type noteBack struct {
	ast.BaseInline
	id, sub int
}

var (
	kindNoteDef  = ast.NewNodeKind("NoteDef")
	kindNoteRef  = ast.NewNodeKind("NoteRef")
	kindNoteLine = ast.NewNodeKind("NoteLine")
	kindNoteList = ast.NewNodeKind("NoteList")
	kindNoteItem = ast.NewNodeKind("NoteItem")
	kindNoteBack = ast.NewNodeKind("NoteBack")
)

func (*noteDef) Kind() ast.NodeKind  { return kindNoteDef }
func (*noteRef) Kind() ast.NodeKind  { return kindNoteRef }
func (*noteLine) Kind() ast.NodeKind { return kindNoteLine }
func (*noteList) Kind() ast.NodeKind { return kindNoteList }
func (*noteItem) Kind() ast.NodeKind { return kindNoteItem }
func (*noteBack) Kind() ast.NodeKind { return kindNoteBack }

func (n *noteDef) Dump(source []byte, at int)  { ast.DumpHelper(n, source, at, nil, nil) }
func (n *noteRef) Dump(source []byte, at int)  { ast.DumpHelper(n, source, at, nil, nil) }
func (n *noteLine) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }
func (n *noteList) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }
func (n *noteItem) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }
func (n *noteBack) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }

// notesKey is where the names of a text's notes are kept while it is read.
var notesKey = parser.NewContextKey()

// noteName is the name in [^name] at the start of a line, "" where there is none.
func noteName(line []byte) string {
	if len(line) < 4 || line[0] != '[' || line[1] != '^' {
		return ""
	}
	end := bytes.IndexAny(line[2:], " \n]")
	if end <= 0 || line[2+end] != ']' {
		return ""
	}
	return string(line[2 : 2+end])
}

// noteParser parses the words of notes: what is indented below them is theirs.
type noteParser struct{}

func (noteParser) Trigger() []byte { return []byte{'['} }

func (noteParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 {
		return nil, parser.NoChildren
	}
	name := noteName(line[pos:])
	colon := pos + len(name) + 3
	if name == "" || colon >= len(line) || line[colon] != ':' {
		return nil, parser.NoChildren
	}
	names, _ := pc.Get(notesKey).(map[string]bool)
	if names == nil {
		names = map[string]bool{}
		pc.Set(notesKey, names)
	}
	names[name] = true
	reader.AdvanceAndSetPadding(colon+1-segment.Padding, segment.Padding)
	if len(bytes.TrimSpace(line[colon+1:])) == 0 {
		return &noteDef{name: name}, parser.NoChildren
	}
	return &noteDef{name: name}, parser.HasChildren
}

func (noteParser) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if pos < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

func (noteParser) Close(ast.Node, text.Reader, parser.Context) {}
func (noteParser) CanInterruptParagraph() bool                 { return true }
func (noteParser) CanAcceptIndentedLine() bool                 { return false }

// noteMark parses where a note is asked for.
type noteMark struct{}

func (noteMark) Trigger() []byte { return []byte{'[', '!'} }

func (noteMark) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	called := line[0] == '!' // which is no picture then
	if called {
		line = line[1:]
	}
	name := noteName(line)
	names, _ := pc.Get(notesKey).(map[string]bool)
	end := len(name) + 3
	if name == "" || !names[name] || end < len(line) && line[end] == '(' {
		return nil
	}
	if called {
		parent.AppendChild(parent, ast.NewTextSegment(segment.WithStop(segment.Start+1)))
		end++
	}
	block.Advance(end)
	return &noteRef{name: name}
}

// noteInLine parses a note in a line.
type noteInLine struct{}

func (noteInLine) Trigger() []byte { return []byte{'^'} }

func (noteInLine) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) < 3 || line[1] != '[' {
		return nil
	}
	depth, end := 0, 0
	for i := 2; i < len(line) && end == 0; i++ {
		switch line[i] {
		case '\\':
			i++
		case '[':
			depth++
		case ']':
			if depth == 0 {
				end = i
			}
			depth--
		case '`':
			if j := bytes.IndexByte(line[i+1:], '`'); j >= 0 {
				i += j + 1
			}
		}
	}
	if end == 0 {
		return nil
	}
	m := &markdown{source: bytes.Clone(line[2:end])}
	page := markdownLine.Parse(text.NewReader(m.source))
	m.addresses(page)
	block.Advance(end + 1)
	note := &noteLine{page: page, source: m.source}
	_ = ast.Walk(page, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		note.hasHTML = note.hasHTML || n.Kind() == ast.KindRawHTML
		return ast.WalkContinue, nil
	})
	return note
}

// putNotes numbers notes in the order in which they are asked for and puts them at the
// end; those that nobody asks for go.
func putNotes(page ast.Node) {
	defs := map[string]*noteDef{}
	var all []*noteDef
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if def, ok := n.(*noteDef); ok && entering {
			defs[def.name] = def
			all = append(all, def)
		}
		return ast.WalkContinue, nil
	})
	list := &noteList{}
	items := map[string]*noteItem{}
	asked := map[string]int{}
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *noteRef:
			if items[n.name] == nil {
				items[n.name] = &noteItem{id: list.ChildCount()}
				list.AppendChild(list, items[n.name])
			}
			n.id, n.sub = items[n.name].id, asked[n.name]
			asked[n.name]++
		case *noteLine:
			n.id = list.ChildCount()
			list.AppendChild(list, &noteItem{id: n.id, line: n})
		}
		return ast.WalkContinue, nil
	})
	for _, def := range all {
		def.Parent().RemoveChild(def.Parent(), def)
	}
	if !list.HasChildren() {
		return
	}
	for name, item := range items {
		if def := defs[name]; def != nil {
			for c := def.FirstChild(); c != nil; c = def.FirstChild() {
				item.AppendChild(item, c)
			}
		}
		var end ast.Node = item
		if last := item.LastChild(); last != nil && last.Kind() == ast.KindParagraph {
			end = last
		}
		for sub := range asked[name] {
			end.AppendChild(end, &noteBack{id: item.id, sub: sub})
		}
	}
	page.AppendChild(page, list)
}

// noteNumber is how a note is called in ids and, from the second time on, which of the
// times it is asked for.
func noteNumber(id, sub int) string {
	n := strconv.Itoa(id + 1)
	if sub > 0 {
		n += ":" + strconv.Itoa(sub)
	}
	return n
}
