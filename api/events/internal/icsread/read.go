// What is read of a file.

package icsread

import (
	"crypto/sha256"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"
)

// File is what is in a file, in its order.
type File struct {
	Series []*Series
	Faults []*Fault // events that cannot be taken
}

// Series is what a file has of one UID: an event that happens once or as a series, and those of
// its dates that differ.
type Series struct {
	Event
	UID      string
	Dates    []Event
	Sequence int       // the highest
	Modified time.Time // the latest; zero: not told
	Digest   [sha256.Size]byte
	Fault    *Fault // why none of it can be taken
}

// Event is a VEVENT. Its times are wall times of Zone, dates where AllDay.
type Event struct {
	Line            int
	Zone            string // IANA name
	AllDay          bool
	Start, End      time.Time
	Rule            string // with a local UNTIL; not checked
	RDates, ExDates []time.Time
	Recurrence      time.Time // of a date of a series
	Title           string    // of one line, never empty
	Description     string    // Markdown
	Venue           string    // what may be the name of a place
	Online          string    // address
	Cancelled       bool
	Tentative       bool
	Private         bool
	Notes           []string // codes of what was changed on the way
}

// Codes of what an import changes of an event.
const (
	NoteTitleCut       = "title_cut"
	NoteDescriptionCut = "description_cut"
	NotePeople         = "people_left_out" // organiser and attendees
)

// Lengths in characters.
const (
	maxTitle       = 200
	maxDescription = 20_000
	maxUID         = 255
)

// Read reads a file. Times without a zone are of zone, which must be known. It fails with
// ErrNotCalendar, ErrTooMany and ErrMessage.
func Read(file []byte, zone string) (*File, error) {
	events, zones, err := components(unfold(file))
	if err != nil {
		return nil, err
	}
	r := reader{zone: zone, zones: named(zones), byUID: make(map[string]*Series)}
	var dates []component
	for _, e := range events {
		c, fault := decode(e)
		switch {
		case fault != nil:
			r.Faults = append(r.Faults, fault)
		case c.props.Get("RECURRENCE-ID") != nil:
			dates = append(dates, c)
		default:
			r.master(c)
		}
	}
	for _, c := range dates {
		r.date(c)
	}
	for _, s := range r.Series {
		s.Digest = [sha256.Size]byte(r.digests[s].Sum(nil))
	}
	return &r.File, nil
}

type reader struct {
	File
	zone    string
	zones   zoneNames
	byUID   map[string]*Series
	digests map[*Series]hash.Hash
}

// uid is what an event has as UID; a fault where that cannot be one.
func (c component) uid() (string, *Fault) {
	uid := c.text("UID")
	switch {
	case strings.TrimSpace(uid) == "":
		return "", c.fault("UID", "no_uid")
	case len([]rune(uid)) > maxUID || strings.Contains(uid, "\n"):
		return "", c.fault("UID", "bad_uid")
	}
	return uid, nil
}

func (r *reader) refuse(fault *Fault) { r.Faults = append(r.Faults, fault) }

// master takes an event that is no date of another.
func (r *reader) master(c component) {
	uid, fault := c.uid()
	if fault != nil {
		r.refuse(fault)
		return
	}
	if r.byUID[uid] != nil {
		r.refuse(c.fault("UID", "repeated_uid"))
		return
	}
	s := &Series{UID: uid}
	r.byUID[uid] = s
	if s.Event, s.Fault = r.event(c); s.Fault == nil {
		s.Fault = r.series(c, &s.Event)
	}
	if s.Fault != nil {
		r.refuse(s.Fault)
		return
	}
	r.Series = append(r.Series, s)
	r.note(s, c)
}

// date takes an event that stands for one date of a series.
func (r *reader) date(c component) {
	uid, fault := c.uid()
	if fault != nil {
		r.refuse(fault)
		return
	}
	s := r.byUID[uid]
	if s == nil || s.Fault != nil {
		r.refuse(c.fault("RECURRENCE-ID", "no_series"))
		return
	}
	e, fault := r.event(c)
	if fault == nil {
		fault = r.asDate(c, &e, s)
	}
	if fault == nil && slices.ContainsFunc(s.Dates, func(d Event) bool { return d.Recurrence.Equal(e.Recurrence) }) {
		fault = c.fault("RECURRENCE-ID", "repeated_date")
	}
	if fault != nil {
		r.refuse(fault)
		return
	}
	s.Dates = append(s.Dates, e)
	r.note(s, c)
}

// note keeps what tells a later state of an event from an earlier one: of its bytes all but
// DTSTAMP, which is another in every file of some programs.
func (r *reader) note(s *Series, c component) {
	if r.digests == nil {
		r.digests = make(map[*Series]hash.Hash)
	}
	if r.digests[s] == nil {
		r.digests[s] = sha256.New()
	}
	for _, l := range c.lines {
		if !strings.HasPrefix(strings.ToUpper(l.text), "DTSTAMP") {
			r.digests[s].Write([]byte(l.text + "\n"))
		}
	}
	r.digests[s].Write([]byte{0})
	if n, err := strconv.ParseInt(c.word("SEQUENCE"), 10, 32); err == nil {
		s.Sequence = max(s.Sequence, int(n))
	}
	if at, err := time.Parse("20060102T150405Z", c.word("LAST-MODIFIED")); err == nil && at.After(s.Modified) {
		s.Modified = at
	}
}

// event reads what series and dates have both.
func (r *reader) event(c component) (e Event, fault *Fault) {
	e.Line = c.line
	e.Cancelled = c.word("STATUS") == "CANCELLED"
	e.Tentative = c.word("STATUS") == "TENTATIVE"
	e.Private = c.word("CLASS") == "PRIVATE" || c.word("CLASS") == "CONFIDENTIAL"
	e.words(c)
	if e.Title == "" {
		return e, c.fault("SUMMARY", "no_title")
	}
	return e, r.times(c, &e)
}

// words reads what an event is about, and where it is.
func (e *Event) words(c component) {
	var short bool
	e.Title, short = cut(strings.Join(strings.Fields(c.text("SUMMARY")), " "), maxTitle)
	if short {
		e.Notes = append(e.Notes, NoteTitleCut)
	}
	if e.Title == "" && e.Private {
		e.Title = "Busy"
	}
	e.Description, short = description(c.text("DESCRIPTION"), maxDescription)
	if short {
		e.Notes = append(e.Notes, NoteDescriptionCut)
	}
	place := strings.TrimSpace(strings.ReplaceAll(c.text("LOCATION"), "\n", ", "))
	for _, name := range []string{"CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"} {
		if p := c.props.Get(name); p != nil && e.Online == "" && onlineAddress(p.Value) {
			e.Online = p.Value
		}
	}
	if onlineAddress(place) {
		if e.Online == "" {
			e.Online = place
		}
		place = ""
	}
	if e.Online != "" && strings.EqualFold(place, "online") {
		place = ""
	}
	e.Venue, _ = cut(place, 500)
	if len(c.props["ATTENDEE"])+len(c.props["ORGANIZER"]) > 0 {
		e.Notes = append(e.Notes, NotePeople)
	}
}

func onlineAddress(text string) bool { return len(text) <= 2000 && address.MatchString(text) }

// Markdown is a line of text as Markdown that reads the same.
func Markdown(text string) string { return literal(text) }
