// Who may do what: every operation, asked by six kinds of callers, held against a table
// that is written by hand.

package api_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// authorization is the table.
const authorization = "testdata/authorization.txt"

// callers are the columns of the table, and the roles that each has.
var callers = []struct{ name, role string }{
	{"anonymous", ""}, {"other", ""}, {"owner", "author"}, {"editor", "editor"}, {"shopkeeper", "shopkeeper"}, {"admin", "admin"},
}

// TestAuthorization runs every cell of the table, each on things of its own: what
// "owner" owns, and what nobody does. An operation without a row fails, and a row without
// an operation.
func TestAuthorization(t *testing.T) {
	table := readTable(t)
	w := newMatrix(t)
	for _, target := range w.targets {
		name := target.op["operationId"].(string)
		want, ok := table[name]
		if !ok {
			t.Errorf("%s has no row in %s", name, authorization)
			continue
		}
		delete(table, name)
		t.Run(name, func(t *testing.T) {
			for i, caller := range callers {
				if got, body := w.ask(t, target, caller.name); got != want[i] {
					t.Errorf("%s by %s = %d, want %d\n%s", name, caller.name, got, want[i], body)
				}
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		t.Errorf("%s has a row for %s, and there is no such operation", authorization, name)
	}
}

func readTable(t *testing.T) map[string][]int {
	t.Helper()
	f, err := os.Open(authorization)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := map[string][]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 1+len(callers) || table[fields[0]] != nil {
			t.Fatalf("%s: %q is no row, or there are two of it", authorization, text)
		}
		for _, field := range fields[1:] {
			status, err := strconv.Atoi(field)
			if err != nil {
				t.Fatalf("%s: %q", authorization, text)
			}
			table[fields[0]] = append(table[fields[0]], status)
		}
	}
	return table
}

// matrix is the product with one person of each kind, who have just signed in.
type matrix struct {
	handler  http.Handler
	pool     *db.Pool
	targets  []target
	users    map[string]string // user ids by caller
	sessions map[string]string // cookies by caller
	variant  string            // of a product on the shelf
	loose    string            // a variant that anybody can order
	calendar string            // that takes proposals
	made     int
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir(), "ROSEASH_READ_LIMIT=1000000000"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &matrix{pool: dbtest.New(t), users: map[string]string{}, sessions: map[string]string{}}
	app, err := api.New(api.AppOptions{Config: cfg, Pool: w.pool, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	w.handler = app.Handler(nil)
	var document map[string]any
	if _, body := apitest.Ask(t, w.handler, apitest.Scenario{Method: "GET", URL: "/openapi.json"}); json.Unmarshal(body, &document) != nil {
		t.Fatal("there is no document")
	}
	w.targets = targetsOf(document)
	for _, caller := range callers[1:] {
		w.users[caller.name], w.sessions[caller.name] = w.person(t, caller.name, caller.role)
	}
	// Whoever is last of the owners may not be touched; this one is in nobody's way.
	w.person(t, "founder", "owner")
	w.exec(t, `INSERT INTO blog.authors (id, slug, name, created_at, updated_at) VALUES (gen_random_uuid(), 'bakery', 'The bakery', shared.clock(), shared.clock())`)
	post := w.make(t, "admin", "/v1/posts", `{"title":"Bread","tags":["Bread"],"authors":["bakery"]}`, "id")
	if res, body := w.as(t, "admin", apitest.Scenario{Method: "PUT", URL: "/v1/posts/" + post + "/publish"}); res.StatusCode != http.StatusOK {
		t.Fatalf("publishing = %d %s", res.StatusCode, body)
	}
	w.make(t, "admin", "/v1/categories", `{"name":"Shelf","slug":"shelf"}`, "id")
	w.make(t, "admin", "/v1/products", `{"name":"Shelf","slug":"shelf","category":"shelf",
		"variants":[{"name":"One","sku":"SHELF-1","price":{"amount_minor":325,"currency":"GBP"},"quantity":1,"unit":"each","vat_rate":0,"track_stock":true}]}`, "id")
	var variant uuid.UUID
	if err := w.pool.QueryRow(t.Context(), "SELECT id FROM market.variants WHERE sku = 'SHELF-1'").Scan(&variant); err != nil {
		t.Fatal(err)
	}
	w.variant = id.Format[string]("var", variant)
	w.openShop(t)
	w.openCalendar(t)
	return w
}

// person stores somebody as signing in does.
func (w *matrix) person(t *testing.T, name, role string) (user, session string) {
	t.Helper()
	u, token, handle := id.New(), seal.Random(), make([]byte, 32)
	_, _ = rand.Read(handle)
	w.exec(t, `INSERT INTO identity.users (id, display_name, webauthn_handle, created_at, updated_at) VALUES ($1, $2, $3, shared.clock(), shared.clock())`, u, name, handle)
	w.exec(t, `INSERT INTO identity.emails (user_id, address, is_primary, verified_at, created_at) VALUES ($1, $2, true, shared.clock(), shared.clock())`, u, name+"@example.org")
	if role != "" {
		w.exec(t, `INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) VALUES ($1, $2, 'operator', shared.clock())`, u, role)
	}
	w.exec(t, `INSERT INTO identity.sessions (id, token_hash, user_id, origin, method, created_at, authenticated_at, last_used_at, expires_at, network)
VALUES ($1, $2, $3, 'http://localhost:8080', 'link', shared.clock(), shared.clock(), shared.clock(), shared.clock() + interval '1 day', '192.0.2.1/32')`,
		id.New(), seal.Hash(token), u)
	return id.Format[string]("user", u), token
}

func (w *matrix) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.pool.Exec(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// ask sends an operation a request that nothing but who asks can be wrong with.
func (w *matrix) ask(t *testing.T, target target, caller string) (status int, body []byte) {
	t.Helper()
	name := target.op["operationId"].(string)
	w.made++
	parts, at := strings.Split(target.path, "/"), target.path
	for _, part := range parts {
		if param, ok := strings.CutPrefix(part, "{"); ok {
			param = strings.TrimSuffix(param, "}")
			at = strings.Replace(at, part, w.thing(t, name, param), 1)
		}
	}
	s := apitest.Scenario{Method: target.method, URL: at + queries[name], Header: map[string]string{}}
	if text, ok := bodies[name]; ok {
		s.Body = w.fill(text)
	}
	if kind, ok := contentTypes[name]; ok {
		s.Header["Content-Type"] = kind
	}
	for _, p := range parametersOf(target) {
		switch p {
		case "If-Match":
			if !slices.ContainsFunc([]string{"/v1/cart", "/v1/checkout", "/v1/occurrences"}, func(p string) bool { return strings.HasPrefix(at, p) }) { // where it is optional
				s.Header[p] = w.tagOf(t, name, at)
			}
		case "Idempotency-Key":
			s.Header[p] = rand.Text()
		}
	}
	res, text := w.as(t, caller, s)
	return res.StatusCode, text
}

// as asks with a caller's cookie.
func (w *matrix) as(t *testing.T, caller string, s apitest.Scenario) (*http.Response, []byte) {
	t.Helper()
	header := maps.Clone(s.Header)
	if header == nil {
		header = map[string]string{}
	}
	if token := w.sessions[caller]; token != "" {
		header["Cookie"] = auth.SessionCookie + "=" + token
	}
	s.Header = header
	return apitest.Ask(t, w.handler, s)
}

// tagOf is the version of what an operation is about.
func (w *matrix) tagOf(t *testing.T, operation, at string) string {
	t.Helper()
	read := at
	if tagged, ok := taggedBy[operation]; ok {
		read = strings.Replace(at, tagged[0], tagged[1], 1)
	}
	res, body := w.as(t, "admin", apitest.Scenario{Method: "GET", URL: read})
	tag := res.Header.Get("ETag")
	if tag == "" {
		t.Fatalf("%s: %s has no ETag: %d %s", operation, read, res.StatusCode, body)
	}
	return tag
}

// fill puts a number that nobody has had into a body, and ids of people.
func (w *matrix) fill(text string) string {
	return strings.NewReplacer("$n", strconv.Itoa(w.made), "$other", w.users["other"], "$owner", w.users["owner"], "$loose", w.loose, "$calendar", w.calendar,
		"$soon", time.Now().Add(time.Duration(w.made)*time.Hour).UTC().Format(time.RFC3339)).Replace(text)
}

// make has somebody make a thing and returns a field of the answer.
func (w *matrix) make(t *testing.T, caller, at, body, field string) string {
	t.Helper()
	w.made++
	res, text := w.as(t, caller, apitest.Scenario{Method: "POST", URL: at, Body: w.fill(body), Header: map[string]string{"Idempotency-Key": rand.Text()}})
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%s = %d %s", at, res.StatusCode, text)
	}
	value, ok := answer[field].(string)
	if !ok {
		t.Fatalf("%s: no %s in %s", at, field, text)
	}
	return value
}

func parametersOf(target target) (names []string) {
	list, _ := target.op["parameters"].([]any)
	for _, p := range list {
		p := p.(map[string]any)
		if name, ok := p["name"].(string); ok {
			names = append(names, name)
		} else if ref, ok := p["$ref"].(string); ok {
			names = append(names, ref[strings.LastIndexByte(ref, '/')+1:])
		}
	}
	return names
}
