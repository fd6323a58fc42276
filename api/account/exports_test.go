package account_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// TestExport: from the wish to the file, for its owner only and for a day.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.run(t)
	var asked account.Export
	location := ""
	apitest.Run(t, w, w.pool, []apitest.Scenario{
		{Name: "nobody", Method: "POST", URL: "/v1/me/exports", Status: 401},
		{Name: "somebody who may only read", Method: "POST", URL: "/v1/me/exports", Header: apitest.Bearer("reader"), Status: 403},
		{Name: "somebody with another scope", URL: "/v1/me/exports", Header: apitest.Bearer("other"), Status: 403},
		{Name: "not lately", Method: "POST", URL: "/v1/me/exports", Header: apitest.Bearer("stale"), Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "a program", Method: "POST", URL: "/v1/me/exports", Header: apitest.Bearer("program"), Status: 403, Want: []string{"no_user"}},
		{Name: "none yet", URL: "/v1/me/exports", Header: apitest.Bearer("reader"), Status: 200, Want: []string{`"items":[]`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "ask", Method: "POST", URL: "/v1/me/exports", Header: apitest.Bearer("bryn"), Status: 202, Want: []string{`"state":"running"`},
			NotWant: []string{"expires_at"}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}, After: func(t *testing.T, res *http.Response, body []byte) {
				location = res.Header.Get("Location")
				if err := json.Unmarshal(body, &asked); err != nil || location != "/v1/me/exports/"+string(asked.ID) {
					t.Fatalf("%s at %q: %v", body, location, err)
				}
			}},
	})
	made := w.await(t, w.bryn, asked.ID, account.ExportReady)
	if made.ExpiresAt == nil || !made.ExpiresAt.Equal(begin.Add(24*time.Hour)) || made.ReadyAt == nil {
		t.Errorf("made = %+v", made)
	}
	letters, err := w.mail.Kept(t.Context(), "")
	if err != nil || len(letters) != 1 || letters[0].Kind != "export_ready" || letters[0].To != "bryn@example.org" ||
		!strings.Contains(letters[0].Text, `"link":"https://rose.example/account/"`) || !strings.Contains(letters[0].Text, `"until":"2026-05-02T09:00:00Z"`) {
		t.Errorf("mails = %+v, %v", letters, err)
	}
	archive := location + "/archive"
	apitest.Run(t, w, w.pool, []apitest.Scenario{
		{Name: "it is listed", URL: "/v1/me/exports", Header: apitest.Bearer("reader"), Status: 200, Want: []string{string(asked.ID), `"state":"ready"`}},
		{Name: "it is read", URL: location, Header: apitest.Bearer("reader"), Status: 200, Want: []string{`"expires_at":"2026-05-02T09:00:00Z"`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "by nobody", URL: location, Status: 401},
		{Name: "by somebody else", URL: location, Header: apitest.Bearer("cas"), Status: 404},
		{Name: "listed to somebody else", URL: "/v1/me/exports", Header: apitest.Bearer("cas"), Status: 200, Want: []string{`"items":[]`}},
		{Name: "downloaded by somebody else", URL: archive, Header: apitest.Bearer("cas"), Status: 404, NotWant: []string{"Bryn"}},
		{Name: "by a program", URL: archive, Header: apitest.Bearer("program"), Status: 403},
		{Name: "not lately", URL: archive, Header: apitest.Bearer("stale"), Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "another id", URL: "/v1/me/exports/exp_00000000000000000000000000000000/archive", Header: apitest.Bearer("bryn"), Status: 404},
		{Name: "no id", URL: "/v1/me/exports/" + apitest.Canary, Header: apitest.Bearer("bryn"), Status: 422, NotWant: []string{apitest.Canary}},
		{Name: "the file", URL: archive, Header: apitest.Bearer("bryn"), Status: 200,
			WantHeader: map[string]string{"Content-Type": "application/zip", "Cache-Control": "private, no-store", "Content-Disposition": `attachment; filename="` + string(asked.ID) + `.zip"`, "X-Content-Type-Options": "nosniff"},
			After:      func(t *testing.T, _ *http.Response, body []byte) { w.compare(t, body) }},
	})
	w.clock.Set(*made.ExpiresAt)
	w.people.addresses = nil
	if _, err := w.Archive(as(w.bryn), asked.ID); problem.From(err).Status != http.StatusGone || problem.From(err).Code != "export_expired" {
		t.Errorf("Archive at the end = %v", err)
	}
	if e := w.await(t, w.bryn, asked.ID, account.ExportExpired); e.ID != asked.ID {
		t.Error("another one")
	}
	if err := w.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, w.pool, "SELECT count(*) FROM account.exports WHERE archive IS NOT NULL"); n != 0 {
		t.Errorf("%d archives are left", n)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	if err := w.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, w.pool, "SELECT count(*) FROM account.exports"); n != 0 {
		t.Errorf("%d exports are known", n)
	}
}

// compare looks into an archive.
func (w *world) compare(t *testing.T, archive []byte) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, texts[f.Name] = append(names, f.Name), string(text)
	}
	if got := strings.Join(names, " "); got != "README.txt posts.json profile.json sessions.json" {
		t.Errorf("files: %s", got)
	}
	var profile struct{ ID, Name string }
	if err := json.Unmarshal([]byte(texts["profile.json"]), &profile); err != nil || profile.ID != string(w.bryn) || profile.Name != "Bryn “Ash” <b>" {
		t.Errorf("profile.json: %s, %v", texts["profile.json"], err)
	}
	if texts["posts.json"] != "[]\n" || !strings.Contains(texts["README.txt"], "https://rose.example") || !strings.Contains(texts["README.txt"], "  sessions.json\n") {
		t.Errorf("%v", texts)
	}
}

// TestOneAtATime: who asks twice, even at once, gets the one that is being made; and a few a
// day.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil) // nobody works: it stays where it is
	var all sync.WaitGroup
	ids := make([]account.ExportID, 8)
	for i := range ids {
		all.Go(func() {
			e, err := w.Export(as(w.bryn))
			if err != nil {
				t.Error(err)
			}
			ids[i] = e.ID
		})
	}
	all.Wait()
	for _, got := range ids {
		if got != ids[0] {
			t.Errorf("%v are several", ids)
		}
	}
	if n := count(t, w.pool, "SELECT count(*) FROM account.exports"); n != 1 {
		t.Errorf("%d exports", n)
	}
	if n := count(t, w.pool, "SELECT count(*) FROM river.river_job WHERE kind = 'account.export'"); n != 1 {
		t.Errorf("%d jobs", n)
	}
	if e, err := w.Export(as(w.cas)); err != nil || e.ID == ids[0] {
		t.Errorf("somebody else gets %+v, %v", e, err)
	}
	if _, err := w.Archive(as(w.bryn), ids[0]); problem.From(err).Code != "export_not_ready" {
		t.Errorf("Archive = %v", err)
	}
	finish := func() {
		t.Helper()
		if _, err := w.pool.Exec(t.Context(), "UPDATE account.exports SET ready_at = $1, archive = 'x' WHERE ready_at IS NULL", w.clock.Now()); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Minute)
	}
	finish()
	for range 4 {
		if _, err := w.Export(as(w.bryn)); err != nil {
			t.Fatal(err)
		}
		finish()
	}
	_, err := w.Export(as(w.bryn))
	if d := problem.From(err); d.Code != "too_many_exports" || d.GetHeaders().Get("Retry-After") != "86100" {
		t.Errorf("the sixth = %v, %v", err, d.GetHeaders())
	}
	w.clock.Set(begin.Add(24 * time.Hour))
	if _, err := w.Export(as(w.bryn)); err != nil {
		t.Errorf("a day later = %v", err)
	}
}

// TestExportFaults: what cannot be made is tried again and in the end given up, what was
// erased meanwhile stays so.
func TestExportFaults(t *testing.T) {
	t.Parallel()
	var w *world
	for name, source := range map[string]account.Source{
		"fails":   func(context.Context, contract.UserID) (map[string]any, error) { return nil, errors.New("away") },
		"twice":   func(context.Context, contract.UserID) (map[string]any, error) { return map[string]any{"posts": 1}, nil },
		"outside": func(context.Context, contract.UserID) (map[string]any, error) { return map[string]any{"../x": 1}, nil },
		"no JSON": func(context.Context, contract.UserID) (map[string]any, error) {
			return map[string]any{"x": func() {}}, nil
		},
		"erased": func(ctx context.Context, user contract.UserID) (map[string]any, error) {
			return nil, db.InTx(ctx, w.pool, func(tx pgx.Tx) error { return w.Erase(ctx, tx, user) })
		},
	} {
		w = newWorld(t, func(o *account.Options) { o.Sources = append(o.Sources, source) })
		e, err := w.Export(as(w.bryn))
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := id.Parse("exp", e.ID)
		err = w.Make(t.Context(), uid)
		if (err == nil) != (name == "erased") {
			t.Errorf("%s: %v", name, err)
		}
		if n := count(t, w.pool, "SELECT count(*) FROM account.exports WHERE ready_at IS NOT NULL OR archive IS NOT NULL"); n != 0 {
			t.Errorf("%s: %d were made", name, n)
		}
		if n := count(t, w.pool, "SELECT count(*) FROM shared.mails"); n != 0 {
			t.Errorf("%s: %d mails", name, n)
		}
		if name == "erased" {
			continue
		}
		if name == "fails" {
			if err := w.LastTry(t.Context(), uid); err == nil {
				t.Error("the last attempt does not fail")
			}
		} else { // the process died with it
			w.clock.Advance(6 * time.Hour)
			if err := w.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if e, err := w.ExportByID(as(w.bryn), e.ID); err != nil || e.State != account.ExportFailed {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
		if _, err := w.Archive(as(w.bryn), e.ID); problem.From(err).Status != http.StatusGone {
			t.Errorf("%s: Archive = %v", name, err)
		}
	}
	if err := w.Make(t.Context(), uuid.New()); err != nil {
		t.Errorf("one that never was: %v", err)
	}
}

// TestTwiceAtOnce: two that make one export make it once, and send one mail.
func TestTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	e, err := w.Export(as(w.bryn))
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := id.Parse("exp", e.ID)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := w.Make(context.Background(), uid); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := count(t, w.pool, "SELECT count(*) FROM shared.mails"); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

// TestErase: nothing of a user stays, everything of others does.
func TestErase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, user := range []contract.UserID{w.bryn, w.cas} {
		if _, err := w.Export(as(user)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error { return w.Erase(t.Context(), tx, w.bryn) }); err != nil {
		t.Fatal(err)
	}
	mine, err := w.Exports(as(w.bryn))
	others, e := w.Exports(as(w.cas))
	if err != nil || e != nil || len(mine) != 0 || len(others) != 1 {
		t.Errorf("%d and %d are left, %v, %v", len(mine), len(others), err, e)
	}
}
