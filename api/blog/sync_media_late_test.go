package blog

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

func TestSlowFilesDoNotHoldUpPosts(t *testing.T) {
	t.Parallel()
	d := newMediaDesk(t)
	letGo := make(chan struct{})
	let := sync.OnceFunc(func() { close(letGo) })
	t.Cleanup(let)
	slow := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-letGo:
			case <-r.Context().Done():
			}
			_, _ = w.Write([]byte(body))
		}
	}
	var body strings.Builder
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		d.ghost.answer("/content/images/"+name+".png", slow(picture(t, 9, 9, name[0])))
		body.WriteString(`<img src="` + d.ghost.URL + `/content/images/` + name + `.png">`)
	}
	d.ghost.has("/content/images/quick.png", picture(t, 10, 10, 1))
	d.mirrorBudget = mirrorBudget
	before := time.Now()
	d.store(ghost.Post{ID: "1", FeatureImage: d.ghost.URL + "/content/images/quick.png", HTML: body.String()})
	if took := time.Since(before); took < mirrorBudget || took > time.Minute { // they would be waited for without an end
		t.Errorf("the post waited %v for its files", took)
	}
	_, flags := d.shows("post-1")
	if len(flags) != 1 || !strings.Contains(flags[0], "pictures are not copied yet") {
		t.Errorf("flags: %q", flags)
	}
	if n := d.count("ghost_media WHERE attempts > 0 AND address IS NULL"); n != 0 {
		t.Errorf("%d files that were slow count as failed", n)
	}
	let()
	d.run()
	d.wantFlags("post-1")
	if shown, _ := d.shows("post-1"); strings.Contains(shown, d.ghost.URL) {
		t.Errorf("an address of the Ghost is left: %s", shown)
	}
}

func TestMirrorOfAKilledProcess(t *testing.T) {
	t.Parallel()
	d := newMediaDesk(t)
	d.ghost.has("/content/images/a.png", picture(t, 9, 9, 1))
	o := ghost.NewObject(ghost.Post{ID: "1", FeatureImage: d.ghost.URL + "/content/images/a.png"})
	if claimed, err := d.claimMedia(t.Context(), o, urlsOf(d.shownBy(o).files)); err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %q, %v", claimed, err)
	}
	// Another post shows it while it is being copied, as far as anybody can tell.
	d.store(ghost.Post{ID: "2", FeatureImage: d.ghost.URL + "/content/images/a.png"})
	d.wantFlags("post-2", "1 picture is not copied yet")
	d.run()
	d.wantFlags("post-2", "1 picture is not copied yet")
	d.clock.Advance(copyLease)
	d.run()
	d.wantFlags("post-2")
	if n := d.count("ghost_media_uses"); n != 0 {
		t.Errorf("%d uses are left, of a post that was never stored among them", n)
	}
}

// TestFilesArriveMeanwhile has a file copied between a mirror and the transaction that
// stores the object, and after it.
func TestFilesArriveMeanwhile(t *testing.T) {
	for name, before := range map[string]bool{"before it is stored": true, "after": false} {
		t.Run(name, func(t *testing.T) {
			d := newMediaDesk(t)
			p := ghost.Post{ID: "1", Type: "post", Status: "published", Visibility: "public", Title: "P", Slug: "p", URL: d.ghost.URL + "/p/",
				FeatureImage: d.ghost.URL + "/content/images/a.png"}
			o := ghost.NewObject(p)
			if err := d.mirror(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			d.ghost.has("/content/images/a.png", picture(t, 9, 9, 1))
			d.clock.Advance(time.Hour)
			if before {
				d.run() // there is no object yet that could be stored again
			}
			if err := d.transaction(t.Context(), func(tx pgx.Tx) error {
				_, err := d.keep(t.Context(), tx, o)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if !before {
				d.run()
			}
			d.wantFlags("p")
			if shown, _ := d.shows("p"); strings.Contains(shown, d.ghost.URL) {
				t.Errorf("an address of the Ghost is left: %s", shown)
			}
		})
	}
}

func TestMediaJob(t *testing.T) {
	d := newMediaDesk(t)
	b := bus.New(d.pool, nil, bus.StopWithin(time.Minute))
	y := d.another(b)
	y.mediaJobs(b)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- b.Run(ctx) }()
	defer func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	d.store(ghost.Post{ID: "1", FeatureImage: d.ghost.URL + "/content/images/a.png"})
	d.wantFlags("post-1", "1 picture is not copied yet")
	d.ghost.has("/content/images/a.png", picture(t, 9, 9, 1))
	for range 3 { // asking often makes one job wait
		if err := db.InTx(t.Context(), d.pool, func(tx pgx.Tx) error { return y.retryMedia(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, flags := d.shows("post-1"); len(flags) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the job has not stored the post again")
		}
	}
}

// TestUsesAndForgettingDoNotMeet has posts say what they show while what nothing shows is
// forgotten.
func TestUsesAndForgettingDoNotMeet(t *testing.T) {
	d := newMediaDesk(t)
	addresses := []string{d.ghost.URL + "/content/images/a.png", d.ghost.URL + "/content/images/b.png"}
	var group sync.WaitGroup
	for i := range 4 {
		o := ghost.Object{Kind: ghost.KindPost, ID: string(rune('a' + i))}
		group.Go(func() {
			for range 25 {
				if _, err := d.claimMedia(t.Context(), o, addresses); err != nil {
					t.Errorf("claim: %v", err)
				}
				if n := d.count("ghost_media_uses WHERE ghost_id = '" + o.ID + "'"); n != 2 {
					t.Errorf("%d uses, want 2", n)
				}
				if err := d.queries().DropMediaUses(t.Context(), blogdb.DropMediaUsesParams{Kind: string(o.Kind), GhostID: o.ID, Urls: []string{}}); err != nil {
					t.Errorf("drop: %v", err)
				}
				if err := d.forgetMedia(t.Context()); err != nil {
					t.Errorf("forget: %v", err)
				}
			}
		})
	}
	group.Wait()
	if n := d.count("ghost_media"); n != 0 {
		t.Errorf("%d files are remembered that nothing shows", n)
	}
}

func TestNothingIsCopiedWithoutAKeeper(t *testing.T) {
	d := newMediaDesk(t)
	d.options.Files = nil
	o := d.store(ghost.Post{ID: "1", FeatureImage: d.ghost.URL + "/content/images/a.png"})
	d.run()
	d.wantFlags("post-1")
	if err := db.InTx(t.Context(), d.pool, func(tx pgx.Tx) error {
		copies, _, err := d.copied(t.Context(), tx, o)
		if len(copies) > 0 {
			t.Errorf("copies: %v", copies)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n := d.count("ghost_media"); n != 0 || d.ghost.times("/content/images/a.png") != 0 {
		t.Errorf("%d files are remembered", n)
	}
}
