package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
)

func endingToy(router chi.Router, ending ...deprecation) huma.API {
	return newAPI(router, []Routes{func(a huma.API) {
		huma.Register(a, huma.Operation{OperationID: "get-toy", Method: http.MethodGet, Path: "/v1/toy"},
			func(_ context.Context, in *struct {
				Colour string `query:"colour"`
				Size   int    `query:"size"`
			}) (*struct{}, error) {
				return nil, nil
			})
		huma.Register(a, huma.Operation{OperationID: "get-other", Method: http.MethodGet, Path: "/v1/other"},
			func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}}, ending)
}

var (
	declared = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	ended    = time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)
)

// TestDeprecation: what is in the list is said on every answer and in the
// document; what is not, is not.
func TestDeprecation(t *testing.T) {
	router := chi.NewRouter()
	api := endingToy(router,
		deprecation{operation: "get-other", since: declared, sunset: ended, read: "https://example.org/docs#other"},
		deprecation{operation: "get-toy", parameter: "colour", since: declared},
	)
	const link = `<https://example.org/docs#other>; rel="deprecation"; type="text/html"`
	for path, want := range map[string][3]string{
		"/v1/other":           {"@1777593600", "Sat, 01 May 2027 00:00:00 GMT", link},
		"/v1/other?x=1":       {"@1777593600", "Sat, 01 May 2027 00:00:00 GMT", link},
		"/v1/toy":             {},
		"/v1/toy?size=1":      {},
		"/v1/toy?colour=blue": {"@1777593600", "", ""},
		"/v1/toy?colour=":     {"@1777593600", "", ""},
	} {
		w := httptest.NewRecorder()
		router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got := [3]string{w.Header().Get("Deprecation"), w.Header().Get("Sunset"), w.Header().Get("Link")}; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for id, want := range map[string]bool{"get-other": true, "get-toy": false} {
		for _, op := range operations(api.OpenAPI()) {
			if op.OperationID != id {
				continue
			}
			text, err := json.Marshal(op)
			if err != nil {
				t.Fatal(err)
			}
			if op.Deprecated != want || op.Responses["204"].Headers["Deprecation"] == nil || !strings.Contains(string(text), `"deprecated":true`) {
				t.Errorf("%s is described as %s", id, text)
			}
		}
	}
}

// TestDeprecationOfNothing: a mistake in the list is found at start.
func TestDeprecationOfNothing(t *testing.T) {
	for name, d := range map[string]deprecation{
		"no operation":            {operation: "get-toys", since: declared},
		"no parameter":            {operation: "get-toy", parameter: "color", since: declared},
		"ended before it started": {operation: "get-toy", since: ended, sunset: declared},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			endingToy(chi.NewRouter(), d)
		}()
	}
}

// TestDeprecations: what is going to end has a year.
func TestDeprecations(t *testing.T) {
	for _, d := range deprecations {
		if !d.sunset.IsZero() && d.sunset.Before(d.since.AddDate(1, 0, 0)) {
			t.Errorf("%s %s ends within a year", d.operation, d.parameter)
		}
	}
}

// TestUnknownParameters: they are refused, but where an operation has to ignore them.
func TestUnknownParameters(t *testing.T) {
	router := chi.NewRouter()
	newAPI(router, []Routes{func(a huma.API) {
		for path, ignores := range map[string]bool{"/v1/strict": false, "/v1/lenient": true} {
			huma.Register(a, huma.Operation{OperationID: path[4:], Method: http.MethodGet, Path: path, SkipValidateParams: ignores},
				func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
		}
	}}, nil)
	for path, want := range map[string]int{"/v1/strict?x=1": 422, "/v1/lenient?x=1": 204} {
		w := httptest.NewRecorder()
		router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s = %d, want %d", path, w.Code, want)
		}
	}
}
