// Package ssg is the static generator: it turns what is public into files that a
// CDN or a web server hands out as they are.
//
// The work has three parts that know nothing of one another. The planner (plan.go)
// maps domain events to units, the things that are rendered at once: one post,
// all pages of one list. The renderer reads a unit's data through a reader that
// writes down what was read, and makes pages of it. The output compares each page
// with the manifest and writes, or removes, what differs. The Builder joins them:
// it listens to the bus, drains the events that are not built yet, and records
// manifest, dependencies and acknowledgement in one transaction.
//
// Promises: a page whose bytes did not change is not written; any sequence of
// incremental builds gives the tree that a full build gives; a page that is not
// public any more is removed with all its files; no page depends on the time of
// its building or on who looks at it.
//
// The generator reads through its own interfaces, Blog and Market (source.go),
// and sees only what everybody may see.
package ssg
