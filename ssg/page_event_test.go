package ssg

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// dayOf is what the generator has read on a day of November 2026: a calendar with a series of
// two dates and something private, and an empty one.
func dayOf(t *testing.T, day string) *batch {
	t.Helper()
	zone, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	b := &batch{hashes: map[string]int64{}}
	b.site = siteFacet{Settings: contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London", Locale: "en-GB"}, Year: 2026, zone: zone}
	b.eventsRead = newEventsRead(instant(t, day+"T00:05:00", "Europe/London"), zone)
	e := supper(t)
	b.haveCalendars = true
	b.calendars = []contract.Calendar{
		{CalendarLink: contract.CalendarLink{ID: "cal_1", Slug: "suppers", Name: "Suppers", Colour: "#7a1f3d"}, DescriptionHTML: "<p>Food & talk.</p>", Timezone: "Europe/London"},
		{CalendarLink: contract.CalendarLink{ID: "cal_2", Slug: "walks", Name: "Walks"}, Archived: true},
	}
	b.entries[e.ID] = &e
	busy := cardOf(e, e.Occurrences[1])
	busy.Title, busy.Slug, busy.Busy, busy.Entry.Slug, busy.LocalStart, busy.LocalEnd = "Busy", "", true, "", "2026-11-27T09:00:00", "2026-11-29T12:00:00"
	for _, id := range []contract.CalendarID{"", "cal_1"} {
		for _, o := range e.Occurrences {
			if leafDay := o.LocalStart[:10]; leafDay >= day {
				b.coming[id] = append(b.coming[id], cardOf(e, o))
			}
		}
		b.months[id] = []contract.MonthCount{{Month: "2026-06", Count: 1}, {Month: "2026-11", Count: 2}}
		b.inMonth[monthRef{id, "2026-11"}] = []contract.OccurrenceCard{cardOf(e, e.Occurrences[1]), busy}
	}
	return b
}

// pageOf renders a unit.
func pageOf(t *testing.T, b *batch, u Unit) (file, body string) {
	t.Helper()
	sites, err := urls.New("https://rose-ash.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := NewRenderer(sites, site.Assets{EventsCSS: "/_assets/events.css", FragmentCSS: "/_assets/fragment.css"}, nil)
	result, err := r.render(context.Background(), b, u)
	if err != nil {
		t.Fatalf("%s: %v", u, err)
	}
	if result.Page == nil {
		t.Fatalf("%s has no page", u)
	}
	return result.Page.File, string(result.Page.Body)
}

// TestEventPages: what each page must say, and must not.
func TestEventPages(t *testing.T) {
	for _, c := range []struct {
		unit      Unit
		day, file string
		want, not []string
	}{
		{Unit{Kind: kindOccurrence, ID: "entry_1/occ_2"}, "2026-11-20", "events/suppers/soup-supper/2026-11-24/index.html", []string{
			`<title>Soup supper, 24 November 2026 – Rose Ash</title>`, `<meta property="og:title" content="Soup supper – Tue 24 Nov 2026, 19:00">`,
			`content="Tuesday 24 November 2026, 19:00–22:00, Rose Ash Hall. Three soups &amp; bread."`,
			`<link rel="alternate" type="text/calendar" href="https://rose-ash.com/ics/calendars/suppers/soup-supper.ics" title="Soup supper">`,
			`href="webcal://rose-ash.com/ics/calendars/suppers/soup-supper.ics"`, `dates=20261124T190000Z%2F20261124T220000Z`, `startdt=2026-11-24T19%3A00%3A00Z`,
			`https://www.openstreetmap.org/?mlat=50.97&amp;mlon=-3.71#map=17/50.97/-3.71`, `Step-free access`, `href="/events/suppers/soup-supper/"`, `"@type":"Event"`,
		}, []string{"This date has passed", "Next dates"}},
		{Unit{Kind: kindOccurrence, ID: "entry_1/occ_1"}, "2026-11-20", "events/suppers/soup-supper/2026-06-23/index.html",
			[]string{"This date has passed", "Next dates", `href="/events/suppers/soup-supper/2026-11-24/"`}, []string{"webcal:", "Add to your calendar"}},
		{Unit{Kind: kindEntry, ID: "entry_1"}, "2026-11-20", "events/suppers/soup-supper/index.html", []string{
			"Every week on Tuesday", "Former dates", "Tuesday 23 June 2026", "Tuesday 24 November 2026", `"ItemList"`,
		}, []string{`"@type":"Event"`}},
		{Unit{Kind: kindCalendar, ID: "cal_1"}, "2026-11-20", "events/suppers/index.html", []string{
			"<h1>Suppers</h1>", `href="/events/suppers/2026-11/"`, `href="/events/suppers/archive/"`, `href="https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2Frose-ash.com`,
			`&lt;ra-calendar src=&#34;https://rose-ash.com&#34; calendar=&#34;cal_1&#34;`, "https://rose-ash.com/_fragments/calendar/cal_1/list.html", `href="https://rose-ash.com/ics/calendars/suppers.ics"`,
		}, []string{"Busy", "23 June", "Walks", "Nothing is planned"}},
		{Unit{Kind: kindCalendar}, "2026-12-01", "events/index.html", []string{"Nothing is planned", `href="https://rose-ash.com/ics/all.ics"`}, []string{"Soup"}},
		{Unit{Kind: kindMonth, ID: "cal_1/2026-11"}, "2026-11-20", "events/suppers/2026-11/index.html", []string{
			`<caption>November 2026</caption>`, `data-date="2026-11-30"`, "Busy", "from 09:00", "All day", "to 12:00", `rel="prev" href="/events/suppers/2026-06/"`, `data-zone="Europe/London"`,
		}, []string{`rel="next"`, "2026-12-01", "aria-current=\"date\""}},
		{Unit{Kind: kindArchive, ID: "cal_1"}, "2026-11-20", "events/suppers/archive/index.html", []string{"<h2>2026</h2>", "June", "1 date", "2 dates"}, nil},
		{Unit{Kind: kindFragment, ID: "cal_1/list"}, "2026-11-20", "_fragments/calendar/cal_1/list.html", []string{
			`<base target="_top">`, `content="noindex"`, `href="https://rose-ash.com/events/suppers/soup-supper/2026-11-24/"`,
		}, []string{"<script", `href="/events`, "Busy"}},
		{Unit{Kind: kindFragment, ID: "all/month"}, "2026-11-20", "_fragments/calendar/all/month.html", []string{"Busy", `<table class="month"`}, []string{"<script"}},
		{Unit{Kind: kindFragment, ID: "cal_1/next"}, "2026-12-01", "_fragments/calendar/cal_1/next.html", []string{"Nothing is planned"}, nil},
	} {
		t.Run(c.unit.String()+" on "+c.day, func(t *testing.T) {
			file, body := pageOf(t, dayOf(t, c.day), c.unit)
			if file != c.file {
				t.Errorf("file %s, want %s", file, c.file)
			}
			body = strings.ReplaceAll(strings.ReplaceAll(body, "\u2060", ""), "/>", ">")
			for _, want := range c.want {
				if !strings.Contains(body, want) {
					t.Errorf("without %q", want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(body, not) {
					t.Errorf("with %q", not)
				}
			}
		})
	}
}

// TestNotices: what has become of a date stands above everything else, with why.
func TestNotices(t *testing.T) {
	before := time.Date(2026, 11, 17, 19, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change func(*contract.Entry, *contract.Occurrence)
		want   string
	}{
		"cancelled": {func(_ *contract.Entry, o *contract.Occurrence) {
			o.Status, o.Reason = contract.Cancelled, "The cook is <ill>."
		}, "This date is cancelled.</strong> The cook is &lt;ill&gt;."},
		"postponed": {func(e *contract.Entry, _ *contract.Occurrence) { e.State = contract.EntryPostponed }, "This date is postponed"},
		"moved":     {func(_ *contract.Entry, o *contract.Occurrence) { o.PreviousStart = &before }, "It was to begin on Tuesday 17 November 2026, 19:00."},
	} {
		b := dayOf(t, "2026-11-20")
		e := b.entries["entry_1"]
		c.change(e, &e.Occurrences[1])
		_, body := pageOf(t, b, Unit{Kind: kindOccurrence, ID: "entry_1/occ_2"})
		if !strings.Contains(body, c.want) || !strings.Contains(body, "event-notice event-"+name) {
			t.Errorf("%s: without %q", name, c.want)
		}
		if kept := strings.Contains(body, "Add to your calendar"); kept != (name == "moved") {
			t.Errorf("%s: can be added to a calendar: %v", name, kept)
		}
	}
}

// TestGrid: every month has its days once, in whole weeks that begin on Monday.
func TestGrid(t *testing.T) {
	s := eventsOf(t)
	for m := firstOfMonth("2024-01"); m.Year() < 2029; m = m.AddDate(0, 1, 0) {
		n := 0
		g := s.grid(m.Format("2006-01"), nil, false)
		for _, week := range g.Weeks {
			if len(week) != 7 {
				t.Fatalf("%s: a week of %d days", g.Name, len(week))
			}
			for i, d := range week {
				if d.ISO == "" {
					continue
				}
				if n++; d.Day != fmt.Sprint(n) || d.Weekday != time.Weekday((i+1)%7).String() {
					t.Fatalf("%s: %s %s is in column %d, as the %dth", g.Name, d.Weekday, d.Day, i, n)
				}
			}
		}
		if want := m.AddDate(0, 1, -1).Day(); n != want {
			t.Errorf("%s has %d days, want %d", g.Name, n, want)
		}
	}
}

func TestStartMonth(t *testing.T) {
	months := []contract.MonthCount{{Month: "2026-06"}, {Month: "2026-11"}}
	for now, want := range map[string]string{"2026-01": "2026-06", "2026-06": "2026-06", "2026-07": "2026-11", "2027-01": "2026-11"} {
		if got := startMonth(months, now); got != want {
			t.Errorf("in %s: %q, want %q", now, got, want)
		}
	}
	if got := startMonth(nil, "2026-11"); got != "" {
		t.Errorf("without months: %q", got)
	}
}
