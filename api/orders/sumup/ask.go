// One call: what is sent, what is tried again, and what its answer says.

package sumup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	maxAnswer = 1 << 20
	// reads is how often a GET or a DELETE is sent at most.
	reads = 3
	// maxPause is the longest Retry-After that is waited for within a call.
	maxPause = 2 * time.Second
	// maxAfter is the longest Retry-After that callers are told.
	maxAfter = time.Hour
)

// Codes of ours, for a Result that is Unknown or Invalid.
const (
	CodeTimeout     = "timeout"     // no answer in time, or the caller gave up
	CodeUnreachable = "unreachable" // the connection broke
	CodeUnavailable = "unavailable" // 5xx
	CodeTooMany     = "too_many"    // 429
	CodeNotJSON     = "not_json"    // HTML, or truncated JSON
	CodeTooLarge    = "too_large"   // over 1 MiB
	CodeUnreadable  = "unreadable"  // JSON that is not what was asked for
	// CodeNotSent is of a POST of which not one byte was written: it was not done.
	CodeNotSent = "not_sent"
)

type question struct {
	method, path string
	query        url.Values
	body         any
}

// answer is what SumUp said; raw is the JSON of one that is Found.
type answer struct {
	outcome Outcome
	code    string
	after   time.Duration
	status  int
	raw     []byte
}

// result turns an answer into a Result by reading its JSON.
func result[T any](a answer, read func([]byte) (T, error)) Result[T] {
	r := Result[T]{Outcome: a.outcome, Code: a.code, After: a.after}
	if a.outcome != Found {
		return r
	}
	value, err := read(a.raw)
	if err != nil {
		return Result[T]{Code: CodeUnreadable}
	}
	r.Value = value
	return r
}

// ask sends a question; what reads or ends something is sent again where the outcome is
// unknown, as long as the call's time lasts.
func (c *Client) ask(ctx context.Context, q question) answer {
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	a := answer{}
	for try := range reads {
		if wait, open := c.breaker.open(c.o.Clock.Now()); open {
			a = answer{code: CodeUnavailable, after: wait}
			if q.method == http.MethodPost {
				a.code = CodeNotSent
			}
			break
		}
		a = c.exchange(ctx, q)
		if a.outcome != Unknown || a.code == CodeTooLarge || ctx.Err() != nil || q.method == http.MethodPost || try == reads-1 {
			break
		}
		wait := c.o.Pause << try
		if wait = max(wait/2+rand.N(wait), a.after); wait > maxPause || !sleep(ctx, wait) {
			break
		}
	}
	return a
}

// sleep waits, unless the context ends before.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// exchange sends a question once.
func (c *Client) exchange(ctx context.Context, q question) answer {
	var body []byte
	if q.body != nil {
		raw, err := json.Marshal(q.body)
		if err != nil {
			return answer{outcome: Invalid, code: "request"}
		}
		body = raw
	}
	address := c.o.BaseURL + q.path
	if len(q.query) > 0 {
		address += "?" + q.query.Encode()
	}
	// Bytes can only have been written where there was a connection.
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err := http.NewRequestWithContext(traced, q.method, address, bytes.NewReader(body))
	if err != nil {
		return answer{outcome: Invalid, code: "request"}
	}
	r.Header.Set("Authorization", "Bearer "+c.o.APIKey)
	r.Header.Set("Accept", "application/json, application/problem+json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	a := c.sent(r, &connected)
	// A caller that goes away says nothing of SumUp.
	if !errors.Is(ctx.Err(), context.Canceled) {
		c.breaker.report(c.o.Clock.Now(), a.outcome != Unknown || a.code == CodeTooLarge, a.after)
	}
	if a.outcome == Found {
		c.denied.Store(false)
	} else if (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && !c.denied.Swap(true) {
		c.o.Log.Error("SumUp does not take the API key for what was asked: check the key, its scopes and the merchant code", "status", a.status, "method", q.method)
	}
	return a
}

// sent sends a request and reads its answer.
func (c *Client) sent(r *http.Request, connected *atomic.Bool) answer {
	res, err := c.http.Do(r)
	if err != nil {
		var network net.Error
		switch {
		case !connected.Load() && r.Method == http.MethodPost:
			return answer{code: CodeNotSent}
		case r.Context().Err() != nil, errors.As(err, &network) && network.Timeout():
			return answer{code: CodeTimeout}
		}
		return answer{code: CodeUnreachable}
	}
	defer res.Body.Close()
	raw, err := httpx.ReadLimited(res.Body, maxAnswer)
	a := answer{status: res.StatusCode, after: httpx.RetryAfter(res.Header, c.o.Clock.Now(), maxAfter)}
	switch {
	case errors.Is(err, httpx.ErrTooLarge):
		a.code = CodeTooLarge
	case err != nil && r.Context().Err() != nil:
		a.code = CodeTimeout
	case err != nil:
		a.code = CodeUnreachable
	case res.StatusCode/100 == 2:
		if a.code = CodeNotJSON; isJSON(res.Header) && json.Valid(raw) {
			a.outcome, a.code, a.raw = Found, "", raw
		}
	default:
		a.outcome, a.code = refusal(res.StatusCode, res.Header, raw)
	}
	return a
}

// refusal reads an answer that is not good. Only what is SumUp's own, told by its JSON and
// a code in it, says anything: a proxy's 404 is no checkout that is missing.
func refusal(status int, h http.Header, raw []byte) (Outcome, string) {
	code := ""
	if isJSON(h) {
		code = refusalCode(raw)
	}
	bare := "http_" + strconv.Itoa(status)
	switch {
	case status == http.StatusTooManyRequests:
		return Unknown, CodeTooMany
	case status >= 500:
		return Unknown, CodeUnavailable
	case status/100 != 4 || status == http.StatusRequestTimeout || status == http.StatusTooEarly || code == "":
		return Unknown, bare
	case status == http.StatusNotFound:
		return Missing, code
	case status == http.StatusConflict:
		return Conflict, code
	}
	return Invalid, code
}

func isJSON(h http.Header) bool {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}
