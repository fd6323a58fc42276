// The events' data: calendars, venues, entries and their occurrences. The words are
// iCalendar's (RFC 5545); the domain events are in eventsevents.go.

package contract

import "time"

// Ids of events, as they are shown outside.
type (
	CalendarID   string // cal_…
	VenueID      string // venue_…
	EntryID      string // entry_…
	OccurrenceID string // occ_…
)

// CalendarLink is what a link to a calendar needs.
type CalendarLink struct {
	ID     CalendarID `json:"id" example:"cal_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug   string     `json:"slug" example:"suppers"`
	Name   string     `json:"name" example:"Suppers"`
	Colour string     `json:"colour,omitempty" example:"#7a1f3d"`
}

// CalendarView is how a calendar is shown somewhere.
type CalendarView string

// A list of what comes, a month as a grid, or only what comes next.
const (
	ViewList  CalendarView = "list"
	ViewMonth CalendarView = "month"
	ViewNext  CalendarView = "next"
)

// ContainerType is what a calendar can be placed under.
type ContainerType string

// The site's home, the market's home, and single pages and posts.
const (
	InSite   ContainerType = "site"
	InMarket ContainerType = "market"
	InPage   ContainerType = "page"
	InPost   ContainerType = "post"
)

// CalendarPlacement is a place where a calendar is shown besides its own pages.
type CalendarPlacement struct {
	ContainerType ContainerType `json:"container_type" enum:"site,market,page,post" example:"page"`
	ContainerID   string        `json:"container_id,omitempty" pattern:"^(post_[0-9a-f]{32})?$" maxLength:"37" example:"post_019ab3f47c2e7d06b8a1f0c2d3e4f50a" doc:"The page's or post's id; absent for the homes of site and market."`
	View          CalendarView  `json:"view" enum:"list,month,next" example:"next"`
}

// Calendar is a calendar of the co-op. An archived one keeps its pages and takes no new
// entries.
type Calendar struct {
	CalendarLink
	Description     string              `json:"description" example:"Food, cooked by whoever has the time." doc:"Markdown."`
	DescriptionHTML string              `json:"description_html" example:"<p>Food, cooked by whoever has the time.</p>" doc:"The description as sanitised HTML."`
	Timezone        string              `json:"timezone" example:"Europe/London" doc:"IANA name; what new entries begin with."`
	Proposals       bool                `json:"proposals" example:"true" doc:"Whether members may propose entries."`
	Position        int                 `json:"position" example:"0" doc:"Place among the calendars."`
	Placements      []CalendarPlacement `json:"placements" doc:"Where it is shown besides its own pages."`
	Archived        bool                `json:"archived" example:"false"`
	Version         int64               `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	CreatedAt       time.Time           `json:"created_at"`
	UpdatedAt       time.Time           `json:"updated_at"`
}

// Venue is a place where entries happen.
type Venue struct {
	ID                VenueID   `json:"id" example:"venue_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug              string    `json:"slug" example:"rose-ash-hall"`
	Name              string    `json:"name" example:"Rose Ash Hall"`
	Street            string    `json:"street,omitempty" example:"1 Church Lane"`
	Locality          string    `json:"locality,omitempty" example:"Rose Ash"`
	Region            string    `json:"region,omitempty" example:"Devon"`
	PostalCode        string    `json:"postal_code,omitempty" example:"EX36 4RB"`
	Country           string    `json:"country,omitempty" example:"GB" doc:"ISO 3166-1."`
	Latitude          *float64  `json:"latitude,omitempty" example:"50.97"`
	Longitude         *float64  `json:"longitude,omitempty" example:"-3.71"`
	Timezone          string    `json:"timezone" example:"Europe/London" doc:"IANA name."`
	Accessibility     []string  `json:"accessibility" example:"[\"step_free\"]" doc:"What there is: step_free, accessible_toilet, hearing_loop, blue_badge_parking, quiet_room, assistance_dogs, sign_language, captions, changing_places, seating."`
	AccessibilityNote string    `json:"accessibility_note,omitempty" example:"The side door has no step."`
	Website           string    `json:"website,omitempty" example:"https://hall.example/"`
	Version           int64     `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}

// EntryState is how far an entry has come.
type EntryState string

// A draft is its organiser's, a submitted entry a member's proposal; provisional is agreed
// and not yet certain. Visitors see confirmed, postponed and cancelled ones.
const (
	EntryDraft       EntryState = "draft"
	EntrySubmitted   EntryState = "submitted"
	EntryProvisional EntryState = "provisional"
	EntryConfirmed   EntryState = "confirmed"
	EntryDeclined    EntryState = "declined"
	EntryCancelled   EntryState = "cancelled"
	EntryPostponed   EntryState = "postponed"
)

// EntryKind says who may know what an entry is about.
type EntryKind string

// Of a private entry others see that the time is taken and nothing else.
const (
	EntryPublic  EntryKind = "public"
	EntryPrivate EntryKind = "private"
)

// Attendance is how people take part.
type Attendance string

// Ways of taking part.
const (
	InPerson Attendance = "in_person"
	Online   Attendance = "online"
	Mixed    Attendance = "mixed"
)

// OccurrenceStatus is what became of one date.
type OccurrenceStatus string

// A postponed date has no new one yet.
const (
	Scheduled OccurrenceStatus = "scheduled"
	Cancelled OccurrenceStatus = "cancelled"
	Postponed OccurrenceStatus = "postponed"
)

// EntryLink is what a link to an entry needs.
type EntryLink struct {
	ID       EntryID      `json:"id" example:"entry_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug     string       `json:"slug" example:"soup-supper"`
	Title    string       `json:"title" example:"Soup supper"`
	Calendar CalendarLink `json:"calendar"`
}

// Entry is a VEVENT: something that happens once or as a series. Local times are of the
// entry's zone, "2026-11-24T19:00:00", or of all-day entries dates, "2026-11-24"; ends are
// exclusive. A private entry that its reader may not know has neither text nor place, the
// title "Busy", and Busy set.
type Entry struct {
	EntryLink
	UID             string       `json:"uid" example:"019ab3f47c2e7d06b8a1f0c2d3e4f506@roseash.example" doc:"iCalendar's UID, which stays."`
	Sequence        int          `json:"sequence" example:"0" doc:"iCalendar's SEQUENCE."`
	State           EntryState   `json:"state" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" example:"confirmed"`
	Kind            EntryKind    `json:"kind" enum:"public,private" example:"public"`
	Busy            bool         `json:"busy,omitempty" example:"false" doc:"A private entry of which only the times are told."`
	Summary         string       `json:"summary,omitempty" example:"Three soups, bread, and whoever comes." doc:"One or two sentences, for lists."`
	Description     string       `json:"description,omitempty" example:"Bring a bowl." doc:"Markdown."`
	DescriptionHTML string       `json:"description_html,omitempty" example:"<p>Bring a bowl.</p>" doc:"The description as sanitised HTML."`
	Image           *Image       `json:"image,omitempty"`
	Timezone        string       `json:"timezone" example:"Europe/London" doc:"IANA name."`
	AllDay          bool         `json:"all_day" example:"false"`
	LocalStart      string       `json:"local_start" example:"2026-11-24T19:00:00"`
	LocalEnd        string       `json:"local_end" example:"2026-11-24T22:00:00" doc:"Exclusive."`
	RRule           string       `json:"rrule,omitempty" example:"FREQ=WEEKLY;BYDAY=TU" doc:"Absent where it happens once. UNTIL is local time."`
	RDates          []string     `json:"rdates,omitempty" example:"[\"2026-12-03T19:00:00\"]" doc:"Dates besides the rule's."`
	ExDates         []string     `json:"exdates,omitempty" example:"[\"2026-12-29T19:00:00\"]" doc:"Dates that the series leaves out."`
	Repeats         string       `json:"repeats,omitempty" example:"Every week on Tuesday" doc:"The rule in words."`
	Attendance      Attendance   `json:"attendance" enum:"in_person,online,mixed" example:"in_person"`
	Venue           *Venue       `json:"venue,omitempty"`
	OnlineURL       string       `json:"online_url,omitempty" example:"https://meet.example/soup" doc:"Only to those who may know it."`
	OnlinePublic    bool         `json:"online_public,omitempty" example:"false" doc:"Whether everybody may know it."`
	Organizer       string       `json:"organizer,omitempty" example:"The kitchen" doc:"Absent: the site."`
	ProposedBy      UserID       `json:"proposed_by,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Only to organisers and to whoever it was."`
	SplitFrom       *EntryID     `json:"split_from,omitempty" example:"entry_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"The entry whose later dates this one took over."`
	Occurrences     []Occurrence `json:"occurrences" doc:"Its dates, cancelled ones too, in their order: at least those of the next 24 months."`
	PublishedAt     *time.Time   `json:"published_at,omitempty" doc:"When it was confirmed first."`
	EditedAt        time.Time    `json:"edited_at" doc:"The last change that a calendar program is to notice: DTSTAMP."`
	Version         int64        `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	CreatedAt       time.Time    `json:"created_at"`
	UpdatedAt       time.Time    `json:"updated_at"`
}

// Occurrence is one date of an entry. Title, Summary, DescriptionHTML, Venue and OnlineURL
// are there where they are its own and not the entry's.
type Occurrence struct {
	ID              OccurrenceID     `json:"id" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug            string           `json:"slug" example:"2026-11-24" doc:"Last part of its address."`
	Recurrence      string           `json:"recurrence" example:"2026-11-24T19:00:00" doc:"When the series has it, local: RECURRENCE-ID."`
	LocalStart      string           `json:"local_start" example:"2026-11-24T19:00:00"`
	LocalEnd        string           `json:"local_end" example:"2026-11-24T22:00:00"`
	StartsAt        time.Time        `json:"starts_at" doc:"The instant."`
	EndsAt          time.Time        `json:"ends_at"`
	Adjusted        string           `json:"adjusted,omitempty" enum:"gap,overlap" example:"gap" doc:"gap: the clocks skip local_start, it begins as if they had not; overlap: they show it twice, it is the first."`
	Status          OccurrenceStatus `json:"status" enum:"scheduled,cancelled,postponed" example:"scheduled"`
	Reason          string           `json:"reason,omitempty" example:"The cook is ill." doc:"Of cancelling or postponing."`
	Moved           bool             `json:"moved,omitempty" example:"false" doc:"Its times are its own and not the series'."`
	Kept            bool             `json:"kept,omitempty" example:"false" doc:"The series has it no more, and somebody refers to it."`
	PreviousStart   *time.Time       `json:"previous_start,omitempty" doc:"When it was to begin before it was moved."`
	Title           string           `json:"title,omitempty" example:"Soup supper with music"`
	Summary         string           `json:"summary,omitempty"`
	Description     string           `json:"description,omitempty" doc:"Markdown."`
	DescriptionHTML string           `json:"description_html,omitempty"`
	Venue           *Venue           `json:"venue,omitempty"`
	OnlineURL       string           `json:"online_url,omitempty" example:"https://meet.example/soup"`
}

// OccurrenceCard is a date as lists and months show it: what is its own in place of the
// entry's. Of a private entry it has the times, the title "Busy" and no slugs.
type OccurrenceCard struct {
	ID         OccurrenceID     `json:"id" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug       string           `json:"slug,omitempty" example:"2026-11-24"`
	Entry      EntryLink        `json:"entry"`
	State      EntryState       `json:"state" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" example:"confirmed" doc:"The entry's."`
	Status     OccurrenceStatus `json:"status" enum:"scheduled,cancelled,postponed" example:"scheduled" doc:"What a visitor is told: the entry's state counts too."`
	Title      string           `json:"title" example:"Soup supper"`
	Summary    string           `json:"summary,omitempty"`
	Image      *Image           `json:"image,omitempty"`
	Busy       bool             `json:"busy,omitempty"`
	Series     bool             `json:"series,omitempty" example:"true" doc:"Whether the entry has other dates."`
	Timezone   string           `json:"timezone" example:"Europe/London"`
	AllDay     bool             `json:"all_day" example:"false"`
	LocalStart string           `json:"local_start" example:"2026-11-24T19:00:00"`
	LocalEnd   string           `json:"local_end" example:"2026-11-24T22:00:00"`
	StartsAt   time.Time        `json:"starts_at"`
	EndsAt     time.Time        `json:"ends_at"`
	Attendance Attendance       `json:"attendance" enum:"in_person,online,mixed" example:"in_person"`
	Place      string           `json:"place,omitempty" example:"Rose Ash Hall" doc:"The venue's name."`
}

// OccurrenceQuery asks for dates that visitors see, in the order of time. A date is within
// From and Until, which are local days "2026-11-01", where any of it is; Until is exclusive.
type OccurrenceQuery struct {
	Calendars []CalendarID // nil: all that are not archived
	From      string       // empty: from the beginning
	Until     string       // empty: to the end
	After     time.Time    // only what ends later than this instant; zero: all
	Public    bool         // leave out what is private
	Limit     int          // 0: all
}

// MonthCount is how many dates a month has.
type MonthCount struct {
	Month string `json:"month" example:"2026-11"`
	Count int    `json:"count" example:"7"`
}
