// Lines, and the events that they make up.

package icsread

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits on a file. Its size is the caller's to limit.
const (
	MaxEvents     = 2000
	maxLine       = 64 << 10 // of a content line, in bytes
	maxParams     = 2 << 10  // of what is before its value
	maxProperties = 500      // of one event
	maxNesting    = 8
)

// What is wrong with a file as a whole.
var (
	ErrNotCalendar = errors.New("icsread: no VCALENDAR in it")
	ErrTooMany     = errors.New("icsread: more than 2,000 events")
	ErrMessage     = errors.New("icsread: an invitation or an answer to one")
)

// Fault is why an event cannot be taken: a stable code and the line that it is about.
type Fault struct {
	Line int
	Code string
}

// Error is the code.
func (f *Fault) Error() string { return f.Code }

// line is a content line, unfolded, and where it begins in the file, counted from 1.
type line struct {
	number int
	text   string
}

// unfold makes content lines of a file: with CR LF or LF or CR, a byte order mark or none, in
// UTF-8, UTF-16 or, line by line, what Windows makes of it. The text of one that is too long is
// cut there; raw.check refuses it.
func unfold(file []byte) []line {
	file = bytes.TrimPrefix(fromUTF16(file), []byte("\xef\xbb\xbf"))
	if !bytes.Contains(file, []byte("\n")) {
		file = bytes.ReplaceAll(file, []byte("\r"), []byte("\n"))
	}
	var lines []line
	var open []byte
	first, number := 0, 0
	flush := func() {
		if len(open) > 0 {
			lines = append(lines, line{first, decoded(open)})
		}
		open = nil
	}
	for physical := range bytes.SplitSeq(file, []byte("\n")) {
		number++
		physical = bytes.TrimRight(physical, "\r")
		if len(physical) > 0 && (physical[0] == ' ' || physical[0] == '\t') && open != nil {
			if len(open) <= maxLine {
				open = append(open, physical[1:]...)
			}
			continue
		}
		flush()
		first, open = number, append([]byte{}, physical[:min(len(physical), maxLine+1)]...)
	}
	flush()
	return lines
}

// fromUTF16 is a file in UTF-8, where a byte order mark says that it is in UTF-16.
func fromUTF16(file []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(file, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return file
	}
	units := make([]uint16, 0, len(file)/2)
	for file = file[2:]; len(file) >= 2; file = file[2:] {
		units = append(units, order.Uint16(file))
	}
	return []byte(string(utf16.Decode(units)))
}

// decoded is a line as text: what is no UTF-8 is taken for Windows-1252. NUL is nothing.
func decoded(raw []byte) string {
	if !utf8.Valid(raw) {
		if windows, err := charmap.Windows1252.NewDecoder().Bytes(raw); err == nil {
			raw = windows
		}
	}
	return strings.ReplaceAll(string(raw), "\x00", "")
}

// raw is a component as it stands in the file.
type raw struct {
	line  int
	lines []line
	fault *Fault
}

func (r *raw) fail(number int, code string) {
	if r.fault == nil {
		r.fault = &Fault{number, code}
	}
}

// components finds the events and time zones of a file. What is around a broken one is found
// all the same.
func components(lines []line) (events, zones []*raw, err error) {
	var open *raw // an event or a time zone
	var inner []string
	calendar, isEvent := false, false
	for _, l := range lines {
		name, value, _ := strings.Cut(l.text, ":")
		name, value = strings.ToUpper(name), strings.ToUpper(strings.TrimSpace(value))
		switch {
		case name == "BEGIN" && value == "VCALENDAR":
			calendar = true
		case name == "BEGIN" && (value == "VEVENT" || value == "VTIMEZONE" && open == nil):
			if open != nil {
				open.fail(l.number, "unfinished")
			}
			open, inner, isEvent = &raw{line: l.number}, nil, value == "VEVENT"
			if isEvent {
				events = append(events, open)
			} else {
				zones = append(zones, open)
			}
			if len(events) > MaxEvents {
				return nil, nil, ErrTooMany
			}
		case name == "METHOD" && open == nil:
			if value != "PUBLISH" && value != "" && value != "REQUEST" {
				return nil, nil, ErrMessage
			}
		case open == nil:
		case name == "BEGIN":
			if inner = append(inner, value); len(inner) > maxNesting {
				open.fail(l.number, "too_deep")
			}
		case name == "END" && len(inner) > 0 && inner[len(inner)-1] == value:
			inner = inner[:len(inner)-1]
		case name == "END" && value == map[bool]string{true: "VEVENT", false: "VTIMEZONE"}[isEvent]:
			if len(inner) > 0 {
				open.fail(l.number, "unfinished")
			}
			open = nil
		case name == "END":
			open.fail(l.number, "unfinished")
			if value == "VCALENDAR" {
				open = nil
			}
		case len(inner) == 0: // alarms and the like are passed over
			open.lines = append(open.lines, l)
		}
	}
	if open != nil {
		open.fail(open.line, "unfinished")
	}
	if !calendar {
		return nil, nil, ErrNotCalendar
	}
	return events, zones, nil
}

// check refuses an event whose lines cannot be read, and what the decoder would choke on.
func (r *raw) check() *Fault {
	if r.fault != nil {
		return r.fault
	}
	if len(r.lines) > maxProperties {
		return &Fault{r.line, "too_many_properties"}
	}
	for _, l := range r.lines {
		if len(l.text) > maxLine {
			return &Fault{l.number, "line_too_long"}
		}
		if !contentLine(l.text) {
			return &Fault{l.number, "malformed_line"}
		}
	}
	return nil
}

// contentLine tells whether a line is NAME[;PARAMETER=value]:value (RFC 5545 section 3.1).
func contentLine(text string) bool {
	rest := strings.TrimLeft(strings.ToUpper(text[:min(len(text), maxParams)]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
	if len(rest) == min(len(text), maxParams) {
		return false
	}
	for strings.HasPrefix(rest, ";") {
		name, value, found := strings.Cut(rest[1:], "=")
		if !found || name == "" || strings.ContainsAny(name, ";:,\"") {
			return false
		}
		for more := true; more; {
			if strings.HasPrefix(value, `"`) {
				if _, value, found = strings.Cut(value[1:], `"`); !found {
					return false
				}
			} else {
				end := strings.IndexAny(value, `;:,"`)
				if end < 0 {
					return false
				}
				value = value[end:]
			}
			more = strings.HasPrefix(value, ",")
			value = strings.TrimPrefix(value, ",")
		}
		rest = value
	}
	return strings.HasPrefix(rest, ":")
}
