// Where in a request something is wrong, said in the schema's names.

package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// ownLocation keeps of huma's location what our own schema knows and cuts the
// rest: a property we do not have and the key of a map are the client's words.
func ownLocation(op *huma.Operation, location string) string {
	place, rest, _ := strings.Cut(location, ".")
	switch place {
	case "body":
		return place + ownPath(op, strings.TrimPrefix(location, place))
	case "headers":
		place = "header" // as huma's own conditional package calls it
	case "form":
		return "body" + ownPath(op, "."+rest)
	case "path", "query", "header", "cookie":
	default:
		return "body" + ownPath(op, "."+location) // a file of a form
	}
	for _, p := range op.Parameters {
		if after, ok := strings.CutPrefix(rest, p.Name); ok && p.In == place {
			index, end, of := cutIndex(after) // of one value in a list of them
			if after == "" || of && end == "" {
				return place + "." + p.Name + index
			}
		}
	}
	return place
}

func ownPath(op *huma.Operation, path string) string {
	if op.RequestBody == nil {
		return ""
	}
	for _, media := range op.RequestBody.Content {
		if media.Schema != nil {
			return knownPath(op, media.Schema, path)
		}
	}
	return ""
}

// knownPath is the longest beginning of path (".lines[2].sku") that schema has.
func knownPath(op *huma.Operation, schema *huma.Schema, path string) string {
	schema = resolve(op, schema)
	if schema == nil || path == "" {
		return ""
	}
	longest := ""
	consider := func(s string) {
		if len(s) > len(longest) {
			longest = s
		}
	}
	if step, rest, ok := cutIndex(path); ok && schema.Items != nil {
		consider(step + knownPath(op, schema.Items, rest))
	}
	for name, property := range schema.Properties {
		step := "." + name
		rest, ok := strings.CutPrefix(path, step)
		if ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			consider(step + knownPath(op, property, rest))
		}
	}
	for _, list := range [][]*huma.Schema{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range list {
			consider(knownPath(op, part, path))
		}
	}
	return longest
}

// cutIndex splits "[12].sku" into "[12]" and ".sku".
func cutIndex(path string) (index, rest string, ok bool) {
	end := strings.IndexByte(path, ']')
	if end < 2 || path[0] != '[' || strings.Trim(path[1:end], "0123456789") != "" {
		return "", "", false
	}
	return path[:end+1], path[end+1:], true
}

// registryOf is the operation's way to the named schemas; complete sets it.
const registryOf = "registry"

func resolve(op *huma.Operation, schema *huma.Schema) *huma.Schema {
	registry, _ := op.Metadata[registryOf].(huma.Registry)
	for schema != nil && schema.Ref != "" {
		if registry == nil {
			return nil
		}
		schema = registry.SchemaFromRef(schema.Ref)
	}
	return schema
}
