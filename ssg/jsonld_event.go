// Dates in JSON-LD, as search engines' rules for events ask for them: one Event on the page of
// its own, lists of addresses elsewhere.

package ssg

import (
	"cmp"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

const schemaOrg = "https://schema.org/"

// eventLD is one date. Its times have the zone's offset; of an all-day entry they are dates, the
// last one being that on which it ends.
func (s scene) eventLD(e contract.Entry, o contract.Occurrence) thing {
	when, card := spanOf(e, o), cardOf(e, o)
	address := s.r.sites.URL(urls.Events, datePath(card))
	t := thing{
		"@type": "Event", "@id": address + "#event", "url": address, "name": card.Title,
		"startDate": when.machine(when.start, o.StartsAt), "endDate": when.machine(when.end, o.EndsAt),
		"eventStatus": schemaOrg + "EventScheduled", "eventAttendanceMode": schemaOrg + attendanceModes[e.Attendance],
		"organizer": s.publisher(), "inLanguage": s.settings.Locale,
	}
	if e.AllDay {
		t["endDate"] = when.machine(when.last(), o.EndsAt)
	}
	if about := cmp.Or(card.Summary, firstWords(cmp.Or(o.DescriptionHTML, e.DescriptionHTML))); about != "" {
		t["description"] = about
	}
	if e.Organizer != "" {
		t["organizer"] = thing{"@type": "Organization", "name": e.Organizer}
	}
	if e.Image != nil && e.Image.URL != "" {
		t["image"] = s.outside(e.Image.URL)
	}
	if len(e.Occurrences) > 1 {
		t["superEvent"] = thing{"@type": "EventSeries", "name": e.Title, "url": s.r.sites.URL(urls.Events, urls.Series(e.Calendar.Slug, e.Slug))}
	}
	switch statusOf(e, o) {
	case contract.Cancelled:
		t["eventStatus"] = schemaOrg + "EventCancelled"
	case contract.Postponed:
		t["eventStatus"] = schemaOrg + "EventPostponed"
	default:
		if o.PreviousStart != nil && !o.PreviousStart.Equal(o.StartsAt) {
			t["eventStatus"] = schemaOrg + "EventRescheduled"
			t["previousStartDate"] = when.machine(o.PreviousStart.In(location(e.Timezone)), *o.PreviousStart)
		}
	}
	var places []any
	if v := venueOf(e, o); v != nil {
		places = append(places, venueLD(v))
	}
	if e.Attendance != contract.InPerson {
		places = append(places, thing{"@type": "VirtualLocation", "url": cmp.Or(onlineURL(e, o), address)})
	}
	switch len(places) {
	case 0:
	case 1:
		t["location"] = places[0]
	default:
		t["location"] = places
	}
	return t
}

var attendanceModes = map[contract.Attendance]string{
	contract.InPerson: "OfflineEventAttendanceMode", contract.Online: "OnlineEventAttendanceMode", contract.Mixed: "MixedEventAttendanceMode",
}

// venueLD is a place, with what it has for those who need it.
func venueLD(v *contract.Venue) thing {
	t := thing{"@type": "Place", "name": v.Name}
	address := thing{"@type": "PostalAddress"}
	for name, value := range map[string]string{
		"streetAddress": v.Street, "addressLocality": v.Locality, "addressRegion": v.Region, "postalCode": v.PostalCode, "addressCountry": v.Country,
	} {
		if value != "" {
			address[name] = value
		}
	}
	if len(address) > 1 {
		t["address"] = address
	}
	if v.Latitude != nil && v.Longitude != nil {
		t["geo"] = thing{"@type": "GeoCoordinates", "latitude": *v.Latitude, "longitude": *v.Longitude}
	}
	if v.Website != "" {
		t["url"] = v.Website
	}
	var amenities []any
	for _, word := range featureWords(*v) {
		amenities = append(amenities, thing{"@type": "LocationFeatureSpecification", "name": word, "value": true})
	}
	if amenities != nil {
		t["amenityFeature"] = amenities
	}
	return t
}

// datesLD is a page with a list of dates, each of which is an Event on its own page.
func (s eventScene) datesLD(name, at string, dates []site.EventCard) thing {
	items := []any{}
	for _, c := range dates {
		if c.URL != "" {
			items = append(items, thing{"@type": "ListItem", "position": len(items) + 1, "url": s.outside(c.URL), "name": c.Title})
		}
	}
	return thing{
		"@type": "CollectionPage", "name": name, "url": s.absolute(at), "mainEntity": thing{"@type": "ItemList", "itemListElement": items},
	}
}
