// Package search finds what everybody may see: published products, posts and pages, and entries of calendars.
//
// Nouns. A document is what the index holds of one of them: its title, the names it
// goes by (brand, labels, tags, authors, categories), its summary, the words of its
// public text. A hit is a document that answers a query.
//
// Promises.
//
//   - The index holds what [Posts], [Products] and [Entries] answer and nothing else: no draft,
//     no gated text. What is withdrawn leaves it.
//   - It follows the domain events, within a second or two of the change. A document
//     is made of the present state, read under a lock for its id, so that events may
//     come twice and in any order.
//   - Any text can be looked for. Quotes, "or" and a minus in front mean what they mean
//     to search engines; everything else that is neither letter nor digit is a space.
//   - What is ranked is bounded: some 2,000 documents a query, however common its words
//     (find.go says which).
//
// The index is made anew by a job when a process of another [Version] starts to work,
// and by [Service.Reindex].
//
// Operations are listed in routes.go.
package search
