package ghosttest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
)

func events(hooks []ghosttest.Hook) string {
	var list []string
	for _, h := range hooks {
		list = append(list, h.Event)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// TestHooks: every action has the hooks that a real Ghost was seen to send.
func TestHooks(t *testing.T) {
	g, _ := start(t, ghosttest.Options{})
	tag := func(slug string) string {
		for id, tag := range g.State().Tags {
			if tag.Slug == slug {
				return id
			}
		}
		t.Fatalf("no tag %s", slug)
		return ""
	}
	id := func(slug string) string {
		p, ok := g.Post(slug)
		if !ok {
			t.Fatalf("no post %s", slug)
		}
		return p.ID
	}
	var draft, page, live, member string
	user := id("all-cards")
	user = g.State().Posts[user].Authors[0]
	for _, tt := range []struct {
		name string
		do   func()
		want string
	}{
		{"create a draft", func() { draft = g.CreatePost(ghosttest.Post{Title: "A", Tags: []string{tag("news")}}) }, "post.added post.tag.attached"},
		{"edit a draft", func() { g.EditPost(draft, func(p *ghosttest.Post) { p.Title = "B" }) }, "post.edited"},
		{"publish", func() { g.Publish(draft) }, "post.edited post.published site.changed"},
		{"create as published", func() {
			live = g.CreatePost(ghosttest.Post{Title: "C", Status: "published", Tags: []string{tag("news"), tag("bakery")}})
		}, "post.added post.published post.tag.attached post.tag.attached site.changed"},
		{"edit a body", func() { g.EditPost(live, func(p *ghosttest.Post) { p.SetBody(ghosttest.Paragraph("x")) }) }, "post.edited post.published.edited site.changed"},
		{"edit a slug", func() { g.EditPost(live, func(p *ghosttest.Post) { p.Slug = "d" }) }, "post.edited post.published.edited site.changed"},
		{"edit visibility", func() { g.EditPost(live, func(p *ghosttest.Post) { p.Visibility = "members" }) }, "post.edited post.published.edited site.changed"},
		{"save without a change", func() { g.SaveUnchanged(live) }, ""},
		{"change tags", func() { g.SetTags(live, "News", "Brand new", "Événements") },
			"post.edited post.published.edited post.tag.attached post.tag.attached post.tag.detached site.changed tag.added"},
		{"unpublish", func() { g.Unpublish(live) }, "post.edited post.unpublished site.changed"},
		{"publish again", func() { g.Publish(live) }, "post.edited post.published site.changed"},
		{"delete", func() { g.Delete(live) }, "post.deleted post.tag.detached post.tag.detached post.tag.detached post.unpublished site.changed"},
		{"delete a draft", func() { g.Delete(id("draft-post")) }, "post.deleted"},
		{"schedule", func() { g.Unpublish(draft); g.Hooks(); g.Schedule(draft, g.Now().Add(time.Hour)) }, "post.edited post.scheduled"},
		{"reschedule", func() { g.Schedule(draft, g.Now().Add(2*time.Hour)) }, "post.edited post.rescheduled"},
		{"unschedule", func() { g.Unschedule(draft) }, "post.edited post.unscheduled"},
		{"a schedule fires", func() { g.Schedule(draft, g.Now().Add(time.Hour)); g.Hooks(); g.Fire(draft) }, "post.edited post.published site.changed"},
		{"rename a tag", func() { g.RenameTag(tag("bakery"), "Bakers") }, "site.changed tag.edited"},
		{"re-slug a tag", func() { g.ReSlugTag(tag("bakery"), "bakers") }, "site.changed tag.edited"},
		{"delete a tag", func() { g.DeleteTag(tag("bakers")) }, "site.changed tag.deleted"},
		{"rename one of the staff", func() { g.RenameUser(user, "Someone") }, "site.changed"},
		{"settings", func() { g.EditSettings(map[string]any{"title": "Other"}) }, "site.changed"},
		{"the same settings", func() { g.EditSettings(map[string]any{"title": "Other"}) }, ""},
		{"navigation", func() { g.SetNavigation([2]string{"Home", "/"}) }, "site.changed"},
		{"routes", func() { g.SetPermalink("/{year}/{month}/{slug}/") }, "site.changed"},
		{"bulk unpublish", func() { g.BulkUnpublish(id("card-html"), id("card-file")) }, "site.changed"},
		{"bulk delete", func() { g.BulkDelete(id("card-audio"), id("card-video")) }, "site.changed"},
		{"bulk delete of drafts", func() { g.BulkDelete(id("card-html")) }, ""},
		{"bulk access", func() { g.BulkAccess([]string{id("all-cards"), id("tagged")}, "members") }, "site.changed"},
		{"bulk tag", func() { g.BulkAddTag([]string{id("all-cards"), id("tagged")}, "In bulk") }, "site.changed tag.added"},
		{"import", func() { g.Import(ghosttest.Post{Title: "Imported", Status: "published"}) }, ""},
		{"create a page", func() { page = g.CreatePost(ghosttest.Post{Type: "page", Title: "P", Status: "published"}) }, "page.added page.published site.changed"},
		{"edit a page", func() { g.EditPost(page, func(p *ghosttest.Post) { p.Title = "Q" }) }, "page.edited page.published.edited site.changed"},
		{"unpublish a page", func() { g.Unpublish(page) }, "page.edited page.unpublished site.changed"},
		{"delete a page", func() { g.Delete(page) }, "page.deleted"},
		{"add a member", func() { member = g.AddMember(ghosttest.Member{Email: "x@example.org"}) }, "member.added"},
		{"edit a member", func() { g.EditMember(member, func(m *ghosttest.Member) { m.Name = "X" }) }, "member.edited"},
		{"save a member unchanged", func() { g.EditMember(member, func(*ghosttest.Member) {}) }, ""},
		{"delete a member", func() { g.DeleteMember(member) }, "member.deleted"},
	} {
		g.Hooks()
		tt.do()
		if got := events(g.Hooks()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestUpdatedAt: what is written past Ghost's models leaves updated_at as it was.
func TestUpdatedAt(t *testing.T) {
	g, _ := start(t, ghosttest.Options{})
	p, _ := g.Post("all-cards")
	g.BulkAccess([]string{p.ID}, "paid")
	g.RenameTag(p.Tags[0], "Bakers")
	g.SetPermalink("/blog/{slug}/")
	after, _ := g.Post("all-cards")
	if !after.UpdatedAt.Equal(p.UpdatedAt) || after.Visibility != "paid" || after.URL != ghosttest.SiteURL+"/blog/all-cards/" {
		t.Errorf("%v %s %s", after.UpdatedAt, after.Visibility, after.URL)
	}
	g.EditPost(p.ID, func(p *ghosttest.Post) { p.Title += "!" })
	if after, _ = g.Post("all-cards"); !after.UpdatedAt.After(p.UpdatedAt) {
		t.Error("an edit did not move updated_at")
	}
}

// TestHookShape: bodies and headers are as captured.
func TestHookShape(t *testing.T) {
	g, _ := start(t, ghosttest.Options{})
	var made []ghosttest.Hook
	take := func() { made = append(made, g.Hooks()...) }
	news := g.AddTag(ghosttest.Tag{Name: "A tag"})
	id := g.CreatePost(ghosttest.Post{Title: "Hook post", Slug: "hook-post", Tags: []string{news}, HTML: "<p>x</p>"})
	g.EditPost(id, func(p *ghosttest.Post) { p.Title = "Hook post 2" })
	g.Publish(id)
	live := g.CreatePost(ghosttest.Post{Title: "Live", Status: "published", HTML: "<p>y</p>"})
	g.EditPost(live, func(p *ghosttest.Post) { p.Slug = "renamed" })
	g.SetTags(live, "A tag")
	g.SetTags(live)
	g.Unpublish(live)
	g.Schedule(live, g.Now().Add(time.Hour))
	g.Schedule(live, g.Now().Add(2*time.Hour))
	g.Unschedule(live)
	take()
	g.EditTag(news, func(t *ghosttest.Tag) { t.Name, t.Slug = "Temp2", "temp2" })
	g.Delete(id)
	g.DeleteTag(news)
	page := g.CreatePost(ghosttest.Post{Type: "page", Title: "P", Status: "published", HTML: "<p>x</p>"})
	g.EditPost(page, func(p *ghosttest.Post) { p.Title = "P 2" })
	g.Unpublish(page)
	g.Delete(page)
	member := g.AddMember(ghosttest.Member{Email: "hook@example.org"})
	g.EditMember(member, func(m *ghosttest.Member) { m.Name = "Hook 2" })
	g.DeleteMember(member)
	take()

	for _, name := range []string{
		"post.added-2", "post.edited-1", "post.published.edited-2", "post.deleted-1", "post.unpublished-1",
		"post.tag.detached-1", "post.scheduled-2", "post.rescheduled-1", "post.unscheduled-1", "page.deleted-1", "page.edited-1",
		"page.added-1", "member.added-1", "member.edited-1", "member.deleted-1", "tag.added-1", "tag.edited-1", "tag.deleted-1",
		"site.changed-1",
	} {
		event, _, _ := strings.Cut(name, "-")
		var capture struct {
			BodyRaw string            `json:"body_raw"`
			Headers map[string]string `json:"headers"`
		}
		if err := json.Unmarshal(read(t, "hook-"+name+".json"), &capture); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(made, func(h ghosttest.Hook) bool { return h.Event == event })
		if i < 0 {
			t.Errorf("there was no %s", event)
			continue
		}
		want, got := parse(t, []byte(capture.BodyRaw)), parse(t, made[i].Body)
		for _, what := range unlike("", want, got) {
			t.Errorf("%s: %s", name, what)
		}
		for key, value := range capture.Headers {
			switch key {
			case "user-agent", "content-type", "content-version":
				if made[i].Header.Get(key) != value {
					t.Errorf("%s: %s is %q, want %q", event, key, made[i].Header.Get(key), value)
				}
			}
		}
	}
	if i := slices.IndexFunc(made, func(h ghosttest.Hook) bool { return h.Event == "site.changed" }); string(made[i].Body) != `{"event":"site.changed"}` {
		t.Errorf("site.changed says %s", made[i].Body)
	}
	i := slices.IndexFunc(made, func(h ghosttest.Hook) bool { return h.Event == "post.published.edited" })
	var body struct {
		Post struct{ Previous map[string]any }
	}
	if err := json.Unmarshal(made[i].Body, &body); err != nil || fmt.Sprint(slices.Sorted(maps.Keys(body.Post.Previous))) != "[slug updated_at]" {
		t.Errorf("previous is %v", body.Post.Previous)
	}
}

// TestSignature: those of captures and ours are made alike, and the client takes ours.
func TestSignature(t *testing.T) {
	var capture struct {
		BodyRaw string            `json:"body_raw"`
		Headers map[string]string `json:"headers"`
	}
	if err := json.Unmarshal(read(t, "hook-post.edited-1.json"), &capture); err != nil {
		t.Fatal(err)
	}
	want := capture.Headers["x-ghost-signature"]
	_, ms, _ := strings.Cut(want, "t=")
	var at int64
	if _, err := fmt.Sscan(ms, &at); err != nil {
		t.Fatal(err)
	}
	if got := ghosttest.Sign(ghosttest.HookSecret, []byte(capture.BodyRaw), time.UnixMilli(at)); got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}

	g, _ := start(t, ghosttest.Options{})
	id := g.CreatePost(ghosttest.Post{Title: "A", Status: "published"})
	for _, h := range g.Hooks() {
		signature := h.Header.Get("X-Ghost-Signature")
		read, err := ghost.ReadHook(ghosttest.HookSecret, h.Event, signature, h.Body, time.Now(), time.Minute)
		if err != nil {
			t.Errorf("%s: %v", h.Event, err)
		}
		if strings.HasPrefix(h.Event, "post") && read.ID != id {
			t.Errorf("%s is about %q", h.Event, read.ID)
		}
		if _, err := ghost.ReadHook(ghosttest.HookSecret, h.Event, signature, h.Reserialised().Body, time.Now(), time.Minute); err == nil {
			t.Errorf("%s: the signature is good for other bytes", h.Event)
		}
		old := h.SignedAt(time.Now().Add(-time.Hour))
		if _, err := ghost.ReadHook(ghosttest.HookSecret, h.Event, old.Header.Get("X-Ghost-Signature"), h.Body, time.Now(), time.Minute); err == nil {
			t.Errorf("%s: the signature of an hour ago is good", h.Event)
		}
	}
}

// TestDeliver: one attempt, and 410 is for good.
func TestDeliver(t *testing.T) {
	var asked atomic.Int32
	status := http.StatusServiceUnavailable
	var path string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		path = r.URL.Path
		w.WriteHeader(status)
	}))
	defer receiver.Close()
	g, _ := start(t, ghosttest.Options{})
	g.EditSettings(map[string]any{"title": "One"})
	hook := g.Hooks()[0]
	got, err := g.Deliver(t.Context(), hook, receiver.URL)
	if got != 503 || err != nil || asked.Load() != 1 || path != "/hooks/ghost/main/site.changed" {
		t.Errorf("status %d, %v, %d times, %s", got, err, asked.Load(), path)
	}
	status = http.StatusGone
	stop := g.AutoDeliver(receiver.URL)
	g.EditSettings(map[string]any{"title": "Two"})
	stop()
	stop = g.AutoDeliver(receiver.URL)
	g.EditSettings(map[string]any{"title": "Three"})
	stop()
	if asked.Load() != 2 || fmt.Sprint(g.Removed()) != "[site.changed]" || len(g.Hooks()) != 0 || len(g.Delivered()) != 2 {
		t.Errorf("asked %d times, removed %v", asked.Load(), g.Removed())
	}
}
