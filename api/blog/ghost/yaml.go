// The YAML of Ghost's files, read from its syntax tree: in order, and with lines.

package ghost

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile is how many bytes a file of rules or routes may have.
const maxFile = 1 << 20

// maxNesting is how deep values may stand in each other.
const maxNesting = 8

// ErrFile says that a file of redirects or routes cannot be used; its text says why and
// in which line, in words of ours.
var ErrFile = errors.New("the file cannot be used")

func fileFault(line int, reason string) error {
	return fmt.Errorf("%w: line %d: %s", ErrFile, line, reason)
}

// value is a text, a list, a mapping or nothing.
type value struct {
	line    int
	text    string
	isText  bool // written as text, not as a number or a switch
	isPlain bool // text, a number or a switch
	list    []value
	fields  []field // of a mapping, in order
	mapping bool
}

type field struct {
	line  int
	key   string
	value value
}

// get is the value of a mapping's field; nothing where it has none.
func (v value) get(key string) value {
	for _, f := range v.fields {
		if f.key == key {
			return f.value
		}
	}
	return value{line: v.line}
}

// texts are the texts of a list, or one text alone.
func (v value) texts() []string {
	if v.isPlain {
		return []string{v.text}
	}
	var list []string
	for _, item := range v.list {
		if item.isPlain {
			list = append(list, item.text)
		}
	}
	return list
}

func readFile(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	case len(raw) > maxFile:
		return nil, fmt.Errorf("%w: it is larger than 1 MiB", ErrFile)
	case !utf8.Valid(raw):
		return nil, fmt.Errorf("%w: it is not UTF-8 text", ErrFile)
	}
	return raw, nil
}

// readYAML reads a document that is one mapping. The parser is not known to stand every
// file that anybody can make: what it gives up on is a fault of the file.
func readYAML(raw []byte) (root value, err error) {
	defer func() {
		if recover() != nil {
			root, err = value{}, fmt.Errorf("%w: it is no YAML that can be read", ErrFile)
		}
	}()
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			return value{}, fileFault(at.GetToken().Position.Line, "it is no YAML that can be read")
		}
		return value{}, fmt.Errorf("%w: it is no YAML that can be read", ErrFile)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return value{}, fmt.Errorf("%w: it must be one YAML document", ErrFile)
	}
	root, err = convert(file.Docs[0].Body, 0)
	if err == nil && !root.mapping {
		err = fileFault(root.line, "it must be one mapping")
	}
	return root, err
}

func convert(n ast.Node, depth int) (value, error) {
	v := value{line: lineOf(n)}
	if depth > maxNesting {
		return v, fileFault(v.line, "its values stand too deep in each other")
	}
	switch n := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
	case *ast.StringNode:
		v.text, v.isText, v.isPlain = n.Value, true, true
	case *ast.LiteralNode:
		if n.Value != nil {
			v.text, v.isText, v.isPlain = n.Value.Value, true, true
		}
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		v.text, v.isPlain = n.GetToken().Value, true
	case *ast.SequenceNode:
		for _, item := range n.Values {
			converted, err := convert(item, depth+1)
			if err != nil {
				return v, err
			}
			v.list = append(v.list, converted)
		}
	case *ast.MappingNode:
		v.mapping = true
		return v, v.add(n.Values, depth)
	case *ast.MappingValueNode:
		v.mapping = true
		return v, v.add([]*ast.MappingValueNode{n}, depth)
	default:
		return v, fileFault(v.line, "it uses anchors, tags or other YAML that is not read here")
	}
	return v, nil
}

func (v *value) add(entries []*ast.MappingValueNode, depth int) error {
	for _, entry := range entries {
		key, err := convert(entry.Key, depth+1)
		if err != nil {
			return err
		}
		if !key.isPlain {
			return fileFault(lineOf(entry), "a key must be plain text")
		}
		content, err := convert(entry.Value, depth+1)
		if err != nil {
			return err
		}
		v.fields = append(v.fields, field{lineOf(entry.Key), key.text, content})
	}
	return nil
}

func lineOf(n ast.Node) int {
	if n != nil {
		if t := n.GetToken(); t != nil && t.Position != nil {
			return t.Position.Line
		}
	}
	return 1
}
