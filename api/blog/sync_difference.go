// What differs between a thing as Ghost has it and as it is stored, for people to read.

package blog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
)

// difference tells how an object differs from what is stored of it.
func (y *Sync) difference(ctx context.Context, o ghost.Object) (Difference, error) {
	d := Difference{Kind: o.Kind, ID: o.ID, Title: titleOf(o.Kind, o.Data), What: string(created)}
	was, err := y.queries().GhostObject(ctx, blogdb.GhostObjectParams{Kind: string(o.Kind), GhostID: o.ID})
	if errors.Is(err, pgx.ErrNoRows) || was.DeletedAt != nil {
		return d, nil
	}
	d.What = string(updated)
	if err == nil && was.Data != nil {
		d.Fields = fieldsThatDiffer(was.Data, o.Data)
	}
	return d, err
}

// storedAs names a thing that is stored.
func (y *Sync) storedAs(ctx context.Context, kind ghost.Kind, ghostID string) (Difference, error) {
	was, err := y.queries().GhostObject(ctx, blogdb.GhostObjectParams{Kind: string(kind), GhostID: ghostID})
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return Difference{Kind: kind, ID: ghostID, Title: titleOf(kind, was.Data)}, err
}

// titleOf is what people know a thing by; nothing of members is told.
func titleOf(kind ghost.Kind, data []byte) string {
	var named struct{ Title, Name string }
	if kind == ghost.KindMember || kind == ghost.KindSettings || json.Unmarshal(data, &named) != nil {
		return ""
	}
	if named.Title != "" {
		return clip(named.Title, 200)
	}
	return clip(named.Name, 200)
}

// fieldsThatDiffer are the names of the fields in which two documents differ, sorted.
func fieldsThatDiffer(was, now []byte) []string {
	var a, b map[string]json.RawMessage
	if json.Unmarshal(was, &a) != nil || json.Unmarshal(now, &b) != nil {
		return nil
	}
	var names []string
	for name := range a {
		if !bytes.Equal(normal(a[name]), normal(b[name])) {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// normal is a JSON value in one spelling: the database has its own order of keys.
func normal(value json.RawMessage) []byte {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return value
	}
	spelt, err := json.Marshal(v)
	if err != nil {
		return value
	}
	return spelt
}
