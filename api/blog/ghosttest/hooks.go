// Webhooks: what they say, how they are signed, and the queue that they wait in.

package ghosttest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Hook is one delivery of a webhook, not yet sent.
type Hook struct {
	Event  string
	Body   []byte
	Header http.Header
	secret string
}

// Sign is the value of X-Ghost-Signature for a body at a time.
func Sign(secret string, body []byte, at time.Time) string {
	ms := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	mac.Write([]byte(ms))
	return fmt.Sprintf("sha256=%s, t=%s", hex.EncodeToString(mac.Sum(nil)), ms)
}

// SignedAt is the hook with a signature of another time.
func (h Hook) SignedAt(at time.Time) Hook {
	h.Header = h.Header.Clone()
	h.Header.Set("X-Ghost-Signature", Sign(h.secret, h.Body, at))
	return h
}

// Reserialised is the hook with the same content in other bytes, as a proxy may leave it
// that reads and writes JSON; the signature is that of the old bytes.
func (h Hook) Reserialised() Hook {
	var b bytes.Buffer
	if err := json.Indent(&b, h.Body, "", "  "); err != nil {
		panic(err) // it is JSON that we wrote
	}
	h.Body = b.Bytes()
	return h
}

// Hooks takes the hooks out of the queue, in the order in which they came about. Ghost
// itself sends those of one action in any order.
func (g *Ghost) Hooks() []Hook {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := g.hooks
	g.hooks = nil
	return taken
}

// hook queues one about a thing: current and previous.
func (a *act) hook(event, kind string, current, previous object) {
	a.raw(event, object{"event": event, kind: object{"current": current, "previous": previous}})
}

// site tells that something is to be seen otherwise.
func (a *act) site() { a.raw("site.changed", object{"event": "site.changed"}) }

func (a *act) raw(event string, body object) {
	o := a.g.options
	h := Hook{Event: event, Body: encode(body), secret: o.Secret, Header: http.Header{
		"User-Agent":      {"Ghost/6.65 (https://github.com/TryGhost/Ghost)"},
		"Content-Type":    {"application/json"},
		"Content-Version": {"v6.65"},
	}}
	if !o.Unsigned {
		h.Header.Set("X-Ghost-Signature", Sign(o.Secret, h.Body, o.Clock.Now()))
	}
	a.hooks = append(a.hooks, h)
}

// current is a post as hooks show it: its whole HTML, ungated, and no source.
func (a *act) current(p *Post, fresh bool) object {
	o := a.w.post(p, form{html: true, plaintext: true, roles: !fresh, count: !fresh, tags: true, authors: true, tiers: true, hook: true})
	revision := object{
		"id": p.ID[:18] + "ffffff", "post_id": p.ID, "lexical": text(p.Lexical), "created_at_ts": p.UpdatedAt.UnixMilli(),
		"created_at": date(p.UpdatedAt), "title": p.Title, "post_status": p.Status, "reason": "initial_revision",
		"feature_image": text(p.FeatureImage), "feature_image_alt": text(p.FeatureImageAlt),
		"feature_image_caption": text(p.FeatureImageCaption), "custom_excerpt": text(p.CustomExcerpt),
	}
	if authors := a.w.authorsOf(p, false); !fresh && len(authors) > 0 {
		delete(authors[0], "url")
		authors[0]["locale"], authors[0]["visibility"] = nil, "public"
		revision["author"] = authors[0]
	}
	o["post_revisions"] = []object{revision}
	return o
}

// gonePost is the previous of a post that is deleted: without url, excerpt and
// everything else that Ghost works out.
func gonePost(w *world, p *Post) object {
	o := w.post(p, form{html: true, roles: true, tags: true, authors: true, hook: true})
	for _, key := range []string{"url", "excerpt", "primary_author", "primary_tag", "email_segment", "email_subject", "email_only",
		"frontmatter", "feature_image_alt", "feature_image_caption", "meta_title", "meta_description", "og_title",
		"og_description", "og_image", "twitter_title", "twitter_description", "twitter_image"} {
		delete(o, key)
	}
	if len(p.Tags) == 0 {
		delete(o, "tags")
	}
	if _, ok := o["reading_time"]; !ok {
		o["reading_time"] = nil
	}
	return o
}

// derived are the fields that Ghost works out, and so never among what changed.
var derived = map[string]bool{
	"url": true, "excerpt": true, "reading_time": true, "primary_tag": true, "primary_author": true, "count": true,
	"tiers": true, "post_revisions": true,
}

// changedFrom are the fields of before that are otherwise in after.
func changedFrom(before, after object) object {
	o := object{}
	for key, value := range before {
		if !derived[key] && !bytes.Equal(encode(value), encode(after[key])) {
			o[key] = value
		}
	}
	for key := range after {
		if _, had := before[key]; !had && !derived[key] {
			o[key] = nil
		}
	}
	return o
}
