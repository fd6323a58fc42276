// The built site: what the server asks its generator.

package contract

// Answer is what is at an address of the built site that has no file. The zero
// answer means that there is nothing and never was.
type Answer struct {
	Body        []byte // the page, which is not on disk yet
	ContentType string // of the body
	Location    string // where the page has moved to
	Gone        bool   // there was a page, and it was withdrawn
}
