// What the endpoints for programs answer when they refuse (RFC 6749 section 5.2), and how
// they answer at all.

package oauth

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/problem"
)

// tokenError is a refusal of an endpoint that programs ask. Nothing in it comes from the
// request.
type tokenError struct {
	status      int
	code        string // error (RFC 6749 section 5.2, RFC 8628 section 3.5, RFC 8707 section 2)
	description string
	retry       time.Duration // Retry-After; 0: none
	cause       error         // what went wrong here: logged, never sent
}

func (e *tokenError) Error() string { return "oauth: " + e.code + ": " + e.description }

func (e *tokenError) Unwrap() error { return e.cause }

func refusal(code, description string) *tokenError {
	return &tokenError{status: http.StatusBadRequest, code: code, description: description}
}

func invalidRequest(description string) *tokenError { return refusal("invalid_request", description) }

func invalidGrant(description string) *tokenError { return refusal("invalid_grant", description) }

func invalidClient() *tokenError {
	return &tokenError{status: http.StatusUnauthorized, code: "invalid_client", description: "the client is unknown, or did not prove who it is"}
}

// failed is what a program gets when the fault is ours: to come again, where that may help.
func failed(err error) *tokenError {
	if d := problem.From(err); d.Status == http.StatusServiceUnavailable {
		return &tokenError{status: d.Status, code: "temporarily_unavailable", description: "come again in a moment", retry: 2 * time.Second, cause: err}
	}
	return &tokenError{status: http.StatusInternalServerError, code: "server_error", description: "something went wrong here", cause: err}
}

// refuse answers with a refusal.
func refuse(w http.ResponseWriter, r *http.Request, e *tokenError) {
	if e.cause != nil && r.Context().Err() == nil {
		slog.ErrorContext(r.Context(), "oauth: request failed", "path", r.URL.Path, "error", e.cause)
	}
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="oauth", charset="UTF-8"`)
	}
	if e.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((e.retry+time.Second-1)/time.Second)))
	}
	answer(w, e.status, refusalBody{e.code, e.description})
}

// refusalBody is what a program reads of a refusal.
type refusalBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// answer writes JSON that nobody may keep.
func answer(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
