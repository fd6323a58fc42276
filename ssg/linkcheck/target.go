// Targets: where an address leads.

package linkcheck

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// target is where an address leads.
type target struct {
	own    bool   // to this site
	reason string // empty: to something
	file   int32  // -1: not to a file
	id     string // what has to be in the file
}

var (
	foreign = target{file: -1}
	dynamic = target{own: true, file: -1}
)

func broken(reason string) target { return target{own: true, file: -1, reason: reason} }

// resolve finds where an address in a file of a tree leads. at is the file's own
// address in its tree.
func (c *checker) resolve(tree, at, address string) target {
	u, err := url.Parse(address)
	if err != nil {
		if strings.Contains(address, "//") && !slices.ContainsFunc(c.Sites.Origins(), func(o string) bool { return strings.HasPrefix(address, o) }) {
			return foreign
		}
		return broken(noAddress)
	}
	if u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return foreign // mailto:, tel:, data:
	}
	switch {
	case u.Host != "":
		origin := c.originOf(tree)
		if u.Scheme == "" {
			u.Scheme, _, _ = strings.Cut(origin, ":")
		}
		var ours bool
		if tree, ours = c.treeOf(u); !ours {
			return foreign
		}
	case u.Scheme != "":
		return broken(noAddress) // http: without a host
	default:
		u = (&url.URL{Path: at}).ResolveReference(u)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return c.inTree(tree, u)
}

// inTree finds what is at a path of a tree.
func (c *checker) inTree(tree string, u *url.URL) target {
	at := u.Path
	if strings.ContainsAny(at, "\\\x00") || path.Clean(at) != strings.TrimSuffix(at, "/") && at != "/" {
		return broken(noFile)
	}
	name := tree + at
	if strings.HasSuffix(at, "/") {
		name += "index.html"
	}
	n, found := c.files[name]
	if !found { // which the server answers with a redirect
		n, found = c.files[name+"/index.html"]
	}
	switch {
	case found:
		id, _, _ := strings.Cut(u.Fragment, ":~:") // a text fragment is a matter of browsers
		return target{own: true, file: n, id: id}
	case strings.HasPrefix(at, "/media/"): // which every origin answers
		if c.Media != nil && !c.Media(at) {
			return broken(noMedia)
		}
		return dynamic
	case answered(at):
		return dynamic
	}
	return broken(noFile)
}

// originOf is the origin of a tree.
func (c *checker) originOf(tree string) string {
	for _, app := range c.Sites.InTree(tree) {
		return c.Sites.Base(app)
	}
	return c.Sites.Main()
}

// treeOf is the tree of an absolute address.
func (c *checker) treeOf(u *url.URL) (tree string, ours bool) {
	origin, err := urls.Origin(u.Scheme + "://" + u.Host)
	if err != nil {
		return "", false
	}
	for _, tree := range c.Sites.Trees() {
		if c.originOf(tree) == origin {
			return tree, true
		}
	}
	return urls.MainTree, origin == c.Sites.Main()
}

// built are the reserved words below which there are files, all of them.
var built = map[string]bool{"market": true, "tag": true, "author": true, "page": true, "pages": true, "media": true, strings.Trim(site.AssetPrefix, "/"): true}

// answered tells the paths at which the program answers without a file: the words
// that it keeps for itself, but for those below which pages are built.
func answered(at string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(at, "/"), "/")
	return urls.Reserved(first) && !built[first]
}

func hash(id string) uint64 { return xxhash.Sum64String(id) }
