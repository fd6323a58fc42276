// The three formats, read into the same fields.

package frontmatter

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/pelletier/go-toml/v2/unstable"
)

// parseYAML reads a head by its syntax tree, since decoding would make
// floating-point numbers of prices.
func parseYAML(head []byte) (Fields, error) {
	file, err := parser.ParseBytes(head, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			// The first line of the file is the fence.
			return nil, malformed("its YAML front matter is malformed in line %d: %s", at.GetToken().Position.Line+1, at.GetMessage())
		}
		return nil, malformed("its YAML front matter is malformed")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return Fields{}, nil
	}
	switch value := (anchors{}).value(file.Docs[0].Body).(type) {
	case Fields:
		return value, nil
	case nil:
		return Fields{}, nil
	}
	return nil, malformed("its YAML front matter is no list of fields")
}

// anchors are the values of a syntax tree that have names.
type anchors map[string]any

func (a anchors) value(n ast.Node) any {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.BoolNode:
		return n.Value
	case *ast.IntegerNode:
		return Number(n.Token.Value)
	case *ast.FloatNode:
		return Number(n.Token.Value)
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, v := range n.Values {
			list[i] = a.value(v)
		}
		return list
	case *ast.MappingNode:
		fields := Fields{}
		for _, v := range n.Values {
			a.field(fields, v)
		}
		return fields
	case *ast.MappingValueNode:
		fields := Fields{}
		a.field(fields, n)
		return fields
	case *ast.AnchorNode:
		v := a.value(n.Value)
		a[n.Name.GetToken().Value] = v
		return v
	case *ast.AliasNode:
		return a[n.Value.GetToken().Value]
	case *ast.TagNode:
		return a.value(n.Value)
	}
	return nil
}

func (a anchors) field(fields Fields, n *ast.MappingValueNode) {
	if n.Key.IsMergeKey() {
		if merged, ok := a.value(n.Value).(Fields); ok {
			for key, value := range merged {
				if _, is := fields[key]; !is {
					fields[key] = value
				}
			}
		}
		return
	}
	fields[strings.ToLower(n.Key.GetToken().Value)] = a.value(n.Value)
}

// parseTOML reads a head expression by expression, for the reason of parseYAML.
func parseTOML(head []byte) (Fields, error) {
	var p unstable.Parser
	p.Reset(head)
	root := Fields{}
	table, ok := root, true
	for ok && p.NextExpression() {
		switch n := p.Expression(); n.Kind {
		case unstable.KeyValue:
			ok = table.put(keys(n), tomlValue(&p, n.Value()))
		case unstable.Table:
			table, ok = root.table(keys(n))
		case unstable.ArrayTable:
			table, ok = root.append(keys(n))
		}
	}
	if err := p.Error(); err != nil {
		var at *unstable.ParserError
		if errors.As(err, &at) {
			return nil, malformed("its TOML front matter is malformed in line %d: %s", p.Shape(p.Range(at.Highlight)).Start.Line+1, at.Message)
		}
		return nil, malformed("its TOML front matter is malformed")
	}
	if !ok {
		return nil, malformed("its TOML front matter gives a field twice")
	}
	return root, nil
}

func keys(n *unstable.Node) (list []string) {
	for it := n.Key(); it.Next(); {
		list = append(list, strings.ToLower(string(it.Node().Data)))
	}
	return list
}

func tomlValue(p *unstable.Parser, n *unstable.Node) any {
	switch n.Kind {
	case unstable.Bool:
		return string(n.Data) == "true"
	case unstable.Integer, unstable.Float:
		return Number(strings.ReplaceAll(string(p.Raw(n.Raw)), "_", ""))
	case unstable.Array:
		list := []any{}
		for it := n.Children(); it.Next(); {
			list = append(list, tomlValue(p, it.Node()))
		}
		return list
	case unstable.InlineTable:
		fields := Fields{}
		for it := n.Children(); it.Next(); {
			fields.put(keys(it.Node()), tomlValue(p, it.Node().Value()))
		}
		return fields
	}
	return string(n.Data)
}

// put sets a field that may be within others; false where it is there already.
func (f Fields) put(key []string, value any) bool {
	last := len(key) - 1
	table, ok := f.table(key[:last])
	if !ok || table[key[last]] != nil {
		return false
	}
	table[key[last]] = value
	return true
}

// table finds or makes the table that a key names; of an array it is the last.
func (f Fields) table(key []string) (Fields, bool) {
	for _, k := range key {
		switch next := f[k].(type) {
		case nil:
			made := Fields{}
			f[k], f = made, made
		case Fields:
			f = next
		case []any:
			last, ok := Fields(nil), false
			if len(next) > 0 {
				last, ok = next[len(next)-1].(Fields)
			}
			if !ok {
				return nil, false
			}
			f = last
		default:
			return nil, false
		}
	}
	return f, true
}

// append adds a table to the array that a key names.
func (f Fields) append(key []string) (Fields, bool) {
	last := len(key) - 1
	table, ok := f.table(key[:last])
	if !ok {
		return nil, false
	}
	list, isList := table[key[last]].([]any)
	if !isList && table[key[last]] != nil {
		return nil, false
	}
	made := Fields{}
	table[key[last]] = append(list, made)
	return made, true
}

// parseJSON reads the object that a file begins with.
func parseJSON(raw []byte) (Fields, []byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw[:min(len(raw), maxHead)]))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, nil, malformed("its JSON front matter is malformed or has no end within 32 KiB")
	}
	return jsonValue(object).(Fields), raw[d.InputOffset():], nil
}

func jsonValue(v any) any {
	switch v := v.(type) {
	case json.Number:
		return Number(v)
	case []any:
		for i := range v {
			v[i] = jsonValue(v[i])
		}
		return v
	case map[string]any:
		fields := make(Fields, len(v))
		for key, value := range v {
			fields[strings.ToLower(key)] = jsonValue(value)
		}
		return fields
	}
	return v
}
