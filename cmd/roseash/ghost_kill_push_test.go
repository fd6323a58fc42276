// Processes are killed while they bring to a Ghost what was changed here. Ghost may have
// taken a change and nobody may know; that is no conflict, and nothing is written twice.

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

// TestGhostPushKilled kills a process between a change here and its arrival in Ghost.
func TestGhostPushKilled(t *testing.T) {
	t.Parallel()
	f := newFollowing(t, false)
	t.Cleanup(f.AutoDeliver("http://" + f.listen))
	f.settled()
	for i := range max(1, *kills/2) {
		f.expireLeases()
		p := f.start("serve", "--seed", "never")
		f.ready(p)
		f.until("everything is in Ghost", func() string { return strings.Join(f.rows(unpushedSQL), ", ") })
		for n := range 1 + f.rng.IntN(3) {
			f.write([]string{"vis-public", "quick", "tagged"}[n], fmt.Sprintf("Written here %d", i))
		}
		time.Sleep(time.Duration(f.rng.IntN(120_000)) * time.Microsecond)
		p.kill()
		f.story = append(f.story, fmt.Sprintf("killed while %v were on their way", f.rows(unpushedSQL)))
	}
	f.settle()
	if found := f.rows(`select post_id::text from blog.ghost_conflicts union all select array_to_string(flags, ', ') from blog.posts where flags::text like '%changed here%'`); len(found) > 0 {
		t.Errorf("in conflict with themselves: %s", strings.Join(found, ", "))
	}
	there := map[string]string{}
	for id, p := range f.State().Posts {
		there[id] = p.Title
	}
	for _, line := range f.rows(`select origin_id || ' ' || title from blog.posts`) {
		if id, title, _ := strings.Cut(line, " "); there[id] != title {
			t.Errorf("here %q, in Ghost %q", title, there[id])
		}
	}
	if t.Failed() {
		t.Log(strings.Join(f.story, "\n"))
	}
}

// unpushedSQL finds posts that were changed here and are not in Ghost so.
const unpushedSQL = `select slug from blog.posts where version > origin_version order by slug`

// write changes the title of a post here.
func (f *following) write(slug, title string) {
	f.t.Helper()
	token, err := os.ReadFile(filepath.Join(f.dir, ".data", "dev-token"))
	if err != nil {
		f.t.Fatal(err)
	}
	client := httpx.Operator(patience)
	defer client.CloseIdleConnections()
	var version string
	for _, method := range []string{http.MethodGet, http.MethodPatch} {
		r, err := http.NewRequest(method, "http://"+f.listen+"/v1/posts/"+slug, strings.NewReader(fmt.Sprintf(`{"title": %q}`, title)))
		if err != nil {
			f.t.Fatal(err)
		}
		r.Header = http.Header{"Authorization": {"Bearer " + strings.TrimSpace(string(token))}, "Content-Type": {"application/json"}, "If-Match": {version}}
		if version == "" {
			r.Header.Del("If-Match")
		}
		answer, err := client.Do(r)
		if err != nil {
			f.t.Fatal(err)
		}
		answer.Body.Close()
		if version = answer.Header.Get("ETag"); answer.StatusCode != http.StatusOK {
			f.t.Fatalf("%s %s: %s", method, slug, answer.Status)
		}
	}
}
