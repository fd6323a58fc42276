// The document itself, and the methods by which a service completes one.

package problem

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// MediaType is the content type of a problem document (RFC 9457 section 3).
const MediaType = "application/problem+json"

// TypePrefix is where the documents' types live: a type is this prefix and the
// code, a reference relative to the origin of the API.
const TypePrefix = "/problems/"

// Details is a problem document (RFC 9457 section 3.1) and an error. Values are
// made by the constructors and never changed afterwards: the With methods
// return a copy, so a document may be kept in a variable and shared.
type Details struct {
	// Type identifies the kind of problem; it is TypePrefix and the code.
	Type string `json:"type" format:"uri-reference" example:"/problems/not_found" doc:"Identifies the kind of problem; stable."`
	// Title is the HTTP status in words.
	Title string `json:"title" example:"Not Found" doc:"The HTTP status in words."`
	// Status is the HTTP status code.
	Status int `json:"status" minimum:"400" maximum:"599" example:"404" doc:"The HTTP status code."`
	// Detail says what happened this time, for a person to read.
	Detail string `json:"detail,omitempty" example:"no such post" doc:"What happened this time, for a person to read."`
	// Instance identifies this occurrence, when the server gave it a name.
	Instance string `json:"instance,omitempty" format:"uri-reference" doc:"Identifies this occurrence, for a report to the operator."`
	// Code is the snake_case word for a program to compare.
	Code string `json:"code" pattern:"^[a-z][a-z0-9_]*$" example:"not_found" doc:"The kind of problem as one word, for a program to compare; stable."`
	// Errors lists what was wrong with single fields.
	Errors []FieldError `json:"errors,omitempty" nullable:"false" doc:"What was wrong with single fields."`

	headers http.Header
	cause   error
}

// FieldError says what was wrong with one field of a request.
type FieldError struct {
	// Location is the field's path in our own schema, such as "body.slug",
	// "query.limit" or "body.lines[2].sku"; never a name the client invented.
	Location string `json:"location" example:"body.slug" doc:"Path of the field: body.…, query.…, path.… or header.…"`
	// Message says what is expected; it does not repeat the value.
	Message string `json:"message" example:"is taken" doc:"What is expected there."`
}

// Error returns the code and the detail. It does not include the cause, so
// that a document's text may be shown; loggers find the cause with errors.Unwrap.
func (d *Details) Error() string {
	if d.Detail == "" {
		return d.Code
	}
	return d.Code + ": " + d.Detail
}

// Unwrap returns the error that From turned into this document, or nil.
func (d *Details) Unwrap() error { return d.cause }

// GetStatus returns the HTTP status; huma reads it from a handler's error.
func (d *Details) GetStatus() int { return d.Status }

// GetHeaders returns the headers that belong to the answer (Retry-After,
// WWW-Authenticate, Allow); huma sends them with a handler's error.
func (d *Details) GetHeaders() http.Header {
	if d.headers == nil {
		return http.Header{}
	}
	return d.headers.Clone()
}

// ContentType returns MediaType whatever was negotiated: a problem document
// exists in JSON only.
func (d *Details) ContentType(string) string { return MediaType }

// WithCode returns a copy with another code, and the type that goes with it.
// The code is snake_case and, once published, is never given another meaning.
func (d *Details) WithCode(code string) *Details {
	c := d.clone()
	c.Code = code
	c.Type = TypePrefix + code
	return c
}

// WithField returns a copy that also says what is wrong with one field.
// Location is a path in our schema, message a constant text.
func (d *Details) WithField(location, message string) *Details {
	c := d.clone()
	c.Errors = append(c.Errors, FieldError{Location: location, Message: message})
	return c
}

// WithInstance returns a copy that names this occurrence, for example
// "urn:request:" and the request id that is also in the log.
func (d *Details) WithInstance(ref string) *Details {
	c := d.clone()
	c.Instance = ref
	return c
}

// WithHeader returns a copy whose answer carries this header in place of any
// earlier one of the same name.
func (d *Details) WithHeader(name, value string) *Details {
	c := d.clone()
	c.headers.Set(name, value)
	return c
}

// WithRetryAfter returns a copy that asks the client to wait (RFC 9110 section
// 10.2.3), in whole seconds, rounded up, at least one.
func (d *Details) WithRetryAfter(wait time.Duration) *Details {
	seconds := max(1, int64((wait+time.Second-1)/time.Second))
	return d.WithHeader("Retry-After", strconv.FormatInt(seconds, 10))
}

// WithCause returns a copy that keeps err for the log. The client never sees it.
func (d *Details) WithCause(err error) *Details {
	c := d.clone()
	c.cause = err
	return c
}

func (d *Details) clone() *Details {
	c := *d
	c.Errors = slices.Clone(d.Errors)
	if c.headers = d.headers.Clone(); c.headers == nil {
		c.headers = http.Header{}
	}
	return &c
}
