// Addresses in the text become links, as GitHub does it.

package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// linkify is goldmark's parser of addresses, asked only where one can begin: it
// is called at every blank of a text.
type linkify struct{ parser.InlineParser }

func newLinkify() linkify { return linkify{extension.NewLinkifyParser()} }

// Parse leaves out words that do not begin as an address does and have no @.
func (l linkify) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	switch line[0] {
	case ' ', '*', '_', '~', '(':
		line = line[1:]
	}
	for i, c := range line {
		if c == '@' || i == 0 && (c == 'h' || c == 'f' || c == 'w') {
			return l.InlineParser.Parse(parent, block, pc)
		}
		if c <= ' ' {
			break
		}
	}
	return nil
}
