// The document as YAML for people: what one looks for first stands first.

package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/goccy/go-yaml"
)

// Files are the document in every form in which it is published, by file name:
// OpenAPI 3.1, and 3.0.3 for tools that know no newer. The bytes depend on the
// operations only.
func Files(doc *huma.OpenAPI) (map[string][]byte, error) {
	doc = explained(doc)
	current, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	older, err := doc.Downgrade()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, document := range map[string][]byte{"openapi": current, "openapi-3.0": older} {
		// Numbers keep their text: 2000 must not become 2e+03.
		decoder := json.NewDecoder(bytes.NewReader(document))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		ordered := inOrder(value)
		text, err := yaml.MarshalWithOptions(ordered, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
		if err != nil {
			return nil, err
		}
		files[name+".yaml"] = indentedBlank.ReplaceAll(text, nil)
		var indented bytes.Buffer
		if err := json.Indent(&indented, document, "", "  "); err != nil {
			return nil, err
		}
		files[name+".json"] = append(indented.Bytes(), '\n')
	}
	return files, nil
}

// indentedBlank is the space that the encoder leaves on empty lines.
var indentedBlank = regexp.MustCompile(`(?m)^ +$`)

// leading are the keys that stand first, in this order, where they occur.
var leading = []string{
	"openapi", "info", "title", "version", "servers", "tags",
	"name", "in", "operationId", "summary", "description", "security", "parameters", "requestBody", "responses",
	"$ref", "type", "format",
	"paths", "get", "post", "put", "patch", "delete",
}

// inOrder turns objects into lists of pairs in our order: the leading keys, the
// rest by name. Properties of a schema are named by us and may be called
// "name"; their order is harmless.
func inOrder(value any) any {
	switch v := value.(type) {
	case map[string]any:
		keys := slices.SortedFunc(maps.Keys(v), func(a, b string) int {
			if d := rank(a) - rank(b); d != 0 {
				return d
			}
			return strings.Compare(a, b)
		})
		pairs := make(yaml.MapSlice, 0, len(keys))
		for _, key := range keys {
			pairs = append(pairs, yaml.MapItem{Key: key, Value: inOrder(v[key])})
		}
		return pairs
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = inOrder(item)
		}
		return list
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return value
}

func rank(key string) int {
	if i := slices.Index(leading, key); i >= 0 {
		return i
	}
	return len(leading)
}
