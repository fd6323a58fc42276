// This file runs PostgreSQL's programs as children that never outlive us.

package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// serverProcess is a postmaster and the thread that it depends on.
type serverProcess struct {
	cmd  *exec.Cmd
	log  string // its log file
	from int64  // where this run's lines begin
	done chan struct{}
	err  error // set before done is closed
}

// child prepares one of PostgreSQL's programs: as the account, in its own
// process group, with an environment in which no PG variable lies in wait.
func child(bin binaries, a account, tool string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(bin.dir, tool), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"HOME=/", "LC_ALL=C", "TZ=UTC", "PATH=" + bin.dir + ":/usr/bin:/bin"}
	cmd.SysProcAttr = childAttributes(a)
	return cmd
}

// spawn starts cmd and waits for it on one locked thread: the kernel sends the
// death signal when the thread that made the child ends, not the process.
func spawn(cmd *exec.Cmd) (*serverProcess, error) {
	s := &serverProcess{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer close(s.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			s.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return s, nil
}

// runAs runs a tool to its end and returns what it printed.
func runAs(ctx context.Context, bin binaries, a account, tool string, args ...string) (string, error) {
	var out bytes.Buffer
	cmd := child(bin, a, tool, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	s, err := spawn(cmd)
	if err != nil {
		return "", err
	}
	select {
	case <-s.done:
		return out.String(), s.err
	case <-ctx.Done():
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-s.done
		return out.String(), ctx.Err()
	}
}

// logMax is where a server's log starts anew; one older log is kept.
const logMax = 8 << 20

// startServer starts the postmaster. What must hold whatever postgresql.conf
// says is given on its command line.
func startServer(bin binaries, p place, socket string, durable bool) (*serverProcess, error) {
	path := p.logFile()
	if info, err := os.Stat(path); err == nil && info.Size() > logMax {
		os.Rename(path, path+".1")
	}
	// The directory is the account's: root must not be led elsewhere by a link.
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, dataDirError(p.dir, err)
	}
	defer log.Close()
	if p.account.drop {
		if err := log.Chown(p.account.uid, p.account.gid); err != nil {
			return nil, dataDirError(p.dir, err)
		}
	}
	from, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, dataDirError(p.dir, err)
	}
	settings := []string{
		"listen_addresses=", "port=5432", "logging_collector=off", "log_destination=stderr",
		`unix_socket_directories="` + strings.ReplaceAll(socket, `"`, `""`) + `"`,
	}
	if !durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0", "max_connections=300", "autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=2GB")
	}
	args := []string{"-D", p.dir}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	cmd := child(bin, p.account, "postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	s, err := spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	s.log, s.from = path, from
	return s, nil
}

// stop asks for a fast shutdown; when ctx ends first it asks for an immediate
// one, and after two seconds more the whole group is killed.
func (s *serverProcess) stop(ctx context.Context) error {
	pid := s.cmd.Process.Pid
	select {
	case <-s.done:
		return nil
	default:
	}
	syscall.Kill(pid, syscall.SIGINT)
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
	}
	syscall.Kill(pid, syscall.SIGQUIT)
	select {
	case <-s.done:
	case <-time.After(2 * time.Second):
		syscall.Kill(-pid, syscall.SIGKILL)
		<-s.done
	}
	return errors.New("PostgreSQL did not shut down in time and was made to quit: it recovers at the next start")
}

// tail is what this run of the server wrote last.
func (s *serverProcess) tail() string {
	f, err := os.Open(s.log)
	if err != nil {
		return "its log cannot be read: " + err.Error()
	}
	defer f.Close()
	raw, _ := io.ReadAll(io.NewSectionReader(f, s.from, 64<<10))
	return lastLines(string(raw), 6)
}
