// Rendering a document.

package lexical

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Version counts the ways in which documents were rendered. Whoever changes what is
// made of a document adds one, and posts are rendered anew.
const Version = 1

// Bounds of a document: bytes of its JSON, and nodes below one another.
const (
	maxSize  = 8 << 20
	maxDepth = 100
	// Of types that are not known so many are named, by so many bytes.
	maxUnknown = 50
	maxName    = 60
)

// ErrDocument says that a source is no document of Ghost's editor.
var ErrDocument = errors.New("lexical: not a document of the editor")

// Target is what a document is rendered for.
type Target int

// A page has scripts and styles of ours; a mail is simple HTML.
const (
	Web Target = iota
	Email
)

// Options of a rendering; the zero value is an untrusted document for a page.
type Options struct {
	Target Target
	// SiteURL is where the Ghost is that the document came from: pictures below it have
	// sizes.
	SiteURL string
	// SiteUUID is the Ghost's own id, which it hands to podcasts' players; empty: none.
	SiteUUID string
	// Trusted lets html cards and the HTML in Markdown cards through: whoever wrote the
	// document may put any HTML on a page (safehtml cleans it all the same).
	Trusted bool
}

// Rendered is what became of a document.
type Rendered struct {
	HTML string
	// Unknown are the types of nodes that no Ghost we know writes, each once. Ghost's
	// renderer drops everything from the first of them on; here the others are rendered.
	Unknown []string
	// Left names what was left out for it could run or lead to it, in words of ours.
	Left []string
}

// Render renders a document. It fails with ErrDocument where source is none, is deeper
// than 100 nodes or larger than 8 MiB.
func Render(source string, o Options) (Rendered, error) {
	root, err := parse(source)
	if err != nil {
		return Rendered{}, err
	}
	r := &renderer{options: o, ids: map[string]int{}}
	blocks := r.blocks(root)
	if o.Target == Email {
		return Rendered{HTML: r.mail(blocks), Unknown: r.unknown, Left: r.left}, nil
	}
	return Rendered{HTML: r.page(blocks), Unknown: r.unknown, Left: r.left}, nil
}

// renderer is what is known while one document is rendered.
type renderer struct {
	options Options
	ids     map[string]int // how often headings have a name
	unknown []string
	left    []string
	spent   int // of markdownBudget
}

// leave says that something was left out, once.
func (r *renderer) leave(what string) {
	if !slices.Contains(r.left, what) {
		r.left = append(r.left, what)
	}
}

// strange says that a node has a type that is not known, once.
func (r *renderer) strange(typ string) {
	if len(typ) > maxName {
		typ = strings.ToValidUTF8(typ[:maxName], "")
	}
	if len(r.unknown) < maxUnknown && !slices.Contains(r.unknown, typ) {
		r.unknown = append(r.unknown, typ)
	}
}

func parse(source string) (node, error) {
	if len(source) > maxSize {
		return nil, ErrDocument
	}
	var document struct {
		Root node `json:"root"`
	}
	if json.Unmarshal([]byte(source), &document) != nil || document.Root.typ() != "root" {
		return nil, ErrDocument
	}
	if !shallow(document.Root, maxDepth) {
		return nil, ErrDocument
	}
	return document.Root, nil
}

// shallow tells whether there are no more than depth nodes below one another.
func shallow(n node, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, child := range n.children() {
		if !shallow(child, depth-1) {
			return false
		}
	}
	return true
}
