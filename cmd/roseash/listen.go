// What has to be free and writable before anything is started.

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"rose-ash.com/roseash/api/shared/config"
)

// listen takes the process's addresses. Requests that come before it is ready
// wait in the kernel's queue.
func (p *process) listen() (err error) {
	if p.cfg.Roles.Has(config.API) {
		if p.public, err = p.take("ROSEASH_LISTEN", p.cfg.Listen); err != nil {
			return err
		}
	}
	if p.cfg.Metrics.Listen != "" {
		p.private, err = p.take("ROSEASH_METRICS_LISTEN", p.cfg.Metrics.Listen)
	}
	return err
}

func (p *process) take(setting, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, cannotListen(setting, address, err)
	}
	p.closers = append(p.closers, func() { l.Close() })
	return l, nil
}

// cannotListen says in the operator's words why an address cannot be had.
func cannotListen(setting, address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		text := fmt.Sprintf("%s: the address %s is in use, perhaps by a roseash that runs already: stop that program, or choose another address", setting, address)
		if host, port, err := net.SplitHostPort(address); err == nil {
			if n, err := strconv.Atoi(port); err == nil && n < 65535 {
				text += fmt.Sprintf(", such as %s=%s", setting, net.JoinHostPort(host, strconv.Itoa(n+1)))
			}
		}
		return errors.New(text)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s: this user may not listen on %s: choose a port above 1023", setting, address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s: this machine does not have the address %s", setting, address)
	}
	return fmt.Errorf("%s: cannot listen on %s: %w", setting, address, err)
}

// directories makes sure of the directories that this process writes to.
func (p *process) directories() error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the user that PostgreSQL runs as passes through
	}
	if err := writable("ROSEASH_DATA_DIR", p.cfg.DataDir, mode); err != nil {
		return err
	}
	if !p.cfg.Roles.Has(config.Builder) {
		return nil
	}
	return writable("ROSEASH_PUBLIC_DIR", p.cfg.PublicDir, 0o755)
}

// writable makes a directory where there is none, and tries to write in it.
func writable(setting, dir string, mode fs.FileMode) error {
	absolute, err := filepath.Abs(dir)
	if err == nil {
		dir = absolute
		_, err = os.Stat(dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, mode); err == nil {
			err = os.Chmod(dir, mode) // whatever the umask
		}
	}
	var f *os.File
	if err == nil {
		f, err = os.CreateTemp(dir, ".try-*")
	}
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return fmt.Errorf("%s: %s cannot be written to (%w): change its owner, or name another directory", setting, dir, err)
	}
	f.Close()
	return os.Remove(f.Name())
}
