package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the process between, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && helpers[os.Args[1]] != nil {
		if err := helpers[os.Args[1]](context.Background(), os.Args[2:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestRunAlone(t *testing.T) {
	// Half a gigabyte of our own must not be counted to the other process.
	mine := make([]byte, 512<<20)
	for i := 0; i < len(mine); i += 4096 {
		mine[i] = 1
	}
	log := filepath.Join(t.TempDir(), "log")
	s, err := runAlone(t.Context(), program{log: log, env: []string{"WORD=rye"},
		args: []string{"sh", "-c", `echo $WORD; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.05`}})
	if err != nil {
		t.Fatal(err)
	}
	if said, _ := os.ReadFile(log); string(said) != "rye\n" {
		t.Errorf("the log has %q", said)
	}
	if s.User < 10*time.Millisecond || s.Wall < s.User/4+50*time.Millisecond || s.Peak < 500 || s.Peak > 256<<10 {
		t.Errorf("it took %+v", s)
	}
	if mine[0] != 1 {
		t.Error("unreachable: it keeps the memory in use")
	}
}

func TestRunAloneFails(t *testing.T) {
	_, err := runAlone(t.Context(), program{log: filepath.Join(t.TempDir(), "log"), args: []string{"sh", "-c", "echo burnt; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "burnt") {
		t.Errorf("a program that fails: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err = runAlone(ctx, program{log: filepath.Join(t.TempDir(), "log"), args: []string{"sleep", "90"}})
	if err == nil || errors.Is(err, context.Canceled) || time.Since(began) > time.Minute {
		t.Errorf("a program that is called off: %v after %s", err, time.Since(began))
	}
}

func TestBoth(t *testing.T) {
	got := spent{1, 2, 3, 40}.both(spent{10, 20, 30, 4})
	if want := (spent{11, 22, 33, 40}); got != want {
		t.Errorf("both = %v, want %v", got, want)
	}
}
