// What can go wrong between a Ghost and those who ask it.

package ghosttest

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is what goes wrong with one answer. The zero value is none. Where several are
// set, Delay comes first, then the first of the fields that is set.
type Fault struct {
	Delay      time.Duration // the answer is late
	Cut        bool          // the connection ends without an answer
	Redirect   string        // 302 to this address
	Status     int           // an error of Ghost's with this status, such as 401, 403, 404, 429, 500
	RetryAfter time.Duration // with Status 429 or 503
	HTML       bool          // a page of a proxy; with Status, or 200
	Raw        []byte        // this body, as JSON, with status 200
	Truncate   bool          // the connection ends in the midst of the JSON
	Same       bool          // a list begins anew, whatever was asked for
	Endless    bool          // a list has a next page for ever, each with new ids
	Shift      int           // a list's page begins so many things later, or earlier
}

// MetadataAddress is where a cloud's machines learn their secrets: nobody is to follow a
// redirect to it.
const MetadataAddress = "http://169.254.169.254/latest/meta-data/"

func (f *Fault) sameAgain() bool { return f != nil && f.Same }

func (f *Fault) endless() bool { return f != nil && f.Endless }

func (f *Fault) shift() int {
	if f == nil {
		return 0
	}
	return f.Shift
}

const proxyPage = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n"

// instead is the answer that takes the place of the true one, where one does.
func (f *Fault) instead() (answer, bool) {
	if f == nil {
		return answer{}, false
	}
	switch {
	case f.Redirect != "":
		a := jsonAnswer(http.StatusFound, nil)
		a.header.Set("Location", f.Redirect)
		return a, true
	case f.HTML:
		status := f.Status
		if status == 0 {
			status = http.StatusOK
		}
		return answer{status, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(proxyPage)}, true
	case f.Status != 0:
		a := f.refuse()
		if f.RetryAfter > 0 {
			a.header.Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
		}
		return a, true
	case f.Raw != nil:
		return jsonAnswer(http.StatusOK, f.Raw), true
	}
	return answer{}, false
}

func (f *Fault) refuse() answer {
	switch f.Status {
	case http.StatusUnauthorized:
		return unauthorized("Invalid token: jwt expired", "INVALID_JWT")
	case http.StatusForbidden:
		return notAllowed("list posts")
	case http.StatusNotFound:
		return notFound(collections["posts"], "read")
	case http.StatusTooManyRequests:
		return tooMany()
	case http.StatusConflict:
		return collision()
	}
	return broken(f.Status)
}
