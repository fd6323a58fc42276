// Embedded pages of others. Nothing of another host is loaded before the reader asks
// for it: a frame becomes a link. Where the other host is one of the few that may be
// framed, the figure around the link also says which address a script may load in its
// place, in one spelling, which tells the host nothing that it need not know.

package safehtml

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// embedSrc is the attribute of a figure whose link may be replaced by a frame.
const embedSrc = "data-embed-src"

// A host is one whose pages may be framed.
type host struct {
	name   string
	origin string   // of the frames: what a page's policy allows
	also   []string // other hosts whose addresses it understands
	class  string   // the shape of its frames
	verb   string   // what one does with it: a title where there is none
	// frame makes the address of the frame and that of the page, for a link, of
	// an address that somebody wrote. ok is false where it is of another kind.
	frame func(u *url.URL) (src, page string, ok bool)
}

var hosts = []host{
	{"YouTube", "https://www.youtube-nocookie.com", []string{"www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"}, "kg-embed-video", "Watch", youTube},
	{"Vimeo", "https://player.vimeo.com", []string{"vimeo.com"}, "kg-embed-video", "Watch", vimeo},
	{"SoundCloud", "https://w.soundcloud.com", nil, "kg-embed-audio", "Listen", soundCloud},
	{"Spotify", "https://open.spotify.com", nil, "kg-embed-audio", "Listen", spotify},
	{"Transistor", "https://share.transistor.fm", nil, "kg-embed-audio", "Listen", transistor},
	{"Bandcamp", "https://bandcamp.com", nil, "kg-embed-tall", "Listen", bandcamp},
	{"CodePen", "https://codepen.io", nil, "kg-embed-tall", "Open the pen", codePen},
	{"the Internet Archive", "https://archive.org", []string{"www.archive.org"}, "kg-embed-video", "Watch", archive},
}

// FrameOrigins lists the origins of which Clean lets a page load a frame when the
// reader asks for it: what a page's policy has to allow.
func FrameOrigins() []string {
	origins := make([]string, len(hosts))
	for i, h := range hosts {
		origins[i] = h.origin
	}
	return origins
}

// frameAddress fits the addresses that framed makes, and no other host's.
var frameAddress = regexp.MustCompile(`^(` + strings.Join(quoted(FrameOrigins()), "|") + `)/[A-Za-z0-9/?=&%._-]+$`)

func quoted(list []string) []string {
	for i, s := range list {
		list[i] = regexp.QuoteMeta(s)
	}
	return list
}

// framed finds the host of an address that somebody put into a frame, and the
// addresses to use instead.
func framed(address string) (h host, src, page string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.User != nil || u.Port() != "" || (u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "") {
		return host{}, "", "", false
	}
	name := strings.ToLower(u.Host)
	for _, h := range hosts {
		if "https://"+name != h.origin && !slices.Contains(h.also, name) {
			continue
		}
		if src, page, ok = h.frame(u); ok {
			return h, src, page, true
		}
	}
	return host{}, "", "", false
}

var (
	videoID   = regexp.MustCompile(`^[A-Za-z0-9_-]{6,64}$`)
	digits    = regexp.MustCompile(`^[0-9]{1,15}$`)
	shortHash = regexp.MustCompile(`^[0-9a-f]{6,40}$`)
	slug      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	trackPath = regexp.MustCompile(`^/[A-Za-z0-9/_:%.-]{1,300}$`)
	secret    = regexp.MustCompile(`^s-[A-Za-z0-9]{1,40}$`)
	bandPath  = regexp.MustCompile(`^/EmbeddedPlayer(/[a-z_]{1,20}=[A-Za-z0-9_-]{1,40}){1,12}/?$`)
)

// parts are the segments of a path.
func parts(u *url.URL) []string { return strings.Split(strings.Trim(u.Path, "/"), "/") }

func youTube(u *url.URL) (src, page string, ok bool) {
	p, q := parts(u), u.Query()
	id := q.Get("v")
	switch {
	case len(p) == 2 && slices.Contains([]string{"embed", "shorts", "live", "v"}, p[0]):
		id = p[1]
	case strings.EqualFold(u.Host, "youtu.be") && len(p) == 1:
		id = p[0]
	}
	if list := q.Get("list"); (id == "videoseries" || id == "") && videoID.MatchString(list) {
		return "https://www.youtube-nocookie.com/embed/videoseries?list=" + list, "https://www.youtube.com/playlist?list=" + list, true
	}
	if !videoID.MatchString(id) || id == "videoseries" {
		return "", "", false
	}
	src, page = "https://www.youtube-nocookie.com/embed/"+id, "https://www.youtube.com/watch?v="+id
	for _, key := range []string{"start", "t"} {
		if from := strings.TrimSuffix(q.Get(key), "s"); digits.MatchString(from) {
			return src + "?start=" + from, page + "&t=" + from + "s", true
		}
	}
	return src, page, true
}

func vimeo(u *url.URL) (src, page string, ok bool) {
	p := parts(u)
	if p[0] == "video" {
		p = p[1:]
	}
	if len(p) == 0 || len(p) > 2 || !digits.MatchString(p[0]) {
		return "", "", false
	}
	src, page = "https://player.vimeo.com/video/"+p[0]+"?dnt=1", "https://vimeo.com/"+p[0]
	hash := u.Query().Get("h")
	if len(p) == 2 {
		hash = p[1]
	}
	if shortHash.MatchString(hash) {
		src, page = src+"&h="+hash, page+"/"+hash
	}
	return src, page, true
}

// soundCloud takes the address of the track, which is a parameter of the frame's.
func soundCloud(u *url.URL) (src, page string, ok bool) {
	track, err := url.Parse(u.Query().Get("url"))
	if err != nil || strings.Trim(u.Path, "/") != "player" || !trackPath.MatchString(track.EscapedPath()) {
		return "", "", false
	}
	of := strings.ToLower(track.Host)
	if of != "soundcloud.com" && of != "api.soundcloud.com" {
		return "", "", false
	}
	page = "https://" + of + track.EscapedPath()
	if token := track.Query().Get("secret_token"); secret.MatchString(token) {
		page += "?secret_token=" + token
	}
	src = "https://w.soundcloud.com/player/?url=" + url.QueryEscape(page)
	if of != "soundcloud.com" {
		page = src // the API's address is no page; the player's is
	}
	return src, page, true
}

func spotify(u *url.URL) (src, page string, ok bool) {
	p := parts(u)
	if len(p) != 3 || p[0] != "embed" || !slug.MatchString(p[2]) ||
		!slices.Contains([]string{"track", "album", "playlist", "episode", "show", "artist"}, p[1]) {
		return "", "", false
	}
	at := p[1] + "/" + p[2]
	return "https://open.spotify.com/embed/" + at, "https://open.spotify.com/" + at, true
}

func transistor(u *url.URL) (src, page string, ok bool) {
	p := parts(u)
	if len(p) < 2 || len(p) > 3 || p[0] != "e" || slices.ContainsFunc(p[1:], func(s string) bool { return !slug.MatchString(s) }) {
		return "", "", false
	}
	src = "https://share.transistor.fm/" + strings.Join(p, "/")
	if len(p) == 2 {
		return src, "https://share.transistor.fm/s/" + p[1], true
	}
	return src, src, true
}

func bandcamp(u *url.URL) (src, page string, ok bool) {
	if !bandPath.MatchString(u.Path) {
		return "", "", false
	}
	src = "https://bandcamp.com" + u.Path
	return src, src, true
}

func codePen(u *url.URL) (src, page string, ok bool) {
	p := parts(u)
	if len(p) == 4 && p[2] == "preview" {
		p = slices.Delete(p, 2, 3)
	}
	if len(p) != 3 || p[1] != "embed" || !slug.MatchString(p[0]) || !slug.MatchString(p[2]) {
		return "", "", false
	}
	return "https://codepen.io/" + p[0] + "/embed/" + p[2] + "?default-tab=result", "https://codepen.io/" + p[0] + "/pen/" + p[2], true
}

func archive(u *url.URL) (src, page string, ok bool) {
	p := parts(u)
	if len(p) != 2 || p[0] != "embed" || !slug.MatchString(p[1]) {
		return "", "", false
	}
	return "https://archive.org/embed/" + p[1], "https://archive.org/details/" + p[1], true
}

// replaceFrame puts a link in the place of an embedded page. Of a Transistor card
// nothing stays: its address waits for the number of the member who reads.
func replaceFrame(parent, frame *html.Node) {
	address := attr(frame, "src")
	if address == "" && !has(frame, "data-kg-transistor-embed") {
		address = attr(frame, "data-src")
	}
	defer parent.RemoveChild(frame)
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "") {
		return
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	}
	title := strings.Join(strings.Fields(attr(frame, "title")), " ")
	h, src, page, ok := framed(address)
	switch {
	case within(frame, atom.A):
		// A link has no links in it.
		parent.InsertBefore(text(or(title, u.Host)), frame)
	case within(frame, phrasing...) && !alone(frame):
		parent.InsertBefore(plainLink(or(page, u.String()), or(title, u.Host)), frame)
	case !ok:
		p := element(atom.P, "class", "embed-link")
		p.AppendChild(plainLink(u.String(), or(title, u.Host)))
		place(parent, frame, p)
	default:
		figure := parent
		if figure.DataAtom != atom.Figure || !hasClass(figure, "kg-embed-card") || has(figure, embedSrc) {
			figure = element(atom.Figure, "class", "kg-card kg-embed-card")
			place(parent, frame, figure)
		}
		set(figure, embedSrc, src)
		addClass(figure, h.class)
		if shape := shape(attr(frame, "width"), attr(frame, "height")); h.class == "kg-embed-video" && shape != "" && shape != "kg-ratio-16-9" {
			addClass(figure, shape)
		}
		a := embedLink(h, page, title)
		if figure == parent {
			parent.InsertBefore(a, frame)
		} else {
			figure.AppendChild(a)
		}
	}
}

// embedLink is what stands where the frame would: words that lead to the page.
func embedLink(h host, page, title string) *html.Node {
	a := element(atom.A, "class", "kg-embed-link", "href", page, "rel", "noopener")
	said, by := element(atom.Span, "class", "kg-embed-title"), element(atom.Span, "class", "kg-embed-host")
	said.AppendChild(text(or(title, h.verb)))
	by.AppendChild(text("on " + h.name))
	for _, n := range []*html.Node{said, text(" "), by} {
		a.AppendChild(n)
	}
	return a
}

func plainLink(address, said string) *html.Node {
	a := element(atom.A, "href", address, "rel", "noopener")
	a.AppendChild(text(said))
	return a
}

// checkEmbed holds a figure that says what may be framed to what replaceFrame would
// have written: an address in our spelling, and a link.
func checkEmbed(figure *html.Node) {
	if !has(figure, embedSrc) {
		return
	}
	h, src, page, ok := framed(attr(figure, embedSrc))
	if !ok || figure.DataAtom != atom.Figure || src != attr(figure, embedSrc) || within(figure, atom.A) {
		drop(figure, embedSrc)
		return
	}
	if first(figure, "kg-embed-link") == nil {
		figure.InsertBefore(embedLink(h, page, ""), figure.FirstChild)
	}
}

// phrasing are elements that hold words and no blocks.
var phrasing = []atom.Atom{
	atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Summary, atom.Span, atom.Em, atom.Strong,
	atom.B, atom.I, atom.S, atom.U, atom.Sub, atom.Sup, atom.Mark, atom.Small, atom.Code, atom.Cite, atom.Q, atom.Pre,
}

// alone tells whether n is all there is in a paragraph, whose place it can take.
func alone(n *html.Node) bool {
	p := n.Parent
	if p.DataAtom != atom.P || within(p, phrasing...) {
		return false
	}
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		if c != n && (c.Type != html.TextNode || strings.TrimSpace(c.Data) != "") {
			return false
		}
	}
	return true
}

// place puts a block where n is, or where its paragraph is if it is alone in it.
func place(parent, n, block *html.Node) {
	if parent.DataAtom == atom.P && parent.Parent != nil && alone(n) {
		parent.Parent.InsertBefore(block, parent)
		parent.Parent.RemoveChild(parent)
		return
	}
	parent.InsertBefore(block, n)
}
