package blog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// mediaHost is a real server of files that counts what it is asked for.
type mediaHost struct {
	*httptest.Server
	mu    sync.Mutex
	files map[string]http.HandlerFunc
	asked map[string]int
}

func newMediaHost(t testing.TB) *mediaHost {
	h := &mediaHost{files: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.asked[r.URL.Path]++
		answer := h.files[r.URL.Path]
		h.mu.Unlock()
		if answer == nil {
			answer = http.NotFound
		}
		answer(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *mediaHost) answer(path string, f http.HandlerFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.files[path] = f
}

func (h *mediaHost) has(path, body string) {
	h.answer(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
}

func (h *mediaHost) times(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

// picture is a PNG of a size, of a colour of its own.
func picture(t testing.TB, w, h int, shade uint8) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	m.SetGray(0, 0, color.Gray{Y: shade})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const film = "\x00\x00\x00\x14ftypisom\x00\x00\x00\x00iso2 and so on"

// plainKeeper keeps what is at the Ghost and, where it is a picture, on one other host: only
// addresses, because the sync never looks at bytes. What of files is kept how, the media
// service's own tests say.
type plainKeeper struct{ ghost, other string }

func (k plainKeeper) KeepFrom(ctx context.Context, address string, ghost bool) (contract.File, error) {
	if !strings.HasPrefix(address, k.other+"/") && !(ghost && strings.HasPrefix(address, k.ghost+"/")) {
		return contract.File{}, problem.Unavailable("the address is not asked")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return contract.File{}, err
	}
	res, err := httpx.Operator(time.Minute).Do(r)
	if err != nil {
		return contract.File{}, problem.Unavailable("the address does not answer").WithCause(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return contract.File{}, err
	}
	if res.StatusCode != http.StatusOK {
		return contract.File{}, problem.Unavailable("the address answers %d", res.StatusCode)
	}
	return contract.File{
		URL:       fmt.Sprintf("/media/%x/%s", sha256.Sum256(data), path.Base(r.URL.Path)),
		MediaType: http.DetectContentType(data), Size: int64(len(data)), Width: 9, Height: 9,
	}, nil
}

// mediaDesk is a sync with a Ghost that has files and another host that has pictures.
type mediaDesk struct {
	*Sync
	t            testing.TB
	ghost, other *mediaHost
	clock        *clock.Manual
	pool         *db.Pool
}

func newMediaDesk(t testing.TB) *mediaDesk {
	t.Helper()
	d := &mediaDesk{
		t: t, ghost: newMediaHost(t), other: newMediaHost(t), pool: dbtest.New(t),
		clock: clock.NewManual(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)),
	}
	d.Sync = d.another(nil)
	return d
}

// another is the sync of another process.
func (d *mediaDesk) another(b *bus.Bus) *Sync {
	y := NewSync(New(d.pool, d.clock), SyncOptions{
		URL: d.ghost.URL, Files: plainKeeper{d.ghost.URL, d.other.URL}, Bus: b, Log: slog.New(slog.NewTextHandler(d.t.Output(), nil)),
	})
	y.mirrorBudget = time.Minute // a busy machine may need more than a reader is kept waiting
	return y
}

// store brings a post as the lanes do, its source being Ghost's HTML.
func (d *mediaDesk) store(p ghost.Post) ghost.Object {
	d.t.Helper()
	if p.Type == "" {
		p.Type, p.Status, p.Visibility = "post", "published", "public"
	}
	if p.Title == "" {
		p.Title, p.Slug = "Post "+p.ID, "post-"+p.ID
	}
	p.URL = d.ghost.URL + "/" + p.Slug + "/"
	o := ghost.NewObject(p)
	d.keepObject(d.Sync, o)
	return o
}

func (d *mediaDesk) keepObject(y *Sync, o ghost.Object) {
	d.t.Helper()
	ctx := context.Background()
	err := y.alone(ctx, o.Kind, o.ID, func() error {
		if err := y.mirror(ctx, o); err != nil {
			return err
		}
		return y.transaction(ctx, func(tx pgx.Tx) error {
			_, err := y.keep(ctx, tx, o)
			return err
		})
	})
	if err != nil {
		d.t.Error(err)
	}
}

// shows is everything that the API says of a post, and its flags.
func (d *mediaDesk) shows(slug string) (shown string, flags []string) {
	d.t.Helper()
	p, err := d.EditedPost(context.Background(), contract.TypePost, slug)
	if err != nil {
		d.t.Fatal(err)
	}
	p.Source = "" // Ghost's words
	raw, err := json.Marshal(p)
	if err != nil {
		d.t.Fatal(err)
	}
	flags = []string{}
	for _, f := range p.Flags {
		if strings.Contains(f, "copied") {
			flags = append(flags, f)
		}
	}
	return string(raw), flags
}

func (d *mediaDesk) wantFlags(slug string, want ...string) {
	d.t.Helper()
	if _, flags := d.shows(slug); !cmp.Equal(append([]string{}, want...), flags) {
		d.t.Errorf("%s is flagged %q, want %q", slug, flags, want)
	}
}

func (d *mediaDesk) run() {
	d.t.Helper()
	if err := d.copyDue(context.Background()); err != nil {
		d.t.Error(err)
	}
}

func (d *mediaDesk) count(query string) (n int) {
	d.t.Helper()
	if err := d.pool.QueryRow(context.Background(), "SELECT count(*) FROM blog."+query).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestMirror(t *testing.T) {
	d := newMediaDesk(t)
	for i, path := range []string{"f.png", "og.png", "a.png", "thumb.png", "bg.png", "in.png"} {
		d.ghost.has("/content/images/"+path, picture(t, 900, 600, uint8(i)))
	}
	d.ghost.has("/content/media/v.mp4", film)
	d.ghost.has("/content/media/a.mp3", "ID3\x04\x00 and so on")
	d.ghost.has("/content/files/r.pdf", "%PDF-1.7")
	d.other.has("/icon.png", picture(t, 16, 16, 9))
	at := d.ghost.URL + "/content"
	d.store(ghost.Post{
		ID: "1", FeatureImage: "__GHOST_URL__/content/images/f.png", Meta: ghost.Meta{OGImage: at + "/images/og.png", TwitterImage: at + "/images/size/w600/f.png"},
		HTML: `<!--kg-card-begin: html--><p>Words</p><!--kg-card-end: html-->
			<figure class="kg-card kg-image-card"><img src="` + at + `/images/a.png" class="kg-image" alt="" srcset="` + at + `/images/size/w600/a.png 600w, ` + at + `/images/a.png 900w"></figure>
			<figure class="kg-card kg-video-card" data-kg-thumbnail="` + at + `/images/thumb.png"><div class="kg-video-container"><video src="` + at + `/media/v.mp4" poster="` + at + `/images/thumb.png" style="background: transparent url('` + at + `/images/thumb.png') 50% 50% / cover no-repeat;"></video></div></figure>
			<div class="kg-card kg-audio-card"><audio src="` + at + `/media/a.mp3"></audio></div>
			<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="` + at + `/files/r.pdf" download=""><div class="kg-file-card-title">R</div></a></div>
			<div class="kg-card kg-header-card" style="background-image: url(` + at + `/images/bg.png)"><h2>H</h2></div>
			<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://other.example/"><img class="kg-bookmark-icon" src="` + d.other.URL + `/icon.png"></a></figure>
			<p><a href="` + at + `/images/in.png">large</a> <a href="` + d.ghost.URL + `/elsewhere/">a link</a></p>`,
	})
	shown, flags := d.shows("post-1")
	if len(flags) > 0 {
		t.Errorf("flags: %q", flags)
	}
	for name, host := range map[string]*mediaHost{"the Ghost": d.ghost, "the other host": d.other} {
		if strings.Contains(shown, host.URL) {
			t.Errorf("the post has an address of %s: %s", name, shown)
		}
		for path := range host.files {
			if n := host.times(path); n != 1 {
				t.Errorf("%s was asked for %s %d times", name, path, n)
			}
		}
	}
	for _, want := range []string{"/media/", "/v.mp4", "/a.mp3", "/r.pdf", "/icon.png"} {
		if !strings.Contains(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(shown), want) {
			t.Errorf("%q is missing: %s", want, shown)
		}
	}
	if uses, waiting := d.count("ghost_media_uses"), d.count("ghost_media WHERE address IS NULL"); uses != 0 || waiting != 0 {
		t.Errorf("%d uses and %d files wait", uses, waiting)
	}
}

func TestMirrorFetchesOnce(t *testing.T) {
	d := newMediaDesk(t)
	d.ghost.answer("/content/images/a.png", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(100 * time.Millisecond)
		_, _ = w.Write([]byte(picture(t, 9, 9, 1)))
	})
	d.ghost.has("/content/images/b.png", picture(t, 9, 9, 1)) // the same bytes
	processes := []*Sync{d.Sync, d.another(nil)}
	var group errgroup.Group
	group.SetLimit(4) // each has a connection while it waits
	for i := range 30 {
		group.Go(func() error {
			id := fmt.Sprintf("%d", i)
			o := ghost.NewObject(ghost.Post{ID: id, Type: "post", Status: "published", Visibility: "public", Title: "P", Slug: "p-" + id, URL: d.ghost.URL + "/p-" + id + "/",
				HTML: `<img src="` + d.ghost.URL + `/content/images/a.png"><img src="` + d.ghost.URL + `/content/images/b.png">`})
			d.keepObject(processes[i%2], o)
			return nil
		})
	}
	_ = group.Wait()
	addresses := map[string]bool{}
	for i := range 30 {
		shown, flags := d.shows(fmt.Sprintf("p-%d", i))
		if len(flags) > 0 || strings.Contains(shown, d.ghost.URL) {
			t.Errorf("post %d: %q %s", i, flags, shown)
		}
		addresses[shown[strings.Index(shown, "/media/"):][:len("/media/")+64]] = true
	}
	if a, b := d.ghost.times("/content/images/a.png"), d.ghost.times("/content/images/b.png"); a != 1 || b != 1 || len(addresses) != 1 {
		t.Errorf("asked %d and %d times, kept as %v", a, b, addresses)
	}
}

func TestMissingComesLater(t *testing.T) {
	d := newMediaDesk(t)
	at := d.ghost.URL + "/content/images/"
	d.ghost.has("/content/images/page.png", "<!DOCTYPE html><title>Sign in</title>")
	d.other.answer("/kept-back.png", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	d.store(ghost.Post{ID: "1", FeatureImage: at + "a.png", HTML: `<img src="` + at + `a.png"><img src="` + at + `page.png">`})
	d.store(ghost.Post{ID: "2", HTML: `<img src="` + d.other.URL + `/kept-back.png"><audio src="` + d.ghost.URL + `/content/media/a.mp3"></audio><a href="` + d.ghost.URL + `/content/files/f.pdf">f</a>`})
	d.wantFlags("post-1", "2 pictures are not copied yet")
	d.wantFlags("post-2", "1 picture is not copied yet", "1 film or sound is not copied yet", "1 file is not copied yet")
	if shown, _ := d.shows("post-1"); !strings.Contains(shown, at+"a.png") {
		t.Errorf("a picture without a copy is not shown from the Ghost: %s", shown)
	}
	for path, want := range map[string]string{
		"/content/images/a.png": "the address answers 404", "/content/images/page.png": "the file is no picture",
	} {
		var fault string
		if err := d.pool.QueryRow(t.Context(), "SELECT error FROM blog.ghost_media WHERE url = $1", d.ghost.URL+path).Scan(&fault); err != nil || fault != want {
			t.Errorf("%s: %q, %v, want %q", path, fault, err, want)
		}
	}

	d.ghost.has("/content/images/a.png", picture(t, 30, 20, 1))
	d.run()
	d.wantFlags("post-1", "2 pictures are not copied yet") // it is not time yet
	d.clock.Advance(time.Minute)
	d.run()
	d.wantFlags("post-1", "1 picture is not copied yet")
	d.ghost.has("/content/images/page.png", picture(t, 31, 21, 2))
	d.clock.Advance(5 * time.Minute)
	d.run()
	d.wantFlags("post-1")
	if shown, _ := d.shows("post-1"); strings.Contains(shown, d.ghost.URL) {
		t.Errorf("an address of the Ghost is left: %s", shown)
	}
	for range 12 {
		d.clock.Advance(24 * time.Hour)
		d.run()
	}
	d.wantFlags("post-2", "1 picture is not copied yet", "1 film or sound is not copied yet", "1 file is not copied yet")
	if n := d.other.times("/kept-back.png"); n != len(mediaPauses)+1 {
		t.Errorf("asked %d times before it is given up, want %d", n, len(mediaPauses)+1)
	}

	d.ghost.has("/content/media/a.mp3", "ID3\x04\x00 and so on")
	if err := db.InTx(t.Context(), d.pool, func(tx pgx.Tx) error { return d.retryMedia(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	d.run()
	d.wantFlags("post-2", "1 picture is not copied yet", "1 file is not copied yet")
	var lane struct{ seen, changed, missing int }
	if err := d.pool.QueryRow(t.Context(), "SELECT seen, changed, missing FROM blog.ghost_lanes WHERE lane = 'media'").Scan(&lane.seen, &lane.changed, &lane.missing); err != nil {
		t.Fatal(err)
	}
	if lane.seen != 3 || lane.changed != 1 || lane.missing != 2 {
		t.Errorf("the lane says %+v, want 3 seen, 1 changed, 2 missing", lane)
	}

	// What nothing shows any more is forgotten.
	d.store(ghost.Post{ID: "2", HTML: `<p>No files.</p>`})
	d.run()
	if n := d.count("ghost_media WHERE address IS NULL"); n != 0 {
		t.Errorf("%d files are still wanted", n)
	}
	d.wantFlags("post-2")
}
