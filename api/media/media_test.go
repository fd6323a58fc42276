package media_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

const token = "editor-token"

type oneToken struct{}

func (oneToken) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	if c.Token != token {
		return auth.Principal{}, auth.ErrRefused
	}
	return auth.Principal{Name: "editor", Scopes: []string{"media:write"}}, nil
}

// desk is a media service on a database and a directory of its own, with the
// API in front.
type desk struct {
	t testing.TB
	*media.Service
	pool    *db.Pool
	dir     string
	handler http.Handler
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, pool: dbtest.New(t), dir: t.TempDir()}
	store, err := media.OpenDirectory(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	d.Service = media.New(d.pool, store, clock.NewManual(time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC)), "/media/")
	d.handler = api.NewHandler(api.HandlerOptions{
		Log:        slog.New(slog.DiscardHandler),
		Routes:     []api.Routes{d.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, oneToken{}) }},
		Plain:      []func(chi.Router){d.Mount},
	})
	return d
}

func (d *desk) do(method, path string, body []byte, headers ...string) *http.Response {
	d.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result()
}

func (d *desk) upload(mediaType, name string, body []byte) *http.Response {
	return d.do("POST", "/v1/media?name="+name, body, "Content-Type", mediaType, "Authorization", "Bearer "+token)
}

// kept counts the files of the store and the rows of the register.
func (d *desk) kept() (files, rows int) {
	d.t.Helper()
	err := fs.WalkDir(os.DirFS(d.dir), ".", func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files++
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.pool.QueryRow(d.t.Context(), "SELECT count(*) FROM media.objects").Scan(&rows); err != nil {
		d.t.Fatal(err)
	}
	return files, rows
}

func text(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func picture(w, h int) image.Image {
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})
	m.SetColorIndex(0, 0, 1)
	return m
}

func encoded(t testing.TB, encode func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, w, h int) []byte {
	return encoded(t, func(out io.Writer) error { return png.Encode(out, picture(w, h)) })
}

const plainSVG = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20.4" role="img">
<title>A leek</title><style>.a{fill:url(#g)} path{stroke:#123}</style>
<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient><g id="leaf"><path d="M0 0h4"/></g></defs>
<use xlink:href="#leaf" x="2"/><rect class="a" width="4" height="2" style="fill:url('#g')"/></svg>`

// One animated WebP of 3 by 2 pixels: only its extended header is read.
var animatedWebP = append([]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x01\x00\x00"), 0)

// stillWebP is one pixel, lossless.
var stillWebP, _ = base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")

func TestUploadAndServe(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		mediaType, name, wantName string
		body                      []byte
		width, height             int
	}{
		{"image/png", "Rye%20Loaf.JPG", "rye-loaf.png", pngOf(t, 3, 2), 3, 2},
		{"image/jpeg", "..%2F..%2Fetc%2Fpasswd", "passwd.jpg", encoded(t, func(w io.Writer) error { return jpeg.Encode(w, picture(5, 4), nil) }), 5, 4},
		{"image/gif; charset=binary", "", "image.gif", encoded(t, func(w io.Writer) error { return gif.Encode(w, picture(6, 7), nil) }), 6, 7},
		{"image/webp", "still.webp", "still.webp", stillWebP, 1, 1},
		{"image/webp", "moving.webp", "moving.webp", animatedWebP, 3, 2},
		{"image/svg+xml", "leek.svg", "leek.svg", []byte(plainSVG), 40, 20},
	} {
		res := d.upload(tt.mediaType, tt.name, tt.body)
		body := text(t, res)
		if res.StatusCode != 201 {
			t.Errorf("%s: %d %s", tt.name, res.StatusCode, body)
			continue
		}
		var got media.StoredImage
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		want := media.StoredImage{Hash: got.Hash, Name: tt.wantName, MediaType: strings.SplitN(tt.mediaType, ";", 2)[0], Size: int64(len(tt.body)),
			Width: tt.width, Height: tt.height, URL: "/media/" + got.Hash + "/" + tt.wantName}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
		if l := res.Header.Get("Location"); l != got.URL {
			t.Errorf("%s: Location %q, want %q", tt.name, l, got.URL)
		}
		for _, method := range []string{"GET", "HEAD"} {
			res := d.do(method, got.URL, nil)
			wantHeader := map[string]string{
				"Content-Type": want.MediaType, "Cache-Control": "public, max-age=31536000, immutable",
				"Etag": `"` + got.Hash + `"`, "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
				"Cross-Origin-Resource-Policy": "cross-origin",
				"Content-Security-Policy":      "sandbox; default-src 'none'; style-src 'unsafe-inline'",
			}
			for name, value := range wantHeader {
				if got := res.Header.Get(name); got != value {
					t.Errorf("%s %s: %s = %q, want %q", method, tt.name, name, got, value)
				}
			}
			if body := text(t, res); res.StatusCode != 200 || method == "GET" && body != string(tt.body) || method == "HEAD" && body != "" {
				t.Errorf("%s %s: %d with %d bytes", method, tt.name, res.StatusCode, len(body))
			}
		}
	}
}

func TestServeParts(t *testing.T) {
	d := newDesk(t)
	data := pngOf(t, 30, 20)
	saved, err := d.Save(t.Context(), "a.png", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contract.Image{URL: saved.URL, Width: 30, Height: 20}, saved); diff != "" {
		t.Errorf("Save (-want +got)\n%s", diff)
	}
	hash := strings.Split(saved.URL, "/")[2]
	for _, tt := range []struct {
		path    string
		headers []string
		status  int
		body    string
	}{
		{saved.URL, []string{"Range", "bytes=0-3"}, 206, string(data[:4])},
		{saved.URL, []string{"Range", "bytes=1-2", "If-Range", `"other"`}, 200, string(data)},
		{saved.URL, []string{"Range", "bytes=100000-"}, 416, ""},
		{saved.URL, []string{"If-None-Match", `"` + hash + `"`}, 304, ""},
		{"/media/" + hash + "/other.png", nil, 404, ""},
		{"/media/" + strings.ToUpper(hash) + "/a.png", nil, 404, ""},
		{"/media/" + strings.Repeat("0", 64) + "/a.png", nil, 404, ""},
		{"/media/..%2f..%2f/a.png", nil, 404, ""},
		{"/media/%00/a.png", nil, 404, ""},
		{"/media/" + hash + "/%ff", nil, 404, ""},
		{"/media/" + hash + "/", nil, 404, ""},
	} {
		res := d.do("GET", tt.path, nil, tt.headers...)
		body := text(t, res)
		if res.StatusCode != tt.status || tt.body != "" && body != tt.body {
			t.Errorf("GET %s %v = %d with %d bytes, want %d with %d", tt.path, tt.headers, res.StatusCode, len(body), tt.status, len(tt.body))
		}
		if problem := res.Header.Get("Content-Type") == "application/problem+json"; problem != (tt.status == 404) {
			t.Errorf("GET %s: a problem document: %v", tt.path, problem)
		}
	}
}

func TestLostBytesAreNotFoundAndHealed(t *testing.T) {
	d := newDesk(t)
	data := pngOf(t, 2, 2)
	saved, err := d.Save(t.Context(), "a.png", data)
	if err != nil {
		t.Fatal(err)
	}
	hash := strings.Split(saved.URL, "/")[2]
	if err := os.Remove(d.dir + "/" + hash[:2] + "/" + hash); err != nil {
		t.Fatal(err)
	}
	if res := d.do("GET", saved.URL, nil); res.StatusCode != 404 {
		t.Errorf("lost bytes: %d, want 404", res.StatusCode)
	}
	if _, err := d.Save(t.Context(), "a.png", data); err != nil {
		t.Fatal(err)
	}
	if res := d.do("GET", saved.URL, nil); res.StatusCode != 200 {
		t.Errorf("after saving again: %d, want 200", res.StatusCode)
	}
}

func TestSameBytesKeepTheirFirstAddress(t *testing.T) {
	d := newDesk(t)
	data := pngOf(t, 2, 2)
	first := text(t, d.upload("image/png", "first.png", data))
	if second := text(t, d.upload("image/png", "second.png", data)); second != first {
		t.Errorf("second answer %s, want %s", second, first)
	}
	if files, rows := d.kept(); files != 1 || rows != 1 {
		t.Errorf("%d files and %d rows, want one of each", files, rows)
	}
}

func TestBadUploadsChangeNothing(t *testing.T) {
	d := newDesk(t)
	good := pngOf(t, 2, 2)
	huge := pngOf(t, 1, 1)
	copy(huge[16:24], []byte{0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff}) // the header's width and height
	for name, tt := range map[string]struct {
		mediaType string
		body      []byte
		status    int
		code      string
	}{
		"no type":        {"", good, 415, "unsupported_media_type"},
		"json":           {"application/json", []byte("{}"), 415, "unsupported_media_type"},
		"other type":     {"image/jpeg", good, 415, "unsupported_media_type"},
		"avif":           {"image/avif", []byte("\x00\x00\x00\x1cftypavif"), 415, "unsupported_media_type"},
		"html":           {"image/png", []byte("<html><script>"), 415, "unsupported_media_type"},
		"html as svg":    {"image/svg+xml", []byte("<html><svg/></html>"), 415, "unsupported_media_type"},
		"cut header":     {"image/png", good[:20], 422, "unreadable_image"},
		"cut webp":       {"image/webp", stillWebP[:16], 422, "unreadable_image"},
		"too many pixel": {"image/png", fixCRC(huge), 422, "too_many_pixels"},
		"script":         {"image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`), 422, "unsafe_svg"},
		"not closed":     {"image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><g></svg>`), 422, "unreadable_image"},
		"empty":          {"image/png", nil, 400, ""},
		"too large":      {"image/png", append(good, make([]byte, media.MaxSize)...), 413, "too_large"},
	} {
		res := d.upload(tt.mediaType, "a.png", tt.body)
		body := text(t, res)
		if res.StatusCode != tt.status || !strings.Contains(body, `"code":"`+tt.code) {
			t.Errorf("%s: %d %s, want %d %s", name, res.StatusCode, body, tt.status, tt.code)
		}
	}
	if res := d.do("POST", "/v1/media", good, "Content-Type", "image/png"); res.StatusCode != 401 {
		t.Errorf("without a token: %d, want 401", res.StatusCode)
	}
	if files, rows := d.kept(); files != 0 || rows != 0 {
		t.Errorf("%d files and %d rows are left behind", files, rows)
	}
}
