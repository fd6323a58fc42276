// What a test can have an editor do.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// prefix is where actions are posted to.
const prefix = "/_control/"

// control answers POST /_control/{action}, with args as JSON, by what came of it.
type control struct {
	ghost   *ghosttest.Ghost
	mu      sync.Mutex
	stopped func()
}

// args are those of all actions; each takes those that it needs. Posts, tags and users
// are named by their slugs.
type args struct {
	Slug, Title, Name, HTML, Excerpt, Visibility, Status, Permalink, To, Label string
	NewSlug                                                                    string `json:"new_slug"`
	Email                                                                      string
	Slugs, Tags                                                                []string
	Settings                                                                   map[string]any
	Steps                                                                      int
	Seed                                                                       uint64
	Milliseconds                                                               int
	Page, HTMLPage, Cut, Truncate                                              bool
	Code                                                                       int
}

// actions are those that there are.
var actions = map[string]func(c *control, a args) (any, error){
	"state":     func(c *control, _ args) (any, error) { return c.ghost.State(), nil },
	"gated":     func(c *control, _ args) (any, error) { return c.ghost.Gated(), nil },
	"delivered": func(c *control, _ args) (any, error) { return c.deliveries(), nil },
	"deliver":   func(c *control, a args) (any, error) { c.deliverTo(a.To); return nil, nil },

	"create": func(c *control, a args) (any, error) {
		p := ghosttest.Post{Title: a.Title, Slug: a.Slug, HTML: a.HTML, Visibility: a.Visibility, Status: a.Status, CustomExcerpt: a.Excerpt}
		if a.Page {
			p.Type = "page"
		}
		for _, slug := range a.Tags {
			id, err := c.tag(slug)
			if err != nil {
				return nil, err
			}
			p.Tags = append(p.Tags, id)
		}
		return map[string]string{"id": c.ghost.CreatePost(p)}, nil
	},
	"edit": func(c *control, a args) (any, error) {
		return c.post(a, func(id string) {
			c.ghost.EditPost(id, func(p *ghosttest.Post) {
				set(&p.Title, a.Title)
				set(&p.Slug, a.NewSlug)
				set(&p.Visibility, a.Visibility)
				set(&p.Status, a.Status)
				set(&p.CustomExcerpt, a.Excerpt)
				if a.HTML != "" {
					p.SetHTML(a.HTML)
				}
			})
		})
	},
	"publish":   func(c *control, a args) (any, error) { return c.post(a, c.ghost.Publish) },
	"unpublish": func(c *control, a args) (any, error) { return c.post(a, c.ghost.Unpublish) },
	"delete":    func(c *control, a args) (any, error) { return c.post(a, c.ghost.Delete) },
	"set-tags": func(c *control, a args) (any, error) {
		return c.post(a, func(id string) { c.ghost.SetTags(id, a.Tags...) })
	},

	"bulk-unpublish": func(c *control, a args) (any, error) {
		return c.posts(a, func(ids []string) { c.ghost.BulkUnpublish(ids...) })
	},
	"bulk-delete": func(c *control, a args) (any, error) {
		return c.posts(a, func(ids []string) { c.ghost.BulkDelete(ids...) })
	},
	"bulk-access": func(c *control, a args) (any, error) {
		return c.posts(a, func(ids []string) { c.ghost.BulkAccess(ids, a.Visibility) })
	},
	"bulk-tag": func(c *control, a args) (any, error) {
		return c.posts(a, func(ids []string) { c.ghost.BulkAddTag(ids, a.Name) })
	},

	"rename-tag": func(c *control, a args) (any, error) {
		id, err := c.tag(a.Slug)
		c.ghost.RenameTag(id, a.Name)
		return nil, err
	},
	"reslug-tag": func(c *control, a args) (any, error) {
		id, err := c.tag(a.Slug)
		c.ghost.ReSlugTag(id, a.NewSlug)
		return nil, err
	},
	"delete-tag": func(c *control, a args) (any, error) {
		id, err := c.tag(a.Slug)
		c.ghost.DeleteTag(id)
		return nil, err
	},
	"rename-user": func(c *control, a args) (any, error) {
		for id, u := range c.ghost.State().Users {
			if u.Slug == a.Slug {
				c.ghost.RenameUser(id, a.Name)
				return nil, nil
			}
		}
		return nil, fmt.Errorf("there is no user %q", a.Slug)
	},
	"settings":  func(c *control, a args) (any, error) { c.ghost.EditSettings(a.Settings); return nil, nil },
	"permalink": func(c *control, a args) (any, error) { c.ghost.SetPermalink(a.Permalink); return nil, nil },
	"add-member": func(c *control, a args) (any, error) {
		return map[string]string{"id": c.ghost.AddMember(ghosttest.Member{Email: a.Email, Name: a.Name})}, nil
	},
	"walk": func(c *control, a args) (any, error) {
		rng := rand.New(rand.NewPCG(a.Seed, 0))
		done := []string{}
		for range a.Steps {
			done = append(done, c.ghost.Walk(rng).String())
		}
		return done, nil
	},

	// fault has every answer fail from now on, until it is posted without args.
	"fault": func(c *control, a args) (any, error) {
		fault := ghosttest.Fault{Status: a.Code, HTML: a.HTMLPage, Cut: a.Cut, Truncate: a.Truncate}
		c.ghost.Configure(func(o *ghosttest.Options) {
			o.Fault = func(*http.Request) *ghosttest.Fault { return &fault }
			o.Delay = time.Duration(a.Milliseconds) * time.Millisecond
		})
		return nil, nil
	},
}

func set(field *string, value string) {
	if value != "" {
		*field = value
	}
}

// ServeHTTP does one action.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	do, known := actions[strings.Trim(strings.TrimPrefix(r.URL.Path, prefix), "/")]
	var a args
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, &a)
	}
	switch {
	case r.Method != http.MethodPost:
		http.Error(w, "actions are posted", http.StatusMethodNotAllowed)
		return
	case !known:
		http.Error(w, "there is no such action", http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	result, err := do(c, a)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(result) // who does not listen has no answer
}

// post does something to the post that args name, and answers what it is then.
func (c *control) post(a args, do func(id string)) (any, error) {
	p, ok := c.ghost.Post(a.Slug)
	if !ok {
		return nil, fmt.Errorf("there is no post %q", a.Slug)
	}
	do(p.ID)
	return c.ghost.State().Posts[p.ID], nil
}

func (c *control) posts(a args, do func(ids []string)) (any, error) {
	var ids []string
	for _, slug := range a.Slugs {
		p, ok := c.ghost.Post(slug)
		if !ok {
			return nil, fmt.Errorf("there is no post %q", slug)
		}
		ids = append(ids, p.ID)
	}
	do(ids)
	return ids, nil
}

func (c *control) tag(slug string) (id string, err error) {
	for id, t := range c.ghost.State().Tags {
		if t.Slug == slug {
			return id, nil
		}
	}
	return "", fmt.Errorf("there is no tag %q", slug)
}

// delivery is one webhook that was sent.
type delivery struct {
	Event  string `json:"event"`
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
}

func (c *control) deliveries() []delivery {
	list := []delivery{}
	for _, d := range c.ghost.Delivered() {
		e := delivery{Event: d.Event, Status: d.Status}
		if d.Err != nil {
			e.Error = d.Err.Error()
		}
		list = append(list, e)
	}
	return list
}

// deliverTo has webhooks go to a program from now on; empty: they wait in the queue.
func (c *control) deliverTo(base string) {
	c.stop()
	if base == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = c.ghost.AutoDeliver(base)
}

func (c *control) stop() {
	c.mu.Lock()
	stop := c.stopped
	c.stopped = nil
	c.mu.Unlock()
	if stop != nil {
		stop()
	}
}
