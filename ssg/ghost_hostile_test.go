// What hostile people write into the fields of a Ghost, on pages as they are served.

package ssg_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/ical"
)

// hostileTexts try to run, to load, or to end what they stand in. Each has the mark that is
// put in the place of %s.
var hostileTexts = []string{
	`%s<script>alert(1)</script>`, `%s</script><script>alert(1)</script>`, `%s"><img src=x onerror=alert(1)>`, `%s' onmouseover='alert(1)`, `%s" autofocus onfocus="alert(1)" x="`,
	`%s</title></textarea></style><svg onload=alert(1)>`, `%s--><iframe src="javascript:alert(1)"></iframe>`, `%s<!--`, `%s]]></description><script>alert(1)</script>`, `%s&lt;script&gt;alert(1)&lt;/script&gt;`,
	`javascript:alert('%s')`, "java\tscript:alert('%s')", `data:text/html,%s<script>alert(1)</script>`, `vbscript:%s`, `//%s.evil.example/"onload="alert(1)`, `https://%s.evil.example/?"><script>alert(1)</script>`, `https://user:pass@evil.example/%s`,
	`%s{{7*7}}${7*7}<%%= 7 %%>`, `%s\u003cscript\u003e`, "%s\u2028\u2029\u202e\ufeff", "%s\x01\x08\x0b\x1f\x7f", `%s` + "\ufffe\uffff", `%s;url=javascript:alert(1)`, `red;background:url(//evil.example/%s)`,
	`%s` + "\r\nSet-Cookie: a=b\r\n\r\n", `<figure class="kg-card kg-embed-card" data-embed-src="https://%s.evil.example/">x</figure>`, `<a id="main" name="gate" href="javascript:alert(1)">%s</a>`,
}

// fillTexts writes a value into every text of a thing but those that say what it is.
func fillTexts(thing any, value string) {
	v := reflect.ValueOf(thing).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); {
		case name == "Meta":
			fillTexts(f.Addr().Interface(), value)
		case f.Kind() == reflect.String && !slices.Contains([]string{"ID", "UUID", "CommentID", "Type", "Slug", "URL", "Status", "Visibility", "Lexical", "Mobiledoc", "Newsletter", "CustomTemplate", "Email", "Password"}, name):
			f.SetString(value)
		}
	}
}

// TestHostileFields: whatever stands in the fields of posts, tags, authors and settings, pages
// run nothing, load nothing but pictures, sound and film, and are whole; feeds, maps and
// structured data can be read.
func TestHostileFields(t *testing.T) {
	t.Parallel()
	f := newFollower(t, ghosttest.Options{Only: few}, 0)
	years := []int{1, 1970, 9998}
	for i, text := range hostileTexts {
		value := fmt.Sprintf(text, fmt.Sprintf("qzhostile%02dq", i))
		tag := ghosttest.Tag{Slug: fmt.Sprintf("tag-%d", i)}
		fillTexts(&tag, value)
		id := f.AddTag(tag)
		p := ghosttest.Post{Slug: fmt.Sprintf("hostile-%d", i), Status: "published", Visibility: "public", Tags: []string{id}}
		fillTexts(&p, value)
		p.SetBody(ghosttest.Paragraph(value), ghosttest.HTMLCard(value), ghosttest.Image(value), ghosttest.Heading(2, value))
		p.PublishedAt = time.Date(years[i%len(years)], 12, 31, 23, 59, 59, 0, time.UTC)
		f.CreatePost(p)
		p.Slug, p.Type = fmt.Sprintf("hostile-page-%d", i), "page"
		f.CreatePost(p)
	}
	for round, text := range hostileTexts[:4] {
		value := fmt.Sprintf(text, "qzsettingq")
		for id := range f.State().Users {
			f.EditUser(id, func(u *ghosttest.User) { fillTexts(u, value) })
		}
		settings := map[string]any{"accent_color": value, "navigation": fmt.Sprintf(`[{"label":%q,"url":%q},{"label":"x","url":"javascript:alert(1)"}]`, value, value),
			"announcement_content": value, "announcement_visibility": `["visitors"]`}
		for _, key := range []string{"title", "description", "logo", "icon", "cover_image", "locale", "timezone", "facebook", "twitter", "meta_title", "og_image", "og_title", "twitter_description", "codeinjection_head", "codeinjection_foot"} {
			settings[key] = value
		}
		f.EditSettings(settings)
		f.compared()
		must(t, f.build())
		pages, _ := served(everyFile(t, f.dir))
		hostile := 0
		for name, body := range pages {
			switch path.Ext(name) {
			case ".html":
				if strings.Contains(body, "qzhostile") {
					hostile++
				}
				harmless(t, fmt.Sprintf("round %d, %s", round, name), body)
			case ".xml", ".xsl":
				d := xml.NewDecoder(strings.NewReader(body))
				for {
					if _, err := d.Token(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						t.Errorf("round %d, %s: %v", round, name, err)
						break
					}
				}
			case ".ics":
				if faults := ical.Lint([]byte(body)); len(faults) > 0 {
					t.Errorf("round %d, %s: %v", round, name, faults)
				}
			case ".json":
				if !json.Valid([]byte(body)) {
					t.Errorf("round %d, %s is no JSON", round, name)
				}
			}
		}
		if hostile < 2*len(hostileTexts) {
			t.Errorf("%d pages hold what is hostile", hostile)
		}
	}
}

// harmless fails where a page could run or load what is not its own.
func harmless(t *testing.T, name, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	must(t, err)
	counts := map[string]int{}
	fault := func(format string, args ...any) { t.Errorf("%s: %.300s", name, fmt.Sprintf(format, args...)) }
	var look func(n *html.Node)
	look = func(n *html.Node) {
		if n.Type == html.ElementNode {
			counts[n.Data]++
			attrs := map[string]string{}
			for _, a := range n.Attr {
				attrs[a.Key] = a.Val
				u, err := url.Parse(strings.Map(func(r rune) rune {
					if r <= ' ' {
						return -1
					}
					return r
				}, a.Val))
				switch {
				case a.Key == "href" && strings.HasPrefix(a.Val, "webcal://localhost:8080/ics/"): // our own feeds
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "formaction", a.Key == "http-equiv" && !strings.EqualFold(a.Val, "content-security-policy"):
					fault("%s %s=%q", n.Data, a.Key, a.Val)
				case (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "poster") && (err == nil && !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, u.Scheme) || err != nil && strings.Contains(strings.ToLower(a.Val), "script:")):
					fault("%s %s=%q", n.Data, a.Key, a.Val)
				}
			}
			switch n.Data {
			case "script":
				switch attrs["type"] {
				case "application/ld+json", "speculationrules":
					if n.FirstChild == nil || !json.Valid([]byte(n.FirstChild.Data)) {
						fault("data that is no JSON: %v", n.FirstChild)
					}
				default:
					if !strings.HasPrefix(attrs["src"], "/_assets/") || attrs["integrity"] == "" || n.FirstChild != nil {
						fault("a script: %v", n.Attr)
					}
				}
			case "base":
				if _, elsewhere := attrs["href"]; elsewhere || !strings.Contains(name, "/_fragments/") {
					fault("an element base: %v", n.Attr)
				}
			case "iframe", "object", "embed", "style", "svg-script", "template", "frame", "applet", "math":
				fault("an element %s", n.Data)
			case "link":
				if rel := attrs["rel"]; (rel == "stylesheet" || rel == "preload" || rel == "modulepreload") && !strings.HasPrefix(attrs["href"], "/") {
					fault("a link to %q", attrs["href"])
				}
			case "form":
				if !strings.HasPrefix(attrs["action"], "/") || strings.HasPrefix(attrs["action"], "//") {
					fault("a form to %q", attrs["action"])
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			look(c)
		}
	}
	look(doc)
	for _, one := range []string{"title", "h1", "main", "body", "head"} {
		if counts[one] != 1 {
			fault("%d elements %s", counts[one], one)
		}
	}
}
