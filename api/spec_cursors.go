// Cursors between lists and clients: signed on their way out, opened on their way
// in, for every operation that has a parameter cursor.

package api

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/problem"
)

// signedCursors is the middleware that lets a cursor through to the list and
// query that gave it out, and to no other.
func signedCursors(s *cursor.Sealer) func(huma.API) Middleware {
	return func(huma.API) Middleware {
		return func(ctx huma.Context, next func(huma.Context)) {
			op := ctx.Operation()
			if parameterOf(op, "query", "cursor") == nil {
				next(ctx)
				return
			}
			r, w := humachi.Unwrap(ctx)
			query := r.URL.Query()
			scope := scopeOf(op, r.URL.Path, query)
			seal, err := s.For(r.Context(), scope)
			if sealed := strings.Join(query["cursor"], ","); err == nil && sealed != "" { // two are none
				var opened string
				opened, err = seal.Open(sealed)
				query.Set("cursor", opened)
			}
			if err != nil {
				problem.Write(w, r, named(r.Context(), problem.From(err)))
				return
			}
			next(withQuery(huma.WithValue(ctx, sealKey{}, seal), query))
		}
	}
}

type sealKey struct{}

// withQuery is ctx with another query. The request of the caller stays as it is.
func withQuery(ctx huma.Context, query url.Values) huma.Context {
	r, w := humachi.Unwrap(ctx)
	address := *r.URL
	address.RawQuery = query.Encode()
	changed := r.WithContext(r.Context())
	changed.URL = &address
	return humachi.NewContext(ctx.Operation(), changed, w)
}

// unscoped are the parameters that may change from page to page.
var unscoped = []string{"cursor", "limit", "fields", "include"}

// scopeOf is the list's address with what of the query decides which items it
// has and in which order, written one way: a parameter at its default is the
// same as none.
func scopeOf(op *huma.Operation, path string, query url.Values) string {
	scope := url.Values{}
	for name, values := range query {
		p := parameterOf(op, "query", name)
		if p == nil || slices.Contains(unscoped, name) {
			continue
		}
		for _, value := range values {
			if value != "" && (p.Schema.Default == nil || fmt.Sprint(p.Schema.Default) != value) {
				scope.Add(name, value)
			}
		}
	}
	return path + "?" + scope.Encode()
}

func parameterOf(op *huma.Operation, in, name string) *huma.Param {
	for _, p := range op.Parameters {
		if p.In == in && p.Name == name {
			return p
		}
	}
	return nil
}

// sealNext is the transformer that signs next_cursor of an answer.
func sealNext(ctx huma.Context, _ string, v any) (any, error) {
	seal, ok := ctx.Context().Value(sealKey{}).(cursor.Seal)
	if !ok {
		return v, nil
	}
	body := reflect.ValueOf(v)
	for body.Kind() == reflect.Pointer && !body.IsNil() {
		body = body.Elem()
	}
	index := nextCursor(body)
	if index == nil {
		return v, nil
	}
	copied := reflect.New(body.Type()).Elem()
	copied.Set(body)
	field := copied.FieldByIndex(index)
	if field.String() == "" {
		return v, nil
	}
	field.SetString(seal.Close(field.String()))
	return copied.Interface(), nil
}

// nextCursors has the place of next_cursor in every type that was answered.
var nextCursors sync.Map

func nextCursor(body reflect.Value) []int {
	if body.Kind() != reflect.Struct {
		return nil
	}
	if index, known := nextCursors.Load(body.Type()); known {
		return index.([]int)
	}
	var index []int
	for _, field := range reflect.VisibleFields(body.Type()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "next_cursor" && field.Type.Kind() == reflect.String {
			index = field.Index
		}
	}
	nextCursors.Store(body.Type(), index)
	return index
}
