package site

// organisePage is what stands around a sample of the pages of organisers.
func organisePage(section, title string, trail ...Link) OrganisePage {
	f := sampleFrame("organise", "/organise/", title)
	f.Account, f.Assets.JS = "Ada Baker", ""
	f.Assets.OrganiseCSS, f.Assets.OrganiseCSSIntegrity = "/_assets/organise-0123456789.css", "sha384-organise"
	f.Assets.OrganiseJS, f.Assets.OrganiseJSIntegrity = "/_assets/organise-0123456789.js", "sha384-organise"
	f.Head.NoIndex = true
	p := OrganisePage{Frame: f, Title: title, Trail: trail}
	for _, tab := range []Link{{Text: "Overview", URL: "/organise/"}, {Text: "Entries", URL: "/organise/entries/"}, {Text: "Calendars", URL: "/organise/calendars/"}, {Text: "Venues", URL: "/organise/venues/"}} {
		tab.Current = tab.Text == section
		p.Tabs = append(p.Tabs, tab)
	}
	return p
}

var (
	organiseTrail = []Link{{Text: "Entries", URL: "/organise/entries/"}, {Text: "Soup supper", URL: "/organise/entries/entry_1/"}}
	organiseDay   = Date{ISO: "2026-11-24T19:00:00Z", Text: "24 Nov 2026, 19:00"}
)

func organiseSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	rows := []OrganiseRow{
		{Link: Link{Text: "Soup supper", URL: "/organise/entries/entry_1/"}, Color: "#7a1f3d", Calendar: "Suppers", When: "Tue 24 Nov 2026, 19:00–22:00", Repeats: "Every week on Tuesday", States: []State{{"proposed", "wait"}}},
		{Link: Link{Text: evil, URL: "/organise/entries/entry_2/"}, Calendar: "Market, Rose Ash Hall", When: "Sat 28 Nov 2026, all day", States: []State{{"cancelled", "bad"}, {"private", ""}}, Note: evil},
	}
	wrong := organisePage("Entries", "New entry", organiseTrail[0])
	wrong.Message = &Message{Kind: "fault", Text: "Nothing was changed.", Items: []Link{{Text: "Title: is required", URL: "#f-title"}}}
	form := Form{Values: map[string]string{"title": evil, "repeat": "weekly", "days.TU": "yes", "image_url": "/media/0f/pots.jpg", "image_alt": evil, "exdates": "2026-12-29 19:00"},
		Errors: map[string]string{"title": "is required", "timezone": "expected a zone", "picture": "is no picture"}, Stored: map[string]string{"summary": evil}}
	edit := OrganiseEditPage{Organise: wrong, Form: form, URL: "/organise/entries/new/", Calendars: []Choice{{"cal_1", "Suppers"}}, Venues: []Choice{{"", "None"}, {"venue_1", evil}},
		States: []Choice{{"draft", "A draft"}, {"confirmed", "Confirmed"}}, Zones: []string{"Europe/London"}, Picture: samplePicture("pots.jpg", evil, 1200, 800), CanPicture: true, Button: "Save it",
		Check: &OrganiseCheck{Words: "Every week on Tuesday", Rule: "FREQ=WEEKLY;BYDAY=TU", More: "and 90 more in 24 months", Faults: []string{evil},
			Dates: []OrganiseCheckDate{{"Tue 24 Nov 2026, 19:00–22:00", ""}, {"Sun 28 Mar 2027, 01:30–03:00", "The clocks skip this time: it begins as if they had not."}}}}
	one := edit
	one.Organise, one.Scope, one.Occurrence, one.ScopeText, one.ScopeURL, one.ID, one.States = organisePage("Entries", "Edit Soup supper", organiseTrail...), "this", "occ_1", "Only this date is changed", "/organise/entries/entry_1/edit/", "entry_1", nil
	propose := edit
	propose.Organise, propose.Propose, propose.Picture, propose.CanPicture, propose.States, propose.Check, propose.Form = organisePage("Entries", "Propose a date", organiseTrail[0]), true, nil, false, nil, nil, Form{}
	do := []OrganiseDo{
		{Text: "Confirm", URL: "/organise/entries/entry_1/state/", Fields: [][2]string{{"etag", evil}, {"state", "confirmed"}}, Main: true},
		{Text: "Decline", Button: "Decline it", Hint: "Who proposed it reads why.", URL: "/organise/entries/entry_1/state/", Danger: true, Ask: []Input{{Name: "reason", ID: "reason-declined", Label: "Why", Required: true}},
			Form: Form{Values: map[string]string{"reason": evil}, Errors: map[string]string{"reason": "say why"}}},
	}
	facts := []OrganiseFact{{Name: "Calendar", Value: "Suppers"}, {Name: "Online", Value: evil, URL: "https://meet.example/soup"}}
	thing := AccountThing{Link: Link{Text: evil, URL: "/events/suppers/soup-supper/2026-11-24/"}, Notes: []string{"Tue 24 Nov 2026, 19:00–22:00"},
		Do: []AccountAction{{Text: "Do not keep it", About: "Soup supper", URL: "/account/calendar/save/", Fields: [][2]string{{"occurrence", "occ_1"}, {"no", "yes"}}}}}
	return []sample{
		{"organise", OrganiseHome(OrganiseHomePage{Organise: organisePage("Overview", "Organise"), New: []Link{{Text: "New entry", URL: "/organise/entries/new/", Current: true}},
			Attention: []OrganiseWarning{{Text: evil, Link: Link{Text: "Look at it", URL: "/organise/entries/entry_1/"}}},
			Lists:     []OrganiseList{{ID: "submitted", Title: "Proposals that wait", Rows: rows, More: &Link{Text: "All of them", URL: "/organise/entries/?state=submitted"}}, {ID: "comes", Title: "What comes", Empty: "Nothing comes."}}})},
		{"organise-entries", OrganiseEntries(OrganiseEntriesPage{Organise: organisePage("Entries", "Entries"), Form: Form{Values: map[string]string{"q": evil}}, Calendars: []Choice{{"", "All"}}, States: []Choice{{"", "All"}},
			New: &Link{Text: "New entry", URL: "/organise/entries/new/"}, Rows: rows, NextURL: "/organise/entries/?cursor=x"})},
		{"organise-entries-none", OrganiseEntries(OrganiseEntriesPage{Organise: organisePage("Entries", "Entries"), Empty: "Nothing fits."})},
		{"organise-entry", OrganiseEntry(OrganiseEntryPage{Organise: organisePage("Entries", "Soup supper", organiseTrail[0]), State: State{"proposed", "wait"}, About: "A member has proposed it.", Facts: facts,
			Description: "<p>Bring a <strong>bowl</strong>.</p>", Picture: samplePicture("pots.jpg", evil, 1200, 800), Links: []Link{{Text: "Edit", URL: "/organise/entries/entry_1/edit/", Current: true}, {Text: "See it", URL: "/events/suppers/soup-supper/"}},
			Do: do, Former: 3, AllURL: "/organise/entries/entry_1/?dates=all", Dates: []OrganiseDate{{Link: Link{Text: "Tue 24 Nov 2026", URL: "/organise/entries/entry_1/dates/occ_1/"}, States: []State{{"moved", ""}}, Note: evil}, {Link: Link{Text: "Tue 1 Dec 2026"}, Over: true}},
			History: []OrganiseEvent{{At: organiseDay, What: "Confirmed", Reason: evil, By: "you"}, {At: organiseDay, What: "Made, as draft"}}})},
		{"organise-date", OrganiseOccurrence(OrganiseDatePage{Organise: organisePage("Entries", "Soup supper, Tue 24 Nov 2026", organiseTrail...), States: []State{{"confirmed", "good"}}, Facts: facts, Notes: []string{evil}, Links: []Link{{Text: "Move it", URL: "/organise/entries/entry_1/edit/", Current: true}}, Do: do})},
		{"organise-scope", OrganiseScope(OrganiseScopePage{Organise: organisePage("Entries", "Edit Soup supper", organiseTrail...), URL: "/organise/entries/entry_1/edit/", Form: Form{Values: map[string]string{"apply": "all"}}, Dates: []Choice{{"occ_1", "Tue 24 Nov 2026"}}})},
		{"organise-edit", OrganiseEdit(edit)},
		{"organise-edit-date", OrganiseEdit(one)},
		{"organise-propose", OrganiseEdit(propose)},
		{"organise-touch", OrganiseTouches(OrganiseTouchPage{Organise: organisePage("Entries", "What this will touch", organiseTrail...), URL: "/organise/entries/entry_1/edit/", Fields: [][2]string{{"title", evil}}, Intro: "Nothing is stored yet.", Changes: facts, Button: "Change it",
			Groups: []OrganiseTouch{{ID: "move", Title: "Move", Text: "Whoever keeps one keeps it.", Count: "21", Items: []string{"Tue 24 Nov 2026, 19:00 → 19:30"}, More: "and 20 more", Warn: true}, {ID: "stay", Title: "Stay", Count: "0"}}})},
		{"organise-calendars", OrganiseCalendars(OrganiseCalendarsPage{Organise: organisePage("Calendars", "Calendars"), New: &Link{Text: "New calendar", URL: "/organise/calendars/new/"}, Rows: []OrganiseCalendarRow{{Link: Link{Text: evil, URL: "/organise/calendars/cal_1/"}, Color: "#7a1f3d", Places: "home page", Entries: "/organise/entries/?calendar=suppers", States: []State{{"takes proposals", "good"}}}}})},
		{"organise-calendars-none", OrganiseCalendars(OrganiseCalendarsPage{Organise: organisePage("Calendars", "Calendars")})},
		{"organise-calendar", OrganiseCalendar(OrganiseCalendarPage{Organise: organisePage("Calendars", "Suppers", Link{Text: "Calendars", URL: "/organise/calendars/"}), Form: form, URL: "/organise/calendars/cal_1/", ID: "cal_1", ETag: `"1"`, Zones: []string{"Europe/London"},
			Places: []OrganisePlace{{"places[0].", "The home page"}}, Where: []Choice{{"", "Nowhere else"}, {"page:post_1", evil}}, Links: []Link{{Text: "See it", URL: "/events/suppers/"}}, PeopleURL: "/account/admin/people/", Component: "<ra-calendar>" + evil, Iframe: "<iframe>" + evil})},
		{"organise-venues", OrganiseVenues(OrganiseVenuesPage{Organise: organisePage("Venues", "Venues"), New: &Link{Text: "New venue", URL: "/organise/venues/new/"}, Rows: []OrganiseVenueRow{{Link: Link{Text: evil, URL: "/organise/venues/venue_1/"}, Address: "1 Church Lane", Features: "Step-free access"}}, NextURL: "/organise/venues/?cursor=x"})},
		{"organise-venue", OrganiseVenue(OrganiseVenuePage{Organise: organisePage("Venues", "Hall", Link{Text: "Venues", URL: "/organise/venues/"}), Form: form, URL: "/organise/venues/venue_1/", ID: "venue_1", ETag: `"1"`, Features: []Choice{{"step_free", "Step-free access"}}})},
		{"organise-import", OrganiseImport(OrganiseImportPage{Organise: organisePage("Calendars", "Import into Suppers"), URL: "/organise/calendars/cal_1/import/", Fault: evil})},
		{"organise-import-report", OrganiseImport(OrganiseImportPage{Organise: organisePage("Calendars", "Import into Suppers"), URL: "/organise/calendars/cal_1/import/", Report: &OrganiseReport{File: evil, Token: "t", Counts: []OrganiseFact{{Name: "New", Value: "2"}},
			Rows: []OrganiseReportRow{{Link: Link{Text: "Line 4", URL: "/organise/entries/entry_1/"}, State: State{"created", "good"}}, {Link: Link{Text: "Line 20"}, State: State{"skipped", "bad"}, Notes: []string{evil}}}, More: "and 3 more"}})},
		{"account-calendar", AccountCalendar(AccountCalendarPage{Account: accountPage("calendar", "My calendar"), Calendars: []AccountThing{thing}, Dates: []AccountThing{thing}, Feeds: []AccountThing{{Link: Link{Text: "Phone"}}}, NextURL: "/account/calendar/?cursor=x",
			Form: Form{Values: map[string]string{"name": evil}, Errors: map[string]string{"name": "is too long"}}, Made: &AccountSecret{Name: evil, Value: "https://rose-ash.example/ics/me/x.ics", Text: "Copy it now."}, WebcalURL: "webcal://rose-ash.example/ics/me/x.ics", EventsURL: "/events/"})},
		{"account-keep", AccountKeep(AccountKeepPage{Account: accountPage("calendar", "Keep this date"), What: evil, When: "Tue 24 Nov 2026", Do: AccountAction{Text: "Keep it", URL: "/account/calendar/save/"}, BackURL: "/events/", Back: "Back"})},
	}
}
