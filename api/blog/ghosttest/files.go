// The files of the site: pictures, sound, film and what can be downloaded.

package ghosttest

import (
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

type file struct {
	contentType string
	data        []byte
}

// PutFile makes a file that is served at a path below the site, such as
// /content/images/2026/01/local.jpg. An empty content type says that there is none.
func (g *Ghost) PutFile(path, contentType string, data []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files[path] = file{contentType, data}
}

// RemoveFile takes a file away.
func (g *Ghost) RemoveFile(path string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.files, path)
}

// file serves a file; one that is asked for in another size is served as it is.
func (g *Ghost) file(r *http.Request, name string) answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	f, ok := g.files[name]
	if !ok {
		if before, after, sized := strings.Cut(name, "/size/"); sized {
			_, rest, _ := strings.Cut(after, "/")
			f, ok = g.files[before+"/"+rest]
		}
	}
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return answer{http.StatusNotFound, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte("Not Found")}
	}
	h := http.Header{"Cache-Control": {"public, max-age=31536000"}, "Accept-Ranges": {"bytes"}}
	if f.contentType != "" {
		h.Set("Content-Type", f.contentType)
	}
	return answer{http.StatusOK, h, f.data}
}

// upload takes a picture and names where it is.
func (g *Ghost) upload(r *http.Request, w *world) answer {
	in, header, err := r.FormFile("file")
	if err != nil {
		return invalid("upload image", "Please select an image.")
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, 64<<20))
	if err != nil {
		return invalid("upload image", "Please select an image.")
	}
	g.mu.Lock()
	dir := "/content/images/" + g.now.Format("2006/01") + "/"
	ext := path.Ext(header.Filename)
	name := slugOf(strings.TrimSuffix(path.Base(header.Filename), ext))
	at := dir + name + ext
	for n := 1; ; n++ {
		if _, taken := g.files[at]; !taken {
			break
		}
		at = dir + name + "-" + strconv.Itoa(n) + ext
	}
	g.files[at] = file{header.Header.Get("Content-Type"), data}
	g.mu.Unlock()
	return jsonAnswer(http.StatusCreated, encode(object{"images": []object{{
		"url": w.url + at, "ref": text(r.FormValue("ref")),
	}}}))
}
