// Addresses in Markdown: bare ones that become links, and how they are written.

package lexical

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/idna"
)

// bareLink is an address in text that is a link to itself.
type bareLink struct {
	ast.BaseInline
	address, label, raw string
}

var kindBareLink = ast.NewNodeKind("BareLink")

func (*bareLink) Kind() ast.NodeKind           { return kindBareLink }
func (n *bareLink) Dump(source []byte, at int) { ast.DumpHelper(n, source, at, nil, nil) }

// bareAddress parses addresses with a scheme as soon as it comes to the colon, so that
// nothing in them is read as Markdown.
type bareAddress struct{}

func (bareAddress) Trigger() []byte { return []byte{':'} }

// longestScheme is more than the schemes have that become links.
const longestScheme = 16

var schemeBefore = regexp.MustCompile(`(?i)(?:^|[^a-z0-9.+-])([a-z][a-z0-9.+-]*)$`)

func (bareAddress) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || len(line) < 3 || line[1] != '/' || line[2] != '/' || before.SoftLineBreak() || before.HardLineBreak() {
		return nil
	}
	value := before.Segment.Value(block.Source())
	match := schemeBefore.FindSubmatch(value[max(0, len(value)-longestScheme):])
	if match == nil {
		return nil
	}
	scheme := string(match[1])
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
	default:
		return nil
	}
	length := webAddress(strings.TrimRight(string(line[1:]), "\n"))
	raw := strings.TrimRight(scheme+":"+string(line[1:1+length]), "*")
	if length == 0 || len(raw) <= len(scheme) || !followed(addressOf(raw)) {
		return nil
	}
	before.Segment = before.Segment.WithStop(before.Segment.Stop - len(scheme))
	if before.Segment.IsEmpty() {
		parent.RemoveChild(parent, before)
	}
	block.Advance(len(raw) - len(scheme))
	return &bareLink{address: addressOf(raw), label: addressShown(raw), raw: raw}
}

// addresses makes links of the bare addresses in a page's text, and takes those out that
// are in other links.
func (m *markdown) addresses(page ast.Node) {
	var texts []*ast.Text
	var inLinks []*bareLink
	links, anchors := 0, 0
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link:
			links++
			if !entering {
				links -= 2
			}
		case *ast.Image, *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			if tag := strings.ToLower(string(n.Segments.Value(m.source))); !entering {
			} else if strings.HasPrefix(tag, "<a ") || strings.HasPrefix(tag, "<a>") {
				anchors++
			} else if strings.HasPrefix(tag, "</a") && anchors > 0 {
				anchors--
			}
		case *bareLink:
			if entering && links > 0 {
				inLinks = append(inLinks, n)
			}
		case *ast.Text:
			if entering && links == 0 && anchors == 0 {
				texts = append(texts, n)
			}
		default:
			if n.Type() == ast.TypeBlock {
				anchors = 0
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range inLinks {
		s := ast.NewString([]byte(n.raw))
		s.SetRaw(true)
		n.Parent().ReplaceChild(n.Parent(), n, s)
	}
	for _, n := range texts {
		if n.Parent() != nil {
			m.linkify(n)
		}
	}
}

// linkify parts text at the addresses in it.
func (m *markdown) linkify(n *ast.Text) {
	parent := n.Parent()
	for next, ok := n.NextSibling().(*ast.Text); ok && next != nil && !n.SoftLineBreak() && !n.HardLineBreak() && n.Segment.Stop == next.Segment.Start && n.Segment.Padding == 0; next, ok = n.NextSibling().(*ast.Text) {
		n.Segment = n.Segment.WithStop(next.Segment.Stop)
		n.SetSoftLineBreak(next.SoftLineBreak())
		n.SetHardLineBreak(next.HardLineBreak())
		parent.RemoveChild(parent, next)
	}
	raw := string(n.Segment.Value(m.source))
	if !strings.Contains(raw, "//") && !strings.Contains(raw, "@") || n.Segment.Padding > 0 {
		return
	}
	start := n.Segment.Start
	special := false
	for _, p := range piecesOf(raw) {
		found := addressesIn(p.shown)
		if p.special {
			special = true
			continue
		}
		if special && len(found) > 0 && found[0].start == 0 {
			found = found[1:]
		}
		special = false
		for _, f := range found {
			if !followed(addressOf(f.address)) {
				continue
			}
			at := n.Segment.Start
			if before := start + p.start + f.start; before > at {
				parent.InsertBefore(parent, n, ast.NewTextSegment(text.NewSegment(at, before)))
			}
			parent.InsertBefore(parent, n, &bareLink{address: addressOf(f.address), label: f.label()})
			n.Segment = text.NewSegment(start+p.start+f.end, n.Segment.Stop)
		}
	}
	if n.Segment.IsEmpty() && !n.SoftLineBreak() && !n.HardLineBreak() {
		parent.RemoveChild(parent, n)
	}
}

// found is an address in a text.
type found struct {
	start, end int
	address    string // with the scheme that it may not have had
	text       string
}

func (f found) label() string {
	if strings.HasPrefix(f.address, "mailto:") && !strings.HasPrefix(strings.ToLower(f.text), "mailto:") {
		return strings.TrimPrefix(addressShown(f.address), "mailto:")
	}
	return addressShown(f.text)
}

// addressesIn finds addresses that have a scheme, or two slashes, or are of mail.
func addressesIn(s string) (out []found) {
	for i := 0; i < len(s); {
		f, ok := addressAt(s, i)
		if !ok {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		out = append(out, f)
		i = f.end
	}
	return out
}

var schemes = []string{"http:", "https:", "ftp:", "mailto:", "//"}

// addressAt is the address that begins at i.
func addressAt(s string, i int) (found, bool) {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	if i == 0 || before != '_' && (divides(before) || isPunct(before)) {
		for _, scheme := range schemes {
			if len(s) < i+len(scheme) || !strings.EqualFold(s[i:i+len(scheme)], scheme) {
				continue
			}
			rest, length := s[i+len(scheme):], 0
			switch scheme {
			case "mailto:":
				if length = mailName(rest); length > 0 && length < len(rest) && rest[length] == '@' {
					host := hostLength(rest[length+1:], hosts)
					length += 1 + host
					if host == 0 {
						length = 0
					}
				} else {
					length = 0
				}
			case "//":
				if before != ':' && before != '/' {
					length = withoutScheme(rest)
				}
			default:
				length = webAddress(rest)
			}
			if length > 0 {
				end := i + len(scheme) + length
				return found{i, end, s[i:end], s[i:end]}, true
			}
		}
	}
	if i == 0 || before == '"' || before == '(' || divides(before) {
		if name := mailName(s[i:]); name > 0 && i+name < len(s) && s[i+name] == '@' {
			if host := hostLength(s[i+name+1:], mailHosts); host > 0 {
				end := i + name + 1 + host
				return found{i, end, "mailto:" + s[i:end], s[i:end]}, true
			}
		}
	}
	return found{}, false
}

// addressOf is an address as it stands in a page: its host in ASCII, and whatever is no
// sign of addresses percent-encoded.
func addressOf(s string) string {
	s = trim(s)
	if i := strings.Index(s, "//"); i >= 0 {
		start := i + 2
		end := start + strings.IndexAny(s[start:]+"/", "/?#")
		host := s[start:end]
		user := strings.LastIndexByte(host, '@') + 1
		if scheme := strings.ToLower(s[:i]); scheme == "" || scheme == "http:" || scheme == "https:" {
			if ascii, err := idna.Punycode.ToASCII(host[user:]); err == nil && !isASCII(host) {
				s = s[:start] + host[:user] + ascii + s[end:]
			}
		}
	}
	const kept = ";/?:@&=+$,-_.!~*'()#"
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(s[i : i+3])
			i += 2
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z', strings.IndexByte(kept, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		}
	}
	return b.String()
}

// addressShown is an address as text: with letters where they are percent-encoded.
func addressShown(s string) string {
	if i := strings.Index(s, "//xn--"); i >= 0 || strings.Contains(s, ".xn--") {
		start := strings.Index(s, "//") + 2
		end := start + strings.IndexAny(s[start:]+"/", "/?#")
		if host, err := idna.Punycode.ToUnicode(s[start:end]); err == nil {
			s = s[:start] + host + s[end:]
		}
	}
	if !strings.Contains(s, "%") {
		return s
	}
	const kept = ";/?:@&=+$,#%"
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		var bytes []byte
		for j+2 < len(s) && s[j] == '%' && isHex(s[j+1]) && isHex(s[j+2]) {
			bytes = append(bytes, unhex(s[j+1])<<4|unhex(s[j+2]))
			j += 3
		}
		if j == i {
			b.WriteByte(s[i])
			i++
			continue
		}
		for k := 0; k < len(bytes); {
			r, size := utf8.DecodeRune(bytes[k:])
			if size == 1 && bytes[k] < utf8.RuneSelf && strings.IndexByte(kept, bytes[k]) >= 0 {
				b.WriteString(s[i+3*k : i+3*k+3])
			} else {
				b.WriteRune(r)
			}
			k += size
		}
		i = j
	}
	return b.String()
}

// followed tells whether markdown-it makes a link of an address. What the renderer does
// not allow it leaves out afterwards.
func followed(address string) bool {
	address = strings.ToLower(trim(address))
	for _, scheme := range []string{"vbscript:", "javascript:", "file:"} {
		if strings.HasPrefix(address, scheme) {
			return false
		}
	}
	return !strings.HasPrefix(address, "data:") || pictureData.MatchString(address)
}

var pictureData = regexp.MustCompile(`^data:image/(?:gif|png|jpeg|webp);`)

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) < 0
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
