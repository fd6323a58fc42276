// worker: serve with the role worker.

package main

import (
	"context"

	"rose-ash.com/roseash/api/shared/config"
)

// worker is `serve --roles worker`.
func worker(ctx context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	return c.serve(ctx, string(config.Worker), false)
}
