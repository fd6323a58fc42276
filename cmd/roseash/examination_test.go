package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"rose-ash.com/roseash/api/shared/config"
)

// The doctor asks storage and purgers themselves, and says what is wrong with
// each.
func TestTargetsAreExamined(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("a-site"); err != nil {
		t.Fatal(err)
	}
	storage := httptest.NewServer(gofakes3.New(backend).Server())
	defer storage.Close()
	var heard []byte
	status := http.StatusNoContent
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	defer hook.Close()
	examine := func(bucket string) (string, int) {
		cfg, err := config.Load(config.Options{Roles: config.AllRoles, Environ: []string{
			"ROSEASH_S3_ENDPOINT=" + storage.URL, "ROSEASH_S3_BUCKET=" + bucket, "ROSEASH_S3_ACCESS_KEY=a", "ROSEASH_S3_SECRET_KEY=b",
			"ROSEASH_PURGE_URL=" + hook.URL, "ROSEASH_PURGE_SECRET=0123456789abcdef",
		}})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		e := &examination{ctx: t.Context(), out: &out, cfg: cfg, log: slog.New(slog.DiscardHandler)}
		e.targets()
		return out.String(), e.failed
	}
	out, failed := examine("a-site")
	if failed != 0 || strings.Count(out, "ok    ") != 2 || !strings.Contains(out, "bucket a-site") || !strings.Contains(out, "webhook at") {
		t.Errorf("with both in order: %d failed:\n%s", failed, out)
	}
	if want := `{"generation":0,"urls":["http://localhost:8080/.roseash"],"everything":false}`; string(heard) != want {
		t.Errorf("the webhook hears %s, want %s", heard, want)
	}
	status = http.StatusForbidden
	out, failed = examine("another")
	if failed != 2 || !strings.Contains(out, "NoSuchBucket") || !strings.Contains(out, "it answers 403") {
		t.Errorf("with both wrong: %d failed:\n%s", failed, out)
	}
}
