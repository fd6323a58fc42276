package ghosttest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

type page struct {
	Posts []struct {
		ID, Slug, Title, Status, URL, HTML, Lexical string
		UpdatedAt                                   string `json:"updated_at"`
	}
	Meta struct {
		Pagination struct {
			Page, Limit, Pages, Total int
			Next, Prev                *int
		}
	}
	Errors []struct{ Code, Type, Message string }
}

func pageOf(t testing.TB, data []byte) (p page) {
	t.Helper()
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatalf("%v: %.200s", err, data)
	}
	return p
}

// TestList: pages of 100 at most, filters and orders.
func TestList(t *testing.T) {
	g, server := start(t, ghosttest.Options{Extra: 180})
	total := 0
	for _, p := range g.State().Posts {
		if p.Type == "post" {
			total++
		}
	}
	list := func(query url.Values) page {
		t.Helper()
		_, data := ask(t, server, "GET", "posts/?"+query.Encode(), "")
		return pageOf(t, data)
	}
	var ids []string
	after := ""
	for {
		q := url.Values{"limit": {"250"}, "order": {"id asc"}, "formats": {"html,lexical"}}
		if after != "" {
			q.Set("filter", "id:>'"+after+"'")
		}
		p := list(q)
		if len(p.Posts) == 0 {
			break
		}
		if p.Meta.Pagination.Limit != 100 || p.Meta.Pagination.Total != total-len(ids) {
			t.Fatalf("%+v after %d", p.Meta.Pagination, len(ids))
		}
		for _, post := range p.Posts {
			if post.ID <= after {
				t.Fatalf("%s comes after %s", post.ID, after)
			}
			after, ids = post.ID, append(ids, post.ID)
		}
	}
	if len(ids) != total || total < 240 {
		t.Errorf("%d of %d posts", len(ids), total)
	}
	first, last := list(url.Values{"limit": {"all"}}).Meta.Pagination, list(url.Values{"limit": {"100"}, "page": {"3"}}).Meta.Pagination
	if first.Pages != 3 || first.Next == nil || *first.Next != 2 || first.Prev != nil || last.Next != nil || last.Prev == nil || *last.Prev != 2 {
		t.Errorf("%+v %+v", first, last)
	}
	if p := list(url.Values{"page": {"9"}, "limit": {"100"}}); len(p.Posts) != 0 || p.Meta.Pagination.Total != total {
		t.Errorf("a page after the end has %d posts", len(p.Posts))
	}
	for filter, want := range map[string]int{
		"id:" + ids[0]:                                1,
		"id:[" + ids[3] + "," + ids[200] + "]":        2,
		"id:>'" + ids[total-3] + "'":                  2,
		"status:draft":                                2,
		"status:[draft,scheduled]":                    3,
		"status:scheduled+id:>'" + ids[0] + "'":       1,
		"status:-published":                           3,
		"slug:all-cards+featured:true":                1,
		"slug:all-cards+featured:false":               0,
		"tag:market-news":                             1,
		"updated_at:>'2026-11-22 06:27:00'+tag:-news": 3 + 180,
	} {
		if p := list(url.Values{"filter": {filter}, "limit": {"100"}}); p.Meta.Pagination.Total != want {
			t.Errorf("%s: %d posts, want %d", filter, p.Meta.Pagination.Total, want)
		}
	}
}

// TestWrite: posts are made and changed as by Ghost, and not against a newer version.
func TestWrite(t *testing.T) {
	g, server := start(t, ghosttest.Options{})
	status, data := ask(t, server, "POST", "posts/?source=html&formats=html,lexical",
		`{"posts":[{"title":"All cards","html":"<p>One &amp; two</p><!--members-only--><ul><li>x</li></ul>","status":"published","tags":["News","Fresh"]}]}`)
	p := pageOf(t, data)
	if status != http.StatusCreated || p.Posts[0].Slug != "all-cards-3" || !strings.Contains(p.Posts[0].Lexical, `"type":"paywall"`) ||
		!strings.HasPrefix(p.Posts[0].HTML, "<p>One &amp; two</p><!--members-only-->\n<!--kg-card-begin: html-->\n<ul>") {
		t.Fatalf("status %d: %s", status, data)
	}
	if got := events(g.Hooks()); got != "post.added post.published post.tag.attached post.tag.attached site.changed tag.added" {
		t.Errorf("hooks: %s", got)
	}
	id, version := p.Posts[0].ID, p.Posts[0].UpdatedAt

	put := func(body string) (int, page) {
		t.Helper()
		status, data := ask(t, server, "PUT", "posts/"+id+"/?source=html&formats=html,lexical", `{"posts":[`+body+`]}`)
		return status, pageOf(t, data)
	}
	if status, p = put(`{"title":"X","updated_at":"2026-01-01T00:00:00.000Z"}`); status != 409 || p.Errors[0].Code != "UPDATE_COLLISION" || p.Errors[0].Type != "UpdateCollisionError" {
		t.Errorf("status %d, %+v", status, p.Errors)
	}
	if status, p = put(`{"title":"X"}`); status != 422 {
		t.Errorf("without a version: status %d", status)
	}
	if len(g.Hooks()) != 0 {
		t.Error("a refused change has hooks")
	}
	if status, p = put(`{"title":"All cards","updated_at":"2026-01-01T00:00:00.000Z"}`); status != 200 || p.Posts[0].UpdatedAt != version || len(g.Hooks()) != 0 {
		t.Errorf("the same again: status %d, %+v", status, p)
	}
	if status, p = put(`{"title":"X","slug":"all-cards","html":"<h2>H</h2>","updated_at":"` + version + `"}`); status != 200 || p.Posts[0].Title != "X" ||
		p.Posts[0].Slug != "all-cards-3" || p.Posts[0].HTML != `<h2 id="h">H</h2>` || p.Posts[0].UpdatedAt == version {
		t.Errorf("status %d, %+v", status, p)
	}
	if got := events(g.Hooks()); got != "post.edited post.published.edited site.changed" {
		t.Errorf("hooks: %s", got)
	}
	if status, _ := ask(t, server, "PUT", "pages/"+id+"/", `{"pages":[{"title":"Y","updated_at":"`+version+`"}]}`); status != 404 {
		t.Errorf("a post is a page: status %d", status)
	}
	if status, _ := ask(t, server, "PUT", "settings/", `{}`); status != 403 {
		t.Errorf("settings: status %d", status)
	}
	if status, _ := ask(t, server, "DELETE", "posts/"+id+"/", ""); status != 204 {
		t.Errorf("delete: status %d", status)
	}
	if status, _ := ask(t, server, "GET", "posts/"+id+"/", ""); status != 404 {
		t.Errorf("it is still there: status %d", status)
	}
}

// TestUpload: a picture can be uploaded and is served; other sizes of it too.
func TestUpload(t *testing.T) {
	g, server := start(t, ghosttest.Options{})
	g.SetURL(server.URL)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("file", "dot.png")
	_, _ = part.Write([]byte("PNG"))
	_ = form.WriteField("ref", "dot.png")
	_ = form.Close()
	r, _ := http.NewRequest("POST", server.URL+"/ghost/api/admin/images/upload/", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Ghost "+token(time.Now(), time.Minute, "/admin/"))
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var up struct{ Images []struct{ URL, Ref string } }
	if err := json.NewDecoder(answer.Body).Decode(&up); err != nil || answer.StatusCode != 201 || up.Images[0].Ref != "dot.png" {
		t.Fatalf("status %d, %v, %+v", answer.StatusCode, err, up)
	}
	for _, address := range []string{up.Images[0].URL, strings.Replace(up.Images[0].URL, "/images/", "/images/size/w600/", 1)} {
		file, err := server.Client().Get(address)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(file.Body)
		_ = file.Body.Close()
		if string(data) != "PNG" || file.StatusCode != 200 {
			t.Errorf("%s: status %d, %q", address, file.StatusCode, data)
		}
	}
}

// TestVersions: an answer comes from the version that was chosen, also for each page of
// one walk, and from before a change that happens while it is on its way.
func TestVersions(t *testing.T) {
	g, server := start(t, ghosttest.Options{})
	p, _ := g.Post("all-cards")
	g.EditPost(p.ID, func(p *ghosttest.Post) { p.Title = "Second" })
	g.Delete(p.ID)
	title := func() string {
		_, data := ask(t, server, "GET", "posts/"+p.ID+"/", "")
		if page := pageOf(t, data); len(page.Posts) == 1 {
			return page.Posts[0].Title
		}
		return ""
	}
	chosen := 0
	g.Configure(func(o *ghosttest.Options) {
		o.Choose = func(_ *http.Request, versions int) int {
			if versions != g.Versions() {
				t.Errorf("%d versions, %d are told", g.Versions(), versions)
			}
			return chosen
		}
	})
	var got []string
	for chosen = range 3 {
		got = append(got, title())
	}
	if strings.Join(got, ",") != "All cards,Second," {
		t.Errorf("%q", got)
	}

	q, _ := g.Post("tagged")
	p = q
	g.Configure(func(o *ghosttest.Options) {
		o.Choose = nil
		o.After = func(*http.Request) { g.EditPost(q.ID, func(p *ghosttest.Post) { p.Title += "!" }) }
	})
	if before, after := title(), title(); before+"!" != after {
		t.Errorf("%s, %s", before, after)
	}
}

// TestFaults: each one can be had.
func TestFaults(t *testing.T) {
	g, server := start(t, ghosttest.Options{})
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	try := func(f ghosttest.Fault, path string) (status int, header http.Header, body []byte, err error) {
		g.Configure(func(o *ghosttest.Options) { o.Fault = func(*http.Request) *ghosttest.Fault { return &f } })
		r, _ := http.NewRequest("GET", server.URL+path, nil)
		r.Header.Set("Authorization", "Ghost "+token(time.Now(), time.Minute, "/admin/"))
		answer, err := client.Do(r)
		if err != nil {
			return 0, nil, nil, err
		}
		defer answer.Body.Close()
		body, err = io.ReadAll(answer.Body)
		return answer.StatusCode, answer.Header, body, err
	}
	const posts = "/ghost/api/admin/posts/?limit=5&order=id%20asc"
	for _, status := range []int{401, 403, 404, 409, 429, 500, 503} {
		got, header, body, err := try(ghosttest.Fault{Status: status, RetryAfter: 1500 * time.Millisecond}, posts)
		if got != status || err != nil || len(pageOf(t, body).Errors) != 1 || header.Get("Retry-After") != "2" {
			t.Errorf("%d: status %d, %v, %s", status, got, err, body)
		}
	}
	if got, header, body, _ := try(ghosttest.Fault{HTML: true, Status: 502}, posts); got != 502 || !bytes.HasPrefix(body, []byte("<!DOCTYPE")) || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		t.Errorf("html: status %d, %s", got, body)
	}
	if got, header, _, _ := try(ghosttest.Fault{Redirect: ghosttest.MetadataAddress}, posts); got != 302 || header.Get("Location") != ghosttest.MetadataAddress {
		t.Errorf("redirect: status %d, %v", got, header)
	}
	if _, _, _, err := try(ghosttest.Fault{Cut: true}, posts); err == nil {
		t.Error("the connection was not cut")
	}
	if _, _, body, err := try(ghosttest.Fault{Truncate: true}, posts); !errors.Is(err, io.ErrUnexpectedEOF) || json.Valid(body) || len(body) == 0 {
		t.Errorf("truncated: %v, %d bytes", err, len(body))
	}
	began := time.Now()
	if _, _, _, err := try(ghosttest.Fault{Delay: 60 * time.Millisecond}, posts); err != nil || time.Since(began) < 60*time.Millisecond {
		t.Errorf("late by %v, %v", time.Since(began), err)
	}
	ids := func(f ghosttest.Fault, query string) []string {
		t.Helper()
		_, _, body, err := try(f, posts+query)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range pageOf(t, body).Posts {
			ids = append(ids, p.ID)
		}
		return ids
	}
	first := ids(ghosttest.Fault{}, "")
	next := "&filter=" + url.QueryEscape("id:>'"+first[4]+"'")
	second := ids(ghosttest.Fault{}, next)
	if again := ids(ghosttest.Fault{Same: true}, next); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("the same page again is %v", again)
	}
	if shifted := ids(ghosttest.Fault{Shift: 2}, next); shifted[0] != second[2] {
		t.Errorf("shifted to %v", shifted)
	}
	end := "&filter=" + url.QueryEscape("id:>'zzzz'")
	one, two := ids(ghosttest.Fault{Endless: true}, end), ids(ghosttest.Fault{Endless: true}, end)
	if len(one) != 5 || len(two) != 5 || one[4] >= two[0] || one[0] <= second[4] {
		t.Errorf("endless: %v %v", one, two)
	}

	g.PutFile("/content/images/x.svg", "image/svg+xml", []byte("<svg/>"))
	if got, header, body, _ := try(ghosttest.Fault{}, "/content/images/x.svg"); got != 200 || string(body) != "<svg/>" || header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("file: status %d %s", got, body)
	}
	if got, _, _, _ := try(ghosttest.Fault{Status: 500}, "/content/images/x.svg"); got != 500 {
		t.Errorf("a file's fault: status %d", got)
	}
}
