// The site's particulars, as Ghost has them.

package blog

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/zones"
)

var localeTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// networks are those at which Ghost knows the publication's accounts.
var networks = []string{"facebook", "twitter", "threads", "bluesky", "mastodon", "tiktok", "youtube", "instagram", "linkedin"}

// putSettings takes the particulars that Ghost and this site have alike: those that have
// changed in Ghost since they were taken last, so that what was changed here stays until
// somebody changes the same there.
func (y *Sync) putSettings(ctx context.Context, tx pgx.Tx, o ghost.Object, _ uuid.UUID) (uuid.UUID, error) {
	now, err := ghost.As[ghost.Settings](o)
	if err != nil {
		return uuid.Nil, err
	}
	q := blogdb.New(tx)
	was, known, err := lockObject(ctx, q, o.Kind, o.ID)
	if err != nil {
		return uuid.Nil, err
	}
	before := ghost.Settings{}
	if known {
		if before, err = ghost.As[ghost.Settings](objectOf(was)); err != nil {
			return uuid.Nil, err
		}
	}
	in, err := y.addressesOf(ctx, tx, o, "")
	if err != nil {
		return uuid.Nil, err
	}
	row, err := q.Settings(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	data := row.Data
	taken := takenSettings{before, now, in}
	taken.texts(&data)
	taken.pictures(&data)
	taken.accounts(&data)
	fields := taken.fields()
	if err := fields.apply(&data); err != nil {
		return uuid.Nil, err
	}
	_, _, err = y.storeSettings(ctx, tx, row, data)
	return uuid.Nil, err
}

// takenSettings are Ghost's settings as they were taken last, and as they are now.
type takenSettings struct {
	before, now ghost.Settings
	in          *addresses
}

func (t takenSettings) changed(key string) bool { return t.before[key] != t.now[key] }

// texts takes what is text. The title, language and colour stay where Ghost has none that
// can be used.
func (t takenSettings) texts(data *contract.SiteSettings) {
	if t.changed("title") && t.now["title"] != "" {
		data.Title = t.now["title"]
	}
	if t.changed("locale") && localeTag.MatchString(t.now["locale"]) {
		data.Locale = t.now["locale"]
	}
	if t.changed("accent_color") && hexColor.MatchString(t.now["accent_color"]) {
		data.AccentColor = t.now["accent_color"]
	}
	for key, field := range map[string]*string{
		"description": &data.Description, "meta_title": &data.MetaTitle, "meta_description": &data.MetaDescription,
		"og_title": &data.OGTitle, "og_description": &data.OGDescription,
		"twitter_title": &data.TwitterTitle, "twitter_description": &data.TwitterDescription,
	} {
		if t.changed(key) {
			*field = t.now[key]
		}
	}
}

// pictures takes pictures, also those of which there is a copy only now.
func (t takenSettings) pictures(data *contract.SiteSettings) {
	for key, field := range map[string]*string{
		"logo": &data.Logo, "icon": &data.Icon, "cover_image": &data.CoverImage,
		"og_image": &data.OGImage, "twitter_image": &data.TwitterImage,
	} {
		if t.changed(key) || *field == t.now[key] {
			*field = t.in.file(t.now[key])
		}
	}
}

// accounts takes the publication's accounts elsewhere.
func (t takenSettings) accounts(data *contract.SiteSettings) {
	social := map[string]string{}
	for network, handle := range data.Social {
		social[network] = handle
	}
	for _, network := range networks {
		if !t.changed(network) {
			continue
		}
		if social[network] = t.now[network]; social[network] == "" {
			delete(social, network)
		}
	}
	if len(social) > 0 || data.Social != nil {
		data.Social = social
	}
}

// fields takes what is checked as an editor's change is: the zone, the menus, and the line
// above every page, where Ghost shows that to everybody.
func (t takenSettings) fields() (f SettingsFields) {
	if _, err := zones.Load(t.now["timezone"]); err == nil && t.changed("timezone") {
		f.Timezone = orNil(t.now["timezone"])
	}
	if t.changed("navigation") {
		f.Navigation = t.menu(t.now["navigation"])
	}
	if t.changed("secondary_navigation") {
		f.SecondaryNavigation = t.menu(t.now["secondary_navigation"])
	}
	if t.changed("announcement_content") || t.changed("announcement_visibility") {
		line := ""
		if strings.Contains(t.now["announcement_visibility"], `"visitors"`) {
			line = t.in.ours(localise(t.now["announcement_content"], t.in.copies))
		}
		if clean, err := safehtml.Clean(line); err == nil {
			f.Announcement = &clean
		}
	}
	return f
}

// menu reads a menu of Ghost's, leaving out what this site cannot link to (its
// member portal opens by #/portal/ addresses).
func (t takenSettings) menu(text string) *[]contract.NavItem {
	items := []contract.NavItem{}
	if text != "" && json.Unmarshal([]byte(text), &items) != nil {
		return nil
	}
	for i := range items {
		items[i].URL = t.in.link(items[i].URL)
	}
	items = slices.DeleteFunc(items, func(i contract.NavItem) bool {
		return i.Label == "" || strings.HasPrefix(i.URL, "#/portal") || !menuURL(i.URL)
	})
	return &items
}
