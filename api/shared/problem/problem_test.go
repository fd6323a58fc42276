package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/shared/problem"
)

const canary = "canary-5f1c"

func ExampleNotFound() {
	publish := func() error {
		return problem.Conflict("the post is not a draft").WithCode("not_a_draft")
	}
	var d *problem.Details
	errors.As(publish(), &d)
	body, _ := json.MarshalIndent(d, "", "  ")
	fmt.Println(string(body))
	fmt.Println(problem.NotFound("no such post"))
	// Output:
	// {
	//   "type": "/problems/not_a_draft",
	//   "title": "Conflict",
	//   "status": 409,
	//   "detail": "the post is not a draft",
	//   "code": "not_a_draft"
	// }
	// not_found: no such post
}

func TestConstructors(t *testing.T) {
	tests := []struct {
		d       *problem.Details
		status  int
		code    string
		headers http.Header
	}{
		{problem.BadRequest("x"), 400, "bad_request", nil},
		{problem.Unauthorized("x"), 401, "unauthorized", http.Header{"Www-Authenticate": {"Bearer"}}},
		{problem.Forbidden("x"), 403, "forbidden", nil},
		{problem.NotFound("x"), 404, "not_found", nil},
		{problem.MethodNotAllowed("GET", "HEAD"), 405, "method_not_allowed", http.Header{"Allow": {"GET, HEAD"}}},
		{problem.Conflict("x"), 409, "conflict", nil},
		{problem.PreconditionFailed("x"), 412, "precondition_failed", nil},
		{problem.TooLarge("x"), 413, "too_large", nil},
		{problem.UnsupportedMedia("x"), 415, "unsupported_media_type", nil},
		{problem.Unprocessable("x"), 422, "invalid", nil},
		{problem.PreconditionRequired("x"), 428, "precondition_required", nil},
		{problem.TooMany(1500*time.Millisecond, "x"), 429, "too_many_requests", http.Header{"Retry-After": {"2"}}},
		{problem.TooMany(0, "x"), 429, "too_many_requests", http.Header{"Retry-After": {"1"}}},
		{problem.Internal(), 500, "internal", nil},
		{problem.Unavailable("x"), 503, "unavailable", nil},
		{problem.ForStatus(401, "x"), 401, "unauthorized", http.Header{"Www-Authenticate": {"Bearer"}}},
		{problem.ForStatus(406, "x"), 406, "not_acceptable", nil},
		{problem.ForStatus(418, "x"), 418, "bad_request", nil},
		{problem.ForStatus(500, canary), 500, "internal", nil},
		{problem.ForStatus(502, canary), 500, "internal", nil},
		{problem.ForStatus(200, canary), 500, "internal", nil},
	}
	for _, tt := range tests {
		if tt.d.GetStatus() != tt.status || tt.d.Code != tt.code {
			t.Errorf("%v: got %d %s, want %d %s", tt.d, tt.d.Status, tt.d.Code, tt.status, tt.code)
		}
		if want := http.StatusText(tt.status); tt.d.Title != want {
			t.Errorf("%s: title %q, want %q", tt.code, tt.d.Title, want)
		}
		if want := "/problems/" + tt.code; tt.d.Type != want {
			t.Errorf("%s: type %q, want %q", tt.code, tt.d.Type, want)
		}
		if diff := cmp.Diff(tt.headers, tt.d.GetHeaders(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: headers (-want +got)\n%s", tt.code, diff)
		}
		if tt.status == 500 && strings.Contains(tt.d.Detail, canary) {
			t.Errorf("a 500 carries the detail %q", tt.d.Detail)
		}
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	base := problem.Unprocessable("not complete").WithField("body.title", "is required")
	_ = base.WithCode("other")
	_ = base.WithHeader("X-A", "1")
	_ = base.WithInstance("urn:request:1")
	a, b := base.WithField("body.a", "m"), base.WithField("body.b", "m")
	want := []problem.FieldError{{Location: "body.title", Message: "is required"}}
	if diff := cmp.Diff(want, base.Errors); diff != "" {
		t.Errorf("base.Errors (-want +got)\n%s", diff)
	}
	if a.Errors[1].Location != "body.a" || b.Errors[1].Location != "body.b" {
		t.Errorf("two copies share their fields: %v, %v", a.Errors, b.Errors)
	}
	if base.Code != "invalid" || base.Instance != "" || len(base.GetHeaders()) != 0 {
		t.Errorf("base was changed: %+v", base)
	}
	base.GetHeaders().Set("X-B", "1")
	if len(base.GetHeaders()) != 0 {
		t.Error("GetHeaders lets its caller change the document")
	}
}

func TestFrom(t *testing.T) {
	refused := connectError(t)
	own := problem.NotFound("no such post")
	tests := map[string]struct {
		err    error
		status int
		code   string
	}{
		"own":               {own, 404, "not_found"},
		"own wrapped":       {fmt.Errorf("post: %w", own), 404, "not_found"},
		"unknown":           {errors.New(canary), 500, "internal"},
		"no rows":           {pgx.ErrNoRows, 500, "internal"},
		"deadline":          {fmt.Errorf("%s: %w", canary, context.DeadlineExceeded), 503, "timeout"},
		"cancelled":         {context.Canceled, 503, "cancelled"},
		"body":              {&http.MaxBytesError{Limit: 1}, 413, "too_large"},
		"cannot connect":    {refused, 503, "database_unavailable"},
		"starting up":       {&pgconn.PgError{Code: "57P03", Message: canary}, 503, "database_unavailable"},
		"too many":          {&pgconn.PgError{Code: "53300"}, 503, "database_unavailable"},
		"connection lost":   {&pgconn.PgError{Code: "08006"}, 503, "database_unavailable"},
		"statement timeout": {&pgconn.PgError{Code: "57014", Message: canary}, 503, "timeout"},
		"deadlock":          {&pgconn.PgError{Code: "40P01"}, 503, "busy"},
		"unique":            {&pgconn.PgError{Code: "23505", Detail: canary}, 500, "internal"},
		"network":           {&net.OpError{Op: "dial", Err: errors.New(canary)}, 503, "unavailable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := problem.From(tt.err)
			if d.Status != tt.status || d.Code != tt.code {
				t.Errorf("From = %d %s, want %d %s", d.Status, d.Code, tt.status, tt.code)
			}
			if got := problem.Code(tt.err); got != tt.code {
				t.Errorf("Code = %q, want %q", got, tt.code)
			}
			body, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body)+d.Error(), canary) {
				t.Errorf("the error's text leaves: %s", body)
			}
			if d != own && !errors.Is(d, tt.err) {
				t.Error("the cause is lost")
			}
			wantRetry := d.Status == 503 && d.Code != "cancelled"
			if got := d.GetHeaders().Get("Retry-After") != ""; got != wantRetry {
				t.Errorf("Retry-After set = %v, want %v", got, wantRetry)
			}
		})
	}
	if d := problem.From(nil); d != nil {
		t.Errorf("From(nil) = %v, want nil", d)
	}
	if got := problem.Code(nil); got != "" {
		t.Errorf("Code(nil) = %q, want nothing", got)
	}
}

// connectError is a real failure to reach a database: a loopback port that was
// free a moment ago.
func connectError(t *testing.T) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	conn, err := pgconn.Connect(t.Context(), "postgres://"+canary+"@"+addr+"/x?connect_timeout=5")
	if err == nil {
		conn.Close(t.Context())
		t.Fatal("something answers on a free port")
	}
	return err
}

func TestWrite(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/login/"+canary, nil)
	w := httptest.NewRecorder()
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("Content-Encoding", "br")
	problem.Write(w, r, fmt.Errorf("wrapped: %w", problem.TooMany(3*time.Second, "slow down").WithInstance("urn:request:7")))
	res := w.Result()
	wantHeader := http.Header{
		"Content-Type":           {"application/problem+json"},
		"Cache-Control":          {"no-store"},
		"Retry-After":            {"3"},
		"X-Content-Type-Options": {"nosniff"},
	}
	if diff := cmp.Diff(wantHeader, res.Header); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}
	body, _ := io.ReadAll(res.Body)
	want := `{"type":"/problems/too_many_requests","title":"Too Many Requests","status":429,"detail":"slow down","instance":"urn:request:7","code":"too_many_requests"}` + "\n"
	if res.StatusCode != 429 || string(body) != want {
		t.Errorf("Write = %d %s, want 429 %s", res.StatusCode, body, want)
	}
}

func TestWriteUnknown(t *testing.T) {
	for _, err := range []error{errors.New(canary), nil} {
		w := httptest.NewRecorder()
		problem.Write(w, httptest.NewRequest(http.MethodGet, "/", nil), err)
		want := `{"type":"/problems/internal","title":"Internal Server Error","status":500,"code":"internal"}` + "\n"
		if w.Code != 500 || w.Body.String() != want {
			t.Errorf("Write(%v) = %d %s, want 500 %s", err, w.Code, w.Body, want)
		}
	}
}
