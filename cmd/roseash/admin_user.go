// admin user: people's accounts, for who is at the machine itself.

package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
)

// addUser makes an account, or finds it, and prints a link to sign in with once.
func addUser(ctx context.Context, c *call) error {
	flags := c.flags()
	name := flags.String("name", "", "how others see them, where they have no `name` yet")
	given := rolesFlag(flags, "role", "give a `role`: owner, editor, organiser:CALENDAR; may be repeated")
	args, err := c.parse(flags, 1, 1)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		url, err := app.Identity.AddUser(ctx, args[0], *name, *given)
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintf(c.out, "They sign in once, within a week, at\n%s\n", url)
		return nil
	})
}

// listUsers prints accounts, the newest first.
func listUsers(ctx context.Context, c *call) error {
	flags := c.flags()
	var query identity.UserQuery
	role := flags.String("role", "", "only those who have a `role`")
	flags.StringVar(&query.State, "state", "", "only those who are active, suspended or deleted")
	flags.StringVar(&query.Text, "find", "", "only those with this `text` in their name or an address")
	flags.IntVar(&query.Limit, "limit", 100, "how many")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	query.Role = contract.Role(*role)
	switch query.State {
	case "", "active", "suspended", "deleted":
	default:
		return usageError("--state is active, suspended or deleted")
	}
	if query.Limit < 1 {
		return usageError("--limit is at least 1")
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		users, next, err := app.Identity.Users(ctx, query)
		if err != nil {
			return inWords(err)
		}
		if len(users) == 0 {
			fmt.Fprintln(c.out, "There are no such users.")
			return nil
		}
		table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "EMAIL\tNAME\tROLES\tSTATE\tSINCE\tID")
		for _, u := range users {
			email := u.Email
			if email != "" && !u.EmailVerified {
				email += " (not confirmed)"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", email, printable(u.DisplayName), rolesInWords(u.Roles), u.State, u.CreatedAt.Format("2006-01-02"), u.ID)
		}
		if err := table.Flush(); err != nil || next == "" {
			return err
		}
		fmt.Fprintf(c.out, "There are more: --limit shows more than %d, --find fewer.\n", query.Limit)
		return nil
	})
}

// changeRoles gives somebody roles and takes others away.
func changeRoles(ctx context.Context, c *call) error {
	flags := c.flags()
	add := rolesFlag(flags, "add", "give a `role`; may be repeated")
	remove := rolesFlag(flags, "remove", "take a `role` away; may be repeated")
	args, err := c.parse(flags, 1, 1)
	if err != nil {
		return err
	}
	if len(*add)+len(*remove) == 0 {
		return usageError("say which role with --add or --remove")
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		u, err := app.Identity.ChangeRoles(ctx, args[0], *add, *remove)
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintf(c.out, "%s is now: %s\n", u.Email, rolesInWords(u.Roles))
		return nil
	})
}

// recoverUser prints a link by which somebody signs in once who cannot read their mail.
func recoverUser(ctx context.Context, c *call) error {
	args, err := c.parse(c.flags(), 1, 1)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(_ config.Config, _ *database, app *api.App) error {
		url, err := app.Identity.RecoverUser(ctx, args[0])
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintf(c.out, "They sign in once, within a day, at\n%s\nThe audit log says that this link was made.\n", url)
		return nil
	})
}

// rolesFlag is a flag that may be repeated: a role, for some of them with a colon and the id
// of a calendar.
func rolesFlag(flags *flag.FlagSet, name, about string) *[]contract.RoleGrant {
	var roles []contract.RoleGrant
	flags.Func(name, about, func(text string) error {
		role, calendar, _ := strings.Cut(text, ":")
		roles = append(roles, contract.RoleGrant{Role: contract.Role(role), Calendar: calendar})
		return nil
	})
	return &roles
}

func rolesInWords(roles []contract.RoleGrant) string {
	words := []string{}
	for _, g := range roles {
		word := string(g.Role)
		if g.Calendar != "" {
			word += ":" + g.Calendar
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "member"
	}
	return strings.Join(words, ", ")
}
