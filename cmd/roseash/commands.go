// The table of commands, and how a command line is read.

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"rose-ash.com/roseash/api/shared/config"
)

// command is one thing that roseash can do.
type command struct {
	name  string // "serve", "ghost import"
	args  string // what stands behind the flags: "FILE"
	about string // one line
	run   func(ctx context.Context, c *call) error
}

// commands are all there are, in the order of the help.
func commands() []command {
	return []command{
		{"serve", "", "run the API, the worker and the builder of pages", serve},
		{"worker", "", "run the background worker alone", worker},
		{"build", "", "build all pages once", build},
		{"migrate", "", "bring the database's schema up to date", migrate},
		{"seed", "", "store the demo co-op", storeDemo},
		{"ghost import", "FILE", "import the JSON file that Ghost's export makes", ghostImport},
		{"ghost sync", "", "compare everything with Ghost, and bring what differs", ghostSync},
		{"import markdown", "DIR", "bring in the posts and products of a Hugo or Jekyll site", importMarkdown},
		{"admin events", "", "list domain events and what became of them", listEvents},
		{"admin events replay", "EVENT [HANDLER]", "give an event to its handlers again", replayEvent},
		{"admin pages", "", "list the last changes of the built site", listGenerations},
		{"admin pages rollback", "GENERATION", "bring the built site back, and pause publishing", rollBack},
		{"admin search reindex", "", "make the search index anew", reindex},
		{"admin pages resume", "", "go on publishing after a rollback", resume},
		{"admin user add", "EMAIL", "make an account, give it roles, and print a link to sign in with once", addUser},
		{"admin user list", "", "list people's accounts", listUsers},
		{"admin user role", "EMAIL", "give somebody roles, or take them away", changeRoles},
		{"admin user recover", "EMAIL", "print a link to sign in with once, for somebody who has lost their mail", recoverUser},
		{"sumupsim", "", "run a simulator of the payment provider, on this machine only", simulate},
		{"openapi", "", "print the API's description", printOpenAPI},
		{"doctor", "", "check what this machine and its configuration need", doctor},
		{"version", "", "print the version", printVersion},
		{"help", "[COMMAND]", "list the commands, or explain one", help},
	}
}

// call is one use of a command.
type call struct {
	command
	args     []string
	out, err io.Writer
	config   *string
}

// usageError says that the command line was not understood.
type usageError string

// Error is what was not understood, and where to read on.
func (e usageError) Error() string { return string(e) }

// errHelp ends a command that only explained itself.
var errHelp = errors.New("help was asked for")

// find picks the command with the longest name that args begin with.
func find(args []string) (cmd command, rest []string, err error) {
	if len(args) == 0 {
		return cmd, nil, usageError("which command? `roseash help` lists them")
	}
	if slices.Contains([]string{"-h", "-help", "--help"}, args[0]) {
		args[0] = "help"
	}
	if slices.Contains([]string{"-version", "--version"}, args[0]) {
		args[0] = "version"
	}
	var longer []string
	for _, c := range commands() {
		words := strings.Fields(c.name)
		switch {
		case len(args) >= len(words) && slices.Equal(words, args[:len(words)]):
			if len(words) > len(strings.Fields(cmd.name)) {
				cmd = c
			}
		case words[0] == args[0]:
			longer = append(longer, c.name)
		}
	}
	switch {
	case cmd.name != "":
		return cmd, args[len(strings.Fields(cmd.name)):], nil
	case len(longer) > 0:
		return cmd, nil, usageError(fmt.Sprintf("%s what? There is `roseash %s`", args[0], strings.Join(longer, "` and `roseash ")))
	}
	return cmd, nil, usageError("there is no such command; `roseash help` lists them")
}

// flags makes the command's set of flags; --config is there for all that read
// the configuration.
func (c *call) flags() *flag.FlagSet {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	c.config = set.String("config", "", "YAML `file` of settings; the environment wins")
	return set
}

// parse reads flags wherever they stand and returns the other arguments, of
// which there must be least to most.
func (c *call) parse(set *flag.FlagSet, least, most int) ([]string, error) {
	var others []string
	for rest := c.args; ; {
		if err := set.Parse(rest); errors.Is(err, flag.ErrHelp) {
			c.explain(set)
			return nil, errHelp
		} else if err != nil {
			return nil, usageError(fmt.Sprintf("%v; `roseash help %s` explains the command", err, c.name))
		}
		if set.NArg() == 0 {
			break
		}
		others = append(others, set.Arg(0))
		rest = set.Args()[1:]
	}
	if len(others) < least || len(others) > most {
		return nil, usageError("usage: " + c.usage())
	}
	return others, nil
}

// usage is the command's form in one line.
func (c *call) usage() string {
	return strings.TrimSpace("roseash " + c.name + " [flags] " + c.command.args)
}

func (c *call) explain(set *flag.FlagSet) {
	fmt.Fprintf(c.out, "%s\n\nusage: %s\n\n", c.about, c.usage())
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	set.VisitAll(func(f *flag.Flag) {
		value, about := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			about += " (" + f.DefValue + ")"
		}
		fmt.Fprintf(table, "  --%s %s\t%s\n", f.Name, value, about)
	})
	table.Flush()
}

// load reads the configuration of a command; roles are those of a process that
// serves, empty for any other. All faults are in the error.
func (c *call) load(roles string) (config.Config, error) {
	return config.Load(config.Options{File: *c.config, Roles: roles})
}

// help lists the commands, or has one explain itself.
func help(ctx context.Context, c *call) error {
	if len(c.args) > 0 {
		cmd, rest, err := find(c.args)
		if err != nil {
			return err
		}
		if len(rest) == 0 && cmd.name != "help" {
			return cmd.run(ctx, &call{command: cmd, args: []string{"-h"}, out: c.out, err: c.err})
		}
	}
	fmt.Fprint(c.out, "Rose Ash: the web presence of a cooperative in one program.\n\nusage: roseash COMMAND\n\n")
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, cmd := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", strings.TrimSpace(cmd.name+" "+cmd.args), cmd.about)
	}
	table.Flush()
	fmt.Fprint(c.out, "\n`roseash help COMMAND` lists a command's flags. `roseash doctor` shows every setting.\n")
	return nil
}
