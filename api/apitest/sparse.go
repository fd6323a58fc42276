// Sparse answers: with fields= an answer has the named properties and no others,
// and each is what the whole answer's schema says of it.

package apitest

import (
	"bytes"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sparsePrefix begins the names of the schemas that addSparse makes.
const sparsePrefix = "sparse of "

// addSparse gives the document a schema for the sparse answers of each operation
// that reads JSON: the one that is documented, of which nothing is required.
func addSparse(document any) {
	whole, _ := document.(map[string]any)
	components, _ := whole["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	paths, _ := whole["paths"].(map[string]any)
	for path := range paths {
		schema := dig(paths, path, "get", "responses", "200", "content", "application/json", "schema")
		if schema == nil {
			continue
		}
		schema = resolved(schemas, schema)
		if list := dig(schema, "properties", "items"); list["type"] == "array" {
			items := dig(list, "items")
			if items == nil {
				continue
			}
			list, schema = maps.Clone(list), maps.Clone(schema)
			list["items"] = withoutRequired(resolved(schemas, items))
			properties := maps.Clone(dig(schema, "properties"))
			properties["items"] = list
			schema["properties"] = properties
		} else {
			schema = withoutRequired(schema)
		}
		schemas[sparsePrefix+path] = schema
	}
}

func withoutRequired(schema map[string]any) map[string]any {
	schema = maps.Clone(schema)
	delete(schema, "required")
	return schema
}

// dig follows keys through nested objects; nil where there is no such place.
func dig(object map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}

func resolved(schemas map[string]any, schema map[string]any) map[string]any {
	for {
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema
		}
		schema = dig(schemas, ref[strings.LastIndexByte(ref, '/')+1:])
	}
}

// fieldsIn are the names that a query's fields has.
func fieldsIn(query string) (names []string) {
	values, _ := url.ParseQuery(query)
	for _, value := range values["fields"] {
		names = append(names, strings.Split(value, ",")...)
	}
	return names
}

func (c *Contract) checkSparse(template string, names []string, body []byte) []string {
	faults := c.validate("#/components/schemas/"+escape(sparsePrefix+template), body)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return faults
	}
	answer, _ := value.(map[string]any)
	answers := []any{answer}
	if items, ok := answer["items"].([]any); ok && !slices.Contains(names, "items") {
		answers = items
	}
	for _, one := range answers {
		thin, _ := one.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(thin)) {
			if !slices.Contains(names, name) {
				return append(faults, "the property "+name+" was not asked for")
			}
		}
	}
	return faults
}
