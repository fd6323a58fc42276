// What an editor is told instead of losing it: the parts that could run.

package safehtml

import (
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
			t := z.Token()
			if forbidden[t.Data] {
				return "a " + t.Data + " element"
			}
			for _, a := range t.Attr {
				switch key := strings.ToLower(a.Key); {
				case strings.HasPrefix(key, "on"):
					return "an event handler attribute"
				case key == "srcdoc":
					return "a frame with a document of its own"
				case (key == "href" || key == "src" || key == "poster" || key == "action" || key == "formaction" || key == "xlink:href") && !allowedURL(a.Val):
					return "a link with a scheme that is not allowed"
				}
			}
		}
	}
}

func allowedURL(s string) bool {
	u, err := url.Parse(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1 // browsers skip these inside a scheme
		}
		return r
	}, s))
	if err != nil {
		return !strings.Contains(strings.ToLower(s), "script:")
	}
	switch strings.ToLower(u.Scheme) {
	case "", "http", "https", "mailto", "tel":
		return true
	}
	return false
}
