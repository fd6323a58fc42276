// Where posts and pages of Ghost's stand here.

package blog

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/urls"
)

// usablePath is a path that the database takes: segments of ours, with a slash at the end.
var usablePath = regexp.MustCompile(`^(?:/[a-z0-9][a-z0-9_-]*)+/$`)

// maxPath leaves room for a number in what the database takes.
const maxPath = 980

// wantedPath is the path that a post is to have: of a published one Ghost's own, below the
// address of the Ghost, else /pages/<slug>/ where the site keeps that path for itself or
// cannot have it. flag says so. Ghost has what is not published at addresses that tell
// nothing.
func (y *Sync) wantedPath(row *blogdb.Post, p ghost.Post) (path, flag string) {
	slug := ghostSlug(p.Slug, p.Title)
	own := "/" + slug + "/"
	if p.URL != "" && row.Status == "published" && !row.EmailOnly {
		own = y.options.below(p.URL)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(own, "/"), "/")
	if usablePath.MatchString(own) && len(own) <= maxPath && !urls.Reserved(first) {
		return own, ""
	}
	path = "/pages/" + slug + "/"
	return path, "stands at " + path + ": the site itself uses the address that it has in Ghost, or cannot have it"
}

// below is the path of an address below the Ghost's own, with a slash at both ends; empty
// where the address cannot be read.
func (o SyncOptions) below(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := "/" + strings.Trim(u.EscapedPath(), "/") + "/"
	if at, err := url.Parse(o.URL); err == nil {
		if folder := strings.Trim(at.EscapedPath(), "/"); folder != "" {
			if rest, below := strings.CutPrefix(path, "/"+folder+"/"); below {
				path = "/" + rest
			}
		}
	}
	if path == "//" {
		path = "/"
	}
	return path
}

// placeFlag tells the flags that placePost gives; DisplacedPosts looks for the same beginnings.
func placeFlag(flag string) bool {
	return strings.HasPrefix(flag, "stands at ") || strings.HasPrefix(flag, "is named ")
}

// placePost gives row its slug and path: the wanted ones where nothing else has them, else
// numbered ones, which are flagged.
func (y *Sync) placePost(ctx context.Context, q *blogdb.Queries, row *blogdb.Post, p ghost.Post) error {
	slug := ghostSlug(p.Slug, p.Title)
	path, flag := y.wantedPath(row, p)
	for n := 1; ; n++ {
		row.Slug = numbered(slug, n)
		taken, err := addressTaken(ctx, q, row, row.Slug, "")
		if err != nil {
			return err
		}
		if !taken {
			break
		}
	}
	for n := 1; ; n++ {
		if row.Path = path; n > 1 {
			row.Path = strings.TrimSuffix(path, "/") + "-" + strconv.Itoa(n) + "/"
		}
		taken, err := addressTaken(ctx, q, row, "", row.Path)
		if err != nil {
			return err
		}
		if !taken {
			break
		}
	}
	switch {
	case row.Path != path:
		flag = "stands at " + row.Path + ": " + path + " is taken"
	case row.Slug != slug && flag == "":
		flag = "is named " + row.Slug + ": " + slug + " is taken"
	}
	if flag != "" {
		row.Flags = append(row.Flags, flag)
	}
	return nil
}
