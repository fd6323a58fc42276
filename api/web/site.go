// The built site: which file answers an address.

package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"rose-ash.com/roseash/api/shared/filetype"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

const (
	indexFile    = "index.html"
	notFoundFile = "404.html"
	goneFile     = "410.html"
)

// Site is the http.Handler of the built trees below one directory. It answers
// GET and HEAD, ranges and conditions included.
type Site struct {
	// Missing is asked about addresses without a file; nil: there is nothing. It is
	// set before the first request.
	Missing Missing

	root      *os.Root
	sites     urls.Sites
	resolving chan struct{} // one in it for each address that is looked up
}

// OpenSite opens the directory of the built trees and makes it where there is
// none. Pages that are built later are found without opening it again.
func OpenSite(dir string, sites urls.Sites) (*Site, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Site{root: root, sites: sites, resolving: make(chan struct{}, resolvedAtOnce)}, nil
}

// Close gives the directory back.
func (s *Site) Close() error { return s.root.Close() }

// ServeHTTP answers with the file that the address stands for, a redirect to
// its one address, or what Missing says of it.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		problem.Write(w, r, problem.MethodNotAllowed(http.MethodGet, http.MethodHead))
		return
	}
	tree, ours := s.sites.ByHost(r.Host)
	if !ours {
		// A health check, or somebody at the machine itself: no page depends on
		// the name by which the server was called.
		tree = urls.MainTree
	}
	at := r.URL.Path
	switch base := path.Base(at); {
	case !wellFormed(at) || base == notFoundFile || base == goneFile || isSibling(base):
		s.notice(w, r, tree, http.StatusNotFound)
		return
	case base == indexFile:
		if s.isFile(tree + at) {
			redirect(w, r, strings.TrimSuffix(at, indexFile))
			return
		}
	case strings.HasSuffix(at, "/"):
		if s.serve(w, r, tree+at+indexFile, http.StatusOK) {
			return
		}
	case s.serve(w, r, tree+at, http.StatusOK):
		return
	case s.isFile(tree + at + "/" + indexFile):
		redirect(w, r, at+"/")
		return
	}
	s.missing(w, r, tree, at)
}

// wellFormed tells a path that can name a file of a tree: absolute, in its
// shortest form, and without hidden parts.
func wellFormed(at string) bool {
	if !strings.HasPrefix(at, "/") || strings.ContainsAny(at, "\\\x00") || strings.Contains(at, "/.") {
		return false
	}
	return at == "/" || path.Clean(at) == strings.TrimSuffix(at, "/")
}

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	target := url.URL{Path: to, RawQuery: r.URL.RawQuery}
	w.Header().Set("Cache-Control", filetype.PageCaching)
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusPermanentRedirect)
}

func (s *Site) isFile(name string) bool {
	info, err := s.root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// serve answers with a file; false, and nothing written, where there is none.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, name string, status int) bool {
	if !s.isFile(name) {
		return false
	}
	f, err := s.root.Open(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			problem.Write(w, r, problem.Internal().WithCause(err))
			return true
		}
		return false // removed between the two calls
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	_, file, _ := strings.Cut(name, "/")
	h := w.Header()
	h.Set("Content-Type", filetype.Of(name))
	h.Set("Cache-Control", filetype.Caching(file))
	h.Add("Vary", "Accept-Encoding")
	if status != http.StatusOK {
		withoutConditions(r)
		w = &statusWriter{w, status}
	}
	h.Set("ETag", etag(info))
	if form, size, coding := s.sibling(r, name, info); form != nil {
		defer form.Close()
		encoded(h, etag(info), coding, size)
		f = form
	}
	if status != http.StatusOK {
		h.Del("ETag") // the tag is the notice's, and the address has none
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
	return true
}

// etag changes with every page that is written: the generator replaces files by
// new ones and leaves those alone whose bytes are the same. The file's number
// tells two apart that were written within one tick of the kernel's clock.
func etag(info fs.FileInfo) string {
	number := uint64(0)
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		number = uint64(st.Ino)
	}
	return `"` + strconv.FormatInt(info.ModTime().UnixNano(), 36) + "-" + strconv.FormatInt(info.Size(), 36) +
		"-" + strconv.FormatUint(number, 36) + `"`
}

// statusWriter answers with another status than 200.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader writes the other status.
func (w *statusWriter) WriteHeader(int) { w.ResponseWriter.WriteHeader(w.status) }
