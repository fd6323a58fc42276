package blog_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db/dbtest"
)

// TestCopiesAreServed has the whole application copy a post's files, and asks it for each
// address that the post has then.
func TestCopiesAreServed(t *testing.T) {
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 900, 600))); err != nil {
		t.Fatal(err)
	}
	film := []byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00iso2 and so on")
	files := map[string][]byte{
		"/content/images/a.png": large.Bytes(), "/content/media/v.mp4": film,
		"/content/files/r.pdf": []byte("%PDF-1.7"), "/content/images/bad.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, ok := files[r.URL.Path]; ok {
			_, _ = w.Write(body)
			return
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	app, err := api.New(api.AppOptions{
		Config: config.Config{DataDir: t.TempDir(), Ghost: config.Ghost{URL: server.URL}},
		Pool:   dbtest.New(t), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	p := ghost.Post{
		ID: "1", Type: "post", Status: "published", Visibility: "public", Title: "P", Slug: "p", URL: server.URL + "/p/",
		FeatureImage: server.URL + "/content/images/size/w600/a.png",
		HTML: `<figure class="kg-card kg-image-card"><img src="` + server.URL + `/content/images/a.png" srcset="` + server.URL + `/content/images/size/w600/a.png 600w" class="kg-image" alt=""></figure>
			<figure class="kg-card kg-video-card"><div class="kg-video-container"><video src="` + server.URL + `/content/media/v.mp4"></video></div></figure>
			<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="` + server.URL + `/content/files/r.pdf"><div class="kg-file-card-title">R</div></a></div>`,
	}
	if err := blog.BringForTest(t.Context(), app.Ghost, ghost.NewObject(p)); err != nil {
		t.Fatal(err)
	}
	post, err := app.Blog.EditedPost(t.Context(), contract.TypePost, "p")
	if err != nil {
		t.Fatal(err)
	}
	page := post.HTML + post.FeatureImage.URL
	if strings.Contains(page, server.URL) {
		t.Errorf("an address of the Ghost is left: %s", page)
	}
	if !strings.Contains(post.HTML, `width="900" height="600"`) || !strings.Contains(post.HTML, "/w400.webp 400w") {
		t.Errorf("the picture has no size or widths: %s", post.HTML)
	}
	handler := app.Handler(nil)
	ask := func(address string, headers ...string) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		body, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Result(), string(body)
	}
	types := map[string]int{}
	for _, address := range regexp.MustCompile(`/media/[0-9a-f]{64}/[a-z0-9.-]+`).FindAllString(page, -1) {
		res, _ := ask(address)
		if res.StatusCode != http.StatusOK {
			t.Errorf("GET %s = %d", address, res.StatusCode)
		}
		types[res.Header.Get("Content-Type")]++
		if strings.HasSuffix(address, ".mp4") {
			if res, part := ask(address, "Range", "bytes=4-7"); res.StatusCode != http.StatusPartialContent || part != "ftyp" {
				t.Errorf("a part of the film: %d %q", res.StatusCode, part)
			}
		}
	}
	for _, mediaType := range []string{"image/png", "image/webp", "video/mp4", "application/pdf"} {
		if types[mediaType] == 0 {
			t.Errorf("nothing of %s is shown: %v in %s", mediaType, types, page)
		}
	}

	// A picture that could run stays where it is, and the post says so.
	p.HTML, p.FeatureImage = `<img src="`+server.URL+`/content/images/bad.svg">`, ""
	if err := blog.BringForTest(t.Context(), app.Ghost, ghost.NewObject(p)); err != nil {
		t.Fatal(err)
	}
	if post, err = app.Blog.EditedPost(t.Context(), contract.TypePost, "p"); err != nil || !strings.Contains(strings.Join(post.Flags, "\n"), "1 picture is not copied yet") {
		t.Errorf("flags %q, %v", post.Flags, err)
	}
}
