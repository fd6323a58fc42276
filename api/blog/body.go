// The body of a post: rendered and sanitised once, when it is saved, and split
// into what everybody may read and the rest.

package blog

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/blog/lexical"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/safehtml"
)

// renderVersion counts the ways in which this package has made bodies of rendered
// documents. Whoever changes what is made of one adds one, and posts are rendered anew.
const renderVersion = 1

// currentRender is what posts.render_version is of a body that is made now.
const currentRender = lexical.Version*1000 + renderVersion

// body is a rendered body. members is empty where nothing is gated, and document is
// the whole with its gates, empty where it has none.
type body struct {
	html, members, plaintext string
	document                 string
	readingTime              int
	unsafe                   string // what of a foreign document was taken out
}

// paywall is Ghost's marker: what follows it is for those whom the post's
// visibility names.
var paywall = regexp.MustCompile(`(?i)<!--\s*members-only\s*-->`)

// A gated block is a card with a visibility of its own, as Ghost 6 stores it:
// <!--kg-gated-block:begin nonMember:false memberSegment:"status:free" -->.
// A beginning is known in any letters, and by both ends that a comment has for a browser.
// Its parameters are as Ghost writes them, or nobody sees the block.
var (
	gate     = regexp.MustCompile(`(?is)<!--\s*kg-gated-block:(?:begin(.*?)--!?>|end\s*-->)`)
	audience = regexp.MustCompile(`^\s+nonMember:(true|false)(?:\s+memberSegment:"([^"]*)")?\s*$`)
)

// renderMarkdown renders a body written here. A source that could run in a
// reader's browser is refused with 422 unsafe_html.
func renderMarkdown(source string, visibility contract.Visibility) (body, error) {
	b, err := markdownBody(source, visibility, markdown.Render)
	if what, ok := markdown.IsUnsafe(err); ok {
		err = unsafeHTML("body.source", what)
	}
	return b, err
}

// markdownBody makes a body of Markdown, each part of which is rendered by render.
func markdownBody(source string, visibility contract.Visibility, render func(string) (markdown.Rendered, error)) (body, error) {
	if gate.MatchString(source) {
		return body{}, problem.Unprocessable("the text holds a gated block, which Markdown has not").WithCode("unsafe_html").
			WithField("body.source", "put what is for some only behind <!--members-only-->")
	}
	parts := paywall.Split(source, -1)
	var document strings.Builder
	unsafe := ""
	for i, part := range parts {
		if i > 0 {
			document.WriteString("<!--members-only-->")
		}
		out, err := render(part)
		if err != nil {
			return body{}, err
		}
		if len(parts) == 1 && out.Plain && visibility == contract.VisibilityPublic {
			return body{html: out.HTML, plaintext: out.Text, readingTime: minutes(out.Text)}, nil
		}
		document.WriteString(out.HTML)
		unsafe = cmp.Or(unsafe, out.Left)
	}
	b, err := splitBody(document.String(), visibility)
	b.unsafe = unsafe
	return b, err
}

// renderGhost makes a body of a document of Ghost's, whose gates it has. What could run is
// taken out and named in unsafe: the words of an existing site are kept.
func renderGhost(stored string, visibility contract.Visibility) (body, error) {
	b, err := splitBody(stored, visibility)
	b.unsafe = safehtml.Active(furniture.ReplaceAllString(stored, ""))
	return b, err
}

// furniture is what Ghost's own cards draw with and our styles replace: taking
// it out loses no words.
var furniture = regexp.MustCompile(`(?is)<svg\b.*?</svg>|<style\b.*?</style>|</?form\b[^>]*>| onerror="this\.style\.display ?= ?'none'"| poster="data:image/[^"]*"`)

// splitBody divides a stored document by who may read it and sanitises both
// parts. As in Ghost, a public post shows what follows the paywall marker; a
// post for members that has no marker shows nothing of its body.
func splitBody(document string, visibility contract.Visibility) (body, error) {
	free := document
	if visibility != contract.VisibilityPublic {
		at := paywall.FindStringIndex(document)
		if at == nil {
			free = ""
		} else {
			free = document[:at[0]]
		}
	}
	var b body
	var err error
	everything := Reader{Everything: true}
	forAll, forMembers := withoutBlocks(free, Reader{}.sees), withoutBlocks(document, everything.sees)
	if forMembers != forAll || gate.MatchString(document) || paywall.MatchString(document) {
		b.document = document
	}
	if b.html, err = safehtml.Clean(forAll); err != nil {
		return body{}, tooDeep
	}
	b.plaintext = safehtml.Text(b.html)
	words := b.plaintext
	if forMembers != forAll {
		if b.members, err = safehtml.Clean(forMembers); err != nil {
			return body{}, tooDeep
		}
		words = safehtml.Text(b.members)
	}
	b.readingTime = minutes(words)
	if b.members == b.html {
		b.members = ""
	}
	return b, nil
}

// unsafeHTML tells an editor which part of a body could run; what is in words of
// ours.
func unsafeHTML(field, what string) error {
	return problem.Unprocessable("the text holds %s", what).WithCode("unsafe_html").
		WithField(field, "may hold no scripts, handlers, styles, SVG, forms or links of other schemes")
}

var tooDeep = problem.Unprocessable("the body nests elements too deeply").WithCode("unsafe_html").
	WithField("body.source", "nest fewer elements")

// splitFor is a document with its gates as one reader may read it, sanitised. It needs no
// more than the reader and whom the post is for.
func splitFor(document string, visibility contract.Visibility, tiers []string, r Reader) (body, error) {
	if !r.may(visibility, tiers) {
		at := paywall.FindStringIndex(document)
		if at == nil {
			document = ""
		} else {
			document = document[:at[0]]
		}
	}
	html, err := safehtml.Clean(withoutBlocks(document, r.sees))
	if err != nil {
		return body{}, tooDeep
	}
	text := safehtml.Text(html)
	return body{html: html, plaintext: text, readingTime: minutes(text)}, nil
}

// bodyFor is the body of a stored post as one reader may read it. Its pictures are as they
// came; Complete of the service's pictures adds their sizes.
func bodyFor(row blogdb.Post, r Reader) (body, error) {
	visibility := contract.Visibility(row.Visibility)
	switch {
	case !r.Everything && !r.Member && !r.Paid: // a stranger: html is what they read
	case row.Document != nil:
		return splitFor(*row.Document, visibility, row.Tiers, r)
	case row.MembersHtml != nil && r.may(visibility, row.Tiers):
		return body{html: *row.MembersHtml, plaintext: safehtml.Text(*row.MembersHtml), readingTime: int(row.ReadingTime)}, nil
	}
	return body{html: row.Html, plaintext: row.Plaintext, readingTime: int(row.ReadingTime)}, nil
}

// sees tells whether a reader is shown a gated block with some parameters, as in Ghost:
// strangers by nonMember, members by memberSegment, which names those who do not pay
// (status:free) and those who do (status:-free). What else it may say shows nothing.
// Whoever may read everything sees what any member does.
func (r Reader) sees(parameters string) bool {
	whom := audience.FindStringSubmatch(parameters)
	switch {
	case whom == nil:
		return false
	case !r.Member && !r.Paid && !r.Everything:
		return whom[1] == "true"
	}
	for part := range strings.SplitSeq(whom[2], ",") {
		switch part = strings.TrimSpace(part); {
		case part == "":
		case r.Everything, part == "status:free" && !r.Paid, part == "status:-free" && r.Paid, part == "status:paid" && r.Paid:
			return true
		}
	}
	return false
}

// withoutBlocks cuts out the gated blocks whose parameters shown does not pass. A
// block that is never closed is cut to the end, and what stands between two ends
// belongs to the outer block, so that a fault hides too much and never too little.
func withoutBlocks(document string, shown func(parameters string) bool) string {
	var out strings.Builder
	hidden, open := 0, []bool{} // the blocks one is in, and how many of them hide
	last := 0
	for _, mark := range gate.FindAllStringSubmatchIndex(document, -1) {
		if hidden == 0 {
			out.WriteString(document[last:mark[0]])
		}
		last = mark[1]
		switch begins := mark[2] >= 0; {
		case begins:
			hides := !shown(document[mark[2]:mark[3]])
			if open = append(open, hides); hides {
				hidden++
			}
		case len(open) > 0:
			if open[len(open)-1] {
				hidden--
			}
			open = open[:len(open)-1]
		}
	}
	if hidden == 0 {
		out.WriteString(document[last:])
	}
	return out.String()
}

// minutes is Ghost's reading time of a plain text, whose words are one blank
// apart: 275 words a minute, at least one.
func minutes(text string) int {
	return max(1, (strings.Count(text, " ")+1+137)/275)
}

// excerptLength is how many characters an excerpt made by us has at the most.
const excerptLength = 280

// excerptOf is the custom excerpt, else the beginning of the text, cut at a word.
func excerptOf(custom, plaintext string) string {
	if custom != "" {
		return custom
	}
	if utf8.RuneCountInString(plaintext) <= excerptLength {
		return plaintext
	}
	text, length := plaintext, 0
	for at := range plaintext {
		if length++; length > excerptLength {
			text = plaintext[:at]
			break
		}
	}
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, " ,;:.-–—") + " …"
}
