// admin search: the search index, made anew.

package main

import (
	"context"
	"fmt"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
)

// reindex brings every document of the search index up to date. Searching goes on
// meanwhile; a second time changes nothing.
func reindex(ctx context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		looked := 0
		drawn := counter(c.err, "looking at what is public")
		if err := app.Search.Reindex(ctx, func(done int) {
			looked = done
			drawn(done)
		}); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "The search index is right: %s looked at.\n", plural(looked, "document"))
		return nil
	})
}
