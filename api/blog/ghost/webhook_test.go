package ghost_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghost"
)

// hookSecret is the one that the captures were signed with.
const hookSecret = "s3cret"

const window = 5 * time.Minute

type capture struct {
	Event   string
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body_raw"`
	At      int64             `json:"received_ms"`
}

func (c capture) read(secret string, at time.Time) (ghost.Hook, error) {
	return ghost.ReadHook(secret, c.Event, c.Headers["x-ghost-signature"], []byte(c.Body), at, window)
}

func captures(t testing.TB) []capture {
	t.Helper()
	files, err := filepath.Glob("testdata/webhooks/*.json")
	if err != nil || len(files) != 39 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	var all []capture
	for _, file := range files {
		var c capture
		if err := json.Unmarshal(read(t, "webhooks", filepath.Base(file)), &c); err != nil {
			t.Fatal(err)
		}
		c.Event = filepath.Base(file[:strings.LastIndex(file, "-")])
		all = append(all, c)
	}
	return all
}

func sign(secret, body string, at time.Time) string {
	ts := fmt.Sprint(at.UnixMilli())
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body + ts))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil)) + ", t=" + ts
}

func TestHooksAsCaptured(t *testing.T) {
	digests := map[[32]byte]bool{}
	for _, c := range captures(t) {
		h, err := c.read(hookSecret, time.UnixMilli(c.At))
		if err != nil {
			t.Errorf("%s: %v", c.Event, err)
			continue
		}
		want := map[string]ghost.Kind{"post": ghost.KindPost, "page": ghost.KindPost, "tag": ghost.KindTag, "member": ghost.KindMember}[strings.Split(c.Event, ".")[0]]
		if h.Event != c.Event || h.Kind != want || (h.ID == "") != (want == "") || !strings.Contains(c.Body, h.ID) || digests[h.Digest] {
			t.Errorf("%s: %+v", c.Event, h)
		}
		digests[h.Digest] = true
	}
	if len(ghost.Events) != 29 {
		t.Errorf("%d events, Ghost has 29", len(ghost.Events))
	}
}

func TestHookOfWhatWasDeleted(t *testing.T) {
	for _, c := range captures(t) {
		if c.Event != "post.deleted" {
			continue
		}
		if h, err := c.read(hookSecret, time.UnixMilli(c.At)); err != nil || h.ID != "6b0289e285cd1d3d64009bd9" {
			t.Errorf("%+v, %v", h, err)
		}
	}
}

func TestReadHookRefuses(t *testing.T) {
	body := `{"post":{"current":{"id":"a"},"previous":{}}}`
	good := sign(hookSecret, body, noon)
	mac := hmac.New(sha256.New, []byte(hookSecret))
	mac.Write([]byte(body))
	old := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if h, err := ghost.ReadHook(hookSecret, "post.edited", good, []byte(body), noon, window); err != nil || h.ID != "a" || !h.SignedAt.Equal(noon) {
		t.Fatalf("%+v, %v", h, err)
	}
	for name, c := range map[string]struct{ secret, header, body string }{
		"no header":       {hookSecret, "", body},
		"no secret":       {"", sign("", body, noon), body},
		"wrong secret":    {"other", good, body},
		"old form":        {hookSecret, old, body},
		"old form, dated": {hookSecret, old + ", t=" + fmt.Sprint(noon.UnixMilli()), body},
		"no time":         {hookSecret, strings.Split(good, ",")[0], body},
		"other time":      {hookSecret, good + "0", body},
		"negative time":   {hookSecret, strings.Replace(good, "t=", "t=-", 1), body},
		"cut":             {hookSecret, good[:40], body},
		"body changed":    {hookSecret, good, strings.Replace(body, `"a"`, `"b"`, 1)},
		"re-serialised":   {hookSecret, good, strings.Replace(body, ":", ": ", 1)},
	} {
		if h, err := ghost.ReadHook(c.secret, "post.edited", c.header, []byte(c.body), noon, window); !errors.Is(err, ghost.ErrSignature) {
			t.Errorf("%s: %+v, %v, want ErrSignature", name, h, err)
		}
	}
	for _, off := range []time.Duration{window + time.Millisecond, -window - time.Millisecond, 20 * 365 * 24 * time.Hour} {
		if _, err := ghost.ReadHook(hookSecret, "post.edited", good, []byte(body), noon.Add(off), window); !errors.Is(err, ghost.ErrTooOld) {
			t.Errorf("%v off: %v, want ErrTooOld", off, err)
		}
	}
	for name, c := range map[string]struct{ event, body string }{
		"unknown event": {"post.read", body},
		"no event":      {"", body},
		"other noun":    {"tag.edited", body},
		"body and more": {ghost.SiteChanged, `{"event":"site.changed"}1`},
		"empty":         {ghost.SiteChanged, ""},
		"no JSON":       {"post.edited", "<html>"},
		"list":          {"post.edited", "[]"},
		"no id":         {"post.edited", `{"post":{"current":{},"previous":{}}}`},
		"a path as id":  {"post.edited", `{"post":{"current":{"id":"../settings"}}}`},
		"a number":      {"post.edited", `{"post":{"current":{"id":7}}}`},
	} {
		var fault *ghost.Fault
		if h, err := ghost.ReadHook(hookSecret, c.event, sign(hookSecret, c.body, noon), []byte(c.body), noon, window); !errors.As(err, &fault) {
			t.Errorf("%s: %+v, %v, want a fault", name, h, err)
		}
	}
}

// TestReplayHasTheSameDigest: a digest tells a replay, and only that.
func TestReplayHasTheSameDigest(t *testing.T) {
	digest := func(event, body string, at time.Time) [32]byte {
		h, err := ghost.ReadHook(hookSecret, event, sign(hookSecret, body, at), []byte(body), noon, window)
		if err != nil {
			t.Fatal(err)
		}
		return h.Digest
	}
	body := `{"post":{"current":{"id":"a"}}}`
	first := digest("post.edited", body, noon)
	if digest("post.edited", body, noon) != first {
		t.Error("a replay has another digest")
	}
	if digest("post.deleted", body, noon) == first || digest("post.edited", body, noon.Add(time.Millisecond)) == first || digest("post.edited", body+" ", noon) == first {
		t.Error("different hooks have one digest")
	}
}

func FuzzReadHook(f *testing.F) {
	for _, c := range captures(f) {
		f.Add(c.Event, c.Headers["x-ghost-signature"], []byte(c.Body), true)
	}
	f.Add("post.edited", "", []byte(`{"post":{"current":{"id":"a"}}}`), true)
	f.Fuzz(func(t *testing.T, event, header string, body []byte, resign bool) {
		if resign {
			header = sign(hookSecret, string(body), noon)
		}
		h, err := ghost.ReadHook(hookSecret, event, header, body, noon, window)
		var fault *ghost.Fault
		if err != nil && !errors.Is(err, ghost.ErrSignature) && !errors.Is(err, ghost.ErrTooOld) && !errors.As(err, &fault) {
			t.Fatalf("%v", err)
		}
		if err == nil && (h.ID == "" && h.Kind != "" || len(h.ID) > 64 || strings.ContainsAny(h.ID, "/.?#\x00") || ghost.Events[h.Event] != h.Kind) {
			t.Fatalf("%+v of %q", h, body)
		}
		if _, err := ghost.ReadHook(hookSecret, event, header, append(bytes.Clone(body), ' '), noon, window); err == nil {
			t.Fatal("a changed body has a good signature")
		}
	})
}
