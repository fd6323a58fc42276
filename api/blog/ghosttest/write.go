// Writing by the Admin API: posts and pages.

package ghosttest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// written is what a client may set; a field that it leaves out stays as it is.
type written struct {
	UpdatedAt           *time.Time         `json:"updated_at"`
	Title               *string            `json:"title"`
	Slug                *string            `json:"slug"`
	HTML                *string            `json:"html"`
	Lexical             *string            `json:"lexical"`
	Status              *string            `json:"status"`
	Visibility          *string            `json:"visibility"`
	Featured            *Flag              `json:"featured"`
	CustomExcerpt       *string            `json:"custom_excerpt"`
	PublishedAt         *string            `json:"published_at"`
	CanonicalURL        *string            `json:"canonical_url"`
	FeatureImage        *string            `json:"feature_image"`
	FeatureImageAlt     *string            `json:"feature_image_alt"`
	FeatureImageCaption *string            `json:"feature_image_caption"`
	CodeinjectionHead   *string            `json:"codeinjection_head"`
	CodeinjectionFoot   *string            `json:"codeinjection_foot"`
	MetaTitle           *string            `json:"meta_title"`
	MetaDescription     *string            `json:"meta_description"`
	Tags                *[]json.RawMessage `json:"tags"`
	Authors             *[]named           `json:"authors"`
	Tiers               *[]named           `json:"tiers"`
}

type named struct{ ID, Slug, Name string }

// write answers POST, PUT and DELETE.
func (g *Ghost) write(r *http.Request, c collection, rest []string) answer {
	if c.name != "posts" && c.name != "pages" {
		return notAllowed("edit " + c.one)
	}
	switch {
	case r.Method == http.MethodDelete && len(rest) == 1:
		found := false
		g.act(func(a *act) {
			if p := a.w.posts[rest[0]]; p != nil && p.Type == c.one {
				found = a.remove(rest[0])
			}
		})
		if !found {
			return notFound(c, "delete")
		}
		return jsonAnswer(http.StatusNoContent, nil)
	case r.Method == http.MethodPost && len(rest) == 0, r.Method == http.MethodPut && len(rest) == 1:
	default:
		return noSuchEndpoint(r)
	}
	did := map[bool]string{true: "save ", false: "edit "}[len(rest) == 0] + c.one
	data, err := io.ReadAll(io.LimitReader(r.Body, 50<<20))
	if err != nil {
		return badRequest(did, "The body could not be read.")
	}
	var body map[string][]written
	if json.Unmarshal(data, &body) != nil || len(body[c.name]) != 1 {
		return badRequest(did, "No root key ('"+c.name+"') provided.")
	}
	in := body[c.name][0]
	if r.URL.Query().Get("source") != "html" {
		in.HTML = nil // Ghost does not take it
	}
	if why := in.wrong(); why != "" {
		return invalid(did, why)
	}
	if len(rest) == 0 {
		return g.post(r, c, in, did)
	}
	return g.put(r, c, in, did, rest[0])
}

func (in written) wrong() string {
	if in.Status != nil && !slices.Contains([]string{"draft", "published", "scheduled", "sent"}, *in.Status) {
		return "Validation (isIn) failed for status"
	}
	if in.Visibility != nil && !slices.Contains([]string{"public", "members", "paid", "tiers"}, *in.Visibility) {
		return "Validation (isIn) failed for visibility"
	}
	if in.Title != nil && len([]rune(*in.Title)) > 255 {
		return "Title cannot be longer than 255 characters."
	}
	return ""
}

func (g *Ghost) post(r *http.Request, c collection, in written, did string) (out answer) {
	g.act(func(a *act) {
		if in.Title == nil || strings.TrimSpace(*in.Title) == "" {
			out = invalid(did, "Validation (isEmpty) failed for title")
			return
		}
		p := &Post{Type: c.one}
		if !a.apply(in, p) {
			out = invalid(did, "Validation (isDate) failed for published_at")
			return
		}
		made := a.create(p)
		out = a.g.onePost(a.w, made, r.URL.Query(), http.StatusCreated)
		out.header.Set("Location", a.w.url+api+c.name+"/"+made.ID+"/")
		out.header.Set("X-Cache-Invalidate", "/*")
	})
	return out
}

func (g *Ghost) put(r *http.Request, c collection, in written, did, id string) (out answer) {
	g.act(func(a *act) {
		before := a.w.posts[id]
		switch {
		case before == nil || before.Type != c.one:
			out = notFound(c, "edit")
			return
		case in.UpdatedAt == nil:
			out = invalid(did, "Validation (required) failed for updated_at")
			return
		}
		after := before.clone()
		after.UpdatedAt = before.UpdatedAt
		trial := act{g: g, w: a.w.clone(), now: a.now} // tags that are made for nothing do not stay
		if !trial.apply(in, after) {
			out = invalid(did, "Validation (isDate) failed for published_at")
			return
		}
		if !equal(after, before) && !in.UpdatedAt.Truncate(time.Second).Equal(before.UpdatedAt.Truncate(time.Second)) {
			out = collision()
			return
		}
		saved := a.edit(id, func(p *Post) { a.apply(in, p) })
		out = a.g.onePost(a.w, saved, r.URL.Query(), http.StatusOK)
		out.header.Set("X-Cache-Invalidate", "/*")
	})
	return out
}

// apply sets what was written; ok is false where a date cannot be read.
func (a *act) apply(in written, p *Post) (ok bool) {
	set := func(field *string, value *string) {
		if value != nil {
			*field = a.w.in(*value)
		}
	}
	set(&p.Title, in.Title)
	set(&p.CustomExcerpt, in.CustomExcerpt)
	set(&p.CanonicalURL, in.CanonicalURL)
	set(&p.FeatureImage, in.FeatureImage)
	set(&p.FeatureImageAlt, in.FeatureImageAlt)
	set(&p.FeatureImageCaption, in.FeatureImageCaption)
	set(&p.CodeinjectionHead, in.CodeinjectionHead)
	set(&p.CodeinjectionFoot, in.CodeinjectionFoot)
	set(&p.MetaTitle, in.MetaTitle)
	set(&p.MetaDescription, in.MetaDescription)
	set(&p.Status, in.Status)
	set(&p.Visibility, in.Visibility)
	if in.Slug != nil && *in.Slug != "" {
		p.Slug = slugOf(*in.Slug)
	}
	if in.Featured != nil {
		p.Featured = *in.Featured
	}
	if in.PublishedAt != nil && *in.PublishedAt != "" {
		at, err := time.Parse(time.RFC3339Nano, *in.PublishedAt)
		if err != nil {
			return false
		}
		p.PublishedAt = at.UTC().Truncate(time.Second)
	}
	if in.HTML != nil {
		p.SetBody(blocksOf(a.w.in(*in.HTML))...)
	} else if in.Lexical != nil {
		if document := a.w.in(*in.Lexical); document != p.Lexical {
			if blocks, known := blocksOfLexical(document); known {
				p.SetBody(blocks...)
			}
			p.Lexical, p.Mobiledoc = document, ""
		}
	}
	if in.Tags != nil {
		p.Tags = []string{}
		for _, raw := range *in.Tags {
			if id := a.tagWritten(raw); id != "" && !slices.Contains(p.Tags, id) {
				p.Tags = append(p.Tags, id)
			}
		}
	}
	if in.Authors != nil {
		p.Authors = []string{}
		for _, id := range sorted(a.w.users) {
			u := a.w.users[id]
			if slices.ContainsFunc(*in.Authors, func(n named) bool { return n.ID == id || n.Slug == u.Slug }) {
				p.Authors = append(p.Authors, id)
			}
		}
	}
	if in.Tiers != nil {
		p.Tiers = []string{}
		for _, n := range *in.Tiers {
			if a.w.tiers[n.ID] != nil {
				p.Tiers = append(p.Tiers, n.ID)
			}
		}
	}
	return true
}

// tagWritten is the id of a tag that is written as a name, or with an id, slug or name;
// one that there is not is made.
func (a *act) tagWritten(raw json.RawMessage) string {
	var n named
	if json.Unmarshal(raw, &n.Name) != nil && json.Unmarshal(raw, &n) != nil {
		return ""
	}
	if a.w.tags[n.ID] != nil {
		return n.ID
	}
	for _, id := range sorted(a.w.tags) {
		if n.Slug != "" && a.w.tags[id].Slug == n.Slug {
			return id
		}
	}
	if n.Name == "" {
		n.Name = n.Slug
	}
	if n.Name == "" {
		return ""
	}
	for _, id := range sorted(a.w.tags) {
		if strings.EqualFold(a.w.tags[id].Name, n.Name) {
			return id
		}
	}
	return a.addTag(&Tag{Name: n.Name, Slug: n.Slug}).ID
}
