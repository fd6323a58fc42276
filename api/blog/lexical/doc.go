// Package lexical renders the documents of Ghost's editor: the state of a Lexical
// editor, in JSON, as HTML for a page or a mail, and as plain text.
//
// The HTML for a page is what Ghost's own renderer makes of the same document, DOM for
// DOM; docs/lexical.md lists the exceptions with their rules. It has the gates of
// Ghost's cards in it and is not sanitised: safehtml is the gate.
package lexical
