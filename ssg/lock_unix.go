//go:build unix

// The lock on an output, and making it durable.

package ssg

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the output for this process until unlock; errBusy where another has
// it. The kernel frees it when the process is gone.
func (o *Output) lock() (unlock func(), err error) {
	f, err := o.root.OpenFile(marker, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errBusy
		}
		return nil, err
	}
	return func() {
		// A process that is just being started has the file open as well.
		syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		f.Close()
	}, nil
}
