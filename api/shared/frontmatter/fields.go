// Fields, and how they are asked for.

package frontmatter

import (
	"strings"
	"time"
)

// Number is a number as it was written: a price must not become a binary
// fraction on its way.
type Number string

// Fields are the fields of a head by their names in lower case, since Hugo does
// not tell cases apart. A value is a string, a bool, a Number, a list of values
// ([]any), further Fields or nil. Dates are strings.
type Fields map[string]any

// get finds the first of the names that has a value. A name may lead into another
// table: cover.image. What is not at the top may be among Hugo's params.
func (f Fields) get(names ...string) any {
	for _, name := range names {
		for _, in := range []Fields{f, tableOf(f["params"])} {
			v := any(in)
			for part := range strings.SplitSeq(name, ".") {
				v = tableOf(v)[part]
			}
			if v != nil && v != "" {
				return v
			}
		}
	}
	return nil
}

func tableOf(v any) Fields {
	f, _ := v.(Fields)
	return f
}

// Text is the first of the fields that has one: a string, a number as it was
// written, or the first of a list.
func (f Fields) Text(names ...string) string {
	for _, name := range names {
		if t := textOf(f.get(name)); t != "" {
			return t
		}
	}
	return ""
}

// labels are the fields by which a table stands for one text.
var labels = []string{"name", "title", "src", "url", "path", "image"}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case Number:
		return string(v)
	case bool:
		if v {
			return "true"
		}
		return "false"
	case []any:
		if len(v) > 0 {
			return textOf(v[0])
		}
	case Fields:
		for _, label := range labels {
			if t, ok := v[label].(string); ok && t != "" {
				return strings.TrimSpace(t)
			}
		}
	}
	return ""
}

// List is the texts of the first of the fields that has any; a single text is a
// list of one.
func (f Fields) List(names ...string) []string {
	v := f.get(names...)
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var texts []string
	for _, item := range list {
		if t := textOf(item); t != "" {
			texts = append(texts, t)
		}
	}
	return texts
}

// Flag is a switch; known is false where there is none.
func (f Fields) Flag(name string) (on, known bool) {
	switch v := f.get(name).(type) {
	case bool:
		return v, true
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "on":
			return true, true
		case "false", "no", "off":
			return false, true
		}
	}
	return false, false
}

// Has tells that one of the fields is there, even if it is empty.
func (f Fields) Has(names ...string) bool {
	for _, name := range names {
		if _, is := f[name]; is || f.get(name) != nil {
			return true
		}
	}
	return false
}

// layouts are how dates are written: RFC 3339, TOML, SQL, Ruby.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999-0700",
	"2006-01-02 15:04:05.999999999 -07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04 -0700",
	"2006-01-02 15:04", time.DateOnly, "2006-1-2", "2006/01/02", "02 Jan 2006", "January 2, 2006", "Jan 2, 2006",
	time.RFC1123Z, time.RFC1123, "2006-01-02 15:04:05.999999999 -0700 MST",
}

// Time is the first of the fields that is a date, in UTC; one without a zone is
// UTC already. It is zero where there is none, and fails with ErrMalformed where
// it cannot be read.
func (f Fields) Time(names ...string) (time.Time, error) {
	for _, name := range names {
		text := f.Text(name)
		if text == "" {
			continue
		}
		for _, layout := range layouts {
			if t, err := time.Parse(layout, text); err == nil && t.Year() > 0 && t.Year() < 10_000 {
				return t.UTC().Truncate(time.Microsecond), nil
			}
		}
		return time.Time{}, malformed("its %s is no date that can be read", name)
	}
	return time.Time{}, nil
}
