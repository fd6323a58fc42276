// What the pages of an account are given: lists as text, with what one can do about each
// thing, and forms.

package site

// AccountPage is what every page under /account/ has around its content.
type AccountPage struct {
	Frame   Frame
	Section string // the name of an AccountSection; empty: the first page
	Below   bool   // the page is one below the section's own
	Title   string
	Lede    string
	Own     []AccountSection
	Others  []AccountSection // for those who look after the site; none for all others
	Trail   []Link           // the pages above this one
	Message *Message
	// FreshURL is where one proves again who one is, for what needs that; empty: it was
	// lately, or nothing here does.
	FreshURL string
}

// AccountSection is an entry of the menu, and a card on the first page.
type AccountSection struct {
	Name  string
	Text  string
	About string // what is there, in a line
	URL   string
}

// AccountThing is an entry of a list: a session, a passkey, a person.
type AccountThing struct {
	Link            // an empty URL is no link
	Code   string   // its name for programs; empty: none
	States []State  // chips beside its name
	Notes  []string // lines below it
	About  *Link    // somebody whom it is about
	When   []Moment
	Edit   *AccountEdit
	Do     []AccountAction
}

// Moment is a date with what it is the date of.
type Moment struct {
	What string
	Date
}

// State is a word on a thing, with the class that colours it: good, bad or none.
type State struct {
	Text string
	Kind string
}

// AccountAction is a button of a form that does something.
type AccountAction struct {
	Text   string
	About  string // what it is done to, for those who do not see where the button is
	URL    string
	Fields [][2]string // hidden
	Danger bool
}

// AccountEdit is a form with one field, shown when asked for.
type AccountEdit struct {
	Summary string
	Form    Form
	Input   Input
	Action  AccountAction
}

// AccountHomePage is the first page: who one is, what needs attention, where all is.
type AccountHomePage struct {
	Account   AccountPage
	Name      string
	Address   string
	Roles     []string
	Since     Date
	Attention []AccountNote
	SignOut   AccountAction
}

// AccountNote is something that somebody should look at.
type AccountNote struct {
	Text string
	Link Link
}

// AccountFormPage is a page with one form, such as a profile.
type AccountFormPage struct {
	Account AccountPage
	Form    Form
	Action  string
	ETag    string
}

// AccountEmailPage is somebody's addresses.
type AccountEmailPage struct {
	Account   AccountPage
	Addresses []AccountThing
	Changes   []AccountThing // that wait for somebody to confirm
	Form      Form
	Kinds     []Choice
}

// AccountPasskeysPage is somebody's passkeys. The button to add one works with ts/passkey.ts
// alone, and is hidden until that runs.
type AccountPasskeysPage struct {
	Account  AccountPage
	Name     string // what a new one is called at first
	Passkeys []AccountThing
}

// AccountListPage is a list, and what can be done about all of it.
type AccountListPage struct {
	Account AccountPage
	New     *Link // where one more is made; nil: nowhere
	Search  *AccountSearch
	Empty   string // said where there is nothing
	Things  []AccountThing
	Do      []AccountAction
	NextURL string
}

// AccountSearch is a form that narrows a list.
type AccountSearch struct {
	URL    string
	Words  *Input // nil: none
	Form   Form
	Name   string // of the choice among Choices
	Label  string
	Values []Choice
}

// AccountTokensPage is somebody's personal access tokens, and the form of a new one.
type AccountTokensPage struct {
	Account AccountPage
	Tokens  []AccountThing
	Form    Form
	Scopes  []Choice
	Lasts   []Choice
	Made    *AccountSecret
}

// AccountSecret is what is shown once.
type AccountSecret struct {
	Name  string
	Value string
	Text  string // what it is, and that it is not shown again
}

// AccountDataPage is what somebody can ask for of their own data.
type AccountDataPage struct {
	Account   AccountPage
	Exports   []AccountThing
	CanExport bool
	Due       *Date // when the account is to be deleted; nil: it is not
}

// AccountClientPage is a client as an admin registers and changes it. ID is empty for a new
// one.
type AccountClientPage struct {
	Account    AccountPage
	Form       Form
	ID         string
	URL        string
	ETag       string
	Key        string // Idempotency-Key of a new one
	Kind       string
	Kinds      []Choice
	Methods    []Choice
	Grants     []Choice
	Scopes     []Choice
	Service    bool
	Configured bool // made from the configuration: nothing can be changed here
	Disabled   bool
	Secret     bool // it has one
	Made       *AccountSecret
}

// AccountPersonPage is somebody's account for those who look after the site.
type AccountPersonPage struct {
	Account   AccountPage
	Form      Form
	ID        string
	URL       string
	ETag      string
	Address   string
	States    []State
	Since     Date
	Roles     []Choice
	AuditURL  string // what happened to it; empty: not for who asks
	Suspended bool
	Self      bool // one's own
	CanChange bool
}

// AccountInvitationsPage is who is asked to join, and the form to ask one more.
type AccountInvitationsPage struct {
	Account     AccountPage
	Form        Form
	URL         string
	Roles       []Choice
	Invitations []AccountThing
	NextURL     string
	CanChange   bool
}
