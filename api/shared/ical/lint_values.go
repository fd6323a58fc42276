// Checks of properties: which there are in a feed, how often, and what their values are.

package ical

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// valueKind is how a value is spelled.
type valueKind int

const (
	aText valueKind = iota
	aList           // texts
	aURI
	aMoment  // an instant in UTC
	aTime    // a date or a time, with a zone or in UTC
	aTimes   // several
	aWall    // a time without a zone
	aLength  // a duration
	aNumber  // not negative
	anOffset // from UTC
	aRule
	aPoint // of the earth
	oneOf
)

// allowed is what a property may be.
type allowed struct {
	kind   valueKind
	many   bool
	params []string
	values []string // of oneOf
	needed bool
}

var (
	timeParams = []string{"VALUE", "TZID"}
	onsetRules = map[string]allowed{
		"DTSTART": {kind: aWall, needed: true}, "TZOFFSETFROM": {kind: anOffset, needed: true}, "TZOFFSETTO": {kind: anOffset, needed: true},
		"RRULE": {kind: aRule}, "TZNAME": {kind: aText},
	}
)

// grammar is what each component may have.
var grammar = map[string]map[string]allowed{
	"VCALENDAR": {
		"VERSION": {kind: oneOf, values: []string{"2.0"}, needed: true}, "PRODID": {kind: aText, needed: true},
		"CALSCALE": {kind: oneOf, values: []string{"GREGORIAN"}}, "NAME": {}, "X-WR-CALNAME": {}, "DESCRIPTION": {}, "X-WR-CALDESC": {},
		"URL": {kind: aURI}, "X-WR-TIMEZONE": {}, "COLOR": {}, "X-APPLE-CALENDAR-COLOR": {},
		"REFRESH-INTERVAL": {kind: aLength, params: []string{"VALUE"}}, "X-PUBLISHED-TTL": {kind: aLength},
		"BEGIN": {kind: oneOf, values: []string{"VEVENT", "VTIMEZONE"}, many: true},
	},
	"VTIMEZONE": {
		"TZID": {needed: true}, "X-LIC-LOCATION": {},
		"BEGIN": {kind: oneOf, values: []string{"STANDARD", "DAYLIGHT"}, many: true, needed: true},
	},
	"STANDARD": onsetRules, "DAYLIGHT": onsetRules,
	"VEVENT": {
		"UID": {needed: true}, "DTSTAMP": {kind: aMoment, needed: true}, "DTSTART": {kind: aTime, params: timeParams, needed: true},
		"DTEND": {kind: aTime, params: timeParams}, "DURATION": {kind: aLength}, "RECURRENCE-ID": {kind: aTime, params: timeParams},
		"RRULE": {kind: aRule}, "RDATE": {kind: aTimes, params: timeParams, many: true}, "EXDATE": {kind: aTimes, params: timeParams, many: true},
		"SEQUENCE": {kind: aNumber}, "CREATED": {kind: aMoment}, "LAST-MODIFIED": {kind: aMoment},
		"SUMMARY": {}, "DESCRIPTION": {}, "LOCATION": {params: []string{"ALTREP"}}, "GEO": {kind: aPoint}, "URL": {kind: aURI},
		"CONFERENCE": {kind: aURI, params: []string{"VALUE"}}, "IMAGE": {kind: aURI, params: []string{"VALUE", "DISPLAY"}},
		"STATUS": {kind: oneOf, values: statuses}, "CLASS": {kind: oneOf, values: []string{"PRIVATE"}},
		"ORGANIZER": {kind: aURI, params: []string{"CN"}}, "CATEGORIES": {kind: aList},
	},
}

// component checks what belongs to it, and keeps what the whole file is checked by.
func (l *linter) component(c *component) {
	rules, known := grammar[c.name]
	if !known {
		return // it has been said
	}
	seen := make(map[string]bool)
	for _, p := range c.props {
		rule, may := rules[p.name]
		switch {
		case p.name == "METHOD":
			l.add(p.line, "METHOD makes it a message and no feed")
			continue
		case !may:
			l.add(p.line, "a property that no feed has in %s", c.name)
			continue
		case seen[p.name] && !rule.many:
			l.add(p.line, "%s is there already", p.name)
		}
		seen[p.name] = true
		for param := range p.params {
			if !slices.Contains(rule.params, param) {
				l.add(p.line, "a parameter that %s does not have", p.name)
			}
		}
		if !l.spelled(p, rule) {
			l.add(p.line, "%s is not spelled as it is to be", p.name)
		}
	}
	for name, rule := range rules {
		if rule.needed && !seen[name] {
			l.add(c.line, "%s has no %s", c.name, strings.Replace(name, "BEGIN", "observance", 1))
		}
	}
	switch c.name {
	case "VTIMEZONE":
		if id, ok := c.one("TZID"); ok {
			if l.zones[id.value] {
				l.add(c.line, "a second VTIMEZONE of this zone")
			}
			l.zones[id.value] = true
		}
	case "VEVENT":
		l.events = append(l.events, c)
	}
}

var (
	lengths = regexp.MustCompile(`^P(\d+W|\d+D(T(\d+H)?(\d+M)?(\d+S)?)?|T(\d+H(\d+M)?(\d+S)?|\d+M(\d+S)?|\d+S))$`)
	offsets = regexp.MustCompile(`^[+-]([01]\d|2[0-3])[0-5]\d([0-5]\d)?$`)
	points  = regexp.MustCompile(`^-?\d{1,2}(\.\d+)?;-?\d{1,3}(\.\d+)?$`)
	ruled   = regexp.MustCompile(`^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|COUNT|UNTIL|BYSECOND|BYMINUTE|BYHOUR|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST)=[0-9A-Z,+-]+)*$`)
)

// spelled tells whether a value is one of its kind.
func (l *linter) spelled(p property, rule allowed) bool {
	switch rule.kind {
	case aText:
		return escaped(p.value, false)
	case aList:
		return escaped(p.value, true)
	case aURI:
		return plainURI(p.value)
	case aMoment:
		_, err := time.Parse(utcForm, p.value)
		return err == nil
	case aWall:
		_, err := time.Parse(wallForm, p.value)
		return err == nil
	case aTime, aTimes:
		values := []string{p.value}
		if rule.kind == aTimes {
			values = strings.Split(p.value, ",")
		}
		return !slices.ContainsFunc(values, func(v string) bool { return !timeLike(p, v) })
	case aLength:
		return lengths.MatchString(p.value)
	case aNumber:
		n, err := strconv.Atoi(p.value)
		return err == nil && n >= 0
	case anOffset:
		return offsets.MatchString(p.value) && p.value != "-0000"
	case aPoint:
		return points.MatchString(p.value)
	case aRule:
		return ruled.MatchString(p.value)
	default:
		return slices.Contains(rule.values, p.value)
	}
}

// timeLike tells whether a value is a date where the property says so, else a time of a zone, or
// in UTC where it names none. Times without a zone are nobody's.
func timeLike(p property, value string) bool {
	form, zone := utcForm, p.params["TZID"]
	switch {
	case p.params["VALUE"] == "DATE":
		if form = dateForm; zone != "" {
			return false
		}
	case p.params["VALUE"] != "" && p.params["VALUE"] != "DATE-TIME":
		return false
	case zone != "":
		form = wallForm
		if _, err := zones.Load(zone); err != nil {
			return false
		}
	}
	_, err := time.Parse(form, value)
	return err == nil
}

// escaped tells whether a text has its signs escaped (RFC 5545 section 3.3.11).
func escaped(text string, list bool) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ';':
			return false
		case ',':
			if !list {
				return false
			}
		case '\\':
			i++
			if i == len(text) || !strings.ContainsRune(`\;,nN`, rune(text[i])) {
				return false
			}
		}
	}
	return true
}
