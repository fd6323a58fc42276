// ghost sync: everything compared with Ghost, now.

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
)

// ghostSync compares everything with Ghost, brings what differs and says what became of
// it. It ends with exit code 1 where anything could not be compared or stored.
func ghostSync(ctx context.Context, c *call) error {
	flags := c.flags()
	dryRun := flags.Bool("dry-run", false, "say what would happen, and write nothing")
	removeMissing := flags.Bool("remove-missing", false, "take away what Ghost has no more, even where that is more than a tenth of a kind")
	redirectsFile := flags.String("redirects", "", "`file` of redirects that Ghost gives out; its rules replace those that there are")
	routesFile := flags.String("routes", "", "`file` routes.yaml that Ghost gives out, to hear what of it counts here")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	// Before anything is started: most mistakes are in the files.
	redirects, routes, err := readGhostFiles(*redirectsFile, *routesFile)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		// A Ghost that cannot be asked is told of once, not once for everything.
		if _, err := app.Ghost.Version(ctx); err != nil {
			return ghostFault(err)
		}
		if *routesFile != "" {
			printRoutes(c.out, routes)
		}
		if *redirectsFile != "" {
			if err := storeRedirects(ctx, c.out, app, redirects, *dryRun); err != nil {
				return err
			}
		}
		report, err := app.Ghost.Reconcile(ctx, blog.ReconcileOptions{Lane: blog.ManualLane, DryRun: *dryRun, RemoveMissing: *removeMissing, Progress: ghostProgress(c.err)})
		if errors.Is(err, blog.ErrWalking) {
			return errors.New("a server compares everything at this moment: try again when it is done")
		}
		printSync(c.out, report, *dryRun)
		switch {
		case err == nil:
			return nil
		case len(report.Faults) > 0:
			printFaults(c.out, report.Faults)
			return errReported
		}
		return fmt.Errorf("the sync was broken off; what is listed above is stored: %w", err)
	})
}

// ghostFault is why Ghost cannot be asked, in one line.
func ghostFault(err error) error {
	var fault *ghost.Fault
	switch {
	case errors.Is(err, blog.ErrNoGhost):
		return errors.New("no Ghost is configured: set GHOST_URL and GHOST_ADMIN_KEY")
	case errors.As(err, &fault):
		return fmt.Errorf("nothing was compared: the Ghost at GHOST_URL gave no useful answer: %s", fault.Reason)
	}
	return err
}

// readGhostFiles reads the files of redirects and routes, as far as they were named.
func readGhostFiles(redirectsFile, routesFile string) (redirects []ghost.Redirect, routes ghost.Routes, err error) {
	if redirects, err = readGhostFile(redirectsFile, ghost.ReadRedirects); err != nil {
		return nil, routes, err
	}
	routes, err = readGhostFile(routesFile, ghost.ReadRoutes)
	return redirects, routes, err
}

// readGhostFile reads a file of Ghost's; the zero value where none was named.
func readGhostFile[T any](name string, read func(io.Reader) (T, error)) (v T, err error) {
	if name == "" {
		return v, nil
	}
	file, err := openNamed(name, "the file that Ghost gave out")
	if err != nil {
		return v, err
	}
	defer file.Close()
	if v, err = read(file); err != nil {
		return v, fmt.Errorf("%s: %s", printable(name), printable(err.Error()))
	}
	return v, nil
}

// printRoutes says what of routes.yaml counts here.
func printRoutes(w io.Writer, routes ghost.Routes) {
	fmt.Fprintln(w, "routes.yaml: posts and pages stand where Ghost has them, which it says of each itself.")
	for _, kind := range []string{"tag", "author"} {
		if at, ok := routes.Taxonomies[kind]; ok && at != "/"+kind+"/{slug}/" {
			fmt.Fprintf(w, "  %ss are at %s in Ghost and at /%s/{slug}/ here: make a redirect from there to here\n", kind, printable(at), kind)
		}
	}
	for _, note := range routes.Notes() {
		fmt.Fprintf(w, "  of no meaning here: %s\n", printable(note))
	}
	fmt.Fprintln(w)
}

// storeRedirects replaces the rules for old addresses.
func storeRedirects(ctx context.Context, w io.Writer, app *api.App, redirects []ghost.Redirect, dryRun bool) error {
	if dryRun {
		fmt.Fprintf(w, "%s for old addresses would replace those that there are.\n\n", plural(len(redirects), "rule"))
		return nil
	}
	rules := make([]contract.RedirectRule, len(redirects))
	for i, r := range redirects {
		rules[i] = contract.RedirectRule{Status: r.Status, Pattern: r.Pattern, Target: r.Target}
	}
	if _, _, err := app.Blog.SetRedirectRules(ctx, nil, rules); err != nil {
		return fmt.Errorf("the redirects were not stored: %w", err)
	}
	fmt.Fprintf(w, "%s for old addresses stored.\n\n", plural(len(rules), "rule"))
	return nil
}

// ghostProgress draws how far each collection is, on a terminal.
func ghostProgress(w io.Writer) func(blog.Progress) {
	name, ended := "", false
	var draw func(done, total int)
	return func(p blog.Progress) {
		if p.Collection != name {
			name, ended, draw = p.Collection, false, progress(w, "comparing "+p.Collection)
		}
		if !ended {
			draw(p.Seen, p.Total)
			ended = p.Seen >= p.Total
		}
	}
}

// changes of the sync, in the order of the summary, as they are and as they would be.
var syncChanges = []struct{ what, is, would string }{
	{"created", "created", "would be created"},
	{"updated", "updated", "would be updated"},
	{"removed", "removed", "would be removed"},
	{"kept", "kept as changed here", "would be kept as changed here"},
}

// printSync prints what differed, and how much.
func printSync(w io.Writer, report blog.Report, dryRun bool) {
	words, counts := map[string]string{}, map[string]int{}
	for _, c := range syncChanges {
		if words[c.what] = c.is; dryRun {
			words[c.what] = c.would
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(report.Differences) > 0 {
		fmt.Fprintln(table, "CHANGE\tKIND\tID\tTITLE\tFIELDS")
	}
	for _, d := range report.Differences {
		counts[d.What]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", words[d.What], d.Kind, printable(d.ID),
			cmp.Or(printable(d.Title), "-"), cmp.Or(printable(strings.Join(d.Fields, ", ")), "-"))
	}
	if len(report.Differences) > 0 {
		fmt.Fprintln(table)
	}
	table.Flush()
	seen := 0
	for _, k := range report.Kinds {
		seen += k.Seen
	}
	var parts []string
	for _, c := range syncChanges {
		parts = append(parts, fmt.Sprintf("%d %s", counts[c.what], words[c.what]))
	}
	fmt.Fprintf(w, "%s compared: %s.\n", plural(seen, "thing"), strings.Join(parts, ", "))
	switch {
	case dryRun:
		fmt.Fprintln(w, "This was a dry run: nothing was written.")
	case len(report.Differences) > 0:
		fmt.Fprintln(w, buildsPages)
	}
}

// printFaults prints what could not be compared or stored.
func printFaults(w io.Writer, faults []blog.ObjectFault) {
	fmt.Fprintln(w, "\nWhat could not be compared or stored:")
	for _, f := range faults {
		what := string(f.Kind)
		if f.ID != "" {
			what += " " + f.ID
		}
		fmt.Fprintf(w, "  %s: %s\n", printable(what), printable(f.Err.Error()))
	}
}
