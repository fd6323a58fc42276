package media_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
)

// TestFilm keeps 40 MB without having them in memory, and plays parts of them.
func TestFilm(t *testing.T) {
	e := newElsewhere(t, true)
	const chunks = 40
	chunk := func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, 1<<20) }
	var peak uint64
	e.files["/content/media/film.mp4"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(atom("isom"))
		for i := range chunks {
			_, _ = w.Write(chunk(i))
			runtime.GC() // what is kept is counted, and not what a busy machine has not collected yet
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	film, err := e.KeepFrom(t.Context(), e.server.URL+"/content/media/film.mp4", true)
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	size := int64(len(atom("isom")) + chunks<<20)
	if film.Size != size {
		t.Errorf("%d bytes are kept, want %d", film.Size, size)
	}
	if grown := int64(peak) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the heap grew by %d MiB while 40 MiB were copied", grown>>20)
	}
	e.SetClock(clock.System{}) // writing has a deadline
	server := httptest.NewServer(e.handler)
	defer server.Close()
	for span, want := range map[string]struct {
		status int
		body   string
		length int64
	}{
		"":                 {200, "", size},
		"bytes=4-7":        {206, "ftyp", 4},
		"bytes=-3":         {206, "\x28\x28\x28", 3},
		"bytes=1000000-":   {206, "", size - 1000000},
		"bytes=99999999-":  {416, "", -1},
		"bytes=120-121,-1": {206, "", -1},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+film.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if span != "" {
			r.Header.Set("Range", span)
		}
		res, err := httpx.Operator(time.Minute).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body := text(t, res)
		res.Body.Close()
		if res.StatusCode != want.status || want.body != "" && body != want.body || want.length >= 0 && int64(len(body)) != want.length {
			t.Errorf("Range %q = %d with %d bytes, want %d with %d", span, res.StatusCode, len(body), want.status, want.length)
		}
		if want.status == 206 && want.length >= 0 {
			if got := res.Header.Get("Content-Range"); !strings.HasSuffix(got, fmt.Sprintf("/%d", size)) {
				t.Errorf("Range %q: Content-Range %q", span, got)
			}
		}
	}
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	store, err := media.OpenDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Sweep(t.Context(), time.Unix(1e9, 0)); err != nil {
		t.Errorf("Sweep of an empty store: %v", err)
	}
	if _, _, err := store.Keep(t.Context(), io.MultiReader(strings.NewReader("half"), failing{})); !errors.Is(err, errFailing) {
		t.Errorf("Keep of what cannot be read = %v", err)
	}
	for name, age := range map[string]int64{"old": 1e9, "new": 1e9 + 10} {
		file := dir + "/.incoming/" + name
		if err := os.WriteFile(file, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Unix(age, 0), time.Unix(age, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Sweep(t.Context(), time.Unix(1e9+5, 0)); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir + "/.incoming")
	if err != nil || len(left) != 1 || left[0].Name() != "new" {
		t.Errorf("left are %v, %v, want the new one", left, err)
	}
}

// FuzzSniffFile finds no file that would be served as a page, and no name that the register
// refuses.
func FuzzSniffFile(f *testing.F) {
	for _, s := range []string{"", "<html>", "<?xml?>", "PK\x03\x04", "%PDF-", "ID3", "OggS", plainSVG, "\x00\x00\x01\x00\x01\x00", string(atom("isom")), string(avifOf(1, 1)), string(iconOf(1, 1, []byte("x")))} {
		f.Add([]byte(s), "a.txt")
		f.Add([]byte(s), "Ärger.HTML")
	}
	name := regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.[a-z0-9]{1,8}$`)
	f.Fuzz(func(t *testing.T, data []byte, file string) {
		mediaType, kept := media.SniffFile(data, file)
		if !name.MatchString(kept) || len(kept) > 120 || regexp.MustCompile(`\.(html?|xht|xhtml|js|mjs|xml|css|svgz)$`).MatchString(kept) {
			t.Errorf("a file named %q is kept as %q", file, kept)
		}
		width, height, err := media.InspectCopied(data, file)
		if err == nil && (width > 32767 || height > 32767 || width*height > 40_000_000) {
			t.Errorf("%s of %d by %d pixels is taken", mediaType, width, height)
		}
	})
}
