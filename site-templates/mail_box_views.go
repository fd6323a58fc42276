// What the pages of the mail box are given.

package site

// MailBoxPage lists mail that was not sent, the newest first.
type MailBoxPage struct {
	Frame   Frame
	To      string // only mail to this address; empty: all
	Letters []MailBoxItem
}

// MailBoxItem is a mail in a list.
type MailBoxItem struct {
	Subject string
	To      string
	URL     string
	At      Ago
}

// MailBoxLetterPage shows one mail.
type MailBoxLetterPage struct {
	Frame   Frame
	Letter  MailBoxItem
	Expires Date   // what it leads to is of no use after that; zero: it always is
	Links   []Link // where its buttons lead
	ViewURL string // of the mail as HTML, for a frame
	Text    string
}

// frame allows the one frame, which is of this origin.
func (p MailBoxLetterPage) frame() Frame {
	f := p.Frame
	f.frames = []string{"'self'"}
	f.Assets.CardsJS = "" // nobody has to ask for it
	return f
}
