// Feeds and sitemaps: the addresses in XML, and the HTML that is written in it.

package linkcheck

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// Elements of RSS, Atom and sitemaps, by their local names.
var (
	located = map[string]bool{"link": true, "guid": true, "comments": true, "url": true, "loc": true, "icon": true, "logo": true}
	written = map[string]bool{"encoded": true, "description": true, "summary": true, "content": true}
)

// feed follows the links of a feed or a part of a sitemap.
func (w *worker) feed(body []byte) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var in string // the element that the text is in
	var text strings.Builder
	begins := 0
	for {
		line, _ := d.InputPos()
		token, err := d.RawToken()
		if err != nil {
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			in, begins = t.Name.Local, 0
			text.Reset()
			for _, a := range t.Attr {
				switch {
				case a.Name.Space == "" && (a.Name.Local == "href" || a.Name.Local == "url" || a.Name.Local == "src"):
					w.follow(a.Value, line)
				case a.Name.Local == "isPermaLink" && a.Value == "false":
					in = "" // a name that looks like an address
				}
			}
		case xml.CharData:
			if begins == 0 {
				begins = line
			}
			text.Write(t)
		case xml.EndElement:
			switch {
			case in != t.Name.Local:
			case located[in]:
				w.follow(text.String(), begins)
			case written[in]:
				w.html([]byte(text.String()), begins)
			}
			in = ""
		}
	}
}
