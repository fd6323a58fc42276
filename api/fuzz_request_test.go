// Whole requests: such as fit the description of their operation, and such as do
// not, in one place.

package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"

	"rose-ash.com/roseash/api/apitest"
)

// patterns guards matching.
var patterns sync.Mutex

// request draws a request to an operation. unfit says in what it does not fit the
// description; empty: in nothing that the description says.
func (c *caller) request(to target) (s apitest.Scenario, unfit string) {
	s = apitest.Scenario{Method: to.method, Header: map[string]string{}}
	switch c.rand.IntN(12) {
	case 0:
	case 1:
		s.Header["Authorization"] = "Bearer " + canary
	case 2:
		s.Header["Authorization"] = "Bearer member"
	default:
		s.Header["Authorization"] = "Bearer editor"
	}
	parameters, _ := to.op["parameters"].([]any)
	path, query := to.path, url.Values{}
	for _, item := range parameters {
		p := item.(map[string]any)
		name, schema := p["name"].(string), c.resolve(p["schema"].(map[string]any))
		switch required := p["required"] == true; p["in"] {
		case "path":
			path = strings.ReplaceAll(path, "{"+name+"}", segment(c.pathText(to.path, name, schema)))
		case "query":
			if c.oneIn(4) || required && !c.oneIn(8) {
				c.set(query, name, p, schema)
			}
			if required && !query.Has(name) {
				unfit = "no " + name
			}
		case "header":
			if !c.oneIn(8) {
				s.Header[name] = c.headerText(name, schema)
			}
		}
	}
	if unfit == "" {
		unfit = c.body(to, &s)
	}
	switch {
	case unfit != "":
	case c.oneIn(3):
		unfit = c.spoilParameter(parameters, query, &s)
	case c.oneIn(20):
		query.Set(canary, canary)
		unfit = "a parameter that is none"
	}
	s.URL = path
	if len(query) > 0 {
		s.URL += "?" + query.Encode()
	}
	if s.Method == "GET" && c.oneIn(20) {
		s.Method = "HEAD"
	}
	return s, unfit
}

func (c *caller) pathText(template, name string, schema map[string]any) string {
	before, _, _ := strings.Cut(template, "/{"+name+"}")
	for range 2 { // by the list it is in, or by its name
		if known, ok := c.reference(before[strings.LastIndexByte(before, '/')+1:]); ok && !c.oneIn(3) {
			return known
		}
		if known, ok := c.reference(name); ok && !c.oneIn(3) {
			return known
		}
	}
	switch c.rand.IntN(4) {
	case 0:
		return canary
	case 1:
		return pick(&c.inputs, []string{"bread", "rye-loaf", "bread-on-tuesdays", "about-us", "prod_" + strings.Repeat("0", 32)})
	case 2:
		return c.words(1, 30)
	}
	return c.text(name, schema)
}

func (c *caller) headerText(name string, schema map[string]any) string {
	if name == "If-Match" {
		return pick(&c.inputs, []string{"*", `"v1-abc"`, `"` + canary + `"`, canary})
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '-'
		}
		return r
	}, c.text(name, schema))
}

// set draws a parameter of the query.
func (c *caller) set(query url.Values, name string, p, schema map[string]any) {
	list, ok := c.value(name, schema, 0).([]any)
	if !ok {
		if text := fmt.Sprint(c.value(name, schema, 0)); text != "" {
			query.Set(name, text)
		}
		return
	}
	texts := make([]string, 0, len(list))
	for _, one := range list {
		if text := strings.ReplaceAll(fmt.Sprint(one), ",", "-"); text != "" {
			texts = append(texts, text)
		}
	}
	switch {
	case len(texts) == 0:
	case p["explode"] == false:
		query.Set(name, strings.Join(texts, ","))
	default:
		query[name] = texts
	}
}

// spoilParameter makes one parameter unfit and says which.
func (c *caller) spoilParameter(parameters []any, query url.Values, s *apitest.Scenario) string {
	var may []map[string]any
	for _, item := range parameters {
		if p := item.(map[string]any); p["in"] != "path" {
			may = append(may, p)
		}
	}
	if len(may) == 0 {
		return ""
	}
	p := pick(&c.inputs, may)
	name, schema := p["name"].(string), c.resolve(p["schema"].(map[string]any))
	text := c.unfitText(schema)
	if kindOf(schema) == "array" {
		items := c.resolve(schema["items"].(map[string]any))
		text = c.unfitText(items)
		if most := bound(schema, "maxItems", 0); most > 0 && (text == "" || c.oneIn(2)) {
			one := fmt.Sprint(c.value(name, items, 0))
			text = strings.Repeat(strings.ReplaceAll(one, ",", "-")+"x,", int(most)) + canary
		}
	}
	switch {
	case text == "":
		return ""
	case p["in"] == "header":
		s.Header[name] = text
	default:
		query.Set(name, text)
	}
	return "an unfit " + name
}

// unfitText is a text that no value of the schema is written as, "" where any
// text is.
func (c *caller) unfitText(schema map[string]any) string {
	ways := []string{}
	if schema["enum"] != nil {
		return canary
	}
	switch kindOf(schema) {
	case "boolean":
		return canary
	case "integer":
		ways = append(ways, canary, "1.5", "1e400", "0x", "99999999999999999999")
		if _, ok := schema["minimum"]; ok {
			ways = append(ways, fmt.Sprint(bound(schema, "minimum", 0)-1))
		}
		if _, ok := schema["maximum"]; ok {
			ways = append(ways, fmt.Sprint(bound(schema, "maximum", 0)+1))
		}
	case "string":
		if most := bound(schema, "maxLength", 0); most > 0 && most < 5000 {
			ways = append(ways, canary+strings.Repeat("x", int(most)))
		}
		if schema["format"] == "date-time" || schema["format"] == "date" {
			ways = append(ways, canary, "2026-02-30T00:00:00Z", "2026-13-01")
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return pick(&c.inputs, ways)
}
