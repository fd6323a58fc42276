// Markdown in lines that CommonMark does not have: marks, struck words, sub- and
// superscripts; and headings without a blank behind their signs.

package lexical

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// tagged is an element around a part of a line.
type tagged struct {
	ast.BaseInline
	tag string
}

var kindTagged = ast.NewNodeKind("Tagged")

func (*tagged) Kind() ast.NodeKind           { return kindTagged }
func (n *tagged) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }

// paired parses words between two signs of a kind on each side, which may stand in
// words and within one another.
type paired struct {
	sign byte
	tag  string
	run  int // where the run of signs begins, which pairs of one do not end one another
}

func (p paired) Trigger() []byte         { return []byte{p.sign} }
func (p paired) IsDelimiter(b byte) bool { return b == p.sign }
func (p paired) OnMatch(int) ast.Node    { return &tagged{tag: p.tag} }
func (p paired) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.Processor.(paired).run != closer.Processor.(paired).run
}

// ends tells whether there are signs before that a run can end.
func (p paired) ends(run *parser.Delimiter, pc parser.Context) bool {
	for d := pc.LastDelimiter(); run.CanClose && d != nil; d = d.PreviousDelimiter {
		if d.Char == p.sign && d.CanOpen {
			return true
		}
	}
	return false
}

// Parse takes a run of signs apart into pairs. An odd one is text: before them, and
// behind those that end something.
func (p paired) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	run := parser.ScanDelimiter(line, before, 2, p)
	if run == nil {
		return nil
	}
	block.Advance(run.OriginalLength)
	start, stop := segment.Start, segment.Start+run.OriginalLength
	odd := run.OriginalLength%2 == 1
	p.run = start + 1
	if odd && !p.ends(run, pc) {
		parent.AppendChild(parent, ast.NewTextSegment(text.NewSegment(start, start+1)))
		start, odd = start+1, false
	}
	var last ast.Node
	for ; start+2 <= stop; start += 2 {
		if last != nil {
			parent.AppendChild(parent, last)
		}
		d := parser.NewDelimiter(run.CanOpen, run.CanClose, 2, p.sign, p)
		d.Segment = text.NewSegment(start, start+2)
		pc.PushDelimiter(d)
		last = d
	}
	if odd {
		parent.AppendChild(parent, last)
		return ast.NewTextSegment(text.NewSegment(start, stop))
	}
	return last
}

// scripted is a word that is set lower or higher. It has text in it and nothing else.
type scripted struct {
	ast.BaseInline
	tag, text string
}

var kindScripted = ast.NewNodeKind("Scripted")

func (*scripted) Kind() ast.NodeKind           { return kindScripted }
func (n *scripted) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }

// script parses a word between two signs, without blanks in it that are not escaped.
type script struct {
	sign byte
	tag  string
}

func (p script) Trigger() []byte { return []byte{p.sign} }

func (p script) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	end := -1
	for i := 1; i < len(line) && end < 0; i++ {
		switch c := line[i]; {
		case c == p.sign:
			end = i
		case c == '\\' && i+1 < len(line) && (util.IsPunct(line[i+1]) || line[i+1] == ' '):
			i++
		case c == ' ', c == '\t', c == '\n':
			return nil
		case c == '`':
			ticks := 1
			for i+ticks < len(line) && line[i+ticks] == '`' {
				ticks++
			}
			if j := bytes.Index(line[i+ticks:], line[i:i+ticks]); j >= 0 {
				i += 2*ticks + j
			} else {
				i += ticks
			}
			i--
		}
	}
	if end < 2 || strings.ContainsAny(strings.ReplaceAll(string(line[1:end]), `\ `, ""), " \t") {
		return nil
	}
	word := string(line[1:end])
	var s strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] == '\\' && i+1 < len(word) && (util.IsPunct(word[i+1]) || word[i+1] == ' ') {
			i++
		}
		s.WriteByte(word[i])
	}
	block.Advance(end + 1)
	return &scripted{tag: p.tag, text: s.String()}
}

// looseHeading parses headings whose words may stand right behind their signs.
type looseHeading struct{}

func (looseHeading) Trigger() []byte { return []byte{'#'} }

func (looseHeading) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 {
		return nil, parser.NoChildren
	}
	start := pos
	for start < len(line) && line[start] == '#' {
		start++
	}
	level := start - pos
	if level == 0 || level > 6 {
		return nil, parser.NoChildren
	}
	end := len(bytes.TrimRight(line, "\n"))
	stop := start + len(bytes.TrimRight(line[start:end], " "))
	if tail := start + len(bytes.TrimRight(line[start:stop], "#")); tail > start && line[tail-1] == ' ' {
		stop = tail
	} else {
		stop = end
	}
	heading := ast.NewHeading(level)
	words := line[start:stop]
	start += len(words) - len(bytes.TrimLeft(words, " \t"))
	stop = start + len(bytes.TrimRight(line[start:max(start, stop)], " \t"))
	if stop > start {
		from := segment.Start - segment.Padding
		heading.Lines().Append(text.NewSegment(from+start, from+stop))
	}
	reader.AdvanceToEOL()
	return heading, parser.NoChildren
}

func (looseHeading) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }
func (looseHeading) Close(ast.Node, text.Reader, parser.Context)                 {}
func (looseHeading) CanInterruptParagraph() bool                                 { return true }
func (looseHeading) CanAcceptIndentedLine() bool                                 { return false }
