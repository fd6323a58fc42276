package api_test

import (
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/db/dbtest"
)

func TestHealth(t *testing.T) {
	pool := dbtest.New(t)
	health := api.NewHealth(pool)
	h, _ := toy(t, func(o *api.HandlerOptions) { o.Health = health })
	ready := func(step string, status int, want string) {
		t.Helper()
		res := ask(h, "GET", "/readyz", "")
		if body := read(t, res); res.StatusCode != status || !strings.Contains(body, want) {
			t.Errorf("%s: /readyz = %d %s, want %d %s", step, res.StatusCode, body, status, want)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q", step, got)
		}
		if live := ask(h, "GET", "/livez", ""); live.StatusCode != http.StatusOK {
			t.Errorf("%s: /livez = %d, want 200", step, live.StatusCode)
		}
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE public.kept AS SELECT * FROM public.schema_migrations")
	exec("DELETE FROM public.schema_migrations WHERE version = (SELECT max(version) FROM public.schema_migrations)")
	ready("a migration is missing", 503, `"code":"migrations_pending"`)
	exec("INSERT INTO public.schema_migrations SELECT * FROM public.kept ON CONFLICT DO NOTHING")
	ready("migrated", 200, `"status":"ready"`)
	ready("again", 200, `"status":"ready"`)
	health.Drain()
	ready("stopping", 503, `"code":"draining"`)
}

func TestHealthWithoutDatabase(t *testing.T) {
	pool := dbtest.New(t)
	known := api.NewHealth(pool)
	if err := known.Ready(t.Context()); err != nil {
		t.Fatalf("Ready = %v, want nil", err)
	}
	pool.Close()
	for name, health := range map[string]*api.Health{"it was ready": known, "it never was": api.NewHealth(pool)} {
		h, _ := toy(t, func(o *api.HandlerOptions) { o.Health = health })
		res := ask(h, "GET", "/readyz", "")
		if body := read(t, res); res.StatusCode != 503 || !strings.Contains(body, `"code":"database_unavailable"`) {
			t.Errorf("%s: /readyz = %d %s, want 503 database_unavailable", name, res.StatusCode, body)
		}
	}
}
