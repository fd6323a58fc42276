// What the forms of organisers are given, and the words to choose from in them.

package site

// OrganiseEditPage is the form of an entry, of one date of it, or of what a member proposes.
type OrganiseEditPage struct {
	Organise   OrganisePage
	Form       Form
	URL        string
	ETag       string
	ID         string // empty: a new one
	Scope      string // all, this or following; empty: it happens once, or is new
	Occurrence string
	ScopeText  string // says what is changed
	ScopeURL   string // where something else is chosen
	Propose    bool   // it goes to the organisers
	Calendars  []Choice
	Venues     []Choice
	States     []Choice // a new entry may begin in; empty: no choice
	Zones      []string
	Picture    *Picture
	CanPicture bool
	Check      *OrganiseCheck // the dates as they would be; nil: nobody asked
	Button     string
}

// single tells that the form is of one date of a series.
func (p OrganiseEditPage) single() bool { return p.Scope == "this" }

// OrganiseCheck are the first dates that a series would have.
type OrganiseCheck struct {
	Words  string
	Rule   string
	Dates  []OrganiseCheckDate
	More   string
	Faults []string
}

// OrganiseCheckDate is one of them; Warning says what the clocks do then.
type OrganiseCheckDate struct {
	Text    string
	Warning string
}

// OrganiseScopePage asks which dates of a series are to be changed.
type OrganiseScopePage struct {
	Organise OrganisePage
	Form     Form // apply, occurrence
	URL      string
	Dates    []Choice
}

// OrganiseCalendarPage is the form of a calendar. ID is empty for a new one.
type OrganiseCalendarPage struct {
	Organise  OrganisePage
	Form      Form
	URL       string
	ID        string
	ETag      string
	Zones     []string
	Places    []OrganisePlace
	Where     []Choice // further places
	Links     []Link
	PeopleURL string // where organisers are named; empty: not by who asks
	Component string // what is to be copied to another site
	Iframe    string
}

// OrganisePlace is a place where a calendar is shown, as a row of its form.
type OrganisePlace struct {
	Prefix string // of its fields' names
	Title  string
}

// OrganiseVenuePage is the form of a venue. ID is empty for a new one.
type OrganiseVenuePage struct {
	Organise OrganisePage
	Form     Form
	URL      string
	ID       string
	ETag     string
	Zones    []string
	Features []Choice
}

// AccountCalendarPage is what somebody keeps of the calendars.
type AccountCalendarPage struct {
	Account   AccountPage
	Calendars []AccountThing // followed
	Dates     []AccountThing // saved
	NextURL   string         // further dates
	Feeds     []AccountThing
	Form      Form
	Made      *AccountSecret
	WebcalURL string // of the feed that was just made
	EventsURL string
}

// AccountKeepPage asks once more before something is kept: a button.
type AccountKeepPage struct {
	Account AccountPage
	What    string
	When    string
	Kept    bool
	Do      AccountAction
	BackURL string
	Back    string
}

// Choices of the forms.
var (
	organiseKinds       = []Choice{{"public", "Everybody may know of it"}, {"private", "Private: others see that the time is taken"}}
	organiseAttendances = []Choice{{"in_person", "In person"}, {"online", "Online"}, {"mixed", "In person, and online too"}}
	organiseRepeats     = []Choice{{"never", "It happens once"}, {"daily", "Daily"}, {"weekly", "Weekly"}, {"monthly", "Monthly"}, {"yearly", "Yearly"}, {"rule", "By the rule written below"}}
	organiseDays        = []Choice{{"MO", "Mon"}, {"TU", "Tue"}, {"WE", "Wed"}, {"TH", "Thu"}, {"FR", "Fri"}, {"SA", "Sat"}, {"SU", "Sun"}}
	organiseWeekdays    = []Choice{{"MO", "Monday"}, {"TU", "Tuesday"}, {"WE", "Wednesday"}, {"TH", "Thursday"}, {"FR", "Friday"}, {"SA", "Saturday"}, {"SU", "Sunday"}}
	organiseOrdinals    = []Choice{{"1", "first"}, {"2", "second"}, {"3", "third"}, {"4", "fourth"}, {"5", "fifth"}, {"-1", "last"}}
	organiseMonthly     = []Choice{{"day", "On the same day of the month"}, {"weekday", "On a weekday, counted in the month"}}
	organiseEnds        = []Choice{{"never", "It goes on"}, {"until", "Until a day"}, {"count", "After a number of dates"}}
	organiseViews       = []Choice{{"list", "A list of what comes"}, {"month", "A month"}, {"next", "The next dates"}}
	organiseImported    = []Choice{{"draft", "Drafts"}, {"confirmed", "Confirmed: visitors see them"}}
	organiseScopes      = []Choice{{"all", "All dates"}, {"following", "This date and all later ones"}, {"this", "Only this date"}}
)
