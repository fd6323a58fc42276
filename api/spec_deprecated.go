// What is going to end: the one list of it, what clients are told on every answer,
// and the mark in the document.

package api

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// deprecation is an operation, or a parameter of one, that is going to end. A
// year lies between since and sunset (docs/api.md).
type deprecation struct {
	operation string    // its operationId
	parameter string    // of the query; empty: the whole operation
	since     time.Time // when it was declared
	sunset    time.Time // when it may stop to work; the zero time: not known yet
	read      string    // address of what to use instead
}

// deprecations is everything of this API that is going to end.
var deprecations []deprecation

// endingKey is where an operation keeps its deprecations.
const endingKey = "deprecations"

// mark says in the document that d is going to end. It panics where there is no
// such thing, or where it would end before it was declared (RFC 8594 section 4).
func (d deprecation) mark(doc *huma.OpenAPI) {
	if !d.sunset.IsZero() && d.sunset.Before(d.since) {
		panic("deprecated after its end: " + d.operation)
	}
	for _, op := range operations(doc) {
		if op.OperationID != d.operation {
			continue
		}
		p := parameterOf(op, "query", d.parameter)
		switch {
		case d.parameter == "":
			op.Deprecated = true
			addEndHeaders(op)
		case p != nil:
			p.Deprecated = true
			addEndHeaders(op)
		default:
			panic("no parameter " + d.parameter + " of " + d.operation)
		}
		list, _ := op.Metadata[endingKey].([]deprecation)
		op.Metadata[endingKey] = append(list, d)
		return
	}
	panic("no operation " + d.operation)
}

func addEndHeaders(op *huma.Operation) {
	for _, response := range op.Responses {
		if response.Ref != "" {
			continue
		}
		for name, about := range map[string]string{
			"Deprecation": "Since when this is deprecated (RFC 9745).",
			"Sunset":      "When it may stop to work (RFC 8594).",
			"Link":        `What to use instead: rel="deprecation".`,
		} {
			response.Headers[name] = &huma.Header{Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
		}
	}
}

// announceEnd sets the headers of an answer to a request that uses what is going
// to end: of the whole operation, or of the first of its parameters in use.
func announceEnd(op *huma.Operation, r *http.Request, w http.ResponseWriter) {
	list, _ := op.Metadata[endingKey].([]deprecation)
	if len(list) == 0 {
		return
	}
	query, _ := url.ParseQuery(r.URL.RawQuery)
	for _, d := range list {
		if d.parameter != "" && !query.Has(d.parameter) {
			continue
		}
		h := w.Header()
		h.Set("Deprecation", fmt.Sprintf("@%d", d.since.Unix()))
		if !d.sunset.IsZero() {
			h.Set("Sunset", d.sunset.UTC().Format(http.TimeFormat))
		}
		if d.read != "" {
			h.Add("Link", "<"+d.read+`>; rel="deprecation"; type="text/html"`)
		}
		return
	}
}
