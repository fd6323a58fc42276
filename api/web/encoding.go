// Compressed siblings: page.br and page.gz lie beside a page, and who can read one
// gets it in the page's place.

package web

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
)

// codings are those that a file may have a sibling of, the best first.
var codings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

// isSibling tells a name under which no page is asked for.
func isSibling(name string) bool {
	ending := path.Ext(name)
	for _, c := range codings {
		if ending == c.ending {
			return true
		}
	}
	return false
}

// sibling opens the compressed form of a file that a request prefers, nil for the
// file itself. One that is older than its file was made of the file before it.
// Who asks for a part of a file means the file itself.
func (s *Site) sibling(r *http.Request, name string, page fs.FileInfo) (f *os.File, size int64, coding string) {
	if r.Header.Get("Range") != "" {
		return nil, 0, ""
	}
	for _, coding := range preferred(strings.Join(r.Header.Values("Accept-Encoding"), ",")) {
		for _, c := range codings {
			if c.name != coding {
				continue
			}
			f, err := s.root.Open(name + c.ending)
			if err != nil {
				continue
			}
			if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && !info.ModTime().Before(page.ModTime()) {
				return f, info.Size(), coding
			}
			f.Close()
		}
	}
	return nil, 0, ""
}

// preferred lists the codings that an Accept-Encoding would rather have than the
// file as it is, by its weights and then ours (RFC 9110 section 12.5.3).
func preferred(accept string) []string {
	weights := map[string]int{} // in thousandths
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name == "x-gzip" {
			name = "gzip"
		}
		if name != "" {
			weights[name] = weight(parameters)
		}
	}
	of := func(name string) int {
		if w, ok := weights[name]; ok {
			return w
		}
		return weights["*"]
	}
	identity := weights["identity"]
	var list []string
	for _, c := range codings {
		w := of(c.name)
		if w == 0 || w < identity {
			continue
		}
		if len(list) > 0 && w > of(list[0]) {
			list = append([]string{c.name}, list...)
		} else {
			list = append(list, c.name)
		}
	}
	return list
}

// weight reads "q=0.5" as 500; 1000 where nothing is said, 0 for what is no weight.
func weight(parameters string) int {
	name, value, ok := strings.Cut(strings.TrimSpace(parameters), "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1000
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return int(q * 1000)
}

// encoded says in the headers which form of the file an answer is.
func encoded(h http.Header, etag, coding string, size int64) {
	h.Set("Content-Encoding", coding)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("ETag", strings.TrimSuffix(etag, `"`)+"-"+coding+`"`)
}
