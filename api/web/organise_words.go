// Entries and dates in words. Local times are as the API has them, "2026-11-24T19:00:00" or
// "2026-11-24"; ends are exclusive.

package web

import (
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// organiseDone are what pages say after something was done, by the word in the address.
var organiseDone = map[string]string{
	"saved": "Saved.", "made": "Made.", "proposed": "Proposed. The organisers look at it, and you see here what becomes of it.", "deleted": "Deleted.",
	"copied": "This is the copy, a draft. Look at its times.", "split": "These dates are an entry of their own now.", "imported": "Imported.",
	"draft": "It is a draft again.", "submitted": "Submitted. The organisers look at it.", "provisional": "It is provisional: agreed, and not yet shown.",
	"confirmed": "Confirmed. Visitors see it.", "declined": "Declined. Who proposed it sees why.", "cancelled": "Cancelled. Visitors see that, with the reason.",
	"postponed": "Postponed. Visitors see that it has no new date yet.", "scheduled": "It takes place.",
}

// stateTexts are the states of entries, with what they mean.
var stateTexts = map[contract.EntryState]struct{ text, kind, about string }{
	contract.EntryDraft:       {"draft", "", "Only organisers and who made it see it."},
	contract.EntrySubmitted:   {"proposed", "wait", "A member has proposed it. It waits for an organiser."},
	contract.EntryProvisional: {"provisional", "wait", "Agreed, and not yet certain. Visitors do not see it."},
	contract.EntryConfirmed:   {"confirmed", "good", "Visitors see it."},
	contract.EntryDeclined:    {"declined", "", "It was proposed, and is not to be."},
	contract.EntryCancelled:   {"cancelled", "bad", "Visitors see that it does not take place."},
	contract.EntryPostponed:   {"postponed", "bad", "Visitors see that it has no new date yet."},
}

func entryState(s contract.EntryState) site.State {
	return site.State{Text: stateTexts[s].text, Kind: stateTexts[s].kind}
}

// stateWord is a state or status of the history in words; what is unknown stays as it is.
func stateWord(name string) string {
	if t, ok := stateTexts[contract.EntryState(name)]; ok {
		return t.text
	}
	return name
}

// wallTime reads a local time; the zero time for what is none.
func wallTime(local string) time.Time {
	layout := wallLayout
	if len(local) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	t, _ := time.Parse(layout, local)
	return t
}

// wallLayout is how the API writes local times.
const wallLayout = "2006-01-02T15:04:05"

// lastDay is the day on which something ends: of what ends at midnight, the day before.
func lastDay(start, end time.Time) time.Time {
	if end.After(start) {
		end = end.Add(-time.Nanosecond)
	}
	return end.Truncate(24 * time.Hour) // wall times are in UTC
}

// whenWords are the time of a date: "Tue 24 Nov 2026, 19:00–22:00".
func whenWords(localStart, localEnd string, allDay bool) string {
	const day = "Mon 2 Jan 2006"
	start, end := wallTime(localStart), wallTime(localEnd)
	last := lastDay(start, end)
	same := last.Equal(start.Truncate(24 * time.Hour))
	switch {
	case allDay && same:
		return start.Format(day) + ", all day"
	case allDay:
		return start.Format(day) + " to " + last.Format(day)
	case !end.After(start):
		return start.Format(day + ", 15:04")
	case same && end.Format("15:04") == "00:00":
		return start.Format(day+", 15:04") + "–midnight"
	case same:
		return start.Format(day+", 15:04") + "–" + end.Format("15:04")
	}
	return start.Format(day+", 15:04") + " to " + end.Format(day+", 15:04")
}

// startWords are when a date begins: "Tue 24 Nov 2026, 19:00".
func startWords(local string) string {
	if len(local) == len(time.DateOnly) {
		return wallTime(local).Format("Mon 2 Jan 2006")
	}
	return wallTime(local).Format("Mon 2 Jan 2006, 15:04")
}

// clockWarning says what the clocks do at a date; empty: nothing.
func clockWarning(adjusted string) string {
	switch adjusted {
	case "gap":
		return "The clocks skip this time: it begins as if they had not."
	case "overlap":
		return "The clocks show this time twice: it begins at the first."
	}
	return ""
}

// zoneNote names a zone where it is another than the site's.
func zoneNote(zone string, home *time.Location) string {
	if zone == home.String() {
		return ""
	}
	return " (" + strings.ReplaceAll(zone, "_", " ") + ")"
}

// venueFeatures are what a venue can have, as organisers read it.
var venueFeatures = []site.Choice{
	{Value: "step_free", Text: "Step-free access"}, {Value: "accessible_toilet", Text: "Accessible toilet"}, {Value: "hearing_loop", Text: "Hearing loop"},
	{Value: "blue_badge_parking", Text: "Blue Badge parking"}, {Value: "quiet_room", Text: "Quiet room"}, {Value: "assistance_dogs", Text: "Assistance dogs welcome"},
	{Value: "sign_language", Text: "Sign language"}, {Value: "captions", Text: "Captions"}, {Value: "changing_places", Text: "Changing Places toilet"},
	{Value: "seating", Text: "Seating throughout"},
}

// featureTexts are a venue's.
func featureTexts(codes []string) string {
	var texts []string
	for _, f := range venueFeatures {
		for _, code := range codes {
			if code == f.Value {
				texts = append(texts, f.Text)
			}
		}
	}
	return strings.Join(texts, ", ")
}

// attendanceTexts are how people take part.
var attendanceTexts = map[contract.Attendance]string{contract.InPerson: "In person", contract.Online: "Online", contract.Mixed: "In person, and online too"}
