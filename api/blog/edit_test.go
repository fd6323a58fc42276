package blog_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

func ptr[T any](v T) *T { return &v }

func publish(t testing.TB, s *blog.Service, title, source string) blog.Edited {
	t.Helper()
	ctx := context.Background()
	p, err := s.CreatePost(ctx, contract.TypePost, blog.PostFields{Title: &title, Source: &source})
	if err == nil {
		p, err = s.Publish(ctx, contract.TypePost, string(p.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOneEditorWins races many editors who all saw the same version.
func TestOneEditorWins(t *testing.T) {
	s, pool := newService(t)
	p := publish(t, s, "Bread", "Words.")
	var won, lost atomic.Int32
	var editors sync.WaitGroup
	for i := range 32 {
		editors.Go(func() {
			_, err := s.UpdatePost(context.Background(), contract.TypePost, string(p.ID), p.Version, blog.PostFields{Title: ptr(fmt.Sprint("Title ", i))})
			switch {
			case err == nil:
				won.Add(1)
			case problem.Code(err) == "precondition_failed":
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	editors.Wait()
	if won.Load() != 1 || lost.Load() != 31 {
		t.Errorf("%d won, %d lost, want 1 and 31", won.Load(), lost.Load())
	}
	if n := count(t, pool, `select count(*) from bus.domain_events where kind = 'blog.post_updated'`); n != 1 {
		t.Errorf("%d updates announced, want 1", n)
	}
}

// TestPublishedOnce races many publications of one post.
func TestPublishedOnce(t *testing.T) {
	s, pool := newService(t)
	p, err := s.CreatePost(context.Background(), contract.TypePost, blog.PostFields{Title: ptr("Bread")})
	if err != nil {
		t.Fatal(err)
	}
	var editors sync.WaitGroup
	for range 32 {
		editors.Go(func() {
			if _, err := s.Publish(context.Background(), contract.TypePost, string(p.ID), nil); err != nil {
				t.Error(err)
			}
		})
	}
	editors.Wait()
	if n := count(t, pool, `select count(*) from bus.domain_events where kind = 'blog.post_published'`); n != 1 {
		t.Errorf("announced %d times, want once", n)
	}
}

// TestSlugsStayUnique races many new posts of one title.
func TestSlugsStayUnique(t *testing.T) {
	s, pool := newService(t)
	var made atomic.Int32
	var editors sync.WaitGroup
	for range 16 {
		editors.Go(func() {
			_, err := s.CreatePost(context.Background(), contract.TypePost, blog.PostFields{Title: ptr("Bread")})
			switch {
			case err == nil:
				made.Add(1)
			case problem.Code(err) != "slug_taken":
				t.Error(err)
			}
		})
	}
	editors.Wait()
	if n := count(t, pool, `select count(distinct path) from blog.posts`); n != int(made.Load()) || n == 0 {
		t.Errorf("%d addresses for %d posts", n, made.Load())
	}
}

func TestNeighbours(t *testing.T) {
	s, _ := newService(t)
	ctx := context.Background()
	first, second := publish(t, s, "First", "a"), publish(t, s, "Second", "b")
	page, err := s.CreatePost(ctx, contract.TypePage, blog.PostFields{Title: ptr("About")})
	if err == nil {
		_, err = s.Publish(ctx, contract.TypePage, string(page.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Neighbours(ctx, second.ID)
	if err != nil || n.Newer != nil || n.Older == nil || n.Older.ID != first.ID {
		t.Errorf("Neighbours(second) = %+v, %v", n, err)
	}
	if n, err := s.Neighbours(ctx, page.ID); err != nil || n != (contract.Neighbours{}) {
		t.Errorf("a page has neighbours: %+v, %v", n, err)
	}
}

// TestEditingWhatGhostWrote: an editor's change of a title leaves the body and
// its gates as they were.
func TestEditingWhatGhostWrote(t *testing.T) {
	s, pool := newService(t)
	ctx := context.Background()
	const secret = "SECRETWORD"
	raw := `{"db":[{"meta":{"version":"6.65.0"},"data":{"posts":[
		{"id":"a","title":"Blocks","slug":"blocks","type":"post","status":"published","visibility":"public","lexical":"{\"root\":\"` + secret + `\"}",
		 "html":"<!--kg-gated-block:begin nonMember:false memberSegment:\"status:free\" --><p>` + secret + `</p><!--kg-gated-block:end-->"},
		{"id":"b","title":"Members","slug":"members-post","type":"post","status":"published","visibility":"members","lexical":"{\"root\":\"` + secret + `\"}",
		 "html":"<p>` + secret + `</p>"}]}}]}`
	importGhost(t, s, []byte(raw), blog.ImportOptions{})
	for _, slug := range []string{"blocks", "members-post"} {
		e, err := s.EditedPost(ctx, contract.TypePost, slug)
		if err != nil {
			t.Fatal(err)
		}
		if e, err = s.UpdatePost(ctx, contract.TypePost, slug, e.Version, blog.PostFields{Title: ptr("New title")}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(e.HTML+e.Excerpt, secret) || !strings.Contains(e.MembersHTML, "<p>"+secret+"</p>") {
			t.Errorf("%s: everybody reads %q, members %q", slug, e.HTML, e.MembersHTML)
		}
		if e, err = s.UpdatePost(ctx, contract.TypePost, slug, e.Version, blog.PostFields{Visibility: ptr(contract.VisibilityPaid)}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(e.HTML+e.Excerpt, secret) || !strings.Contains(e.MembersHTML, "<p>"+secret+"</p>") {
			t.Errorf("%s for paying members: everybody reads %q, members %q", slug, e.HTML, e.MembersHTML)
		}
	}
	// What was changed here is not overwritten by the next import.
	report := importGhost(t, s, []byte(strings.ReplaceAll(raw, `"title":"Blocks"`, `"title":"Changed there"`)), blog.ImportOptions{})
	if got := report.Outcomes[0]; got.Change != "kept" || got.Title != "New title" || len(got.Flags) == 0 {
		t.Errorf("the next import: %+v, want it kept and flagged", got)
	}
	e, err := s.EditedPost(ctx, contract.TypePost, "blocks")
	if err != nil {
		t.Fatal(err)
	}
	if e, err = s.UpdatePost(ctx, contract.TypePost, "blocks", e.Version, blog.PostFields{Source: ptr("Written *here*.")}); err != nil || e.SourceFormat != contract.FormatMarkdown || !strings.Contains(e.MembersHTML+e.HTML, "<em>here</em>") {
		t.Errorf("a new source: %s %q %q, %v", e.SourceFormat, e.HTML, e.MembersHTML, err)
	}
	if n := count(t, pool, `select count(*) from blog.posts where html like '%`+secret+`%' or excerpt like '%`+secret+`%'`); n != 0 {
		t.Errorf("%d posts show what is gated", n)
	}
}

func TestPublishingOvertakesAPlan(t *testing.T) {
	s, _ := newService(t)
	raw := `{"db":[{"data":{"posts":[{"id":"a","title":"Later","slug":"later","status":"scheduled","visibility":"public","published_at":"2030-01-01T00:00:00.000Z","html":"<p>x</p>"}]}}]}`
	importGhost(t, s, []byte(raw), blog.ImportOptions{})
	e, err := s.Publish(context.Background(), contract.TypePost, "later", nil)
	if err != nil || !e.PublishedAt.Equal(noon) {
		t.Errorf("published at %v, %v, want %v", e.PublishedAt, err, noon)
	}
}
