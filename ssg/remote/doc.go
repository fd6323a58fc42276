// Package remote reads a site through its API, as the generator wants it: what
// package ssg makes pages of comes over HTTP instead of out of the services and
// the database, and the pages are the same bytes.
//
// Open reads what has a place in a list: ids, times and ordinals of posts, pages
// and products, for the whole site and for each tag, author and category; and all
// tags and authors, which have pages of their own; calendars, and which entries there
// are. That is kept in memory. Posts, products and entries themselves are asked for by
// their ids, a hundred at a time, when pages are made of them.
//
// Nothing keeps the site still meanwhile. What changes while it is read is taken
// as it was or as it is; what has been published and not yet been built by the
// site's own generator has no ordinal, and so gets a page of its own and stands in
// no list.
//
// Requests are made with the generated client, four at a time; their answers are
// read into the types of package contract, which are those of the API. A request
// that meets a fault that passes (429, 5xx, a connection that breaks) is made
// again, after a pause that grows. Errors name the operation, and hold nothing of what
// was sent.
package remote
