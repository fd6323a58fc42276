// The built site: what the server asks its generator.

package contract

// Answer is what is at an address of the built site that has no file. The zero
// answer means that there is nothing and never was.
type Answer struct {
	Body        []byte // the page, which is not on disk yet
	ContentType string // of the body
	Location    string // where the page has moved to
	Temporary   bool   // it has moved for a while only
	Gone        bool   // there was a page, and it was withdrawn
}

// Redirect is where an address leads that nothing has. Location is a path of the same
// app or an absolute address.
type Redirect struct {
	Status   int    `json:"status" enum:"301,302" example:"301"`
	Location string `json:"location" example:"/bread-on-tuesdays/"`
}

// RedirectRule redirects the addresses that nothing has and that Pattern, an RE2
// expression, matches. $1 in Target stands for what the first group matched.
type RedirectRule struct {
	Status  int    `json:"status" enum:"301,302" example:"301" doc:"301 for good, 302 for a while."`
	Pattern string `json:"pattern" maxLength:"1000" example:"^/blog/(.*)$" doc:"An RE2 expression that the path has to match."`
	Target  string `json:"target" maxLength:"2000" example:"/$1" doc:"A path of this site or an http or https address; $1 stands for what the first group matched."`
}
