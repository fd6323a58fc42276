// The site's own particulars: title, description, menus.

package blog

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/zones"
	"rose-ash.com/roseash/db"
)

// SettingsFields are the settings that an editor sets; a nil field stays.
type SettingsFields struct {
	Title               *string             `json:"title,omitempty" minLength:"1" maxLength:"150" example:"Rose Ash" doc:"The name of the publication."`
	Description         *string             `json:"description,omitempty" maxLength:"500" example:"Wholefoods, owned by those who eat them." doc:"One sentence about it."`
	Logo                *string             `json:"logo,omitempty" maxLength:"2000" example:"/media/0f3a/logo.svg" doc:"Address of the logo."`
	Icon                *string             `json:"icon,omitempty" maxLength:"2000" example:"/media/0f3a/icon.svg" doc:"Address of the icon."`
	CoverImage          *string             `json:"cover_image,omitempty" maxLength:"2000" example:"/media/0f3a/cover.svg" doc:"Address of the picture above the front page."`
	AccentColor         *string             `json:"accent_color,omitempty" pattern:"^#[0-9a-fA-F]{6}$" example:"#8f2d56" doc:"The colour of the publication."`
	Announcement        *string             `json:"announcement_content,omitempty" maxLength:"1000" example:"Winter opening starts on Sunday." doc:"One line of HTML above every page; empty for none."`
	Locale              *string             `json:"locale,omitempty" pattern:"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" maxLength:"35" example:"en-GB" doc:"Language of the pages (BCP 47)."`
	Timezone            *string             `json:"timezone,omitempty" maxLength:"64" example:"Europe/London" doc:"IANA time zone in which dates are shown."`
	Navigation          *[]contract.NavItem `json:"navigation,omitempty" maxItems:"20" doc:"The main menu."`
	SecondaryNavigation *[]contract.NavItem `json:"secondary_navigation,omitempty" maxItems:"20" doc:"The menu at the foot."`
	Meta                *contract.Meta      `json:"meta,omitempty" doc:"What search engines and other sites show of the front page."`
	Social              *map[string]string  `json:"social,omitempty" doc:"Accounts elsewhere, by network."`
}

// Settings returns the site's settings.
func (s *Service) Settings(ctx context.Context) (contract.SiteSettings, error) {
	settings, _, err := s.VersionedSettings(ctx)
	return settings, err
}

// VersionedSettings returns the settings with the version that UpdateSettings
// wants.
func (s *Service) VersionedSettings(ctx context.Context) (contract.SiteSettings, int64, error) {
	row, err := s.queries().Settings(ctx)
	return whole(row.Data, row.UpdatedAt), row.Version, err
}

// UpdateSettings changes the settings that are given and emits SiteUpdated in
// the same transaction. It fails with 412 where version is not the stored one
// and with 422 on a zone or menu address that cannot be used.
func (s *Service) UpdateSettings(ctx context.Context, version int64, fields SettingsFields) (settings contract.SiteSettings, now int64, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		row, err := q.Settings(ctx)
		if err != nil {
			return err
		}
		if row.Version != version {
			return problem.PreconditionFailed("somebody has changed the settings since you read them")
		}
		data := row.Data
		if err := fields.apply(&data); err != nil {
			return err
		}
		settings, now, err = s.storeSettings(ctx, tx, row, data)
		return err
	})
	return settings, now, err
}

// storeSettings writes data over row where it differs and emits SiteUpdated.
func (s *Service) storeSettings(ctx context.Context, tx pgx.Tx, row blogdb.SettingsRow, data contract.SiteSettings) (contract.SiteSettings, int64, error) {
	if reflect.DeepEqual(whole(data, row.UpdatedAt), whole(row.Data, row.UpdatedAt)) {
		return whole(row.Data, row.UpdatedAt), row.Version, nil
	}
	stored, err := blogdb.New(tx).UpdateSettings(ctx, blogdb.UpdateSettingsParams{Data: data, UpdatedAt: s.clock.Now(), Version: row.Version})
	if errors.Is(err, pgx.ErrNoRows) {
		return data, 0, problem.PreconditionFailed("somebody has changed the settings since you read them")
	}
	if err != nil {
		return data, 0, err
	}
	return whole(stored.Data, stored.UpdatedAt), stored.Version, bus.Emit(ctx, tx, contract.SiteUpdated{})
}

// whole fills what JSON leaves open, so that lists are never null.
func whole(data contract.SiteSettings, updated time.Time) contract.SiteSettings {
	if data.Navigation == nil {
		data.Navigation = []contract.NavItem{}
	}
	if data.SecondaryNavigation == nil {
		data.SecondaryNavigation = []contract.NavItem{}
	}
	data.UpdatedAt = updated
	return data
}

func (f SettingsFields) apply(data *contract.SiteSettings) error {
	set(&data.Title, f.Title)
	set(&data.Description, f.Description)
	set(&data.Logo, f.Logo)
	set(&data.Icon, f.Icon)
	set(&data.CoverImage, f.CoverImage)
	set(&data.AccentColor, f.AccentColor)
	if f.Announcement != nil {
		if what := safehtml.Active(*f.Announcement); what != "" {
			return unsafeHTML("body.announcement_content", what)
		}
		var err error
		if data.Announcement, err = safehtml.Clean(*f.Announcement); err != nil {
			return tooDeep
		}
	}
	set(&data.Locale, f.Locale)
	set(&data.Timezone, f.Timezone)
	set(&data.Navigation, f.Navigation)
	set(&data.SecondaryNavigation, f.SecondaryNavigation)
	set(&data.Meta, f.Meta)
	set(&data.Social, f.Social)
	if _, err := zones.Load(data.Timezone); err != nil {
		return problem.Unprocessable("the time zone is not known").
			WithField("body.timezone", "must be a name of the IANA time zone database, such as Europe/London")
	}
	for network := range data.Social {
		if !networkName.MatchString(network) {
			return problem.Unprocessable("an account is of no network").WithField("body.social", "needs names of networks in lower-case letters")
		}
	}
	for name, menu := range map[string][]contract.NavItem{"navigation": data.Navigation, "secondary_navigation": data.SecondaryNavigation} {
		for i, item := range menu {
			if !menuURL(item.URL) {
				return problem.Unprocessable("a menu entry has an address that cannot be used").
					WithField("body."+name+"["+strconv.Itoa(i)+"].url", "must be a path of this site or an http, https or mailto address")
			}
		}
	}
	return nil
}

// networkName is the name of a network of accounts.
var networkName = regexp.MustCompile(`^[a-z]{2,20}$`)

// menuURL says whether a menu may link to s.
func menuURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "":
		return u.Host == "" && (strings.HasPrefix(s, "/") || strings.HasPrefix(s, "#"))
	case "http", "https":
		return u.Host != ""
	}
	return u.Scheme == "mailto"
}
