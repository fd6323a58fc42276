// Sparse answers: fields= on every operation that reads JSON. The parameter
// follows from the answer's schema; no domain knows of it.

package api

import (
	"hash/fnv"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"rose-ash.com/roseash/api/shared/problem"
)

// sparseFields is where an operation keeps what fields= may name.
const sparseFields = "sparse fields"

// sparse is what of an answer fields= thins out.
type sparse struct {
	names []string
	items bool // the properties are those of the list's items
}

// completeFields gives op the parameter fields where it reads an object or a
// list of objects. The names are a schema of their own, which operations with
// the same answer share.
func completeFields(registry huma.Registry, op *huma.Operation) {
	response := op.Responses["200"]
	if op.Method != http.MethodGet || response == nil || response.Content["application/json"] == nil {
		return
	}
	ref := response.Content["application/json"].Schema
	of := sparse{}
	if items := itemsOf(registry, ref); items != nil {
		ref, of.items = items, true
	}
	schema := resolve(op, ref)
	if schema == nil || len(schema.Properties) == 0 || ref.Ref == "" {
		return
	}
	of.names = slices.Sorted(maps.Keys(schema.Properties))
	op.Metadata[sparseFields] = of
	name := ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:] + "Property"
	if registry.Map()[name] == nil {
		registry.Map()[name] = &huma.Schema{Type: huma.TypeString, Enum: anyOf(of.names), Description: "A property that `fields` may name."}
	}
	list := &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Ref: "#/components/schemas/" + name}, Examples: []any{[]any{of.names[0]}}}
	explode := false
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "fields", In: "query", Style: "form", Explode: &explode, Schema: list,
		Description: "Only these properties" + map[bool]string{true: " of each item", false: ""}[of.items] +
			", separated by commas, are in the answer: also those that it otherwise always has are left out where they are not named.",
	})
}

// itemsOf is the schema of a list's items, nil for what is no list.
func itemsOf(registry huma.Registry, schema *huma.Schema) *huma.Schema {
	for schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	if items := schema.Properties["items"]; items != nil && items.Type == huma.TypeArray {
		return items.Items
	}
	return nil
}

func anyOf(names []string) []any {
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return list
}

// sparseAnswers is the middleware that reads fields and refuses names that the
// answer does not have. Huma, which does not know the parameter, never sees it.
func sparseAnswers(ctx huma.Context, next func(huma.Context)) {
	of, may := ctx.Operation().Metadata[sparseFields].(sparse)
	ctx = withWholeTags(ctx)
	r, w := humachi.Unwrap(ctx)
	query := r.URL.Query()
	asked, is := query["fields"]
	if !may || !is {
		next(ctx)
		return
	}
	names, ok := namedOf(of, asked)
	if !ok {
		d := refusal(http.StatusUnprocessableEntity).WithField("query.fields", "expected names of properties of the answer, separated by commas")
		problem.Write(w, r, named(r.Context(), d))
		return
	}
	delete(query, "fields")
	next(withQuery(huma.WithValue(ctx, fieldsKey{}, chosen{of, names}), query))
}

// withWholeTags is ctx with the tags of whole answers in If-Match: that of a
// sparse answer names the version that it shows a part of.
func withWholeTags(ctx huma.Context) huma.Context {
	if ctx.Header("If-Match") == "" {
		return ctx
	}
	ctx = huma.WithContext(ctx, ctx.Context()) // a request of its own
	r, _ := humachi.Unwrap(ctx)
	r.Header = r.Header.Clone()
	for i, tag := range r.Header["If-Match"] {
		r.Header["If-Match"][i] = wholeTag(tag)
	}
	return ctx
}

type fieldsKey struct{}

type chosen struct {
	sparse
	keep map[string]bool
}

// namedOf reads fields=a,b and fields=a&fields=b. It is not ok where a name is
// none of the answer's; no name at all is such a one.
func namedOf(of sparse, asked []string) (keep map[string]bool, ok bool) {
	keep = map[string]bool{}
	for _, value := range asked {
		for name := range strings.SplitSeq(value, ",") {
			if !slices.Contains(of.names, name) {
				return nil, false
			}
			keep[name] = true
		}
	}
	return keep, true
}

// thinOut is the transformer that leaves out what fields did not name. The tag of
// a thinned answer is another one than the whole answer's.
func thinOut(ctx huma.Context, status string, v any) (any, error) {
	of, ok := ctx.Context().Value(fieldsKey{}).(chosen)
	if !ok || status != "200" {
		return v, nil
	}
	_, w := humachi.Unwrap(ctx)
	if tag := w.Header().Get("ETag"); tag != "" {
		w.Header().Set("ETag", sparseTag(tag, of.keep))
	}
	return keepProperties(v, of.keep, of.items)
}

// sparseTag is the tag of an answer with only the named properties:
// "v3-abc" becomes "v3-abc;1x2y3z".
func sparseTag(tag string, keep map[string]bool) string {
	h := fnv.New32a()
	for _, name := range slices.Sorted(maps.Keys(keep)) {
		h.Write([]byte(name + ","))
	}
	return strings.TrimSuffix(tag, `"`) + ";" + strconv.FormatUint(uint64(h.Sum32()), 36) + `"`
}

// sparseEnd is what sparseTag adds to a tag.
var sparseEnd = regexp.MustCompile(`;[0-9a-z]+"`)

// wholeTag undoes sparseTag, in a list of tags too.
func wholeTag(tags string) string { return sparseEnd.ReplaceAllString(tags, `"`) }
