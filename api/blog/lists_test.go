package blog_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
)

// answered is a list as it is on the wire.
type answered struct {
	Items []struct {
		contract.Post
		Ordinal, Page *int
	} `json:"items"`
	Next  string              `json:"next_cursor"`
	Pages *contract.ListPages `json:"pages"`
}

// slugs are the items' slugs, with the ordinal and page of those that have them.
func (a answered) slugs() string {
	var words []string
	for _, i := range a.Items {
		word := i.Slug
		if i.Ordinal != nil && i.Page != nil {
			word += fmt.Sprintf("(%d/%d)", *i.Ordinal, *i.Page)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func list(t *testing.T, h http.Handler, query string) (a answered) {
	t.Helper()
	res, body := apitest.Ask(t, h, apitest.Scenario{URL: query})
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s = %d %s", query, res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// place puts posts into the lists as the generator does, with pages of two.
func place(t *testing.T, pool *db.Pool, posts ...blog.Edited) {
	t.Helper()
	err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		var places []paging.Place
		for _, p := range posts {
			in := []string{paging.ListPages}
			if p.Type == contract.TypePost {
				in = []string{paging.ListPosts}
				for _, tag := range p.Tags {
					in = append(in, paging.PostsOf(tag.ID))
				}
			}
			places = append(places, paging.Place{Item: string(p.ID), At: p.PublishedAt, Lists: in})
		}
		_, err := paging.Put(t.Context(), tx, places, func(string) int { return 2 })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seven are posts a to g, a day apart; the odd ones are about bread.
func seven(t *testing.T, s *blog.Service) (posts []blog.Edited) {
	t.Helper()
	for i := range 7 {
		title, at := string(rune('a'+i)), noon.AddDate(0, 0, i-10)
		fields := blog.PostFields{Title: &title, Source: ptr("Free *" + title + "*.\n\n<!--members-only-->\n\nSECRET."), PublishedAt: &at,
			Visibility: ptr(contract.VisibilityMembers)}
		if i%2 == 0 {
			fields.Tags = ptr([]string{"Bread"})
		}
		p, err := s.CreatePost(t.Context(), contract.TypePost, fields)
		if err == nil {
			p, err = s.Publish(t.Context(), contract.TypePost, string(p.ID), nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	return posts
}

func TestWherePostsStandInLists(t *testing.T) {
	h, s, pool := newAPI(t)
	posts := seven(t, s)
	if a := list(t, h, "/v1/posts?include=ordinals"); a.Pages != nil || a.slugs() != "g f e d c b a" {
		t.Errorf("before anything is built: %s %+v", a.slugs(), a.Pages)
	}
	if a := list(t, h, "/v1/posts?page=0"); a.Pages != nil || len(a.Items) != 0 {
		t.Errorf("the open page before anything is built: %s %+v", a.slugs(), a.Pages)
	}
	place(t, pool, posts[:6]...)
	two := func(n int) *int { return &n }
	for query, want := range map[string]struct {
		slugs string
		pages *contract.ListPages
	}{
		"":                                   {"g f e d c b a", nil},
		"include=ordinals":                   {"g f(5/0) e(4/0) d(3/2) c(2/2) b(1/1) a(0/1)", &contract.ListPages{Size: 2, Sealed: 2}},
		"include=ordinals&limit=2":           {"g f(5/0)", &contract.ListPages{Size: 2, Sealed: 2}},
		"include=ordinals&tag=bread":         {"g e(2/0) c(1/0) a(0/0)", &contract.ListPages{Size: 2}},
		"include=ordinals&featured=false":    {"g f(5/0) e(4/0) d(3/2) c(2/2) b(1/1) a(0/1)", &contract.ListPages{Size: 2, Sealed: 2}},
		"page=0":                             {"f e", &contract.ListPages{Size: 2, Sealed: 2, Older: two(2)}},
		"page=2":                             {"d c", &contract.ListPages{Size: 2, Sealed: 2, Newer: two(0), Older: two(1)}},
		"page=1&include=ordinals":            {"b(1/1) a(0/1)", &contract.ListPages{Size: 2, Sealed: 2, Newer: two(2)}},
		"page=1&include=html,ordinals":       {"b(1/1) a(0/1)", &contract.ListPages{Size: 2, Sealed: 2, Newer: two(2)}},
		"page=0&tag=bread":                   {"e c a", &contract.ListPages{Size: 2}},
		"ids=" + string(posts[2].ID):         {"c", nil},
		"ids=" + string(posts[2].ID) + ",xx": {"c", nil},
		"ids=" + string(posts[2].ID) + "&include=ordinals": {"c(2/2)", &contract.ListPages{Size: 2, Sealed: 2}},
		"ids=xx": {"", nil},
	} {
		a := list(t, h, "/v1/posts?"+query)
		if a.slugs() != want.slugs {
			t.Errorf("%s: %s, want %s", query, a.slugs(), want.slugs)
		}
		if diff := cmp.Diff(want.pages, a.Pages); diff != "" {
			t.Errorf("%s: pages (-want +got)\n%s", query, diff)
		}
	}
	// What left the site left its page, before the generator takes it from there.
	if _, err := s.Unpublish(t.Context(), contract.TypePost, string(posts[3].ID), nil); err != nil {
		t.Fatal(err)
	}
	if a := list(t, h, "/v1/posts?page=2"); a.slugs() != "c" {
		t.Errorf("a page that one left: %s", a.slugs())
	}
}

// TestWholePostsInLists: with include=html an item is what is read by its id.
func TestWholePostsInLists(t *testing.T) {
	h, s, pool := newAPI(t)
	posts := seven(t, s)
	about := "About"
	page, err := s.CreatePost(t.Context(), contract.TypePage, blog.PostFields{Title: &about, Source: ptr("We *are*."),
		Meta: &contract.Meta{MetaTitle: "Who we are"}, ShowTitleAndFeatureImage: ptr(false)})
	if err == nil {
		page, err = s.Publish(t.Context(), contract.TypePage, "about", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	place(t, pool, append(posts, page)...)
	for _, url := range []string{
		"/v1/posts?include=html&limit=3", "/v1/posts?include=html&tag=bread", "/v1/posts?include=html,ordinals&page=1",
		"/v1/posts?include=html&ids=" + string(posts[0].ID) + "," + string(posts[1].ID), "/v1/pages?include=html", "/v1/pages?page=0&include=html",
	} {
		a := list(t, h, url)
		if len(a.Items) == 0 {
			t.Errorf("%s: nothing", url)
		}
		for _, item := range a.Items {
			path, _, _ := strings.Cut(url, "?")
			_, body := apitest.Ask(t, h, apitest.Scenario{URL: path + "/" + string(item.ID)})
			var one contract.Post
			if err := json.Unmarshal(body, &one); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(one, item.Post); diff != "" || one.HTML == "" {
				t.Errorf("%s: %s (-read by id +item)\n%s", url, item.Slug, diff)
			}
		}
	}
	// A page is no post, whichever list is asked by its id.
	for url, want := range map[string]string{
		"/v1/posts?ids=" + string(page.ID): "", "/v1/pages?ids=" + string(page.ID): "about", "/v1/pages?ids=" + string(posts[0].ID): "",
		"/v1/pages?include=ordinals": "about(0/0)",
	} {
		if got := list(t, h, url).slugs(); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

func TestWhatListsRefuse(t *testing.T) {
	h, s, pool := newAPI(t)
	posts := seven(t, s)
	place(t, pool, posts...)
	one := string(posts[0].ID)
	refused := func(url, location string) apitest.Scenario {
		return apitest.Scenario{Name: url, URL: url, Header: editor, Status: 422, Want: []string{`"code":"invalid"`, `"location":"` + location}, NotWant: []string{"SECRET"}}
	}
	var many []string
	for i := range 101 {
		many = append(many, "post_"+strings.Repeat("0", 29)+fmt.Sprintf("%03d", i))
	}
	apitest.Run(t, h, pool, []apitest.Scenario{
		refused("/v1/posts?page=-1", "query.page"),
		refused("/v1/posts?page="+apitest.Canary, "query.page"),
		refused("/v1/posts?include="+apitest.Canary, "query.include"),
		refused("/v1/posts?include=html,"+apitest.Canary, "query.include"),
		refused("/v1/posts?ids="+strings.Join(many, ","), "query.ids"),
		refused("/v1/posts?ids="+one+"&tag=bread", "query.ids"),
		refused("/v1/posts?ids="+one+"&page=0", "query.ids"),
		refused("/v1/posts?ids="+one+"&status=all", "query.ids"),
		refused("/v1/posts?page=0&featured=true", "query.page"),
		refused("/v1/posts?page=0&status=draft", "query.page"),
		refused("/v1/posts?include=html&status=draft", "query.include"),
		refused("/v1/posts?include=ordinals&tag=bread&author=nobody", "query.tag"),
		refused("/v1/posts?page=0&tag=bread&author=nobody", "query.tag"),
		refused("/v1/pages?page=0&tag=bread", "query.tag"),
		{Name: "no such page", URL: "/v1/posts?page=99", Status: 404},
		{Name: "a page that is no number of ours", URL: "/v1/posts?page=" + strconv.Itoa(1<<60), Status: 404},
		{Name: "no page of an unknown tag", URL: "/v1/posts?page=0&tag=" + apitest.Canary, Status: 404},
		{Name: "no ordinals of an unknown author", URL: "/v1/posts?include=ordinals&author=" + apitest.Canary, Status: 404},
		{Name: "ids that are none", URL: "/v1/posts?ids=" + apitest.Canary + ",%27,post_", Status: 200, Want: []string{`"items":[]`}},
		{Name: "gated words stay away", URL: "/v1/posts?include=html", Status: 200, Want: []string{"Free", `"gated":true`}, NotWant: []string{"SECRET"}},
		{Name: "of an editor too", URL: "/v1/posts?include=html", Header: editor, Status: 200, NotWant: []string{"SECRET"}},
	})
}

// TestListsOfIDsHoldNoDrafts asks for every kind of post by its id.
func TestListsOfIDsHoldNoDrafts(t *testing.T) {
	h, s, _ := newAPI(t)
	var ids []string
	for _, postID := range shelf(t, s) {
		ids = append(ids, string(postID))
	}
	var got []string
	for _, path := range []string{"/v1/posts", "/v1/pages"} {
		for _, item := range list(t, h, path+"?include=html&ids="+strings.Join(ids, ",")).Items {
			got = append(got, item.Slug)
			if strings.Contains(item.HTML, "SECRET") {
				t.Errorf("%s holds gated words", item.Slug)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, public) {
		t.Errorf("by their ids %v are read, want %v", got, public)
	}
}
