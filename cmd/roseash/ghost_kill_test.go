// Processes that follow a Ghost are killed at random moments, again and again. Whatever
// that leaves, one undisturbed sync makes of it what a site has that met the Ghost only then.

package main

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

var (
	kills    = flag.Int("kills", 3, "how often a process that follows a Ghost is killed")
	killSeed = flag.Uint64("kill-seed", 0, "of the moments of the kills and of what happens in Ghost; 0: another one each time")
)

const (
	// settleAfter is after how many kills everything is compared.
	settleAfter = 10
	// atOnce is how many things editors delete before somebody syncs: of more that are
	// missing none is taken away.
	atOnce = 3
)

// TestGhostSyncKilled kills processes on a database that outlives them.
func TestGhostSyncKilled(t *testing.T) {
	t.Parallel()
	newFollowing(t, false).play(*kills)
}

// TestGhostSyncKilledWithItsDatabase kills processes whose private PostgreSQL dies with them.
func TestGhostSyncKilledWithItsDatabase(t *testing.T) {
	t.Parallel()
	newFollowing(t, true).play(max(1, *kills/8))
}

// following is a site that follows a stand-in for a Ghost, with processes that are killed.
type following struct {
	*ghosttest.Ghost
	place
	rng      *rand.Rand
	asked    atomic.Int64 // how often the Ghost was
	deleted  int          // in Ghost, since the last sync that got to its end
	pictures int
	story    []string
	alive    []*running // processes that the last kill has left
}

// followed are posts of the export of every status and visibility, which neither link to
// one another nor show pictures of other hosts.
var followed = []string{
	"vis-public", "vis-members", "vis-paid", "vis-tiers", "draft-post", "scheduled-post", "email-only", "tagged", "quick", "card-unknown",
	"card-image-local", "card-file", "card-html-visibility-members", "card-html-visibility-paid",
}

func newFollowing(t *testing.T, private bool) *following {
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-kill-seed %d", seed)
	f := &following{rng: rand.New(rand.NewPCG(seed, 1))}
	export, err := os.ReadFile("../../api/blog/testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	f.Ghost, err = ghosttest.New(export, ghosttest.Options{
		Only: func(slug string) bool { return slices.Contains(followed, slug) }, Extra: 25,
		Delay: 8 * time.Millisecond, Before: func(*http.Request) { f.asked.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := f.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	f.PutMedia()
	// Nobody is asked but the stand-in.
	for id := range f.State().Tags {
		f.EditTag(id, func(t *ghosttest.Tag) { t.FeatureImage, t.OGImage, t.TwitterImage = "", "", "" })
	}
	f.EditSettings(map[string]any{"cover_image": nil})
	f.Hooks()
	f.place = newPlace(t, private, address)
	return f
}

// play kills so often, and compares everything now and then and at the end.
func (f *following) play(n int) {
	f.t.Cleanup(f.AutoDeliver("http://" + f.listen))
	inWalk := 0
	for i := range n {
		if f.deleted >= atOnce {
			f.settled()
		}
		if f.kill() {
			inWalk++
		}
		f.sound()
		if (i+1)%settleAfter == 0 || i+1 == n {
			f.settle()
		}
		if f.t.Failed() {
			f.t.Fatalf("so it is after kill %d:\n%s", i+1, strings.Join(f.story, "\n"))
		}
	}
	f.t.Logf("%d of %d kills fell into a comparison of everything", inWalk, n)
}

// edit has an editor do something, now and then show a new picture.
func (f *following) edit(rng *rand.Rand) {
	if rng.IntN(10) > 0 {
		if a := f.Walk(rng); strings.Contains(a.Name, "delete") {
			f.deleted += len(a.IDs)
		}
		return
	}
	posts := f.State().Posts
	ids := make([]string, 0, len(posts))
	for id := range posts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	f.pictures++
	path := fmt.Sprintf("/content/images/2026/02/p%d.jpg", f.pictures)
	f.PutFile(path, "image/jpeg", ghosttest.Picture(40+f.pictures%500, 40+f.pictures/500))
	f.EditPost(ids[rng.IntN(len(ids))], func(p *ghosttest.Post) {
		p.SetBody(ghosttest.Paragraph(fmt.Sprint("Picture ", f.pictures)), ghosttest.Image("__GHOST_URL__"+path))
	})
}

// kill starts processes that follow the Ghost and kills some of them at some moment, while
// editors go on. It tells whether one of them was comparing everything then.
func (f *following) kill() (walking bool) {
	for range f.rng.IntN(6) {
		f.edit(f.rng)
	}
	if f.database != "" {
		f.expireLeases()
	}
	before := f.asked.Load()
	begun, what := f.begin()
	questions, jitter, longest := int64(1+f.rng.IntN(45)), time.Duration(f.rng.IntN(20_000))*time.Microsecond, 3*time.Second
	if f.rng.IntN(6) == 0 {
		questions, longest = 1<<40, time.Duration(f.rng.IntN(2_500_000))*time.Microsecond
	}
	both := f.database == "" || f.rng.IntN(3) > 0
	editor, enough := make(chan struct{}), make(chan struct{})
	rng := rand.New(rand.NewPCG(f.rng.Uint64(), 2))
	go func() {
		defer close(editor)
		for f.deleted < atOnce {
			select {
			case <-enough:
				return
			case <-time.After(time.Duration(5+rng.IntN(100)) * time.Millisecond):
				f.edit(rng)
			}
		}
	}()
	for start := time.Now(); f.asked.Load()-before < questions && time.Since(start) < longest; time.Sleep(time.Millisecond) {
	}
	time.Sleep(jitter)
	begun[0].kill()
	if len(begun) > 1 && both {
		time.Sleep(jitter * 4)
		begun[1].kill()
	}
	close(enough)
	<-editor
	f.story = append(f.story, fmt.Sprintf("%s: %s killed after %d questions", what, begun[0].cmd.Args[1:], f.asked.Load()-before))
	f.alive = slices.DeleteFunc(begun[1:], (*running).over)
	return f.walked()
}

// begin starts one or two processes, beside one that is alive yet, and returns all of them,
// the one first that is to be killed.
func (f *following) begin() (begun []*running, what string) {
	serve, worker, once := []string{"serve", "--seed", "never"}, []string{"worker"}, []string{"ghost", "sync"}
	var commands [][]string
	switch n := f.rng.IntN(10); {
	case len(f.alive) > 0 && n < 3: // what is alive is killed
	case len(f.alive) > 0 || n < 2:
		commands = [][]string{once}
	case n < 4:
		commands = [][]string{serve, once}
	case n < 6:
		commands = [][]string{serve, worker}
	default:
		commands = [][]string{serve}
	}
	begun = f.alive
	for _, c := range commands {
		begun = append(begun, f.start(c...))
	}
	for _, r := range begun {
		what += " + " + strings.Join(r.cmd.Args[1:], " ")
	}
	first := f.rng.IntN(len(begun))
	begun[0], begun[first] = begun[first], begun[0]
	return begun, strings.TrimPrefix(what, " + ")
}

// settled has everything compared without a kill.
func (f *following) settled() {
	f.t.Helper()
	f.synced()
	f.deleted = 0
	f.story = append(f.story, "a whole sync")
}

// synced runs one sync to its end and returns what it prints. A server that compares
// everything by itself at that moment, as it does at boot and after a change it was told
// of, has the command ask for another try.
func (f *following) synced() (printed string) {
	f.t.Helper()
	f.until("a sync that nobody disturbs ends well", func() string {
		code, out := f.run("ghost", "sync")
		printed = out
		switch {
		case code == 0:
			return ""
		case strings.Contains(out, "try again when it is done"):
			return out
		}
		f.t.Fatalf("a sync that nobody disturbs ends with %d:\n%s\n%s", code, out, strings.Join(f.story, "\n"))
		return ""
	})
	return printed
}

// settle has a process run undisturbed and looks at what there is then.
func (f *following) settle() {
	f.t.Helper()
	for _, r := range f.alive {
		r.kill()
	}
	f.alive = nil
	f.expireLeases()
	p := f.start("serve", "--seed", "never")
	f.ready(p)
	f.settled()
	f.quiet()
	if out := f.synced(); !strings.Contains(out, ": 0 created, 0 updated, 0 removed, 0 kept") {
		f.t.Errorf("the sync after one that nobody disturbed finds something to do:\n%s", out)
	}
	f.quiet()
	f.truthful()
	p.end(f.t)
	f.story = append(f.story, "compared")
	f.sound()
	f.unlocked()
	f.sameAsTwin()
	f.samePages()
}

// ready waits until a process serves.
func (f *following) ready(p *running) {
	f.t.Helper()
	f.until("roseash is ready", func() string {
		select {
		case <-p.ended:
			text, _ := os.ReadFile(p.log)
			f.t.Fatalf("roseash ended:\n%s", text)
		default:
		}
		if status, _, err := ask(http.MethodGet, "http://"+f.listen+"/readyz", "", nil); err != nil || status != http.StatusOK {
			return fmt.Sprint(status, err)
		}
		return ""
	})
}

// until waits until there is nothing left that speaks against it.
func (f *following) until(what string, against func() string) {
	f.t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		left := against()
		if left == "" {
			return
		}
		if time.Since(began) > patience {
			f.t.Fatalf("not so after %s: %s: %s\n%s", patience, what, left, strings.Join(f.story, "\n"))
		}
	}
}

// sameAsTwin compares the site with one that has met the Ghost only now.
func (f *following) sameAsTwin() {
	f.t.Helper()
	twin := newPlace(f.t, false, f.ghost)
	if code, out := twin.run("ghost", "sync"); code != 0 {
		f.t.Fatalf("the first sync of the twin ends with %d:\n%s", code, out)
	}
	ours, theirs := f.dump(), twin.dump()
	f.compare(theirs, ours)
}

// samePages compares the built site with one that is built from nothing. Compressed files
// are made at leisure: those that there are hold their pages.
func (f *following) samePages() {
	f.t.Helper()
	copied := f.copied()
	if code, out := copied.run("build", "--compress=false"); code != 0 {
		f.t.Fatalf("the full build ends with %d:\n%s", code, out)
	}
	want, got := f.files(copied.public()), f.files(f.public())
	for name, body := range want {
		if got[name] != body {
			f.t.Errorf("%s is not what a full build makes", name)
		}
	}
	for name, body := range got {
		page := strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".br")
		if _, ok := want[page]; !ok {
			f.t.Errorf("%s is left over", name)
		}
		if strings.HasSuffix(name, ".gz") && f.unzipped(name, body) != got[page] {
			f.t.Errorf("%s is not the page beside it", name)
		}
	}
}

func (f *following) unzipped(name, body string) string {
	f.t.Helper()
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		f.t.Fatal(name, err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		f.t.Fatal(name, err)
	}
	return string(text)
}

// files are those below a directory, without what the builder keeps for itself.
func (f *following) files(dir string) map[string]string {
	f.t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".") && name != dir {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[rel] = string(body)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(files) == 0 {
		f.t.Fatalf("nothing was built in %s", dir)
	}
	return files
}
