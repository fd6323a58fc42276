// import markdown: a Hugo or Jekyll site's posts, pages and products.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/markdown"
)

// importLock is the advisory lock of the process that imports files.
const importLock = 0x726f7365696d70 // "roseimp"

// importMarkdown stores what is in the Markdown files of a site and says what
// became of them. It ends with exit code 1 where a file was refused.
func importMarkdown(ctx context.Context, c *call) error {
	flags := c.flags()
	dryRun := flags.Bool("dry-run", false, "say what would happen, and write nothing")
	asJSON := flags.Bool("json", false, "print what became of every file as JSON")
	bare := flags.Bool("no-highlight", false, "leave code without colours")
	args, err := c.parse(flags, 1, 1)
	if err != nil {
		return err
	}
	// Before anything is started: most mistakes are in the name.
	site, err := openSite(args[0])
	if err != nil {
		return err
	}
	defer site.Close()
	markdown.Configure(markdown.Options{Highlight: !*bare})
	collectSeldom(200)
	return c.withApp(ctx, func(_ config.Config, d *database, app *api.App) error {
		var tally *importTally
		err := d.alone(ctx, importLock, func() error {
			tally = newTally(c.out, *asJSON, *dryRun)
			return app.ImportMarkdown(ctx, site.FS(), api.MarkdownOptions{
				DryRun: *dryRun, Report: tally.add, Progress: progress(c.err, "importing"),
			})
		})
		if tally == nil {
			return err
		}
		if err := tally.finish(err); err != nil {
			return err
		}
		if tally.refused() > 0 {
			return errReported
		}
		return nil
	})
}

// openSite opens a folder, out of which no name of a file leads.
func openSite(name string) (*os.Root, error) {
	site, err := os.OpenRoot(name)
	if err == nil {
		return site, nil
	}
	if info, statErr := os.Stat(name); statErr == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: name the folder of the site", printable(name))
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return nil, fmt.Errorf("%s cannot be opened: %w", printable(name), err)
}

// changes are the columns of the summary.
var changes = []contract.Change{
	contract.ImportCreated, contract.ImportUpdated, contract.ImportUnchanged, contract.ImportKept, contract.ImportRefused, contract.ImportSkipped,
}

// importTally counts what became of files, and shows what somebody should know.
type importTally struct {
	out    io.Writer
	json   bool
	dryRun bool
	files  int
	counts map[string]map[contract.Change]int // by type
	notes  map[string]*importNote             // by warning, or why a file was skipped
	lines  []string                           // of files that were refused
	failed error                              // to print
}

// importNote is what is the same of several files.
type importNote struct {
	Count int      `json:"count"`
	Files []string `json:"files"` // the first ones
}

// shownFiles is how many files a note names.
const shownFiles = 3

func newTally(out io.Writer, asJSON, dryRun bool) *importTally {
	t := &importTally{out: out, json: asJSON, dryRun: dryRun, counts: map[string]map[contract.Change]int{}, notes: map[string]*importNote{}}
	if asJSON {
		t.print("{\"files\": [")
	}
	return t
}

func (t *importTally) print(format string, args ...any) {
	if _, err := fmt.Fprintf(t.out, format, args...); t.failed == nil {
		t.failed = err
	}
}

// add takes in one file.
func (t *importTally) add(i contract.Imported) {
	t.files++
	kind := i.Type
	if kind == "" {
		kind = "other"
	}
	if t.counts[kind] == nil {
		t.counts[kind] = map[contract.Change]int{}
	}
	t.counts[kind][i.Change]++
	notes := i.Warnings
	if i.Change == contract.ImportSkipped {
		notes = append(slices.Clip(notes), "skipped: "+i.Reason)
	}
	for _, text := range notes {
		if t.notes[text] == nil {
			t.notes[text] = &importNote{}
		}
		n := t.notes[text]
		if n.Count++; len(n.Files) < shownFiles {
			n.Files = append(n.Files, i.File)
		}
	}
	switch {
	case t.json:
		line, err := json.Marshal(i)
		if err != nil {
			t.failed = err
		}
		if t.files > 1 {
			t.print(",")
		}
		t.print("\n%s", line)
	case i.Change == contract.ImportRefused:
		t.lines = append(t.lines, fmt.Sprintf("refused  %s: %s", printable(i.File), printable(i.Reason)))
	}
}

func (t *importTally) of(change contract.Change) (n int) {
	for _, counts := range t.counts {
		n += counts[change]
	}
	return n
}

func (t *importTally) refused() int { return t.of(contract.ImportRefused) }

// finish prints the summary of a run that ended with err.
func (t *importTally) finish(err error) error {
	if t.json {
		counts, _ := json.Marshal(t.counts)
		notes, _ := json.Marshal(t.notes)
		t.print("\n], \"counts\": %s, \"notes\": %s, \"dry_run\": %v, \"complete\": %v}\n", counts, notes, t.dryRun, err == nil)
	} else {
		t.summary()
	}
	if err != nil {
		return fmt.Errorf("the import was broken off; what is counted above is stored: %w", err)
	}
	return t.failed
}

func (t *importTally) summary() {
	for _, line := range t.lines {
		t.print("%s\n", line)
	}
	if len(t.notes) > 0 {
		t.print("\nTo look at:\n")
		for _, text := range t.sortedNotes() {
			n := t.notes[text]
			more := ""
			if n.Count > len(n.Files) {
				more = " …"
			}
			t.print("  %s: %s (%s%s)\n", plural(n.Count, "file"), printable(text), printable(strings.Join(n.Files, ", ")), more)
		}
		t.print("\n")
	}
	table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\t")
	for _, change := range changes {
		fmt.Fprintf(table, "%s\t", strings.ToUpper(string(change)))
	}
	fmt.Fprintln(table)
	for _, kind := range []string{"post", "page", "product", "other"} {
		if t.counts[kind] == nil {
			continue
		}
		fmt.Fprintf(table, "%s\t", map[string]string{"post": "posts", "page": "pages", "product": "products", "other": "other files"}[kind])
		for _, change := range changes {
			fmt.Fprintf(table, "%d\t", t.counts[kind][change])
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); t.failed == nil {
		t.failed = err
	}
	switch {
	case t.files == 0:
		t.print("There is no Markdown file in this folder.\n")
	case t.dryRun:
		t.print("This was a dry run: nothing was written.\n")
	case t.of(contract.ImportCreated)+t.of(contract.ImportUpdated) > 0:
		t.print("%s\n", buildsPages)
	}
}

// sortedNotes puts what is of most files first.
func (t *importTally) sortedNotes() []string {
	texts := make([]string, 0, len(t.notes))
	for text := range t.notes {
		texts = append(texts, text)
	}
	slices.SortFunc(texts, func(a, b string) int {
		if d := t.notes[b].Count - t.notes[a].Count; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return texts
}
