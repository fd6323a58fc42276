// Bodies of requests: drawn, made like the documented example, and spoilt.

package api_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/apitest"
)

// onePixel is a picture, for operations that take one.
var onePixel = func() string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.String()
}()

// body draws an operation's body into s and says in what it is unfit.
func (c *caller) body(to target, s *apitest.Scenario) (unfit string) {
	content := dig(to.op, "requestBody", "content")
	if content == nil {
		return ""
	}
	media, ok := content["application/json"].(map[string]any)
	if !ok {
		return c.rawBody(to, content, s)
	}
	schema := c.resolve(media["schema"].(map[string]any))
	value := c.value("", schema, 0)
	if example, ok := copied(media["example"]).(map[string]any); ok && c.oneIn(2) {
		value = c.alike(schema, example)
		for _, name := range slices.Sorted(maps.Keys(example)) {
			if to.method == "PATCH" && !c.oneIn(3) { // a change is mostly of a few fields
				delete(example, name)
			}
		}
	}
	switch c.rand.IntN(24) {
	case 0:
		s.Body = pick(&c.inputs, []string{canary, `{"` + canary, `{"a":"\u0000"}`, "[" + canary + "]", `"` + canary + `"`, "null", "{}{}", "\xff"})
		return "a body that is none"
	case 1:
		s.Header["Content-Type"] = "text/" + canary
		s.Body = "x"
		return "another media type"
	case 2, 3, 4, 5, 6, 7, 8, 9:
		value = c.spoil(schema, value, 0)
	}
	text, err := json.Marshal(value)
	if err != nil {
		c.t.Fatal(err)
	}
	s.Body = string(text)
	if text, err = json.Marshal(c.withoutNulls(schema, value)); err != nil {
		c.t.Fatal(err)
	}
	if faults := c.contract.Takes(to.method, to.path, text); len(faults) > 0 {
		return "a body that does not fit"
	}
	return ""
}

// alike is an example with names of its own, that refers to what is there.
func (c *caller) alike(schema map[string]any, value any) any {
	schema = c.resolve(schema)
	switch v := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			of, _ := properties[name].(map[string]any)
			if of == nil {
				continue
			}
			of = c.resolve(of)
			known, refers := c.reference(name)
			_, text := v[name].(string)
			required, _ := schema["required"].([]any)
			switch {
			case text && (name == "slug" || name == "sku" && c.oneIn(2)):
				v[name] = strings.ToLower(name) + "-" + fmt.Sprint(c.rand.IntN(1000))
			case text && refers:
				v[name] = known
			case c.oneIn(map[bool]int{true: 2, false: 12}[kindOf(of) == "array"]) && !slices.Contains(required, any(name)) && name != "variants" && name != "movements":
				delete(v, name)
			case c.oneIn(12):
				v[name] = c.value(name, of, 1)
			default:
				v[name] = c.alike(of, v[name])
			}
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		if items == nil {
			return v
		}
		for i := range v {
			v[i] = c.alike(items, v[i])
		}
	}
	return value
}

// copied is a value as JSON has it, of its own.
func copied(value any) (fresh any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &fresh)
	}
	if err != nil {
		panic(err)
	}
	return fresh
}

// withoutNulls is a value without those nulls that are the same as leaving a
// property out: where it is not required.
func (c *caller) withoutNulls(schema map[string]any, value any) any {
	object, ok := copied(value).(map[string]any)
	schema = c.resolve(schema)
	properties, _ := schema["properties"].(map[string]any)
	if list, is := value.([]any); is {
		items, _ := schema["items"].(map[string]any)
		fresh := []any{}
		for _, item := range list {
			fresh = append(fresh, c.withoutNulls(items, item))
		}
		return fresh
	}
	if !ok || properties == nil {
		return value
	}
	required, _ := schema["required"].([]any)
	for name := range object {
		of, known := properties[name].(map[string]any)
		switch {
		case !known:
		case object[name] == nil && !slices.Contains(required, any(name)):
			delete(object, name)
		default:
			object[name] = c.withoutNulls(of, object[name])
		}
	}
	return object
}

// rawBody draws a body that is not JSON: what the same address gives out, with a
// byte or two changed, or anything.
func (c *caller) rawBody(to target, content map[string]any, s *apitest.Scenario) (unfit string) {
	s.Header["Content-Type"] = pick(&c.inputs, append(slices.Sorted(maps.Keys(content)), "text/"+canary))
	_, given := apitest.Ask(c.t, c.h, apitest.Scenario{URL: to.path, Header: asEditor})
	for range c.rand.IntN(3) {
		if len(given) > 0 {
			given[c.rand.IntN(len(given))] = byte(c.rand.IntN(256))
		}
	}
	s.Body = string(given)
	switch c.rand.IntN(6) {
	case 0, 1:
		s.Body = c.words(0, 100)
	case 2, 3:
		if content["image/png"] != nil {
			s.Header["Content-Type"], s.Body = "image/png", onePixel
		}
	}
	if strings.HasSuffix(s.Header["Content-Type"], canary) {
		return "another media type"
	}
	return ""
}

// spoil changes one place of a value, mostly into what its schema does not allow.
func (c *caller) spoil(schema map[string]any, value any, depth int) any {
	schema = c.resolve(schema)
	switch v := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		names := slices.Sorted(maps.Keys(v))
		if len(names) > 0 && depth < 5 && !c.oneIn(3) {
			name := pick(&c.inputs, names)
			of, ok := properties[name].(map[string]any)
			if !ok {
				of, _ = schema["additionalProperties"].(map[string]any)
			}
			v[name] = c.spoil(of, v[name], depth+1)
			return v
		}
		required, _ := schema["required"].([]any)
		switch {
		case len(required) > 0 && c.oneIn(2):
			delete(v, pick(&c.inputs, required).(string))
		case c.oneIn(3):
			return c.otherKind()
		default:
			v[canary] = canary
		}
		return v
	case []any:
		items, _ := schema["items"].(map[string]any)
		switch most := bound(schema, "maxItems", 0); {
		case len(v) > 0 && !c.oneIn(3):
			i := c.rand.IntN(len(v))
			v[i] = c.spoil(items, v[i], depth+1)
		case most > 0 && most <= 1000:
			for int64(len(v)) <= most {
				v = append(v, c.value("", items, depth+1))
			}
		default:
			return c.otherKind()
		}
		return v
	case string:
		if most := bound(schema, "maxLength", 0); most > 0 && most < 20_000 && c.oneIn(2) {
			return canary + strings.Repeat("x", int(most))
		}
		return pick(&c.inputs, []any{canary, "", c.otherKind(), strings.Repeat(canary, 20)})
	case int64, float64:
		return pick(&c.inputs, []any{bound(schema, "minimum", 0) - 1, bound(schema, "maximum", 0) + 1, 0.5, -1e300, c.otherKind()})
	}
	return c.otherKind()
}

func (c *caller) otherKind() any {
	return pick(&c.inputs, []any{nil, canary, true, 1.5, []any{canary}, map[string]any{canary: canary}})
}
