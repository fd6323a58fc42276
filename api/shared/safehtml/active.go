// What an editor is told instead of losing it: the parts that could run.

package safehtml

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// forbidden elements run, load or imitate something.
var forbidden = map[string]bool{
	"script": true, "style": true, "svg": true, "math": true, "object": true, "applet": true,
	"form": true, "base": true, "meta": true, "link": true, "template": true, "frameset": true, "portal": true,
}

// Active names the first part of source that could run in a reader's browser,
// in words of our own and never in source's: "a script element", "an event
// handler attribute", "a link with a scheme that is not allowed". It is empty
// where Clean has nothing of the kind to take out.
func Active(source string) string {
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if forbidden[string(name)] {
				return "a " + string(name) + " element"
			}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				switch {
				case bytes.HasPrefix(key, []byte("on")):
					return "an event handler attribute"
				case string(key) == "srcdoc":
					return "a frame with a document of its own"
				case addresses[string(key)] && !allowedURL(string(value)):
					return "a link with a scheme that is not allowed"
				}
			}
		}
	}
}

// addresses are the attributes that hold one.
var addresses = map[string]bool{
	"href": true, "src": true, "poster": true, "action": true, "formaction": true, "xlink:href": true,
}

func allowedURL(s string) bool {
	u, err := url.Parse(withoutBlanks(s))
	if err != nil {
		return !strings.Contains(strings.ToLower(s), "script:")
	}
	return schemes[u.Scheme]
}

// schemes are those of addresses; url.Parse gives them in lower case.
var schemes = map[string]bool{"": true, "http": true, "https": true, "mailto": true, "tel": true}

// withoutBlanks leaves out what browsers skip inside a scheme.
func withoutBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, s)
}

// URL is an address as Clean spells it in a link or a picture. ok is false where
// Active would name it or Clean take it out.
func URL(s string) (spelled string, ok bool) {
	if withoutBlanks(s) != s {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || !schemes[u.Scheme] {
		return "", false
	}
	spelled = u.String()
	return spelled, spelled != ""
}
