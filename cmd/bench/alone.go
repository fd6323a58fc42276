// One program measured from its start to its end.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// spent is what a program took that ran by itself.
type spent struct {
	User, System, Wall time.Duration
	Peak               int64 // resident memory at its highest, KiB
}

// both is what two programs took one after the other.
func (s spent) both(t spent) spent {
	return spent{s.User + t.User, s.System + t.System, s.Wall + t.Wall, max(s.Peak, t.Peak)}
}

// program is what runs alone: its arguments, the name of it first, and its
// environment, which holds nothing of ours.
type program struct {
	args []string
	env  []string
	log  string // file that its output is appended to
}

// runAlone runs p and says what it took. What the disk still owes to others is
// written first, so that nobody pays for it here.
//
// The kernel counts to a program's peak that of the process which started it.
// That is therefore not this one, which may have grown, but a fresh one
// (superviseAlone).
func runAlone(ctx context.Context, p program) (s spent, err error) {
	self, err := os.Executable()
	if err != nil {
		return s, err
	}
	syscall.Sync()
	var out, faults bytes.Buffer
	cmd := exec.CommandContext(ctx, self, append([]string{supervise, p.log}, p.args...)...)
	cmd.Env = append([]string{"HOME=/", "PATH=/usr/local/bin:/usr/bin:/bin"}, p.env...)
	cmd.Stdout, cmd.Stderr = &out, &faults
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	if err := cmd.Run(); err != nil {
		log, _ := os.ReadFile(p.log)
		return s, fmt.Errorf("%v: %w: %s%.2000s", p.args, err, faults.Bytes(), log[max(0, len(log)-2000):])
	}
	return s, json.Unmarshal(out.Bytes(), &s)
}

// supervise is the first argument of the process between.
const supervise = "run-alone"

// superviseAlone is that process: args are the log and what is to run; out gets
// what it took, as JSON.
func superviseAlone(ctx context.Context, args []string, out io.Writer) error {
	log, err := os.OpenFile(args[0], os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	s := spent{Wall: time.Since(began), User: cmd.ProcessState.UserTime(), System: cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.Peak = usage.Maxrss
	}
	return json.NewEncoder(out).Encode(s)
}
