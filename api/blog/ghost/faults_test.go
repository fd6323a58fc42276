package ghost_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
)

// leak is a text of Ghost's that no reason may repeat.
const leak = "LEAK"

func fixed(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestFaults(t *testing.T) {
	const jsonType, html = "application/json; charset=utf-8", "text/html; charset=utf-8"
	refusal := `{"errors":[{"message":"` + leak + `","context":"` + leak + `","type":"` + leak + `"}]}`
	page := "<!DOCTYPE html><title>" + leak + "</title>"
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		status  int
		want    string
	}{
		"401":            {fixed(401, jsonType, refusal), 401, "Admin key"},
		"403":            {fixed(403, jsonType, refusal), 403, "integration"},
		"406":            {fixed(406, jsonType, refusal), 406, "version 6"},
		"422":            {fixed(422, jsonType, refusal), 422, "refused"},
		"409 of another": {fixed(409, jsonType, refusal), 409, "refused"},
		"429":            {fixed(429, jsonType, refusal), 429, "too often"},
		"500":            {fixed(500, jsonType, refusal), 500, "of its own"},
		"502":            {fixed(502, html, page), 502, "of its own"},
		"login page":     {fixed(200, html, page), 200, "GHOST_URL"},
		"no type":        {fixed(200, "", `{"posts":[]}`), 200, "GHOST_URL"},
		"proxy's 404":    {fixed(404, html, page), 404, "not as Ghost does"},
		"JSON 404":       {fixed(404, jsonType, `{"message":"`+leak+`"}`), 404, "not as Ghost does"},
		"unknown route":  {fixed(404, jsonType, `{"errors":[{"message":"Resource not found","context":null,"type":"NotFoundError"}]}`), 404, "this part"},
		"304":            {fixed(304, jsonType, ""), 304, "redirects"},
		"truncated":      {fixed(200, jsonType, `{"posts":[{"id":"a`), 200, "cut off"},
		"empty":          {fixed(200, jsonType, ""), 200, "cut off"},
		"null":           {fixed(200, jsonType, "null"), 200, ""},
		"another key":    {fixed(200, jsonType, `{"pages":[],"meta":{"pagination":{"total":0}}}`), 200, ""},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fixed(200, jsonType, `{"posts":`)(w, nil)
		}, 200, "broke off"},
		"other host": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusFound)
		}, 0, "redirects"},
		"circle": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}, 0, "redirects"},
	} {
		t.Run(name, func(t *testing.T) {
			client := served(t, c.handler)
			_, _, walked := client.Walk(context.Background(), posts, "")
			_, fetched := client.Fetch(context.Background(), ghost.KindPost, "a")
			for _, err := range []error{walked, fetched} {
				var fault *ghost.Fault
				if !errors.As(err, &fault) || errors.Is(err, ghost.ErrNotFound) {
					t.Fatalf("%v, want a fault", err)
				}
				if fault.Status != c.status || !strings.Contains(fault.Reason, c.want) {
					t.Errorf("status %d, %q; want %d, %q", fault.Status, fault.Reason, c.status, c.want)
				}
				if strings.Contains(err.Error(), leak) {
					t.Errorf("%q repeats what Ghost said", err)
				}
			}
		})
	}
}

func TestFaultsOfLists(t *testing.T) {
	item := `{"id":"b","title":"` + leak + `","tags":[],"authors":[]}`
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("b%04d", i)
	}
	for name, body := range map[string]string{
		"endless":         list("posts", 10, "a"), // the same page again and again
		"backwards":       list("posts", 10, "c", "b"),
		"twice":           list("posts", 10, "b", "b"),
		"longer":          list("posts", 500, many...),
		"more than total": list("posts", 1, "b", "c"),
		"empty, not done": list("posts", 10),
		"no total":        `{"posts":[` + item + `],"meta":{}}`,
		"no list":         `{"posts":{},"meta":{"pagination":{"total":1}}}`,
		"no id":           `{"posts":[{"title":"` + leak + `","tags":[],"authors":[]}],"meta":{"pagination":{"total":1}}}`,
		"no id to go on":  `{"posts":[{"id":7,"tags":[],"authors":[]}],"meta":{"pagination":{"total":1}}}`,
		"id of another":   `{"posts":[{"id":"../b","tags":[],"authors":[]}],"meta":{"pagination":{"total":1}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := served(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
			objects, _, err := client.Walk(context.Background(), posts, "a")
			var fault *ghost.Fault
			if !errors.As(err, &fault) || objects != nil || strings.Contains(err.Error(), leak) {
				t.Errorf("Walk = %v, %v, want a fault", objects, err)
			}
		})
	}
}

// TestFaultsOfAThing: one that cannot be read keeps no other from it.
func TestFaultsOfAThing(t *testing.T) {
	for name, broken := range map[string]string{
		"no tags":       `{"id":"b","authors":[]}`,
		"wrong type":    `{"id":"b","title":7,"tags":[],"authors":[]}`,
		"wrong list":    `{"id":"b","tags":{},"authors":[]}`,
		"wrong ref":     `{"id":"b","tags":[7],"authors":[]}`,
		"no ref":        `{"id":"b","tags":[],"authors":[{}]}`,
		"null ref":      `{"id":"b","tags":[null],"authors":[]}`,
		"path as ref":   `{"id":"b","tags":[{"id":"../c"}],"authors":[]}`,
		"wrong date":    `{"id":"b","updated_at":"` + leak + `","tags":[],"authors":[]}`,
		"late date":     `{"id":"b","updated_at":253402300800000,"tags":[],"authors":[]}`,
		"last date":     `{"id":"b","updated_at":"9999-12-31T23:59:59-12:00","tags":[],"authors":[]}`,
		"later date":    `{"id":"b","published_at":9223372036854775807,"tags":[],"authors":[]}`,
		"earliest date": `{"id":"b","published_at":-9223372036854775808,"tags":[],"authors":[]}`,
		"early date":    `{"id":"b","created_at":"0000-01-01T00:00:00+12:00","tags":[],"authors":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			item := `{"id":"%s","title":"T","tags":[],"authors":[]}`
			body := `{"posts":[` + fmt.Sprintf(item, "a") + `,` + broken + `,` + fmt.Sprintf(item, "c") + `],"meta":{"pagination":{"total":3}}}`
			client := served(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
			objects, _, err := client.Walk(context.Background(), posts, "")
			if err != nil || len(objects) != 3 {
				t.Fatalf("Walk = %v, %v", objects, err)
			}
			if b := objects[1]; b.ID != "b" || b.Kind != ghost.KindPost || b.Fault == nil || b.Data != nil || strings.Contains(b.Fault.Error(), leak) {
				t.Errorf("the one that cannot be read: %+v", b)
			}
			if objects[0].Fault != nil || objects[2].Fault != nil || objects[2].Data == nil {
				t.Errorf("those beside it: %+v", objects)
			}
			one := served(t, func(w http.ResponseWriter, _ *http.Request) {
				answer(w, 200, `{"posts":[`+broken+`],"meta":{"pagination":{"total":1}}}`)
			})
			var fault *ghost.Fault
			if o, err := one.Fetch(context.Background(), ghost.KindPost, "b"); !errors.As(err, &fault) {
				t.Errorf("Fetch = %+v, %v, want a fault", o, err)
			}
		})
	}
}

// TestWalkPassesByWhatIsTooLarge: what comes behind it is met.
func TestWalkPassesByWhatIsTooLarge(t *testing.T) {
	block := []byte(strings.Repeat(" ", 1<<20))
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case q.Get("filter") == "id:>'b'":
			answer(w, 200, list("posts", 1, "c"))
		case q.Get("fields") == "id" && q.Get("limit") == "1" && q.Get("formats") == "":
			answer(w, 200, `{"posts":[{"id":"b"}],"meta":{"pagination":{"total":2}}}`)
		default:
			w.Header().Set("Content-Type", "application/json")
			for range 65 {
				w.Write(block)
			}
		}
	})
	objects, total, err := client.Walk(context.Background(), posts, "a")
	if err != nil || total != 2 || len(objects) != 1 || objects[0].ID != "b" || !errors.Is(objects[0].Fault, httpx.ErrTooLarge) {
		t.Fatalf("Walk = %+v of %d, %v", objects, total, err)
	}
	if objects, _, err = client.Walk(context.Background(), posts, "b"); err != nil || len(objects) != 1 || objects[0].Fault != nil {
		t.Errorf("what comes behind it: %+v, %v", objects, err)
	}
}

func TestFaultsOfOne(t *testing.T) {
	for name, body := range map[string]string{
		"another": list("posts", 1, "b"), "none": list("posts", 0), "two": list("posts", 2, "a", "b"),
	} {
		client := served(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		var fault *ghost.Fault
		if o, err := client.Fetch(context.Background(), ghost.KindPost, "a"); !errors.As(err, &fault) {
			t.Errorf("%s: Fetch = %v, %v, want a fault", name, o, err)
		}
	}
	client := served(t, func(http.ResponseWriter, *http.Request) { t.Error("an id that is none was asked for") })
	for _, id := range []string{"", "../settings", "a/b", "a?b", strings.Repeat("a", 65)} {
		if o, err := client.Fetch(context.Background(), ghost.KindTag, id); err == nil {
			t.Errorf("Fetch(%q) = %v", id, o)
		}
	}
}

func TestTooLarge(t *testing.T) {
	client := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		block := []byte(strings.Repeat(" ", 1<<20))
		for range 65 {
			w.Write(block)
		}
	})
	if _, err := client.Fetch(context.Background(), ghost.KindTag, "a"); !errors.Is(err, httpx.ErrTooLarge) {
		t.Errorf("Fetch: %v, want ErrTooLarge", err)
	}
}

// TestPackedAnswers: what is small on the way and large here ends at the same bound.
func TestPackedAnswers(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	block := make([]byte, 1<<20)
	for range 100 {
		z.Write(block)
	}
	z.Close()
	client := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		w.Write(packed.Bytes())
	})
	if _, err := client.Fetch(context.Background(), ghost.KindTag, "a"); !errors.Is(err, httpx.ErrTooLarge) {
		t.Errorf("Fetch: %v, want ErrTooLarge", err)
	}
}

// TestSlowAnswers: one byte after the other has an end too.
func TestSlowAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for r.Context().Err() == nil {
			io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}))
	t.Cleanup(server.Close)
	client, err := ghost.New(ghost.Options{URL: server.URL, AdminKey: keyID + ":" + secret, HTTP: httpx.Operator(time.Second), Clock: clock.NewManual(noon)})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	var fault *ghost.Fault
	if _, err := client.Version(context.Background()); !errors.As(err, &fault) || time.Since(begin) > time.Minute {
		t.Errorf("Version: %v, in %v", err, time.Since(begin))
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	var fault *ghost.Fault
	if _, err := clientOf(t, server.URL).Version(context.Background()); !errors.As(err, &fault) || fault.Status != 0 || fault.Reason != "it cannot be reached" {
		t.Errorf("Version: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := clientOf(t, server.URL).Version(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Version: %v, want Canceled", err)
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "-5": 0, "soon": 0, "99999999999999999999": 0, "86400": time.Hour,
		noon.Add(2 * time.Minute).Format(http.TimeFormat): 2 * time.Minute, noon.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		client := served(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", text)
			answer(w, 429, `{}`)
		})
		var fault *ghost.Fault
		if _, err := client.Version(context.Background()); !errors.As(err, &fault) || fault.RetryAfter != want {
			t.Errorf("Retry-After %q: %v, want %v", text, err, want)
		}
	}
}
