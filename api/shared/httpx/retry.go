// When a host wants to be asked again.

package httpx

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter is how long a host asks to be left alone, in seconds or as a date (RFC 9110
// section 10.2.3), and no longer than most. It is zero where it does not say, or says nothing
// that can be read.
func RetryAfter(h http.Header, now time.Time, most time.Duration) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(max(0, min(seconds, int(most/time.Second)))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), most)
}
