// One question to the Admin API, and what may go wrong with its answer.

package ghost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	apiVersion = "v6.0"
	// maxAnswer is how many bytes an answer may have.
	maxAnswer = 64 << 20
	// maxWait is the longest that Ghost may ask us to wait.
	maxWait = time.Hour
)

// ask asks for a path below the Admin API's address and returns the JSON of a good
// answer. It fails with ErrNotFound, ErrCollision or a *Fault.
func (c *Client) ask(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Ghost "+c.key.token(c.clock.Now()))
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Version", apiVersion)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, unanswered(err)
	}
	defer res.Body.Close()
	if res.Request != nil && res.Request.Method != method {
		// A write that is redirected becomes a read, whose answer looks like the write's.
		return nil, &Fault{Status: res.StatusCode, Reason: "its address is redirected, which nothing can be written through: use the one that it redirects to"}
	}
	raw, err := httpx.ReadLimited(res.Body, maxAnswer)
	switch {
	case errors.Is(err, httpx.ErrTooLarge):
		return nil, &Fault{Status: res.StatusCode, Reason: "its answer is larger than 64 MiB", Err: err}
	case err != nil:
		return nil, &Fault{Status: res.StatusCode, Reason: "its answer broke off", Err: err}
	}
	if res.StatusCode/100 == 2 && isJSON(res.Header) {
		return raw, nil
	}
	return nil, c.refused(res, raw)
}

// unanswered is what a request without an answer fails with.
func unanswered(err error) *Fault {
	f := &Fault{Reason: "it cannot be reached", Err: err}
	var network net.Error
	switch {
	case errors.Is(err, httpx.ErrRefused):
		f.Reason = "it redirects where it must not: to another host, to http, or in a circle"
	case errors.Is(err, context.Canceled):
		f.Reason = "the question was called off"
	case errors.As(err, &network) && network.Timeout():
		f.Reason = "it did not answer in time"
	}
	return f
}

// refused reads an answer that is not good. Only Ghost's own errors, told by their JSON,
// count as ErrNotFound and ErrCollision: a proxy's page for 404 says nothing of what
// Ghost has. A 404 for an address that Ghost does not know has no context.
func (c *Client) refused(res *http.Response, raw []byte) error {
	f := &Fault{Status: res.StatusCode, RetryAfter: httpx.RetryAfter(res.Header, c.clock.Now(), maxWait)}
	var answer struct {
		Errors []struct {
			Type    string `json:"type"`
			Context string `json:"context"`
		} `json:"errors"`
	}
	ghosts := isJSON(res.Header) && json.Unmarshal(raw, &answer) == nil && len(answer.Errors) > 0
	switch code := res.StatusCode; {
	case code == http.StatusNotFound && ghosts && answer.Errors[0].Type == "NotFoundError" && answer.Errors[0].Context != "":
		return ErrNotFound
	case code == http.StatusConflict && ghosts && answer.Errors[0].Type == "UpdateCollisionError":
		return ErrCollision
	case code/100 == 2:
		f.Reason = "it answered with a page where the Admin API answers with JSON: check GHOST_URL"
	case code/100 == 3:
		f.Reason = "it redirects without saying where to"
	case code == http.StatusUnauthorized:
		f.Reason = "it does not take the Admin key: check GHOST_ADMIN_KEY, and this machine's clock"
	case code == http.StatusForbidden:
		f.Reason = "the key's integration may not do this"
	case code == http.StatusNotFound && !ghosts:
		f.Reason = "the address answered 404, but not as Ghost does: check GHOST_URL"
	case code == http.StatusNotFound:
		f.Reason = "it does not know this part of the Admin API"
	case code == http.StatusNotAcceptable:
		f.Reason = "it does not speak version 6 of the Admin API"
	case code == http.StatusTooManyRequests:
		f.Reason = "it is asked too often"
	case code/100 == 5:
		f.Reason = "it has a fault of its own (" + strconv.Itoa(code) + ")"
	default:
		f.Reason = "it refused the question (" + strconv.Itoa(code) + ")"
	}
	return f
}

func isJSON(h http.Header) bool {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && mediaType == "application/json"
}

// useless is an answer with status 200 that is not what was asked for.
func useless(reason string, err error) *Fault {
	return &Fault{Status: http.StatusOK, Reason: reason, Err: err}
}
