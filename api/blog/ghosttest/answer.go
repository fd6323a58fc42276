// Posts, tags, users and the rest as the Admin API and webhooks show them.

package ghosttest

import (
	"encoding/json"
	"math"
	"strings"
	"time"
)

type object = map[string]any

// text is null where it is empty.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// date is written as JavaScript does; a zero one is null.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func (m Meta) write(o object) {
	o["meta_title"], o["meta_description"] = text(m.MetaTitle), text(m.MetaDescription)
	o["og_title"], o["og_description"], o["og_image"] = text(m.OGTitle), text(m.OGDescription), text(m.OGImage)
	o["twitter_title"], o["twitter_description"] = text(m.TwitterTitle), text(m.TwitterDescription)
	o["twitter_image"] = text(m.TwitterImage)
}

// form is how much of a post is shown.
type form struct {
	html, lexical, mobiledoc, plaintext bool
	roles, count                        bool
	tags, authors, tiers                bool
	hook                                bool // without the source
}

type cacheKey struct {
	post   *Post
	shared int
	form   form
}

// postJSON is a post as JSON; it is kept, for walks ask for the same posts again.
func (g *Ghost) postJSON(w *world, p *Post, f form) json.RawMessage {
	key := cacheKey{p, w.shared, f}
	if kept, ok := g.cache.Load(key); ok {
		return kept.(json.RawMessage)
	}
	made := encode(w.post(p, f))
	g.cache.Store(key, made)
	return made
}

func (w *world) post(p *Post, f form) object {
	o := object{
		"id": p.ID, "uuid": p.UUID, "title": p.Title, "slug": p.Slug, "comment_id": p.CommentID,
		"feature_image": text(w.out(p.FeatureImage)), "featured": bool(p.Featured), "status": p.Status,
		"visibility": p.Visibility, "created_at": date(p.CreatedAt), "updated_at": date(p.UpdatedAt),
		"published_at": date(p.PublishedAt), "custom_excerpt": text(p.CustomExcerpt),
		"codeinjection_head": text(w.out(p.CodeinjectionHead)), "codeinjection_foot": text(w.out(p.CodeinjectionFoot)),
		"custom_template": text(p.CustomTemplate), "canonical_url": text(w.out(p.CanonicalURL)),
		"url": w.postURL(p), "excerpt": excerpt(p), "frontmatter": text(p.Frontmatter),
		"feature_image_alt": text(p.FeatureImageAlt), "feature_image_caption": text(w.out(p.FeatureImageCaption)),
	}
	p.Meta.write(o)
	if f.html {
		o["html"] = text(w.out(p.HTML))
	}
	if f.plaintext && p.Plaintext != "" {
		o["plaintext"] = w.out(p.Plaintext)
	}
	if f.lexical {
		o["lexical"] = text(w.out(p.Lexical))
	}
	if f.mobiledoc {
		o["mobiledoc"] = text(w.out(p.Mobiledoc))
	}
	if p.HTML != "" {
		o["reading_time"] = minutes(p)
	}
	if f.tags {
		tags, primary := w.tagsOf(p)
		o["tags"], o["primary_tag"] = tags, primary
	}
	if f.authors {
		authors := w.authorsOf(p, f.roles)
		o["authors"], o["primary_author"] = authors, nil
		if len(authors) > 0 {
			o["primary_author"] = authors[0]
		}
	}
	if f.tiers {
		o["tiers"] = w.tiersOf(p)
	}
	if p.Type == "page" {
		o["show_title_and_feature_image"] = bool(p.ShowTitle)
	} else {
		o["email_segment"], o["email_subject"], o["email_only"] = "all", text(p.EmailSubject), bool(p.EmailOnly)
		if p.EmailSegment != "" && p.EmailSegment != "none" {
			o["email_segment"] = p.EmailSegment
		}
		if !f.hook {
			o["email"], o["newsletter"] = nil, nil
			if n := w.newsletters[p.Newsletter]; n != nil {
				o["newsletter"] = w.newsletter(n, false)
			}
		}
	}
	if f.count {
		o["count"] = object{"clicks": 0, "positive_feedback": 0, "negative_feedback": 0}
		if p.Type == "page" {
			o["count"] = object{"signups": 0, "paid_conversions": 0, "positive_feedback": 0, "negative_feedback": 0}
		}
	}
	return o
}

// excerpt is made of the whole text: the Admin API has no gates.
func excerpt(p *Post) any {
	if p.CustomExcerpt != "" {
		return p.CustomExcerpt
	}
	runes := []rune(p.Plaintext)
	return text(string(runes[:min(len(runes), 500)]))
}

func minutes(p *Post) int {
	seconds := float64(len(strings.Fields(p.Plaintext)))*60/275 + 12*float64(strings.Count(p.HTML, "<img "))
	return int(math.Round(seconds / 60))
}

func (w *world) tagsOf(p *Post) (list []object, primary any) {
	list = []object{}
	for i, id := range p.Tags {
		t := w.tags[id]
		if t == nil {
			continue
		}
		o := w.tag(t)
		list = append(list, o)
		if i == 0 && t.Visibility == "public" {
			primary = o
		}
	}
	return list, primary
}

func (w *world) authorsOf(p *Post, roles bool) []object {
	list := []object{}
	for _, id := range p.Authors {
		if u := w.users[id]; u != nil {
			list = append(list, w.user(u, roles))
		}
	}
	return list
}

func (w *world) tiersOf(p *Post) []object {
	list := []object{}
	add := func(id string) {
		if t := w.tiers[id]; t != nil {
			o := w.tier(t)
			delete(o, "benefits")
			o["currency"], o["monthly_price"], o["yearly_price"] = text(t.Currency), t.MonthlyPrice, t.YearlyPrice
			o["monthly_price_id"], o["yearly_price_id"] = nil, nil
			list = append(list, o)
		}
	}
	if p.Visibility == "tiers" {
		for _, id := range p.Tiers {
			add(id)
		}
		return list
	}
	for _, id := range sorted(w.tiers) {
		if p.Visibility != "paid" || w.tiers[id].Type == "paid" {
			add(id)
		}
	}
	return list
}

func (w *world) tag(t *Tag) object {
	o := object{
		"id": t.ID, "name": t.Name, "slug": t.Slug, "description": text(t.Description),
		"feature_image": text(w.out(t.FeatureImage)), "visibility": t.Visibility,
		"codeinjection_head": text(t.CodeinjectionHead), "codeinjection_foot": text(t.CodeinjectionFoot),
		"canonical_url": text(w.out(t.CanonicalURL)), "accent_color": text(t.AccentColor),
		"created_at": date(t.CreatedAt), "updated_at": date(t.UpdatedAt), "url": w.tagURL(t),
	}
	t.Meta.write(o)
	return o
}

func (w *world) postsWith(tag string) int {
	n := 0
	for _, p := range w.posts {
		for _, id := range p.Tags {
			if id == tag {
				n++
			}
		}
	}
	return n
}

func (w *world) user(u *User, roles bool) object {
	o := object{
		"id": u.ID, "name": u.Name, "slug": u.Slug, "email": u.Email, "profile_image": text(w.out(u.ProfileImage)),
		"cover_image": text(w.out(u.CoverImage)), "bio": text(u.Bio), "website": text(u.Website),
		"location": text(u.Location), "facebook": text(u.Facebook), "twitter": text(u.Twitter),
		"threads": text(u.Threads), "bluesky": text(u.Bluesky), "mastodon": text(u.Mastodon),
		"tiktok": text(u.TikTok), "youtube": text(u.YouTube), "instagram": text(u.Instagram),
		"linkedin": text(u.LinkedIn), "accessibility": text(u.Accessibility), "status": u.Status,
		"meta_title": text(u.MetaTitle), "meta_description": text(u.MetaDescription), "tour": nil,
		"last_seen": date(u.LastSeen), "created_at": date(u.CreatedAt), "updated_at": date(u.UpdatedAt),
		"paid_subscription_canceled_notification": false, "url": w.userURL(u),
	}
	for _, about := range []string{"free_member_signup", "paid_subscription_started", "mention", "recommendation",
		"milestone", "donation", "gift_subscription"} {
		o[about+"_notification"+plural[about]] = true
	}
	o["comment_notifications"] = true
	if roles {
		r := u.Role
		o["roles"] = []object{{
			"id": r.ID, "name": r.Name, "description": r.Description,
			"created_at": date(r.CreatedAt), "updated_at": date(r.UpdatedAt),
		}}
	}
	return o
}

// plural: some switches are named for one message, others for all.
var plural = map[string]string{"mention": "s", "recommendation": "s", "milestone": "s", "donation": "s", "gift_subscription": "s"}

func (w *world) tier(t *Tier) object {
	o := object{
		"id": t.ID, "name": t.Name, "slug": t.Slug, "description": text(t.Description), "active": bool(t.Active),
		"type": t.Type, "welcome_page_url": text(t.WelcomePageURL), "visibility": t.Visibility,
		"benefits": append([]string{}, t.Benefits...), "trial_days": t.TrialDays,
		"created_at": date(t.CreatedAt), "updated_at": date(t.UpdatedAt),
	}
	if t.Type == "paid" {
		o["currency"], o["monthly_price"], o["yearly_price"] = text(t.Currency), t.MonthlyPrice, t.YearlyPrice
	}
	return o
}

func (w *world) newsletter(n *Newsletter, count bool) object {
	o := object{}
	for key, value := range n.looks {
		o[key] = value
	}
	o["id"], o["uuid"], o["name"], o["slug"] = n.ID, n.UUID, n.Name, n.Slug
	o["description"], o["status"], o["visibility"] = text(n.Description), n.Status, n.Visibility
	o["subscribe_on_signup"], o["sort_order"] = bool(n.SubscribeOnSignup), n.SortOrder
	o["sender_name"] = text(n.SenderName)
	o["created_at"], o["updated_at"] = date(n.CreatedAt), date(n.UpdatedAt)
	if count {
		members := 0
		for _, m := range w.members {
			for _, id := range m.Newsletters {
				if id == n.ID {
					members++
				}
			}
		}
		o["count"] = object{"posts": 0, "members": members}
	}
	return o
}

func (l Label) json() object {
	return object{"id": l.ID, "name": l.Name, "slug": l.Slug, "created_at": date(l.CreatedAt), "updated_at": date(l.CreatedAt)}
}

// member is a member; hooks leave two things out.
func (w *world) member(m *Member, hook bool) object {
	labels, newsletters, tiers := []object{}, []object{}, []object{}
	for _, l := range m.Labels {
		labels = append(labels, l.json())
	}
	for _, id := range m.Newsletters {
		if n := w.newsletters[id]; n != nil {
			newsletters = append(newsletters, object{"id": n.ID, "name": n.Name, "description": text(n.Description), "status": n.Status})
		}
	}
	for _, id := range m.Tiers {
		if t := w.tiers[id]; t != nil {
			tiers = append(tiers, w.tier(t))
		}
	}
	o := object{
		"id": m.ID, "uuid": m.UUID, "email": m.Email, "name": text(m.Name), "note": text(m.Note), "geolocation": nil,
		"subscribed": len(newsletters) > 0, "created_at": date(m.CreatedAt), "updated_at": date(m.UpdatedAt),
		"labels": labels, "subscriptions": []any{}, "avatar_image": nil, "comped": m.Status == "comped",
		"email_count": 0, "email_opened_count": 0, "email_open_rate": nil, "status": m.Status, "last_seen_at": nil,
		"enable_comment_notifications": true, "enable_updates_and_announcements": nil, "can_comment": true,
		"commenting": object{"disabled": false, "disabled_reason": nil, "disabled_until": nil},
		"tiers":      tiers, "current_subscription": nil, "newsletters": newsletters,
	}
	if !hook {
		o["unsubscribe_url"] = w.url + "/unsubscribe/?uuid=" + m.UUID + "&key=" + strings.Repeat("0e", 32)
		o["email_suppression"] = object{"suppressed": false, "info": nil}
	}
	return o
}
