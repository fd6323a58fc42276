// The page of one date, and that of an entry with all its dates.

package ssg

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

const (
	datesAfter  = 3  // that a date's page leads to
	datesComing = 26 // that a series' page shows unfolded
)

// occurrencePage is one date. What it shows of others are those after it, and not those to
// come, so that it is made again when it is over and in no other night.
func (r *Renderer) occurrencePage(ctx context.Context, from *reader) (*Page, error) {
	e, o, found := from.occurrence()
	if !found {
		return nil, nil
	}
	s := r.eventScene(from)
	at := urls.Entry(e.Calendar.Slug, e.Slug, o.Slug)
	when, status, past := spanOf(e, o), statusOf(e, o), from.over(o)
	title := cmp.Or(o.Title, e.Title)
	view := site.EventPage{
		Calendar: s.calendarTag(e.Calendar), Title: title, Summary: cmp.Or(o.Summary, e.Summary), Day: eventDay(when.start),
		When: site.When{
			Start: when.machine(when.start, o.StartsAt), Words: when.words(), Zone: when.zoneWords(s.settings.Timezone),
			Note: when.clockNote(), Past: past, Series: e.Repeats,
		},
		Notices: s.notices(e, o), Picture: s.picture(e.Image), Description: cmp.Or(o.DescriptionHTML, e.DescriptionHTML),
		Place: placeOf(venueOf(e, o)), OnlineURL: onlineURL(e, o), Organizer: cmp.Or(e.Organizer, s.settings.Title),
	}
	view.Online = onlineWords(e, view.OnlineURL)
	if !single(&e) {
		view.SeriesURL = s.at(urls.Series(e.Calendar.Slug, e.Slug))
		view.Next = s.cards(after(e, o), false)
	} else {
		view.When.Series = ""
	}
	if !past && status == contract.Scheduled {
		view.Add = s.addDate(e, o)
	}
	here := site.Link{Text: title, Current: true}
	view.Breadcrumbs = s.trail(e.Calendar, here)
	crumbs := s.trail(e.Calendar, site.Link{Text: title, URL: s.at(at)})
	view.Frame = s.frame(at, head{
		title: title + ", " + when.start.Format("2 January 2006"), description: dateDescription(when, e, o, status), picture: e.Image,
		jsonLD: []any{s.organisation(), s.breadcrumbLD(crumbs), s.eventLD(e, o)},
	})
	view.Frame.Head.OG.Title = strings.TrimSpace(statusPrefix(status) + title + " – " + shortMoment(when))
	s.feedLink(&view.Frame, urls.EntryICS(e.Calendar.Slug, e.Slug), e.Title)
	return r.page(ctx, urls.Events, at, site.Occurrence(view))
}

// after are the dates of an entry after one.
func after(e contract.Entry, o contract.Occurrence) []contract.OccurrenceCard {
	var next []contract.OccurrenceCard
	for _, other := range inTime(e.Occurrences) {
		if other.StartsAt.After(o.StartsAt) && len(next) < datesAfter {
			next = append(next, cardOf(e, other))
		}
	}
	return next
}

// inTime are dates in the order of time, which a moved one may leave.
func inTime(dates []contract.Occurrence) []contract.Occurrence {
	return slices.SortedStableFunc(slices.Values(dates), func(a, b contract.Occurrence) int { return a.StartsAt.Compare(b.StartsAt) })
}

// notices are what has become of a date that is not what it was.
func (s eventScene) notices(e contract.Entry, o contract.Occurrence) []site.Notice {
	was := ""
	if o.PreviousStart != nil && !o.PreviousStart.Equal(o.StartsAt) {
		layout := longDate + ", " + clockTime
		if e.AllDay {
			layout = longDate
		}
		was = o.PreviousStart.In(location(e.Timezone)).Format(layout)
	}
	switch statusOf(e, o) {
	case contract.Cancelled:
		return []site.Notice{{Kind: "cancelled", Title: "This date is cancelled.", Text: o.Reason}}
	case contract.Postponed:
		return []site.Notice{{Kind: "postponed", Title: "This date is postponed, and there is no new one yet.", Text: o.Reason}}
	}
	if was == "" {
		return nil
	}
	return []site.Notice{{Kind: "moved", Title: "This date has moved.", Text: o.Reason, Was: "It was to begin on " + was + "."}}
}

// dateDescription is what others show below the title: when and where, and what it is about.
func dateDescription(when span, e contract.Entry, o contract.Occurrence, status contract.OccurrenceStatus) string {
	text := statusPrefix(status) + when.words()
	card := cardOf(e, o)
	if where := placeWords(card); where != "" {
		text += ", " + where
		if v := venueOf(e, o); v != nil && v.Locality != "" && !strings.Contains(v.Name, v.Locality) {
			text += ", " + v.Locality
		}
	}
	if about := cmp.Or(card.Summary, firstWords(cmp.Or(o.DescriptionHTML, e.DescriptionHTML))); about != "" {
		text += ". " + about
	}
	return text
}

func statusPrefix(status contract.OccurrenceStatus) string {
	if word := statusWords[status]; word != "" {
		return word + ": "
	}
	return ""
}

// shortMoment is when it begins, for titles: "Tue 24 Nov 2026, 19:00".
func shortMoment(s span) string {
	if s.allDay {
		return s.start.Format("Mon 2 Jan 2006")
	}
	return s.start.Format("Mon 2 Jan 2006, " + clockTime)
}

// seriesPage is an entry with all its dates. It is made again in the night after each.
func (r *Renderer) seriesPage(ctx context.Context, from *reader) (*Page, error) {
	e, found := from.entry(contract.EntryID(from.unit.ID))
	if !found {
		return nil, nil
	}
	s := r.eventScene(from)
	at := urls.Series(e.Calendar.Slug, e.Slug)
	none := contract.Occurrence{}
	view := site.SeriesPage{
		Breadcrumbs: s.trail(e.Calendar, site.Link{Text: e.Title, Current: true}), Calendar: s.calendarTag(e.Calendar),
		Title: e.Title, Summary: e.Summary, Repeats: cmp.Or(e.Repeats, "On several dates"), Time: s.usualTime(e),
		Picture: s.picture(e.Image), Description: e.DescriptionHTML, Place: placeOf(venueOf(e, none)),
		OnlineURL: onlineURL(e, none), Organizer: cmp.Or(e.Organizer, s.settings.Title), Add: s.addFeed(urls.EntryICS(e.Calendar.Slug, e.Slug), e.Title),
	}
	view.Online = onlineWords(e, view.OnlineURL)
	switch e.State {
	case contract.EntryCancelled:
		view.Notices, view.Add = []site.Notice{{Kind: "cancelled", Title: "All dates are cancelled."}}, nil
	case contract.EntryPostponed:
		view.Notices = []site.Notice{{Kind: "postponed", Title: "This is postponed, and there are no new dates yet."}}
	}
	var coming []site.EventCard
	for _, o := range inTime(e.Occurrences) {
		card := s.seriesDate(e, o)
		if from.over(o) {
			view.Former = append(view.Former, card)
		} else {
			coming = append(coming, card)
		}
	}
	slices.Reverse(view.Former)
	shown := min(len(coming), datesComing)
	view.Coming, view.Later = coming[:shown], coming[shown:]
	crumbs := s.trail(e.Calendar, site.Link{Text: e.Title, URL: s.at(at)})
	description := view.Repeats
	for _, more := range []string{view.Time, placeWords(cardOf(e, none)), cmp.Or(e.Summary, firstWords(e.DescriptionHTML))} {
		if more != "" {
			description += ", " + more
		}
	}
	view.Frame = s.frame(at, head{
		title: e.Title, description: description, picture: e.Image,
		jsonLD: []any{s.organisation(), s.breadcrumbLD(crumbs), s.datesLD(e.Title, at, view.Coming)},
	})
	s.feedLink(&view.Frame, urls.EntryICS(e.Calendar.Slug, e.Slug), e.Title)
	return r.page(ctx, urls.Events, at, site.Series(view))
}

// seriesDate is a date below its entry: its day with the year, and what is its own.
func (s eventScene) seriesDate(e contract.Entry, o contract.Occurrence) site.EventCard {
	card := s.card(cardOf(e, o), false)
	card.Day.Month += " " + card.Day.ISO[:len("2006")]
	if v := venueOf(e, contract.Occurrence{}); o.Venue == nil || v != nil && v.ID == o.Venue.ID {
		card.Place = ""
	}
	if o.Title != "" && o.Title != e.Title {
		card.Place = strings.Trim(o.Title+", "+card.Place, ", ")
	}
	return card
}

// usualTime is when on its days it is.
func (s eventScene) usualTime(e contract.Entry) string {
	usual := span{start: wall(e.LocalStart), end: wall(e.LocalEnd), allDay: e.AllDay, zone: e.Timezone}
	if usual.long() || e.AllDay {
		return ""
	}
	text := usual.hours()
	if e.Timezone != s.settings.Timezone {
		text += ", " + zoneName(e.Timezone)
	}
	return text
}
