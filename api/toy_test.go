// A small API of one domain that never leaves this package's tests: every shape
// an operation can have.

package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/conditional"
	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
)

// canary is the text that no answer and no log may hold.
const canary = apitest.Canary

type seed struct {
	Variety string            `json:"variety" minLength:"1" maxLength:"40" example:"Ailsa Craig" doc:"What it grows into."`
	Grams   int               `json:"grams" minimum:"1" example:"25"`
	Mail    string            `json:"mail,omitempty" format:"email"`
	Site    string            `json:"site,omitempty" format:"uri"`
	Kind    string            `json:"kind,omitempty" enum:"root,leaf"`
	Labels  map[string]string `json:"labels,omitempty" example:"{\"de\":\"Tomate\"}"`
	Counts  map[string]int    `json:"counts,omitempty"`
	Rows    []row             `json:"rows,omitempty"`
}

type row struct {
	Length int `json:"length" minimum:"1" example:"3"`
}

type seedAnswer struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         seed
}

var bearer = auth.Scope("blog:write")

func toyRoutes(a huma.API) {
	op := func(method, path, id, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: summary + ".", Tags: []string{"Site"}}
	}
	huma.Register(a, op("GET", "/v1/seeds/{seed}", "getSeed", "One seed"), func(_ context.Context, in *struct {
		Seed  string    `path:"seed" pattern:"^[a-z]+$" maxLength:"20" example:"leek"`
		Limit int       `query:"limit" minimum:"1" maximum:"100" default:"24"`
		When  time.Time `query:"when"`
	}) (*seedAnswer, error) {
		if in.Seed == "missing" {
			return nil, problem.NotFound("no such seed")
		}
		return &seedAnswer{ETag: `"v1"`, CacheControl: "max-age=60", Body: seed{Variety: "leek", Grams: 1}}, nil
	})
	huma.Register(a, op("GET", "/v1/old/{seed}", "getOldSeed", "By huma's own conditions"), func(_ context.Context, in *struct {
		Seed string `path:"seed" example:"leek"`
		conditional.Params
	}) (*seedAnswer, error) {
		if err := in.PreconditionFailed("v1", time.Time{}); err != nil {
			return nil, huma.ErrorWithHeaders(err, http.Header{"Etag": {`"v1"`}, "Cache-Control": {"max-age=60"}})
		}
		return &seedAnswer{ETag: `"v1"`, Body: seed{Variety: "leek", Grams: 1}}, nil
	})
	write := op("PUT", "/v1/old/{seed}", "putOldSeed", "By huma's own conditions")
	write.Security = bearer
	huma.Register(a, write, func(_ context.Context, in *struct {
		Seed string `path:"seed" example:"leek"`
		conditional.Params
		Body seed
	}) (*struct{}, error) {
		if err := in.PreconditionFailed("v1", time.Time{}); err != nil {
			return nil, err
		}
		return nil, nil
	})
	create := op("POST", "/v1/seeds", "createSeed", "Sow one")
	create.Security, create.DefaultStatus, create.Errors = bearer, http.StatusCreated, []int{http.StatusConflict}
	huma.Register(a, create, func(_ context.Context, in *struct{ Body seed }) (*seedAnswer, error) {
		return &seedAnswer{Body: in.Body}, nil
	})
	slow := op("PUT", "/v1/seeds/{seed}/drawing", "putDrawing", "A body that may be slow")
	slow.Security, slow.BodyReadTimeout = bearer, 3*time.Second
	huma.Register(a, slow, func(ctx context.Context, in *struct {
		Seed string `path:"seed" example:"leek"`
		Body seed
	}) (*struct{}, error) {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) < 100*time.Millisecond {
			return nil, problem.Unavailable("the deadline leaves no time")
		}
		return nil, nil
	})
	upload := op("POST", "/v1/seeds/picture", "uploadPicture", "A picture")
	upload.Security, upload.MaxBodyBytes = bearer, 2048
	huma.Register(a, upload, func(_ context.Context, in *struct {
		RawBody huma.MultipartFormFiles[struct {
			Picture huma.FormFile `form:"picture" contentType:"image/png" required:"true"`
			Alt     string        `form:"alt" maxLength:"5"`
		}]
	}) (*struct{}, error) {
		return nil, nil
	})
	huma.Register(a, op("GET", "/v1/faults/{fault}", "getFault", "What goes wrong"), func(ctx context.Context, in *struct {
		Fault string `path:"fault" example:"panic"`
	}) (*struct{}, error) {
		switch in.Fault {
		case "panic":
			panic("on purpose")
		case "sleep":
			<-ctx.Done()
			return nil, ctx.Err()
		case "wrapped":
			return nil, fmt.Errorf("service: %w", problem.Conflict("not now").WithRetryAfter(time.Second))
		}
		return nil, errors.New("pq: " + canary)
	})
}

// logs collects what is logged while a test runs.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// toy is a handler over the toy API and what it logs, its default logger
// included.
func toy(t *testing.T, change ...func(*api.HandlerOptions)) (http.Handler, *logs) {
	t.Helper()
	out := &logs{}
	log := slog.New(api.LogHandler(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	before := slog.Default()
	slog.SetDefault(log)
	t.Cleanup(func() { slog.SetDefault(before) })
	o := api.HandlerOptions{
		Log:    log,
		Routes: []api.Routes{toyRoutes},
		Plain:  []func(chi.Router){toyPlain},
	}
	for _, c := range change {
		c(&o)
	}
	return api.NewHandler(o), out
}

func toyPlain(r chi.Router) {
	r.Get("/plain/half", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		panic("after the header")
	})
	r.Get("/plain/address", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RemoteAddr, " ", r.Header.Get("X-Forwarded-For"))
	})
}

func ask(h http.Handler, method, target, body string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, bytes.NewReader([]byte(body)))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
