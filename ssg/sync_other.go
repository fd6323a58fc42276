//go:build !linux

package ssg

import "syscall"

// sync makes all that was written durable, on every file system.
func (o *Output) sync() error {
	syscall.Sync()
	return nil
}
