// Cloudflare's cache.

package sink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/config"
)

const (
	// cloudflareAPI is the origin of Cloudflare's API.
	cloudflareAPI = "https://api.cloudflare.com"
	// urlsAtOnce is how many addresses one request may name. Cloudflare's pages give
	// two numbers for zones below Enterprise: 100 operations (Purge cache, "Max
	// operations per request") and 30 URLs (Purge by single-file). Both take 30.
	urlsAtOnce = 30
	// maxWait is how long a purge waits where it is asked to, in all.
	maxWait = time.Minute
)

// cloudflare is a Purger of one zone.
type cloudflare struct {
	client *http.Client
	base   string
	zone   string
	token  config.Secret
}

// NewCloudflare makes a Purger for a zone. Base is the API's origin, another one
// in tests. The token needs the permission "Cache Purge" for the zone. Addresses
// are purged 30 a request; where everything is, that is the whole zone, whatever
// other sites are on it. A request that is answered with 429 and Retry-After is
// repeated after that time, up to a minute in all, and else fails with *Later.
func NewCloudflare(base, zone string, token config.Secret) Purger {
	return &cloudflare{newClient(), base, zone, token}
}

// String names the zone.
func (c *cloudflare) String() string { return "Cloudflare zone " + c.zone }

func (c *cloudflare) closeIdle() { c.client.CloseIdleConnections() }

// Purge implements Purger.
func (c *cloudflare) Purge(ctx context.Context, p Purge) error {
	left := maxWait
	if p.everything() {
		return c.send(ctx, map[string]any{"purge_everything": true}, &left)
	}
	for urls := range slices.Chunk(p.URLs, urlsAtOnce) {
		if err := c.send(ctx, map[string]any{"files": urls}, &left); err != nil {
			return err
		}
	}
	return nil
}

// send posts one request, and again where it is to wait and left allows it.
func (c *cloudflare) send(ctx context.Context, message map[string]any, left *time.Duration) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	address := c.base + "/client/v4/zones/" + url.PathEscape(c.zone) + "/purge_cache"
	for {
		header := http.Header{}
		header.Set("Authorization", "Bearer "+c.token.Reveal())
		status, raw, err := post(ctx, c.client, address, body, header)
		var later *Later
		if !errors.As(err, &later) {
			if err != nil {
				return err
			}
			return judge(status, raw)
		}
		// One that asks for no time at all must not be asked for ever.
		wait := max(later.After, 100*time.Millisecond)
		if wait > *left {
			return err
		}
		*left -= wait
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// judge says whether an answer means that all was purged. Of the words in it only
// the codes are repeated: a text may hold what the request held.
func judge(status int, raw []byte) error {
	var answer struct {
		Success bool `json:"success"`
		Errors  []struct {
			Code int `json:"code"`
		} `json:"errors"`
	}
	err := json.Unmarshal(raw, &answer)
	if err == nil && answer.Success && status >= 200 && status <= 299 {
		return nil
	}
	var codes []int
	for _, e := range answer.Errors[:min(len(answer.Errors), 8)] {
		codes = append(codes, e.Code)
	}
	switch {
	case len(codes) > 0:
		return fmt.Errorf("it answers %d with the codes %v", status, codes)
	case err != nil:
		return fmt.Errorf("it answers %d, and nothing that can be read", status)
	}
	return fmt.Errorf("it answers %d without success", status)
}
