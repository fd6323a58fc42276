// This file holds what only Linux can do for the private cluster's children.

package db

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// childAttributes makes the child die with the thread that starts it, by the
// signal that PostgreSQL reads as "shut down fast".
func childAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT, Credential: a.credential()}
}

// serversIn lists the PostgreSQL processes that work in dir: each has it as
// its working directory.
func serversIn(dir string, _ int) (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		cwd, err := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if err != nil || cwd != dir {
			continue
		}
		name, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "comm"))
		if strings.TrimSpace(string(name)) == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids
}
