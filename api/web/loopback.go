// What is only for who sits at this machine.

package web

import (
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/urls"
)

// fromThisMachine tells that a request came straight from this machine, by a name that can
// mean no other: a page elsewhere that has its own name point here is refused, and so is
// whatever a proxy has passed on.
func fromThisMachine(r *http.Request) bool {
	if !urls.Loopback(r.Host) || !urls.Loopback(r.RemoteAddr) {
		return false
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	return true
}
