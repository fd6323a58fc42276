// The private PostgreSQL seen from outside.

package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
)

// quiet is the logger of what is not worth a line here.
var quiet = slog.New(slog.DiscardHandler)

// postmasterOf is the process id of the server of the cluster in dir.
func postmasterOf(dir string) (int, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	return strconv.Atoi(string(bytes.TrimSpace(first)))
}
