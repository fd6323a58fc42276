// Package ical writes iCalendar (RFC 5545) as calendar programs read it, and checks what is
// written. Feeds have no METHOD, and single cancellations are EXDATEs: some programs show a
// cancelled override as if it took place. Every TZID has its VTIMEZONE, lines are folded at 75
// octets, and DTSTAMP is the last edit, so that the same calendar has the same bytes.
package ical
