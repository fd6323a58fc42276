// Requests: how one is made, made again, and read.

package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	tries     = 6                      // of one request
	firstWait = 250 * time.Millisecond // before the second; then twice as long each time
	longest   = 30 * time.Second       // that a server can make us wait
	maxAnswer = 64 << 20               // bytes: a hundred posts of 600 KB
	atOnce    = 4                      // requests under way
)

// errRefused is an answer that asking again does not change.
type errRefused struct {
	status int
	code   string
}

// Error is the status and the problem's code.
func (e errRefused) Error() string {
	text := fmt.Sprintf("the answer is %d %s", e.status, http.StatusText(e.status))
	if e.code != "" {
		text += " (" + e.code + ")"
	}
	if e.status == http.StatusUnprocessableEntity || e.status == http.StatusNotFound {
		text += ": is this the API of a site, and of this version?"
	}
	return text
}

// get makes a request until it is answered, and reads the answer into v.
func (s *Site) get(ctx context.Context, operation string, ask func(context.Context) (*http.Response, error), v any) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	for n := range tries {
		var wait time.Duration
		if wait, err = attempt(ctx, ask, v); err == nil {
			return nil
		}
		if ctx.Err() != nil || !passes(err) {
			break
		}
		if n+1 == tries {
			err = fmt.Errorf("%d times in vain: %w", tries, err)
			break
		}
		wait = max(wait, firstWait<<n)
		s.log.Warn("a request to the API is made again", "operation", operation, "error", err, "in", wait)
		if err := s.pause(ctx, wait+rand.N(wait/4+1)); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the API's operation %s: %w", operation, err)
}

// missing tells a 404.
func missing(err error) bool {
	var refused errRefused
	return errors.As(err, &refused) && refused.status == http.StatusNotFound
}

// passes tells the faults that may be over soon.
func passes(err error) bool {
	var refused errRefused
	if !errors.As(err, &refused) {
		return !errors.Is(err, httpx.ErrRefused)
	}
	return refused.status == http.StatusTooManyRequests || refused.status >= 500 && refused.status != http.StatusNotImplemented
}

// attempt makes a request once. wait is how long the server wants to be left alone.
func attempt(ctx context.Context, ask func(context.Context) (*http.Response, error), v any) (wait time.Duration, err error) {
	res, err := ask(ctx)
	if err != nil {
		return 0, unreachable(err)
	}
	defer res.Body.Close()
	body, err := httpx.ReadLimited(res.Body, maxAnswer)
	if errors.Is(err, httpx.ErrTooLarge) {
		return 0, errRefused{status: res.StatusCode, code: "an answer that is too large"}
	}
	if err != nil {
		return 0, unreachable(err)
	}
	if res.StatusCode != http.StatusOK {
		var problem struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(body, &problem) // a proxy's page is no problem document
		if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
			wait = min(time.Duration(seconds)*time.Second, longest)
		}
		return wait, errRefused{status: res.StatusCode, code: word(problem.Code)}
	}
	if err := json.Unmarshal(body, v); err != nil {
		return 0, errRefused{status: res.StatusCode, code: "an answer that is not the API's"}
	}
	return 0, nil
}

// unreachable keeps of an error what happened, without the address that was asked.
func unreachable(err error) error {
	var at *url.Error
	if !errors.As(err, &at) {
		return err
	}
	if at.Timeout() {
		return errors.New("no answer in time")
	}
	return at.Err
}

// word is a problem's code, if it looks like one.
func word(code string) string {
	for _, c := range []byte(code) {
		if (c < 'a' || c > 'z') && c != '_' {
			return ""
		}
	}
	return code
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
