// The domain events of calendars.

package contract

// CalendarUpdated is emitted when a calendar is made, changed, archived or placed; Placements
// are those before and after the change together.
type CalendarUpdated struct {
	ID         CalendarID          `json:"id"`
	Placements []CalendarPlacement `json:"placements,omitempty"`
}

// EntryRef is what every event about an entry carries: the calendars it is or was in, and the
// months ("2026-11", local) that have or had one of its dates, before and after the change.
type EntryRef struct {
	ID        EntryID      `json:"id"`
	Calendars []CalendarID `json:"calendars"`
	Months    []string     `json:"months"`
}

// EntryPublished is emitted when visitors begin to see an entry.
type EntryPublished struct{ EntryRef }

// EntryUpdated is emitted when something changes of an entry that visitors see: a text, a
// date, a state, or that more dates are known.
type EntryUpdated struct{ EntryRef }

// EntryUnpublished is emitted when visitors see an entry no more.
type EntryUnpublished struct{ EntryRef }

// VenueUpdated is emitted when a venue is changed; Entries are those that visitors see there.
type VenueUpdated struct {
	ID      VenueID   `json:"id"`
	Entries []EntryID `json:"entries,omitempty"`
}

// Kind names the event in the database.
func (CalendarUpdated) Kind() string { return "events.calendar_updated" }

// Kind names the event in the database.
func (EntryPublished) Kind() string { return "events.entry_published" }

// Kind names the event in the database.
func (EntryUpdated) Kind() string { return "events.entry_updated" }

// Kind names the event in the database.
func (EntryUnpublished) Kind() string { return "events.entry_unpublished" }

// Kind names the event in the database.
func (VenueUpdated) Kind() string { return "events.venue_updated" }
