package blog_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db/dbtest"
)

func p[T any](v T) *T { return &v }

func TestEnsurePost(t *testing.T) {
	ctx := t.Context()
	pool := dbtest.New(t)
	s := blog.New(pool, clock.System{})
	for _, made := range []bool{true, false} {
		got, err := s.EnsureAuthor(ctx, contract.Author{AuthorLink: contract.AuthorLink{Slug: "bakery", Name: "The bakery"}, Bio: "Bread."})
		if err != nil || got != made {
			t.Errorf("EnsureAuthor() = %v, %v, want %v", got, err, made)
		}
		got, err = s.EnsureTag(ctx, contract.Tag{TagLink: contract.TagLink{Slug: "bread", Name: "Bread", AccentColor: "#8a5a36"}, Description: "All of it."})
		if err != nil || got != made {
			t.Errorf("EnsureTag() = %v, %v, want %v", got, err, made)
		}
	}

	published := time.Date(2025, time.March, 1, 8, 0, 0, 0, time.UTC)
	fields := blog.PostFields{Title: p("Rye"), Slug: p("rye"), Source: p("*Sour.*"), Tags: p([]string{"bread"}), Authors: p([]string{"bakery"})}
	made, err := s.EnsurePost(ctx, contract.TypePost, fields, published)
	if err != nil || !made {
		t.Fatalf("EnsurePost() = %v, %v", made, err)
	}
	post, err := s.Post(ctx, contract.TypePost, "rye")
	if err != nil {
		t.Fatal(err)
	}
	if !post.PublishedAt.Equal(published) || len(post.Tags) != 1 || post.Tags[0].AccentColor != "#8a5a36" || len(post.Authors) != 1 || post.Authors[0].Name != "The bakery" {
		t.Errorf("the post is %+v", post.PostCard)
	}
	records, err := bus.Unbuilt(ctx, pool, 10)
	if err != nil || len(records) != 1 || records[0].Kind != "blog.post_published" {
		t.Fatalf("the events are %v, %v", records, err)
	}
	event, err := bus.Decode[contract.PostPublished](records[0])
	if err != nil || event.ID != post.ID || len(event.Tags) != 1 || len(event.Authors) != 1 {
		t.Errorf("the event is %+v, %v", event, err)
	}

	// Somebody took it back: it stays so.
	if _, err := s.Unpublish(ctx, contract.TypePost, "rye", nil); err != nil {
		t.Fatal(err)
	}
	if made, err := s.EnsurePost(ctx, contract.TypePost, fields, published); err != nil || made {
		t.Errorf("EnsurePost() again = %v, %v", made, err)
	}
	if _, err := s.Post(ctx, contract.TypePost, "rye"); err == nil {
		t.Error("the post is public again")
	}
}

func TestEnsureRefusals(t *testing.T) {
	ctx := t.Context()
	pool := dbtest.New(t)
	s := blog.New(pool, clock.System{})
	now := time.Now()
	tests := []struct {
		name   string
		fields blog.PostFields
		code   string
	}{
		{"no slug", blog.PostFields{Title: p("Rye")}, "invalid"},
		{"no title", blog.PostFields{Slug: p("rye")}, "invalid"},
		{"reserved", blog.PostFields{Title: p("Cart"), Slug: p("cart")}, "reserved_slug"},
		{"unsafe", blog.PostFields{Title: p("Rye"), Slug: p("rye"), Source: p("<script>x</script>")}, "unsafe_html"},
		{"unknown author", blog.PostFields{Title: p("Rye"), Slug: p("rye"), Authors: p([]string{"nobody"})}, "invalid"},
	}
	for _, tt := range tests {
		made, err := s.EnsurePost(ctx, contract.TypePost, tt.fields, now)
		if made || problem.Code(err) != tt.code {
			t.Errorf("%s: EnsurePost() = %v, %v, want %s", tt.name, made, err, tt.code)
		}
	}
	if _, err := s.EnsureAuthor(ctx, contract.Author{AuthorLink: contract.AuthorLink{Slug: "No Slug", Name: "x"}}); problem.Code(err) != "invalid_slug" {
		t.Errorf("EnsureAuthor(no slug) = %v", err)
	}
	if _, err := s.EnsureTag(ctx, contract.Tag{TagLink: contract.TagLink{Slug: "No Slug", Name: "x"}}); problem.Code(err) != "invalid_slug" {
		t.Errorf("EnsureTag(no slug) = %v", err)
	}
	if records, err := bus.Unbuilt(ctx, pool, 10); err != nil || len(records) != 0 {
		t.Errorf("the events are %v, %v", records, err)
	}
}
