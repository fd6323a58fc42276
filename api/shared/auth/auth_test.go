package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/problem"
)

func Example() {
	ctx := auth.WithPrincipal(context.Background(), auth.Principal{Name: "importer", Scopes: []string{"blog:write"}})
	if p, ok := auth.PrincipalFrom(ctx); ok {
		fmt.Println(p.Name, p.Has("blog:write"), p.Has("market:write"))
	}
	fmt.Println(auth.Scope("blog:write"))
	// Output:
	// importer true false
	// [map[oauth2:[blog:write]]]
}

// tokens is a Verifier with fixed answers.
type tokens map[string]auth.Principal

func (v tokens) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	if c.Token == "broken" {
		return auth.Principal{}, context.DeadlineExceeded
	}
	p, ok := v[c.Token]
	if !ok {
		return auth.Principal{}, auth.ErrRefused
	}
	return p, nil
}

var verifier = tokens{
	"writer": {Name: "writer", Scopes: []string{"blog:write", "blog:read"}},
	"reader": {Name: "reader", Scopes: []string{"blog:read"}},
	"root":   {Name: "root", Scopes: []string{auth.AllScopes}},
}

type who struct {
	Body struct {
		Name string `json:"name"`
	}
}

func newAPI() http.Handler {
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("test", "1"))
	api.OpenAPI().Components.SecuritySchemes = auth.Schemes()
	api.UseMiddleware(auth.Middleware(api, verifier))
	for path, security := range map[string][]map[string][]string{
		"/public": nil,
		"/empty":  {},
		"/write":  auth.Scope("blog:write"),
		"/both":   auth.Scope("blog:write", "blog:read"),
		"/any":    auth.Scope(),
		"/either": append(auth.Scope("blog:write"), auth.Scope("blog:read")...),
		"/maybe":  append(auth.Scope("blog:write"), map[string][]string{}),
		"/other":  {{"cookie": {}}},
		"/and":    {{"cookie": {}, auth.Scheme: {}}},
	} {
		huma.Register(api, huma.Operation{OperationID: "op" + strings.ReplaceAll(path, "/", "-"), Method: http.MethodGet, Path: path, Security: security},
			func(ctx context.Context, _ *struct{}) (*who, error) {
				out := &who{}
				p, _ := auth.PrincipalFrom(ctx)
				out.Body.Name = p.Name
				return out, nil
			})
	}
	return mux
}

func TestMiddleware(t *testing.T) {
	api := newAPI()
	tests := []struct {
		path   string
		header []string
		status int
		code   string // of the problem, or the principal's name
		www    string
	}{
		{"/public", nil, 200, "", ""},
		{"/public", []string{"Bearer reader"}, 200, "reader", ""},
		{"/public", []string{"Bearer stale"}, 401, "invalid_token", `Bearer error="invalid_token"`},
		{"/public", []string{"Basic cmVhZGVy"}, 200, "", ""},
		{"/empty", nil, 200, "", ""},
		{"/write", nil, 401, "unauthorized", "Bearer"},
		{"/write", []string{"Basic cmVhZGVy"}, 401, "unauthorized", "Bearer"},
		{"/write", []string{"Bearer"}, 401, "invalid_token", `Bearer error="invalid_token"`},
		{"/write", []string{"Bearer writer", "Bearer writer"}, 401, "invalid_token", `Bearer error="invalid_token"`},
		{"/write", []string{"Bearer reader"}, 403, "insufficient_scope", `Bearer error="insufficient_scope", scope="blog:write"`},
		{"/write", []string{"bearer writer"}, 200, "writer", ""},
		{"/write", []string{"Bearer root"}, 200, "root", ""},
		{"/write", []string{"Bearer broken"}, 503, "timeout", ""},
		{"/both", []string{"Bearer reader"}, 403, "insufficient_scope", `Bearer error="insufficient_scope", scope="blog:write blog:read"`},
		{"/both", []string{"Bearer writer"}, 200, "writer", ""},
		{"/any", nil, 401, "unauthorized", "Bearer"},
		{"/any", []string{"Bearer reader"}, 200, "reader", ""},
		{"/either", []string{"Bearer reader"}, 200, "reader", ""},
		{"/maybe", nil, 200, "", ""},
		{"/maybe", []string{"Bearer reader"}, 200, "reader", ""},
		{"/other", []string{"Bearer root"}, 403, "forbidden", ""},
		{"/and", []string{"Bearer root"}, 403, "forbidden", ""},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, tt.path, nil)
		r.Header["Authorization"] = tt.header
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		var got struct{ Code, Name string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s %v: %v in %s", tt.path, tt.header, err, w.Body)
		}
		if w.Code != tt.status || got.Code+got.Name != tt.code {
			t.Errorf("%s %v = %d %q, want %d %q", tt.path, tt.header, w.Code, got.Code+got.Name, tt.status, tt.code)
		}
		if www := w.Header().Get("WWW-Authenticate"); www != tt.www {
			t.Errorf("%s %v: WWW-Authenticate %q, want %q", tt.path, tt.header, www, tt.www)
		}
		if tt.status >= 400 && w.Header().Get("Content-Type") != problem.MediaType {
			t.Errorf("%s %v: Content-Type %q", tt.path, tt.header, w.Header().Get("Content-Type"))
		}
	}
}

func TestRequire(t *testing.T) {
	h := auth.Require(verifier, "blog:write")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := auth.PrincipalFrom(r.Context())
		fmt.Fprint(w, p.Name)
	}))
	for token, want := range map[string]int{"": 401, "Bearer nope": 401, "Bearer reader": 403, "Bearer writer": 200, "Bearer broken": 503} {
		r := httptest.NewRequest(http.MethodPost, "/x", nil)
		if token != "" {
			r.Header.Set("Authorization", token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q = %d, want %d", token, w.Code, want)
		}
		if want == 200 && w.Body.String() != "writer" {
			t.Errorf("the handler sees %q", w.Body)
		}
	}
}

// TestSignedIn: without a token, who is in the context counts; a token goes before it.
func TestSignedIn(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("test", "1"))
	var denied []string
	api.UseMiddleware(auth.Middleware(api, verifier, auth.At(clock.NewManual(now)), auth.Denied(func(_ context.Context, p auth.Principal, operation string) {
		denied = append(denied, p.Name+" "+operation)
	})))
	for path, op := range map[string]huma.Operation{
		"/write":  {OperationID: "write", Security: auth.Scope("blog:publish")},
		"/recent": auth.Recent(huma.Operation{OperationID: "recent", Security: auth.Scope("blog:publish")}),
	} {
		op.Method, op.Path = http.MethodGet, path
		huma.Register(api, op, func(ctx context.Context, _ *struct{}) (*who, error) {
			out := &who{}
			p, _ := auth.PrincipalFrom(ctx)
			out.Body.Name = p.Name
			return out, nil
		})
	}
	editor := func(ago time.Duration) auth.Principal {
		return auth.Principal{Name: "ada", Scopes: []string{"blog:write"}, AuthenticatedAt: now.Add(-ago)}
	}
	for _, tt := range []struct {
		path, token string
		signedIn    auth.Principal
		status      int
		code        string
	}{
		{"/write", "", auth.Principal{}, 401, "unauthorized"},
		{"/write", "", editor(time.Hour), 200, "ada"},
		{"/write", "", auth.Principal{Name: "bob", Scopes: []string{"blog:draft"}}, 403, "insufficient_scope"},
		{"/write", "Bearer writer", auth.Principal{Name: "bob"}, 200, "writer"},
		{"/write", "Bearer stale", editor(0), 401, "invalid_token"},
		{"/recent", "", editor(auth.RecentFor - time.Second), 200, "ada"},
		{"/recent", "", editor(auth.RecentFor), 401, "reauthentication_required"},
		{"/recent", "Bearer writer", auth.Principal{}, 401, "reauthentication_required"}, // nobody proved anything
		{"/recent", "Bearer root", auth.Principal{}, 200, "root"},
		{"/recent", "", auth.Principal{Name: "bob", AuthenticatedAt: now}, 403, "insufficient_scope"},
	} {
		r := httptest.NewRequest(http.MethodGet, tt.path, nil)
		if tt.token != "" {
			r.Header.Set("Authorization", tt.token)
		}
		if tt.signedIn.Name != "" {
			r = r.WithContext(auth.WithPrincipal(r.Context(), tt.signedIn))
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		var got struct{ Code, Name string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if w.Code != tt.status || got.Code+got.Name != tt.code {
			t.Errorf("%s %q as %q = %d %q, want %d %q", tt.path, tt.token, tt.signedIn.Name, w.Code, got.Code+got.Name, tt.status, tt.code)
		}
	}
	if want := []string{"bob write", "bob recent"}; !slices.Equal(denied, want) {
		t.Errorf("denied: %q, want %q", denied, want)
	}
}

func TestBoth(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"blog:write", "blog:publish", "blog:draft blog:publish"},
		{"*", "market:write", "market:write"},
		{"blog:write", "market:write", ""},
		{"account:write openid", "account:read", "account:read"},
	} {
		if got := strings.Join(auth.Both(strings.Fields(tt.a), strings.Fields(tt.b)), " "); got != tt.want {
			t.Errorf("Both(%s; %s) = %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}

// Refusals are in the log; tokens are in neither the log nor the answer.
func TestRefusalsAreLoggedWithoutTokens(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	api := newAPI()
	var answers strings.Builder
	for _, token := range []string{"canary-4411", "reader", "broken"} {
		r := httptest.NewRequest(http.MethodGet, "/write", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		answers.WriteString(w.Body.String())
	}
	for _, want := range []string{
		`"msg":"authentication refused","operation":"op-write"`,
		`"msg":"authorization denied","operation":"op-write","principal":"reader"`,
		`"msg":"authentication failed","operation":"op-write"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String()+answers.String(), "canary") {
		t.Errorf("the token is repeated:\n%s%s", log.String(), answers.String())
	}
}

func TestNobody(t *testing.T) {
	if _, err := auth.Nobody.Verify(t.Context(), auth.Credentials{Token: "x", Host: "localhost"}); !errors.Is(err, auth.ErrRefused) {
		t.Errorf("Verify = %v, want ErrRefused", err)
	}
}

func TestScope(t *testing.T) {
	raw, err := json.Marshal(auth.Scope())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`[{"oauth2":[]}]`, string(raw)); diff != "" {
		t.Errorf("Scope() (-want +got)\n%s", diff)
	}
}
