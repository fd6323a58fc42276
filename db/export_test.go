// What tests reach inside for.

package db

import "time"

// SetAcquire changes how long the pool's statements wait for a connection.
func (p *Pool) SetAcquire(d time.Duration) { p.acquire = d }
