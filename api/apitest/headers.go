// Holding an answer's headers against the document.

package apitest

import (
	"maps"
	"net/http"
	"slices"
)

// ofHTTP are headers that belong to HTTP, to browsers and to every answer and not to
// an operation: it need not name them.
var ofHTTP = map[string]bool{
	"Cache-Control": true, "Connection": true, "Content-Length": true, "Content-Type": true, "Date": true, "Vary": true,
	"Content-Security-Policy": true, "Cross-Origin-Opener-Policy": true, "Cross-Origin-Resource-Policy": true,
	"Referrer-Policy": true, "Strict-Transport-Security": true, "X-Content-Type-Options": true,
	"Ratelimit": true, "Ratelimit-Policy": true, "X-Request-Id": true,
}

// undocumented finds the headers that the document does not know of.
func undocumented(r response, headers http.Header) (faults []string) {
	known := map[string]bool{}
	for name := range r.Headers {
		known[http.CanonicalHeaderKey(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !ofHTTP[name] && !known[name] {
			faults = append(faults, "the header "+name+" is not documented")
		}
	}
	return faults
}
