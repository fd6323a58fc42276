package blog_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// shelf is one post of each kind that a reader of many meets, by slug.
func shelf(t *testing.T, s *blog.Service) map[string]contract.PostID {
	t.Helper()
	importGhost(t, s, []byte(`{"db":[{"data":{"posts":[
		{"id":"a","title":"Mailed","slug":"mailed","status":"sent","email_only":true,"visibility":"public","published_at":"2026-01-01T00:00:00.000Z","html":"<p>SECRET mailed</p>"},
		{"id":"b","title":"Later","slug":"later","status":"scheduled","visibility":"public","published_at":"2030-01-01T00:00:00.000Z","html":"<p>SECRET later</p>"}
	]}}]}`), blog.ImportOptions{})
	if _, err := s.EnsureAuthor(t.Context(), contract.Author{AuthorLink: contract.AuthorLink{Slug: "bakery", Name: "The bakery",
		ProfileImage: &contract.Image{URL: "/media/b.png", Alt: "B", Width: 8, Height: 8}}, Bio: "Bread."}); err != nil {
		t.Fatal(err)
	}
	ids := map[string]contract.PostID{}
	for _, p := range []struct {
		slug   string
		typ    contract.PostType
		fields blog.PostFields
	}{
		{"open", contract.TypePost, blog.PostFields{Source: ptr("Flour *here*."), Tags: ptr([]string{"Rye", "#plan", "Bread"}), Authors: ptr([]string{"bakery"}),
			FeatureImage: &contract.Image{URL: "https://example.org/a.png", Alt: "A"}, Meta: &contract.Meta{MetaTitle: "Title for engines"}}},
		{"gated", contract.TypePost, blog.PostFields{Source: ptr("Free.\n\n<!--members-only-->\n\nSECRET starter."), Visibility: ptr(contract.VisibilityMembers)}},
		{"about", contract.TypePage, blog.PostFields{Source: ptr("Who we are.")}},
		{"draft", contract.TypePost, blog.PostFields{Source: ptr("SECRET draft.")}},
		{"taken-back", contract.TypePost, blog.PostFields{Source: ptr("SECRET taken back.")}},
	} {
		p.fields.Title, p.fields.Slug = ptr("On "+p.slug), &p.slug
		made, err := s.CreatePost(t.Context(), p.typ, p.fields)
		if err == nil && p.slug != "draft" {
			_, err = s.Publish(t.Context(), p.typ, p.slug, nil)
		}
		if err == nil && p.slug == "taken-back" {
			_, err = s.Unpublish(t.Context(), p.typ, p.slug, nil)
		}
		if err != nil {
			t.Fatal(p.slug, err)
		}
		ids[p.slug] = made.ID
	}
	for _, slug := range []string{"mailed", "later"} {
		e, err := s.EditedPost(t.Context(), contract.TypePost, slug)
		if err != nil {
			t.Fatal(slug, err)
		}
		ids[slug] = e.ID
	}
	return ids
}

// public are the slugs of the shelf that everybody may see.
var public = []string{"about", "gated", "open"}

func TestPostsAreReadByID(t *testing.T) {
	s, pool := newService(t)
	ids := shelf(t, s)
	if _, err := pool.Exec(t.Context(), `UPDATE blog.posts SET custom_template = 'custom-wide' WHERE slug = 'open'`); err != nil {
		t.Fatal(err)
	}
	ask := []contract.PostID{ids["open"], "", "post_", "post_zz", "open", id.Format[contract.PostID]("post", id.New()),
		contract.PostID(strings.Replace(string(ids["gated"]), "post_", "tag_", 1)), "post_\x00"}
	for _, u := range ids {
		ask = append(ask, u) // the open one twice
	}
	posts, err := s.PostsByID(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	cards, err := s.PostCardsByID(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	walked, next, err := s.WalkPosts(t.Context(), "")
	if err != nil || next != "" {
		t.Fatalf("next %q, %v", next, err)
	}
	if raw, _ := json.Marshal([]any{posts, cards, walked}); strings.Contains(string(raw), "SECRET") || strings.Contains(string(raw), "plan") {
		t.Errorf("what nobody may see is in %s", raw)
	}
	bySlug := func(a, b contract.PostCard) int { return strings.Compare(a.Slug, b.Slug) }
	slices.SortFunc(posts, func(a, b contract.Post) int { return bySlug(a.PostCard, b.PostCard) })
	slices.SortFunc(cards, bySlug)
	slices.SortFunc(walked, bySlug)
	var slugs []string
	for i, p := range posts {
		slugs = append(slugs, p.Slug)
		typ := contract.TypePost
		if p.Slug == "about" {
			typ = contract.TypePage
		}
		one, err := s.Post(t.Context(), typ, p.Slug)
		if diff := cmp.Diff(one, p); err != nil || diff != "" {
			t.Errorf("%s: %v (-one +many)\n%s", p.Slug, err, diff)
		}
		if i < len(cards) && i < len(walked) {
			if diff := cmp.Diff([]contract.PostCard{p.PostCard, p.PostCard}, []contract.PostCard{cards[i], walked[i]}); diff != "" {
				t.Errorf("%s (-post +card, walked)\n%s", p.Slug, diff)
			}
		}
	}
	if diff := cmp.Diff(public, slugs); diff != "" || len(cards) != len(posts) || len(walked) != len(posts) {
		t.Fatalf("%d cards, %d walked, posts (-want +got)\n%s", len(cards), len(walked), diff)
	}
	open, gated := posts[2], posts[1]
	if len(open.Tags) != 2 || open.Tags[0].Name != "Rye" || open.Tags[1].Name != "Bread" || len(open.Authors) != 1 || open.Authors[0].ProfileImage == nil ||
		open.FeatureImage == nil || open.MetaTitle != "Title for engines" || open.CustomTemplate != "custom-wide" || open.Gated {
		t.Errorf("the open post is %+v", open)
	}
	if !gated.Gated || !strings.Contains(gated.HTML, "Free.") || gated.Tags == nil || gated.Authors == nil || gated.Meta != (contract.Meta{}) {
		t.Errorf("the gated post is %+v", gated)
	}
	for _, none := range [][]contract.PostID{nil, {"post_x"}} {
		posts, err := s.PostsByID(t.Context(), none)
		cards, err2 := s.PostCardsByID(t.Context(), none)
		if len(posts)+len(cards) != 0 || err != nil || err2 != nil {
			t.Errorf("of no ids: %v, %v, %v, %v", posts, cards, err, err2)
		}
	}
}

// TestWalkOverEqualTimes walks more posts than fit once, all of one time but the
// first, which is older.
func TestWalkOverEqualTimes(t *testing.T) {
	s, pool := newService(t)
	const n = 1101
	if _, err := pool.Exec(t.Context(), `INSERT INTO blog.posts (id, type, slug, path, title, status, visibility, source_format, source, html, plaintext, excerpt, reading_time, published_at, created_at, updated_at)
		SELECT gen_random_uuid(), CASE i % 3 WHEN 0 THEN 'page' ELSE 'post' END, 'p' || i, '/p' || i || '/', 'P', CASE WHEN i % 11 = 10 THEN 'draft' ELSE 'published' END, 'public', 'html', '', '', '', '', 1,
			$1::timestamptz - CASE i WHEN 1 THEN interval '1 day' ELSE interval '0' END, $1, $1 FROM generate_series(1, $2) i`, noon, n); err != nil {
		t.Fatal(err)
	}
	seen := map[contract.PostID]bool{}
	var lengths []int
	var last contract.PostCard
	for cursor := ""; len(lengths) < 9; {
		cards, next, err := s.WalkPosts(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		lengths = append(lengths, len(cards))
		for _, c := range cards {
			if seen[c.ID] || c.PublishedAt.Before(last.PublishedAt) || c.PublishedAt.Equal(last.PublishedAt) && c.ID <= last.ID {
				t.Fatalf("%s after %s", c.ID, last.ID)
			}
			seen[c.ID], last = true, c
		}
		if len(lengths) == 1 && cards[0].Slug != "p1" {
			t.Errorf("begins with %s, want the oldest", cards[0].Slug)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]int{500, 500, 1}, lengths); diff != "" {
		t.Errorf("lengths of the pages (-want +got)\n%s", diff)
	}
	if _, _, err := s.WalkPosts(t.Context(), "no cursor"); problem.Code(err) != "invalid_cursor" {
		t.Errorf("WalkPosts(no cursor) = %v", err)
	}
}

func TestTagsAndAuthorsAreReadByID(t *testing.T) {
	s, pool := newService(t)
	ctx := t.Context()
	for _, tag := range []contract.Tag{
		{TagLink: contract.TagLink{Slug: "bread", Name: "Bread", AccentColor: "#8a5a36"}, Description: "All of it.", Meta: contract.Meta{OGTitle: "B"}},
		{TagLink: contract.TagLink{Slug: "hash-plan", Name: "#plan"}, Internal: true},
	} {
		if _, err := s.EnsureTag(ctx, tag); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.EnsureAuthor(ctx, contract.Author{AuthorLink: contract.AuthorLink{Slug: "bakery", Name: "The bakery"}, Bio: "Bread.", Social: map[string]string{"x": "b"}}); err != nil {
		t.Fatal(err)
	}
	bread, found, err := s.TagBySlug(ctx, "bread")
	if err != nil || !found {
		t.Fatalf("TagBySlug(bread) = %v, %v", found, err)
	}
	bakery, found, err := s.AuthorBySlug(ctx, "bakery")
	if err != nil || !found {
		t.Fatalf("AuthorBySlug(bakery) = %v, %v", found, err)
	}
	var u uuid.UUID
	if err := pool.QueryRow(ctx, `SELECT id FROM blog.tags WHERE internal`).Scan(&u); err != nil {
		t.Fatal(err)
	}
	internal := id.Format[contract.TagID]("tag", u)
	tags, err := s.TagsByID(ctx, []contract.TagID{bread, bread, internal, "tag_x", "", contract.TagID(bakery)})
	if err != nil || len(tags) != 1 || tags[0].ID != bread || tags[0].Description != "All of it." || tags[0].AccentColor != "#8a5a36" || tags[0].OGTitle != "B" {
		t.Errorf("TagsByID() = %+v, %v", tags, err)
	}
	authors, err := s.AuthorsByID(ctx, []contract.AuthorID{bakery, "author_x", "", contract.AuthorID(bread)})
	if err != nil || len(authors) != 1 || authors[0].ID != bakery || authors[0].Bio != "Bread." || authors[0].Social["x"] != "b" {
		t.Errorf("AuthorsByID() = %+v, %v", authors, err)
	}
}

func TestLookUps(t *testing.T) {
	s, _ := newService(t)
	ids := shelf(t, s)
	wantSame := func(path string, want contract.PostID) {
		t.Helper()
		got, found, err := s.PostAt(t.Context(), path)
		if got != want || found != (want != "") || err != nil {
			t.Errorf("PostAt(%q) = %q, %v, %v, want %q", path, got, found, err, want)
		}
	}
	for slug, u := range ids {
		if !slices.Contains(public, slug) {
			u = ""
		}
		wantSame("/"+slug+"/", u)
	}
	for _, path := range []string{"", "/", "open", "/open", "/none/", "/OPEN/", "/open\x00/", "/\xff/", "/pages/open/", strings.Repeat("/a", 9000)} {
		wantSame(path, "")
	}
	for _, slug := range []string{"", "none", "hash-plan", "Rye", "rye\x00", "\xff"} {
		if got, found, err := s.TagBySlug(t.Context(), slug); found || got != "" || err != nil {
			t.Errorf("TagBySlug(%q) = %q, %v, %v", slug, got, found, err)
		}
		if got, found, err := s.AuthorBySlug(t.Context(), slug); found || got != "" || err != nil {
			t.Errorf("AuthorBySlug(%q) = %q, %v, %v", slug, got, found, err)
		}
	}
}
