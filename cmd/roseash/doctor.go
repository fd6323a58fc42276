// doctor: whether this machine and these settings will do.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"rose-ash.com/roseash/api/shared/config"
)

// doctor checks what this machine and its configuration need, one line each,
// and says what to do about what is wrong. It fails where anything is.
func doctor(ctx context.Context, c *call) error {
	flags := c.flags()
	roles := flags.String("roles", config.AllRoles, "what the process would do: some of api, worker and builder")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	e := &examination{ctx: ctx, out: c.out}
	var err error
	if e.cfg, err = c.load(*roles); err != nil {
		e.report("configuration", "", err)
		return e.verdict()
	}
	log := logger(config.Config{Log: e.cfg.Log}, io.Discard)
	e.log = log
	e.report("configuration", "every setting can be used; this took effect:", nil)
	var settings bytes.Buffer
	if err := e.cfg.Print(&settings); err != nil {
		return err
	}
	for line := range strings.Lines(settings.String()) {
		fmt.Fprint(c.out, "      ", line)
	}
	e.clock()
	e.directories()
	e.port()
	e.redis()
	e.targets()
	e.database()
	return e.verdict()
}

// verdict ends the examination.
func (e *examination) verdict() error {
	if e.failed > 0 {
		fmt.Fprintf(e.out, "\n%s failed.\n", plural(e.failed, "check"))
		return errReported
	}
	fmt.Fprintln(e.out, "\nAll is well.")
	return nil
}

// report prints one check: what is so, or what is wrong.
func (e *examination) report(name, found string, err error) {
	state := "ok"
	if err != nil {
		state, found = "FAIL", err.Error()
		e.failed++
	}
	fmt.Fprintf(e.out, "%-4s  %-14s %s\n", state, name, found)
}
