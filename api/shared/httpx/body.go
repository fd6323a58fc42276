// Bodies of bounded size.

package httpx

import (
	"errors"
	"io"
)

// ErrTooLarge ends a body that is larger than was allowed.
var ErrTooLarge = errors.New("httpx: body too large")

// ReadLimited reads r to its end. It fails with ErrTooLarge, and nothing to use,
// if there are more than limit bytes.
func ReadLimited(r io.Reader, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > limit {
		return nil, ErrTooLarge
	}
	return raw, nil
}

// capped passes on left bytes and fails on the one after.
type capped struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.body.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

// Close implements io.Closer.
func (c *capped) Close() error { return c.body.Close() }
