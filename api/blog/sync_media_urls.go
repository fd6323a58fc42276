// Which files an object of Ghost's shows, by their addresses.

package blog

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/blog/ghost"
)

// shownFile is a file that an object shows.
type shownFile struct {
	url   string // absolute; Ghost's smaller pictures are the one that they were made of
	ghost bool   // it stands at the Ghost
	sort  fileSort
}

// fileSort is what a file is for, told from its address.
type fileSort int

const (
	shownPicture fileSort = iota
	shownMedia            // sound or film
	shownOther
)

// fileAddresses tells the addresses of files from others, for one Ghost.
type fileAddresses struct {
	origin string // scheme and host of the Ghost
	host   string
	folder string // its path, without a slash at the end
	pages  string // the host of its pages, where that is another one
}

// newFileAddresses reads the address of a Ghost; without one only pictures of other hosts
// are files. page is where it has a page, which may be on another host; it may be empty.
func newFileAddresses(ghostAt, page string) fileAddresses {
	u, err := url.Parse(strings.TrimSuffix(ghostAt, "/"))
	if err != nil || u.Host == "" {
		return fileAddresses{}
	}
	a := fileAddresses{origin: u.Scheme + "://" + u.Host, host: u.Host, folder: strings.TrimSuffix(u.EscapedPath(), "/")}
	if u, err := url.Parse(page); err == nil && !strings.EqualFold(u.Host, a.host) {
		a.pages = u.Host
	}
	return a
}

// maxAddress is the longest address that is remembered, in bytes.
const maxAddress = 2000

// spacer is where Ghost's older film cards have their empty posters from.
const spacer = "img.spacergif.org"

// ghostSize is the part of the address of a smaller picture, as in
// content/images/size/w600/format/webp/2026/01/loaf.jpg.
var ghostSize = regexp.MustCompile(`(/content/images)/size/w[0-9]+(?:h[0-9]+)?(?:/format/[a-z0-9]+)?/`)

// original is the address of the picture that a smaller one of Ghost's was made of, any
// other address as it is.
func original(address string) string { return ghostSize.ReplaceAllString(address, "$1/") }

// file reads an address as an object has it. Files of other hosts are taken where picture
// says that it is one.
func (a fileAddresses) file(address string, picture bool) (shownFile, bool) {
	address = strings.TrimSpace(address)
	if rest, ok := strings.CutPrefix(address, ghostURL); ok {
		address = a.origin + a.folder + "/" + strings.TrimPrefix(rest, "/")
	} else if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
		address = a.origin + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.User != nil || u.Host == "" || strings.EqualFold(u.Host, spacer) {
		return shownFile{}, false
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Scheme == "" {
		u.Scheme = "https"
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return shownFile{}, false
	}
	if f, ok := a.ghostFile(u, picture); ok {
		return f, len(f.url) <= maxAddress
	}
	f := shownFile{url: u.String()}
	return f, picture && len(f.url) <= maxAddress
}

// content is where Ghost has the files of posts, by their sort.
var content = [...]string{shownPicture: "/content/images/", shownMedia: "/content/media/", shownOther: "/content/files/"}

// ghostFile reads an address at the Ghost, or on the host of its pages. Of what is not
// below content only pictures are taken.
func (a fileAddresses) ghostFile(u *url.URL, picture bool) (shownFile, bool) {
	path := u.EscapedPath()
	switch {
	case a.host == "":
		return shownFile{}, false
	case strings.EqualFold(u.Host, a.host):
	case a.pages != "" && strings.EqualFold(u.Host, a.pages):
		at := strings.Index(path, "/content/")
		if at < 0 {
			return shownFile{}, false
		}
		path = a.folder + path[at:]
	default:
		return shownFile{}, false
	}
	f := shownFile{url: a.origin + original(path), ghost: true}
	if u.RawQuery != "" {
		f.url += "?" + u.RawQuery
	}
	for sort, folder := range content {
		if rest, ok := strings.CutPrefix(path, a.folder+folder); ok && rest != "" && !dotted(rest) {
			if !picture {
				f.sort = fileSort(sort)
			}
			return f, true
		}
	}
	return f, picture
}

// dotted tells a path that leads out of its folder.
func dotted(path string) bool {
	path = strings.ReplaceAll(strings.ToLower(path), "%2e", ".")
	return slices.Contains(strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }), "..")
}

// shownFiles are the files of one object: each once, and what it is called there.
type shownFiles struct {
	in    fileAddresses
	files []shownFile
	known map[string]bool   // urls of files
	at    map[string]string // the file's url by each address that the object has for it
}

// filesOf finds the files that an object shows: in its own fields, in its HTML and in its
// Lexical or mobiledoc document.
func (a fileAddresses) filesOf(o ghost.Object) shownFiles {
	s := shownFiles{in: a, known: map[string]bool{}, at: map[string]string{}}
	switch o.Kind {
	case ghost.KindPost, ghost.KindTag, ghost.KindUser, ghost.KindSettings:
		s.json(string(o.Data))
	}
	return s
}

func (s *shownFiles) add(address string, picture bool) {
	f, ok := s.in.file(address, picture)
	if !ok {
		return
	}
	s.at[address] = f.url
	if !s.known[f.url] {
		s.known[f.url] = true
		s.files = append(s.files, f)
	}
}

// json reads a document; what is none is passed over.
func (s *shownFiles) json(document string) {
	var v any
	if json.Unmarshal([]byte(document), &v) == nil {
		s.value(v, "", "")
	}
}

// pictureKeys are the fields of objects and of their cards that hold a picture's address.
var pictureKeys = map[string]bool{
	"feature_image": true, "og_image": true, "twitter_image": true, "profile_image": true, "cover_image": true,
	"logo": true, "icon": true, "thumbnail": true, "thumbnail_url": true, "thumbnailSrc": true, "customThumbnailSrc": true,
	"backgroundImageSrc": true, "productImageSrc": true, "imageUrl": true, "iconUrl": true,
}

// notShown are fields whose files no page of ours shows.
var notShown = map[string]bool{"codeinjection_head": true, "codeinjection_foot": true, "text": true}

// value goes through a document. key is the field that v is in, node the type of the card.
func (s *shownFiles) value(v any, key, node string) {
	switch v := v.(type) {
	case map[string]any:
		if t, ok := v["type"].(string); ok {
			node = t
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			s.value(v[k], k, node)
		}
	case []any:
		for _, each := range v {
			s.value(each, key, node)
		}
	case string:
		s.text(v, key, node)
	}
}

func (s *shownFiles) text(v, key, node string) {
	switch {
	case v == "" || notShown[key]:
	case key == "lexical" || key == "mobiledoc":
		s.json(v)
	case key == "src":
		s.add(v, node != "video" && node != "audio" && node != "file")
	case pictureKeys[key]:
		s.add(v, true)
	default:
		if strings.Contains(v, "<") {
			s.html(v)
		}
		if key == "markdown" {
			s.mentioned(v)
		}
		if strings.Contains(v, "/content/") && len(v) <= maxAddress {
			s.add(v, false) // where it is an address, and below the Ghost's
		}
	}
}

// mention is an address of Ghost's in the source of a Markdown card.
var mention = regexp.MustCompile(`(?:__GHOST_URL__|https?://[^\s"'<>()\\/]+)[^\s"'<>()\\]*?/content/(?:images|media|files)/[^\s"'<>()\\]+`)

func (s *shownFiles) mentioned(text string) {
	for _, address := range mention.FindAllString(text, -1) {
		s.add(strings.TrimRight(html.UnescapeString(address), ".,;:!?"), false)
	}
}

// html reads a document's elements.
func (s *shownFiles) html(document string) {
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			s.element(z.Token())
		}
	}
}

func (s *shownFiles) element(t html.Token) {
	for _, a := range t.Attr {
		switch use := useOf(t.Data, a.Key); use {
		case oneAddress:
			s.add(a.Val, false)
		case onePicture:
			s.add(a.Val, true)
		case severalPictures:
			for _, c := range candidates(a.Val) {
				s.add(c.address, true)
			}
		case styleRules:
			for _, m := range styleURL.FindAllStringSubmatch(a.Val, -1) {
				s.add(m[1]+m[2]+m[3], true)
			}
		}
	}
}
