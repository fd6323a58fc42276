package ical_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"

	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/zones"
)

// observed is an observance as a calendar program reads it: from an instant on, an offset.
type observed struct {
	at     time.Time
	offset int
	name   string
}

// readTimezone expands the only VTIMEZONE of a file, independently of what wrote it.
func readTimezone(t *testing.T, file []byte, until time.Time) []observed {
	t.Helper()
	var all []observed
	var props map[string]string
	for line := range strings.SplitSeq(strings.ReplaceAll(string(file), "\r\n ", ""), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		switch {
		case line == "BEGIN:STANDARD" || line == "BEGIN:DAYLIGHT":
			props = map[string]string{}
		case line == "END:STANDARD" || line == "END:DAYLIGHT":
			from, to := seconds(t, props["TZOFFSETFROM"]), seconds(t, props["TZOFFSETTO"])
			start, err := time.Parse("20060102T150405", props["DTSTART"])
			if err != nil {
				t.Fatal(err)
			}
			walls := []time.Time{start}
			if rule := props["RRULE"]; rule != "" {
				option, err := rrule.StrToROption(rule)
				if err != nil {
					t.Fatal(err)
				}
				if !option.Until.IsZero() { // in UTC; the walls are with the offset before
					option.Until = option.Until.Add(time.Duration(from) * time.Second)
				}
				option.Dtstart = start
				r, err := rrule.NewRRule(*option)
				if err != nil {
					t.Fatal(err)
				}
				walls = r.Between(start, until, true)
				if len(walls) == 0 || !walls[0].Equal(start) {
					t.Errorf("%s: the rule %s does not begin there", props["DTSTART"], rule)
				}
			}
			for _, wall := range walls {
				all = append(all, observed{wall.Add(-time.Duration(from) * time.Second), to, props["TZNAME"]})
			}
			props = nil
		case props != nil:
			props[name] = value
		}
	}
	slices.SortFunc(all, func(a, b observed) int { return a.at.Compare(b.at) })
	return all
}

func seconds(t *testing.T, offset string) int {
	t.Helper()
	var sign, hours, minutes, rest int
	switch len(offset) {
	case 5, 7:
		if _, err := fmt.Sscanf((offset + "00")[1:7], "%02d%02d%02d", &hours, &minutes, &rest); err != nil {
			t.Fatal(err)
		}
	default:
		t.Fatalf("offset %q", offset)
	}
	sign = 1
	if offset[0] == '-' {
		sign = -1
	}
	return sign * (hours*3600 + minutes*60 + rest)
}

// checkTimezone compares a VTIMEZONE with the zone: just before and after each change of
// either, and every week.
func checkTimezone(t *testing.T, name string, e ical.Event, first, last int) int {
	t.Helper()
	file, err := ical.Calendar{Events: []ical.Event{e}}.Bytes()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	zone, err := zones.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	from, until := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(last+1, 1, 1, 0, 0, 0, 0, time.UTC)
	all := readTimezone(t, file, until.AddDate(1, 0, 0))
	var instants []time.Time
	for at := from; at.Before(until); at = at.Add(7 * 24 * time.Hour) {
		instants = append(instants, at)
		if _, end := at.In(zone).ZoneBounds(); end.After(at) && end.Before(until) {
			instants = append(instants, end.Add(-time.Second), end)
		}
	}
	for _, o := range all {
		if o.at.After(from) && o.at.Before(until) {
			instants = append(instants, o.at.Add(-time.Second), o.at)
		}
	}
	slices.SortFunc(instants, time.Time.Compare)
	in := 0
	for _, at := range instants {
		for in+1 < len(all) && !all[in+1].at.After(at) {
			in++
		}
		short, offset := at.In(zone).Zone()
		if len(all) == 0 || all[in].at.After(at) || all[in].offset != offset || all[in].name != short {
			t.Errorf("%s at %s: %+v, want %s %d", name, at.UTC().Format(time.RFC3339), all[in], short, offset)
			break
		}
	}
	return strings.Count(string(file), "\r\nBEGIN:STANDARD") + strings.Count(string(file), "\r\nBEGIN:DAYLIGHT")
}

func wall(year, month, day, hour, minute int) time.Time {
	return time.Date(year, time.Month(month), day, hour, minute, 0, 0, time.UTC)
}

var stamp = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// TestTimezone reads VTIMEZONEs back at every change, and says how long they are.
func TestTimezone(t *testing.T) {
	for _, c := range []struct {
		zone        string
		first, last int
		rule        string
		until, most int // the year to which what is written holds, and the observances at most
	}{
		{"Europe/London", 2026, 2026, "", 2026, 3},
		{"Europe/London", 2026, 2026, "FREQ=WEEKLY", 2100, 3},
		{"Europe/London", 1968, 2026, "FREQ=WEEKLY", 2037, 20}, // British Standard Time, and the rules until 1995
		{"Europe/Dublin", 2026, 2027, "FREQ=WEEKLY", 2060, 3},  // winter is what the law calls the deviation
		{"America/New_York", 2006, 2008, "", 2008, 8},          // the rules changed in 2007
		{"America/Sao_Paulo", 2018, 2020, "", 2020, 8},         // summer time was given up
		{"America/Sao_Paulo", 2026, 2026, "FREQ=DAILY", 2037, 1},
		{"Africa/Casablanca", 2026, 2026, "FREQ=WEEKLY", 2037, 30}, // changes with the moon
		{"Africa/Casablanca", 2026, 2028, "", 2028, 10},
		{"Australia/Lord_Howe", 2026, 2027, "FREQ=WEEKLY", 2037, 3}, // by half an hour
		{"Pacific/Apia", 2011, 2012, "", 2012, 8},                   // without 30 December 2011
		{"Asia/Kolkata", 2026, 2026, "FREQ=WEEKLY", 2037, 1},        // none
		{"Asia/Jerusalem", 2026, 2026, "FREQ=WEEKLY", 2037, 18},     // the Friday before the last Sunday
		{"Africa/Monrovia", 1960, 1975, "", 1975, 3},                // offsets with seconds
		{"Etc/GMT+5", 2026, 2026, "FREQ=WEEKLY", 2037, 1},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.zone, c.first), func(t *testing.T) {
			n := checkTimezone(t, c.zone, ical.Event{
				UID: "a", Stamp: stamp, Zone: c.zone, Rule: c.rule,
				Start: wall(c.first, 1, 1, 0, 0), End: wall(c.last, 12, 31, 23, 59),
			}, c.first, c.until)
			if n > c.most {
				t.Errorf("%d observances, want at most %d", n, c.most)
			}
		})
	}
}

// TestEveryTimezone reads all of them back for the years that new events are in.
func TestEveryTimezone(t *testing.T) {
	most := 0
	for _, name := range zones.Names() {
		if name == "UTC" || name == "Etc/UTC" {
			continue
		}
		n := checkTimezone(t, name, ical.Event{
			UID: "a", Stamp: stamp, Zone: name, Rule: "FREQ=WEEKLY", Start: wall(2026, 11, 24, 19, 0), End: wall(2026, 11, 24, 22, 0),
		}, 2026, 2037)
		most = max(most, n)
	}
	if most > 40 {
		t.Errorf("%d observances", most)
	}
}
