// What the machine and its processes say of themselves (Linux, /proc).

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// describeMachine is one line: cores, memory, versions, file system, load.
func describeMachine(work, pgBin string) (string, error) {
	version, err := postgresVersion(pgBin)
	if err != nil {
		return "", err
	}
	memory, err := procField("/proc/meminfo", "MemTotal:")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d cores (%s), %.0f GiB, %s, %s, data on %s, load at the start %s",
		runtime.NumCPU(), runtime.GOARCH, float64(memory)/(1<<20), runtime.Version(), version, fileSystem(work), loadAverage()), nil
}

// postgresVersion asks the server program in pgBin, or the newest installed.
func postgresVersion(pgBin string) (string, error) {
	found := []string{filepath.Join(pgBin, "postgres")}
	if pgBin == "" {
		found, _ = filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	}
	if len(found) == 0 {
		found = []string{"postgres"}
	}
	out, err := exec.Command(found[len(found)-1], "--version").Output()
	if err != nil {
		return "", fmt.Errorf("asking PostgreSQL for its version: %w", err)
	}
	fields := strings.Fields(strings.ReplaceAll(string(out), "(PostgreSQL) ", ""))
	if len(fields) < 2 {
		return "", fmt.Errorf("PostgreSQL's version is not understood: %q", out)
	}
	return "PostgreSQL " + fields[1], nil
}

// fileSystem is the type of the file system that dir is on.
func fileSystem(dir string) string {
	raw, err := os.ReadFile("/proc/mounts")
	if err != nil {
		return "an unknown file system"
	}
	best, kind := "", "an unknown file system"
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) > 2 && len(f[1]) >= len(best) && (dir == f[1] || strings.HasPrefix(dir, strings.TrimSuffix(f[1], "/")+"/")) {
			best, kind = f[1], f[2]
		}
	}
	return kind
}

// loadAverage is the kernel's three.
func loadAverage() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}

// procField reads a number out of a file of "Name: 123 kB" lines.
func procField(file, name string) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == name {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("%s has no %s", file, name)
}

// family is pid and all that descends from it.
func family(pid int) ([]int, error) {
	parents := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, file := range stats {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // it ended meanwhile
		}
		child, parent, ok := parseStat(string(raw))
		if ok {
			parents[parent] = append(parents[parent], child)
		}
	}
	list := []int{pid}
	for i := 0; i < len(list); i++ {
		list = append(list, parents[list[i]]...)
	}
	return list, nil
}

// parseStat reads the process and its parent from /proc/<pid>/stat, whose
// second field, the name, may hold anything.
func parseStat(stat string) (pid, parent int, ok bool) {
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return 0, 0, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(stat[:open]))
	rest := strings.Fields(stat[end+1:])
	if err != nil || len(rest) < 2 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(rest[1])
	return pid, parent, err == nil
}

// clusterTime is the processor time of a server of PostgreSQL so far: of its
// processes and of those that it has seen end.
func clusterTime(postmaster int) (total time.Duration, err error) {
	pids, err := family(postmaster)
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it ended meanwhile, and is in its parent's account
		}
		total += parseTimes(string(raw))
	}
	return total, nil
}

// parseTimes adds up user and system time in /proc/<pid>/stat, of the process and
// of its children that have ended. They are in hundredths of a second whatever
// the kernel was built with (proc_pid_stat(5), USER_HZ).
func parseTimes(stat string) (total time.Duration) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 15 {
		return 0
	}
	for _, field := range fields[11:15] {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0
		}
		total += time.Duration(ticks) * 10 * time.Millisecond
	}
	return total
}

// processorTime is how long the processes ran, to the nanosecond. It counts the
// main thread of each, which is all that a process of PostgreSQL has.
func processorTime(pids []int) (total time.Duration, err error) {
	for _, pid := range pids {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
		if err != nil {
			continue // it ended meanwhile
		}
		ns, err := strconv.ParseInt(strings.Fields(string(raw))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ns)
	}
	return total, nil
}
