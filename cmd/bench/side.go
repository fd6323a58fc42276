// A side of a comparison: this program again, as a server of its own.

package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rose-ash.com/roseash/api"
)

// sides makes the handler of each server on the database at url; dir is for
// what it keeps. The names are this program's first argument then.
var sides = map[string]func(ctx context.Context, url, dir string) (http.Handler, error){
	"serve-ours":    serveOurs,
	"serve-control": serveControl,
	"serve-inserts": serveInserts,

	"serve-simulator": serveSimulator,
	"serve-shop":      serveShop,
	"serve-buy":       serveBuyControl,
}

// serveSide is the child: it says where it listens and then answers one line
// with one line until its input ends.
//
//	usage          user and system time so far in nanoseconds
//	profile FILE   starts a CPU profile; without FILE ends it
func serveSide(ctx context.Context, make func(context.Context, string, string) (http.Handler, error), args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("side", flag.ContinueOnError)
	url := flags.String("url", "", "the database")
	dir := flags.String("dir", "", "for what the server keeps")
	if err := flags.Parse(args); err != nil {
		return err
	}
	handler, err := make(ctx, *url, *dir)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := api.NewServer(handler)
	defer server.Close()
	go server.Serve(l)
	fmt.Fprintln(out, "ready", l.Addr())

	for lines := bufio.NewScanner(in); lines.Scan(); {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		answer, err := obey(command, argument)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, answer)
	}
	return nil
}

func obey(command, argument string) (string, error) {
	switch command {
	case "usage":
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return "", err
		}
		return fmt.Sprint(u.Utime.Nano() + u.Stime.Nano()), nil
	case "profile":
		if argument == "" {
			pprof.StopCPUProfile()
			return "ended", nil
		}
		f, err := os.Create(argument)
		if err != nil {
			return "", err
		}
		return "started", pprof.StartCPUProfile(f)
	}
	return "", errors.New("unknown command " + command)
}

// side is the parent's end of such a server.
type side struct {
	name  string
	addr  string
	pid   int
	cmd   *exec.Cmd
	input io.WriteCloser
	lines *bufio.Scanner
}

// startSide runs this program as the named server and waits until it listens.
func startSide(ctx context.Context, name, url, dir string) (*side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &side{name: name, cmd: exec.CommandContext(ctx, self, name, "-url", url, "-dir", dir)}
	s.cmd.Stderr = os.Stderr
	if s.input, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.lines = bufio.NewScanner(output)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.pid = s.cmd.Process.Pid
	line, err := s.line()
	if err != nil {
		s.stop()
		return nil, err
	}
	s.addr = strings.TrimPrefix(line, "ready ")
	return s, nil
}

// line is the next that the server says.
func (s *side) line() (string, error) {
	if !s.lines.Scan() {
		return "", fmt.Errorf("%s ended", s.name)
	}
	return s.lines.Text(), nil
}

// tell sends a command and returns the answer.
func (s *side) tell(command string) (string, error) {
	if _, err := fmt.Fprintln(s.input, command); err != nil {
		return "", err
	}
	return s.line()
}

// usage is the processor time that the server took so far.
func (s *side) usage() (time.Duration, error) {
	answer, err := s.tell("usage")
	if err != nil {
		return 0, err
	}
	ns, err := strconv.ParseInt(answer, 10, 64)
	return time.Duration(ns), err
}

// stop ends the server by closing its input and waits for it.
func (s *side) stop() error {
	s.input.Close()
	return s.cmd.Wait()
}
