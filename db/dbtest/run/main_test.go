// This file runs the runner as the process that it is.

package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db/dbtest"
)

// runnerVariable makes the test binary the runner.
const runnerVariable = "ROSEASH_TEST_RUNNER"

func init() {
	if os.Getenv(runnerVariable) != "" {
		os.Unsetenv(runnerVariable)
		main()
	}
}

func runner(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Stderr = t.Output()
	cmd.Env = append(os.Environ(), runnerVariable+"=1", dbtest.ClusterVariable+"=")
	return cmd
}

func exitOf(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func TestRunPassesTheExitCode(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		want int
	}{
		{"success", []string{"--", "true"}, 0},
		{"failure", []string{"--", "sh", "-c", "exit 7"}, 7},
		{"killed", []string{"sh", "-c", "kill -KILL $$"}, 137},
		{"no such command", []string{"--", "no-such-command-here"}, 127},
		{"no command", []string{"--"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := exitOf(runner(t, tt.args...).Run()); got != tt.want {
				t.Errorf("exit code %d, want %d", got, tt.want)
			}
		})
	}
}

// A Ctrl-C reaches the command, which may still use the server; then nothing is left.
func TestRunForwardsSignals(t *testing.T) {
	cmd := runner(t, "--", "sh", "-c", `trap 'echo asked; read line; exit 3' INT; echo "$ROSEASH_TEST_CLUSTER_URL"; while :; do sleep 0.01; done`)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := bufio.NewReader(out)
	url := readLine(t, lines)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := readLine(t, lines); got != "asked" {
		t.Fatalf("the command says %q, want asked", got)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("the server is gone before the command has ended: %v", err)
	}
	conn.Close(t.Context())
	if _, err := in.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	if got := exitOf(cmd.Wait()); got != 3 {
		t.Errorf("exit code %d, want 3", got)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(config.Host)); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", filepath.Dir(config.Host), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := pgx.Connect(ctx, url); err == nil {
		t.Error("the server still runs")
	}
}

func readLine(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatalf("after %q: %v", line, err)
	}
	return strings.TrimSpace(line)
}
