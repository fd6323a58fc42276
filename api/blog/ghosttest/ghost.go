// The stand-in itself: its options, its clock and the versions of its state.

package ghosttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

// What a stand-in has where Options say nothing else.
const (
	// AdminKey is the key of its integration, id:hex.
	AdminKey = "6b02884e615de030a89daf01:3f1c9a7be02d48559c60d1e2f3a4b5c6d7e8f90112233445566778899aabbccd"
	// HookSecret signs its webhooks.
	HookSecret = "s3cret"
	// SiteURL is where it believes to be.
	SiteURL = "http://127.0.0.1:2368"
)

// Options of a Ghost. The zero value is one that answers at once, and the truth. The
// functions are called without a lock held: they may change the Ghost.
type Options struct {
	URL      string // of the site, in every url; "": SiteURL
	AdminKey string // "": the constant AdminKey
	Secret   string // of webhooks; "": HookSecret
	Unsigned bool   // webhooks have no secret, so no signature

	Clock clock.Clock   // of keys and signatures; nil: the machine's
	Start time.Time     // of the content's clock; zero: a minute after the export's last change
	Step  time.Duration // by which an action moves that clock; 0: a second; negative: not at all

	Only  func(slug string) bool // which posts of the export are taken; nil: all
	Extra int                    // more published posts than the export has, to fill pages

	Delay  time.Duration                               // before each answer
	Choose func(r *http.Request, versions int) int     // the version that a GET is answered from; nil: the last
	Fault  func(r *http.Request) *Fault                // what goes wrong; nil: nothing
	Before func(r *http.Request)                       // before the version is chosen
	After  func(r *http.Request)                       // when the answer is made and not yet sent
	Seen   func(r *http.Request, status int, size int) // when it was sent
}

// Ghost is a stand-in for a Ghost. New makes one. It is safe for concurrent use.
type Ghost struct {
	mu       sync.Mutex
	options  Options
	keyID    string
	secret   []byte
	versions []*world
	now      time.Time // of the content
	made     int       // ids and other names that were made
	shared   int       // states of what every post shows: tags, users, tiers, routes
	files    map[string]file
	hooks    []Hook
	sent     []Delivery
	gone     map[string]bool // events whose webhook was answered with 410
	deliver  func(Hook)      // nil: hooks stay in the queue
	cache    sync.Map        // of posts as JSON, by cacheKey
	texts    atomic.Int64    // texts that Walk wrote
}

// New makes a Ghost of Ghost's own JSON export, with two members. It fails where the
// export cannot be read or the key is none.
func New(export []byte, o Options) (*Ghost, error) {
	if o.URL == "" {
		o.URL = SiteURL
	}
	o.URL = strings.TrimRight(o.URL, "/")
	if o.AdminKey == "" {
		o.AdminKey = AdminKey
	}
	if o.Secret == "" {
		o.Secret = HookSecret
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Step == 0 {
		o.Step = time.Second
	}
	g := &Ghost{options: o, files: map[string]file{}, gone: map[string]bool{}}
	var err error
	if g.keyID, g.secret, err = splitKey(o.AdminKey); err != nil {
		return nil, err
	}
	w, err := readExport(export, o.Only)
	if err != nil {
		return nil, err
	}
	w.url = o.URL
	if g.now = o.Start.UTC().Truncate(time.Second); o.Start.IsZero() {
		g.now = w.lastChange().Add(time.Minute)
	}
	addMembers(w)
	g.versions = []*world{w}
	if o.Extra > 0 {
		g.act(func(a *act) { a.extra(o.Extra) })
		g.versions, g.hooks = g.versions[1:], nil
	}
	return g, nil
}

// Configure changes the options while the Ghost runs; URL, keys, Start, Only and Extra
// stay as New took them.
func (g *Ghost) Configure(change func(*Options)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.options)
}

func (g *Ghost) settings() Options {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.options
}

// SetURL changes the address of the site, and so every url, as an operator does who
// moves it: without a hook.
func (g *Ghost) SetURL(url string) {
	g.act(func(a *act) {
		a.w.url = strings.TrimRight(url, "/")
		a.shown()
	})
}

// Now is the time of the content, in whole seconds.
func (g *Ghost) Now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// Advance moves the content's clock on; it never goes back.
func (g *Ghost) Advance(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d > 0 {
		g.now = g.now.Add(d).Truncate(time.Second)
	}
}

// Versions is how many states there have been; the last one is the truth.
func (g *Ghost) Versions() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.versions)
}

// world is one version of everything. Nothing in it is changed once it is a version.
type world struct {
	url         string
	permalink   string
	shared      int
	posts       map[string]*Post
	tags        map[string]*Tag
	users       map[string]*User
	tiers       map[string]*Tier
	newsletters map[string]*Newsletter
	members     map[string]*Member
	settings    map[string]any
}

func (w *world) clone() *world {
	c := *w
	c.posts, c.tags, c.users = maps.Clone(w.posts), maps.Clone(w.tags), maps.Clone(w.users)
	c.tiers, c.newsletters, c.members = maps.Clone(w.tiers), maps.Clone(w.newsletters), maps.Clone(w.members)
	c.settings = maps.Clone(w.settings)
	return &c
}

// sorted are the ids of a map in order.
func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// act is one action while it happens: a state that is still changed, and its hooks.
type act struct {
	g       *Ghost
	w       *world
	now     time.Time
	hooks   []Hook
	changed bool
}

// act runs an action and, where it changed something, makes a version of what it left.
func (g *Ghost) act(f func(a *act)) {
	g.mu.Lock()
	if g.options.Step > 0 {
		g.now = g.now.Add(g.options.Step).Truncate(time.Second)
	}
	a := &act{g: g, w: g.versions[len(g.versions)-1].clone(), now: g.now}
	f(a)
	if a.changed {
		g.versions = append(g.versions, a.w)
	}
	deliver := g.deliver
	if deliver == nil {
		g.hooks = append(g.hooks, a.hooks...)
	}
	g.mu.Unlock()
	if deliver != nil {
		for _, h := range a.hooks {
			deliver(h)
		}
	}
}

// shown notes a change of something that posts show of others.
func (a *act) shown() {
	a.changed = true
	a.g.shared++
	a.w.shared = a.g.shared
}

// id makes an id as MongoDB would: they ascend.
func (a *act) id() string {
	a.g.made++
	return fmt.Sprintf("%08x85cd1d3d64%06x", a.now.Unix(), 0xa000+a.g.made)
}

func (a *act) uuid() string {
	a.g.made++
	return fmt.Sprintf("%08x-615d-4e03-8a89-%012x", a.now.Unix(), a.g.made)
}

func (g *Ghost) latest() *world {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.versions[len(g.versions)-1]
}

// encode writes JSON as JavaScript does.
func encode(v any) json.RawMessage {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // texts, numbers, lists and maps
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}
