// What the pages of calendars ask of their frames, and of addresses.

package site

import (
	"strings"

	"github.com/a-h/templ"
)

// withEvents is the frame around a page that shows dates; with the script where that has
// something to say.
func (f Frame) withEvents(script bool) Frame {
	f.events, f.dates = true, script
	return f
}

// withCalendars is the frame around a page on which calendars are placed.
func (f Frame) withCalendars(placed []PlacedCalendar) Frame {
	if len(placed) == 0 {
		return f
	}
	return f.withEvents(true)
}

func (p HomePage) frame() Frame   { return p.Frame.withCalendars(p.Calendars) }
func (p MarketPage) frame() Frame { return p.Frame.withCalendars(p.Calendars) }

// unbroken keeps the hours of a day in one line.
func unbroken(hours string) string { return strings.ReplaceAll(hours, "–", "\u2060–\u2060") }

// webcal is the address by which a calendar program subscribes; any other scheme than its own
// is for templ to judge.
func webcal(address string) templ.SafeURL {
	if strings.HasPrefix(address, "webcal://") {
		return templ.SafeURL(address)
	}
	return templ.URL(address)
}
