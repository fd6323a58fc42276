// Looking at a built tree as its readers do: whole files, links and siblings.

package ssg_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/net/html"
)

// everyFile is all that is in a directory, by name, also what no web server shows.
func everyFile(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[rel] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// served takes apart what a web server shows: the pages, and the siblings by the
// name of their own.
func served(files map[string]string) (pages, siblings map[string]string) {
	pages, siblings = map[string]string{}, map[string]string{}
	for name, body := range files {
		switch ending := path.Ext(name); {
		case strings.HasPrefix(name, "."):
		case ending == ".br" || ending == ".gz":
			siblings[name] = body
		default:
			pages[name] = body
		}
	}
	return pages, siblings
}

// checkSiblings: each decompresses to the page that it stands beside.
func checkSiblings(t testing.TB, pages, siblings map[string]string) {
	t.Helper()
	for name, body := range siblings {
		ending := path.Ext(name)
		page, there := pages[strings.TrimSuffix(name, ending)]
		if !there {
			t.Errorf("%s stands beside no page", name)
			continue
		}
		if got, err := decompress(ending, body); err != nil || got != page {
			t.Errorf("%s is not the page beside it (%v)", name, err)
		}
	}
}

func decompress(ending, body string) (string, error) {
	r := io.Reader(brotli.NewReader(strings.NewReader(body)))
	if ending == ".gz" {
		z, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			return "", err
		}
		r = z
	}
	plain, err := io.ReadAll(r)
	return string(plain), err
}

// dynamic are the beginnings of addresses that no file answers for.
var dynamic = []string{"/account/", "/cart/", "/checkout/", "/editor/", "/login/", "/read/", "/media/", "/v1/", "/fragments/", "/search/"}

// checkLinks follows the links that readers can follow from the pages of entry
// that are there. A page that nothing leads to yet, because the ones that link to
// it come after it, is not looked at: two new pages that link to one another
// cannot both be there first.
func checkLinks(t testing.TB, pages map[string]string, entry ...string) (seen map[string]bool) {
	t.Helper()
	seen = map[string]bool{}
	var next []string
	for _, name := range entry {
		if _, there := pages[name]; there {
			next = append(next, name)
		}
	}
	for len(next) > 0 {
		name := next[0]
		next = next[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		for _, link := range linksOf(name, pages[name]) {
			to, inside := fileOf(link)
			if !inside {
				continue
			}
			if _, there := pages[to]; !there {
				t.Errorf("%s links to %s, and there is no %s", name, link, to)
			} else if !seen[to] {
				next = append(next, to)
			}
		}
	}
	return seen
}

// entries are the pages that readers and machines begin at.
var entries = []string{"main/index.html", "main/market/index.html", "main/rss.xml", "main/sitemap.xml", "main/404.html", "main/410.html"}

// linksOf are the addresses in a page of HTML, a feed or a sitemap.
func linksOf(name, body string) (links []string) {
	z := html.NewTokenizer(strings.NewReader(body))
	within := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return links
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			within = t.Data
			for _, a := range t.Attr {
				switch a.Key {
				case "href", "src", "action", "poster":
					links = append(links, a.Val)
				case "srcset":
					for _, candidate := range strings.Split(a.Val, ",") {
						links = append(links, strings.Fields(candidate)[0])
					}
				}
			}
		case html.TextToken:
			if within == "loc" || within == "link" && path.Ext(name) == ".xml" {
				links = append(links, strings.TrimSpace(string(z.Text())))
			}
		case html.EndTagToken:
			within = ""
		}
	}
}

// fileOf is the file that answers for an address, false where it is of another
// site or answered by a program.
func fileOf(address string) (string, bool) {
	address, _ = strings.CutPrefix(address, "http://localhost:8080")
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return "", false
	}
	for _, d := range dynamic {
		if strings.HasPrefix(address, d) {
			return "", false
		}
	}
	if strings.HasSuffix(address, "/") {
		address += "index.html"
	}
	return "main" + address, true
}

// checkWhole: each page is what it was or what it is to be, to the last byte.
func checkWhole(t testing.TB, now, before, after map[string]string) {
	t.Helper()
	for name, body := range now {
		old, was := before[name]
		latest, is := after[name]
		switch {
		case was && body == old, is && body == latest:
		case !was && !is:
			t.Errorf("%s is neither of the tree before nor of the one after", name)
		default:
			t.Errorf("%s is neither what it was nor what it is to be (%d bytes, was %d, will be %d)", name, len(body), len(old), len(latest))
		}
	}
	for name := range before {
		_, stays := after[name]
		if _, there := now[name]; !there && stays {
			t.Errorf("%s is away for a while", name)
		}
	}
}

// absent fails where any file of a directory has the words in its name or bytes.
func absent(t testing.TB, dir string, words ...string) {
	t.Helper()
	for name, body := range everyFile(t, dir) {
		for _, w := range words {
			if strings.Contains(name, w) || strings.Contains(body, w) || bytes.Contains([]byte(plain(name, body)), []byte(w)) {
				t.Errorf("%s holds %q", name, w)
			}
		}
	}
}

// plain is what a compressed file says.
func plain(name, body string) string {
	if ending := path.Ext(name); ending == ".br" || ending == ".gz" {
		if text, err := decompress(ending, body); err == nil {
			return text
		}
	}
	return ""
}
