// Command run starts one PostgreSQL for tests, runs a command with its address
// in ROSEASH_TEST_CLUSTER_URL, stops it, and ends as the command ended:
//
//	go run ./db/dbtest/run -- go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"rose-ash.com/roseash/db/dbtest"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: run -- COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "dbtest/run:", err)
	}
	os.Exit(code)
}

// run returns the command's exit code; 128 plus the signal's number when one
// ended it, 127 when it could not be started, 1 when there is no server.
func run(args []string) (code int, err error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	url := os.Getenv(dbtest.ClusterVariable)
	if url == "" {
		cluster, dir, err := dbtest.Start(context.Background())
		if err != nil {
			return 1, err
		}
		defer os.RemoveAll(dir)
		defer func() {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			if stopErr := cluster.Stop(ctx); err == nil {
				err = stopErr
			}
		}()
		url = cluster.URL()
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), dbtest.ClusterVariable+"="+url)
	// A group of its own: a Ctrl-C reaches it once, from us, and all its children.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			syscall.Kill(-cmd.Process.Pid, s.(syscall.Signal))
		case err := <-ended:
			return exitCode(err)
		}
	}
}

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if err == nil {
		return 0, nil
	}
	if !errors.As(err, &exit) {
		return 1, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
