// admin: what only an operator does, domain events so far.

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/problem"
)

// listEvents prints domain events, the newest first, with what became of each
// for its handlers and for the builder.
func listEvents(ctx context.Context, c *call) error {
	flags := c.flags()
	var filter bus.Filter
	flags.StringVar(&filter.Kind, "kind", "", "only events of a `kind`, such as blog.post_published")
	state := flags.String("state", "", "only events that are pending, dead or done")
	flags.IntVar(&filter.Limit, "limit", 50, "how many, up to 500")
	flags.Int64Var(&filter.Before, "before", 0, "only events older than the one with this `id`")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	switch filter.State = bus.State(*state); filter.State {
	case "", bus.Pending, bus.Dead, bus.Done:
	default:
		return usageError("--state is pending, dead or done")
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		events, err := app.Bus.Events(ctx, filter)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			fmt.Fprintln(c.out, "There are no such events.")
			return nil
		}
		table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "EVENT\tAT\tKIND\tSTATE\tPAGES\tHANDLER\tTRIES\tERROR")
		for _, e := range events {
			pages := "waiting"
			if e.BuiltAt != nil {
				pages = "built"
			}
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t\t\t\n", e.ID, e.CreatedAt.UTC().Format("2006-01-02 15:04:05"), e.Kind, e.State, pages)
			for _, h := range e.Handlers {
				fmt.Fprintf(table, "\t\t\t%s\t\t%s\t%d/%d\t%s\n", h.State, h.Handler, h.Attempt, h.MaxAttempts, printable(h.Error))
			}
		}
		return table.Flush()
	})
}

// replayEvent gives an event to one handler again, or to all for which it is
// dead.
func replayEvent(ctx context.Context, c *call) error {
	flags := c.flags()
	force := flags.Bool("force", false, "also where the handler has handled it")
	args, err := c.parse(flags, 1, 2)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || id < 1 {
		return usageError("EVENT is the number that `roseash admin events` shows")
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		handlers := args[1:]
		if len(handlers) == 0 {
			if handlers, err = deadFor(ctx, app.Bus, id); err != nil {
				return err
			}
		}
		for _, handler := range handlers {
			if err := app.Bus.Replay(ctx, id, handler, *force); err != nil {
				return inWords(err)
			}
			fmt.Fprintf(c.out, "Event %d goes to %s again.\n", id, printable(handler))
		}
		return nil
	})
}

// deadFor lists the handlers that have given an event up.
func deadFor(ctx context.Context, b *bus.Bus, id int64) (handlers []string, err error) {
	events, err := b.Events(ctx, bus.Filter{Before: id + 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(events) == 0 || events[0].ID != id {
		return nil, errors.New("there is no such event")
	}
	for _, h := range events[0].Handlers {
		if h.State == bus.Dead {
			handlers = append(handlers, h.Handler)
		}
	}
	if len(handlers) == 0 {
		return nil, errors.New("no handler has given this event up: name the handler that is to have it again")
	}
	return handlers, nil
}

// inWords is a service's refusal for a person.
func inWords(err error) error {
	var d *problem.Details
	if errors.As(err, &d) && d.Detail != "" {
		return errors.New(d.Detail)
	}
	return err
}
