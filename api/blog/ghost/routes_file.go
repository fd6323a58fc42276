// Ghost's routes.yaml: where posts, tags and authors stand.

package ghost

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Routes say where things stand in a Ghost.
type Routes struct {
	Static      []Route
	Collections []PostCollection  // the first whose filter takes a post has it
	Taxonomies  map[string]string // permalinks of "tag" and "author", such as /tag/{slug}/
	notes       []string
}

// Route is an address that is no post's: a page of its own, or a list.
type Route struct {
	Path        string
	Templates   []string
	Data        bool // it shows things that it names
	Channel     bool // it is a list of posts
	ContentType string
}

// PostCollection is a list of posts with the addresses of those that are in it.
type PostCollection struct {
	Path      string
	Permalink string // such as /{year}/{slug}/
	Filter    string // in NQL; empty: all
	Templates []string
	filter    filter
}

// ReadRoutes reads routes.yaml. It fails with ErrFile on what is no such file; what is
// one and means nothing here is in Notes.
func ReadRoutes(r io.Reader) (Routes, error) {
	raw, err := readFile(r)
	if err != nil {
		return Routes{}, err
	}
	root, err := readYAML(raw)
	if err != nil {
		return Routes{}, err
	}
	routes := Routes{Taxonomies: map[string]string{}}
	for _, f := range root.fields {
		switch {
		case f.key != "routes" && f.key != "collections" && f.key != "taxonomies":
			return Routes{}, fileFault(f.line, "only routes, collections and taxonomies may stand here")
		case !f.value.mapping && (f.value.isPlain || f.value.list != nil):
			return Routes{}, fileFault(f.line, "it must hold addresses")
		}
		for _, entry := range f.value.fields {
			if err := routes.take(f.key, entry); err != nil {
				return Routes{}, err
			}
		}
	}
	return routes, nil
}

// take reads one entry of a section.
func (r *Routes) take(section string, f field) error {
	if section == "taxonomies" {
		if !f.value.isText || !isPath(f.value.text) {
			return fileFault(f.line, "a taxonomy must have a permalink with a slash at both ends")
		}
		if f.key != "tag" && f.key != "author" {
			r.note(f.line, "a taxonomy other than tag and author")
			return nil
		}
		r.Taxonomies[f.key] = f.value.text
		return nil
	}
	if !isPath(f.key) {
		return fileFault(f.line, "an address must have a slash at both ends")
	}
	if section == "routes" {
		return r.route(f)
	}
	return r.collection(f)
}

func (r *Routes) route(f field) error {
	v := f.value
	route := Route{
		Path: f.key, Templates: v.texts(), Data: present(v.get("data")),
		Channel: v.get("controller").text == "channel", ContentType: v.get("content_type").text,
	}
	if v.mapping {
		route.Templates = v.get("template").texts()
	}
	if len(route.Templates) == 0 && !route.Data && !route.Channel && route.ContentType == "" {
		return fileFault(f.line, "a route needs a template")
	}
	r.Static = append(r.Static, route)
	r.note(f.line, "a page of its own, with a template of the theme")
	if route.Data {
		r.note(f.line, "data that the page shows")
	}
	if route.Channel {
		r.note(f.line, "a list of posts of its own")
	}
	if route.ContentType != "" {
		r.note(f.line, "a content type of its own (feeds, machine-readable lists)")
	}
	return nil
}

func (r *Routes) collection(f field) error {
	v := f.value
	c := PostCollection{Path: f.key, Permalink: v.get("permalink").text, Filter: strings.TrimSpace(v.get("filter").text), Templates: v.get("template").texts()}
	if !v.mapping || !isPath(c.Permalink) {
		return fileFault(f.line, "a collection must have a permalink with a slash at both ends")
	}
	var ok bool
	if c.filter, ok = readFilter(c.Filter); !ok {
		r.note(v.get("filter").line, "a filter, so that it cannot be told which posts are in the collection")
	}
	if _, ok := permalink(c.Permalink, Placed{}); !ok {
		r.note(v.get("permalink").line, "a permalink with names that are not Ghost's")
	}
	if slices.ContainsFunc(c.Templates, func(name string) bool { return name != "index" }) {
		r.note(v.get("template").line, "a template of the theme")
	}
	for _, key := range []string{"data", "order", "limit", "rss"} {
		if value := v.get(key); present(value) {
			r.note(value.line, "a collection's "+key)
		}
	}
	r.Collections = append(r.Collections, c)
	return nil
}

// Notes name what a file says that means nothing here, each with its line.
func (r Routes) Notes() []string { return slices.Clone(r.notes) }

func (r *Routes) note(line int, what string) {
	r.notes = append(r.notes, fmt.Sprintf("line %d: %s", line, what))
}

func present(v value) bool { return v.isPlain || v.mapping || v.list != nil }

// isPath tells that an address is written as Ghost wants it.
func isPath(text string) bool {
	return strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/") && len(text) <= 1000 && !strings.ContainsAny(text, "?#\x00")
}
