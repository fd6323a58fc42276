//go:build !linux

// This file stands in for embedded_process_linux.go where a child cannot be
// tied to its parent's life: the next owner ends what was left.

package db

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func childAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: a.credential()}
}

// serversIn is the postmaster with the given id, if its command line names dir.
func serversIn(dir string, pid int) []int {
	out, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || !strings.Contains(string(out), "postgres") || !strings.Contains(string(out), dir) {
		return nil
	}
	return []int{pid}
}
