// Schemas and examples as the reference writes them.

package api

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// fieldsOf lists a schema's properties, required ones first.
func fieldsOf(s *huma.Schema) []refField {
	if s == nil {
		return nil
	}
	var fields []refField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		fields = append(fields, fieldOf(name, s.Properties[name], slices.Contains(s.Required, name)))
	}
	slices.SortStableFunc(fields, func(a, b refField) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return fields
}

func fieldOf(name string, s *huma.Schema, required bool) refField {
	field := refField{Name: name, Required: required, Type: typeOf(s), Limits: limitsOf(s)}
	if s != nil {
		field.Description = prose(s.Description)
	}
	return field
}

// typeOf names a schema's type and links to a named one.
func typeOf(s *huma.Schema) template.HTML {
	switch {
	case s == nil:
		return "any"
	case s.Ref != "":
		name := template.HTMLEscapeString(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`)
	case s.Type == huma.TypeArray:
		return "list of " + typeOf(s.Items)
	case s.Type == huma.TypeObject:
		if extra, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "map of " + typeOf(extra)
		}
		return "object"
	case s.Format != "" && s.Type == huma.TypeString:
		return template.HTML(template.HTMLEscapeString(s.Format))
	case s.Type == "":
		return "any"
	}
	return template.HTML(template.HTMLEscapeString(s.Type))
}

// limitsOf says in words what a value must keep to.
func limitsOf(s *huma.Schema) []string {
	if s == nil {
		return nil
	}
	if s.Type == huma.TypeArray && s.Items != nil && s.Items.Ref == "" {
		return append(limitsOf(s.Items), countLimits("entries", s.MinItems, s.MaxItems)...)
	}
	var limits []string
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			words[i] = fmt.Sprint(value)
		}
		limits = append(limits, "one of "+strings.Join(words, ", "))
	}
	if s.Minimum != nil {
		limits = append(limits, "≥ "+number(*s.Minimum))
	}
	if s.Maximum != nil {
		limits = append(limits, "≤ "+number(*s.Maximum))
	}
	limits = append(limits, countLimits("characters", s.MinLength, s.MaxLength)...)
	if s.Pattern != "" {
		limits = append(limits, "matches "+s.Pattern)
	}
	if s.Default != nil {
		limits = append(limits, fmt.Sprintf("default %v", s.Default))
	}
	if s.Nullable {
		limits = append(limits, "or null")
	}
	return limits
}

func countLimits(what string, least, most *int) []string {
	switch {
	case least != nil && most != nil:
		return []string{fmt.Sprintf("%d to %d %s", *least, *most, what)}
	case least != nil:
		return []string{fmt.Sprintf("at least %d %s", *least, what)}
	case most != nil:
		return []string{fmt.Sprintf("at most %d %s", *most, what)}
	}
	return nil
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// highlight writes an example as indented JSON with its keys and values marked.
func highlight(example any) template.HTML {
	if example == nil {
		return ""
	}
	text, err := json.Marshal(example)
	if err != nil {
		return ""
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return ""
	}
	var b strings.Builder
	writeJSON(&b, value, "")
	return template.HTML(b.String())
}

func writeJSON(b *strings.Builder, value any, indent string) {
	deeper := indent + "  "
	switch v := value.(type) {
	case map[string]any:
		open := "{"
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(open + "\n" + deeper + mark("k", key) + ": ")
			writeJSON(b, v[key], deeper)
			open = ","
		}
		closeJSON(b, open == "{", "{", "}", indent)
	case []any:
		open := "["
		for _, item := range v {
			b.WriteString(open + "\n" + deeper)
			writeJSON(b, item, deeper)
			open = ","
		}
		closeJSON(b, open == "[", "[", "]", indent)
	case string:
		b.WriteString(mark("s", v))
	default:
		b.WriteString(mark("n", v))
	}
}

func closeJSON(b *strings.Builder, empty bool, open, end, indent string) {
	if empty {
		b.WriteString(open + end)
		return
	}
	b.WriteString("\n" + indent + end)
}

func mark(class string, value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return `<i class="` + class + `">` + template.HTMLEscapeString(strings.TrimSuffix(text.String(), "\n")) + `</i>`
}
