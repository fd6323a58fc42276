package blog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// oddities are values that no field of Ghost's is known to have, as JSON.
var oddities = []string{
	`null`, `true`, `7`, `-1`, `1e300`, `9223372036854775808`, `""`, `" "`, `"x"`, `[]`, `{}`, `[null]`, `[{}]`, `[{"id":null}]`, `[{"id":""}]`, `[{"id":"../x"}]`,
	`{"id":{}}`, `"a\u0000b"`, `"\\u0000"`, `"\ud800 \udfff"`, `"../.."`, `"%2e%2e/"`, `".well-known"`, `"market"`, `"ÜBER Ⅷ 🥖"`, `"'; drop table blog.posts; --"`,
	`"javascript:alert(1)"`, `"<script>alert(1)</script>"`, `"https://user:pass@evil.example/x/?a=b#c"`, `"http://[::1"`, `"//evil.example/"`, `"/\\evil.example/"`,
	`"0001-01-01T00:00:00Z"`, `"0000-01-01T00:00:00.000Z"`, `"9999-12-31T23:59:59.999Z"`, `"9998-12-31T23:59:59.999Z"`, `"published"`, `"sent"`, `"scheduled"`, `"members"`, `"paid"`, `"tiers"`,
	`"{\"root\":{\"type\":\"root\",\"children\":[{\"type\":\"html\",\"html\":\"a\\u0000b\",\"visibility\":{\"web\":{\"nonMember\":false,\"memberSegment\":\"status:free\"},\"email\":{\"memberSegment\":\"\"}}},{\"type\":\"paragraph\",\"children\":[{\"type\":\"text\",\"text\":\"c\\u0000d\\ud800\"}]}]}}"`,
	`"` + strings.Repeat("long ", 20_000) + `"`, `"` + strings.Repeat("<b>", 1000) + `"`,
}

// badGhost answers with documents that each have one odd field.
type badGhost struct {
	documents map[string][]json.RawMessage // by collection and id ascending
	ids       map[string][]string
	odd       map[string]string // by id: what is odd
	settings  json.RawMessage
}

// newBadGhost makes one of a good one's documents: of each collection a good thing, then each
// field with each oddity, with a good thing now and then.
func newBadGhost(t testing.TB) *badGhost {
	good, err := ghosttest.New(export(t), ghosttest.Options{Only: some})
	if err != nil {
		t.Fatal(err)
	}
	good.AddTag(ghosttest.Tag{Name: "Good", Slug: "good"})
	authorization := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		good.ServeHTTP(w, r)
	}))
	defer server.Close()
	client, err := ghost.New(ghost.Options{URL: server.URL, AdminKey: ghosttest.AdminKey, HTTP: httpx.Operator(0), Clock: clock.System{}})
	if err == nil {
		_, err = client.Version(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	b := &badGhost{documents: map[string][]json.RawMessage{}, ids: map[string][]string{}, odd: map[string]string{}}
	ask := func(collection string) (items []map[string]json.RawMessage) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/ghost/api/admin/"+collection+"/?limit=1&formats=html,lexical,mobiledoc&include=tags,authors,tiers,newsletter", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", authorization)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var answer map[string]json.RawMessage
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || json.Unmarshal(answer[collection], &items) != nil || len(items) == 0 {
			t.Fatal(collection, res.Status, err)
		}
		return items
	}
	n := 0
	add := func(collection string, item map[string]json.RawMessage, field, value, what string) {
		n++
		id := fmt.Sprintf("6b02884d615de030a8%06x", n)
		own := map[string]json.RawMessage{}
		for key, v := range item {
			own[key] = v
		}
		for _, key := range []string{"tags", "authors"} {
			if _, ok := own[key]; ok {
				own[key] = json.RawMessage("[]")
			}
		}
		for _, key := range []string{"slug", "name", "email"} {
			if _, ok := own[key]; ok {
				own[key] = json.RawMessage(strconv.Quote(fmt.Sprintf("thing%d@example.org", n)))
			}
		}
		delete(own, "url")
		if field != "" {
			own[field] = json.RawMessage(value)
		}
		own["id"] = json.RawMessage(strconv.Quote(id))
		raw, err := json.Marshal(own)
		if err != nil {
			t.Fatal(err)
		}
		b.documents[collection], b.ids[collection] = append(b.documents[collection], raw), append(b.ids[collection], id)
		if what != "" {
			b.odd[id] = what
		}
	}
	for _, c := range ghost.Collections {
		item := ask(c.Name)[0]
		if c.Kind == ghost.KindPost {
			item["status"], item["published_at"] = json.RawMessage(`"published"`), json.RawMessage(`"2026-01-01T00:00:00.000Z"`)
		}
		fields := []string{}
		for field := range item {
			if field != "id" {
				fields = append(fields, field)
			}
		}
		slices.Sort(fields)
		for i, field := range append(fields, "url") {
			if i%4 == 0 {
				add(c.Name, item, "", "", "")
			}
			for j, value := range oddities {
				// All of them for what is looked into, some of them for the rest.
				all := c.Name == "posts" && slices.Contains([]string{"lexical", "html", "url", "slug", "tags", "authors", "published_at", "visibility", "status"}, field) || field == "email"
				if !all && (i+j)%17 != 0 {
					continue
				}
				if field != "status" && (value == `"sent"` || value == `"scheduled"`) {
					continue
				}
				add(c.Name, item, field, value, c.Name+"."+field+" = "+value[:min(len(value), 60)])
			}
		}
		add(c.Name, item, "", "", "")
	}
	settings := ask("settings")
	for i, value := range oddities {
		settings = append(settings, map[string]json.RawMessage{"key": json.RawMessage(strconv.Quote([]string{"title", "navigation", "timezone", "accent_color", "announcement_content"}[i%5])), "value": json.RawMessage(value)})
	}
	if b.settings, err = json.Marshal(map[string]any{"settings": settings}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *badGhost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/ghost/api/admin/"), "/"), "/")
	collection := parts[0]
	switch {
	case collection == "settings":
		w.Write(b.settings)
	case len(parts) == 2:
		if at := slices.Index(b.ids[collection], parts[1]); at >= 0 {
			fmt.Fprintf(w, `{%q:[%s]}`, collection, b.documents[collection][at])
			return
		}
		w.WriteHeader(404)
		io.WriteString(w, `{"errors":[{"type":"NotFoundError","context":"not found"}]}`)
	default:
		after := strings.TrimSuffix(strings.TrimPrefix(r.URL.Query().Get("filter"), "id:>'"), "'")
		from, found := slices.BinarySearch(b.ids[collection], after)
		if found {
			from++
		}
		rest := b.documents[collection][from:]
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		page := rest[:min(limit, len(rest))]
		fmt.Fprintf(w, `{%q:[%s],"meta":{"pagination":{"total":%d}}}`, collection, bytes.Join(asBytes(page), []byte(",")), len(rest))
	}
}

func asBytes(list []json.RawMessage) (raw [][]byte) {
	for _, item := range list {
		raw = append(raw, item)
	}
	return raw
}

// syncWith is a sync with whoever answers as a Ghost.
func syncWith(t testing.TB, pool *db.Pool, h http.Handler, patience time.Duration, log *slog.Logger) *blog.Sync {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	client, err := ghost.New(ghost.Options{URL: server.URL, AdminKey: ghosttest.AdminKey, HTTP: httpx.Operator(patience), Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	return blog.NewSync(blog.New(pool, clock.System{}), blog.SyncOptions{URL: server.URL, Client: client, Log: log})
}

// TestOddDocuments: whatever stands in a field, the thing is stored or refused as one that
// cannot be read; everything else is stored, another walk changes nothing, and nothing is
// taken away.
func TestOddDocuments(t *testing.T) {
	t.Parallel()
	b, pool := newBadGhost(t), dbtest.New(t)
	y := syncWith(t, pool, b, time.Minute, nil)
	begin := time.Now()
	first, err := y.Reconcile(context.Background(), blog.ReconcileOptions{})
	t.Logf("%d odd things, %d faults, %v, in %v", len(b.odd), len(first.Faults), err, time.Since(begin))
	refused := map[string]bool{}
	for _, f := range first.Faults {
		var fault *ghost.Fault
		if !errors.As(f.Err, &fault) || b.odd[f.ID] == "" {
			t.Errorf("%s %s (%s): %v", f.Kind, f.ID, b.odd[f.ID], f.Err)
		}
		refused[f.ID] = true
	}
	for _, c := range ghost.Collections {
		for _, id := range b.ids[c.Name] {
			if n := count(t, pool, `select count(*) from blog.ghost_objects where kind = $1 and ghost_id = $2 and deleted_at is null`, string(c.Kind), id); n == 0 != refused[id] {
				t.Errorf("%s %s (%s): stored %d times, refused: %v", c.Name, id, b.odd[id], n, refused[id])
			}
		}
	}
	objects := count(t, pool, `select count(*) from blog.ghost_objects where deleted_at is null`)
	second, _ := y.Reconcile(context.Background(), blog.ReconcileOptions{})
	for _, d := range second.Differences {
		t.Errorf("another walk finds %+v (%s)", d, b.odd[d.ID])
	}
	if n := count(t, pool, `select count(*) from blog.ghost_objects where deleted_at is null`); n != objects {
		t.Errorf("%d things are left of %d", n, objects)
	}
}
