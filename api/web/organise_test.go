package web

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// TestRuleFields: what fields say of a rule comes back as the rule; what they cannot say is left
// as it is.
func TestRuleFields(t *testing.T) {
	start := time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC) // the fourth Tuesday
	for rule, repeat := range map[string]string{
		"":                             "never",
		"FREQ=DAILY":                   "daily",
		"FREQ=DAILY;INTERVAL=3":        "daily",
		"FREQ=WEEKLY":                  "weekly",
		"FREQ=WEEKLY;BYDAY=TU,TH":      "weekly",
		"FREQ=WEEKLY;BYDAY=TU;COUNT=9": "weekly",
		"FREQ=MONTHLY":                 "monthly",
		"FREQ=MONTHLY;BYDAY=4TU":       "monthly",
		"FREQ=MONTHLY;BYDAY=-1TU;UNTIL=20270601T235959": "monthly",
		"FREQ=YEARLY":                          "yearly",
		"FREQ=YEARLY;BYMONTH=11;BYDAY=4TU":     "yearly",
		"FREQ=MONTHLY;BYMONTHDAY=13,24":        "rule",
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1": "rule",
		"FREQ=WEEKLY;BYDAY=1TU":                "rule",
		"FREQ=WEEKLY;WKST=SU;BYDAY=TU":         "rule",
		"FREQ=YEARLY;BYMONTH=3;BYDAY=1TU":      "rule",
		"FREQ=DAILY;FREQ=WEEKLY":               "rule",
		"FREQ=SECONDLY":                        "rule",
		"nonsense":                             "rule",
	} {
		f := site.Form{Values: map[string]string{}, Errors: map[string]string{}}
		ruleValues(f.Values, rule, start)
		if f.Values["repeat"] != repeat {
			t.Errorf("%q repeats %q, want %q", rule, f.Values["repeat"], repeat)
		}
		if got := ruleTyped(f, start, false); got != rule || len(f.Errors) > 0 {
			t.Errorf("%q comes back as %q (%v)", rule, got, f.Errors)
		}
	}
}

// TestRuleFaults: what is wrong is said at its field.
func TestRuleFaults(t *testing.T) {
	for field, values := range map[string]map[string]string{
		"interval": {"repeat": "daily", "interval": "0"},
		"count":    {"repeat": "daily", "ends": "count"},
		"until":    {"repeat": "daily", "ends": "until", "until": "soon"},
		"weekday":  {"repeat": "monthly", "by": "weekday", "ordinal": "9", "weekday": "TU"},
	} {
		f := site.Form{Values: values, Errors: map[string]string{}}
		if ruleTyped(f, time.Now(), false); f.Errors[field] == "" || len(f.Errors) != 1 {
			t.Errorf("%v has the faults %v, want one of %s", values, f.Errors, field)
		}
	}
}

// TestTimeFields: times come back as they were, ends that are exclusive as the last day.
func TestTimeFields(t *testing.T) {
	for _, tt := range []struct {
		start, end, last, words string
		allDay                  bool
	}{
		{"2026-11-24T19:00:00", "2026-11-24T22:00:00", "", "Tue 24 Nov 2026, 19:00–22:00", false},
		{"2026-11-24T22:00:00", "2026-11-25T01:00:00", "2026-11-25", "Tue 24 Nov 2026, 22:00 to Wed 25 Nov 2026, 01:00", false},
		{"2026-11-24T22:00:00", "2026-11-25T00:00:00", "2026-11-25", "Tue 24 Nov 2026, 22:00–midnight", false},
		{"2026-11-24T19:00:00", "2026-11-24T19:00:00", "", "Tue 24 Nov 2026, 19:00", false},
		{"2026-11-24", "2026-11-25", "", "Tue 24 Nov 2026, all day", true},
		{"2026-11-24", "2026-11-27", "2026-11-26", "Tue 24 Nov 2026 to Thu 26 Nov 2026", true},
	} {
		f := site.Form{Values: map[string]string{}, Errors: map[string]string{}}
		timeValues(f.Values, tt.start, tt.end, tt.allDay)
		if f.Values["end_date"] != tt.last {
			t.Errorf("%s to %s ends on %q, want %q", tt.start, tt.end, f.Values["end_date"], tt.last)
		}
		start, end, allDay := timesTyped(f)
		if s, e := localText(start, allDay), localText(end, allDay); s != tt.start || e != tt.end || allDay != tt.allDay || len(f.Errors) > 0 {
			t.Errorf("%s to %s comes back as %s to %s (%v)", tt.start, tt.end, s, e, f.Errors)
		}
		if got := whenWords(tt.start, tt.end, tt.allDay); got != tt.words {
			t.Errorf("%s to %s is %q, want %q", tt.start, tt.end, got, tt.words)
		}
	}
}

// TestEntryBody asks for what was changed and nothing else, so that a rule moves along with a
// date and nobody's change is undone.
func TestEntryBody(t *testing.T) {
	e := contract.Entry{EntryLink: contract.EntryLink{Title: "Soup", Calendar: contract.CalendarLink{ID: "cal_1"}}, Kind: contract.EntryPublic, Attendance: contract.InPerson,
		Timezone: "Europe/London", LocalStart: "2026-11-24T19:00:00", LocalEnd: "2026-11-24T22:00:00", RRule: "FREQ=WEEKLY;BYDAY=TU", ExDates: []string{"2026-12-29T19:00:00"}}
	was := entryValues(e)
	form := func(changes map[string]string) site.Form {
		f := site.Form{Values: map[string]string{}, Errors: map[string]string{}}
		for _, values := range []map[string]string{was, changes} {
			for name, value := range values {
				f.Values[name] = value
			}
		}
		return f
	}
	for name, tt := range map[string]struct {
		changes map[string]string
		want    []string
	}{
		"nothing": {nil, nil},
		"title":   {map[string]string{"title": "Stew"}, []string{"title"}},
		"day":     {map[string]string{"start_date": "2026-11-25"}, []string{"local_start", "local_end"}},
		"rule":    {map[string]string{"days.TU": "", "days.WE": "yes"}, []string{"rrule"}},
		"dates":   {map[string]string{"exdates": ""}, []string{"exdates"}},
		"all day": {map[string]string{"all_day": "yes"}, []string{"all_day", "local_start", "local_end"}},
		"picture": {map[string]string{"image_url": "/media/x/a.png"}, []string{"image"}},
	} {
		f := form(tt.changes)
		body := entryBody(f, was, false)
		if len(body) != len(tt.want) || len(f.Errors) > 0 {
			t.Errorf("%s: the body is %v (%v), want %v", name, body, f.Errors, tt.want)
		}
		for _, field := range tt.want {
			if _, there := body[field]; !there {
				t.Errorf("%s: the body %v lacks %s", name, body, field)
			}
		}
	}
}
