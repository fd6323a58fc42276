// Holding a request's body against the OpenAPI document.

package apitest

import (
	"strings"
)

// Takes says in what a body of JSON is not what the document says that an
// operation takes, by its path in the document; nothing where it is.
func (c *Contract) Takes(method, template string, body []byte) []string {
	return c.validate("#/paths/"+escape(template)+"/"+strings.ToLower(method)+"/requestBody/content/"+escape("application/json")+"/schema", body)
}
