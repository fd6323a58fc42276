// RSS 2.0 feeds: of the site, of each tag and of each author.

package ssg

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	scenes "rose-ash.com/roseash/site-templates/scene"
)

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Self        rssSelf   `xml:"atom:link"`
	LastBuild   string    `xml:"lastBuildDate,omitempty"`
	Items       []rssItem `xml:"item"`
}

type rssSelf struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        rssGUID  `xml:"guid"`
	PubDate     string   `xml:"pubDate"`
	Creators    []string `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description"`
	Content     rssText  `xml:"content:encoded"`
}

type rssGUID struct {
	Value     string `xml:",chardata"`
	Permalink bool   `xml:"isPermaLink,attr"`
}

type rssText struct {
	Value string `xml:",cdata"`
}

// feedOf is the feed of the list that the unit names.
func (r *Renderer) feedOf(from *reader) (*Page, error) {
	s := r.scene(from, urls.Blog)
	switch kind, id := paged(from.unit.ID); kind {
	case kindHome:
		return r.feed(from, s, s.settings.Title, s.settings.Description, urls.Home())
	case kindTag:
		if tag, found := from.tag(contract.TagID(id)); found && len(from.newest[from.unit.ID]) > 0 {
			return r.feed(from, s, s.feedTitle(tag.Name), tag.Description, urls.Tag(tag.Slug))
		}
	case kindAuthor:
		if author, found := from.author(contract.AuthorID(id)); found && len(from.newest[from.unit.ID]) > 0 {
			return r.feed(from, s, s.feedTitle(author.Name), author.Bio, urls.Author(author.Slug))
		}
	}
	from.first(from.unit.ID, feedLength)
	return nil, nil
}

// feed makes the feed of the list at a path. Its dates are those of the posts:
// a feed that says the same has the same bytes.
func (r *Renderer) feed(from *reader, s scene, title, description, at string) (*Page, error) {
	var posts []contract.Post
	for _, id := range from.first(from.unit.ID, feedLength) {
		if p, found := from.item(contract.PostID(id)); found {
			posts = append(posts, p)
		}
	}
	doc := rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/",
		DC: "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title: title, Link: s.absolute(at), Description: description, Language: s.settings.Locale,
			Self: rssSelf{Href: s.absolute(urls.Feed(at)), Rel: "self", Type: "application/rss+xml"},
		},
	}
	var newest time.Time
	for _, p := range posts {
		if p.UpdatedAt.After(newest) {
			newest = p.UpdatedAt
		}
		doc.Channel.Items = append(doc.Channel.Items, s.item(p))
	}
	if !newest.IsZero() {
		doc.Channel.LastBuild = newest.Format(http.TimeFormat)
	}
	body, err := document(doc)
	return r.file(urls.Blog, urls.Feed(at), body), err
}

// item is a post in a feed. Its content is the free part, its guid the id, which
// stays when the address changes.
func (s scene) item(p contract.Post) rssItem {
	item := rssItem{
		Title: p.Title, Link: s.absolute(p.Path), GUID: rssGUID{Value: string(p.ID)},
		PubDate: p.PublishedAt.UTC().Format(http.TimeFormat), Description: p.Excerpt,
		Content: rssText{strings.Map(legalXML, s.absoluteLinks(oneSize.ReplaceAllString(p.HTML, "")))},
	}
	if who := scenes.Readers(p); who != "" {
		item.Content.Value += "<p>The rest is for " + who + ": <a href=\"" + html.EscapeString(item.Link) + "\">read on</a>.</p>"
	}
	for _, a := range p.Authors {
		item.Creators = append(item.Creators, a.Name)
	}
	for _, t := range p.Tags {
		item.Categories = append(item.Categories, t.Name)
	}
	return item
}

// oneSize matches what a feed leaves out of pictures: other widths, whose addresses
// are relative to the page.
var oneSize = regexp.MustCompile(` srcset="[^"]*" sizes="[^"]*"`)

// absoluteLinks makes the addresses in a body absolute: a feed is read elsewhere.
// The body is what our sanitiser writes, so that attributes are in double quotes.
func (s scene) absoluteLinks(body string) string {
	base := s.r.sites.Base(s.app)
	return strings.NewReplacer(
		`href="//`, `href="//`, `src="//`, `src="//`,
		`href="/`, `href="`+base+`/`, `src="/`, `src="`+base+`/`,
	).Replace(body)
}

// legalXML drops what XML 1.0 cannot hold (section 2.2), and what would end CDATA is
// split by encoding/xml.
func legalXML(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

// document writes XML with its declaration. Outside of CDATA encoding/xml replaces
// characters that XML cannot hold.
func document(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
