package api_test

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// inputs draws what a client may send, from the published document alone.
type inputs struct {
	doc map[string]any
	t   *rapid.T
}

// resolve follows references.
func (in inputs) resolve(schema map[string]any) map[string]any {
	for {
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema
		}
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		schema = in.doc["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
	}
}

// value draws a value that fits the schema.
func (in inputs) value(schema map[string]any, depth int) any {
	schema = in.resolve(schema)
	if enum, ok := schema["enum"].([]any); ok {
		return rapid.SampledFrom(enum).Draw(in.t, "enum")
	}
	kind, _ := schema["type"].(string)
	if list, ok := schema["type"].([]any); ok {
		kind = list[0].(string)
	}
	switch kind {
	case "boolean":
		return rapid.Bool().Draw(in.t, "boolean")
	case "integer", "number":
		return rapid.Int64Range(bound(schema, "minimum", -1e9), bound(schema, "maximum", 1e9)).Draw(in.t, "integer")
	case "string":
		return in.text(schema)
	case "array":
		items, _ := schema["items"].(map[string]any)
		list := []any{}
		for range rapid.IntRange(int(bound(schema, "minItems", 0)), int(min(bound(schema, "maxItems", 3), 3))).Draw(in.t, "items") {
			list = append(list, in.value(items, depth+1))
		}
		return list
	case "object":
		return in.object(schema, depth)
	}
	return map[string]any{}
}

func (in inputs) object(schema map[string]any, depth int) map[string]any {
	object := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, any(name)) || depth < 3 && rapid.Bool().Draw(in.t, "has "+name) {
			object[name] = in.value(properties[name].(map[string]any), depth+1)
		}
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && rapid.Bool().Draw(in.t, "has a key") {
		object[rapid.String().Draw(in.t, "key")] = in.value(extra, depth+1)
	}
	return object
}

func (in inputs) text(schema map[string]any) string {
	if pattern, ok := schema["pattern"].(string); ok {
		text := rapid.StringMatching(pattern).Draw(in.t, "matching")
		return text[:min(len(text), int(bound(schema, "maxLength", 200)))]
	}
	switch schema["format"] {
	case "date-time":
		return rapid.SampledFrom([]string{"2026-05-01T09:30:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59"}).Draw(in.t, "time")
	case "uri", "uri-reference":
		return rapid.SampledFrom([]string{"https://example.org/", "/a", "javascript:alert(1)", "//x"}).Draw(in.t, "uri")
	case "email":
		return "ada@example.org"
	}
	if examples, ok := schema["examples"].([]any); ok && rapid.Bool().Draw(in.t, "the example") {
		if example, ok := examples[0].(string); ok {
			return example
		}
	}
	return rapid.StringN(int(bound(schema, "minLength", 0)), int(min(bound(schema, "maxLength", 40), 40)), -1).
		Filter(func(s string) bool { return !strings.ContainsRune(s, 0) }).Draw(in.t, "text")
}

func bound(schema map[string]any, name string, otherwise float64) int64 {
	if n, ok := schema[name].(float64); ok {
		return int64(n)
	}
	return int64(otherwise)
}

// spoil makes an object that fits its schema into one that does not, in one
// place, and puts the canary there.
func (in inputs) spoil(schema map[string]any, object map[string]any) {
	schema = in.resolve(schema)
	required, _ := schema["required"].([]any)
	properties, _ := schema["properties"].(map[string]any)
	names := slices.Sorted(maps.Keys(object))
	switch way := rapid.IntRange(0, 2).Draw(in.t, "spoilt how"); {
	case way == 1 && len(required) > 0:
		delete(object, rapid.SampledFrom(required).Draw(in.t, "dropped").(string))
	case way == 2 && len(names) > 0:
		name := rapid.SampledFrom(names).Draw(in.t, "wrong type")
		object[name] = []any{map[string]any{canary: canary}}
		if kind := in.resolve(properties[name].(map[string]any))["type"]; kind == "array" {
			object[name] = canary
		}
	default:
		object[canary] = canary
	}
}
