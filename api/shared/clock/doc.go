// Package clock is where a domain gets the time from, so that a test can say
// what time it is.
//
// A service holds a Clock and calls Now; nothing in a domain calls time.Now.
// System is the real one. Manual stands still until a test moves it. Both give
// UTC with the precision of PostgreSQL's timestamptz, one microsecond, so that
// a time which was stored and read back equals the one that was stored.
//
// Decisions that race with other transactions (is this hold still alive?) do
// not use this package: they ask the database, after locking.
package clock
