package main

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
)

// TestStopsWithinTwoSeconds: what the parts of a process may take to end is two seconds
// together. That each keeps to it, its own tests say.
func TestStopsWithinTwoSeconds(t *testing.T) {
	if api.DrainTimeout > stopWithin || workersShare > stopWithin || stopWithin+clusterShare > 2*time.Second {
		t.Errorf("requests have %s, workers %s, all %s, and PostgreSQL %s at least", api.DrainTimeout, workersShare, stopWithin, clusterShare)
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		line, name, rest string
	}{
		{"serve", "serve", ""},
		{"serve --roles api", "serve", "--roles api"},
		{"ghost import x.json", "ghost import", "x.json"},
		{"import markdown site --json", "import markdown", "site --json"},
		{"admin events", "admin events", ""},
		{"admin events --limit 1", "admin events", "--limit 1"},
		{"admin events replay 7", "admin events replay", "7"},
		{"-h", "help", ""},
		{"--version", "version", ""},
		{"ghost", "", ""},
		{"ghost sync --dry-run", "ghost sync", "--dry-run"},
		{"import", "", ""},
		{"events", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		cmd, rest, err := find(strings.Fields(tt.line))
		if cmd.name != tt.name || strings.Join(rest, " ") != tt.rest {
			t.Errorf("find(%q) = %q, %q, want %q, %q", tt.line, cmd.name, rest, tt.name, tt.rest)
		}
		var wrong usageError
		if missing := tt.name == ""; errors.As(err, &wrong) != missing {
			t.Errorf("find(%q) fails with %v", tt.line, err)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for line, want := range map[string]int{
		"": exitUsage, "sevre": exitUsage, "ghost": exitUsage, "openapi --version 2": exitUsage, "serve --roles=": exitUsage,
		"serve --config /nowhere": exitFailed, "ghost import /nowhere": exitFailed, "ghost sync /nowhere": exitUsage, "ghost sync --redirects /nowhere": exitFailed, "ghost sync --routes /nowhere": exitFailed, "import markdown /nowhere": exitFailed,
	} {
		if got := run(strings.Fields(line)); got != want {
			t.Errorf("roseash %s ends with %d, want %d", line, got, want)
		}
	}
}

// TestCommandsExplainThemselves: -h never runs a command, whatever it would do.
func TestCommandsExplainThemselves(t *testing.T) {
	for _, cmd := range commands() {
		if cmd.name == "help" {
			continue
		}
		var out bytes.Buffer
		err := cmd.run(t.Context(), &call{command: cmd, args: []string{"-h"}, out: &out, err: &out})
		if !errors.Is(err, errHelp) {
			t.Errorf("%s -h fails with %v", cmd.name, err)
		}
		for _, want := range []string{cmd.about, "usage: roseash " + cmd.name, "--config"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s -h does not say %q:\n%s", cmd.name, want, out.String())
			}
		}
		if cmd.about == "" || strings.HasSuffix(cmd.about, ".") {
			t.Errorf("%s: the line about it is %q", cmd.name, cmd.about)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		line string
		want string // the other arguments; "!" for a refusal
	}{
		{"FILE", "FILE"},
		{"--x 1 FILE", "FILE"},
		{"FILE --x 1", "FILE"},
		{"--x=1 FILE --y", "FILE"},
		{"FILE OTHER", "!"},
		{"", "!"},
		{"--z FILE", "!"},
	}
	for _, tt := range tests {
		c := &call{command: command{name: "try", args: "FILE"}, args: strings.Fields(tt.line)}
		flags := c.flags()
		flags.Int("x", 0, "")
		flags.Bool("y", false, "")
		args, err := c.parse(flags, 1, 1)
		got := strings.Join(args, " ")
		if err != nil {
			got = "!"
		}
		if got != tt.want {
			t.Errorf("parse(%q) = %q, %v, want %q", tt.line, args, err, tt.want)
		}
	}
}

func TestCannotListen(t *testing.T) {
	tests := []struct {
		errno   syscall.Errno
		address string
		want    string
	}{
		{syscall.EADDRINUSE, "127.0.0.1:8080", "such as X=127.0.0.1:8081"},
		{syscall.EADDRINUSE, "[::1]:8080", "such as X=[::1]:8081"},
		{syscall.EADDRINUSE, "127.0.0.1:65535", "or choose another address"},
		{syscall.EACCES, "127.0.0.1:80", "a port above 1023"},
		{syscall.EADDRNOTAVAIL, "192.0.2.1:80", "does not have the address 192.0.2.1:80"},
		{syscall.EMFILE, "127.0.0.1:80", "cannot listen on"},
	}
	for _, tt := range tests {
		err := cannotListen("X", tt.address, &net.OpError{Op: "listen", Err: tt.errno})
		if !strings.HasPrefix(err.Error(), "X: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("cannotListen(%v, %s) = %q, want %q in it", tt.errno, tt.address, err, tt.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain – Größe":             "plain – Größe",
		"\x1b[2Jgone\r\nx":          " [2Jgone  x",
		"\u202eright to left\u0007": " right to left ",
		"bad \xff byte":             "bad \ufffd byte",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for _, tt := range []struct {
		n    int
		noun string
		want string
	}{{1, "post", "1 post"}, {0, "post", "0 posts"}, {2, "category", "2 categories"}} {
		if got := plural(tt.n, tt.noun); got != tt.want {
			t.Errorf("plural(%d, %q) = %q, want %q", tt.n, tt.noun, got, tt.want)
		}
	}
}
