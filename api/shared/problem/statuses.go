// One constructor a status. Formats are constants, arguments never come from a
// client; each sets the default code that is named in its comment.

package problem

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// BadRequest is a 400 `bad_request`: the request cannot be read.
func BadRequest(format string, args ...any) *Details {
	return build(http.StatusBadRequest, "bad_request", fmt.Sprintf(format, args...))
}

// Unauthorized is a 401 `unauthorized`: nobody is signed in, or the token is
// not ours. The answer challenges for a bearer token (RFC 6750 section 3).
func Unauthorized(format string, args ...any) *Details {
	return build(http.StatusUnauthorized, "unauthorized", fmt.Sprintf(format, args...)).
		WithHeader("WWW-Authenticate", "Bearer")
}

// Forbidden is a 403 `forbidden`: we know who asks, and they may not.
func Forbidden(format string, args ...any) *Details {
	return build(http.StatusForbidden, "forbidden", fmt.Sprintf(format, args...))
}

// NotFound is a 404 `not_found`. It is also the answer where saying 403 would
// tell a stranger that the thing exists.
func NotFound(format string, args ...any) *Details {
	return build(http.StatusNotFound, "not_found", fmt.Sprintf(format, args...))
}

// MethodNotAllowed is a 405 `method_not_allowed` that names the methods which
// would do in one Allow header (RFC 9110 section 15.5.6).
func MethodNotAllowed(allow ...string) *Details {
	return build(http.StatusMethodNotAllowed, "method_not_allowed", "this address does not take that method").
		WithHeader("Allow", strings.Join(allow, ", "))
}

// Conflict is a 409 `conflict`: the state of the thing does not allow it now.
func Conflict(format string, args ...any) *Details {
	return build(http.StatusConflict, "conflict", fmt.Sprintf(format, args...))
}

// PreconditionFailed is a 412 `precondition_failed`: If-Match named a version
// that is no longer the current one.
func PreconditionFailed(format string, args ...any) *Details {
	return build(http.StatusPreconditionFailed, "precondition_failed", fmt.Sprintf(format, args...))
}

// TooLarge is a 413 `too_large`.
func TooLarge(format string, args ...any) *Details {
	return build(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf(format, args...))
}

// UnsupportedMedia is a 415 `unsupported_media_type`.
func UnsupportedMedia(format string, args ...any) *Details {
	return build(http.StatusUnsupportedMediaType, "unsupported_media_type", fmt.Sprintf(format, args...))
}

// Unprocessable is a 422 `invalid`: the request can be read and breaks a rule.
// Add WithField for each field at fault.
func Unprocessable(format string, args ...any) *Details {
	return build(http.StatusUnprocessableEntity, "invalid", fmt.Sprintf(format, args...))
}

// PreconditionRequired is a 428 `precondition_required`: a write that must say
// with If-Match which version it changes (RFC 6585 section 3).
func PreconditionRequired(format string, args ...any) *Details {
	return build(http.StatusPreconditionRequired, "precondition_required", fmt.Sprintf(format, args...))
}

// TooMany is a 429 `too_many_requests` with Retry-After.
func TooMany(retryAfter time.Duration, format string, args ...any) *Details {
	return build(http.StatusTooManyRequests, "too_many_requests", fmt.Sprintf(format, args...)).
		WithRetryAfter(retryAfter)
}

// Internal is a bare 500 `internal`: no detail, because there is nothing about
// it that a client could act on.
func Internal() *Details {
	return build(http.StatusInternalServerError, "internal", "")
}

// Unavailable is a 503 `unavailable`. Add WithRetryAfter where waiting helps.
func Unavailable(format string, args ...any) *Details {
	return build(http.StatusServiceUnavailable, "unavailable", fmt.Sprintf(format, args...))
}

// ForStatus is the document with a status's default code and the given detail,
// for frameworks that report a number. A status without a constructor gets
// `bad_request` below 500 and a bare 500 from there on.
func ForStatus(status int, detail string) *Details {
	code, ok := defaultCodes[status]
	if !ok {
		if status < 400 || status >= 500 {
			return Internal()
		}
		code = "bad_request"
	}
	switch {
	case status == http.StatusUnauthorized:
		return Unauthorized("%s", detail)
	case status == http.StatusInternalServerError:
		return Internal()
	}
	return build(status, code, detail)
}

var defaultCodes = map[int]string{
	http.StatusBadRequest:            "bad_request",
	http.StatusUnauthorized:          "unauthorized",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusNotAcceptable:         "not_acceptable",
	http.StatusRequestTimeout:        "timeout",
	http.StatusConflict:              "conflict",
	http.StatusGone:                  "gone",
	http.StatusPreconditionFailed:    "precondition_failed",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusPreconditionRequired:  "precondition_required",
	http.StatusTooManyRequests:       "too_many_requests",
	http.StatusInternalServerError:   "internal",
	http.StatusServiceUnavailable:    "unavailable",
}

func build(status int, code, detail string) *Details {
	return &Details{
		Type:    TypePrefix + code,
		Title:   http.StatusText(status),
		Status:  status,
		Detail:  detail,
		Code:    code,
		headers: http.Header{},
	}
}
