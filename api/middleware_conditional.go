// 304 for a reader who has the answer already.

package api

import (
	"net/http"
	"strings"
)

// conditionalWriter turns a 200 whose ETag is among the known ones into a 304
// with the same headers and without a body (RFC 9110 section 13.1.2). An
// operation only has to set ETag.
type conditionalWriter struct {
	http.ResponseWriter
	known   []string // the values of If-None-Match
	decided bool
	silent  bool
}

// WriteHeader decides which answer it is going to be.
func (w *conditionalWriter) WriteHeader(status int) {
	if !w.decided && status >= http.StatusOK {
		w.decided = true
		if status == http.StatusOK && matches(w.known, w.Header().Get("ETag")) {
			status = http.StatusNotModified
		}
		if status == http.StatusNotModified {
			// These would describe the body that is not sent.
			w.silent = true
			w.Header().Del("Content-Length")
			w.Header().Del("Content-Type")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write drops the body of a 304.
func (w *conditionalWriter) Write(b []byte) (int, error) {
	if !w.decided {
		w.WriteHeader(http.StatusOK)
	}
	if w.silent {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is how http.ResponseController finds the connection.
func (w *conditionalWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// matches compares weakly, as If-None-Match asks (RFC 9110 section 8.8.3.2).
func matches(known []string, etag string) bool {
	if etag == "" {
		return false
	}
	for _, value := range known {
		for one := range strings.SplitSeq(value, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
				return true
			}
		}
	}
	return false
}
