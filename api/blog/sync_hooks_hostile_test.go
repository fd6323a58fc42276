package blog_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog/ghosttest"
)

// listening is a site that takes webhooks on a port of its own.
func listening(t testing.TB) (hooked, *httptest.Server) {
	t.Helper()
	h := newHooked(t, capturedSecret)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	server.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return h, server
}

// TestHostileHooks: odd signatures, bodies and addresses over a real connection. None is
// taken but the good ones, and no answer sends Ghost elsewhere, has it forget the webhook or
// says what was sent.
func TestHostileHooks(t *testing.T) {
	h, server := listening(t)
	const body = `{"event":"tag.edited","tag":{"current":{"id":"6b02896f85cd1d3d64009a6d","name":"` + apitest.Canary + `"},"previous":{}}}`
	const at = "/hooks/ghost/main/tag.edited"
	good := sign(capturedSecret, body, noon)
	hex, ms := good[:71], fmt.Sprint(noon.UnixMilli())
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, body)
	z.Close()
	for _, c := range []struct {
		name, method, at string
		signatures       []string
		body, encoding   string
		status           int
	}{
		{"two times", "POST", at, []string{good + ", t=" + ms}, body, "", 401},
		{"another time first", "POST", at, []string{hex + ", t=1, t=" + ms}, body, "", 401},
		{"two signatures in one", "POST", at, []string{hex + ", " + good}, body, "", 401},
		{"a bad header before the good one", "POST", at, []string{"x", good}, body, "", 401},
		{"upper case", "POST", at, []string{"sha256=" + strings.ToUpper(hex[7:]) + ", t=" + ms}, body, "", 401},
		{"too long", "POST", at, []string{hex + "00, t=" + ms}, body, "", 401},
		{"too short", "POST", at, []string{hex[:69] + ", t=" + ms}, body, "", 401},
		{"two blanks", "POST", at, []string{hex + ",  t=" + ms}, body, "", 401},
		{"a tab", "POST", at, []string{hex + ",\tt=" + ms}, body, "", 401},
		{"another hash", "POST", at, []string{"sha1=" + hex[7:] + ", t=" + ms}, body, "", 401},
		{"a plus", "POST", at, []string{hex + ", t=+" + ms}, body, "", 401},
		{"negative", "POST", at, []string{hex + ", t=-" + ms}, body, "", 401},
		{"zeros before", "POST", at, []string{hex + ", t=0" + ms}, body, "", 401},
		{"more than there are milliseconds", "POST", at, []string{hex + ", t=99999999999999999999999"}, body, "", 401},
		{"signed, and of the year 33658", "POST", at, []string{sign(capturedSecret, body, time.UnixMilli(999999999999999))}, body, "", 401},
		{"signed, and of the year 1970", "POST", at, []string{sign(capturedSecret, body, time.UnixMilli(0))}, body, "", 401},
		{"64 kB of a signature", "POST", at, []string{strings.Repeat("a", 64<<10)}, body, "", 401},
		{"no body", "POST", at, []string{good}, "", "", 401},
		{"no body, signed", "POST", at, []string{sign(capturedSecret, "", noon)}, "", "", 422},
		{"a blank, signed", "POST", at, []string{sign(capturedSecret, " ", noon)}, " ", "", 422},
		{"null, signed", "POST", at, []string{sign(capturedSecret, "null", noon)}, "null", "", 422},
		{"packed", "POST", at, []string{good}, packed.String(), "gzip", 401},
		{"packed, signed", "POST", at, []string{sign(capturedSecret, packed.String(), noon)}, packed.String(), "gzip", 422},
		{"deep", "POST", at, []string{sign(capturedSecret, strings.Repeat("[", 1<<20), noon)}, strings.Repeat("[", 1<<20), "", 422},
		{"a part of the body in the time", "POST", at, []string{sign(capturedSecret, body+"1", noon)}, body, "", 401},
		{"a slash behind", "POST", at + "/", []string{good}, body, "", 404},
		{"a slash as a code", "POST", "/hooks/ghost/main%2Ftag.edited", []string{good}, body, "", 404},
		{"a dot as a code", "POST", "/hooks/ghost/main/tag%2Eedited", []string{good}, body, "", 422},
		{"two slashes", "POST", "/hooks//ghost/main/tag.edited", []string{good}, body, "", 404},
		{"up and down", "POST", "/hooks/ghost/x/../main/tag.edited", []string{good}, body, "", 404},
		{"more behind", "POST", at + "/x", []string{good}, body, "", 404},
		{"no event", "POST", "/hooks/ghost/main/", []string{good}, body, "", 404},
		{"another source", "POST", "/hooks/ghost/" + apitest.Canary + "/tag.edited", []string{good}, body, "", 403},
		{"the source in capitals", "POST", "/hooks/ghost/MAIN/tag.edited", []string{good}, body, "", 403},
		{"an event that is none", "POST", "/hooks/ghost/main/" + apitest.Canary, []string{good}, body, "", 422},
		{"an event in capitals", "POST", "/hooks/ghost/main/TAG.EDITED", []string{good}, body, "", 422},
		{"a long event", "POST", "/hooks/ghost/main/" + strings.Repeat("a", 8<<10), []string{good}, body, "", 422},
		{"GET", "GET", at, []string{good}, "", "", 405},
		{"DELETE", "DELETE", at, []string{good}, body, "", 405},
		{"OPTIONS", "OPTIONS", at, []string{good}, body, "", 405},
		{"a query", "POST", at + "?event=site.changed&" + apitest.Canary, []string{good}, body, "", 202},
		{"without a blank", "POST", at, []string{hex + ",t=" + ms}, body, "", 202},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.at, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header["X-Ghost-Signature"] = c.signatures
		if c.encoding != "" {
			r.Header.Set("Content-Encoding", c.encoding)
		}
		res, err := server.Client().Do(r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		said, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s = %d %s, want %d", c.name, res.StatusCode, said, c.status)
		}
		if text := fmt.Sprint(res.Header, string(said)); strings.Contains(text, apitest.Canary) || strings.Contains(text, hex[7:]) || res.Header.Get("Location") != "" {
			t.Errorf("%s is answered with %s", c.name, text)
		}
	}
	if rows, jobs := count(t, h.pool, `select count(*) from blog.ghost_hooks`), h.jobs(t); rows != 1 || jobs != 1 {
		t.Errorf("%d rows and %d jobs, want one of each", rows, jobs)
	}
}

// TestFloodOfHooks: however many good webhooks come, few jobs wait for each thing, and what
// is answered 202 is kept; a slow machine may have no time for all of them.
func TestFloodOfHooks(t *testing.T) {
	h, server := listening(t)
	var senders sync.WaitGroup
	var refused, taken atomic.Int32
	const each = 150
	for i := range each {
		for event, body := range map[string]string{
			"site.changed": `{"event":"site.changed"}`,
			"post.edited":  `{"post":{"current":{"id":"6b02896f85cd1d3d64009a6d"},"previous":{}}}`,
		} {
			senders.Go(func() {
				r, err := http.NewRequestWithContext(context.Background(), "POST", server.URL+"/hooks/ghost/main/"+event, strings.NewReader(body))
				if err == nil {
					r.Header.Set("X-Ghost-Signature", sign(capturedSecret, body, noon.Add(time.Duration(i)*time.Millisecond)))
					var res *http.Response
					if res, err = server.Client().Do(r); err == nil {
						res.Body.Close()
						if res.StatusCode == http.StatusAccepted {
							taken.Add(1)
						}
						if res.StatusCode == http.StatusAccepted || res.StatusCode == http.StatusServiceUnavailable {
							return
						}
					}
				}
				refused.Add(1)
			})
		}
	}
	senders.Wait()
	if n := refused.Load(); n != 0 {
		t.Errorf("%d of %d were refused", n, 2*each)
	}
	// Transactions at the same time may each make one.
	kept := int(taken.Load())
	if rows, jobs := count(t, h.pool, `select count(*) from blog.ghost_hooks`), h.jobs(t); kept < each/5 || rows < kept || jobs == 0 || jobs > each/5 {
		t.Errorf("%d rows and %d jobs, want %d and a few", rows, jobs, kept)
	}
}

// TestFloodMakesOneWalk: a hundred changes of the site within a moment have everything
// compared once or twice. The moment lasts until Ghost has told of all of them.
func TestFloodMakesOneWalk(t *testing.T) {
	t.Parallel()
	w := working(t, ghosttest.Options{Only: some})
	var walks atomic.Int32
	told := make(chan struct{})
	tell := sync.OnceFunc(func() { close(told) })
	t.Cleanup(tell)
	w.Configure(func(o *ghosttest.Options) {
		o.Before = func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/admin/settings/") {
				<-told
			}
		}
		o.Seen = func(r *http.Request, _, _ int) {
			if strings.HasSuffix(r.URL.Path, "/admin/settings/") {
				walks.Add(1)
			}
		}
	})
	var editors sync.WaitGroup
	for i := range 100 {
		editors.Go(func() { w.EditSettings(map[string]any{"description": fmt.Sprint("Description ", i)}) })
	}
	editors.Wait()
	if !eventually(func() bool { return len(w.Delivered()) >= 100 }) {
		t.Fatalf("Ghost has told %d times", len(w.Delivered()))
	}
	tell()
	// Those of one millisecond are one.
	w.await("all webhooks", `select (count(*) > 1 and bool_and(handled_at is not null))::int from blog.ghost_hooks`, 1)
	w.await("all jobs", `select count(*) from river.river_job where kind = 'ghost.reconcile' and finalized_at is null`, 0)
	// The settings differ, and are asked for again when they are stored.
	if n := walks.Load(); n < 1 || n > 4 {
		t.Errorf("the settings were asked for %d times", n)
	}
}

// TestSlowHooks: those who send large bodies slowly keep others neither waiting nor out.
func TestSlowHooks(t *testing.T) {
	_, server := listening(t)
	address := strings.TrimPrefix(server.URL, "http://")
	for range 60 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /hooks/ghost/main/post.edited HTTP/1.1\r\nHost: x\r\nX-Ghost-Signature: %s\r\nContent-Length: 5000000\r\n\r\n", sign("other", "", noon))
		go c.Write(make([]byte, 300<<10))
	}
	time.Sleep(100 * time.Millisecond)
	const body = `{"event":"site.changed"}`
	begin := time.Now()
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/hooks/ghost/main/site.changed", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Ghost-Signature", sign(capturedSecret, body, noon))
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if took := time.Since(begin); res.StatusCode != http.StatusAccepted || took > time.Minute {
		t.Errorf("a good one = %d in %v", res.StatusCode, took)
	}
	// Those who stay are gone before the server is: it waits for all.
	server.CloseClientConnections()
}
