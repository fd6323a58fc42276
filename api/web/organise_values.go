// An entry as the fields of a form, and back.

package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// timeFields are the fields of a form that say when a date is.
var timeFields = []string{"all_day", "start_date", "start_time", "end_date", "end_time"}

// textFields are those that the API knows by the same name, as text.
var textFields = []string{"title", "summary", "description", "calendar", "kind", "attendance", "venue", "online_url", "organizer", "timezone"}

// entryValues is what stands in the form of an entry.
func entryValues(e contract.Entry) map[string]string {
	v := map[string]string{
		"title": e.Title, "summary": e.Summary, "description": e.Description, "calendar": string(e.Calendar.ID), "kind": string(e.Kind),
		"attendance": string(e.Attendance), "online_url": e.OnlineURL, "online_public": yes(e.OnlinePublic), "organizer": e.Organizer, "timezone": e.Timezone,
		"rdates": dateLines(e.RDates), "exdates": dateLines(e.ExDates), "venue": "", "image_url": "", "image_alt": "", "image_width": "", "image_height": "",
	}
	if e.Venue != nil {
		v["venue"] = string(e.Venue.ID)
	}
	if e.Image != nil {
		v["image_url"], v["image_alt"] = e.Image.URL, e.Image.Alt
		v["image_width"], v["image_height"] = some(int64(e.Image.Width)), some(int64(e.Image.Height))
	}
	timeValues(v, e.LocalStart, e.LocalEnd, e.AllDay)
	ruleValues(v, e.RRule, wallTime(e.LocalStart))
	return v
}

// dateValues is what stands in the form of one date: its times, and what is its own.
func dateValues(e contract.Entry, d contract.Occurrence) map[string]string {
	v := map[string]string{"title": d.Title, "summary": d.Summary, "description": d.Description, "online_url": d.OnlineURL, "venue": ""}
	if d.Venue != nil {
		v["venue"] = string(d.Venue.ID)
	}
	timeValues(v, d.LocalStart, d.LocalEnd, e.AllDay)
	return v
}

// timeValues writes the times of a date into fields. The end is its last day, and empty where
// that is the first.
func timeValues(to map[string]string, localStart, localEnd string, allDay bool) {
	start, end := wallTime(localStart), wallTime(localEnd)
	to["all_day"], to["start_date"], to["start_time"], to["end_date"], to["end_time"] = yes(allDay), start.Format(time.DateOnly), "", end.Format(time.DateOnly), ""
	if allDay {
		to["end_date"] = lastDay(start, end).Format(time.DateOnly)
	} else {
		to["start_time"], to["end_time"] = start.Format("15:04"), end.Format("15:04")
	}
	if to["end_date"] == to["start_date"] {
		to["end_date"] = ""
	}
}

// dateLines are dates as a field has them, one a line.
func dateLines(dates []string) string {
	lines := make([]string, len(dates))
	for i, d := range dates {
		lines[i] = strings.TrimSuffix(strings.Replace(d, "T", " ", 1), ":00")
	}
	return strings.Join(lines, "\n")
}

// timesTyped are the times of a form. What is wrong is noted.
func timesTyped(f site.Form) (start, end time.Time, allDay bool) {
	day := func(name string) (t time.Time) {
		t, err := time.Parse(time.DateOnly, strings.TrimSpace(f.Values[name]))
		if err != nil {
			f.Errors[name] = "expected a day, such as 2030-05-04"
		}
		return t
	}
	clock := func(name string) time.Duration {
		text := strings.TrimSpace(f.Values[name])
		t, err := time.Parse("15:04", text[:min(5, len(text))])
		if err != nil {
			f.Errors[name] = "expected a time, such as 16:00"
		}
		return t.Sub(t.Truncate(24 * time.Hour))
	}
	start = day("start_date")
	end = start
	named := strings.TrimSpace(f.Values["end_date"]) != ""
	if named {
		end = day("end_date")
	}
	if f.Values["all_day"] == "yes" {
		if end = end.AddDate(0, 0, 1); !end.After(start) {
			f.Errors["end_date"] = "it ends before it begins"
		}
		return start, end, true
	}
	start, end = start.Add(clock("start_time")), end.Add(clock("end_time"))
	switch {
	case !end.Before(start) || len(f.Errors) > 0:
	case named:
		f.Errors["end_date"] = "it ends before it begins"
	default:
		end = end.AddDate(0, 0, 1) // it goes on after midnight
	}
	return start, end, false
}

// localText is a local time as the API reads it.
func localText(t time.Time, allDay bool) string {
	if allDay {
		return t.Format(time.DateOnly)
	}
	return t.Format(wallLayout)
}

// datesTyped are the dates of a field with one a line; a day alone is at the time at which the
// series begins.
func datesTyped(f site.Form, name string, start time.Time, allDay bool) []string {
	dates := []string{}
	for line := range strings.SplitSeq(f.Values[name], "\n") {
		line = strings.TrimSpace(strings.Replace(line, "T", " ", 1))
		if line == "" {
			continue
		}
		date, clock, timed := strings.Cut(line, " ")
		t, err := time.Parse(time.DateOnly, date)
		at := start.Sub(start.Truncate(24 * time.Hour))
		if timed && !allDay && err == nil {
			var of time.Time
			if of, err = time.Parse("15:04", strings.TrimSpace(clock)[:min(5, len(strings.TrimSpace(clock)))]); err == nil {
				at = of.Sub(of.Truncate(24 * time.Hour))
			}
		}
		if err != nil {
			f.Errors[name] = fmt.Sprintf("line %d is no date such as 2026-12-03 19:00", len(dates)+1)
			return dates
		}
		dates = append(dates, localText(t.Add(at), allDay))
	}
	return dates
}

// entryBody is what of a form the API is asked to store: what differs from what was there, or
// all of it where was is nil. single is the form of one date. What is wrong is noted.
func entryBody(f site.Form, was map[string]string, single bool) map[string]any {
	body := map[string]any{}
	differ := func(names ...string) bool {
		return was == nil || slices.ContainsFunc(names, func(name string) bool { return f.Values[name] != was[name] })
	}
	for _, name := range textFields {
		if value, there := f.Values[name]; there && differ(name) {
			body[name] = strings.TrimSpace(value)
		}
	}
	start, end, allDay := timesTyped(f)
	if differ(timeFields...) {
		body["local_start"], body["local_end"] = localText(start, allDay), localText(end, allDay)
	}
	if single {
		return body
	}
	if was == nil {
		for _, name := range []string{"timezone", "calendar"} {
			if body[name] == "" {
				delete(body, name) // the API has one, or says that it is missing
			}
		}
	}
	if differ("all_day") {
		body["all_day"] = allDay
	}
	if differ("online_public") {
		body["online_public"] = f.Values["online_public"] == "yes"
	}
	if differ(ruleFields...) {
		body["rrule"] = ruleTyped(f, start, allDay)
	}
	for _, name := range []string{"rdates", "exdates"} {
		if differ(name) {
			body[name] = datesTyped(f, name, start, allDay)
		}
	}
	if f.Values["attendance"] == string(contract.InPerson) {
		delete(body, "online_url") // there is none, whatever stands in a field that is not asked for
	}
	if f.Values["attendance"] == string(contract.Online) {
		delete(body, "venue")
	}
	pictureBody(f, was, body)
	return body
}

// pictureBody adds the picture, where it is another or says something else.
func pictureBody(f site.Form, was map[string]string, body map[string]any) {
	url := f.Values["image_url"]
	switch {
	case f.Values["image_remove"] == "yes":
		body["image"] = map[string]any{"url": "", "alt": ""}
	case url != "" && (was == nil || url != was["image_url"] || f.Values["image_alt"] != was["image_alt"]):
		image := map[string]any{"url": url, "alt": strings.TrimSpace(f.Values["image_alt"])}
		for _, name := range []string{"width", "height"} {
			if n, given := wholeTyped(f, "image_"+name); given {
				image[name] = n
			}
		}
		body["image"] = image
	}
}
