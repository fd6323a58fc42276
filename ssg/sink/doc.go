// Package sink brings what was built to other places: the files to
// S3-compatible storage, the addresses that changed to a CDN.
//
// The directory of the built trees is the primary copy, and package ssg writes
// it. After a build a Delivery brings the same changes to a Store and then tells
// each Purger. Open makes what is configured:
//
//	targets, err := sink.Open(cfg, sink.Options{Log: log})
//	tally, err := targets.Deliver(ctx, sink.Delivery{Generation: 12, Groups: groups, Deletes: gone}, purge)
//
// Order. Groups go one after the other, the objects of one several at a time,
// deletes last. The caller puts assets before the pages that use them, pages
// before the lists that lead to them, feeds and sitemaps after those: at no
// moment does a link lead to nothing. Purgers hear of it when all is stored, so
// that a CDN does not fetch the old page again.
//
// Fencing. Generations are numbers that grow. A delivery first claims its own
// with a conditional write on a small object, .roseash/generation, and fails with
// ErrFenced where a newer one was claimed, or the same by another builder. Each
// object carries the generation that wrote it, and is replaced by a conditional
// write only where that is not newer: a builder that slept through its
// replacement cannot bring an old page back over a new one. Where there is no
// object to compare with, and for deletes, which have no condition everywhere, the
// claim must have been seen within the last second; what is on its way at that
// very moment can still arrive. Storage that ignores conditions is found out
// before the first claim and named in the log: there fencing holds against a late
// builder, and not against two at the same moment.
//
// Failure. Everything can be done again: the same delivery by the same builder
// gives the same objects. Single requests are repeated a few times, a delivery
// as a whole by the caller.
package sink
