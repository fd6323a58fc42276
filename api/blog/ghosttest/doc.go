// Package ghosttest is a stand-in for a Ghost 6.65: its Admin API, its files and its
// webhooks, for tests of the sync and for trying it in a browser.
//
// Nouns. A [Ghost] starts from Ghost's own JSON export and keeps every version of its
// whole state. Actions, such as [Ghost.Publish] or [Ghost.BulkAccess], change it as an
// editor does and leave the [Hook]s in a queue that a real Ghost would have sent; a test
// loses, doubles, delays, shuffles or delivers them. A [Fault] spoils an answer. [State]
// is what is true at the end.
//
// What was measured on a real Ghost is kept: a bulk action sends no hook of a post and
// leaves updated_at as it was, a tag's new name changes no post, an import is silent, a
// webhook is tried once. The shapes of answers and hooks are compared with captures in
// the tests. What differs: answers are not compressed, filters know + and not the other
// operators that join, and HTML that is written becomes paragraphs, headings, paywalls
// and HTML cards only.
package ghosttest
