// Calendars of the made-up co-op: lists, months, single dates, series, and what other sites
// show of them.

package site

import "strconv"

func eventSamples() []sample {
	return []sample{
		{"calendar", Calendar(sampleCalendar())},
		{"calendar-all", Calendar(sampleAllCalendars())},
		{"calendar-empty", Calendar(CalendarPage{Frame: eventFrame("/events/walks/", "Walks"), Name: "Walks", Archived: true})},
		{"month", Month(sampleMonth())},
		{"month-bare", Month(MonthPage{Frame: eventFrame("/events/2026-02/", "February 2026"), Name: "Events", Grid: MonthGrid{Month: "2026-02", Name: "February 2026", Weeks: sampleWeeks(28, 6, nil)}})},
		{"event-archive", EventArchive(sampleEventArchive())},
		{"event", Occurrence(sampleEvent())},
		{"event-cancelled", Occurrence(sampleCancelled())},
		{"event-moved", Occurrence(sampleMoved())},
		{"event-bare", Occurrence(EventPage{Frame: eventFrame("/events/suppers/soup/2026-11-24/", "Soup"), Title: "Soup", Day: sampleDay(24), When: When{Start: "2026-11-24", Words: "Tuesday 24 November 2026, all day"}})},
		{"series", Series(sampleSeries())},
		{"series-over", Series(SeriesPage{Frame: eventFrame("/events/suppers/soup/", "Soup"), Title: "Soup", Repeats: "On several dates", Former: sampleDates(2),
			Notices: []Notice{{Kind: "cancelled", Title: "All dates are cancelled."}}})},
		{"home-events", Home(homeWithEvents())},
		{"page-events", Post(PostPage{
			Frame: sampleFrame("", "/hall/", "The hall"), IsPage: true, ShowTitle: true, Title: "The hall", Body: "<p>What is on.</p>",
			Calendars: []PlacedCalendar{{Link: Link{Text: "Suppers", URL: "/events/suppers/"}, Color: "#7a1f3d", Months: sampleMonths()[:1]}, samplePlacedMonth(), {Link: Link{Text: "Walks", URL: "/events/walks/"}}},
		})},
		{"market-events", Market(MarketPage{Frame: sampleFrame("market", "/market/", "Market"), Products: sampleProducts()[:2],
			Calendars: []PlacedCalendar{{Link: Link{Text: "Market days", URL: "/events/market-days/"}, Next: sampleDates(1)}}})},
		{"fragment-list", Fragment(sampleFragment(PlacedCalendar{Months: sampleMonths()}))},
		{"fragment-month", Fragment(sampleFragment(samplePlacedMonth()))},
		{"fragment-next", Fragment(sampleFragment(PlacedCalendar{Next: sampleDates(3)}))},
		{"fragment-empty", Fragment(sampleFragment(PlacedCalendar{}))},
	}
}

func eventZeroViews() []sample {
	return []sample{
		{"calendar", Calendar(CalendarPage{})}, {"month", Month(MonthPage{})}, {"event-archive", EventArchive(ArchivePage{})},
		{"event", Occurrence(EventPage{})}, {"series", Series(SeriesPage{})}, {"fragment", Fragment(FragmentPage{})},
		{"placed", Post(PostPage{Calendars: []PlacedCalendar{{}}})},
	}
}

func eventFrame(path, title string) Frame {
	f := sampleFrame("events", path, title)
	f.EventsURL = "/events/"
	f.Assets.EventsCSS, f.Assets.EventsCSSIntegrity = "/_assets/events.css", "sha384-events"
	f.Assets.CalendarJS, f.Assets.CalendarJSIntegrity = "/_assets/calendar.js", "sha384-calendar"
	f.Head.CalendarURL, f.Head.CalendarTitle = "https://rose-ash.test/ics/calendars/suppers.ics", "Suppers"
	return f
}

func calendarTag(name, slug, color string) Tag {
	return Tag{Link: Link{Text: name, URL: "/events/" + slug + "/"}, Color: color}
}

func sampleChoice(here string) (*Link, []CalendarLink) {
	links := []CalendarLink{
		{Tag: calendarTag("Suppers", "suppers", "#7a1f3d"), Description: "Food, cooked by whoever has the time."},
		{Tag: calendarTag("Workshops", "workshops", "#3f7d4e"), Description: "Sourdough, jam, mending."},
		{Tag: calendarTag("Market days", "market-days", "#b7791f")},
	}
	for i := range links {
		links[i].Current = links[i].Text == here
	}
	return &Link{Text: "All", URL: "/events/", Current: here == ""}, links
}

func sampleDay(n int) EventDay {
	day := strconv.Itoa(n)
	iso := day
	if n < 10 {
		iso = "0" + day
	}
	return EventDay{ISO: "2026-11-" + iso, Weekday: weekdays[(n+5)%7], Day: day, Month: "November"}
}

func sampleEventCards() []EventCard {
	suppers, workshops := calendarTag("Suppers", "suppers", "#7a1f3d"), calendarTag("Workshops", "workshops", "#3f7d4e")
	return []EventCard{
		{URL: "/events/suppers/soup-supper/2026-11-24/", Title: "Soup supper", Summary: "Three soups, bread, and whoever comes.", Day: sampleDay(24),
			Start: "2026-11-24T19:00+00:00", Time: "19:00–22:00", Place: "Rose Ash Hall", Calendar: &suppers},
		{URL: "/events/workshops/sourdough/2026-11-24/", Title: "Sourdough from the beginning, with Rye Hollis and the night shift of the bakery", Day: sampleDay(24),
			Start: "2026-11-24T20:00+00:00", Time: "20:00–23:30", Zone: "New York time, GMT-5", Place: "Online", Calendar: &workshops, Status: "Cancelled"},
		{URL: "/events/workshops/mending/2026-11-27/", Title: "Mending weekend", Day: sampleDay(27), Start: "2026-11-27", Time: "To Sunday 29 November", Place: "Rose Ash Hall and online", Calendar: &workshops},
		{Title: "Busy", Day: sampleDay(28), Start: "2026-11-28T09:00+00:00", Time: "09:00–12:00", Busy: true, Calendar: &suppers},
	}
}

func sampleMonths() []EventMonth {
	c := sampleEventCards()
	return []EventMonth{
		{Name: "November 2026", URL: "/events/suppers/2026-11/", Days: []EventDates{{sampleDay(24), c[:2]}, {sampleDay(27), c[2:3]}}},
		{Name: "December 2026", Days: []EventDates{{EventDay{ISO: "2026-12-01", Weekday: "Tuesday", Day: "1", Month: "December"}, c[:1]}}},
	}
}

func sampleSubscribe(name string) *Subscribe {
	return &Subscribe{
		Name: name, WebcalURL: "webcal://rose-ash.test/ics/calendars/suppers.ics", FileURL: "https://rose-ash.test/ics/calendars/suppers.ics",
		GoogleURL: "https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2Frose-ash.test", OutlookURL: "https://outlook.live.com/calendar/0/addfromweb?name=Suppers",
	}
}

func sampleCalendar() CalendarPage {
	p := CalendarPage{
		Frame: eventFrame("/events/suppers/", "Suppers"), Name: "Suppers", Description: "<p>Food, cooked by whoever has the time.</p>",
		Breadcrumbs: []Link{{Text: "Events", URL: "/events/"}, {Text: "Suppers", Current: true}},
		OnNow:       []EventCard{{URL: "/events/suppers/feast/2026-11-20/", Title: "The long feast", Day: sampleDay(20), Start: "2026-11-20", Time: "until Wednesday 25 November", Place: "Rose Ash Hall"}},
		Months:      sampleMonths(), MonthURL: "/events/suppers/2026-11/", ArchiveURL: "/events/suppers/archive/", MoreURL: "/events/suppers/2027-01/", Subscribe: sampleSubscribe("Suppers"),
		Embed: &Embed{
			Component: "<script type=\"module\" src=\"https://rose-ash.test/_fragments/ra-calendar.js\"></script>\n<ra-calendar src=\"https://rose-ash.test\" calendar=\"cal_1\" view=\"list\"></ra-calendar>",
			Frame:     "<iframe src=\"https://rose-ash.test/_fragments/calendar/cal_1/list.html\" title=\"Suppers\"></iframe>",
		},
	}
	p.All, p.Calendars = sampleChoice("Suppers")
	return p
}

func sampleAllCalendars() CalendarPage {
	p := CalendarPage{
		Frame: eventFrame("/events/", "Events"), Name: "Events", Lede: "What is on at Rose Ash.",
		Months: sampleMonths(), MonthURL: "/events/2026-11/", Subscribe: sampleSubscribe("Rose Ash"),
	}
	p.All, p.Calendars = sampleChoice("")
	return p
}

// sampleWeeks are the weeks of a month of so many days that begins on a day of the week,
// counted from Monday.
func sampleWeeks(days, first int, events map[int][]EventCard) [][]MonthDay {
	var weeks [][]MonthDay
	for n := 1 - first; n <= days; {
		week := make([]MonthDay, 7)
		for i := range week {
			if n >= 1 && n <= days {
				week[i] = MonthDay{EventDay: sampleDay(n), Events: events[n]}
			}
			n++
		}
		weeks = append(weeks, week)
	}
	return weeks
}

func sampleGrid() MonthGrid {
	c := sampleEventCards()
	whole := c[2]
	whole.Time = "All day"
	return MonthGrid{
		Month: "2026-11", Name: "November 2026", Zone: "Europe/London",
		Weeks: sampleWeeks(30, 6, map[int][]EventCard{3: c[:1], 10: c[:1], 17: c[:1], 24: c[:2], 27: {whole}, 28: {whole, c[3]}, 29: {whole}}),
	}
}

func sampleMonth() MonthPage {
	p := MonthPage{
		Frame: eventFrame("/events/2026-11/", "November 2026"), Name: "Events", Breadcrumbs: []Link{{Text: "Events", URL: "/events/"}, {Text: "November 2026", Current: true}},
		Grid: sampleGrid(), Previous: &Link{Text: "October 2026", URL: "/events/2026-10/"}, Next: &Link{Text: "December 2026", URL: "/events/2026-12/"},
		ListURL: "/events/", ArchiveURL: "/events/archive/",
	}
	p.All, p.Calendars = sampleChoice("")
	p.All.Current = false
	return p
}

func samplePlacedMonth() PlacedCalendar {
	g := sampleGrid()
	return PlacedCalendar{Link: Link{Text: "Workshops", URL: "/events/workshops/"}, Grid: &g}
}

func sampleEventArchive() ArchivePage {
	p := ArchivePage{
		Frame: eventFrame("/events/suppers/archive/", "Archive: Suppers"), Name: "Archive: Suppers", ListURL: "/events/suppers/",
		Breadcrumbs: []Link{{Text: "Events", URL: "/events/"}, {Text: "Suppers", URL: "/events/suppers/"}, {Text: "Archive", Current: true}},
		Years: []ArchiveYear{
			{"2026", []ArchiveMonth{{Link{Text: "November", URL: "/events/suppers/2026-11/"}, "5 dates"}, {Link{Text: "October", URL: "/events/suppers/2026-10/"}, "1 date"}}},
			{"2025", []ArchiveMonth{{Link{Text: "December", URL: "/events/suppers/2025-12/"}, "4 dates"}}},
		},
	}
	p.All, p.Calendars = sampleChoice("Suppers")
	return p
}

func samplePlace() *Place {
	return &Place{
		Name: "Rose Ash Hall", Address: []string{"1 Church Lane", "Rose Ash", "Devon EX36 4RB", "United Kingdom"}, Website: "https://hall.example/",
		MapURL: "https://www.openstreetmap.org/?mlat=50.97&mlon=-3.71#map=17/50.97/-3.71", Features: []string{"Step-free access", "Hearing loop"}, Note: "The side door has no step.",
	}
}

func sampleEvent() EventPage {
	return EventPage{
		Frame: eventFrame("/events/suppers/soup-supper/2026-11-24/", "Soup supper"), Calendar: calendarTag("Suppers", "suppers", "#7a1f3d"), Title: "Soup supper", Summary: "Three soups, bread, and whoever comes.",
		Breadcrumbs: []Link{{Text: "Events", URL: "/events/"}, {Text: "Suppers", URL: "/events/suppers/"}, {Text: "Soup supper", Current: true}},
		Day:         sampleDay(24), When: When{Start: "2026-11-24T19:00+00:00", Words: "Tuesday 24 November 2026, 19:00–22:00", Series: "Every week on Tuesday"},
		Picture: samplePicture("soup.svg", "A pot of soup", 1200, 800), Description: "<p>Bring a bowl. <strong>Children eat first.</strong></p><h2>What there is</h2><ul><li>Leek</li><li>Lentil</li></ul>",
		Place: samplePlace(), Organizer: "The kitchen", SeriesURL: "/events/suppers/soup-supper/", Next: sampleDates(3), Add: sampleSubscribe("Soup supper"),
	}
}

func sampleCancelled() EventPage {
	p := sampleEvent()
	p.Notices = []Notice{{Kind: "cancelled", Title: "This date is cancelled.", Text: "The cook is ill."}}
	p.When.Past, p.Picture, p.Add = true, nil, nil
	return p
}

func sampleMoved() EventPage {
	p := sampleEvent()
	p.Notices = []Notice{{Kind: "moved", Title: "This date has moved.", Was: "It was to begin on Tuesday 17 November 2026, 19:00."}}
	p.When.Zone, p.When.Note = "New York time, GMT-4", "The clocks go back that day and show 01:30 twice: it begins at the first, GMT-4."
	p.Place, p.Online, p.OnlineURL = nil, "Join online", "https://meet.example/soup"
	return p
}

// sampleDates are dates of one entry, as its own pages list them.
func sampleDates(n int) []EventCard {
	var dates []EventCard
	for i := range n {
		c := sampleEventCards()[0]
		c.Calendar, c.Day, c.URL = nil, sampleDay(2+7*i), "/events/suppers/soup-supper/2026-11-0"+strconv.Itoa(i)+"/"
		if i == 1 {
			c.Status = "Postponed"
		}
		dates = append(dates, c)
	}
	return dates
}

func sampleSeries() SeriesPage {
	e := sampleEvent()
	return SeriesPage{
		Frame: eventFrame("/events/suppers/soup-supper/", "Soup supper"), Breadcrumbs: e.Breadcrumbs, Calendar: e.Calendar, Title: e.Title, Summary: e.Summary,
		Repeats: "Every week on Tuesday", Time: "19:00–22:00", Picture: e.Picture, Description: e.Description, Place: e.Place,
		Online: "You can take part online too. Those who have a place get the address.", Organizer: e.Organizer,
		Coming: sampleDates(3), Later: sampleDates(2), Former: sampleDates(1), Add: e.Add,
	}
}

func homeWithEvents() HomePage {
	p := sampleHome()
	p.Frame = eventFrame("/", "Rose Ash")
	p.Frame.Section = "blog"
	p.Calendars = []PlacedCalendar{{Link: Link{Text: "What is on", URL: "/events/"}, Next: sampleEventCards()[:3]}}
	return p
}

func sampleFragment(c PlacedCalendar) FragmentPage {
	c.Text, c.URL, c.WebcalURL = "Suppers", "https://rose-ash.test/events/suppers/", "webcal://rose-ash.test/ics/calendars/suppers.ics"
	return FragmentPage{Lang: "en-GB", Title: "Suppers – Rose Ash", Assets: Assets{FragmentCSS: "/_assets/fragment.css", FragmentCSSIntegrity: "sha384-fragment"}, PlacedCalendar: c}
}
