package media_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"golang.org/x/image/webp"

	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// jpegOfSize is a JPEG that a WebP is smaller than.
func jpegOfSize(t testing.TB, w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i>>9) | 3
	}
	return encoded(t, func(out io.Writer) error { return jpeg.Encode(out, m, &jpeg.Options{Quality: 100}) })
}

// addressed is an image's address with another last part.
func addressed(url, name string) string { return url[:strings.LastIndexByte(url, '/')+1] + name }

func TestServeResized(t *testing.T) {
	d := newDesk(t)
	photo := jpegOfSize(t, 600, 60)
	saved, err := d.Save(t.Context(), "loaf.jpg", photo)
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string][2]int{"w400.webp": {400, 40}, "w800.webp": {600, 60}, "w1200.webp": {600, 60}, "w1600.webp": {600, 60}}
	etags := map[string]string{}
	for range 2 { // made the first time, found the second
		for name, want := range sizes {
			res := d.do("GET", addressed(saved.URL, name), nil)
			body := text(t, res)
			wantHeader := map[string]string{
				"Content-Type": "image/webp", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
				"Cross-Origin-Resource-Policy": "cross-origin", "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
			}
			for header, value := range wantHeader {
				if got := res.Header.Get(header); got != value {
					t.Errorf("%s: %s = %q, want %q", name, header, got, value)
				}
			}
			m, err := webp.DecodeConfig(strings.NewReader(body))
			if res.StatusCode != 200 || err != nil || [2]int{m.Width, m.Height} != want || len(body) >= len(photo) {
				t.Errorf("%s: %d, %d by %d, %d bytes of %d, %v, want %v", name, res.StatusCode, m.Width, m.Height, len(body), len(photo), err, want)
			}
			etag := res.Header.Get("Etag")
			if before := etags[name]; before != "" && before != etag {
				t.Errorf("%s: ETag %s, and before %s", name, etag, before)
			}
			etags[name] = etag
			if res := d.do("GET", addressed(saved.URL, name), nil, "If-None-Match", etag); res.StatusCode != 304 {
				t.Errorf("%s again: %d, want 304", name, res.StatusCode)
			}
			if res := d.do("HEAD", addressed(saved.URL, name), nil); res.StatusCode != 200 || text(t, res) != "" {
				t.Errorf("HEAD %s: %d", name, res.StatusCode)
			}
		}
	}
	// The photograph itself, and two sizes: four addresses of three images.
	if files, rows := d.kept(); files != 3 || rows != 1 {
		t.Errorf("%d files and %d objects, want 3 and 1", files, rows)
	}
	if etags["w400.webp"] == etags["w800.webp"] || etags["w800.webp"] != etags["w1600.webp"] {
		t.Errorf("ETags are %v", etags)
	}
}

// TestServeOwnBytes: where nothing smaller shows an image as well, its own bytes
// are the answer, under their own type.
func TestServeOwnBytes(t *testing.T) {
	d := newDesk(t)
	cut := jpegOfSize(t, 600, 60)
	for mediaType, body := range map[string][]byte{"image/webp": animatedWebP, "image/jpeg": cut[:len(cut)/2]} {
		saved, err := d.Save(t.Context(), "a", body)
		if err != nil {
			t.Fatal(err)
		}
		res := d.do("GET", addressed(saved.URL, "w400.webp"), nil)
		if got := text(t, res); res.StatusCode != 200 || res.Header.Get("Content-Type") != mediaType || got != string(body) {
			t.Errorf("%s: %d, %s, %d of %d bytes", mediaType, res.StatusCode, res.Header.Get("Content-Type"), len(got), len(body))
		}
	}
}

func TestResizedIsNotFound(t *testing.T) {
	d := newDesk(t)
	photo, err := d.Save(t.Context(), "loaf.jpg", jpegOfSize(t, 60, 30))
	if err != nil {
		t.Fatal(err)
	}
	vector, err := d.Save(t.Context(), "leek.svg", []byte(plainSVG))
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		addressed(photo.URL, "w401.webp"), addressed(photo.URL, "w0.webp"), addressed(photo.URL, "w400.jpg"), addressed(photo.URL, "w400.webp/x"),
		addressed(photo.URL, "w100000.webp"), addressed(vector.URL, "w400.webp"), "/media/" + strings.Repeat("0", 64) + "/w400.webp",
	} {
		if res := d.do("GET", address, nil); res.StatusCode != 404 {
			t.Errorf("GET %s = %d, want 404", address, res.StatusCode)
		}
	}
	if files, _ := d.kept(); files != 2 {
		t.Errorf("%d files are kept, want the two images", files)
	}
	if _, err := d.Resized(t.Context(), media.StoredImage{Hash: strings.Repeat("0", 64), MediaType: "image/png"}, 400); problem.Code(err) != "not_found" {
		t.Errorf("Resized of what is not kept: %v", err)
	}
}

// TestANameLikeAWidth: an image that somebody called so keeps its address.
func TestANameLikeAWidth(t *testing.T) {
	d := newDesk(t)
	saved, err := d.Save(t.Context(), "w400.webp", stillWebP)
	if err != nil {
		t.Fatal(err)
	}
	if res := d.do("GET", saved.URL, nil); res.StatusCode != 200 || text(t, res) != string(stillWebP) {
		t.Errorf("GET %s = %d", saved.URL, res.StatusCode)
	}
}

func TestLostResizedIsMadeAgain(t *testing.T) {
	d := newDesk(t)
	saved, err := d.Save(t.Context(), "loaf.jpg", jpegOfSize(t, 600, 60))
	if err != nil {
		t.Fatal(err)
	}
	first := d.do("GET", addressed(saved.URL, "w400.webp"), nil)
	hash := strings.Trim(first.Header.Get("Etag"), `"`)
	if err := os.Remove(d.dir + "/" + hash[:2] + "/" + hash); err != nil {
		t.Fatal(err)
	}
	second := d.do("GET", addressed(saved.URL, "w400.webp"), nil)
	if second.StatusCode != 200 || !bytes.Equal([]byte(text(t, first)), []byte(text(t, second))) {
		t.Errorf("after the bytes were lost: %d", second.StatusCode)
	}
}

// TestAtMostTwoAtATime: however many ask for however many images, two are read
// whole at a time, each once.
func TestAtMostTwoAtATime(t *testing.T) {
	d := newDesk(t)
	const images, readers = 6, 3
	var urls []string
	for i := range images {
		saved, err := d.Save(t.Context(), "a.png", encoded(t, func(w io.Writer) error { return png.Encode(w, picture(40+i, 40)) }))
		if err != nil {
			t.Fatal(err)
		}
		urls = append(urls, saved.URL)
	}
	most, times := d.CountConversions()
	var group sync.WaitGroup
	for range readers {
		for _, url := range urls {
			for _, name := range []string{"w400.webp", "w1600.webp"} {
				group.Go(func() {
					if res := d.do("GET", addressed(url, name), nil); res.StatusCode != 200 {
						t.Errorf("GET %s = %d", name, res.StatusCode)
					}
				})
			}
		}
	}
	group.Wait()
	if got := most.Load(); got != 2 {
		t.Errorf("%d at a time, want 2", got)
	}
	if got := times.Load(); got != images {
		t.Errorf("%d conversions of %d images", got, images)
	}
}

// TestBusy: who comes while others keep the converters busy sees the image as it
// is, and nobody keeps that answer.
func TestBusy(t *testing.T) {
	d := newDesk(t)
	photo := jpegOfSize(t, 600, 60)
	saved, err := d.Save(t.Context(), "loaf.jpg", photo)
	if err != nil {
		t.Fatal(err)
	}
	release := d.OccupyConverters()
	res := d.do("GET", addressed(saved.URL, "w400.webp"), nil)
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Content-Type") != "image/jpeg" || text(t, res) != string(photo) {
		t.Errorf("while busy: %d, %v", res.StatusCode, res.Header)
	}
	hash := strings.Split(saved.URL, "/")[2]
	if _, err := d.Resized(t.Context(), media.StoredImage{Hash: hash, MediaType: "image/jpeg"}, 400); !errors.Is(err, media.ErrBusy) {
		t.Errorf("Resized while busy: %v, want ErrBusy", err)
	}
	release()
	if res := d.do("GET", addressed(saved.URL, "w400.webp"), nil); res.Header.Get("Content-Type") != "image/webp" {
		t.Errorf("afterwards: %v", res.Header)
	}
}

func TestSizes(t *testing.T) {
	d := newDesk(t)
	want, hashes := map[string]contract.Size{}, []string{strings.Repeat("0", 64), "no hash"}
	for _, tt := range []struct {
		body []byte
		size contract.Size
	}{
		{pngOf(t, 30, 20), contract.Size{Width: 30, Height: 20}},
		{[]byte(plainSVG), contract.Size{Width: 40, Height: 20}},
		{[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), contract.Size{}},
	} {
		saved, err := d.Save(t.Context(), "a", tt.body)
		if err != nil {
			t.Fatal(err)
		}
		hash := strings.Split(saved.URL, "/")[2]
		hashes = append(hashes, hash)
		if tt.size != (contract.Size{}) {
			want[hash] = tt.size
		}
	}
	err := db.InTx(t.Context(), d.pool, func(tx pgx.Tx) error {
		got, err := d.Sizes(t.Context(), tx, hashes)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Sizes (-want +got)\n%s", diff)
		}
		if got, err := d.Sizes(t.Context(), tx, nil); len(got) != 0 || err != nil {
			t.Errorf("Sizes of nothing: %v, %v", got, err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
