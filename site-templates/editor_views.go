// What the editor's pages are given: how the sync with a Ghost is doing, as text.

package site

// EditorPage is what every page under /editor/ has around its content.
type EditorPage struct {
	Frame   Frame
	Title   string
	Message *Message
}

// GhostPage is how the sync with a Ghost is doing. Settings and Webhooks tell how to make
// one; where none is configured the page is little else.
type GhostPage struct {
	Editor     EditorPage
	Configured bool
	Host       string // of the Ghost
	Version    string // of the Ghost; empty: it does not answer
	Fault      string // why it does not
	At         Ago    // when all of this was so
	RefreshURL string
	CompareURL string // posting there has everything compared; empty: not for who looks
	Hooks      GhostHooks
	Lanes      []GhostLane
	Counts     []GhostCount
	Flagged    GhostList
	Conflicts  []GhostConflict
	Missing    GhostList
	Scheduled  GhostList
	Settings   []Fact // to set, and to what
	Webhooks   []GhostWebhook
}

// Ago is a moment in words: 12 s ago. The zero value is never.
type Ago struct {
	ISO  string
	Text string
}

// GhostHooks is what there is to know of Ghost's webhooks.
type GhostHooks struct {
	Configured bool
	Last       Ago
	Facts      []Fact
}

// GhostLane is a way by which changes come.
type GhostLane struct {
	Name    string
	About   string
	State   string // "fine", "failing", "late", "running" or "never"
	Done    Ago    // when it ended well last
	Took    string
	Behind  string
	Waiting string
	Seen    string
	Fault   string // why it failed last
	Failed  Ago
}

// GhostCount is how much there is of a kind of things.
type GhostCount struct {
	Name    string
	Stored  string
	Deleted string
	Flagged string
}

// GhostList is the first of some things, and how many more there are.
type GhostList struct {
	Items []GhostItem
	More  string // how many are not shown; empty: none
}

// GhostItem is a post or a file in a list, with what there is to say of it.
type GhostItem struct {
	Link
	Kind  string
	Notes []string
	When  Date
}

// GhostConflict is a post that was changed on both sides. Posting to Action chooses.
type GhostConflict struct {
	Link
	Kind         string
	Found        Ago
	DeletedThere bool
	Action       string
}

// GhostWebhook is one that has to be made in Ghost.
type GhostWebhook struct {
	Name string // as Ghost's own menu has it
	URL  string
}
