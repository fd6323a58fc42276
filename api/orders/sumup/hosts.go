// Where browsers are sent to pay.

package sumup

import (
	"net/url"
	"strings"
)

// domain is SumUp's: its API and its pages to pay on are below it.
const domain = "sumup.com"

// hosts tells whether an address is SumUp's, by TLS, or of the origin at which the API is.
func (c *Client) hosts(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	api, err := url.Parse(c.o.BaseURL)
	if err == nil && u.Host != "" && u.Scheme == api.Scheme && u.Host == api.Host {
		return true
	}
	return u.Scheme == "https" && (u.Host == domain || strings.HasSuffix(u.Host, "."+domain))
}

// PayOrigins are where the API at an address sends browsers to pay, as sources of form-action
// (CSP 3).
func PayOrigins(baseURL string) string {
	if strings.HasSuffix(baseURL, "."+domain) {
		return "https://*." + domain
	}
	return baseURL
}
