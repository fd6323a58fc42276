// What a client may send, drawn from the published document alone.

package api_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// inputs draws values and remembers what there is to ask for.
type inputs struct {
	doc   map[string]any
	rand  *rand.Rand
	known map[string][]string // ids by prefix, slugs by the list they are in
}

func (in *inputs) oneIn(n int) bool { return in.rand.IntN(n) == 0 }

func pick[T any](in *inputs, list []T) T { return list[in.rand.IntN(len(list))] }

// remember keeps the ids, slugs and cursors of an answer.
func (in *inputs) remember(list string, answer any) {
	switch v := answer.(type) {
	case []any:
		for _, item := range v {
			in.remember(list, item)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			text, ok := v[name].(string)
			prefix, _, prefixed := strings.Cut(text, "_")
			switch {
			case !ok:
				in.remember(list, v[name])
			case name == "slug":
				in.keep(list, text)
			case (name == "id" || strings.HasSuffix(name, "_id")) && prefixed:
				in.keep(prefix, text)
			case name == "next_cursor":
				in.keep("cursor", text)
			case name == "sku" || name == "gtin":
				in.keep(name, text)
			}
		}
	}
}

// keep forgets what is long known: it may have been deleted.
func (in *inputs) keep(kind, text string) {
	list := in.known[kind]
	if slices.Contains(list, text) {
		return
	}
	if len(list) >= 20 {
		list = list[1:]
	}
	in.known[kind] = append(list, text)
}

// reference draws something known that a name such as "category", "variant_id" or
// "labels" may mean; ok is false where nothing is.
func (in *inputs) reference(name string) (text string, ok bool) {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "_id"), "s")
	var list []string
	for _, kind := range slices.Sorted(maps.Keys(in.known)) {
		plural := strings.TrimSuffix(strings.TrimSuffix(name, "y"), "ie")
		if name != "" && (strings.HasPrefix(name, kind) || plural != "" && strings.HasPrefix(kind, plural)) {
			list = append(list, in.known[kind]...)
		}
	}
	if len(list) == 0 {
		return "", false
	}
	return pick(in, list), true
}

// resolve follows references.
func (in *inputs) resolve(schema map[string]any) map[string]any {
	for {
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema
		}
		schema = dig(in.doc, "components", "schemas", ref[strings.LastIndexByte(ref, '/')+1:])
	}
}

// kindOf is a schema's type other than null.
func kindOf(schema map[string]any) string {
	kind, _ := schema["type"].(string)
	if list, ok := schema["type"].([]any); ok {
		for _, one := range list {
			if one != "null" {
				kind = one.(string)
			}
		}
	}
	return kind
}

// value draws a value that fits the schema.
func (in *inputs) value(name string, schema map[string]any, depth int) any {
	schema = in.resolve(schema)
	if enum, ok := schema["enum"].([]any); ok {
		return pick(in, enum)
	}
	for _, of := range []string{"oneOf", "anyOf"} {
		if list, ok := schema[of].([]any); ok {
			return in.value(name, pick(in, list).(map[string]any), depth)
		}
	}
	switch kindOf(schema) {
	case "boolean":
		return in.oneIn(2)
	case "integer":
		return in.integer(schema)
	case "number":
		return float64(in.integer(schema))
	case "string":
		return in.text(name, schema)
	case "array":
		items := maps.Clone(in.resolve(schema["items"].(map[string]any)))
		if examples, ok := schema["examples"].([]any); ok && items["examples"] == nil {
			items["examples"] = examples[0] // those of the list are of its items
		}
		list := []any{}
		least := bound(schema, "minItems", 0)
		for range least + in.rand.Int64N(min(bound(schema, "maxItems", 3), least+3)-least+1) {
			list = append(list, in.value(name, items, depth+1))
		}
		return list
	}
	return in.object(schema, depth)
}

// integer draws small numbers and the bounds more often than others.
func (in *inputs) integer(schema map[string]any) int64 {
	least, most := bound(schema, "minimum", -1_000_000), bound(schema, "maximum", 1_000_000)
	switch in.rand.IntN(6) {
	case 0:
		return least
	case 1:
		return most
	case 2:
		return least + in.rand.Int64N(most-least+1)
	}
	from := max(least, min(0, most))
	return from + in.rand.Int64N(min(most-from, 1000)+1)
}

func (in *inputs) object(schema map[string]any, depth int) map[string]any {
	object := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	often := 1 + in.rand.IntN(4)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, any(name)) || depth < 4 && in.oneIn(often) {
			object[name] = in.value(name, properties[name].(map[string]any), depth+1)
		}
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && in.oneIn(2) {
		object[in.words(1, 20)] = in.value("", extra, depth+1)
	}
	return object
}

// prefixOf is the prefix of the ids that a schema is for, by its pattern or its
// example.
func prefixOf(schema map[string]any) string {
	pattern, _ := schema["pattern"].(string)
	if examples, ok := schema["examples"].([]any); ok && pattern == "" {
		pattern, _ = examples[0].(string)
	}
	prefix, rest, _ := strings.Cut(strings.TrimPrefix(pattern, "^"), "_")
	if len(rest) < 10 {
		return ""
	}
	return prefix
}

// matching has a generator for every pattern.
var matching = map[string]*rapid.Generator[string]{}

func (in *inputs) text(name string, schema map[string]any) string {
	least, most := bound(schema, "minLength", 0), bound(schema, "maxLength", 40)
	if known, ok := in.reference(name); ok && in.oneIn(2) {
		return known
	}
	if known := in.known[prefixOf(schema)]; len(known) > 0 && !in.oneIn(4) {
		return pick(in, known)
	}
	if examples, ok := schema["examples"].([]any); ok && in.oneIn(2) {
		if example, ok := examples[0].(string); ok {
			return example
		}
	}
	if pattern, ok := schema["pattern"].(string); ok {
		return in.fitting(pattern, most)
	}
	switch schema["format"] {
	case "date-time":
		return pick(in, []string{"2026-05-01T09:30:00Z", "2031-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59"})
	case "date":
		return pick(in, []string{"2026-05-01", "0001-01-01", "9999-12-31"})
	case "uri", "uri-reference":
		return pick(in, []string{"https://example.org/", "/a", "javascript:alert(1)", "//x"})
	case "email":
		return "ada@example.org"
	}
	return in.words(least, min(most, max(least, 40)))
}

// fitting draws a text that matches a pattern and is not too long.
func (in *inputs) fitting(pattern string, most int64) string {
	patterns.Lock()
	defer patterns.Unlock()
	if matching[pattern] == nil {
		matching[pattern] = rapid.StringMatching(pattern)
	}
	text := []rune(matching[pattern].Example(in.rand.IntN(math.MaxInt32)))
	return string(text[:min(int64(len(text)), most)])
}

// alphabet has what databases, templates and query languages trip over.
var alphabet = []rune("abc xyz 012 -_.,/'\"\\%&|!():*<>{}[]=+;#?@~äßéЖ漢字🥖")

// rare is what few texts may have.
var rare = []rune("\u00a0\u200b\u0301\u202e\ufeff\n\t\r\x7f")

func (in *inputs) words(least, most int64) string {
	text := make([]rune, least+in.rand.Int64N(most-least+1))
	for i := range text {
		switch text[i] = 'a' + rune(in.rand.IntN(26)); {
		case in.oneIn(200):
			text[i] = pick(in, rare)
		case in.oneIn(2):
			text[i] = pick(in, alphabet)
		}
	}
	return string(text)
}

func bound(schema map[string]any, name string, otherwise int64) int64 {
	if n, ok := schema[name].(float64); ok {
		return int64(n)
	}
	return otherwise
}

// segment writes text as one segment of a path. Dots alone would be resolved.
func segment(text string) string {
	escaped := strings.ReplaceAll(url.PathEscape(text), "/", "%2F")
	if strings.Trim(escaped, ".") == "" {
		return "dot"
	}
	return escaped
}
