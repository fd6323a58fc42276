// Parameters of requests: each once, from where they belong.

package oauth

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// formMost is how long a request's parameters may be, in bytes.
const formMost = 64 << 10

// form is the parameters of a request. Those without a value count as left out (RFC 6749
// section 3.1). Of unknown ones nothing is done but counting them.
type form map[string][]string

func (f form) get(name string) string {
	if values := f[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// list reads a parameter of words that spaces separate, each once.
func (f form) list(name string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(f.get(name), func(c rune) bool { return c == ' ' }) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// Faults of parameters.
var (
	errMalformed = errors.New("the parameters are not form-encoded UTF-8 text")
	errRepeated  = errors.New("a parameter is there more than once")
)

// parseForm reads a query or a body. It fails with errMalformed, or with errRepeated, which
// returns the first value of each as well. resource may come often (RFC 8707 section 2).
func parseForm(raw string) (form, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errMalformed
	}
	f := form{}
	for name, given := range values {
		for _, value := range given {
			if !utf8.ValidString(name+value) || strings.ContainsRune(name+value, 0) {
				return nil, errMalformed
			}
		}
		if len(given) > 1 && name != "resource" {
			err = errRepeated
		}
		given = slices.DeleteFunc(given, func(value string) bool { return value == "" })
		if len(given) > 0 {
			f[name] = given
		}
	}
	return f, err
}

// private are the parameters that must not be in an address, where they end up in logs and
// histories (RFC 6749 section 2.3.1, RFC 9700 section 4.3).
var private = []string{
	"client_id", "client_secret", "code", "code_verifier", "refresh_token", "access_token", "token", "device_code",
	"grant_type", "redirect_uri", "scope", "resource", "username", "password", "client_assertion",
}

// readForm reads the body of a request of a program.
func readForm(w http.ResponseWriter, r *http.Request) (form, *tokenError) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || slices.ContainsFunc(private, query.Has) {
		return nil, invalidRequest("parameters belong into the body of the request")
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" || len(r.Header.Values("Content-Type")) > 1 {
		return nil, invalidRequest("the body must be application/x-www-form-urlencoded")
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, formMost))
	if err != nil {
		return nil, invalidRequest("the body is too long, or did not arrive")
	}
	f, err := parseForm(string(raw))
	if err != nil {
		return nil, invalidRequest(err.Error())
	}
	return f, nil
}
