package media_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"image/gif"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/shared/problem"
)

// elsewhere is a real server of files, and a desk that takes it for the Ghost, for another
// host, or for both by its other name.
type elsewhere struct {
	*desk
	server *httptest.Server
	files  map[string]http.HandlerFunc
	asked  atomic.Int32
}

func newElsewhere(t testing.TB, ghost bool) *elsewhere {
	e := &elsewhere{desk: newDesk(t), files: map[string]http.HandlerFunc{}}
	e.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.asked.Add(1)
		if f, ok := e.files[r.URL.Path]; ok {
			f(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(e.server.Close)
	o := media.Sources{Ghost: "https://ghost.example/"}
	if host := strings.TrimPrefix(e.server.URL, "http://"); ghost {
		o.Ghost = e.server.URL + "/"
	} else {
		o.Peers = []string{host}
	}
	e.WithSources(o)
	return e
}

// says answers with bytes as if they were of a type.
func says(mediaType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write(body)
	}
}

// atom is the beginning of a file of ISO 14496-12 of a brand.
func atom(brand string) []byte {
	return append([]byte("\x00\x00\x00\x14ftyp"+brand+"\x00\x00\x00\x00iso2"), make([]byte, 100)...)
}

func oggOf(codec string) []byte {
	return append([]byte("OggS\x00\x02"+strings.Repeat("\x00", 20)+"\x01\x1e"+codec), make([]byte, 100)...)
}

// avifOf has nothing but a brand and a size.
func avifOf(w, h uint32) []byte {
	b := append(atom("avif"), "\x00\x00\x00\x14ispe\x00\x00\x00\x00"...)
	b = binary.BigEndian.AppendUint32(b, w)
	return binary.BigEndian.AppendUint32(b, h)
}

// iconOf has one picture of a size.
func iconOf(w, h byte, picture []byte) []byte {
	b := []byte{0, 0, 1, 0, 1, 0, w, h, 0, 0, 1, 0, 32, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(picture)))
	return append(binary.LittleEndian.AppendUint32(b, 22), picture...)
}

const (
	picturePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
	playedPolicy  = picturePolicy + "; media-src 'self'"
)

func TestKeepFromKeepsWhatGhostKeeps(t *testing.T) {
	e := newElsewhere(t, true)
	for path, tt := range map[string]struct {
		body            []byte
		mediaType, name string
		width, height   int
	}{
		"/content/images/2026/01/Loaf%20of%20Rye.png": {pngOf(t, 3, 2), "image/png", "loaf-of-rye.png", 3, 2},
		"/content/images/icon.ico":                    {iconOf(0, 32, []byte("a bitmap")), "image/x-icon", "icon.ico", 256, 32},
		"/content/images/fav.ico":                     {iconOf(1, 1, pngOf(t, 64, 63)), "image/x-icon", "fav.ico", 64, 63},
		"/content/images/new.avif":                    {avifOf(30, 20), "image/avif", "new.avif", 30, 20},
		"/content/images/leek.svg":                    {[]byte(plainSVG), "image/svg+xml", "leek.svg", 40, 20},
		"/content/media/a.mp3":                        {append([]byte("ID3\x04\x00"), make([]byte, 50)...), "audio/mpeg", "a.mp3", 0, 0},
		"/content/media/b.mp3":                        {append([]byte("\xff\xfb\x90\x64"), make([]byte, 50)...), "audio/mpeg", "b.mp3", 0, 0},
		"/content/media/c.m4a":                        {atom("M4A "), "audio/mp4", "c.m4a", 0, 0},
		"/content/media/d.m4a":                        {append(atom("mp42"), 'd'), "audio/mp4", "d.m4a", 0, 0},
		"/content/media/e.ogg":                        {oggOf("vorbis"), "audio/ogg", "e.ogg", 0, 0},
		"/content/media/f.wav":                        {append([]byte("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 30)...), "audio/wav", "f.wav", 0, 0},
		"/content/media/g.mp4":                        {atom("isom"), "video/mp4", "g.mp4", 0, 0},
		"/content/media/h.webm":                       {append([]byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), make([]byte, 30)...), "video/webm", "h.webm", 0, 0},
		"/content/media/i.ogv":                        {oggOf("\x80theora"), "video/ogg", "i.ogv", 0, 0},
		"/content/media/i_thumb.jpg":                  {pngOf(t, 5, 4), "image/png", "i-thumb.png", 5, 4},
		"/content/files/report.pdf":                   {[]byte("%PDF-1.7 and so on"), "application/pdf", "report.pdf", 0, 0},
		"/content/files/all.zip":                      {[]byte("PK\x03\x04all"), "application/zip", "all.zip", 0, 0},
		"/content/files/letter.docx":                  {[]byte("PK\x03\x04letter"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "letter.docx", 0, 0},
		"/content/files/book.epub":                    {[]byte("PK\x03\x04mimetypeapplication/epub+zip"), "application/epub+zip", "book.epub", 0, 0},
		"/content/files/odd.thing":                    {[]byte("PK\x03\x04odd"), "application/octet-stream", "odd.bin", 0, 0},
		"/content/files/prices.CSV":                   {[]byte("rye,1.20\nspelt,1.40\n"), "text/csv", "prices.csv", 0, 0},
		"/content/files/notes.txt":                    {[]byte("flour, wäter, salt"), "text/plain", "notes.txt", 0, 0},
		"/content/files/latin.txt":                    {[]byte("w\xe4ter"), "application/octet-stream", "latin.txt", 0, 0},
		"/content/files/run.js":                       {[]byte("alert(1)"), "application/octet-stream", "run.bin", 0, 0},
		"/content/files/page.html":                    {[]byte("<!DOCTYPE html><script>1</script>"), "application/octet-stream", "page.bin", 0, 0},
		"/content/files/page.txt":                     {[]byte("<html><script>2</script>"), "application/octet-stream", "page.txt", 0, 0},
		"/content/files/feed.xml":                     {[]byte("<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'/>"), "application/octet-stream", "feed.bin", 0, 0},
		"/content/files/bad.svg":                      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`), "application/octet-stream", "bad.bin", 0, 0},
		"/content/files/good.svg":                     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="8"/>`), "image/svg+xml", "good.svg", 9, 8},
		"/content/files/model.glb":                    {[]byte("glTF\x02\x00\x00\x00"), "application/octet-stream", "model.glb", 0, 0},
	} {
		t.Run(path, func(t *testing.T) {
			decoded, err := url.PathUnescape(path)
			if err != nil {
				t.Fatal(err)
			}
			e.files[decoded] = says("text/html", tt.body) // whatever it says
			got, err := e.KeepFrom(t.Context(), e.server.URL+path+"?v=1", true)
			if err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			if got.MediaType != tt.mediaType || got.Size != int64(len(tt.body)) || got.Width != tt.width || got.Height != tt.height || !strings.HasSuffix(got.URL, "/"+tt.name) {
				t.Errorf("KeepFrom = %+v, want %s, %d bytes, %d by %d, %s", got, tt.mediaType, len(tt.body), tt.width, tt.height, tt.name)
			}
			res := e.do("GET", got.URL, nil)
			if body := text(t, res); res.StatusCode != 200 || body != string(tt.body) {
				t.Errorf("GET %s = %d with %d bytes", got.URL, res.StatusCode, len(body))
			}
			family, _, _ := strings.Cut(tt.mediaType, "/")
			policy, disposition := picturePolicy, ""
			switch family {
			case "audio", "video":
				policy = playedPolicy
			case "application", "text":
				disposition = `attachment; filename="` + tt.name + `"`
			}
			for header, want := range map[string]string{
				"Content-Type":            tt.mediaType + map[bool]string{true: "; charset=utf-8"}[family == "text"],
				"Content-Disposition":     disposition,
				"Content-Security-Policy": policy,
				"X-Content-Type-Options":  "nosniff",
				"Accept-Ranges":           "bytes",
				"Cache-Control":           "public, max-age=31536000, immutable",
			} {
				if is := res.Header.Get(header); is != want {
					t.Errorf("%s = %q, want %q", header, is, want)
				}
			}
		})
	}
}

func TestKeepFromRefuses(t *testing.T) {
	wide := pngOf(t, 1, 1)
	copy(wide[16:24], []byte{0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50}) // 50,000 by 50,000
	fixCRC(wide)
	canvas := encoded(t, func(w io.Writer) error { return gif.Encode(w, picture(6, 7), nil) })
	copy(canvas[6:10], []byte{0xff, 0x7f, 0xff, 0x7f})
	var bomb bytes.Buffer // 200 MB of zeros in 200 kB
	z := gzip.NewWriter(&bomb)
	for range 200 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	z.Close()
	for name, tt := range map[string]struct {
		path, code string
		answer     http.HandlerFunc
	}{
		"not there":           {"/content/images/a.png", "unavailable", nil},
		"no content":          {"/content/images/a.png", "unavailable", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
		"broken server":       {"/content/images/a.png", "unavailable", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
		"empty":               {"/content/images/a.png", "unsupported_media_type", says("image/png", nil)},
		"a page":              {"/content/images/a.png", "unsupported_media_type", says("image/png", []byte("<!DOCTYPE html><title>Sign in</title>"))},
		"a page for a film":   {"/content/media/a.mp4", "unsupported_media_type", says("video/mp4", []byte("<!DOCTYPE html><title>Sign in</title>"))},
		"a page for a file":   {"/content/files/a.pdf", "unsupported_media_type", says("application/pdf", []byte("<!DOCTYPE html><title>Sign in</title>"))},
		"film for a picture":  {"/content/images/a.png", "unsupported_media_type", says("image/png", atom("isom"))},
		"PDF for a film":      {"/content/media/a.mp4", "unsupported_media_type", says("video/mp4", []byte("%PDF-1.7"))},
		"a file of no folder": {"/assets/a.pdf", "unsupported_media_type", says("application/pdf", []byte("%PDF-1.7"))},
		"out of its folder":   {"/content/files/../images/a.pdf", "unsupported_media_type", says("application/pdf", []byte("%PDF-1.7"))},
		"50,000 px":           {"/content/images/a.png", "too_many_pixels", says("image/png", wide)},
		"huge animation":      {"/content/images/a.gif", "too_many_pixels", says("image/gif", canvas)},
		"huge AVIF":           {"/content/images/a.avif", "too_many_pixels", says("image/avif", avifOf(1<<31, 1<<31))},
		"huge PNG in an icon": {"/content/images/a.ico", "too_many_pixels", says("image/x-icon", iconOf(1, 1, wide))},
		"AVIF without a size": {"/content/images/a.avif", "unreadable_image", says("image/avif", atom("avif"))},
		"cut icon":            {"/content/images/a.ico", "unreadable_image", says("image/x-icon", iconOf(1, 1, []byte("x"))[:22])},
		"cut header":          {"/content/images/a.png", "unreadable_image", says("image/png", wide[:20])},
		"script":              {"/content/images/a.svg", "unsafe_svg", says("image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`))},
		"handler":             {"/content/media/a.svg", "unsafe_svg", says("image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="1"/>`))},
		"too many bytes":      {"/content/images/a.png", "too_large", says("image/png", append(pngOf(t, 2, 2), make([]byte, media.MaxCopiedPicture)...))},
		"too long a film": {"/content/media/a.mp4", "too_large", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(media.MaxCopiedFile+1))
			_, _ = w.Write(atom("isom"))
		}},
		"compressed": {"/content/images/a.png", "unsupported_media_type", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}},
		"cut off": {"/content/media/a.mp4", "unavailable", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000")
			_, _ = w.Write(append(atom("isom"), make([]byte, 200_000)...))
		}},
		"cut off at once": {"/content/images/a.png", "unavailable", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write(pngOf(t, 2, 2))
		}},
		"round and round": {"/content/images/a.png", "unavailable", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/content/images/a.png", http.StatusFound)
		}},
		"to another host": {"/content/images/a.png", "unavailable", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://localhost"+r.Host[strings.LastIndex(r.Host, ":"):]+"/content/images/b.png", http.StatusFound)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newElsewhere(t, true)
			e.files["/content/images/b.png"] = says("image/png", pngOf(t, 2, 2))
			if at, err := url.Parse(tt.path); err == nil && tt.answer != nil {
				e.files[at.Path], e.files["/content/images/a.pdf"] = tt.answer, tt.answer
			}
			got, err := e.KeepFrom(t.Context(), e.server.URL+tt.path, true)
			if problem.Code(err) != tt.code {
				t.Errorf("KeepFrom = %+v, %v, want %s", got, err, tt.code)
			}
			if files, rows := e.kept(); files != 0 || rows != 0 {
				t.Errorf("%d files and %d rows are left behind", files, rows)
			}
		})
	}
}

func TestKeepFromStrangers(t *testing.T) {
	e := newElsewhere(t, false)
	private := httptest.NewServer(says("image/png", pngOf(t, 2, 2)))
	defer private.Close()
	e.files["/a.png"] = says("text/plain", pngOf(t, 2, 2))
	e.files["/moved.png"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/a.png", http.StatusMovedPermanently)
	}
	e.files["/private.png"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, private.URL+"/a.png", http.StatusFound)
	}
	e.files["/file.png"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(302)
	}
	e.files["/content/files/a.pdf"] = says("application/pdf", []byte("%PDF-1.7"))
	e.files["/a.mp4"] = says("video/mp4", atom("isom"))
	for address, want := range map[string]string{
		e.server.URL + "/a.png":                "",
		e.server.URL + "/moved.png":            "",
		e.server.URL + "/private.png":          "unavailable",
		e.server.URL + "/file.png":             "unavailable",
		e.server.URL + "/content/files/a.pdf":  "unsupported_media_type",
		e.server.URL + "/a.mp4":                "unsupported_media_type",
		private.URL + "/a.png":                 "unavailable",
		"http://169.254.169.254/latest/a.png":  "unavailable",
		"http://[::1]/a.png":                   "unavailable",
		"https://u:p@example.org/a.png":        "unavailable",
		"https://example.org:8443/a.png":       "unavailable",
		"ftp://example.org/a.png":              "unavailable",
		"file:///etc/passwd":                   "unavailable",
		"data:image/png;base64,AAAA":           "unavailable",
		"://":                                  "unavailable",
		"":                                     "unavailable",
		e.server.URL + "/content/images/%zz":   "unavailable",
		"https://ghost.example.invalid/a.png":  "unavailable",
		"http://nothing-there.invalid./a.png#": "unavailable",
	} {
		// That an address is said to be at the Ghost makes it none of it.
		for _, ghost := range []bool{false, true} {
			if got, err := e.KeepFrom(t.Context(), address, ghost); problem.Code(err) != want {
				t.Errorf("KeepFrom(%q, %v) = %+v, %v, want %q", address, ghost, got, err, want)
			}
		}
	}
	if _, err := newDesk(t).KeepFrom(t.Context(), e.server.URL+"/a.png", true); problem.Code(err) != "unavailable" {
		t.Errorf("without sources: %v", err)
	}
}

func TestKeepFromSameBytesTwice(t *testing.T) {
	e := newElsewhere(t, true)
	e.files["/content/images/a.png"], e.files["/content/images/b.png"] = says("", pngOf(t, 2, 2)), says("", pngOf(t, 2, 2))
	e.files["/content/media/a.mp4"], e.files["/content/media/b.mp4"] = says("", atom("isom")), says("", atom("isom"))
	for _, pair := range [][2]string{{"/content/images/a.png", "/content/images/b.png"}, {"/content/media/a.mp4", "/content/media/b.mp4"}} {
		first, err := e.KeepFrom(t.Context(), e.server.URL+pair[0], true)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := e.KeepFrom(t.Context(), e.server.URL+pair[1], true); err != nil || second != first {
			t.Errorf("KeepFrom(%s) = %+v, %v, want %+v", pair[1], second, err, first)
		}
	}
	if files, rows := e.kept(); files != 2 || rows != 2 {
		t.Errorf("%d files and %d rows, want two of each", files, rows)
	}
}

func TestKeepFromGivesUpInTime(t *testing.T) {
	e := newElsewhere(t, true)
	stop := make(chan struct{})
	defer close(stop)
	e.files["/content/media/a.mp4"] = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(append(atom("isom"), make([]byte, 100_000)...))
		w.(http.Flusher).Flush()
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := e.KeepFrom(ctx, e.server.URL+"/content/media/a.mp4", true); problem.Code(err) != "unavailable" {
		t.Errorf("KeepFrom = %v, want unavailable", err)
	}
	if files, rows := e.kept(); files != 0 || rows != 0 {
		t.Errorf("%d files and %d rows are left behind", files, rows)
	}
}
