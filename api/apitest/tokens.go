// Tokens for tests: who the callers of a scenario are.

package apitest

import (
	"context"

	"rose-ash.com/roseash/api/shared/auth"
)

// Tokens is a verifier that knows these bearer tokens and no others.
type Tokens map[string]auth.Principal

// Verify finds the token; any other is refused.
func (k Tokens) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	p, ok := k[c.Token]
	if !ok {
		return p, auth.ErrRefused
	}
	return p, nil
}

// Bearer are the headers of a request with a token, and further headers in pairs
// of name and value.
func Bearer(token string, more ...string) map[string]string {
	header := map[string]string{"Authorization": "Bearer " + token}
	for i := 0; i < len(more); i += 2 {
		header[more[i]] = more[i+1]
	}
	return header
}
