// What the pages of organisers, and of members who propose dates, are given: lists as text,
// and what can be done with one entry and one date. The forms are in views_organise_forms.go.

package site

// OrganisePage is what every page under /organise/ has around its content.
type OrganisePage struct {
	Frame   Frame
	Tabs    []Link // Current is the section's
	Title   string
	Lede    string
	Trail   []Link // the pages above this one
	Message *Message
}

// OrganiseHomePage is the first page: what waits, and what comes.
type OrganiseHomePage struct {
	Organise  OrganisePage
	New       []Link // where something new is made or proposed
	Attention []OrganiseWarning
	Lists     []OrganiseList
}

// OrganiseWarning is something that an organiser should look at.
type OrganiseWarning struct {
	Text string
	Link Link
}

// OrganiseList is a part of the first page.
type OrganiseList struct {
	ID    string
	Title string
	Rows  []OrganiseRow
	Empty string // said where there are none; empty: the part is left out then
	More  *Link
}

// OrganiseRow is an entry or a date in a list.
type OrganiseRow struct {
	Link
	Color    string // of the calendar's dot
	Calendar string
	When     string
	Repeats  string
	States   []State
	Note     string // why it was declined or cancelled
}

// OrganiseEntriesPage lists entries, by a calendar, a state and words.
type OrganiseEntriesPage struct {
	Organise  OrganisePage
	Form      Form // calendar, state, q
	Calendars []Choice
	States    []Choice
	New       *Link
	Rows      []OrganiseRow
	Empty     string
	NextURL   string
}

// OrganiseFact is a line of what is known.
type OrganiseFact struct {
	Name  string
	Value string
	URL   string // empty: no link
}

// OrganiseDo is a form that does one thing: a button, or where it asks for something, a field
// that is shown when one opens it.
type OrganiseDo struct {
	Text   string
	Button string // of one that asks; empty: Text
	About  string // what it is done to, for those who do not see where it stands
	Hint   string
	URL    string
	Fields [][2]string // hidden
	Ask    []Input
	Form   Form
	Danger bool
	Main   bool // what one most likely wants
}

// OrganiseEntryPage is one entry, with what can be done with it.
type OrganiseEntryPage struct {
	Organise    OrganisePage
	State       State
	About       string // what the state means
	Facts       []OrganiseFact
	Description string   // sanitised HTML
	Picture     *Picture // nil: none
	Links       []Link   // its page, its file, editing
	Do          []OrganiseDo
	Dates       []OrganiseDate
	Former      int    // how many dates are over and not shown
	AllURL      string // shows these too
	History     []OrganiseEvent
}

// OrganiseDate is a date in the list of an entry; an empty URL is no link.
type OrganiseDate struct {
	Link
	States []State
	Note   string
	Over   bool
}

// OrganiseEvent is a change of a state that was made.
type OrganiseEvent struct {
	At     Date
	What   string
	Reason string
	By     string
}

// OrganiseDatePage is one date of an entry, with what can be done with it.
type OrganiseDatePage struct {
	Organise OrganisePage
	States   []State
	Facts    []OrganiseFact
	Notes    []string // about its hour, and about what keeps it
	Links    []Link
	Do       []OrganiseDo
}

// OrganiseTouchPage says what an edit will touch, before it is made.
type OrganiseTouchPage struct {
	Organise OrganisePage
	URL      string
	Fields   [][2]string // the form as it was filled in
	Intro    string
	Changes  []OrganiseFact // what is to be changed
	Groups   []OrganiseTouch
	Button   string
}

// OrganiseTouch are the dates of which the same becomes.
type OrganiseTouch struct {
	ID    string
	Title string
	Text  string
	Count string
	Items []string
	More  string // how many more there are; empty: these are all
	Warn  bool
}

// OrganiseCalendarsPage lists calendars.
type OrganiseCalendarsPage struct {
	Organise OrganisePage
	New      *Link
	Rows     []OrganiseCalendarRow
}

// OrganiseCalendarRow is a calendar in the list.
type OrganiseCalendarRow struct {
	Link
	Color   string
	Places  string
	Entries string // address of its entries
	States  []State
}

// OrganiseVenuesPage lists venues.
type OrganiseVenuesPage struct {
	Organise OrganisePage
	New      *Link
	Rows     []OrganiseVenueRow
	NextURL  string
}

// OrganiseVenueRow is a venue in the list.
type OrganiseVenueRow struct {
	Link
	Address  string
	Features string
}

// OrganiseImportPage is the import of a file: Report is what it would do or has done; nil:
// none was sent.
type OrganiseImportPage struct {
	Organise OrganisePage
	URL      string
	Fault    string
	Report   *OrganiseReport
}

// OrganiseReport says what became of a file, or would.
type OrganiseReport struct {
	File   string
	Token  string // by which it is applied; empty: it cannot be
	Counts []OrganiseFact
	Rows   []OrganiseReportRow
	More   string
}

// OrganiseReportRow is what became of one event of a file: the line that it begins on leads to
// the entry that it is.
type OrganiseReportRow struct {
	Link
	State State
	Notes []string
}
