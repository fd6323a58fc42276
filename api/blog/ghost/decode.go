// Documents of the Admin API made alike: what does not matter is taken out, so that
// equal things have equal hashes.

package ghost

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// decodeAll reads the things of a list. One that cannot be read keeps no others from it, if it
// has an id.
func decodeAll(collection Collection, items []json.RawMessage) ([]Object, error) {
	objects := make([]Object, len(items))
	for i, item := range items {
		o, err := decode(collection, item)
		var fault *Fault
		var named Ref
		switch {
		case err == nil:
		case errors.As(err, &fault) && json.Unmarshal(item, &named) == nil && idShape.MatchString(named.ID):
			o = Object{Kind: collection.Kind, ID: named.ID, Fault: fault}
		default:
			return nil, err
		}
		objects[i] = o
	}
	return objects, nil
}

// decode reads one thing of a collection. It fails with a *Fault.
func decode(collection Collection, raw []byte) (Object, error) {
	d, err := document(nil), error(nil)
	raw = withoutNUL(raw)
	switch collection.Kind {
	case KindPost:
		d, err = decodePost(collection.Name, raw)
	case KindTag:
		d, err = decodeAs[Tag](raw)
	case KindUser:
		d, err = decodeAs[User](raw)
	case KindTier:
		d, err = decodeTier(raw)
	case KindNewsletter:
		d, err = decodeAs[Newsletter](raw)
	case KindMember:
		d, err = decodeMember(raw)
	default:
		err = errors.New("ghost: no such collection")
	}
	if err != nil {
		return Object{}, useless("what it says of one of its "+collection.Name+" cannot be read", err)
	}
	o := NewObject(d)
	if !idShape.MatchString(o.ID) {
		return Object{}, useless("one of its "+collection.Name+" has no id", nil)
	}
	return o, nil
}

func decodeAs[T document](raw []byte) (document, error) {
	var d T
	err := json.Unmarshal(raw, &d)
	return d, err
}

func decodePost(collection string, raw []byte) (document, error) {
	// An answer without its lists would take the tags and authors off a post.
	var wire struct {
		Post
		Tags    *[]Ref `json:"tags"`
		Authors *[]Ref `json:"authors"`
	}
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, err
	}
	if wire.Tags == nil || wire.Authors == nil {
		return nil, errors.New("ghost: a post without its tags or authors")
	}
	for _, ref := range slices.Concat(*wire.Tags, *wire.Authors) {
		if !idShape.MatchString(ref.ID) {
			return nil, errors.New("ghost: a post with a tag or author that has no id")
		}
	}
	p := wire.Post
	p.Type, p.Tags, p.Authors = "post", *wire.Tags, *wire.Authors
	if collection == "pages" {
		p.Type = "page"
	}
	return p.normal(), nil
}

// normal is a post without what Ghost says differently at different times. Its source is JSON
// within JSON, and may spell a NUL character once more.
func (p Post) normal() Post {
	p.Lexical, p.Mobiledoc = string(withoutNUL([]byte(p.Lexical))), string(withoutNUL([]byte(p.Mobiledoc)))
	if p.Visibility != "tiers" {
		p.Tiers = nil // Ghost lists all that may read it
	}
	slices.SortFunc(p.Tiers, func(a, b TierRef) int { return cmp.Compare(a.ID, b.ID) })
	if p.Newsletter != nil && p.Newsletter.ID == "" {
		p.Newsletter = nil
	}
	return p
}

func decodeTier(raw []byte) (document, error) {
	var t Tier
	err := json.Unmarshal(raw, &t)
	t.Currency = strings.ToUpper(t.Currency)
	return t, err
}

func decodeMember(raw []byte) (document, error) {
	var m Member
	err := json.Unmarshal(raw, &m)
	if length := len([]rune(strings.TrimSpace(m.Email))); err == nil && (length == 0 || length > maxEmail) {
		err = errors.New("ghost: a member without an e-mail that can be one")
	}
	slices.SortFunc(m.Labels, func(a, b Label) int { return cmp.Compare(a.Slug, b.Slug) })
	for _, refs := range [][]Ref{m.Newsletters, m.Tiers} {
		slices.SortFunc(refs, func(a, b Ref) int { return cmp.Compare(a.ID, b.ID) })
	}
	return m, err
}

// maxEmail is the longest e-mail that there can be (RFC 3696, erratum 1690, and then some).
const maxEmail = 320

// withoutNUL leaves out NUL characters, as JSON writes them: PostgreSQL keeps none, and
// one of them must not stop the sync.
func withoutNUL(raw []byte) []byte {
	const escaped = `\u0000`
	if !bytes.Contains(raw, []byte(escaped)) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] != '\\' || i+1 == len(raw):
			out = append(out, raw[i])
		case bytes.HasPrefix(raw[i:], []byte(escaped)):
			i += len(escaped) - 1
		default:
			out = append(out, raw[i], raw[i+1])
			i++
		}
	}
	return out
}
