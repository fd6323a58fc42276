// What the requests of the authorization table about calendars are about.

package api_test

import (
	"encoding/json"
	"maps"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/id"
)

func init() {
	maps.Copy(bodies, map[string]string{
		"create-calendar":       `{"name":"Calendar $n","slug":"calendar-$n"}`,
		"update-calendar":       `{"name":"Calendar $n, again"}`,
		"create-venue":          `{"name":"Venue $n","slug":"venue-$n"}`,
		"update-venue":          `{"name":"Venue $n, again"}`,
		"create-entry":          `{"calendar":"$calendar","title":"Entry $n","local_start":"2030-05-01T19:00:00","local_end":"2030-05-01T21:00:00"}`,
		"update-entry":          `{"title":"Entry $n, again"}`,
		"preview-entry":         `{"title":"Entry $n, again"}`,
		"set-entry-state":       `{"state":"draft"}`,
		"set-occurrence-status": `{"status":"cancelled","reason":"Rain."}`,
		"duplicate-entry":       `{"local_start":"2030-06-01T19:00:00"}`,
		"preview-recurrence":    `{"timezone":"Europe/London","local_start":"2030-05-01T19:00:00","local_end":"2030-05-01T21:00:00","rrule":"FREQ=WEEKLY"}`,
		"create-calendar-feed":  `{"name":"Phone $n"}`,
		"import-calendar":       "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//example//EN\r\nEND:VCALENDAR\r\n",
	})
	maps.Copy(contentTypes, map[string]string{"import-calendar": "text/calendar"})
	maps.Copy(queries, map[string]string{"import-calendar": "?dry_run=true"})
	maps.Copy(taggedBy, map[string][2]string{"set-entry-state": {"/state", ""}})
}

// openCalendar makes a calendar that takes proposals.
func (w *matrix) openCalendar(t *testing.T) {
	t.Helper()
	w.calendar = w.make(t, "admin", "/v1/calendars", `{"name":"Hall","slug":"the-hall","proposals":true}`, "id")
}

// ofCalendars makes what a parameter of the calendars' paths names; false: it is none of theirs.
func (w *matrix) ofCalendars(t *testing.T, parameter string) (string, bool) {
	t.Helper()
	switch parameter {
	case "calendar":
		return w.calendar, true
	case "venue":
		return w.make(t, "admin", "/v1/venues", bodies["create-venue"], "id"), true
	case "entry":
		// The owner's proposal; not made by them, who may not have so many.
		entry := w.make(t, "admin", "/v1/entries", bodies["create-entry"], "id")
		u, _ := id.Parse("entry", entry)
		w.exec(t, `UPDATE events.entries SET state = 'submitted', proposed_by = $2 WHERE id = $1`, u, w.users["owner"])
		return entry, true
	case "occurrence":
		entry := w.make(t, "admin", "/v1/entries", bodies["create-entry"], "id")
		u, _ := id.Parse("entry", entry)
		w.exec(t, `UPDATE events.entries SET state = 'confirmed', published_at = shared.clock() WHERE id = $1`, u)
		_, body := w.as(t, "admin", apitest.Scenario{Method: "GET", URL: "/v1/entries/" + entry})
		var read struct{ Occurrences []struct{ ID string } }
		if err := json.Unmarshal(body, &read); err != nil || len(read.Occurrences) != 1 {
			t.Fatalf("%v: %s", err, body)
		}
		return read.Occurrences[0].ID, true
	case "feed":
		w.exec(t, `DELETE FROM events.feeds WHERE user_id = $1`, w.users["owner"]) // there may be ten
		return w.make(t, "owner", "/v1/me/calendar-feeds", bodies["create-calendar-feed"], "id"), true
	}
	return "", false
}
