// Switches and times in the spellings that Ghost has had.

package ghost

import (
	"encoding/json"
	"errors"
	"time"
)

// Bool is true, false, 1 or 0: exports of Ghost's two databases differ.
type Bool bool

// UnmarshalJSON reads either spelling; null is false.
func (b *Bool) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true", "1":
		*b = true
	case "false", "0", "null":
		*b = false
	default:
		return errors.New("a switch is neither true nor false")
	}
	return nil
}

// Time is a moment in UTC, to the microsecond, that PostgreSQL keeps.
type Time struct{ time.Time }

// UnmarshalJSON reads RFC 3339, SQL and millisecond spellings; null is zero.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	var text string
	if json.Unmarshal(data, &text) != nil {
		var ms int64
		if err := json.Unmarshal(data, &ms); err != nil {
			return errors.New("a date cannot be read")
		}
		if ms == 0 {
			return nil
		}
		return t.set(time.UnixMilli(ms))
	}
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime} {
		if moment, err := time.Parse(layout, text); err == nil {
			return t.set(moment)
		}
	}
	return errors.New("a date cannot be read")
}

// firstYear and lastYear leave a year at both ends of what JSON can say, for other time zones.
const firstYear, lastYear = 1, 9998

func (t *Time) set(moment time.Time) error {
	moment = moment.UTC().Truncate(time.Microsecond)
	if moment.Year() < firstYear || moment.Year() > lastYear {
		return errors.New("a date is of no year that can be written")
	}
	t.Time = moment
	return nil
}
