// Requests to purgers and what comes back.

package sink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	// purgeTimeout is for one request to a purger.
	purgeTimeout = 10 * time.Second
	// maxAnswer is how many bytes of an answer are read.
	maxAnswer = 64 << 10
)

// Later is the error of somebody who asks to be left alone for a while.
type Later struct {
	// After is how long.
	After time.Duration
	// Status is the HTTP status that said so.
	Status int
}

// Error says how long.
func (l *Later) Error() string {
	return fmt.Sprintf("it answers %d and asks to come back in %s", l.Status, l.After)
}

// newClient follows no redirect: a POST that is redirected may become a GET that
// answers 200 and purges nothing.
func newClient() *http.Client {
	client := httpx.Operator(purgeTimeout)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// post sends a JSON body and returns the answer's status and beginning. It fails
// with a *Later where the answer is 429 or 503 with a time. No error repeats the
// address, a header or what was answered.
func post(ctx context.Context, client *http.Client, address string, body []byte, header http.Header) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, errors.New("its address cannot be used")
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		var shown *url.Error
		if errors.As(err, &shown) {
			err = shown.Err
		}
		return 0, nil, err
	}
	defer response.Body.Close()
	raw, err := httpx.ReadLimited(response.Body, maxAnswer)
	if err != nil && !errors.Is(err, httpx.ErrTooLarge) {
		return 0, nil, fmt.Errorf("its answer %d broke off: %w", response.StatusCode, err)
	}
	if response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable {
		if after, ok := retryAfter(response.Header.Get("Retry-After"), time.Now()); ok {
			return 0, nil, &Later{after, response.StatusCode}
		}
	}
	return response.StatusCode, raw, nil
}

// maxAfter is the longest that a Retry-After is believed.
const maxAfter = 24 * time.Hour

// retryAfter reads the header of that name (RFC 9110, section 10.2.3): seconds or
// a date; false where it is neither.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxAfter), true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), maxAfter), true
}
