package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"rose-ash.com/roseash/api/shared/problem"
)

var (
	_ huma.StatusError       = (*problem.Details)(nil)
	_ huma.HeadersError      = (*problem.Details)(nil)
	_ huma.ContentTypeFilter = (*problem.Details)(nil)
)

// A service's problem goes through a huma operation as it is, headers included.
// This test is here because package problem does not know huma.
func TestProblemsPassThroughOperations(t *testing.T) {
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("test", "1"))
	huma.Register(api, huma.Operation{OperationID: "busy", Method: http.MethodGet, Path: "/busy"},
		func(context.Context, *struct{}) (*struct{}, error) {
			return nil, problem.TooMany(7*time.Second, "slow down").WithField("body.lines[0]", "is one too many")
		})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/busy", nil))
	want := `{"type":"/problems/too_many_requests","title":"Too Many Requests","status":429,"detail":"slow down",` +
		`"code":"too_many_requests","errors":[{"location":"body.lines[0]","message":"is one too many"}]}` + "\n"
	if w.Code != 429 || w.Body.String() != want {
		t.Errorf("got %d %s, want 429 %s", w.Code, w.Body, want)
	}
	if got := w.Header().Get("Content-Type"); got != problem.MediaType {
		t.Errorf("Content-Type %q, want %q", got, problem.MediaType)
	}
	if got := w.Header().Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After %q, want 7", got)
	}
}
