package ssg

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// eventsOf makes dates for a co-op in London.
func eventsOf(t *testing.T) eventScene {
	t.Helper()
	sites, err := urls.New("https://rose-ash.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	settings := contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London", Locale: "en-GB"}
	return eventScene{scene: scene{r: NewRenderer(sites, site.Assets{}, nil), app: urls.Events, settings: settings}}
}

// eventNode is an event as a search engine reads it.
func eventNode(t *testing.T, e contract.Entry, o contract.Occurrence) node {
	t.Helper()
	var doc struct {
		Graph []node `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(jsonLD([]any{eventsOf(t).eventLD(e, o)})), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Graph[0]
}

func hall() *contract.Venue {
	lat, lon := 50.97, -3.71
	return &contract.Venue{
		ID: "venue_1", Name: "Rose Ash Hall", Street: "1 Church Lane", Locality: "Rose Ash", Region: "Devon", PostalCode: "EX36 4RB", Country: "GB",
		Latitude: &lat, Longitude: &lon, Timezone: "Europe/London", Accessibility: []string{"step_free"}, Website: "https://hall.example/",
	}
}

// supper is a series of two dates.
func supper(t *testing.T) contract.Entry {
	date := func(id, day string) contract.Occurrence {
		return contract.Occurrence{
			ID: contract.OccurrenceID(id), Slug: day, Recurrence: day + "T19:00:00", LocalStart: day + "T19:00:00", LocalEnd: day + "T22:00:00", Status: contract.Scheduled,
			StartsAt: instant(t, day+"T19:00:00", "Europe/London"), EndsAt: instant(t, day+"T22:00:00", "Europe/London"),
		}
	}
	return contract.Entry{
		EntryLink: contract.EntryLink{ID: "entry_1", Slug: "soup-supper", Title: "Soup supper", Calendar: contract.CalendarLink{ID: "cal_1", Slug: "suppers", Name: "Suppers"}},
		State:     contract.EntryConfirmed, Kind: contract.EntryPublic, Summary: "Three soups & bread.", Timezone: "Europe/London", Attendance: contract.InPerson, Venue: hall(),
		Image: &contract.Image{URL: "/media/0f/soup.jpg"}, LocalStart: "2026-06-23T19:00:00", LocalEnd: "2026-06-23T22:00:00", Repeats: "Every week on Tuesday",
		Occurrences: []contract.Occurrence{date("occ_1", "2026-06-23"), date("occ_2", "2026-11-24")},
	}
}

func TestEventLD(t *testing.T) {
	e := supper(t)
	want := node{
		"@type": "Event", "@id": "https://rose-ash.com/events/suppers/soup-supper/2026-06-23/#event", "url": "https://rose-ash.com/events/suppers/soup-supper/2026-06-23/",
		"name": "Soup supper", "description": "Three soups & bread.", "startDate": "2026-06-23T19:00+01:00", "endDate": "2026-06-23T22:00+01:00", "inLanguage": "en-GB",
		"eventStatus": "https://schema.org/EventScheduled", "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
		"organizer": node{"@id": "https://rose-ash.com/#organization"}, "image": "https://rose-ash.com/media/0f/soup.jpg",
		"superEvent": node{"@type": "EventSeries", "name": "Soup supper", "url": "https://rose-ash.com/events/suppers/soup-supper/"},
		"location": node{
			"@type": "Place", "name": "Rose Ash Hall", "url": "https://hall.example/", "geo": node{"@type": "GeoCoordinates", "latitude": 50.97, "longitude": -3.71},
			"address":        node{"@type": "PostalAddress", "streetAddress": "1 Church Lane", "addressLocality": "Rose Ash", "addressRegion": "Devon", "postalCode": "EX36 4RB", "addressCountry": "GB"},
			"amenityFeature": []any{node{"@type": "LocationFeatureSpecification", "name": "Step-free access", "value": true}},
		},
	}
	if diff := cmp.Diff(want, eventNode(t, e, e.Occurrences[0])); diff != "" {
		t.Errorf("a summer's date (-want +got)\n%s", diff)
	}
	if got := eventNode(t, e, e.Occurrences[1])["startDate"]; got != "2026-11-24T19:00+00:00" {
		t.Errorf("a winter's date begins at %v", got)
	}
}

// TestEventStatusLD: previousStartDate goes with EventRescheduled and with nothing else.
func TestEventStatusLD(t *testing.T) {
	before := time.Date(2026, 11, 17, 19, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		change   func(*contract.Entry, *contract.Occurrence)
		status   string
		previous any
	}{
		{"as planned", func(*contract.Entry, *contract.Occurrence) {}, "EventScheduled", nil},
		{"cancelled", func(_ *contract.Entry, o *contract.Occurrence) { o.Status = contract.Cancelled }, "EventCancelled", nil},
		{"the whole entry cancelled", func(e *contract.Entry, _ *contract.Occurrence) { e.State = contract.EntryCancelled }, "EventCancelled", nil},
		{"postponed", func(_ *contract.Entry, o *contract.Occurrence) { o.Status = contract.Postponed }, "EventPostponed", nil},
		{"moved", func(_ *contract.Entry, o *contract.Occurrence) { o.PreviousStart = &before }, "EventRescheduled", "2026-11-17T19:00+00:00"},
		{"moved and cancelled", func(_ *contract.Entry, o *contract.Occurrence) {
			o.PreviousStart, o.Status = &before, contract.Cancelled
		}, "EventCancelled", nil},
		{"moved back", func(_ *contract.Entry, o *contract.Occurrence) { o.PreviousStart = &o.StartsAt }, "EventScheduled", nil},
	} {
		e := supper(t)
		o := e.Occurrences[1]
		c.change(&e, &o)
		n := eventNode(t, e, o)
		if n["eventStatus"] != schemaOrg+c.status || n["previousStartDate"] != c.previous {
			t.Errorf("%s: %v, before %v; want %s, %v", c.name, n["eventStatus"], n["previousStartDate"], c.status, c.previous)
		}
	}
}

// TestEventPlaceLD: where nobody outside may know the address, the page stands for it.
func TestEventPlaceLD(t *testing.T) {
	virtual := func(address string) node { return node{"@type": "VirtualLocation", "url": address} }
	const page = "https://rose-ash.com/events/suppers/soup-supper/2026-11-24/"
	for _, c := range []struct {
		attendance contract.Attendance
		public     bool
		mode       string
		location   func(node) any
	}{
		{contract.Online, false, "OnlineEventAttendanceMode", func(node) any { return virtual(page) }},
		{contract.Online, true, "OnlineEventAttendanceMode", func(node) any { return virtual("https://meet.example/soup") }},
		{contract.Mixed, false, "MixedEventAttendanceMode", func(hall node) any { return []any{hall, virtual(page)} }},
	} {
		e := supper(t)
		there := eventNode(t, e, e.Occurrences[1])["location"].(node)
		e.Attendance, e.OnlineURL, e.OnlinePublic = c.attendance, "https://meet.example/soup", c.public
		n := eventNode(t, e, e.Occurrences[1])
		if diff := cmp.Diff(c.location(there), n["location"]); diff != "" || n["eventAttendanceMode"] != schemaOrg+c.mode {
			t.Errorf("%s, public %v: %v (-want +got)\n%s", c.attendance, c.public, n["eventAttendanceMode"], diff)
		}
		if body, _ := json.Marshal(n); !c.public && strings.Contains(string(body), "meet.example") {
			t.Errorf("%s: tells the address that is not public", c.attendance)
		}
	}
}

// TestAllDayLD: days have no hour, and the last one is that on which it ends.
func TestAllDayLD(t *testing.T) {
	e := supper(t)
	e.AllDay = true
	o := e.Occurrences[1]
	o.LocalStart, o.LocalEnd = "2026-11-27", "2026-11-30"
	n := eventNode(t, e, o)
	if n["startDate"] != "2026-11-27" || n["endDate"] != "2026-11-29" {
		t.Errorf("from %v to %v, want 2026-11-27 to 2026-11-29", n["startDate"], n["endDate"])
	}
}
