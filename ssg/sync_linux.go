package ssg

import "golang.org/x/sys/unix"

// sync makes all that was written to the output's file system durable.
func (o *Output) sync() error {
	f, err := o.root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
