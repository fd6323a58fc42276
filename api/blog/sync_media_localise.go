// Putting our copies of files in the places of the addresses that a document has.

package blog

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// use is what an attribute holds.
type use int

const (
	noAddress       use = iota
	oneAddress          // of a file of any sort
	onePicture          // of a picture
	severalPictures     // a srcset
	styleRules          // CSS with url()
)

// useOf tells what an attribute of an element holds.
func useOf(element, attribute string) use {
	switch attribute {
	case "src":
		switch element {
		case "img", "input":
			return onePicture
		case "script", "iframe", "embed":
			return noAddress
		}
		return oneAddress
	case "href":
		if element == "link" || element == "base" {
			return noAddress
		}
		return oneAddress
	case "srcset":
		return severalPictures
	case "style":
		return styleRules
	case "poster", "background", "data-kg-background-image", "data-kg-thumbnail", "data-kg-custom-thumbnail":
		return onePicture
	}
	return noAddress
}

// styleURL is an address in CSS, in the one of the three groups that is not empty.
var styleURL = regexp.MustCompile(`(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"')]*))\s*\)`)

// candidate is one picture of a srcset.
type candidate struct{ address, size string }

// candidates reads a srcset (HTML, "Parsing a srcset attribute"), whose addresses may hold
// commas.
func candidates(srcset string) []candidate {
	const blank = " \t\n\f\r"
	var list []candidate
	for {
		srcset = strings.TrimLeft(srcset, blank+",")
		if srcset == "" {
			return list
		}
		at := strings.IndexAny(srcset, blank)
		if at < 0 {
			at = len(srcset)
		}
		c := candidate{address: srcset[:at]}
		srcset = srcset[at:]
		if trimmed := strings.TrimRight(c.address, ","); trimmed != c.address {
			c.address = trimmed
		} else {
			c.size, srcset, _ = strings.Cut(srcset, ",")
			c.size = strings.Trim(c.size, blank)
		}
		list = append(list, c)
	}
}

// localise is a document in which the files that copies has (see copied) are shown from our
// copies: in src, srcset, poster, style and the links of file cards. A srcset goes where the
// picture itself is ours, whose widths are added when the post is stored. Everything else
// stays byte for byte, comments with their gates among it; doing it again changes nothing.
func localise(document string, copies map[string]string) string {
	if len(copies) == 0 {
		return document
	}
	return retag(document, func(t *html.Token) (string, bool) {
		if !localElement(t, copies) {
			return "", false
		}
		return t.String(), true
	})
}

// localElement changes the attributes of an element and tells whether it did.
func localElement(t *html.Token, copies map[string]string) bool {
	changed, picture := false, false
	for i := range t.Attr {
		a := &t.Attr[i]
		was := a.Val
		switch useOf(t.Data, a.Key) {
		case oneAddress, onePicture:
			if a.Key == "href" && !strings.Contains(was, "/content/") {
				continue // a link leads where it led
			}
			if ours, ok := copyOf(was, copies); ok {
				a.Val = ours
				picture = picture || t.Data == "img" && a.Key == "src"
			}
		case severalPictures:
			a.Val = localCandidates(was, copies)
		case styleRules:
			a.Val = localStyle(was, copies)
		}
		changed = changed || a.Val != was
	}
	if picture {
		t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "srcset" || a.Key == "sizes" })
	}
	return changed
}

// localCandidates puts our copies into a srcset. The widths of one picture all have the same
// copy, which stays once, with the last of their descriptors.
func localCandidates(srcset string, copies map[string]string) string {
	var list []candidate
	places := map[string]int{} // of our copies in list
	for _, c := range candidates(srcset) {
		if ours, ok := copyOf(c.address, copies); ok {
			if at, again := places[ours]; again {
				list[at].size = c.size
				continue
			}
			c.address, places[ours] = ours, len(list)
		}
		list = append(list, c)
	}
	if len(places) == 0 {
		return srcset
	}
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.address)
		if c.size != "" && len(list) > 1 {
			b.WriteString(" " + c.size)
		}
	}
	return b.String()
}

// localStyle puts our copies into CSS.
func localStyle(css string, copies map[string]string) string {
	return styleURL.ReplaceAllStringFunc(css, func(rule string) string {
		m := styleURL.FindStringSubmatch(rule)
		if ours, ok := copyOf(m[1]+m[2]+m[3], copies); ok {
			return "url('" + ours + "')"
		}
		return rule
	})
}

// copyOf finds our copy by an address as a document spells it: with entities resolved,
// perhaps a fragment behind it, perhaps of one of Ghost's smaller pictures.
func copyOf(address string, copies map[string]string) (string, bool) {
	if ours, ok := copies[address]; ok {
		return ours, true
	}
	address, _, _ = strings.Cut(strings.TrimSpace(address), "#")
	for _, spelled := range []string{address, original(address)} {
		if ours, ok := copies[spelled]; ok {
			return ours, true
		}
		if u, err := url.Parse(spelled); err == nil {
			if ours, ok := copies[u.String()]; ok {
				return ours, true
			}
		}
	}
	return "", false
}
