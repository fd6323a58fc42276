// Reading Ghost's own JSON export.

package ghosttest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

type link struct {
	PostID    string `json:"post_id"`
	TagID     string `json:"tag_id"`
	AuthorID  string `json:"author_id"`
	ProductID string `json:"product_id"`
	BenefitID string `json:"benefit_id"`
	RoleID    string `json:"role_id"`
	UserID    string `json:"user_id"`
	SortOrder int    `json:"sort_order"`
}

type export struct {
	DB []struct {
		Data struct {
			Posts            []*Post           `json:"posts"`
			PostsMeta        []json.RawMessage `json:"posts_meta"`
			PostsTags        []link            `json:"posts_tags"`
			PostsAuthors     []link            `json:"posts_authors"`
			PostsProducts    []link            `json:"posts_products"`
			Tags             []*Tag            `json:"tags"`
			Users            []*User           `json:"users"`
			Roles            []Role            `json:"roles"`
			RolesUsers       []link            `json:"roles_users"`
			Products         []*Tier           `json:"products"`
			Benefits         []Label           `json:"benefits"`
			ProductsBenefits []link            `json:"products_benefits"`
			Newsletters      []json.RawMessage `json:"newsletters"`
			Settings         []struct {
				Key   string  `json:"key"`
				Value *string `json:"value"`
				Type  string  `json:"type"`
			} `json:"settings"`
		} `json:"data"`
	} `json:"db"`
}

// readExport makes the first version of the state.
func readExport(data []byte, only func(slug string) bool) (*world, error) {
	var e export
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("ghosttest: the export: %w", err)
	}
	if len(e.DB) != 1 || len(e.DB[0].Data.Users) == 0 {
		return nil, errors.New("ghosttest: the export is none of Ghost's")
	}
	d := e.DB[0].Data
	w := &world{
		permalink: "/{slug}/",
		posts:     map[string]*Post{}, tags: map[string]*Tag{}, users: map[string]*User{}, tiers: map[string]*Tier{},
		newsletters: map[string]*Newsletter{}, members: map[string]*Member{}, settings: map[string]any{},
	}
	for _, p := range d.Posts {
		if only == nil || only(p.Slug) {
			w.posts[p.ID] = p
		}
	}
	for _, raw := range d.PostsMeta {
		var of link
		if err := json.Unmarshal(raw, &of); err != nil {
			return nil, err
		}
		if p := w.posts[of.PostID]; p != nil {
			if err := json.Unmarshal(raw, p); err != nil {
				return nil, err
			}
			p.ID = of.PostID // the row has an id of its own
		}
	}
	for _, t := range d.Tags {
		w.tags[t.ID] = t
	}
	for _, u := range d.Users {
		w.users[u.ID] = u
	}
	for _, t := range d.Products {
		w.tiers[t.ID] = t
	}
	w.join(d.PostsTags, func(p *Post, l link) { p.Tags = append(p.Tags, l.TagID) })
	w.join(d.PostsAuthors, func(p *Post, l link) { p.Authors = append(p.Authors, l.AuthorID) })
	w.join(d.PostsProducts, func(p *Post, l link) { p.Tiers = append(p.Tiers, l.ProductID) })
	for _, l := range d.ProductsBenefits {
		for _, b := range d.Benefits {
			if t := w.tiers[l.ProductID]; t != nil && b.ID == l.BenefitID {
				t.Benefits = append(t.Benefits, b.Name)
			}
		}
	}
	for _, l := range d.RolesUsers {
		for _, role := range d.Roles {
			if u := w.users[l.UserID]; u != nil && role.ID == l.RoleID {
				u.Role = role
			}
		}
	}
	for _, raw := range d.Newsletters {
		n, err := readNewsletter(raw)
		if err != nil {
			return nil, err
		}
		w.newsletters[n.ID] = n
	}
	for key, value := range computedSettings {
		w.settings[key] = value
	}
	for _, s := range d.Settings {
		switch {
		case s.Value == nil:
			w.settings[s.Key] = nil
		case s.Type == "boolean":
			w.settings[s.Key] = *s.Value == "true" || *s.Value == "1"
		default:
			w.settings[s.Key] = *s.Value
		}
	}
	return w, nil
}

func (w *world) join(links []link, add func(*Post, link)) {
	slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(a.SortOrder, b.SortOrder) })
	for _, l := range links {
		if p := w.posts[l.PostID]; p != nil {
			add(p, l)
		}
	}
}

func readNewsletter(raw json.RawMessage) (*Newsletter, error) {
	n := &Newsletter{looks: map[string]any{}}
	var all map[string]any
	if err := errors.Join(json.Unmarshal(raw, n), json.Unmarshal(raw, &all)); err != nil {
		return nil, err
	}
	for key, value := range all {
		if strings.HasPrefix(key, "show_") || key == "feedback_enabled" {
			value = value == 1.0 || value == true
		}
		n.looks[key] = value
	}
	return n, nil
}

func (w *world) lastChange() time.Time {
	var last time.Time
	for _, p := range w.posts {
		if p.UpdatedAt.After(last) {
			last = p.UpdatedAt
		}
	}
	return last
}

// addMembers adds two members: exports of Ghost hold none.
func addMembers(w *world) {
	at := time.Date(2026, 11, 22, 6, 20, 15, 0, time.UTC)
	first := ""
	for _, id := range sorted(w.newsletters) {
		if w.newsletters[id].Slug == "default-newsletter" {
			first = id
		}
	}
	one := &Member{
		ID: "6b02899f85cd1d3d64009bcb", UUID: "499d9183-1179-4580-98e3-81bc82f85e30", Email: "m1@example.org",
		Name: "M One", Note: "n", Status: "free", CreatedAt: at, UpdatedAt: at,
		Labels: []Label{{ID: "6b02899f85cd1d3d64009bcc", Name: "vip", Slug: "vip", CreatedAt: at}},
	}
	if first != "" {
		one.Newsletters = []string{first}
	}
	two := &Member{
		ID: "6b02899f85cd1d3d64009bd5", UUID: "34476f74-c32c-4807-973b-7264cab2fc3f", Email: "m2@example.org",
		Status: "free", CreatedAt: at, UpdatedAt: at,
	}
	w.members[one.ID], w.members[two.ID] = one, two
}

// computedSettings are answered by the API and not in an export.
var computedSettings = map[string]any{
	"is_private": false, "password": "", "stripe_billing_portal_configuration_id": nil, "stripe_secret_key": nil,
	"stripe_publishable_key": nil, "stripe_connect_publishable_key": nil, "stripe_connect_secret_key": nil,
	"stripe_connect_account_id": nil, "portal_button_icon": nil, "mailgun_api_key": nil,
	"email_verification_required": false, "indexnow_api_key": "••••••••", "members_enabled": true,
	"members_invite_only": false, "allow_self_signup": true, "paid_members_enabled": false,
	"firstpromoter_account": nil, "donations_enabled": false, "default_email_address": "noreply@127.0.0.1",
	"support_email_address": "noreply@127.0.0.1", "all_blocked_email_domains": []any{},
	"social_web_enabled": false, "web_analytics_enabled": false, "web_analytics_configured": false,
}
