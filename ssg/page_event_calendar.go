// The pages of a calendar, and of all together: what comes, a month, the archive.

package ssg

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// calendarOf is the unit's calendar, and what its pages are called; the zero one stands for all.
func (s eventScene) calendarOf(from *reader, id contract.CalendarID) (c contract.Calendar, found bool) {
	if id == "" {
		return contract.Calendar{CalendarLink: contract.CalendarLink{Name: "Events"}}, true
	}
	return from.calendar(id)
}

// choice leads to the calendars that are not archived, and to the one that the page is about.
func (s eventScene) choice(from *reader, here contract.CalendarID) (all *site.Link, links []site.CalendarLink) {
	for _, c := range from.calendars() {
		if c.Archived && c.ID != here {
			continue
		}
		link := site.CalendarLink{Tag: s.calendarTag(c.CalendarLink), Description: firstWords(c.DescriptionHTML)}
		link.Current = c.ID == here
		links = append(links, link)
	}
	return &site.Link{Text: "All", URL: s.at(urls.Home()), Current: here == ""}, links
}

// calendarPage is what comes, day by day.
func (r *Renderer) calendarPage(ctx context.Context, from *reader) (*Page, error) {
	s, id := r.eventScene(from), contract.CalendarID(from.unit.ID)
	c, found := s.calendarOf(from, id)
	if !found {
		return nil, nil
	}
	at, today := calendarPath(c.Slug), from.today()
	view := site.CalendarPage{
		Name: c.Name, Color: c.Colour, Description: c.DescriptionHTML, Archived: c.Archived,
		Subscribe: s.addFeed(feedPath(c.Slug), c.Name), Embed: s.embed(id, c),
	}
	view.All, view.Calendars = s.choice(from, id)
	if id != "" {
		if c.Proposals && !c.Archived {
			view.ProposeURL = s.link(urls.Blog, urls.Propose(string(id)))
		}
		view.Subscribe.Keep = s.keep("Follow this calendar", "follow", url.Values{"calendar": {string(id)}}.Encode())
		view.Breadcrumbs = s.trail(contract.CalendarLink{}, site.Link{Text: c.Name, Current: true})
	} else {
		view.Lede = "What is on at " + s.settings.Title + "."
		view.Subscribe = s.addFeed(feedPath(""), s.settings.Title)
	}
	var coming []contract.OccurrenceCard
	dates := from.coming(id)
	for _, date := range dates {
		if first := day(wall(date.LocalStart)); eventDay(first).ISO < today {
			view.OnNow = append(view.OnNow, s.begun(date, id == ""))
		} else {
			coming = append(coming, date)
		}
	}
	view.Months = s.byDay(coming, id == "", func(month string) string { return s.at(urls.CalendarMonth(c.Slug, month)) })
	months := from.months(id)
	if month := startMonth(months, monthOf(today)); month != "" {
		view.MonthURL = s.at(urls.CalendarMonth(c.Slug, month))
	}
	if len(dates) == comingPage { // there are more: they are in the months
		view.MoreURL = s.at(urls.CalendarMonth(c.Slug, monthOf(dates[len(dates)-1].LocalStart)))
	}
	if len(months) > 0 && months[0].Month < monthOf(today) {
		view.ArchiveURL = s.at(urls.CalendarArchive(c.Slug))
	}
	view.Frame = s.calendarFrame(c, at, head{
		title: c.Name, description: cmp.Or(firstWords(c.DescriptionHTML), view.Lede, c.Name+" at "+s.settings.Title+"."),
		jsonLD: []any{s.organisation(), s.breadcrumbLD(s.trail(c.CalendarLink)), s.datesLD(c.Name, at, s.cards(firstOf(coming, comingEmbedded), false))},
	})
	return r.page(ctx, urls.Events, at, site.Calendar(view))
}

// begun is a date that began on another day.
func (s eventScene) begun(date contract.OccurrenceCard, mixed bool) site.EventCard {
	card, when := s.card(date, mixed), spanOfCard(date)
	card.Time = "until " + when.last().Format(longDay)
	if !when.allDay {
		card.Time += ", " + when.endTime()
	}
	return card
}

// startMonth is the month to begin with: this one, or else the next that has dates, or the
// last that had some.
func startMonth(months []contract.MonthCount, now string) string {
	if len(months) == 0 {
		return ""
	}
	if at := slices.IndexFunc(months, func(m contract.MonthCount) bool { return m.Month >= now }); at >= 0 {
		return months[at].Month
	}
	return months[len(months)-1].Month
}

// monthPage is a month as a table.
func (r *Renderer) monthPage(ctx context.Context, from *reader) (*Page, error) {
	s, ref := r.eventScene(from), monthOfUnit(from.unit)
	c, found := s.calendarOf(from, ref.calendar)
	if !found {
		return nil, nil
	}
	at := urls.CalendarMonth(c.Slug, ref.month)
	name := monthName(ref.month)
	view := site.MonthPage{
		Name: c.Name, Color: c.Colour, Breadcrumbs: s.trail(c.CalendarLink, site.Link{Text: name, Current: true}),
		Grid:    s.grid(ref.month, from.month(ref.calendar, ref.month), ref.calendar == ""),
		ListURL: s.at(calendarPath(c.Slug)), ArchiveURL: s.at(urls.CalendarArchive(c.Slug)),
	}
	view.All, view.Calendars = s.choice(from, ref.calendar)
	before, next := from.monthsBeside(ref.calendar, ref.month)
	h := head{title: c.Name + ", " + name, description: c.Name + " at " + s.settings.Title + " in " + name + "."}
	if before != "" {
		h.prev = urls.CalendarMonth(c.Slug, before)
		view.Previous = &site.Link{Text: monthName(before), URL: s.at(h.prev)}
	}
	if next != "" {
		h.next = urls.CalendarMonth(c.Slug, next)
		view.Next = &site.Link{Text: monthName(next), URL: s.at(h.next)}
	}
	view.Frame = s.calendarFrame(c, at, h)
	return r.page(ctx, urls.Events, at, site.Month(view))
}

// archivePage lists the months up to this one.
func (r *Renderer) archivePage(ctx context.Context, from *reader) (*Page, error) {
	s, id := r.eventScene(from), contract.CalendarID(from.unit.ID)
	c, found := s.calendarOf(from, id)
	if !found {
		return nil, nil
	}
	at, now := urls.CalendarArchive(c.Slug), monthOf(from.today())
	view := site.ArchivePage{
		Name: "Archive: " + c.Name, Color: c.Colour, Breadcrumbs: s.trail(c.CalendarLink, site.Link{Text: "Archive", Current: true}), ListURL: s.at(calendarPath(c.Slug)),
	}
	view.All, view.Calendars = s.choice(from, id)
	for _, m := range slices.Backward(from.months(id)) {
		if m.Month > now {
			continue
		}
		first := firstOfMonth(m.Month)
		if year := first.Format("2006"); len(view.Years) == 0 || view.Years[len(view.Years)-1].Year != year {
			view.Years = append(view.Years, site.ArchiveYear{Year: year})
		}
		y := &view.Years[len(view.Years)-1]
		y.Months = append(y.Months, site.ArchiveMonth{
			Link: site.Link{Text: first.Format("January"), URL: s.at(urls.CalendarMonth(c.Slug, m.Month))}, Count: datesWord(m.Count),
		})
	}
	view.Frame = s.calendarFrame(c, at, head{title: view.Name, description: "What has been on at " + s.settings.Title + "."})
	return r.page(ctx, urls.Events, at, site.EventArchive(view))
}

// calendarFrame is the frame around a page of a calendar, with the way to its feed.
func (s eventScene) calendarFrame(c contract.Calendar, at string, h head) site.Frame {
	f := s.frame(at, h)
	s.feedLink(&f, feedPath(c.Slug), c.Name)
	return f
}
