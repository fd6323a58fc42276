// How dates come into people's own calendars, and calendars into other people's sites.

package ssg

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// feedPath is the path of a calendar's feed, "" being all of them.
func feedPath(slug string) string {
	if slug == "" {
		return urls.AllICS()
	}
	return urls.CalendarICS(slug)
}

// feedAddress is the address of an iCalendar file. These are at the root of the events' origin.
func (s eventScene) feedAddress(path string) string { return s.r.sites.Base(urls.Events) + path }

// webcalAddress is a feed's address as calendar programs take it to subscribe.
func webcalAddress(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return "webcal://" + rest
}

// feedLink names the iCalendar file of a page in its head.
func (s eventScene) feedLink(f *site.Frame, path, title string) {
	f.Head.CalendarURL, f.Head.CalendarTitle = s.feedAddress(path), title
}

// addFeed are the ways to subscribe to a feed.
func (s eventScene) addFeed(path, name string) *site.Subscribe {
	address := s.feedAddress(path)
	return &site.Subscribe{
		Name: name, WebcalURL: webcalAddress(address), FileURL: address,
		GoogleURL:  "https://calendar.google.com/calendar/render?" + url.Values{"cid": {webcalAddress(address)}}.Encode(),
		OutlookURL: "https://outlook.live.com/calendar/0/addfromweb?" + url.Values{"url": {address}, "name": {name}}.Encode(),
	}
}

// keep is where a member keeps a date or a calendar: what is "save" or "follow" in the account.
func (s eventScene) keep(text, what, query string) *site.Link {
	return &site.Link{Text: text, URL: s.link(urls.Account, urls.MyCalendar(what)) + "?" + query}
}

// addDate are the ways to keep one date. Its file is that of its entry, which keeps current.
func (s eventScene) addDate(e contract.Entry, o contract.Occurrence) *site.Subscribe {
	add := s.addFeed(urls.EntryICS(e.Calendar.Slug, e.Slug), e.Title)
	add.Keep = s.keep("Keep this date", "save", url.Values{"occurrence": {string(o.ID)}}.Encode())
	card, when := cardOf(e, o), spanOf(e, o)
	page := s.r.sites.URL(urls.Events, datePath(card))
	where := onlineURL(e, o)
	if v := venueOf(e, o); v != nil {
		where = strings.TrimSuffix(v.Name+", "+addressLine(v), ", ")
	}
	google := url.Values{"action": {"TEMPLATE"}, "text": {card.Title}, "details": {page}, "location": {where}}
	outlook := url.Values{"path": {"/calendar/action/compose"}, "rru": {"addevent"}, "subject": {card.Title}, "body": {page}, "location": {where}}
	if e.AllDay {
		google.Set("dates", when.start.Format("20060102")+"/"+when.end.Format("20060102"))
		outlook.Set("startdt", when.start.Format(time.DateOnly))
		outlook.Set("enddt", when.end.Format(time.DateOnly))
		outlook.Set("allday", "true")
	} else {
		const basic = "20060102T150405Z"
		google.Set("dates", o.StartsAt.UTC().Format(basic)+"/"+o.EndsAt.UTC().Format(basic))
		google.Set("ctz", e.Timezone)
		outlook.Set("startdt", iso(o.StartsAt))
		outlook.Set("enddt", iso(o.EndsAt))
	}
	add.GoogleURL = "https://calendar.google.com/calendar/render?" + google.Encode()
	add.OutlookURL = "https://outlook.live.com/calendar/0/action/compose?" + outlook.Encode()
	return add
}

// embed is what others copy to show a calendar.
func (s eventScene) embed(id contract.CalendarID, c contract.Calendar) *site.Embed {
	name, which := s.settings.Title, "all"
	if id != "" {
		name, which = c.Name, string(id)
	}
	name = html.EscapeString(name)
	base := html.EscapeString(s.r.sites.Base(urls.Events))
	page := html.EscapeString(s.r.sites.URL(urls.Events, calendarPath(c.Slug)))
	return &site.Embed{
		Component: fmt.Sprintf("<script type=\"module\" src=\"%s%s\"></script>\n<ra-calendar src=\"%s\" calendar=\"%s\" view=\"list\"><a href=\"%s\">%s</a></ra-calendar>",
			base, urls.CalendarScript(), base, which, page, name),
		Frame: fmt.Sprintf("<iframe src=\"%s%s\" title=\"%s\" width=\"100%%\" height=\"600\" loading=\"lazy\"></iframe>",
			base, urls.CalendarFragment(which, string(contract.ViewList)), name),
	}
}
