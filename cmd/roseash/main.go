// Command roseash is the whole web presence of a cooperative in one program:
// API, background worker, generator of pages, and what an operator needs beside
// them. `roseash help` lists its commands; each has a file of its own here,
// named after it, and commands.go is the table of them.
//
// Exit codes: 0 done, or stopped as asked; 1 it did not work, and why is on
// standard error; 2 the command line was not understood.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitForced = 130 // 128 + SIGINT, as shells count
)

func main() { os.Exit(run(os.Args[1:])) }

// run does what the command line asks for and returns the exit code.
func run(args []string) int {
	cmd, rest, err := find(args)
	if err == nil {
		err = cmd.run(untilSignal(), &call{command: cmd, args: rest, out: os.Stdout, err: os.Stderr})
	}
	var wrong usageError
	switch {
	case err == nil, errors.Is(err, errHelp):
		return exitDone
	case errors.As(err, &wrong):
		fmt.Fprintf(os.Stderr, "roseash: %v\n", err)
		return exitUsage
	case errors.Is(err, errReported):
		return exitFailed
	}
	fmt.Fprintf(os.Stderr, "roseash: %s\n", strings.TrimSpace(err.Error()))
	return exitFailed
}

// errReported ends a command that has said already what did not work.
var errReported = errors.New("reported")

// untilSignal ends with the first signal that asks the process to stop. The
// second one ends the process there and then; the private PostgreSQL, if there
// is one, dies with it and recovers at its next start.
func untilSignal() context.Context {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup leaves it
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals
		first := time.Now()
		stop()
		for range signals {
			if time.Since(first) > onePress {
				os.Exit(exitForced)
			}
		}
	}()
	return ctx
}

// onePress is how long one Ctrl-C may take to arrive: from the terminal, and
// again from the programs that it was typed to.
const onePress = 250 * time.Millisecond
