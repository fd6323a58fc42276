// HTML: the addresses and ids in a page, read as a stream of tags.

package linkcheck

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// addresses are the attributes that hold addresses, by element and name; true where
// it is a list of pictures.
var addresses = map[string]map[string]bool{
	"a": {"href": false}, "area": {"href": false}, "link": {"href": false, "imagesrcset": true},
	"img": {"src": false, "srcset": true}, "source": {"src": false, "srcset": true},
	"audio": {"src": false}, "video": {"src": false, "poster": false}, "track": {"src": false},
	"script": {"src": false}, "iframe": {"src": false}, "embed": {"src": false}, "object": {"data": false},
	"use": {"href": false, "xlink:href": false}, "image": {"href": false, "xlink:href": false},
}

// shared are the meta elements whose content is an address.
var shared = map[string]bool{
	"og:image": true, "og:image:secure_url": true, "og:url": true, "og:video": true, "og:audio": true, "twitter:image": true,
}

// html follows the links of a page, or of a part of one that begins in a line.
func (w *worker) html(body []byte, line int) {
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		at := line
		line += bytes.Count(z.Raw(), newline)
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := z.TagName()
		if string(name) == "noscript" {
			z.NextIsNotRawText()
		}
		if !more {
			continue
		}
		if string(name) == "meta" {
			w.meta(z, at)
			continue
		}
		holds := addresses[string(name)]
		anchor := string(name) == "a"
		for more {
			var key, value []byte
			key, value, more = z.TagAttr()
			list, is := holds[string(key)]
			switch {
			case is && list:
				for address := range candidates(string(value)) {
					w.follow(address, at)
				}
			case is:
				w.follow(string(value), at)
			case string(key) == "id" || anchor && string(key) == "name":
				w.own = append(w.own, hash(string(value)))
			}
		}
	}
}

var newline = []byte{'\n'}

func (w *worker) meta(z *html.Tokenizer, line int) {
	var about, content string
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "property", "name":
			about = string(value)
		case "content":
			content = string(value)
		}
	}
	if shared[about] {
		w.follow(content, line)
	}
}

// candidates are the addresses in the value of srcset.
func candidates(list string) func(yield func(string) bool) {
	const space = " \t\r\n\f"
	return func(yield func(string) bool) {
		for {
			list = strings.TrimLeft(list, space+",")
			if list == "" {
				return
			}
			end := strings.IndexAny(list, space)
			if end < 0 {
				end = len(list)
			}
			address, rest := list[:end], list[end:]
			if bare := strings.TrimRight(address, ","); bare != address {
				address = bare // without a descriptor
			} else if _, after, more := strings.Cut(rest, ","); more {
				rest = after
			} else {
				rest = ""
			}
			if !yield(address) {
				return
			}
			list = rest
		}
	}
}
