// What Ghost answers where it does not do as asked.

package ghosttest

import (
	"net/http"
)

// answer is what is sent, once it is made.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func jsonAnswer(status int, body []byte) answer {
	return answer{status, http.Header{
		"Content-Type":    {"application/json; charset=utf-8"},
		"Content-Version": {"v6.65"},
		"Vary":            {"Accept-Version, Origin, Accept-Encoding"},
		"X-Powered-By":    {"Express"},
		"Cache-Control":   {"no-cache, private, no-store, must-revalidate, max-stale=0, post-check=0, pre-check=0"},
	}, body}
}

// refusal is one of Ghost's errors.
type refusal struct {
	status  int
	message string
	context string
	kind    string
	code    string
	help    string
}

func (e refusal) answer() answer {
	return jsonAnswer(e.status, encode(object{"errors": []object{{
		"message": e.message, "context": text(e.context), "type": e.kind, "details": nil, "property": nil,
		"help": text(e.help), "code": text(e.code), "id": "9d27bc18-7fb3-4ce7-bc73-5cc1da9709da", "ghostErrorCode": nil,
	}}}))
}

// notFound: of one thing that is asked for by its id or slug.
func notFound(kind collection, did string) answer {
	return refusal{
		status: http.StatusNotFound, kind: "NotFoundError",
		message: "Resource not found error, cannot " + did + " " + kind.one + ".", context: kind.title + " not found.",
	}.answer()
}

func noSuchEndpoint(r *http.Request) answer {
	if asked := r.Header.Get("Accept-Version"); asked != "" && asked < "v6.65" {
		return refusal{
			status: http.StatusNotAcceptable, kind: "RequestNotAcceptableError", code: "UPDATE_CLIENT",
			message: "Request could not be served, the endpoint was not found.",
			context: "Provided client accept-version " + asked + " is behind current Ghost version v6.65.",
			help:    "Try upgrading your Ghost API client.",
		}.answer()
	}
	return refusal{status: http.StatusNotFound, kind: "NotFoundError", message: "Resource not found"}.answer()
}

func notAllowed(did string) answer {
	return refusal{
		status: http.StatusForbidden, kind: "NoPermissionError", message: "Permission error, cannot " + did + ".",
		context: "You do not have permission to perform this action",
	}.answer()
}

func badRequest(did, context string) answer {
	return refusal{
		status: http.StatusBadRequest, kind: "BadRequestError",
		message: "Request not understood error, cannot " + did + ".", context: context,
	}.answer()
}

func invalid(did, context string) answer {
	return refusal{
		status: http.StatusUnprocessableEntity, kind: "ValidationError",
		message: "Validation error, cannot " + did + ".", context: context,
	}.answer()
}

func collision() answer {
	return refusal{
		status: http.StatusConflict, kind: "UpdateCollisionError", code: "UPDATE_COLLISION",
		message: "Saving failed! Someone else is editing this post.",
	}.answer()
}

func unauthorized(message, code string) answer {
	return refusal{status: http.StatusUnauthorized, kind: "UnauthorizedError", message: message, code: code}.answer()
}

func tooMany() answer {
	return refusal{
		status: http.StatusTooManyRequests, kind: "TooManyRequestsError",
		message: "Too many requests error, cannot list posts.", context: "Too many attempts.",
	}.answer()
}

func broken(status int) answer {
	return refusal{
		status: status, kind: "InternalServerError", message: "Internal server error, cannot list posts.",
		context: "An unexpected error occurred, please try again.", code: "UNEXPECTED_ERROR",
	}.answer()
}
