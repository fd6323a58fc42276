// What the addresses in things of Ghost's become here: files are shown from our copies,
// and links to the Ghost lead to pages of ours.

package blog

import (
	"context"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
)

// ghostURL is what exports have in place of the Ghost's own address.
const ghostURL = ghost.Placeholder

// noPlaceFlag is on a post of an export whose pictures are at a Ghost that nobody named.
const noPlaceFlag = "pictures of the old site are missing: set GHOST_URL and import again"

// addresses turns those of one object into ours.
type addresses struct {
	options SyncOptions
	host    string            // of the Ghost's pages
	origin  string            // of the Ghost's pages, as posts are stored with it
	copies  map[string]string // see copied
	missing []string          // flags, see copied
	paths   map[string]string // of our posts, by where Ghost has them
	blank   bool              // a picture was left out whose place nobody has said
}

// addressesOf reads, in tx, what the addresses of an object are here. at is where Ghost has
// the object, empty where it does not say; its pages may be on another host than its API.
func (y *Sync) addressesOf(ctx context.Context, tx pgx.Tx, o ghost.Object, at string) (*addresses, error) {
	a := &addresses{options: y.options, paths: map[string]string{}}
	for _, address := range []string{at, y.options.URL} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			a.host, a.origin = strings.ToLower(u.Host), u.Scheme+"://"+u.Host
			break
		}
	}
	var err error
	a.copies, a.missing, err = y.copied(ctx, tx, o)
	return a, err
}

// flags say which pictures are not here.
func (a *addresses) flags() []string {
	if a.blank {
		return append([]string{noPlaceFlag}, a.missing...)
	}
	return a.missing
}

// file is where a file is shown from: our copy, else where it is. It is empty where nobody
// knows the place of the Ghost that has it, and where it is no address of a file.
func (a *addresses) file(address string) string {
	if ours, ok := copyOf(address, a.copies); ok {
		return ours
	}
	rest, placeholder := strings.CutPrefix(address, ghostURL)
	switch {
	case !placeholder && !isWeb(address):
		return ""
	case !placeholder:
		return address
	case a.options.URL == "":
		a.blank = true
		return ""
	}
	return strings.TrimSuffix(a.options.URL, "/") + rest
}

// isWeb tells an http or https address, and a path of this site, from others.
func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https") && (u.Host != "" || u.Scheme == "" && strings.HasPrefix(address, "/"))
}

func (a *addresses) image(src, alt, caption string) *contract.Image {
	if src = a.file(src); src == "" {
		return nil
	}
	caption, err := safehtml.Clean(a.ours(localise(caption, a.copies)))
	if err != nil {
		caption = ""
	}
	return &contract.Image{URL: src, Alt: alt, Caption: caption}
}

// meta takes the fields for search engines and other sites. A canonical address at the
// Ghost itself says nothing: the page stands here. Nor does one that no page can have.
func (a *addresses) meta(m ghost.Meta, canonical string) contract.Meta {
	if _, own := a.ownPath(canonical); own || !isWeb(canonical) {
		canonical = ""
	}
	return contract.Meta{
		MetaTitle: m.MetaTitle, MetaDescription: m.MetaDescription, CanonicalURL: canonical,
		OGTitle: m.OGTitle, OGDescription: m.OGDescription, OGImage: a.file(m.OGImage),
		TwitterTitle: m.TwitterTitle, TwitterDescription: m.TwitterDescription, TwitterImage: a.file(m.TwitterImage),
	}
}

// ownPath is the path of a page of the Ghost's, with a slash at both ends.
func (a *addresses) ownPath(address string) (path string, own bool) {
	if rest, ok := strings.CutPrefix(address, ghostURL); ok {
		u, err := url.Parse(rest)
		return "/" + strings.Trim(u.EscapedPath(), "/") + "/", err == nil
	}
	u, err := url.Parse(address)
	if err != nil || a.host == "" || u.Host == "" || !strings.EqualFold(u.Host, a.host) || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	return a.options.below(address), true
}

// isFile tells a path of the Ghost's that is a file's and no page's.
func isFile(path string) bool {
	return strings.Contains(path, "/content/images/") || strings.Contains(path, "/content/media/") || strings.Contains(path, "/content/files/")
}

// asStored is how the address of a page is written in blog.ghost_objects.
func (a *addresses) asStored(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return a.origin + strings.TrimSuffix(u.EscapedPath(), "/") + "/"
}

// lookUp reads where the posts are here that a document links to.
func (a *addresses) lookUp(ctx context.Context, q *blogdb.Queries, document string) error {
	var wanted []string
	retag(document, func(t *html.Token) (string, bool) {
		if t.Data == "a" || t.Data == "area" {
			for _, at := range t.Attr {
				if path, own := a.ownPath(at.Val); at.Key == "href" && own && !isFile(path) {
					wanted = append(wanted, a.asStored(at.Val))
				}
			}
		}
		return "", false
	})
	if len(wanted) == 0 {
		return nil
	}
	rows, err := q.GhostPaths(ctx, wanted)
	for _, r := range rows {
		a.paths[r.Url] = r.Path
	}
	return err
}

// link is where a link leads: to our post that Ghost has there, else to the same path here.
// Others lead where they led.
func (a *addresses) link(address string) string {
	path, own := a.ownPath(address)
	if !own {
		return address
	}
	if isFile(path) {
		return a.file(address)
	}
	if ours, ok := a.paths[a.asStored(address)]; ok {
		path = ours
	}
	if at := strings.IndexAny(address, "?#"); at >= 0 {
		path += address[at:]
	}
	return path
}

// ours is a document whose links to the Ghost lead here, and in which files that have no
// copy are shown from the Ghost. Pictures are left out whose place nobody has said.
func (a *addresses) ours(document string) string {
	document = retag(document, func(t *html.Token) (string, bool) {
		changed := false
		for i := range t.Attr {
			at := &t.Attr[i]
			was := at.Val
			switch {
			case at.Key == "href" && (t.Data == "a" || t.Data == "area"):
				at.Val = a.link(was)
			case !strings.Contains(was, ghostURL):
			case a.options.URL != "":
				at.Val = strings.ReplaceAll(was, ghostURL, strings.TrimSuffix(a.options.URL, "/"))
			case t.Data == "img":
				a.blank = true
				return "", true
			default:
				a.blank = true
				at.Val = ""
			}
			changed = changed || at.Val != was
		}
		return t.String(), changed
	})
	return strings.ReplaceAll(document, ghostURL, strings.TrimSuffix(a.options.URL, "/"))
}

// retag is a document in which the start tags are replaced for which change says so.
// Everything else stays byte for byte, comments with their gates among it, and tags in
// whose attributes there is one: spelt otherwise it would be none.
func retag(document string, change func(*html.Token) (string, bool)) string {
	var b strings.Builder
	b.Grow(len(document))
	z := html.NewTokenizer(strings.NewReader(document))
	done := 0
	for {
		kind := z.Next()
		raw := len(z.Raw())
		if kind == html.ErrorToken {
			b.WriteString(document[done:])
			return b.String()
		}
		part := document[done : done+raw]
		done += raw
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			t := z.Token()
			if instead, changed := change(&t); changed && !gate.MatchString(part) && !paywall.MatchString(part) {
				part = instead
			}
		}
		b.WriteString(part)
	}
}
