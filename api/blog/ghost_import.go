// The import of a Ghost export: everything or nothing, and nothing twice.

package blog

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// ErrExport says that a file is not a Ghost export that can be read; its text
// says why, for the person who chose the file.
var ErrExport = ghost.ErrExport

// ImportOptions say what an import takes.
type ImportOptions struct {
	GhostURL string                // where the old site stands, for its pictures; empty: they are left out and flagged
	Routes   *ghost.Routes         // Ghost's routes.yaml, which says where its posts stand; nil: at their slugs
	Settings bool                  // take title, description, menus and the like as well
	Progress func(done, total int) // called after each post; may be nil
}

// Outcome is what became of one post of an export.
type Outcome struct {
	Title, Slug string
	Type        contract.PostType
	Change      string // created, updated, unchanged, kept: changed here since the last import
	Result      string // public page, free part only, draft, scheduled, e-mail only
	Path        string // of the page, empty where there is none
	Flags       []string
}

// ImportReport says what became of every post.
type ImportReport struct {
	GhostVersion string
	Outcomes     []Outcome
	Tags         int
	Authors      int
}

// ImportGhost reads Ghost's JSON export and stores what it holds as a sync with that Ghost
// would, each thing under its Ghost id, in one transaction with their events. What has not
// changed since it was stored last is not touched and not announced; a post that was changed
// here meanwhile is kept, with a conflict. It fails with ErrExport and changes nothing where
// the file cannot be read.
func (s *Service) ImportGhost(ctx context.Context, r io.Reader, o ImportOptions) (report ImportReport, err error) {
	export, err := ghost.ReadExport(r)
	if err != nil {
		return report, err
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Routes != nil {
		export.Place(*o.Routes, strings.TrimSuffix(o.GhostURL, "/"))
	}
	if o.Settings {
		export.Objects = append(export.Objects, ghost.NewObject(export.Settings))
	}
	// Not NewSync: whether s follows a Ghost is not the import's to say.
	y := &Sync{Service: s, options: SyncOptions{URL: o.GhostURL, Log: slog.New(slog.DiscardHandler)}}
	posts := 0
	for _, each := range export.Objects {
		if each.Kind == ghost.KindPost {
			posts++
		}
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		report = ImportReport{GhostVersion: export.Version}
		for _, each := range export.Objects {
			what, err := y.keep(ctx, tx, each)
			if err != nil {
				return fmt.Errorf("%s %s: %w", each.Kind, each.ID, err)
			}
			switch each.Kind {
			case ghost.KindTag:
				report.Tags++
			case ghost.KindUser:
				report.Authors++
			case ghost.KindPost:
				outcome, err := y.imported(ctx, tx, each, what)
				if err != nil {
					return fmt.Errorf("%s %s: %w", each.Kind, each.ID, err)
				}
				report.Outcomes = append(report.Outcomes, outcome)
				o.Progress(len(report.Outcomes), posts)
			}
		}
		return nil
	})
	return report, err
}

// imported tells what became of a post of an export. One whose pictures had no place is
// stored anew when there is one.
func (y *Sync) imported(ctx context.Context, tx pgx.Tx, o ghost.Object, what applied) (Outcome, error) {
	q := blogdb.New(tx)
	row, err := q.PostByOrigin(ctx, blogdb.PostByOriginParams{Origin: originGhost, OriginID: &o.ID})
	if err == nil && what == unchanged && y.options.URL != "" && slices.Contains(row.Flags, noPlaceFlag) && row.Version == deref(row.OriginVersion) {
		what = updated
		if _, err = y.putPost(ctx, tx, o, row.ID); err == nil {
			row, err = q.PostByID(ctx, row.ID)
		}
	}
	return outcome(row, string(what)), err
}

func outcome(r blogdb.Post, change string) Outcome {
	o := Outcome{Title: r.Title, Slug: r.Slug, Type: contract.PostType(r.Type), Change: change, Flags: r.Flags}
	switch {
	case r.EmailOnly:
		o.Result = "e-mail only"
	case r.Status != string(contract.StatusPublished):
		o.Result = r.Status
	case r.MembersHtml != nil && r.Visibility != string(contract.VisibilityPublic):
		o.Result, o.Path = "free part only, the rest is for "+r.Visibility, r.Path
	case r.MembersHtml != nil:
		o.Result, o.Path = "public page without its gated blocks", r.Path
	default:
		o.Result, o.Path = "public page", r.Path
	}
	return o
}
