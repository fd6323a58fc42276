// Where addresses lead that posts, tags and authors of a Ghost have left.

package ssg_test

import (
	"context"
	"slices"
	"strings"
)

// trail is who has stood where: ids of ours by the paths at which everybody saw them.
type trail map[string]map[string]bool

// standing are the paths that everybody sees, with the ids of what stands there.
const standing = `(SELECT path, id FROM blog.posts WHERE is_public
	UNION ALL SELECT '/tag/' || slug || '/', id FROM blog.tags WHERE NOT internal
	UNION ALL SELECT '/author/' || slug || '/', id FROM blog.authors) AS standing`

func (f *follower) follow(seen trail) {
	for _, row := range f.rows("SELECT path || ' ' || id FROM " + standing) {
		path, id, _ := strings.Cut(row, " ")
		if seen[path] == nil {
			seen[path] = map[string]bool{}
		}
		seen[path][id] = true
	}
}

// sameMoved fails where an address that something had leads anywhere but to where it is, and
// nowhere although it is somewhere.
func (f *follower) sameMoved(seen trail) {
	f.t.Helper()
	now, taken := map[string]string{}, map[string]bool{}
	for _, row := range f.rows("SELECT id || ' ' || path FROM " + standing) {
		id, path, _ := strings.Cut(row, " ")
		now[id], taken[path] = path, true
	}
	for path, ids := range seen {
		if taken[path] {
			continue
		}
		var may []string
		for id := range ids {
			if now[id] != "" {
				may = append(may, now[id])
			}
		}
		to, found, err := f.blog.Moved(context.Background(), path)
		must(f.t, err)
		// Others may have had it between two looks, and lead on when those seen are gone.
		right := slices.Contains(may, to.Location) || len(may) == 0 && taken[to.Location]
		if found && (to.Status != 301 || !right) || !found && len(may) == len(ids) {
			f.t.Errorf("%s leads to %+v (%v), and those who had it are at %v", path, to, found, may)
		}
	}
}
