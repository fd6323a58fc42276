// The YAML file: one flat mapping of settings, read from the syntax tree so that
// each fault has a line and nothing is guessed.

package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const maxFile = 256 << 10

func (r *sources) addFile(path string, faults *Faults) {
	f, err := os.Open(path)
	if err != nil {
		faults.add("--config", "names a file that cannot be opened")
		return
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(raw) > maxFile {
		faults.add("--config", "names a file that cannot be read or is far too large")
		return
	}
	r.addYAML(filepath.Base(path), raw, faults)
}

// addYAML takes the settings out of a document. Faults are positions: a key or
// a value may be a secret in the wrong place.
func (r *sources) addYAML(name string, raw []byte, faults *Faults) {
	file, line, err := parse(raw)
	if err != nil {
		faults.add(fmt.Sprintf("%s:%d", name, line), "is not YAML that can be read here")
		return
	}
	var entries []*ast.MappingValueNode
	for i, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
			continue
		case *ast.MappingNode:
			entries = body.Values
		case *ast.MappingValueNode:
			entries = []*ast.MappingValueNode{body}
		default:
			faults.add(position(name, body), "must be one mapping of settings")
			return
		}
		if i > 0 {
			faults.add(position(name, doc.Body), "must not be a second document")
			return
		}
	}
	byKey := map[string]string{}
	for _, s := range settings {
		byKey[s.key()] = s.name
		if s.secret {
			byKey[s.key()+"_file"] = s.name + "_FILE"
		}
	}
	keys := names(setting.key)
	for _, entry := range entries {
		key, ok := scalar(entry.Key)
		setting := byKey[key]
		if !ok || setting == "" {
			faults.add(position(name, entry.Key), "is not a setting"+suggestion(key, keys))
			continue
		}
		if _, twice := r.file[setting]; twice {
			faults.add(position(name, entry.Key), "sets "+key+" a second time")
			continue
		}
		text, ok := scalarOrList(entry.Value)
		if !ok {
			faults.add(position(name, entry.Key), key+" must have a plain value")
			continue
		}
		r.file[setting] = value{text, name}
	}
}

// parse also turns a panic of the parser into an error: the file is the
// operator's, and a stack trace would show it.
func parse(raw []byte) (file *ast.File, line int, err error) {
	defer func() {
		if recover() != nil {
			file, line, err = nil, 1, errors.New("the parser gave up")
		}
	}()
	file, err = parser.ParseBytes(raw, 0, parser.AllowDuplicateMapKey())
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil && syntax.GetToken().Position != nil {
		return nil, syntax.GetToken().Position.Line, err
	}
	return file, 1, err
}

func position(name string, node ast.Node) string {
	line := 1
	if t := node.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	return fmt.Sprintf("%s:%d", name, line)
}

func scalarOrList(node ast.Node) (string, bool) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return scalar(node)
	}
	var words []string
	for _, item := range list.Values {
		word, ok := scalar(item)
		if !ok {
			return "", false
		}
		words = append(words, word)
	}
	return strings.Join(words, ","), true
}

// scalar is the text of a plain value as it was written, so that 0600, 1e3 and
// yes stay themselves. Anchors, aliases, tags and mappings are refused.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		if n.Value == nil {
			return "", true
		}
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}
