// The document as clients see it.

package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// published is a copy of doc in which answers may gain properties and in which
// only tags that have an operation are listed. The schemas of doc itself stay
// closed: requests are checked against them.
func published(doc *huma.OpenAPI) *huma.OpenAPI {
	answers := map[string]bool{}
	used := map[string]bool{}
	for _, op := range operations(doc) {
		for _, tag := range op.Tags {
			used[tag] = true
		}
		for _, response := range op.Responses {
			reachResponse(doc.Components.Schemas, response, answers)
		}
	}
	for _, response := range doc.Components.Responses {
		reachResponse(doc.Components.Schemas, response, answers)
	}
	schemas := maps.Clone(doc.Components.Schemas.Map())
	for name := range answers {
		open := *schemas[name]
		if closed, ok := open.AdditionalProperties.(bool); ok && !closed {
			open.AdditionalProperties = nil
		}
		schemas[name] = &open
	}
	copied, components := *doc, *doc.Components
	components.Schemas = publishedSchemas{Registry: doc.Components.Schemas, schemas: schemas}
	copied.Components = &components
	copied.Tags = slices.DeleteFunc(slices.Clone(doc.Tags), func(t *huma.Tag) bool { return !used[t.Name] })
	return &copied
}

// publishedSchemas stands in for the registry when a document is written.
type publishedSchemas struct {
	huma.Registry
	schemas map[string]*huma.Schema
}

// Map returns the schemas as they are published.
func (p publishedSchemas) Map() map[string]*huma.Schema { return p.schemas }

// MarshalJSON writes the schemas as they are published.
func (p publishedSchemas) MarshalJSON() ([]byte, error) { return json.Marshal(p.schemas) }

func reachResponse(registry huma.Registry, response *huma.Response, seen map[string]bool) {
	for _, media := range response.Content {
		reach(registry, media.Schema, seen)
	}
}

// reach marks the named schemas that s leads to.
func reach(registry huma.Registry, s *huma.Schema, seen map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		if seen[name] {
			return
		}
		seen[name] = true
		reach(registry, registry.SchemaFromRef(s.Ref), seen)
		return
	}
	reach(registry, s.Items, seen)
	for _, property := range s.Properties {
		reach(registry, property, seen)
	}
	if extra, ok := s.AdditionalProperties.(*huma.Schema); ok {
		reach(registry, extra, seen)
	}
	for _, list := range [][]*huma.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, part := range list {
			reach(registry, part, seen)
		}
	}
}
