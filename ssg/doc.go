// Package ssg is the static generator: it turns what is public into files that a
// CDN or a web server hands out as they are.
//
// # Units, facets, lists
//
// A unit is what is rendered at once: one page, one feed, one part of the sitemap
// (unit.go). A page reads through a reader that records the key of each facet it
// read and the hash of the value (reader.go, facet.go). A facet is what can be seen
// of a thing in one place: the card of a post, the link of a tag. Lists are
// declared, never loops over everything: which things are on page 7 of a list is
// stored by package paging, whose pages stay as they are when something newer comes.
// Lists of dates are facets too (facet_events.go): what comes of a calendar, and each of
// its months, so that a changed entry costs its own pages and feeds and the lists that show
// what has changed of it.
//
// # The day
//
// What is still to come changes at midnight, in the site's zone. The day that pages were
// made for is stored; when another has begun, its facets have other values, and whoever
// read them is planned as for an event. A date's own page does not read the day but
// whether the day on which it ends is over: it is made again in the night after it, and in
// no other.
//
// # From an event to a file
//
// Planning (plan.go) reads the changed things, stores their places in lists, and
// computes the values of their facets. Affected, a pure function, compares these
// with what pages read: a facet with the same value stops there. What is affected is
// stored as work, in the transaction that acknowledges the events.
//
// Work is rendered from one batch of reads (batch.go, fetch.go): a few queries for
// any number of units. Then one transaction stores a generation: the bytes of the
// pages that differ from the manifest (its pack), the manifest and the index. Only
// after it has committed the files are put in place, each by a rename, what is
// linked to before what links, deletes last. A crash at any moment leaves work to be
// done again, or a generation to be applied again; both give the same files.
//
// # Two lanes
//
// What events touch comes first. More than some hundred units, or a whole site,
// become parts of a large build; any process may render them (Maker.Help), and the
// generator applies them one after the other, between events. A part that read what
// has changed meanwhile is rendered again, so that it never overwrites newer pages.
//
// # One generator
//
// A token in the database and the kernel's lock on the directory keep a second
// generator out (lead.go). Nothing is held by a connection, which may die unnoticed.
//
// # Promises
//
// A page whose bytes did not change is not written. Any sequence of incremental
// builds gives the tree that a full build gives. The cost of a publish does not grow
// with the site. What is not public any more is removed with its compressed
// siblings and with all that is kept for rolling back. No page depends on who looks at it,
// or on the moment of its building but for the local day and year.
//
// The generator reads through its own interfaces (source.go) and sees only what
// everybody may see; the services satisfy them in process, package remote by the API.
package ssg
