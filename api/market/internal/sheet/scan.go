// Reading records: RFC 4180 with any of three separators, any line ends, and the
// physical line of each record. encoding/csv is not used because it turns \r\n in
// a cell into \n, so that a text would not come back as it went out.

package sheet

import "strings"

// record is a line of the table, which may be several physical ones.
type record struct {
	line   int // where it begins, from 1
	at     int // the same in bytes
	cells  []string
	reason string // what is wrong with its form; "": nothing
}

// scanner reads records from text. Cells are parts of text where they can be.
type scanner struct {
	text      string
	separator byte
	at, line  int
	cells     []string // of the last record; reused
}

// What is wrong with the form of a record.
const (
	strayQuote    = "has a quotation mark within a cell that does not begin with one"
	afterQuote    = "has text after a closing quotation mark"
	unclosedQuote = "has a quotation mark that is never closed; nothing after it was read"
)

// next reads the next record; ok is false at the end. The cells are valid until the
// next call. After a fault of form the rest of the physical line is passed over.
func (s *scanner) next() (r record, ok bool) {
	if s.at >= len(s.text) {
		return r, false
	}
	r = record{line: s.line, at: s.at}
	s.cells = s.cells[:0]
	for {
		var cell string
		if s.at < len(s.text) && s.text[s.at] == '"' {
			cell, r.reason = s.quoted()
		} else {
			cell, r.reason = s.plain()
		}
		if r.reason != "" {
			s.skipLine()
			break
		}
		s.cells = append(s.cells, cell)
		if s.at >= len(s.text) || s.text[s.at] != s.separator {
			s.lineEnd()
			break
		}
		s.at++
	}
	r.cells = s.cells
	return r, true
}

// plain reads a cell without quotation marks.
func (s *scanner) plain() (cell, reason string) {
	begin := s.at
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case s.separator, '\r', '\n':
			return s.text[begin:s.at], ""
		case '"':
			return "", strayQuote
		}
	}
	return s.text[begin:], ""
}

// quoted reads a cell that begins with a quotation mark; two stand for one.
func (s *scanner) quoted() (cell, reason string) {
	s.at++
	begin, doubled := s.at, false
	for {
		i := strings.IndexByte(s.text[s.at:], '"')
		if i < 0 {
			s.at = len(s.text)
			return "", unclosedQuote
		}
		s.at += i + 1
		if s.at < len(s.text) && s.text[s.at] == '"' {
			doubled = true
			s.at++
			continue
		}
		break
	}
	cell = s.text[begin : s.at-1]
	s.line += lines(cell)
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	if s.at < len(s.text) && s.text[s.at] != s.separator && s.text[s.at] != '\r' && s.text[s.at] != '\n' {
		return "", afterQuote
	}
	return cell, ""
}

// lineEnd passes over \n, \r\n or \r.
func (s *scanner) lineEnd() {
	if s.at >= len(s.text) {
		return
	}
	if s.text[s.at] == '\r' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '\n' {
		s.at++
	}
	s.line++
}

func (s *scanner) skipLine() {
	if i := strings.IndexAny(s.text[s.at:], "\r\n"); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.text)
	}
	s.lineEnd()
}

// lines counts line ends as lineEnd passes over them.
func lines(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}
