// Package dbtest gives each test a PostgreSQL database of its own, with every
// migration applied, in a few milliseconds.
//
//	func TestPublish(t *testing.T) {
//		pool := dbtest.New(t)
//		…
//	}
//
// No TestMain is needed and tests may run in parallel. The database is cloned
// from a template that is migrated once for each state of the migration files,
// and dropped when the test ends.
//
// The server is the one that ROSEASH_TEST_CLUSTER_URL names, whose user must be
// allowed to create databases. Without that variable each test process starts
// a private one, which costs about a second: to share one among all packages
// of a run put the runner before the command:
//
//	go run ./db/dbtest/run -- go test ./...
//
// The private server keeps nothing safe (fsync is off) and dies with the
// process. What a killed process leaves on disk the next one clears.
package dbtest
