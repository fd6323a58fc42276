// Reading from the Admin API: lists by id, single things, and which Ghost it is.

package ghost

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"rose-ash.com/roseash/api/shared/httpx"
)

// idShape is what an id of Ghost's can be.
var idShape = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// Walk returns the next up to 100 objects of a collection with an id after the given
// one, by id ascending, and how many there are after it in all. None means the end. One
// that cannot be read, or is larger than an answer may be, is there with a Fault. It
// fails with a *Fault, also where what came does not go on from after.
func (c *Client) Walk(ctx context.Context, collection Collection, after string) (objects []Object, total int, err error) {
	if after != "" && !idShape.MatchString(after) {
		return nil, 0, &Fault{Reason: "an id cannot be one of its own"}
	}
	// A hundred of the longest posts are more than one answer may hold.
	for _, limit := range []int{100, 20, 4, 1} {
		objects, total, err = c.page(ctx, collection, after, limit)
		if !errors.Is(err, httpx.ErrTooLarge) {
			return objects, total, err
		}
	}
	var large *Fault
	if !errors.As(err, &large) {
		return nil, 0, err
	}
	return c.passBy(ctx, collection, after, large)
}

// passBy is Walk where the next thing is larger than an answer may be: it asks for the id
// alone, so that what comes behind it can be asked for.
func (c *Client) passBy(ctx context.Context, collection Collection, after string, large *Fault) ([]Object, int, error) {
	raw, err := c.list(ctx, collection, url.Values{"fields": {"id"}}, after, 1)
	if err != nil {
		return nil, 0, err
	}
	items, total, err := readList(raw, collection.Name)
	var one Ref
	if err != nil || len(items) != 1 || total < 1 || json.Unmarshal(items[0], &one) != nil || !idShape.MatchString(one.ID) || one.ID <= after {
		return nil, 0, large
	}
	return []Object{{Kind: collection.Kind, ID: one.ID, Fault: large}}, total, nil
}

// list asks for so many things of a collection with an id after the given one.
func (c *Client) list(ctx context.Context, collection Collection, query url.Values, after string, limit int) ([]byte, error) {
	query.Set("limit", strconv.Itoa(limit))
	query.Set("order", "id asc")
	if after != "" {
		query.Set("filter", "id:>'"+after+"'")
	}
	raw, err := c.ask(ctx, http.MethodGet, collection.Name+"/", query, nil)
	if errors.Is(err, ErrNotFound) {
		err = &Fault{Status: http.StatusNotFound, Reason: "it does not know this part of the Admin API"}
	}
	return raw, err
}

func (c *Client) page(ctx context.Context, collection Collection, after string, limit int) ([]Object, int, error) {
	raw, err := c.list(ctx, collection, shapes(collection.Kind), after, limit)
	if err != nil {
		return nil, 0, err
	}
	items, total, err := readList(raw, collection.Name)
	if err != nil {
		return nil, 0, err
	}
	objects, err := decodeAll(collection, items)
	if err != nil {
		return nil, 0, err
	}
	if collection.Kind == KindTier {
		// Ghost lists all tiers, in the order in which they were made.
		slices.SortFunc(objects, func(a, b Object) int { return cmp.Compare(a.ID, b.ID) })
		objects = objects[:min(len(objects), limit)]
	}
	last := after
	for _, o := range objects {
		if o.ID <= last {
			return nil, 0, useless("its list does not go on where the last page ended", nil)
		}
		last = o.ID
	}
	switch {
	case len(objects) > limit || len(objects) > total:
		return nil, 0, useless("its list is longer than it says", nil)
	case len(objects) == 0 && total > 0:
		return nil, 0, useless("its list is empty, and it says that there are more", nil)
	}
	return objects, total, nil
}

// shapes asks for all of a post's bodies and for what it refers to.
func shapes(kind Kind) url.Values {
	if kind != KindPost {
		return url.Values{}
	}
	return url.Values{"formats": {"html,lexical,mobiledoc"}, "include": {"tags,authors,tiers,newsletter"}}
}

// readList reads the answer {"<name>": [...], "meta": {...}} of a list.
func readList(raw []byte, name string) (items []json.RawMessage, total int, err error) {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, 0, useless("its answer is no JSON, or it was cut off", err)
	}
	var meta struct {
		Pagination struct {
			Total *int `json:"total"`
		} `json:"pagination"`
	}
	if json.Unmarshal(answer[name], &items) != nil || items == nil {
		return nil, 0, useless("its answer has no list of "+name, nil)
	}
	if json.Unmarshal(answer["meta"], &meta) != nil || meta.Pagination.Total == nil {
		return nil, 0, useless("its list does not say how long it is", nil)
	}
	return items, *meta.Pagination.Total, nil
}

// Fetch returns one object as it is in Ghost now. A post is looked for among posts and
// pages. It fails with ErrNotFound only where Ghost itself says so, else with a *Fault.
func (c *Client) Fetch(ctx context.Context, kind Kind, id string) (Object, error) {
	if kind == KindSettings {
		return c.settings(ctx)
	}
	if !idShape.MatchString(id) {
		return Object{}, &Fault{Reason: "an id cannot be one of its own"}
	}
	err := error(&Fault{Reason: "it has no such kind of thing"})
	for _, collection := range Collections {
		if collection.Kind != kind {
			continue
		}
		var raw []byte
		if raw, err = c.ask(ctx, http.MethodGet, collection.Name+"/"+id+"/", shapes(kind), nil); err == nil {
			return readOne(collection, raw, id)
		}
		if !errors.Is(err, ErrNotFound) {
			break
		}
	}
	return Object{}, err
}

// readOne reads the answer {"<name>": [one]} about one thing.
func readOne(collection Collection, raw []byte, id string) (Object, error) {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(raw, &answer); err != nil {
		return Object{}, useless("its answer is no JSON, or it was cut off", err)
	}
	var items []json.RawMessage
	if json.Unmarshal(answer[collection.Name], &items) != nil || len(items) != 1 {
		return Object{}, useless("its answer is not about one thing", nil)
	}
	o, err := decode(collection, items[0])
	if err == nil && o.ID != id {
		err = useless("its answer is about another thing", nil)
	}
	if err != nil {
		return Object{}, err
	}
	return o, nil
}

// versionShape is what Ghost's version can be.
var versionShape = regexp.MustCompile(`^[0-9][0-9A-Za-z.+-]{0,31}$`)

// Version is Ghost's own, such as "6.65.0". It fails with a *Fault.
func (c *Client) Version(ctx context.Context) (string, error) {
	raw, err := c.ask(ctx, http.MethodGet, "config/", nil, nil)
	if errors.Is(err, ErrNotFound) {
		return "", &Fault{Status: http.StatusNotFound, Reason: "it does not know this part of the Admin API"}
	}
	if err != nil {
		return "", err
	}
	var answer struct {
		Config struct {
			Version string `json:"version"`
		} `json:"config"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil || !versionShape.MatchString(answer.Config.Version) {
		return "", useless("its answer has no version", err)
	}
	return answer.Config.Version, nil
}
