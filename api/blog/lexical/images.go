// Sizes of pictures, as Ghost makes them of what was uploaded to it.

package lexical

import (
	"net/url"
	"path"
	"strings"
)

// widths are those that Ghost makes of a picture; largest is how wide one is shown that
// says no width.
var widths = []float64{600, 1000, 1600, 2400}

const largest = 2000

// local tells whether a picture is one of the Ghost's own.
func (r *renderer) local(src string) bool {
	rest := strings.Replace(src, strings.TrimSuffix(r.options.SiteURL, "/"), "", 1)
	for _, start := range []string{"/", "__GHOST_URL__"} {
		if !strings.HasPrefix(rest, start) {
			continue
		}
		if i := strings.Index(rest[len(start):], "content/images/"); start == "/" && i >= 0 ||
			strings.HasPrefix(strings.TrimPrefix(rest[len(start):], "/"), "content/images/") {
			return true
		}
	}
	return false
}

// resizable tells whether Ghost makes sizes of a picture.
func resizable(src string) bool { return path.Ext(src) != ".ico" }

// srcset is the attribute of that name for a picture and its width; "" for none.
func (r *renderer) srcset(src string, width float64) string {
	if width == 0 || r.local(src) && !resizable(src) {
		return ""
	}
	if r.local(src) {
		i := strings.LastIndex(src, "/content/images/")
		if i < 0 {
			return ""
		}
		images, name := src[:i+len("/content/images")], src[i+len("/content/images/"):]
		if j := strings.IndexAny(name, "\n\r\u2028\u2029"); j >= 0 {
			name = name[:j]
		}
		var set []string
		for _, w := range available(width) {
			switch {
			case w == width:
				set = append(set, src+" "+number(w)+"w")
			case w < width:
				set = append(set, images+"/size/w"+number(w)+"/"+name+" "+number(w)+"w")
			}
		}
		if len(set) > 0 {
			return strings.Join(set, ", ")
		}
	}
	if !strings.Contains(src, "images.unsplash.com") {
		return ""
	}
	u, err := url.Parse(src)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return ""
	}
	if u.Path == "" {
		u.Path = "/"
	}
	var set []string
	for _, w := range available(width) {
		set = append(set, withParameter(u, "w", number(w))+" "+number(w)+"w")
	}
	return strings.Join(set, ", ")
}

// available are the widths of which a picture of a width has sizes.
func available(width float64) []float64 {
	var out []float64
	for _, w := range widths {
		if w <= width {
			out = append(out, w)
		}
	}
	if len(out) > 0 && width > out[len(out)-1] && width < widths[len(widths)-1] {
		out = append(out, width)
	}
	return out
}

// withParameter is an address with one parameter set, the others in their order.
func withParameter(u *url.URL, name, value string) string {
	var pairs []string
	done := false
	for _, pair := range strings.Split(u.RawQuery, "&") {
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		k, v = unescaped(k), unescaped(v)
		if k == name {
			if done {
				continue
			}
			done, v = true, value
		}
		pairs = append(pairs, url.QueryEscape(k)+"="+url.QueryEscape(v))
	}
	if !done {
		pairs = append(pairs, name+"="+url.QueryEscape(value))
	}
	with := *u
	with.RawQuery = strings.Join(pairs, "&")
	return with.String()
}

func unescaped(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}
