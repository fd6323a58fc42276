// What the pages of calendars are given. As in views.go all of it is ready to show: days and
// times are words, addresses are final.

package site

// EventDay is a day as it stands on a leaf of a calendar: "Tuesday", "24", "November".
type EventDay struct {
	ISO     string // 2026-11-24
	Weekday string
	Day     string
	Month   string
}

// EventCard is a date of an entry in a list.
type EventCard struct {
	URL      string // empty: nobody is told what it is
	Title    string
	Summary  string
	Day      EventDay
	Start    string // as the datetime attribute takes it
	Time     string // "19:00–22:00", "All day", "18:00, to Sunday 29 November, 16:00"
	Zone     string // "New York time, GMT-5"; empty: the site's
	Place    string // "Rose Ash Hall", "Online", "Rose Ash Hall and online"
	Calendar *Tag   // nil: the page is about one
	Status   string // "Cancelled", "Postponed"; empty: it takes place
	Busy     bool   // a private one
}

// EventMonth is a part of a list of dates, day by day.
type EventMonth struct {
	Name string // "November 2026"
	URL  string // of the month as a table; empty: none
	Days []EventDates
}

// EventDates are a day's dates.
type EventDates struct {
	EventDay
	Events []EventCard
}

// MonthGrid is a month as a table of weeks.
type MonthGrid struct {
	Month string // 2026-11
	Name  string // "November 2026"
	Zone  string // IANA name of the site's zone, so that the script knows today
	Weeks [][]MonthDay
}

// MonthDay is a cell of the table; one that is of another month has no ISO.
type MonthDay struct {
	EventDay
	Events []EventCard
}

// Subscribe are the ways to have a calendar, or an entry, in a calendar program.
type Subscribe struct {
	Name       string
	WebcalURL  string
	FileURL    string
	GoogleURL  string
	OutlookURL string
	// Keep is where members keep it in their account.
	Keep *Link
}

// Embed is what is to be copied to show a calendar on another site.
type Embed struct {
	Component string
	Frame     string
}

// CalendarPage is what comes, of one calendar or of all. Calendars lead to the others;
// All is the link to all of them.
type CalendarPage struct {
	Frame       Frame
	Name        string
	Lede        string // plain text; empty: none
	Description string // sanitised HTML
	Color       string // of the calendar
	Breadcrumbs []Link
	All         *Link
	Calendars   []CalendarLink
	Archived    bool // it takes no new entries
	OnNow       []EventCard
	Months      []EventMonth
	MoreURL     string // where the list goes on; empty: it is all
	MonthURL    string // the month to begin with as a table; empty: none
	ArchiveURL  string // empty: there is nothing in it
	ProposeURL  string // where members propose a date
	Subscribe   *Subscribe
	Embed       *Embed
}

// CalendarLink leads to a calendar. On a page of one of them it is Current.
type CalendarLink struct {
	Tag
	Description string
}

// MonthPage is a month of one calendar or of all.
type MonthPage struct {
	Frame       Frame
	Name        string // of the calendar; "All events"
	Color       string // of the calendar
	Breadcrumbs []Link
	All         *Link
	Calendars   []CalendarLink
	Grid        MonthGrid
	Previous    *Link
	Next        *Link
	ListURL     string
	ArchiveURL  string
	Subscribe   *Subscribe
}

// ArchivePage lists the months that a calendar has had.
type ArchivePage struct {
	Frame       Frame
	Name        string
	Color       string // of the calendar
	Breadcrumbs []Link
	All         *Link
	Calendars   []CalendarLink
	ListURL     string
	Years       []ArchiveYear
}

// ArchiveYear is a year's months, the latest first.
type ArchiveYear struct {
	Year   string
	Months []ArchiveMonth
}

// ArchiveMonth is a month and how many dates it has: "7 dates".
type ArchiveMonth struct {
	Link
	Count string
}

// When is the time of a date: for machines, and in words.
type When struct {
	Start  string // as the datetime attribute takes it
	End    string
	Words  string // "Tuesday 24 November 2026, 19:00–22:00"
	Zone   string // "New York time, GMT-5"; empty: the site's
	Note   string // what the clocks do at that hour; empty: nothing
	Past   bool   // it was over when the day began
	Series string // the rule in words: "Every week on Tuesday"
}

// Place is where something happens.
type Place struct {
	Name     string
	Address  []string // lines
	MapURL   string
	Website  string
	Features []string // "Step-free access"
	Note     string
}

// Notice is what has become of a date that is not what it was.
type Notice struct {
	Kind  string // cancelled, postponed, moved
	Title string // "Cancelled"
	Text  string // why, as its organisers say
	Was   string // "It was to begin on Tuesday 17 November 2026, 19:00."
}

// EventPage is one date of an entry.
type EventPage struct {
	Frame       Frame
	Breadcrumbs []Link
	Calendar    Tag
	Title       string
	Summary     string
	Day         EventDay
	When        When
	Notices     []Notice
	Picture     *Picture
	Description string // sanitised HTML
	Place       *Place
	Online      string // "Online, too", what is said of taking part from afar; empty: one cannot
	OnlineURL   string // empty: for those who have a place
	Organizer   string
	SeriesURL   string // of all its dates; empty: there is one
	Next        []EventCard
	Add         *Subscribe
}

// SeriesPage is an entry with all its dates.
type SeriesPage struct {
	Frame       Frame
	Breadcrumbs []Link
	Calendar    Tag
	Title       string
	Summary     string
	Repeats     string // "Every week on Tuesday"
	Time        string // "19:00–22:00"
	Notices     []Notice
	Picture     *Picture
	Description string
	Place       *Place
	Online      string
	OnlineURL   string
	Organizer   string
	Coming      []EventCard
	Later       []EventCard // what comes after them, folded
	Former      []EventCard // the latest first, folded
	Add         *Subscribe
}

// PlacedCalendar is a calendar on a page that is not its own, by its view: a list by Months,
// a table by Grid, what comes next by Next.
type PlacedCalendar struct {
	Link
	Color     string
	Months    []EventMonth
	Grid      *MonthGrid
	Next      []EventCard
	WebcalURL string
}

// FragmentPage is a calendar to be put into another site: a whole small document whose
// addresses are all absolute.
type FragmentPage struct {
	Lang   string
	Title  string // "Suppers – Rose Ash"
	Assets Assets
	PlacedCalendar
}
