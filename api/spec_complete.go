// Completing the document once every operation is registered, so that routes.go
// stays a list: the problems an operation can answer with, empty 204 and 304,
// examples, and answers that may gain properties.

package api

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/problem"
)

// schemaName names a type in the document. Wire types have names that are
// unique in the product; huma panics when two share one.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[problem.Details]():
		return "Problem"
	case reflect.TypeFor[problem.FieldError]():
		return "ProblemField"
	case reflect.TypeFor[oauth.Client](): // generators have a Client of their own
		return "OAuthClient"
	case reflect.TypeFor[oauth.NewClient]():
		return "NewOAuthClient"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// withoutExample is where an operation keeps the fields that have no example.
const withoutExample = "without example"

// complete adds to every operation what follows from its shape, and marks what is
// going to end.
func complete(doc *huma.OpenAPI, ending []deprecation) {
	components := doc.Components
	components.Responses = map[string]*huma.Response{}
	components.Headers = maps.Clone(everywhere)
	problemSchema := components.Schemas.Schema(reflect.TypeFor[problem.Details](), true, "")
	for _, op := range operations(doc) {
		if op.Metadata == nil {
			op.Metadata = map[string]any{}
		}
		op.Metadata[registryOf] = components.Schemas
		delete(op.Responses, "default")
		for _, status := range statusesOf(op) {
			name := strings.ReplaceAll(http.StatusText(status), " ", "")
			components.Responses[name] = problemResponse(status, problemSchema)
			if status == http.StatusTooManyRequests {
				addHeaders(components.Responses[name])
			}
			op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + name}
		}
		completeFields(components.Schemas, op)
		completeParameters(op)
		completeForm(op)
		completeAnswers(op)
		op.Metadata[withoutExample] = completeExamples(components.Schemas, op)
	}
	for _, d := range ending {
		d.mark(doc)
	}
}

// statusesOf lists the problems op can answer with: those its domain declared
// in Errors, and those that follow from what it takes.
func statusesOf(op *huma.Operation) []int {
	statuses := map[int]bool{
		http.StatusBadRequest:          true, // a path or query that is no UTF-8
		http.StatusUnauthorized:        true, // a token that is none, where none is needed too
		http.StatusTooManyRequests:     true,
		http.StatusInternalServerError: true,
		http.StatusServiceUnavailable:  true,
	}
	for _, status := range op.Errors {
		statuses[status] = true
	}
	// Unknown query parameters are refused everywhere.
	statuses[http.StatusUnprocessableEntity] = true
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
			statuses[http.StatusNotFound] = true
		case strings.EqualFold(p.Name, "If-Match") && op.Method != http.MethodGet:
			statuses[http.StatusPreconditionFailed] = true
			statuses[http.StatusPreconditionRequired] = true
		}
	}
	if op.RequestBody != nil {
		for _, status := range []int{http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType} {
			statuses[status] = true
		}
	}
	if len(op.Security) > 0 {
		statuses[http.StatusForbidden] = true
	}
	return slices.Sorted(maps.Keys(statuses))
}

func problemResponse(status int, schema *huma.Schema) *huma.Response {
	example := problem.ForStatus(status, problemTexts[status])
	response := &huma.Response{
		Description: http.StatusText(status),
		Content: map[string]*huma.MediaType{
			problem.MediaType: {Schema: schema, Example: example},
		},
	}
	switch status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		response.Headers = map[string]*huma.Header{"Retry-After": {
			Description: "Seconds to wait.", Schema: &huma.Schema{Type: huma.TypeInteger},
		}}
	case http.StatusUnauthorized, http.StatusForbidden:
		response.Headers = map[string]*huma.Header{"WWW-Authenticate": {
			Description: "How to sign in, and with which scope (RFC 6750).", Schema: &huma.Schema{Type: huma.TypeString},
		}}
	case http.StatusUnprocessableEntity:
		response.Content[problem.MediaType].Example = example.WithField("body.slug", "expected length <= 191")
	}
	return response
}

var problemTexts = map[int]string{
	http.StatusBadRequest:            "the request cannot be read: its body must be one JSON document in UTF-8",
	http.StatusUnauthorized:          "an access token is needed",
	http.StatusForbidden:             "the token lacks the scope",
	http.StatusNotFound:              "there is nothing by that name",
	http.StatusRequestTimeout:        "the body did not arrive in time",
	http.StatusGone:                  "this is no longer there",
	http.StatusConflict:              "the state of this does not allow it now",
	http.StatusPreconditionFailed:    "this was changed since the version that was named",
	http.StatusRequestEntityTooLarge: "the body is larger than this address takes",
	http.StatusUnsupportedMediaType:  "this address does not take that media type",
	http.StatusUnprocessableEntity:   "the request does not fit its description",
	http.StatusPreconditionRequired:  "name the version that you change with If-Match",
	http.StatusTooManyRequests:       "too many requests",
	http.StatusServiceUnavailable:    "the database cannot be reached",
}

// completeParameters leaves out what huma says twice or for no reason.
func completeParameters(op *huma.Operation) {
	for _, p := range op.Parameters {
		if p.Schema.Description == p.Description {
			p.Schema.Description = ""
		}
		if p.Schema.Type != huma.TypeArray {
			p.Explode = nil
		}
	}
}

// completeForm takes the encoding from the files of a form: they are sent as
// they are, and JSON Schema knows no encoding "binary".
func completeForm(op *huma.Operation) {
	if op.RequestBody == nil || op.RequestBody.Content["multipart/form-data"] == nil {
		return
	}
	op.RequestBody.Required = true
	for _, property := range op.RequestBody.Content["multipart/form-data"].Schema.Properties {
		if property.ContentEncoding == "binary" {
			property.ContentEncoding = ""
		}
	}
}

// completeAnswers documents the 304 of what has an ETag, and leaves 204 and 304
// without a body.
func completeAnswers(op *huma.Operation) {
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		response := op.Responses[status]
		if response.Ref != "" {
			continue
		}
		if _, versioned := response.Headers["ETag"]; versioned && status == "200" && op.Method == http.MethodGet {
			op.Responses["304"] = &huma.Response{
				Description: "The version named in If-None-Match is the current one.",
				Headers:     map[string]*huma.Header{"ETag": response.Headers["ETag"]},
			}
		}
		if status == "204" || status == "304" {
			response.Content = nil
		}
		describeHeaders(response)
		addHeaders(response)
	}
}

// everywhere are headers of every answer, as components. They are named where they
// matter, in what succeeds and in 429: generators write them out again each time.
var everywhere = map[string]*huma.Header{
	"RateLimit-Policy": {
		Description: "How many requests (q) a client has in how many seconds (w), by which policy " +
			"(draft-ietf-httpapi-ratelimit-headers-10). Absent where the operator set no limit.",
		Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{`"address";q=6000;w=60`}},
	},
	"RateLimit": {
		Description: "How many requests (r) may follow at once, and in how many seconds (t) the quota is whole again.",
		Schema:      &huma.Schema{Type: huma.TypeString, Examples: []any{`"address";r=5999;t=1`}},
	},
}

func addHeaders(response *huma.Response) {
	if response.Headers == nil {
		response.Headers = map[string]*huma.Header{}
	}
	for name := range everywhere {
		response.Headers[name] = &huma.Header{Ref: "#/components/headers/" + name}
	}
}

func describeHeaders(response *huma.Response) {
	for name, header := range response.Headers {
		if header.Description == "" && header.Ref == "" {
			header.Description = headerTexts[name]
		}
	}
}

var headerTexts = map[string]string{
	"ETag":          "The version of what was answered (RFC 9110 section 8.8.3).",
	"Cache-Control": "How long the answer may be kept.",
	"Location":      "Where the new thing is.",
	"Last-Modified": "When it was last changed.",
}

// operations lists the operations by path and method.
func operations(doc *huma.OpenAPI) []*huma.Operation {
	var list []*huma.Operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	return list
}
