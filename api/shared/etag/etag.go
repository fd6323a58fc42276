// Package etag writes and reads the entity tags of things that have a version.
//
// A tag is "v<version>-<fingerprint>". The version is the row's own and is what
// a write compares; the fingerprint covers what else the answer shows (names of
// tags, who is looking), so that a cached answer is dropped when that changes.
package etag

import (
	"encoding/json"
	"hash/fnv"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/problem"
)

// Of makes the entity tag (RFC 9110 section 8.8.3) of an answer. shown is what
// the answer holds beside the versioned row; it must marshal to JSON.
func Of(version int64, shown ...any) string {
	h := fnv.New64a()
	if err := json.NewEncoder(h).Encode(shown); err != nil {
		panic(err) // shown is plain data
	}
	return `"v` + strconv.FormatInt(version, 10) + "-" + strconv.FormatUint(h.Sum64(), 36) + `"`
}

// Required reads the version out of an If-Match header that must be there. It
// fails with 428 where it is missing and with 412 where it is no tag of ours.
func Required(ifMatch string) (int64, error) {
	version, err := Optional(ifMatch)
	if err != nil {
		return 0, err
	}
	if version == nil {
		return 0, problem.PreconditionRequired("send the ETag that you read as If-Match").
			WithField("header.If-Match", "is required")
	}
	return *version, nil
}

// Optional is Required for operations that may be called without If-Match; it
// returns nil where there is none and for "*", which matches anything.
func Optional(ifMatch string) (*int64, error) {
	ifMatch = strings.TrimSpace(ifMatch)
	if ifMatch == "" || ifMatch == "*" {
		return nil, nil
	}
	digits, found := strings.CutPrefix(strings.TrimSuffix(ifMatch, `"`), `"v`)
	digits, _, _ = strings.Cut(digits, "-")
	version, err := strconv.ParseInt(digits, 10, 64)
	if !found || err != nil {
		return nil, problem.PreconditionFailed("the ETag in If-Match is not the one of this version")
	}
	return &version, nil
}
