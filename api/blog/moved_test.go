package blog_test

import (
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
)

func moveTo(t testing.TB, s *blog.Service, p blog.Edited, slug string) blog.Edited {
	t.Helper()
	moved, err := s.UpdatePost(t.Context(), contract.TypePost, string(p.ID), p.Version, blog.PostFields{Slug: &slug})
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// leads checks where an address leads; empty: nowhere.
func leads(t testing.TB, s *blog.Service, path, want string) {
	t.Helper()
	to, found, err := s.Moved(t.Context(), path)
	if err != nil || found != (want != "") || to.Location != want {
		t.Errorf("%s leads to %q (%v, %v), want %q", path, to.Location, found, err, want)
	}
}

func TestLeftAddresses(t *testing.T) {
	s, pool := newService(t)
	p := publish(t, s, "Bread", "Words.")
	leads(t, s, "/bread/", "")
	p = moveTo(t, s, p, "loaf")
	p = moveTo(t, s, p, "rye")
	leads(t, s, "/bread/", "/rye/")
	leads(t, s, "/loaf/", "/rye/")

	// Back to where it was: the address is its own again and leads nowhere else.
	p = moveTo(t, s, p, "bread")
	leads(t, s, "/bread/", "")
	leads(t, s, "/rye/", "/bread/")

	// Somebody else's now.
	other := publish(t, s, "Rye", "Other words.")
	leads(t, s, "/rye/", "")
	moveTo(t, s, other, "grain")
	leads(t, s, "/rye/", "/grain/")

	if _, err := s.Unpublish(t.Context(), contract.TypePost, string(p.ID), nil); err != nil {
		t.Fatal(err)
	}
	leads(t, s, "/loaf/", "") // what nobody may see is not told
	if _, err := pool.Exec(t.Context(), `DELETE FROM blog.posts`); err != nil {
		t.Fatal(err)
	}
	if n := count(t, pool, `SELECT count(*) FROM blog.left_paths`); n != 0 {
		t.Errorf("%d addresses of deleted posts are kept", n)
	}
}

// TestDraftsLeaveNothing: nobody knows an address at which nothing ever was.
func TestDraftsLeaveNothing(t *testing.T) {
	s, pool := newService(t)
	p, err := s.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: ptr("Bread")})
	if err != nil {
		t.Fatal(err)
	}
	moveTo(t, s, p, "loaf")
	if n := count(t, pool, `SELECT count(*) FROM blog.left_paths`); n != 0 {
		t.Errorf("%d addresses of a draft are kept", n)
	}
}

func TestLeftSlugs(t *testing.T) {
	s, pool := newService(t)
	p, err := s.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: ptr("Bread"), Tags: &[]string{"Ovens"}})
	if err == nil {
		_, err = s.Publish(t.Context(), contract.TypePost, string(p.ID), nil)
	}
	if err == nil {
		_, err = pool.Exec(t.Context(), `UPDATE blog.tags SET slug = 'bakery' WHERE slug = 'ovens'`)
	}
	if err != nil {
		t.Fatal(err)
	}
	leads(t, s, "/tag/ovens/", "/tag/bakery/")
}

func TestRedirectRules(t *testing.T) {
	s, _ := newService(t)
	publish(t, s, "Bread", "Words.")
	if _, _, err := s.SetRedirectRules(t.Context(), nil, []contract.RedirectRule{
		{Status: 302, Pattern: `^/tmp/(\d+)/?$`, Target: "/bread/"},
		{Status: 301, Pattern: `^/blog/(.*)$`, Target: "/$1"},
		{Status: 301, Pattern: `(?i)^/shop/(\w+)$`, Target: "https://shop.example/$1a?price=$5"},
		{Status: 301, Pattern: `^/loop/$`, Target: "/loop/"},
	}); err != nil {
		t.Fatal(err)
	}
	if to, _, _ := s.Moved(t.Context(), "/tmp/7"); to.Status != 302 {
		t.Errorf("a rule for a while answers %d", to.Status)
	}
	for path, want := range map[string]string{
		"/tmp/7":               "/bread/",
		"/blog/2019/old/":      "/2019/old/",
		"/blog//evil.example/": "", // another host
		`/blog/\evil.example/`: "",
		"/SHOP/Jam":            "https://shop.example/Jama?price=",
		"/loop/":               "",
		"/nothing/":            "",
		"/rss/":                "/rss.xml",
		"/tag/bakery/rss":      "/tag/bakery/rss.xml",
		"/author/ann/rss/":     "/author/ann/rss.xml",
	} {
		leads(t, s, path, want)
	}
}

func TestRedirectsOverHTTP(t *testing.T) {
	h, s, pool := newAPI(t)
	moveTo(t, s, publish(t, s, "Bread", "Words."), "loaf")
	seen := etagOf(t, h, "/v1/redirects")
	put := func(name, body, ifMatch string, status int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PUT", URL: "/v1/redirects", Header: apitest.Bearer("editor", "If-Match", ifMatch), Body: body, Status: status, Want: want,
			NotWant: []string{apitest.Canary}}
	}
	one := func(status, pattern, target string) string {
		return `{"items":[{"status":` + status + `,"pattern":"` + pattern + `","target":"` + target + `"}]}`
	}
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "where it is now", URL: "/v1/redirects/resolve?path=/bread/", Status: 200, Want: []string{`"location":"/loaf/"`, `"status":301`}},
		{Name: "nowhere", URL: "/v1/redirects/resolve?path=/" + apitest.Canary, Status: 404, NotWant: []string{apitest.Canary}},
		{Name: "rules are for editors", URL: "/v1/redirects", Status: 401},
		put("no expression", one("301", "("+apitest.Canary, "/"), seen, 422, "body.items[0].pattern"),
		put("everything", one("301", ".*", "/"), seen, 422, "body.items[0].pattern"),
		put("a script", one("301", "^/a$", "javascript:"+apitest.Canary), seen, 422, "body.items[0].target"),
		put("another host", one("301", "^/a$", "//"+apitest.Canary), seen, 422, "body.items[0].target"),
		put("a visitor's host", one("301", "^/(.*)$", "https://$1/"), seen, 422, "body.items[0].target"),
		put("another status", one("308", "^/a$", "/b/"), seen, 422),
		put("set", one("301", "^/a$", "/b/"), seen, 200, `"pattern":"^/a$"`),
		put("set again, unseen", one("301", "^/c$", "/b/"), seen, 412),
		{Name: "applied", URL: "/v1/redirects/resolve?path=/a", Status: 200, Want: []string{`"/b/"`}},
	})
}

func TestWhatReadersRead(t *testing.T) {
	h, s, pool := newAPI(t)
	p, err := s.CreatePost(t.Context(), contract.TypePost, blog.PostFields{
		Title: ptr("Bread"), Source: ptr("Flour.\n\n<!--members-only-->\n\nThe starter."), Visibility: ptr(contract.VisibilityPaid)})
	if err == nil {
		_, err = s.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: ptr("Draft"), Source: ptr("Later.")})
	}
	if err == nil {
		_, err = s.Publish(t.Context(), contract.TypePost, string(p.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "a stranger", URL: "/v1/posts/bread/body", Status: 200, Want: []string{"Flour", `"access":false`, `"visibility":"paid"`},
			NotWant: []string{"starter"}, WantHeader: map[string]string{"Cache-Control": "public, no-cache"}},
		{Name: "an editor", URL: "/v1/posts/bread/body", Header: editor, Status: 200, Want: []string{"starter", `"access":true`},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "another token", URL: "/v1/posts/bread/body", Header: apitest.Bearer("other"), Status: 200, Want: []string{`"access":false`}, NotWant: []string{"starter"}},
		{Name: "a draft", URL: "/v1/posts/draft/body", Status: 404},
		{Name: "an editor's draft", URL: "/v1/posts/draft/body", Header: editor, Status: 200, Want: []string{"Later"}},
		{Name: "no page", URL: "/v1/pages/bread/body", Status: 404},
	})
	for _, c := range []struct {
		r    blog.Reader
		want bool
	}{{blog.Reader{}, false}, {blog.Reader{Member: true}, false}, {blog.Reader{Member: true, Paid: true}, true}, {blog.Reader{Everything: true}, true}} {
		if body, _, err := s.Body(t.Context(), contract.TypePost, "bread", c.r); err != nil || body.Access != c.want {
			t.Errorf("%+v: access %v (%v), want %v", c.r, body.Access, err, c.want)
		}
	}
}

// TestBlocksForSome: a card that is for some only, in a post for everybody.
func TestBlocksForSome(t *testing.T) {
	s, pool := newService(t)
	p := publish(t, s, "Bread", "Words.")
	block := func(parameters, words string) string {
		return `<!--kg-gated-block:begin ` + parameters + ` --><p>` + words + `</p><!--kg-gated-block:end-->`
	}
	document := "<p>All.</p>" + block(`nonMember:true memberSegment:""`, "Join us.") +
		block(`nonMember:false memberSegment:"status:free"`, "Pay us.") + block(`nonMember:false memberSegment:"status:-free"`, "Thank you.")
	if _, err := pool.Exec(t.Context(), `UPDATE blog.posts SET document = $1, html = '<p>All.</p><p>Join us.</p>'`, document); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		r    blog.Reader
		want string
	}{
		{blog.Reader{}, "<p>All.</p><p>Join us.</p>"},
		{blog.Reader{Member: true}, "<p>All.</p><p>Pay us.</p>"},
		{blog.Reader{Member: true, Paid: true}, "<p>All.</p><p>Thank you.</p>"},
		{blog.Reader{Everything: true}, "<p>All.</p><p>Pay us.</p><p>Thank you.</p>"},
	} {
		if body, _, err := s.Body(t.Context(), contract.TypePost, string(p.ID), c.r); err != nil || body.HTML != c.want {
			t.Errorf("%+v reads %q (%v), want %q", c.r, body.HTML, err, c.want)
		}
	}
}
