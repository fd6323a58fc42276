// What the pages are given by which people sign in and decide about programs.

package site

// LoginPage is what stands around a page for signing in: a card with its name.
type LoginPage struct {
	Frame Frame
	Title string
	Lede  string
	Fault string // why nothing was done; empty: nothing is wrong
	Code  int    // a status to be shown; 0: none
	// Script tells that the page has something for passkeys.
	Script bool
}

// SignInPage asks for an address to send a link to.
type SignInPage struct {
	Login      LoginPage
	Action     string
	Address    string // as it was typed
	Fault      string // what is wrong with it
	ReturnTo   string
	Fresh      bool // somebody who has signed in already is asked again
	Closed     bool // only who is invited gets an account
	OptionsURL string
	PasskeyURL string
}

// SignInCodePage asks for the code of the mail that was sent.
type SignInCodePage struct {
	Login    LoginPage
	Action   string
	Fault    string // what is wrong with the code
	OnlyLink bool   // codes are taken no more
	AgainURL string
	MailURL  string // where mail is shown that is not sent; empty: it is sent
}

// SignInLinkPage is what a link from a mail shows before it signs anybody in.
type SignInLinkPage struct {
	Login       LoginPage
	Action      string
	Address     string
	AskedFrom   string
	SameBrowser bool
	New         bool
}

// WelcomePage is an invitation.
type WelcomePage struct {
	Login        LoginPage
	Action       string
	Invited      string // the address that was invited; empty: AskAddress
	Roles        []string
	Name         string
	NameFault    string
	Address      string
	AddressFault string
}

// LoginButton is a page with one thing to decide: a button, and what stays as it is.
type LoginButton struct {
	Login  LoginPage
	Texts  []string
	Facts  []Fact
	Action string
	Fields [][2]string // hidden
	Button string
	Else   Link // what to do in its place; empty: nothing
}

// LoginNotice says how something ended, and where to go from there.
type LoginNotice struct {
	Login LoginPage
	Texts []string
	Links []Link // the first is the one most will want
}

// ConsentPage asks somebody whether a program may act for them.
type ConsentPage struct {
	Login     LoginPage
	Action    string
	Fields    [][2]string // hidden
	Client    string
	ClientURL string // its home; empty: unknown
	Host      string // where it leads; empty: the person's own machine
	Scopes    []ConsentScope
	User      string
	SwitchURL string
}

// ConsentScope is something that a program wants to be allowed.
type ConsentScope struct {
	Name  string
	About string
	New   bool // it has not been allowed before
}

// DevicePage asks for the code that a device shows, and then whether to allow it.
type DevicePage struct {
	Login     LoginPage
	Action    string
	Code      string // as it was typed, or as the device shows it
	Fault     string // what is wrong with it
	Asked     bool   // there is a device with that code: all that follows is about it
	Client    string
	AskedFrom string
	Scopes    []ConsentScope
}
