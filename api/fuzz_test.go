// The walk: any request to any operation, held against the document.

package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db/dbtest"
)

var (
	walkRequests = flag.Int("walk.requests", 1500, "how many requests TestAnyRequest sends")
	walkSeed     = flag.Uint64("walk.seed", 0, "what TestAnyRequest draws its requests from; 0: anything")
)

// everyScope knows an editor, who may do everything, and a member, who may not.
type everyScope struct{}

func (everyScope) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	switch c.Token {
	case "editor":
		return auth.Principal{Name: "editor", Scopes: []string{auth.AllScopes}}, nil
	case "member":
		return auth.Principal{Name: "member"}, nil
	}
	return auth.Principal{}, auth.ErrRefused
}

// product is the whole API on a database of its own, with one thing of each kind.
func product(t *testing.T) http.Handler {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir(), "ROSEASH_READ_LIMIT=1000000000"}})
	if err != nil {
		t.Fatal(err)
	}
	pool := dbtest.New(t)
	app, err := api.New(api.AppOptions{
		Config: cfg, Pool: pool, Verifier: everyScope{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	// Authors come with imports only.
	if _, err := pool.Exec(t.Context(), `INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
VALUES (gen_random_uuid(), 'bakery', 'The bakery', shared.clock(), shared.clock())`); err != nil {
		t.Fatal(err)
	}
	h := app.Handler(nil)
	for _, made := range onePerKind {
		made.Header = asEditor
		if res, body := apitest.Ask(t, h, made); res.StatusCode != http.StatusCreated {
			t.Fatalf("%s = %d %s", made.URL, res.StatusCode, body)
		}
	}
	return h
}

// onePerKind makes one thing of each kind.
var onePerKind = []apitest.Scenario{
	{Method: "POST", URL: "/v1/categories", Body: `{"name":"Bread","slug":"bread"}`},
	{Method: "POST", URL: "/v1/products", Body: `{"name":"Rye loaf","slug":"rye-loaf","category":"bread",
		"variants":[{"name":"800 g","sku":"RYE-800","price":{"amount_minor":325,"currency":"GBP"},"quantity":800,"unit":"g","vat_rate":0,"track_stock":true}]}`},
	{Method: "POST", URL: "/v1/posts", Body: `{"title":"Bread on Tuesdays","slug":"bread-on-tuesdays","tags":["Bread"],"authors":["bakery"]}`},
	{Method: "POST", URL: "/v1/pages", Body: `{"title":"About","slug":"about-us"}`},
}

// target is an operation and its place in the document.
type target struct {
	method, path string
	op           map[string]any
}

func (t target) String() string { return t.method + " " + t.path }

func targetsOf(plain map[string]any) (list []target) {
	paths := plain["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(item)) {
			list = append(list, target{strings.ToUpper(method), path, item[method].(map[string]any)})
		}
	}
	return list
}

// TestAnyRequest sends every operation requests that fit its description and
// requests that do not in one place, drawn at random. Status, headers, media
// type and body of the answer are always documented, by a validator that shares
// no code with the API; nothing of ours fails, no refusal repeats the client,
// and what does not fit the description is refused.
//
//	go test ./api -run TestAnyRequest -v -walk.requests=100000 -walk.seed=7
func TestAnyRequest(t *testing.T) {
	seed := *walkSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	errs := &logs{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelError})))
	t.Cleanup(func() { slog.SetDefault(before) })
	t.Logf("-walk.requests=%d -walk.seed=%d", *walkRequests, seed)
	_, plain := document(t)
	targets := targetsOf(plain)
	// Each has a database of its own, so that the same seed asks the same again.
	callers := make([]*caller, 1+min(*walkRequests/20_000, 1))
	var all sync.WaitGroup
	for i := range callers {
		h := product(t)
		callers[i] = &caller{
			t: t, h: h, contract: apitest.Open(t, h), inputs: inputs{doc: plain, rand: rand.New(rand.NewPCG(seed, uint64(i))), known: map[string][]string{}},
			answers: map[string]map[int]int{}, faults: map[string][]string{}, refusals: map[string]map[string]int{},
		}
		all.Go(func() { callers[i].run(targets, *walkRequests/len(callers)) })
	}
	all.Wait()
	report(t, targets, callers)
	if text := errs.String(); text != "" {
		t.Logf("the log of errors:\n%.5000s", text)
	}
}

// caller sends one row of requests that follow each other on the same data.
type caller struct {
	inputs
	t        *testing.T
	h        http.Handler
	contract *apitest.Contract
	answers  map[string]map[int]int    // how often each operation answered what
	faults   map[string][]string       // requests by what was wrong with their answer
	refusals map[string]map[string]int // why operations refused what fits their description
}

func (c *caller) run(targets []target, requests int) {
	var order []int
	for i := range requests {
		if i%len(targets) == 0 { // every operation as often as any other
			order = c.rand.Perm(len(targets))
			c.replenish(targets)
		}
		c.send(targets[order[i%len(targets)]])
	}
}

// replenish makes anew what was deleted, and looks at what there is.
func (c *caller) replenish(targets []target) {
	c.known = map[string][]string{}
	for _, made := range onePerKind {
		made.Header = asEditor
		apitest.Ask(c.t, c.h, made)
		_, slug, _ := strings.Cut(made.Body, `"slug":"`)
		slug, _, _ = strings.Cut(slug, `"`)
		apitest.Ask(c.t, c.h, apitest.Scenario{Method: "PUT", URL: made.URL + "/" + slug + "/publish", Header: asEditor})
	}
	apitest.Ask(c.t, c.h, apitest.Scenario{Method: "POST", URL: "/v1/stock/movements",
		Header: apitest.Bearer("editor", "Idempotency-Key", fmt.Sprint(c.rand.Uint64())),
		Body:   `{"movements":[{"sku":"RYE-800","change":100,"reason":"received"}]}`})
	for _, to := range targets {
		if to.method == http.MethodGet && !strings.Contains(to.path, "{") {
			_, body := apitest.Ask(c.t, c.h, apitest.Scenario{URL: to.path, Header: asEditor})
			var answer any
			if json.Unmarshal(body, &answer) == nil {
				c.remember(strings.Split(to.path, "/")[2], answer)
			}
		}
	}
	_, body := apitest.Ask(c.t, c.h, apitest.Scenario{URL: "/v1/products/rye-loaf", Header: asEditor})
	var answer any
	if json.Unmarshal(body, &answer) == nil {
		c.remember("products", answer)
	}
}

func (c *caller) send(to target) {
	s, unfit := c.request(to)
	if s.Header["If-Match"] != "" && !c.oneIn(4) {
		path, _, _ := strings.Cut(s.URL, "?")
		seen, _ := apitest.Ask(c.t, c.h, apitest.Scenario{URL: strings.TrimSuffix(strings.TrimSuffix(path, "/publish"), "/unpublish"), Header: asEditor})
		if tag := seen.Header.Get("ETag"); tag != "" && unfit == "" {
			s.Header["If-Match"] = tag
		}
	}
	res, body := apitest.Ask(c.t, c.h, s)
	if c.answers[to.String()] == nil {
		c.answers[to.String()] = map[int]int{}
	}
	c.answers[to.String()][res.StatusCode]++
	fault := func(what string) {
		example := fmt.Sprintf("%s %s %v\n%.2000s\n= %d %.2000s", s.Method, s.URL, s.Header, s.Body, res.StatusCode, body)
		c.faults[to.String()+": "+what] = append(c.faults[to.String()+": "+what], example)
	}
	if res.StatusCode == 422 && unfit == "" {
		c.refused(to, body)
	}
	// There is nobody to pay here, and that is what some operations say.
	if res.StatusCode >= 500 && !bytes.Contains(body, []byte(`"payments_not_configured"`)) {
		fault(fmt.Sprint("answers ", res.StatusCode))
	}
	if unfit != "" && (res.StatusCode < 400 || res.StatusCode >= 500) {
		fault("takes " + unfit)
	}
	for _, what := range c.contract.Check(s.Method, s.URL, res, body) {
		fault(what)
	}
	if res.StatusCode < 300 {
		var answer any
		if json.Unmarshal(body, &answer) == nil {
			c.remember(strings.Split(to.path, "/")[2], answer)
		}
	}
}

// refused counts why.
func (c *caller) refused(to target, body []byte) {
	var d problem.Details
	if json.Unmarshal(body, &d) != nil {
		return
	}
	if c.refusals[to.String()] == nil {
		c.refusals[to.String()] = map[string]int{}
	}
	why := d.Code
	for _, e := range d.Errors {
		why += " " + e.Location + " " + e.Message
	}
	c.refusals[to.String()][why]++
}

// report says what was asked and answered, and fails for what was wrong, each
// with the first request that showed it.
func report(t *testing.T, targets []target, callers []*caller) {
	var table strings.Builder
	total := 0
	for _, to := range targets {
		statuses := map[int]int{}
		asked, taken := 0, 0
		for _, c := range callers {
			for status, n := range c.answers[to.String()] {
				statuses[status] += n
				asked += n
				if status < 400 {
					taken += n
				}
			}
		}
		total += asked
		fmt.Fprintf(&table, "%-45s %6d  %6d taken ", to, asked, taken)
		for _, status := range slices.Sorted(maps.Keys(statuses)) {
			fmt.Fprintf(&table, " %d:%d", status, statuses[status])
		}
		table.WriteByte('\n')
		if taken == 0 && asked > 200 {
			t.Errorf("%s: not one of %d requests was taken: they do not show much; refusals:\n%v", to, asked, callers[0].refusals[to.String()])
		}
	}
	violations := 0
	for _, c := range callers {
		for _, what := range slices.Sorted(maps.Keys(c.faults)) {
			violations += len(c.faults[what])
			t.Errorf("%d times %s\n%s", len(c.faults[what]), what, c.faults[what][0])
		}
	}
	t.Logf("%d requests to %d operations, %d violations\n%s", total, len(targets), violations, table.String())
}
