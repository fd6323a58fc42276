// ghost: posts from a Ghost export.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/config"
)

// ghostImport stores what is in Ghost's export and says what became of every
// post. It changes nothing where the file cannot be read whole.
func ghostImport(ctx context.Context, c *call) error {
	flags := c.flags()
	settings := flags.Bool("settings", false, "take title, description, menus and the like as well")
	address := flags.String("url", "", "`address` of the old site, for its pictures; else GHOST_URL")
	redirectsFile := flags.String("redirects", "", "`file` of redirects that Ghost gives out; its rules replace those that there are")
	routesFile := flags.String("routes", "", "`file` routes.yaml that Ghost gives out, where posts do not stand at their slugs")
	files, err := c.parse(flags, 1, 1)
	if err != nil {
		return err
	}
	// Before anything is started: most mistakes are in the name.
	file, err := openNamed(files[0], "the JSON file that Ghost's export made")
	if err != nil {
		return err
	}
	defer file.Close()
	redirects, routes, err := readGhostFiles(*redirectsFile, *routesFile)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(cfg config.Config, _ *database, app *api.App) error {
		if *address == "" {
			*address = cfg.Ghost.URL
		}
		options := blog.ImportOptions{GhostURL: *address, Settings: *settings, Progress: progress(c.err, "importing")}
		if *routesFile != "" {
			options.Routes = &routes
		}
		report, err := app.Blog.ImportGhost(ctx, file, options)
		if errors.Is(err, blog.ErrExport) {
			return fmt.Errorf("%s is %w\nnothing was imported", printable(files[0]), err)
		}
		if err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
		printImport(c.out, report)
		if *redirectsFile != "" {
			return storeRedirects(ctx, c.out, app, redirects, false)
		}
		return nil
	})
}

// openNamed opens a file that was named; wanted is what should have been.
func openNamed(name, wanted string) (*os.File, error) {
	file, err := os.Open(name)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("%s cannot be opened: %w", printable(name), err)
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		file.Close()
		return nil, fmt.Errorf("%s is a directory: name %s", printable(name), wanted)
	}
	return file, nil
}

func printImport(w io.Writer, report blog.ImportReport) {
	counts := map[string]int{}
	flagged := 0
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(report.Outcomes) > 0 {
		fmt.Fprintln(table, "CHANGE\tTYPE\tSLUG\tRESULT\tPAGE")
	}
	for _, o := range report.Outcomes {
		counts[o.Change]++
		path := o.Path
		if path == "" {
			path = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", o.Change, o.Type, o.Slug, o.Result, path)
		if len(o.Flags) > 0 {
			flagged++
		}
	}
	table.Flush()
	if flagged > 0 {
		fmt.Fprintln(w, "\nTo look at:")
		for _, o := range report.Outcomes {
			for _, flag := range o.Flags {
				fmt.Fprintf(w, "  %s: %s\n", o.Slug, printable(flag))
			}
		}
	}
	fmt.Fprintf(w, "\n%d created, %d updated, %d unchanged, %d kept as changed here; %d to look at. %s and %s, from Ghost %s.\n",
		counts["created"], counts["updated"], counts["unchanged"], counts["kept"], flagged,
		plural(report.Tags, "tag"), plural(report.Authors, "author"), printable(report.GhostVersion))
	if counts["created"]+counts["updated"] > 0 {
		fmt.Fprintln(w, buildsPages)
	}
}
