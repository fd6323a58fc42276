package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// TestProgram: it says where it is, does what is posted, sends its webhooks and ends.
func TestProgram(t *testing.T) {
	var mu sync.Mutex
	came := map[string]bool{}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		came[strings.TrimPrefix(r.URL.Path, "/hooks/ghost/main/")] = r.Header.Get("X-Ghost-Signature") != ""
		w.WriteHeader(http.StatusAccepted)
	}))
	defer receiver.Close()

	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-export", "../../api/blog/testdata/ghost-export.json", "-deliver", receiver.URL}, in)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v, %v", err, <-ended)
	}
	here := strings.TrimSpace(strings.TrimPrefix(line, "ghost is ready at "))

	act := func(action, args string, into any) int {
		t.Helper()
		r, _ := http.NewRequest(http.MethodPost, here+prefix+action, strings.NewReader(args))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, _ := io.ReadAll(answer.Body)
		if into != nil {
			if err := json.Unmarshal(data, into); err != nil {
				t.Fatalf("%s: %v: %.200s", action, err, data)
			}
		}
		return answer.StatusCode
	}
	var post ghosttest.Post
	if status := act("edit", `{"slug":"all-cards","new_slug":"every-card","title":"Every card"}`, &post); status != 200 ||
		post.URL != here+"/every-card/" || post.Title != "Every card" {
		t.Errorf("status %d, %s", status, post.URL)
	}
	for action, args := range map[string]string{
		"bulk-access": `{"slugs":["tagged","quick"],"visibility":"members"}`, "unpublish": `{"slug":"card-html"}`,
		"rename-tag": `{"slug":"bakery","name":"Bakers"}`, "walk": `{"seed":1,"steps":5}`, "gated": "", "delivered": "",
		"fault": `{"code":500}`, "permalink": `{"permalink":"/{year}/{slug}/"}`,
	} {
		if status := act(action, args, nil); status != 200 {
			t.Errorf("%s: status %d", action, status)
		}
	}
	for action, want := range map[string]int{"nothing": 404, "edit": 404} {
		if status := act(action, `{}`, nil); status != want {
			t.Errorf("%s: status %d, want %d", action, status, want)
		}
	}
	var state ghosttest.State
	act("state", "", &state)
	if len(state.Posts) < 60 || len(state.Gated) == 0 {
		t.Errorf("%d posts, %d gated texts", len(state.Posts), len(state.Gated))
	}
	for until := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		mu.Lock()
		all := came["post.published.edited"] && came["site.changed"] && came["tag.edited"] && came["post.unpublished"]
		mu.Unlock()
		if all {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("webhooks: %v", came)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
