// What tests reach inside for.

package api

import "time"

// Drain changes how long requests in flight may go on once a server stops, and returns what
// changes it back.
func Drain(d time.Duration) (back func()) {
	before := drainTimeout
	drainTimeout = d
	return func() { drainTimeout = before }
}
