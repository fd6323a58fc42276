package ghosttest

import (
	"net/http"
	"net/http/httptest"
)

// Try asks without a key, as one who is let in.
func (g *Ghost) Try(path string) (status int) {
	r := httptest.NewRequest(http.MethodGet, "/"+path, nil)
	return g.list(g.latest(), collections["posts"], r.URL.Query(), nil).status
}
