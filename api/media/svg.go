// Whether an SVG is clean: a picture and nothing else. Elements are allowed by
// name; whatever could run, fetch or embed is refused, not taken out, because
// two parsers that disagree about a document are how such filters are passed.

package media

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/problem"
)

const svgSpace = "http://www.w3.org/2000/svg"

// Limits of what a browser has to go through to draw it.
const (
	maxSVGDepth    = 64
	maxSVGElements = 50_000
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// svgElements are those that only draw or describe. Links, frames, animation
// (which can set a link's address) and foreign content are not among them.
var svgElements = map[string]bool{}

func init() {
	for name := range strings.FieldsSeq(`svg g defs symbol use title desc metadata switch style
		path rect circle ellipse line polyline polygon text tspan textPath
		linearGradient radialGradient stop pattern clipPath mask marker filter
		feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
		feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
		feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
		feSpotLight feTile feTurbulence`) {
		svgElements[name] = true
	}
}

var (
	ownFragment = regexp.MustCompile(`^#[^\s"'()<>\\]+$`)
	cssURL      = regexp.MustCompile(`url\(\s*["']?\s*(.?)`)
	cssFetching = regexp.MustCompile(`@import|@namespace|@charset|expression\s*\(|-moz-binding|behavior\s*:|javascript:|(^|[^a-z-])(image|src|cross-fade|element|image-set|-webkit-image-set|-webkit-cross-fade)\(`)
	svgLength   = regexp.MustCompile(`^\s*([0-9]*\.?[0-9]+)(px)?\s*$`)
)

func unsafeSVG(what string) *problem.Details {
	return problem.Unprocessable("the SVG has %s", what).WithCode("unsafe_svg")
}

// looksLikeSVG tells whether the first element is an svg, in whatever namespace.
func looksLikeSVG(data []byte) bool {
	data = bytes.TrimPrefix(data, byteOrderMark)
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("<")) {
		return false
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for range 100 {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		if e, ok := token.(xml.StartElement); ok {
			return e.Name.Local == "svg"
		}
	}
	return false
}

// svgCheck is the state of one reading.
type svgCheck struct {
	open     []xml.StartElement
	tokens   int
	elements int
	css      strings.Builder // of the style that is open, comments left out
	around   map[string]bool // ids of elements that a use is in
	targets  map[string]bool // ids that a use repeats
}

// checkSVG reads the whole document and gives its size in pixels, zero where it
// does not say. Anything that is not a plain picture is a 422 `unsafe_svg`,
// what cannot be read a 422 `unreadable_image`.
func checkSVG(data []byte) (width, height int, err error) {
	unreadable := problem.Unprocessable("the image cannot be read").WithCode("unreadable_image")
	data = bytes.TrimPrefix(data, byteOrderMark)
	if !utf8.Valid(data) {
		return 0, 0, unreadable
	}
	c := svgCheck{around: map[string]bool{}, targets: map[string]bool{}}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") }
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, 0, unreadable
		}
		if what := c.look(token); what != "" {
			return 0, 0, unsafeSVG(what)
		}
		if e, ok := token.(xml.StartElement); ok && c.elements == 1 {
			width, height = svgSize(e)
		}
	}
	if c.elements == 0 {
		return 0, 0, unreadable
	}
	for id := range c.targets {
		if c.around[id] {
			return 0, 0, unsafeSVG("repetitions within repetitions")
		}
	}
	return width, height, nil
}

// look judges one token; it returns what is wrong in words of our own.
func (c *svgCheck) look(token xml.Token) (what string) {
	c.tokens++
	switch t := token.(type) {
	case xml.StartElement:
		return c.start(t)
	case xml.EndElement:
		c.open = c.open[:len(c.open)-1]
		if t.Name.Local == "style" {
			defer c.css.Reset()
			return fetchingCSS(c.css.String())
		}
	case xml.Directive:
		return "a document type or other declaration"
	case xml.ProcInst:
		// Only the declaration at the very beginning; others name style sheets.
		if t.Target != "xml" || c.tokens > 1 {
			return "a processing instruction"
		}
	case xml.CharData:
		if len(c.open) > 0 && c.open[len(c.open)-1].Name.Local == "style" {
			c.css.Write(t)
		}
	}
	return ""
}

func (c *svgCheck) start(e xml.StartElement) (what string) {
	c.elements++
	c.open = append(c.open, e)
	switch {
	case e.Name.Space != svgSpace:
		return "elements that are not SVG's"
	case !svgElements[e.Name.Local]:
		return "elements that do more than draw"
	case c.elements == 1 && e.Name.Local != "svg":
		return "another root than svg"
	case len(c.open) == 1 && c.elements > 1:
		return "more than one root"
	case c.elements > maxSVGElements, len(c.open) > maxSVGDepth:
		return "too many elements"
	case len(c.open) > 1 && c.open[len(c.open)-2].Name.Local == "style":
		return "elements within a style"
	}
	for _, a := range e.Attr {
		if what := c.attribute(e.Name.Local, a); what != "" {
			return what
		}
	}
	return ""
}

func (c *svgCheck) attribute(element string, a xml.Attr) (what string) {
	name := strings.ToLower(a.Name.Local)
	switch {
	case a.Name.Space == "xmlns" || a.Name.Space == "" && name == "xmlns":
		return ""
	case strings.HasPrefix(name, "on"):
		return "event handlers"
	case name == "base":
		return "a base address"
	case name == "href" || name == "src":
		if !ownFragment.MatchString(a.Value) {
			return "links to elsewhere"
		}
		if element == "use" {
			c.targets[a.Value[1:]] = true
			for _, e := range c.open {
				for _, id := range e.Attr {
					if strings.EqualFold(id.Name.Local, "id") {
						c.around[id.Value] = true
					}
				}
			}
		}
		return ""
	}
	return fetchingCSS(a.Value)
}

// fetchingCSS finds in a style or in the value of any attribute what would
// fetch something; references within the document are fine.
func fetchingCSS(css string) (what string) {
	css = strings.ToLower(css)
	if strings.Contains(css, `\`) && strings.ContainsAny(css, "(@") {
		return "escapes in its styles"
	}
	for _, m := range cssURL.FindAllStringSubmatch(css, -1) {
		if m[1] != "#" {
			return "links to elsewhere"
		}
	}
	if cssFetching.MatchString(css) {
		return "styles that fetch or run"
	}
	return ""
}

// svgSize is the size that the root asks for, else that of its view box.
func svgSize(root xml.StartElement) (width, height int) {
	var box []string
	for _, a := range root.Attr {
		switch a.Name.Local {
		case "width":
			width = svgPixels(a.Value)
		case "height":
			height = svgPixels(a.Value)
		case "viewBox":
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) })
		}
	}
	if (width == 0 || height == 0) && len(box) == 4 {
		width, height = svgPixels(box[2]), svgPixels(box[3])
	}
	if width == 0 || height == 0 {
		return 0, 0
	}
	return width, height
}

func svgPixels(s string) int {
	m := svgLength.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	f, err := strconv.ParseFloat(m[1], 64)
	if err != nil || f > maxSide {
		return 0
	}
	return int(math.Round(f))
}
