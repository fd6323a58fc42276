// Examples of whole bodies, put together from the examples of their fields.

package api

import (
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// completeExamples gives every JSON body of op that has no example one that is
// made of its fields' examples, enums and defaults. It returns the fields for
// which there is none; a test wants there to be none.
func completeExamples(registry huma.Registry, op *huma.Operation) (missing []string) {
	if op.RequestBody != nil {
		missing = completeContent(registry, op.RequestBody.Content, op.OperationID+" takes")
	}
	for _, response := range op.Responses {
		missing = append(missing, completeContent(registry, response.Content, op.OperationID+" gives")...)
	}
	return missing
}

func completeContent(registry huma.Registry, content map[string]*huma.MediaType, whose string) []string {
	media := content["application/json"]
	if media == nil || media.Schema == nil || media.Example != nil || len(media.Examples) > 0 {
		return nil
	}
	e := exampler{registry: registry}
	media.Example = e.of(media.Schema, whose+" ")
	return e.missing
}

// exampler builds an example of a schema. open holds the names of the schemas
// it is inside of, where a tree of categories would not end.
type exampler struct {
	registry huma.Registry
	open     []string
	missing  []string // paths of texts for which there is no example
}

func (e *exampler) of(s *huma.Schema, path string) any {
	if len(s.Examples) > 0 {
		return s.Examples[0]
	}
	if s.Ref != "" {
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		if slices.Contains(e.open, name) {
			return nil
		}
		e.open = append(e.open, name)
		defer func() { e.open = e.open[:len(e.open)-1] }()
		return e.of(e.registry.SchemaFromRef(s.Ref), path)
	}
	switch {
	case s.Const != nil:
		return s.Const
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Default != nil:
		return s.Default
	}
	for _, list := range [][]*huma.Schema{s.OneOf, s.AnyOf} {
		if len(list) > 0 {
			return e.of(list[0], path)
		}
	}
	switch s.Type {
	case huma.TypeObject:
		return e.object(s, path)
	case huma.TypeArray:
		if item := e.of(s.Items, path+"[]"); item != nil {
			return []any{item}
		}
		return []any{}
	case huma.TypeBoolean:
		return false
	case huma.TypeInteger, huma.TypeNumber:
		if example, ok := exampleNumbers[lastOf(path)]; ok {
			return example
		}
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeString:
		return e.text(s, path)
	}
	return map[string]any{}
}

func (e *exampler) object(s *huma.Schema, path string) any {
	example := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		value := e.of(s.Properties[name], path+"."+name)
		if value == nil && !slices.Contains(s.Required, name) {
			continue
		}
		example[name] = value
	}
	if extra, ok := s.AdditionalProperties.(*huma.Schema); ok && len(s.Properties) == 0 {
		if value := e.of(extra, path+".*"); value != nil {
			example["mastodon"] = value
		}
	}
	return example
}

func (e *exampler) text(s *huma.Schema, path string) any {
	switch s.Format {
	case "date-time":
		return "2026-05-01T09:30:00Z"
	case "date":
		return "2026-05-01"
	case "uri":
		return "https://example.org/"
	case "email":
		return "ada@example.org"
	}
	if example, ok := exampleTexts[lastOf(path)]; ok {
		return example
	}
	if strings.HasSuffix(path, ".id") || strings.HasSuffix(path, "_id") {
		return e.id()
	}
	e.missing = append(e.missing, path)
	return "text"
}

func lastOf(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// id is an example of an id of the schema the exampler is inside of.
func (e *exampler) id() string {
	for _, name := range slices.Backward(e.open) {
		for _, kind := range idKinds {
			if strings.HasPrefix(name, kind.schema) {
				return kind.prefix + "_019ab3f47c2e7d06b8a1f0c2d3e4f506"
			}
		}
	}
	return "019ab3f47c2e7d06b8a1f0c2d3e4f506"
}

var idKinds = []struct{ schema, prefix string }{
	{"Post", "post"}, {"Page", "post"}, {"Tag", "tag"}, {"Author", "author"},
	{"Product", "prod"}, {"Variant", "var"}, {"Category", "cat"}, {"Media", "media"},
}

// exampleNumbers are like exampleTexts.
var exampleNumbers = map[string]int{"width": 1200, "height": 800, "reading_time": 4, "variant_count": 2}

// exampleTexts are examples of properties that mean the same wherever they
// occur. A field's own example tag goes before.
var exampleTexts = map[string]string{
	"*":                    "@ada@example.org",
	"accent_color":         "#a5274f",
	"alt":                  "Muddy potatoes in a crate",
	"announcement_content": "Winter opening starts on Sunday.",
	"bio":                  "Grows vegetables and writes about them.",
	"brand":                "Hill Farm",
	"brands[]":             "brand_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"canonical_url":        "https://example.org/first-potatoes/",
	"categories[]":         "cat_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"caption":              "The first crate of the year.",
	"cover_image":          "/media/4b1d0c8e2f6a/field.jpg",
	"currency":             "GBP",
	"custom_template":      "wide",
	"description":          "What grows, and when it is ready.",
	"description_html":     "<p>Waxy and sweet. Keep them in the dark.</p>",
	"except[]":             "prod_019ab3f47c2e7d06b8a1f0c2d3e4f507",
	"excerpt":              "The first potatoes are out of the ground.",
	"flags[]":              "unknown-card:gallery",
	"free_from[]":          "milk",
	"html":                 "<p>The first potatoes are out of the ground.</p>",
	"icon":                 "/media/4b1d0c8e2f6a/icon.png",
	"label":                "Market",
	"labels[]":             "label_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"locale":               "en-GB",
	"location":             "Bristol",
	"logo":                 "/media/4b1d0c8e2f6a/logo.svg",
	"members_html":         "<p>For members: where to find the early ones.</p>",
	"meta_description":     "Why new potatoes taste of something.",
	"meta_title":           "The first potatoes",
	"name":                 "New potatoes",
	"next_cursor":          "kXq0v8Qe3m1T5uJYw2b9aAeyJhIjoiMjAyNi0wNS0wMSJ9",
	"og_description":       "Why new potatoes taste of something.",
	"og_image":             "/media/4b1d0c8e2f6a/potatoes.jpg",
	"og_title":             "The first potatoes",
	"path":                 "/first-potatoes/",
	"producers[]":          "producer_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"products[]":           "prod_019ab3f47c2e7d06b8a1f0c2d3e4f506",
	"profile_image":        "/media/4b1d0c8e2f6a/portrait.jpg",
	"sku":                  "POT-NEW-1KG",
	"slug":                 "new-potatoes",
	"summary":              "Waxy, sweet, dug this morning.",
	"timezone":             "Europe/London",
	"title":                "The first potatoes",
	"twitter_description":  "Why new potatoes taste of something.",
	"twitter_image":        "/media/4b1d0c8e2f6a/potatoes.jpg",
	"twitter_title":        "The first potatoes",
	"type":                 "post",
	"unit":                 "g",
	"url":                  "/media/4b1d0c8e2f6a/potatoes.jpg",
	"variant_name":         "1 kg",
	"visibility":           "public",
	"website":              "https://example.org/",
}
