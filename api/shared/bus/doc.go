// Package bus carries domain events from the transaction in which something
// happened to all who must act on it later, and runs background jobs.
//
// # Emitting
//
// A service emits in the transaction that changes the data; the event exists if
// and only if that commits:
//
//	return bus.Emit(ctx, tx, contract.PostPublished{PostRef: ref})
//
// # Handling
//
// A domain registers handlers when it is constructed:
//
//	bus.Handle(b, "federation.announce_post", s.announcePost)
//
// Some process that runs the bus calls each handler once for each event, in a
// transaction that also marks the event as handled. Order is not promised. A
// handler that fails is tried again with growing pauses, 12 times in all; then
// the event is dead for it, is counted by Stats, listed by Events, and can be
// replayed. Handlers make no call that leaves the process: they enqueue a job
// of their domain with InsertTx, whose worker (AddWorker) makes it.
//
// The builder of pages does not use jobs. It waits on Listen, reads Unbuilt,
// and acknowledges with MarkBuilt, so that many events become one build.
//
// # How it works
//
// Emit writes to bus.domain_events and notifies. Run's dispatcher (LISTEN, and
// a look each second as the safety net) turns every event into one River job a
// handler, in the transaction that sets dispatched_at. It finds events by that
// mark being null and locks them with SKIP LOCKED: a late commit is not jumped
// over, and any number of processes share the work. It takes old and new ends
// in turn and gives late events a lower priority, so that a backlog does not
// keep waiting what happens now.
//
// A job's handler first inserts (event, handler) into bus.handled. A second run
// of the same job waits for the first at that row and then does nothing.
//
// # When a process dies
//
// Each process that runs the bus holds an advisory lock in the session that
// listens. When a process is killed the server frees the lock, and another
// process, or the next one to start, gives its handlers' jobs back to the queue
// within about a second. The attempt counts, so an event that kills its process
// is dead in the end. A domain's own jobs have no mark that makes doing them
// twice harmless; they wait for River's rescue (RescueAfter, 2 minutes and up).
//
// # When two versions run side by side
//
// A process may dispatch an event for which another version has a handler that
// it does not know, or an event of a kind it has never heard of. So what is
// dispatched does not depend on the process: every process that may emit writes
// its handlers to bus.handlers first (Announce), and an event gets a job for
// each handler that any version has announced within a day. The job's kind is
// the handler, and a process fetches only the kinds that it knows; so the job
// waits for a process that has the handler. An event without any announced
// handler is dispatched with no jobs. A handler that no version has announced
// for a day is retired: no new jobs, and what is left of its jobs is dead.
//
// # In this package
//
// SQL stands beside the code as constants, not in queries/: most statements
// join schema bus with River's own tables, which generated packages of a domain
// must not touch. River's migrations are kept as files of ours; a test compares
// them with the pinned version and writes them with -update.
//
// Sessions must be real ones: a transaction pooler between us and PostgreSQL
// breaks LISTEN and the locks.
package bus
