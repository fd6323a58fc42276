// What the reference shows of the document: one struct a part of the page.

package api

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yuin/goldmark"

	"rose-ash.com/roseash/api/shared/problem"
)

type reference struct {
	Title, Version string
	License        string
	Description    template.HTML
	CSS            string
	Groups         []refGroup
	Schemas        []refSchema
}

// refGroup is a tag with its operations.
type refGroup struct {
	Name, Anchor string
	Description  template.HTML
	Operations   []refOperation
}

type refOperation struct {
	ID, Method, Path, Summary string
	Description               template.HTML
	Public, Deprecated        bool
	Optional                  bool // public, and a token shows more
	Scopes                    []string
	Parameters                []refField
	Body                      *refContent
	Answers                   []refAnswer
	Problems                  []refAnswer
	Call                      template.HTML // curl
}

type refAnswer struct {
	Status, Title string
	Description   string
	Headers       []refField
	Content       *refContent
}

// refContent is a body: its type, its fields one level deep and an example.
type refContent struct {
	Media   string
	Type    template.HTML
	Fields  []refField
	Example template.HTML
}

type refField struct {
	Name, In    string
	Type        template.HTML
	Required    bool
	Limits      []string
	Description template.HTML
}

type refSchema struct {
	Name, Anchor string
	Description  template.HTML
	Fields       []refField
}

func newReference(doc *huma.OpenAPI) reference {
	view := reference{
		Title: doc.Info.Title, Version: doc.Info.Version,
		License:     doc.Info.License.Name,
		Description: prose(doc.Info.Description),
	}
	byTag := map[string]int{}
	for i, tag := range doc.Tags {
		byTag[tag.Name] = i
		view.Groups = append(view.Groups, refGroup{Name: tag.Name, Anchor: "tag-" + strings.ToLower(tag.Name), Description: prose(tag.Description)})
	}
	for _, op := range operations(doc) {
		if i, ok := byTag[first(op.Tags)]; ok {
			view.Groups[i].Operations = append(view.Groups[i].Operations, newOperation(doc, op))
		}
	}
	for _, group := range view.Groups {
		// What the group is named for goes before what else is in it.
		own := "/v1/" + strings.ToLower(group.Name)
		slices.SortStableFunc(group.Operations, func(a, b refOperation) int {
			return boolToInt(!strings.HasPrefix(a.Path, own)) - boolToInt(!strings.HasPrefix(b.Path, own))
		})
	}
	used := map[string]bool{}
	for _, op := range operations(doc) {
		reachOperation(doc, op, used)
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(used)) {
		s := schemas[name]
		view.Schemas = append(view.Schemas, refSchema{Name: name, Anchor: "schema-" + name, Description: prose(s.Description + oneOf(s.Enum)), Fields: fieldsOf(s)})
	}
	return view
}

func reachOperation(doc *huma.OpenAPI, op *huma.Operation, used map[string]bool) {
	registry := doc.Components.Schemas
	for _, p := range op.Parameters {
		reach(registry, p.Schema, used)
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			reach(registry, media.Schema, used)
		}
	}
	for _, response := range op.Responses {
		reachResponse(registry, response, used)
	}
	for _, response := range doc.Components.Responses {
		reachResponse(registry, response, used)
	}
}

func newOperation(doc *huma.OpenAPI, op *huma.Operation) refOperation {
	view := refOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		Description: prose(op.Description), Public: len(op.Security) == 0, Deprecated: op.Deprecated,
		Call: callOf(op),
	}
	for _, requirement := range op.Security {
		if len(requirement) == 0 {
			view.Optional = true
		}
		for _, scopes := range requirement {
			view.Scopes = append(view.Scopes, scopes...)
		}
	}
	for _, p := range op.Parameters {
		field := fieldOf(p.Name, p.Schema, p.Required)
		field.In, field.Description = p.In, prose(p.Description)
		view.Parameters = append(view.Parameters, field)
	}
	if op.RequestBody != nil {
		view.Body = contentOf(doc, op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		response := op.Responses[status]
		if response.Ref != "" {
			response = doc.Components.Responses[response.Ref[strings.LastIndexByte(response.Ref, '/')+1:]]
		}
		answer := refAnswer{Status: status, Title: response.Description, Description: response.Description}
		for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
			header := response.Headers[name]
			if header.Ref != "" { // of every answer: said once, above
				continue
			}
			field := fieldOf(name, header.Schema, false)
			field.In, field.Description = "header", prose(header.Description)
			answer.Headers = append(answer.Headers, field)
		}
		if status >= "400" {
			if media := response.Content[problem.MediaType]; media != nil {
				if d, ok := media.Example.(*problem.Details); ok {
					answer.Description = d.Detail
				}
			}
			view.Problems = append(view.Problems, answer)
			continue
		}
		answer.Content = contentOf(doc, response.Content)
		view.Answers = append(view.Answers, answer)
	}
	return view
}

func contentOf(doc *huma.OpenAPI, content map[string]*huma.MediaType) *refContent {
	if len(content) == 0 {
		return nil
	}
	name := slices.Sorted(maps.Keys(content))[0]
	media := content[name]
	view := &refContent{Media: name, Type: typeOf(media.Schema), Example: highlight(media.Example)}
	schema := media.Schema
	if schema != nil && schema.Ref != "" {
		schema = doc.Components.Schemas.Map()[schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]]
	}
	view.Fields = fieldsOf(schema)
	return view
}

// callOf is the operation as a curl command, with the examples in place.
func callOf(op *huma.Operation) template.HTML {
	path := op.Path
	for _, p := range op.Parameters {
		if p.In == "path" && p.Schema != nil && len(p.Schema.Examples) > 0 {
			if example, ok := p.Schema.Examples[0].(string); ok {
				path = strings.ReplaceAll(path, "{"+p.Name+"}", example)
			}
		}
	}
	var b strings.Builder
	b.WriteString("curl ")
	if op.Method != http.MethodGet {
		b.WriteString("-X " + op.Method + " ")
	}
	b.WriteString(`"$ROSEASH` + path + `"`)
	if len(op.Security) > 0 && len(op.Security[0]) > 0 {
		b.WriteString(" \\\n  -H \"Authorization: Bearer $TOKEN\"")
	}
	for _, p := range op.Parameters {
		if p.In == "header" && strings.EqualFold(p.Name, "If-Match") && op.Method != http.MethodGet {
			b.WriteString(" \\\n  -H 'If-Match: \"…\"'")
		}
	}
	if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
		b.WriteString(" \\\n  --json @body.json")
	}
	return template.HTML(template.HTMLEscapeString(b.String()))
}

// prose renders the texts of our own document, which are Markdown.
func prose(text string) template.HTML {
	if text == "" {
		return ""
	}
	var b bytes.Buffer
	if err := goldmark.Convert([]byte(text), &b); err != nil {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(b.String())
}

// oneOf says what a value of a named enum may be.
func oneOf(enum []any) string {
	if len(enum) == 0 {
		return ""
	}
	words := make([]string, len(enum))
	for i, value := range enum {
		words[i] = fmt.Sprintf("`%v`", value)
	}
	return " One of " + strings.Join(words, ", ") + "."
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
