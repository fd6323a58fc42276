// What an export has beside posts: authors, tags and the site's settings.

package blog

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// lists stores the authors and tags that posts refer to. One whose slug is in
// use here already is the same: what is here stays as it is.
func (im *importer) lists(ctx context.Context) error {
	for _, u := range im.export.Users {
		ours, err := im.author(ctx, u)
		if err != nil {
			return err
		}
		im.authors[u.ID] = ours
	}
	for _, t := range im.export.Tags {
		ours, err := im.tag(ctx, t)
		if err != nil {
			return err
		}
		im.tags[t.ID] = ours
	}
	return nil
}

func (im *importer) author(ctx context.Context, u ghostUser) (uuid.UUID, error) {
	hash, now := hashOf(renderVersion, im.options.GhostURL, u), im.s.clock.Now()
	was, err := im.q.AuthorByOrigin(ctx, blogdb.AuthorByOriginParams{Origin: originGhost, OriginID: &u.ID})
	known := err == nil
	if known && deref(was.OriginHash) == hash {
		return was.ID, nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		if was, err = im.q.AuthorBySlug(ctx, ghostSlug(u.Slug, u.Name)); err == nil {
			return was.ID, nil
		}
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return uuid.UUID{}, err
	}
	social := map[string]string{}
	for network, handle := range map[string]string{
		"facebook": u.Facebook, "twitter": u.Twitter, "threads": u.Threads, "bluesky": u.Bluesky, "mastodon": u.Mastodon,
		"tiktok": u.TikTok, "youtube": u.YouTube, "instagram": u.Instagram, "linkedin": u.LinkedIn,
	} {
		if handle != "" {
			social[network] = handle
		}
	}
	name := clip(u.Name, 191)
	if name == "" {
		name = ghostSlug(u.Slug, "")
	}
	profile, cover := im.image(u.ProfileImage, "", ""), im.image(u.CoverImage, "", "")
	if known {
		_, err = im.q.UpdateAuthor(ctx, blogdb.UpdateAuthorParams{
			ID: was.ID, Name: name, Bio: u.Bio, Website: u.Website, Location: u.Location, ProfileImage: profile,
			CoverImage: cover, Social: social, Meta: u.contract(im, ""), UpdatedAt: now, OriginHash: &hash,
		})
		if err != nil {
			return was.ID, err
		}
		return was.ID, bus.Emit(ctx, im.tx, contract.AuthorUpdated{ID: id.Format[contract.AuthorID](authorPrefix, was.ID)})
	}
	made, err := im.q.InsertAuthor(ctx, blogdb.InsertAuthorParams{
		ID: id.New(), Slug: ghostSlug(u.Slug, u.Name), Name: name, Bio: u.Bio, Website: u.Website, Location: u.Location,
		ProfileImage: profile, CoverImage: cover, Social: social, Meta: u.contract(im, ""),
		CreatedAt: now, UpdatedAt: now, Origin: originGhost, OriginID: &u.ID, OriginHash: &hash,
	})
	return made.ID, err
}

var localeTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (im *importer) tag(ctx context.Context, t ghostTag) (uuid.UUID, error) {
	hash, now := hashOf(renderVersion, im.options.GhostURL, t), im.s.clock.Now()
	was, err := im.q.TagByOrigin(ctx, blogdb.TagByOriginParams{Origin: originGhost, OriginID: &t.ID})
	known := err == nil
	if known && deref(was.OriginHash) == hash {
		return was.ID, nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		if was, err = im.q.TagBySlug(ctx, ghostSlug(t.Slug, t.Name)); err == nil {
			return was.ID, nil
		}
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return uuid.UUID{}, err
	}
	name := clip(t.Name, 191)
	if name == "" {
		name = ghostSlug(t.Slug, "")
	}
	internal := t.Visibility == "internal" || strings.HasPrefix(t.Name, "#")
	color := t.AccentColor
	if !hexColor.MatchString(color) {
		color = ""
	}
	picture := im.image(t.FeatureImage, "", "")
	if known {
		_, err = im.q.UpdateTag(ctx, blogdb.UpdateTagParams{
			ID: was.ID, Name: name, Description: t.Description, Internal: internal, AccentColor: orNil(color),
			FeatureImage: picture, Meta: t.contract(im, t.CanonicalURL), UpdatedAt: now, OriginHash: &hash,
		})
		if err != nil {
			return was.ID, err
		}
		return was.ID, im.tagChanged(ctx, was, internal)
	}
	made, err := im.q.InsertTag(ctx, blogdb.InsertTagParams{
		ID: id.New(), Slug: ghostSlug(t.Slug, t.Name), Name: name, Description: t.Description, Internal: internal,
		AccentColor: orNil(color), FeatureImage: picture, Meta: t.contract(im, t.CanonicalURL),
		CreatedAt: now, UpdatedAt: now, Origin: originGhost, OriginID: &t.ID, OriginHash: &hash,
	})
	return made.ID, err
}

// tagChanged announces a changed tag. One that was internal is on no page yet: its
// posts are what changes.
func (im *importer) tagChanged(ctx context.Context, was blogdb.Tag, internal bool) error {
	if err := bus.Emit(ctx, im.tx, contract.TagUpdated{ID: id.Format[contract.TagID](tagPrefix, was.ID)}); err != nil || was.Internal == internal {
		return err
	}
	posts, err := im.q.PublicPosts(ctx, blogdb.PublicPostsParams{Type: string(contract.TypePost), TagID: &was.ID, MaxRows: math.MaxInt32})
	if err != nil {
		return err
	}
	l, err := linksOf(ctx, im.q, idsOf(posts)...)
	for _, p := range posts {
		if err == nil {
			err = bus.Emit(ctx, im.tx, contract.PostUpdated{PostRef: l.ref(p.ID, p.Type)})
		}
	}
	return err
}

// settings takes the particulars that Ghost and this site have alike.
func (im *importer) settings(ctx context.Context) error {
	row, err := im.q.Settings(ctx)
	if err != nil {
		return err
	}
	data, from := row.Data, im.export.Setting
	if localeTag.MatchString(from["locale"]) {
		data.Locale = from["locale"]
	}
	for key, field := range map[string]*string{
		"title": &data.Title, "description": &data.Description,
		"meta_title": &data.MetaTitle, "meta_description": &data.MetaDescription,
		"og_title": &data.OGTitle, "og_description": &data.OGDescription,
		"twitter_title": &data.TwitterTitle, "twitter_description": &data.TwitterDescription,
	} {
		if from[key] != "" {
			*field = from[key]
		}
	}
	for key, field := range map[string]*string{"logo": &data.Logo, "icon": &data.Icon, "cover_image": &data.CoverImage, "og_image": &data.OGImage} {
		if u := im.address(from[key]); u != "" {
			*field = u
		}
	}
	if hexColor.MatchString(from["accent_color"]) {
		data.AccentColor = from["accent_color"]
	}
	zone := from["timezone"]
	if _, err := time.LoadLocation(zone); err != nil {
		zone = ""
	}
	fields := SettingsFields{Timezone: orNil(zone), Navigation: menu(from["navigation"]), SecondaryNavigation: menu(from["secondary_navigation"])}
	if err := fields.apply(&data); err != nil {
		return err
	}
	_, _, err = im.s.storeSettings(ctx, im.tx, row, data)
	return err
}

// menu reads a menu of Ghost's, leaving out what this site cannot link to (its
// member portal opens by #/portal/ addresses).
func menu(text string) *[]contract.NavItem {
	var items []contract.NavItem
	if json.Unmarshal([]byte(text), &items) != nil {
		return nil
	}
	items = slices.DeleteFunc(items, func(i contract.NavItem) bool {
		return i.Label == "" || strings.HasPrefix(i.URL, "#/portal") || !menuURL(strings.ReplaceAll(i.URL, ghostURL, ""))
	})
	for i := range items {
		items[i].URL = strings.ReplaceAll(items[i].URL, ghostURL, "")
	}
	return &items
}

// contract takes the fields for search engines and other sites.
func (m ghostMeta) contract(im *importer, canonical string) contract.Meta {
	return contract.Meta{
		MetaTitle: m.MetaTitle, MetaDescription: m.MetaDescription, CanonicalURL: im.address(canonical),
		OGTitle: m.OGTitle, OGDescription: m.OGDescription, OGImage: im.address(m.OGImage),
		TwitterTitle: m.TwitterTitle, TwitterDescription: m.TwitterDescription, TwitterImage: im.address(m.TwitterImage),
	}
}

func (im *importer) image(src, alt, caption string) *contract.Image {
	if src = im.address(src); src == "" {
		return nil
	}
	caption, err := safehtml.Clean(caption)
	if err != nil {
		caption = ""
	}
	return &contract.Image{URL: src, Alt: alt, Caption: caption}
}

// storedSlug is what the database takes as a slug; Ghost's may have underscores.
var storedSlug = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,190}$`)

func ghostSlug(slug, title string) string {
	if storedSlug.MatchString(slug) {
		return slug
	}
	if s := urls.Slug(slug); s != "" {
		return s
	}
	if s := urls.Slug(title); s != "" {
		return s
	}
	return "untitled"
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// ordered groups the ids of a link table by post, in their order.
func ordered(rows []postLink, id func(postLink) string) map[string][]string {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b postLink) int { return a.SortOrder - b.SortOrder })
	of := map[string][]string{}
	for _, l := range rows {
		of[l.PostID] = append(of[l.PostID], id(l))
	}
	return of
}
