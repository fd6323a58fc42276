// What mails are given, and what one is: a subject, and parts that are written both as HTML
// and as text. Every word is text, without ends of lines.

package site

// MailFrame is what every mail has around its words.
type MailFrame struct {
	Site    string // what the site calls itself
	HomeURL string // absolute
	Lang    string // empty: British English, in which the words are
}

// SignInMail is a link and a code to sign in with.
type SignInMail struct {
	Frame MailFrame
	Link  string
	Code  string
	From  string // who asked: Firefox on Linux, 192.0.2.7; empty: not known
	Lasts string // 10 minutes
	New   bool   // nobody has an account with this address yet
}

// InvitationMail invites somebody.
type InvitationMail struct {
	Frame MailFrame
	Link  string
	By    string   // who invites; empty: the site
	Roles []string // what they will be: editor, shopkeeper
	Until string
}

// DeviceMail tells of a browser that somebody has signed in with for the first time.
type DeviceMail struct {
	Frame MailFrame
	At    string
	From  string
	Link  string // where sessions are ended
}

// LinkMail leads to one page.
type LinkMail struct {
	Frame   MailFrame
	Link    string // empty: there is no page
	Until   string // empty: for ever
	Address string // the other address of a change
}

// Mail is a mail in both forms, Text and HTML.
type Mail struct {
	Subject string

	frame MailFrame
	title string
	parts []mailPart
}

// mailPart is a paragraph, unless it says what else it is.
type mailPart struct {
	text   string
	url    string   // a button that leads there
	code   bool     // a code to type
	aside  bool     // smaller: what to do if this is not what one expected
	choice bool     // "or" between two ways
	head   bool     // above what belongs together
	small  bool     // of less weight
	notes  []string // small lines below it
}
