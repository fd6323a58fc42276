// What a client is told when huma refuses a request. Huma's own errors repeat
// the offending value, the client's property names and Go's texts; ours say
// where and what is expected, in words of the schema only.

package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"rose-ash.com/roseash/api/shared/problem"
)

// maxFieldErrors bounds an answer: a body of a megabyte can be wrong in a
// hundred thousand places.
const maxFieldErrors = 20

// Huma's hooks are variables of its package; this is the only place that sets
// them, before any API exists.
func init() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewErrorWithContext = refuse
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		if status == http.StatusNotModified {
			return notModified{}
		}
		if d := given(errs); d != nil {
			return d
		}
		return refusal(status)
	}
	huma.ErrorFormatter = func(format string, args ...any) string {
		// An error among the arguments is a parser's and quotes its input.
		if slices.ContainsFunc(args, func(a any) bool { _, ok := a.(error); return ok }) {
			format, _, _ = strings.Cut(format, ":")
			return format
		}
		return fmt.Sprintf(format, args...)
	}
}

// notModified lets a handler answer 304 through huma's error path.
type notModified struct{}

func (notModified) Error() string  { return "not modified" }
func (notModified) GetStatus() int { return http.StatusNotModified }

// refuse turns what huma found wrong, or an error a handler returned, into a
// problem document.
func refuse(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
	d := given(errs)
	switch {
	case d != nil:
	case message == "cannot read request body":
		d = refusal(http.StatusBadRequest) // the client left in the middle of it
		var tooLarge *http.MaxBytesError
		if errors.As(errors.Join(errs...), &tooLarge) {
			d = refusal(http.StatusRequestEntityTooLarge)
		}
	case status >= http.StatusInternalServerError:
		d = problem.From(errors.Join(errs...))
		if d == nil {
			d = problem.Internal()
		}
	default:
		d = explain(ctx, status, errs)
	}
	for name, values := range d.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	return d
}

// given finds a document among the errors, such as one of a resolver.
func given(errs []error) *problem.Details {
	for _, err := range errs {
		var d *problem.Details
		if errors.As(err, &d) {
			return d
		}
	}
	return nil
}

// explain adds the fields at fault to the refusal of a status.
func explain(ctx huma.Context, status int, errs []error) *problem.Details {
	op := ctx.Operation()
	fields := make([]problem.FieldError, 0, min(len(errs), maxFieldErrors))
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if !errors.As(err, &detailer) {
			continue
		}
		detail := detailer.ErrorDetail()
		if strings.HasSuffix(detail.Message, "http: request body too large") {
			return refusal(http.StatusRequestEntityTooLarge)
		}
		field := problem.FieldError{
			Location: ownLocation(op, detail.Location),
			Message:  ownMessage(detail.Message),
		}
		if field.Message == "" || slices.Contains(fields, field) {
			continue
		}
		if len(fields) == maxFieldErrors {
			break
		}
		fields = append(fields, field)
	}
	d := refusal(status)
	if status != http.StatusUnprocessableEntity {
		return d
	}
	// Huma walks maps, whose order changes; an answer should not.
	slices.SortStableFunc(fields, func(a, b problem.FieldError) int { return strings.Compare(a.Location, b.Location) })
	for _, f := range fields {
		d = d.WithField(f.Location, f.Message)
	}
	return d
}

// refusal is the document of a status as huma's own checks give it.
func refusal(status int) *problem.Details {
	detail, ok := refusals[status]
	if !ok {
		return problem.ForStatus(status, "")
	}
	d := problem.ForStatus(status, detail)
	if status == http.StatusBadRequest {
		d = d.WithCode("unreadable")
	}
	return d
}

var refusals = map[int]string{
	http.StatusBadRequest:            "the request cannot be read: its body must be one JSON document in UTF-8",
	http.StatusRequestTimeout:        "the body did not arrive in time",
	http.StatusPreconditionFailed:    "this was changed since the version that was named",
	http.StatusRequestEntityTooLarge: "the body is larger than this address takes",
	http.StatusUnsupportedMediaType:  "this address does not take that media type",
	http.StatusUnprocessableEntity:   "the request does not fit its description",
}

// schemaMessages are the beginnings of huma's messages that are made from our
// schema alone.
var schemaMessages = []string{
	"expected ", "required ", "unexpected property", "unknown query parameter",
	"invalid integer", "invalid float", "invalid boolean", "invalid date/time for format ",
	"write only property is non-zero", "File required", "At least one file is required",
}

// ownMessage lets a message of the schema through. Any other may quote what it
// is about.
func ownMessage(message string) string {
	for _, start := range schemaMessages {
		if strings.HasPrefix(message, start) {
			return message
		}
	}
	if strings.HasPrefix(message, "Invalid mime type") {
		return "expected a file of another media type"
	}
	return "cannot be read"
}

// finishProblem completes an error on its way out: a fault of ours is logged,
// once, and named by the request's id; no problem is cached or has a version.
func finishProblem(ctx huma.Context, _ string, v any) (any, error) {
	d, ok := v.(*problem.Details)
	if !ok {
		return v, nil
	}
	_, w := humachi.Unwrap(ctx)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	w.Header().Del("Last-Modified")
	if d.Status < http.StatusInternalServerError {
		return d, nil
	}
	if cause := d.Unwrap(); cause != nil && d.Code != "cancelled" {
		slog.ErrorContext(ctx.Context(), "request failed", "operation", ctx.Operation().OperationID, "code", d.Code, "error", cause)
	}
	return named(ctx.Context(), d), nil
}
