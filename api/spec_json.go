// JSON as it goes in and out of operations.

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// formats are what operations speak: JSON only. "json" is huma's name for media
// types that end in +json.
var formats = map[string]huma.Format{
	"application/json": jsonFormat,
	"json":             jsonFormat,
}

var jsonFormat = huma.Format{
	Marshal:   huma.DefaultJSONFormat.Marshal,
	Unmarshal: unmarshal,
}

var errNotText = errors.New("not UTF-8, or with a NUL in it")

// unmarshal reads one JSON document. Unlike encoding/json it refuses what is
// not UTF-8 instead of changing it, and U+0000, which PostgreSQL cannot keep.
func unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) || hasNUL(data) {
		return errNotText
	}
	return json.Unmarshal(data, v)
}

// hasNUL finds the escape \u0000 in JSON text: an odd number of backslashes
// stands before u0000.
func hasNUL(data []byte) bool {
	for rest := data; ; {
		at := bytes.Index(rest, []byte(`\u0000`))
		if at < 0 {
			return false
		}
		slashes := 0
		for i := at; i >= 0 && rest[i] == '\\'; i-- {
			slashes++
		}
		if slashes%2 == 1 {
			return true
		}
		rest = rest[at+len(`\u0000`):]
	}
}
