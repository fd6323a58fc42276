// Resolving: what is at an address that has no file.

package ssg

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Resolve says what is at a path of a tree that has no file there: a page that is
// not on disk yet, made by the same code as on disk; the address to which a page
// has moved; or that there was one, which was withdrawn. The zero answer means
// that there never was anything. It reads the database and writes nothing, so
// that any process can answer.
func (m *Maker) Resolve(ctx context.Context, tree, path string) (contract.Answer, error) {
	file := strings.TrimPrefix(path, "/")
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	u, found, err := m.locate(ctx, tree, path)
	if err != nil {
		return contract.Answer{}, err
	}
	if found {
		page, err := m.one(ctx, u)
		if err != nil {
			return contract.Answer{}, err
		}
		if page != nil && page.Tree == tree && page.File == file {
			return contract.Answer{Body: page.Body, ContentType: "text/html; charset=utf-8"}, nil
		}
		if to, err := m.onlyDate(ctx, u); err != nil || to != "" {
			return contract.Answer{Location: to}, err
		}
	}
	a, err := m.gone(ctx, tree, file)
	if err != nil || a.Location != "" || m.Renderer.sites.Tree(urls.Blog) != tree {
		return a, err
	}
	to, found, err := m.Sources.Blog.Moved(ctx, path)
	if err != nil || !found {
		return a, err
	}
	return contract.Answer{Location: to.Location, Temporary: to.Status == http.StatusFound}, nil
}

// one makes one unit's page, whatever is on disk.
func (m *Maker) one(ctx context.Context, u Unit) (*Page, error) {
	results, _, err := m.renderUnits(ctx, nil, []Unit{u})
	if err != nil || len(results) == 0 {
		return nil, err
	}
	return results[0].Page, nil
}

// gone says what became of a page that was at a file.
func (m *Maker) gone(ctx context.Context, tree, file string) (contract.Answer, error) {
	row, err := ssgdb.New(m.Pool).Gone(ctx, ssgdb.GoneParams{Tree: tree, File: file})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return contract.Answer{}, nil
	case err != nil:
		return contract.Answer{}, err
	case row.ToTree != nil:
		return contract.Answer{Location: m.Renderer.address(tree, *row.ToTree, *row.ToFile)}, nil
	}
	u := parseUnit(row.Unit)
	if u.Kind == kindOccurrence {
		return m.elsewhere(ctx, tree, u)
	}
	// A page of a list that was taken into the open one has moved there.
	if u.Page > 0 && u.list() != "" && u.Kind != kindSitemap {
		u.Page = 0
		if page, err := m.one(ctx, u); err != nil || page != nil {
			if err != nil {
				return contract.Answer{}, err
			}
			return contract.Answer{Location: m.Renderer.address(tree, page.Tree, page.File)}, nil
		}
	}
	return contract.Answer{Gone: true}, nil
}

// elsewhere says where a date is whose entry was cut in two: below the one that has it now.
func (m *Maker) elsewhere(ctx context.Context, tree string, u Unit) (contract.Answer, error) {
	_, date := occurrenceOf(u)
	page, err := ssgdb.New(m.Pool).PageOfDate(ctx, string(date))
	if errors.Is(err, pgx.ErrNoRows) {
		return contract.Answer{Gone: true}, nil
	}
	if err != nil {
		return contract.Answer{}, err
	}
	return contract.Answer{Location: m.Renderer.address(tree, page.Tree, page.File)}, nil
}

// address is where a file is, from a page of a tree.
func (r *Renderer) address(from, tree, file string) string {
	at := "/" + strings.TrimSuffix(file, "index.html")
	if from == tree {
		return at
	}
	return r.origin(tree) + at
}

// locate finds the unit whose page would be at a path. It asks the data, for the
// manifest knows only of pages that were made.
func (m *Maker) locate(ctx context.Context, tree, path string) (Unit, bool, error) {
	if !strings.HasSuffix(path, "/") {
		return Unit{}, false, nil
	}
	market := m.Renderer.sites.Path(urls.Market, "/")
	if m.Renderer.sites.Tree(urls.Market) == tree && strings.HasPrefix(path, market) {
		if u, found, err := m.locateInMarket(ctx, strings.TrimPrefix(path, market)); found || err != nil {
			return u, found, err
		}
	}
	events := m.Renderer.sites.Path(urls.Events, "/")
	if m.Renderer.sites.Tree(urls.Events) == tree && strings.HasPrefix(path, events) {
		if u, found, err := m.locateInEvents(ctx, strings.TrimPrefix(path, events)); found || err != nil {
			return u, found, err
		}
	}
	if m.Renderer.sites.Tree(urls.Blog) != tree {
		return Unit{}, false, nil
	}
	base, page := numbered(path)
	switch kind, slug, _ := strings.Cut(strings.Trim(base, "/"), "/"); {
	case base == "/":
		return Unit{Kind: kindHome, Page: page}, true, nil
	case kind == "tag" && urls.ValidSlug(slug):
		id, found, err := m.Sources.Blog.TagBySlug(ctx, slug)
		return Unit{Kind: kindTag, ID: string(id), Page: page}, found, err
	case kind == "author" && urls.ValidSlug(slug):
		id, found, err := m.Sources.Blog.AuthorBySlug(ctx, slug)
		return Unit{Kind: kindAuthor, ID: string(id), Page: page}, found, err
	}
	id, found, err := m.Sources.Blog.PostAt(ctx, path)
	return Unit{Kind: kindPost, ID: string(id)}, found, err
}

// locateInMarket takes a path below the market's home.
func (m *Maker) locateInMarket(ctx context.Context, path string) (Unit, bool, error) {
	base, page := numbered("/" + path)
	base = strings.Trim(base, "/")
	if base == "" {
		return Unit{Kind: kindMarket}, page == 0, nil
	}
	if slug, is := strings.CutPrefix(base, "products/"); is {
		if !urls.ValidSlug(slug) || page > 0 {
			return Unit{}, false, nil
		}
		id, found, err := m.Sources.Market.ProductBySlug(ctx, slug)
		return Unit{Kind: kindProduct, ID: string(id)}, found, err
	}
	if word, slug, below := strings.Cut(base, "/"); below {
		for taxonomy, list := range termLists {
			if word == list && urls.ValidSlug(slug) {
				id, found, err := m.Sources.Market.TermBySlug(ctx, taxonomy, slug)
				return Unit{Kind: kindTerm, ID: string(id), Page: page}, found, err
			}
		}
		return Unit{}, false, nil
	}
	tree, err := m.Sources.Market.Categories(ctx)
	for _, c := range tree {
		if c.Slug == base {
			return Unit{Kind: kindCategory, ID: string(c.ID), Page: page}, true, err
		}
	}
	return Unit{}, false, err
}

// numbered takes the number of a list's page off a path.
func numbered(path string) (base string, page int) {
	before, after, found := strings.Cut(path, "page/")
	if n, err := strconv.Atoi(strings.TrimSuffix(after, "/")); found && err == nil && n > 0 && urls.Numbered(before, n) == path {
		return before, n
	}
	return path, 0
}
