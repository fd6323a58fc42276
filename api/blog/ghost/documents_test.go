package ghost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/clock"
)

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// replay is a client of a server that answers with one capture for one collection and
// has nothing else.
func replay(t testing.TB, collection string, capture []byte) *ghost.Client {
	return served(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/ghost/api/admin/"+collection+"/") {
			answer(w, 200, string(capture))
			return
		}
		answer(w, 404, notFound)
	})
}

// kept are a capture's fields that must come through as they are, by the fields of what
// is stored.
func kept(t *testing.T, o ghost.Object, capture map[string]any) {
	t.Helper()
	var stored map[string]any
	if err := json.Unmarshal(o.Data, &stored); err != nil {
		t.Fatal(err)
	}
	for key, want := range capture {
		got, ok := stored[key]
		switch want := want.(type) {
		case string:
			if strings.HasSuffix(key, "_at") {
				want = strings.Replace(want, ".000Z", "Z", 1)
			}
			if ok && got != want || !ok && want != "" && !dropped[string(o.Kind)+"."+key] {
				t.Errorf("%s %s: %s is %v, want %q", o.Kind, o.ID, key, got, want)
			}
		case bool:
			if ok && got != want || !ok && want && !dropped[string(o.Kind)+"."+key] {
				t.Errorf("%s %s: %s is %v, want %v", o.Kind, o.ID, key, got, want)
			}
		}
	}
}

// dropped are texts of the Admin API that are not stored on purpose: what is made of
// others, and what is nobody else's business.
var dropped = func() map[string]bool {
	keys := map[string]bool{}
	for kind, fields := range map[string]string{
		"post": "plaintext excerpt", "tag": "updated_at",
		"user":       "email accessibility status last_seen updated_at comment_notifications free_member_signup_notification paid_subscription_started_notification mention_notifications recommendation_notifications milestone_notifications donation_notifications gift_subscription_notifications",
		"tier":       "created_at updated_at",
		"newsletter": "uuid sender_reply_to created_at updated_at show_header_icon show_header_title title_font_category title_alignment show_feature_image body_font_category show_badge show_post_title_section show_comment_cta background_color button_corners button_style title_font_weight link_style image_corners header_background_color button_color link_color",
		"member":     "note subscribed updated_at unsubscribe_url enable_comment_notifications can_comment",
	} {
		for f := range strings.FieldsSeq(fields) {
			keys[kind+"."+f] = true
		}
	}
	return keys
}()

func TestPostsAsCaptured(t *testing.T) {
	files, err := filepath.Glob("testdata/posts/*.json")
	if err != nil || len(files) != 45 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	hashes := map[[32]byte]string{}
	for _, file := range files {
		raw := read(t, "posts", filepath.Base(file))
		var capture map[string][]map[string]any
		if err := json.Unmarshal(raw, &capture); err != nil {
			t.Fatal(err)
		}
		for collection, items := range capture {
			want := items[0]
			o, err := replay(t, collection, raw).Fetch(context.Background(), ghost.KindPost, want["id"].(string))
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			kept(t, o, want)
			p, err := ghost.As[ghost.Post](o)
			if err != nil {
				t.Fatal(err)
			}
			if p.Type+"s" != collection || o.URL != want["url"] || o.EditedAt.IsZero() || len(p.Tags) != len(want["tags"].([]any)) || len(p.Authors) != len(want["authors"].([]any)) {
				t.Errorf("%s: %+v", file, p)
			}
			if (p.Lexical == "") == (p.Mobiledoc == "") {
				t.Errorf("%s has not one source", file)
			}
			if (len(p.Tiers) > 0) != (p.Visibility == "tiers") {
				t.Errorf("%s for %s has tiers %v", file, p.Visibility, p.Tiers)
			}
			if other := hashes[o.Hash]; other != "" {
				t.Errorf("%s and %s have one hash", file, other)
			}
			hashes[o.Hash] = file
		}
	}
}

func TestListsAsCaptured(t *testing.T) {
	for _, collection := range ghost.Collections {
		file := collection.Name + ".json"
		switch collection.Name {
		case "posts":
			file = "posts-page1.json"
		case "pages":
			continue
		}
		var capture map[string]json.RawMessage
		if raw := read(t, "admin-api", file); json.Unmarshal(raw, &capture) != nil {
			capture = map[string]json.RawMessage{"users": raw} // only the list was kept
		}
		var items []map[string]any
		if err := json.Unmarshal(capture[collection.Name], &items); err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			one, err := json.Marshal(map[string]any{collection.Name: []any{item}, "meta": map[string]any{"pagination": map[string]any{"total": 1}}})
			if err != nil {
				t.Fatal(err)
			}
			objects, _, err := replay(t, collection.Name, one).Walk(context.Background(), collection, "")
			if err != nil || len(objects) != 1 {
				t.Errorf("%s: %v", file, err)
				continue
			}
			kept(t, objects[0], item)
		}
	}
}

func TestMemberKeepsNoNotes(t *testing.T) {
	var capture struct {
		Members []json.RawMessage `json:"members"`
	}
	if err := json.Unmarshal(read(t, "admin-api", "members.json"), &capture); err != nil {
		t.Fatal(err)
	}
	o, err := replay(t, "members", []byte(`{"members":[`+string(capture.Members[1])+`]}`)).Fetch(context.Background(), ghost.KindMember, "6b02899f85cd1d3d64009bcb")
	if err != nil {
		t.Fatal(err)
	}
	m, err := ghost.As[ghost.Member](o)
	if err != nil || m.Email != "m1@example.org" || len(m.Labels) != 1 || m.Labels[0].Slug != "vip" || len(m.Newsletters) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	for _, private := range []string{"note", "geolocation", "unsubscribe"} {
		if strings.Contains(string(o.Data), private) {
			t.Errorf("a member's %s is kept", private)
		}
	}
}

func TestSettingsAsCaptured(t *testing.T) {
	o, err := replay(t, "settings", read(t, "admin-api", "settings.json")).Fetch(context.Background(), ghost.KindSettings, "")
	if err != nil || o.ID != "settings" {
		t.Fatal(o.ID, err)
	}
	got, err := ghost.As[ghost.Settings](o)
	if err != nil {
		t.Fatal(err)
	}
	want := ghost.Settings{
		"title": "Rose Ash Test", "description": "Thoughts, stories and ideas.", "accent_color": "#FF1A75", "locale": "en", "timezone": "Etc/UTC",
		"cover_image": "https://static.ghost.org/v5.0.0/images/publication-cover.jpg", "facebook": "ghost", "twitter": "@ghost",
		"navigation":            `[{"label":"Home","url":"/"},{"label":"About","url":"/about/"}]`,
		"secondary_navigation":  `[{"label":"Sign up","url":"#/portal/"}]`,
		"members_signup_access": "all", "default_content_visibility": "public", "announcement_background": "dark", "announcement_visibility": "[]",
		"portal_button": "false", "portal_name": "true", "portal_plans": `["free"]`, "portal_button_signup_text": "Subscribe",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	for name, body := range map[string]string{"no list": `{"settings":{}}`, "no title": `{"settings":[{"key":"title","value":null}]}`} {
		var fault *ghost.Fault
		if _, err := replay(t, "settings", []byte(body)).Fetch(context.Background(), ghost.KindSettings, ""); !errors.As(err, &fault) {
			t.Errorf("%s: %v, want a fault", name, err)
		}
	}
}

func TestVersionAsCaptured(t *testing.T) {
	if v, err := replay(t, "config", read(t, "admin-api", "config.json")).Version(context.Background()); v != "6.65.0" || err != nil {
		t.Errorf("Version() = %q, %v", v, err)
	}
	for _, version := range []string{"", "<script>", "six"} {
		if v, err := replay(t, "config", fmt.Appendf(nil, `{"config":{"version":%q}}`, version)).Version(context.Background()); err == nil {
			t.Errorf("Version() = %q", v)
		}
	}
}

// TestHashIgnores: what does not change what is stored does not change the hash.
func TestHashIgnores(t *testing.T) {
	hash := func(kind ghost.Kind, collection, item string) [32]byte {
		t.Helper()
		o, err := replay(t, collection, fmt.Appendf(nil, `{%q:[%s]}`, collection, item)).Fetch(context.Background(), kind, "a")
		if err != nil {
			t.Fatal(err)
		}
		return o.Hash
	}
	post := func(rest string) [32]byte {
		return hash(ghost.KindPost, "posts", `{"id":"a","tags":[],"authors":[]`+rest+`}`)
	}
	member := func(rest string) [32]byte {
		return hash(ghost.KindMember, "members", `{"id":"a","email":"a@example.org"`+rest+`}`)
	}
	for name, pair := range map[string][2][32]byte{
		"null and nothing": {post(`,"custom_excerpt":null,"newsletter":null`), post(``)},
		"1 and true":       {post(`,"featured":1`), post(`,"featured":true`)},
		"counts":           {post(`,"count":{"clicks":7},"reading_time":2`), post(``)},
		"tiers of public":  {post(`,"visibility":"public","tiers":[{"id":"x","slug":"free"}]`), post(`,"visibility":"public","tiers":[]`)},
		"order of tiers":   {post(`,"visibility":"tiers","tiers":[{"id":"x"},{"id":"y"}]`), post(`,"visibility":"tiers","tiers":[{"id":"y"},{"id":"x"}]`)},
		"time of change":   {post(`,"updated_at":"2026-11-22T06:19:29.000Z"`), post(``)},
		"NUL":              {post(`,"title":"a\u0000b"`), post(`,"title":"ab"`)},
		"order of labels":  {member(`,"labels":[{"slug":"x"},{"slug":"y"}]`), member(`,"labels":[{"slug":"y"},{"slug":"x"}]`)},
		"last seen":        {member(`,"last_seen_at":"2026-11-22T06:19:29.000Z"`), member(``)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: two hashes", name)
		}
	}
	for name, rest := range map[string]string{
		"visibility": `,"visibility":"members"`, "a tag": `,"tags":[{"id":"t"}]`, "escaped": `,"title":"a\\u0000b"`,
	} {
		if post(rest) == post(``) {
			t.Errorf("%s: one hash", name)
		}
	}
}

func TestAsRefusesAnotherKind(t *testing.T) {
	if d, err := ghost.As[ghost.Tag](ghost.NewObject(ghost.Post{ID: "a"})); err == nil {
		t.Errorf("As[Tag](a post) = %v", d)
	}
}

type direct func() *http.Response

func (d direct) RoundTrip(*http.Request) (*http.Response, error) { return d(), nil }

func FuzzDocuments(f *testing.F) {
	current := []byte{}
	client, err := ghost.New(ghost.Options{
		URL: "http://ghost.example", AdminKey: keyID + ":" + secret, Clock: clock.NewManual(noon),
		HTTP: &http.Client{Transport: direct(func() *http.Response { // without sockets, for speed
			return &http.Response{
				StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(current)),
			}
		})},
	})
	if err != nil {
		f.Fatal(err)
	}
	for i, name := range []string{"users", "tags", "tiers", "newsletters", "posts-page1", "posts-page1", "members", "settings"} {
		f.Add(byte(i), read(f, "admin-api", name+".json"))
	}
	f.Add(byte(4), []byte(`{"posts":[{"id":"a","tags":[{"id":1}],"authors":null,"updated_at":7,"tiers":{}}],"meta":{"pagination":{"total":1e3}}}`))
	f.Add(byte(6), []byte(`{"members":[{"id":"a","email":"a@example.org","labels":[null]}],"meta":{"pagination":{"total":1}}}`))
	f.Fuzz(func(t *testing.T, which byte, raw []byte) {
		current = raw
		var objects []ghost.Object
		var err error
		if i := int(which) % (len(ghost.Collections) + 1); i < len(ghost.Collections) {
			objects, _, err = client.Walk(context.Background(), ghost.Collections[i], "")
		} else if o, failed := client.Fetch(context.Background(), ghost.KindSettings, ""); failed == nil {
			objects = append(objects, o)
		} else {
			err = failed
		}
		var fault *ghost.Fault
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("%v is no fault", err)
		}
		for _, o := range objects {
			if o.Fault != nil && o.ID != "" && o.Data == nil {
				continue // cannot be read
			}
			if o.ID == "" || !json.Valid(o.Data) || strings.Contains(strings.ReplaceAll(string(o.Data), `\\`, ""), `\u0000`) {
				t.Fatalf("stored %+v", o)
			}
			if o.Kind == ghost.KindPost {
				p, err := ghost.As[ghost.Post](o)
				if err != nil || ghost.NewObject(p).Hash != o.Hash {
					t.Fatalf("read back %+v, %v", p, err)
				}
			}
		}
	})
}
