// Posts that try to carry gated words out of their gates, and every place where those could
// come out.

package ssg_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/urls"
)

// gatedWord stands only where strangers may not read.
const gatedWord = "qzgatedq"

// odd are the posts of ghosttest.GatedDocuments, by Ghost's ids.
type odd struct {
	*follower
	ids   map[string]string // by name
	token string
	http.Handler
}

func newOdd(t testing.TB) *odd {
	t.Helper()
	o := &odd{follower: newFollower(t, ghosttest.Options{Only: few}, 0), ids: map[string]string{}}
	documents := ghosttest.GatedDocuments()
	for i, name := range slices.Sorted(maps.Keys(documents)) {
		p := ghosttest.Post{Title: fmt.Sprintf("Odd number %03d", i), Slug: fmt.Sprintf("odd-%03d", i), Status: "published"}
		d := documents[name]
		for _, text := range []*string{&d.Lexical, &d.HTML} {
			*text = strings.NewReplacer(ghosttest.GatedWord, gatedWord, "FREE", "qzfreeq").Replace(*text)
		}
		d.SetOn(&p)
		o.ids[name] = o.CreatePost(p)
	}
	sites, err := urls.New("http://localhost:8080", nil)
	must(t, err)
	token, err := auth.Development(t.TempDir())
	must(t, err)
	o.token = token.Token()
	app, err := api.New(api.AppOptions{
		Config: config.Config{DataDir: t.TempDir(), Sites: sites, Ghost: config.Ghost{URL: o.url, AdminKey: config.NewSecret(ghosttest.AdminKey)}},
		Pool:   o.pool, Clock: o.clock, Log: o.log, Verifier: token,
	})
	must(t, err)
	t.Cleanup(func() { app.Close() })
	o.Handler = app.Handler(nil)
	return o
}

// ask is one answer: its status, headers and body.
func (o *odd) ask(method, at string, header ...string) (*http.Response, string) {
	r := httptest.NewRequest(method, at, nil)
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "localhost:8080"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	return w.Result(), fmt.Sprint(w.Code, w.Header(), w.Body.String())
}

// answers is what strangers get of everything that there is to ask for.
func (o *odd) answers() map[string]string {
	o.t.Helper()
	places := []string{
		"/v1/posts?limit=100", "/v1/posts?limit=100&include=html", "/v1/posts?limit=100&include=html,ordinals", "/v1/posts?page=0&include=html",
		"/v1/posts?limit=100&include=html&fields=items.html", "/v1/posts?status=all", "/v1/posts?include=document", "/v1/posts?fields=items.document,items.members_html",
		"/v1/pages?include=html", "/v1/tags", "/v1/authors", "/v1/settings", "/v1/tiers", "/v1/newsletters", "/v1/members", "/v1/ghost", "/editor/ghost/",
		"/v1/search?q=" + gatedWord, "/search/?q=" + gatedWord, "/v1/redirects", "/v1/redirects/resolve?path=/" + "odd-000/",
		"/v1/posts/nothing-" + "here", "/hooks/ghost/main/post.edited",
	}
	for _, row := range o.rows("SELECT slug || ' post_' || replace(id::text, '-', '') FROM blog.posts WHERE origin = 'ghost'") {
		slug, id, _ := strings.Cut(row, " ")
		for _, rest := range []string{slug, id + "/body", slug + "?fields=html,editor.source", id + "?include=html", slug + "/body?fields=html"} {
			places = append(places, "/v1/posts/"+rest)
		}
		places = append(places, "/v1/posts?ids="+id+"&include=html", "/read/"+slug+"/")
	}
	said := map[string]string{}
	for _, at := range places {
		res, text := o.ask("GET", at)
		said["GET "+at] = strings.ReplaceAll(text, url.QueryEscape(gatedWord), "")
		if strings.Contains(at, "?q=") || res.StatusCode >= 500 {
			said["GET "+at] = text
		}
		if tag := res.Header.Get("ETag"); tag != "" {
			_, said["HEAD "+at] = o.ask("HEAD", at)
			_, said["again "+at] = o.ask("GET", at, "If-None-Match", `"another"`)
			_, said["POST "+at] = o.ask("POST", at, "If-Match", tag)
		}
	}
	_, said["a wrong token"] = o.ask("GET", "/v1/posts?status=all&include=html", "Authorization", "Bearer "+strings.Repeat("0", len(o.token)))
	// What one searches for stands in the field where one does.
	at := "GET /search/?q=" + gatedWord
	said[at] = strings.ReplaceAll(said[at], `value="`+gatedWord+`"`, "")
	return said
}

// closed fails where a gated word is anywhere.
func (o *odd) closed(when string) {
	o.t.Helper()
	must(o.t, o.build())
	o.indexed()
	places := o.published()
	maps.Copy(places, o.answers())
	for _, place := range slices.Sorted(maps.Keys(places)) {
		text := strings.ToLower(places[place])
		if at := strings.Index(text, gatedWord); at >= 0 && !strings.Contains(place, "search") {
			o.t.Errorf("%s, %s holds the gated word: …%s…", when, place, text[max(0, at-200):min(len(text), at+100)])
		}
	}
	if found := o.rows("SELECT id || ' ' || title FROM search.documents WHERE words @@ $1::tsquery OR head @@ $1::tsquery", gatedWord); len(found) > 0 {
		o.t.Errorf("%s, the search finds %q", when, found)
	}
	if _, text := o.ask("GET", "/v1/search?q="+gatedWord); strings.Contains(text, "odd-") {
		o.t.Errorf("%s, the search answers %s", when, text)
	}
}

// TestOddGates: no gated word of any odd document is anywhere that strangers, or those who
// keep the site, look: in no page, feed, map, index, answer, event, job, log or generation;
// neither when posts were for everybody meanwhile.
func TestOddGates(t *testing.T) {
	t.Parallel()
	o := newOdd(t)
	o.compared()
	o.closed("at first")
	free := 0
	for name, d := range ghosttest.GatedDocuments() {
		p := o.State().Posts[o.ids[name]]
		_, body := o.ask("GET", "/v1/posts/"+p.Slug+"/body")
		for _, word := range d.Free {
			free++
			if word = strings.Replace(word, "FREE", "qzfreeq", 1); !strings.Contains(body, word) {
				t.Errorf("%s: %s is hidden, which everybody may read: %s", name, word, body)
			}
		}
		res, editors := o.ask("GET", "/v1/posts/"+p.Slug+"/body", "Authorization", "Bearer "+o.token)
		if res.Header.Get("Cache-Control") != "private, no-store" || !strings.Contains(editors, `"access":true`) {
			t.Errorf("%s: an editor reads %.300s", name, editors)
		}
		// Nobody else may keep what was an editor's.
		if again, _ := o.ask("GET", "/v1/posts/"+p.Slug+"/body", "If-None-Match", res.Header.Get("ETag")); again.StatusCode != 200 {
			t.Errorf("%s: with an editor's version a stranger gets %d", name, again.StatusCode)
		}
	}
	if free < 50 {
		t.Errorf("%d words are for everybody", free)
	}
	var gated []string
	for name, d := range ghosttest.GatedDocuments() {
		// In one nobody sees anything once it is for members.
		if d.Visibility == "members" && name != "a card for strangers in a whole post" {
			gated = append(gated, o.ids[name])
		}
	}
	slices.Sort(gated)
	o.BulkAccess(gated, "public")
	o.compared()
	must(t, o.build())
	o.BulkAccess(gated, "members")
	o.compared()
	o.closed("when they were public meanwhile")
}
