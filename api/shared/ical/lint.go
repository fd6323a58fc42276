// Checks of a file: its lines, and how its components stand in each other.

package ical

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Problem is what Lint finds: the line, counted from 1, and what is wrong with it.
type Problem struct {
	Line int
	What string
}

// Lint checks a file against RFC 5545 and what feeds keep to: besides the syntax, which
// components and properties a feed of ours has at all, so that a property that somebody slipped
// in is found, and that no METHOD is among them. nil is for a file without fault.
func Lint(file []byte) []Problem {
	l := &linter{}
	lines := l.unfold(file)
	l.components(lines)
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return l.problems
}

type linter struct {
	problems []Problem
	events   []*component
	zones    map[string]bool
}

func (l *linter) add(line int, format string, args ...any) {
	l.problems = append(l.problems, Problem{line, fmt.Sprintf(format, args...)})
}

// contentLine is a content line as it was before folding, and where it begins, counted from 1.
type contentLine struct {
	number int
	text   string
}

// unfold checks the lines as they stand in the file and joins those that belong together.
func (l *linter) unfold(file []byte) []contentLine {
	var lines []contentLine
	if !bytes.HasSuffix(file, []byte("\n")) {
		l.add(bytes.Count(file, []byte("\n"))+1, "the last line has no end")
	}
	number := 0
	for raw := range bytes.Lines(file) {
		number++
		text, ended := bytes.CutSuffix(raw, []byte("\r\n"))
		if !ended {
			text = bytes.TrimRight(raw, "\n")
			if len(text) < len(raw) {
				l.add(number, "the line does not end in CR LF")
			}
		}
		l.physical(number, text)
		switch {
		case len(text) > 0 && (text[0] == ' ' || text[0] == '\t'):
			if len(lines) == 0 {
				l.add(number, "the first line goes on from nothing")
				continue
			}
			lines[len(lines)-1].text += string(text[1:])
		case len(text) == 0:
			l.add(number, "an empty line")
		default:
			lines = append(lines, contentLine{number, string(text)})
		}
	}
	return lines
}

func (l *linter) physical(number int, text []byte) {
	if len(text) > maxLine {
		l.add(number, "%d octets, at most %d are allowed", len(text), maxLine)
	}
	if !utf8.Valid(text) {
		l.add(number, "no UTF-8, or a character cut by folding")
	}
	if number == 1 && bytes.HasPrefix(text, []byte("\ufeff")) {
		l.add(number, "a byte order mark")
	}
	for _, r := range string(text) {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			l.add(number, "a control character, %U", r)
			return
		}
	}
}

// property is a content line taken apart.
type property struct {
	line   int
	name   string
	params map[string]string
	value  string
}

// component is what is between BEGIN and END.
type component struct {
	name  string
	line  int
	props []property
}

// all are the properties of a name.
func (c *component) all(name string) []property {
	var found []property
	for _, p := range c.props {
		if p.name == name {
			found = append(found, p)
		}
	}
	return found
}

// one is the first property of a name.
func (c *component) one(name string) (property, bool) {
	i := slices.IndexFunc(c.props, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return c.props[i], true
}

// within says which components stand in which.
var within = map[string]string{
	"VCALENDAR": "", "VEVENT": "VCALENDAR", "VTIMEZONE": "VCALENDAR", "STANDARD": "VTIMEZONE", "DAYLIGHT": "VTIMEZONE",
}

// components goes through the lines and checks each component when it ends, and in the end what
// only the whole file shows.
func (l *linter) components(lines []contentLine) {
	l.zones = make(map[string]bool)
	var open []*component
	files, last := 0, 0
	for _, line := range lines {
		last = line.number
		p, ok := parseProperty(line)
		if !ok {
			l.add(line.number, "no content line: NAME[;PARAMETER=value]:value")
			continue
		}
		switch p.name {
		case "BEGIN":
			parent := ""
			if len(open) > 0 {
				parent = open[len(open)-1].name
				open[len(open)-1].props = append(open[len(open)-1].props, p)
			} else if files++; files > 1 {
				l.add(p.line, "a second calendar in the file")
			}
			if in, known := within[p.value]; !known || in != parent {
				l.add(p.line, "a component that does not belong here")
			}
			open = append(open, &component{name: p.value, line: p.line})
		case "END":
			if len(open) == 0 || open[len(open)-1].name != p.value {
				l.add(p.line, "END of a component that is not open")
				continue
			}
			l.component(open[len(open)-1])
			open = open[:len(open)-1]
		default:
			if len(open) == 0 {
				l.add(p.line, "a property outside of the calendar")
				continue
			}
			open[len(open)-1].props = append(open[len(open)-1].props, p)
		}
	}
	for _, c := range open {
		l.add(c.line, "%s has no END", c.name)
	}
	if files == 0 {
		l.add(max(last, 1), "no calendar")
	}
	l.wholeFile()
}

// parseProperty takes a content line apart (RFC 5545 section 3.1).
func parseProperty(line contentLine) (p property, ok bool) {
	p = property{line: line.number, params: make(map[string]string)}
	rest := line.text
	end := strings.IndexAny(rest, ";:")
	if end < 1 || !nameLike(rest[:end]) {
		return p, false
	}
	p.name, rest = strings.ToUpper(rest[:end]), rest[end:]
	for rest != "" && rest[0] == ';' {
		name, after, found := strings.Cut(rest[1:], "=")
		if !found || !nameLike(name) {
			return p, false
		}
		value := ""
		for {
			var one string
			if one, after, found = parameterValue(after); !found {
				return p, false
			}
			value += one
			if after == "" || after[0] != ',' {
				break
			}
			value, after = value+",", after[1:]
		}
		name = strings.ToUpper(name)
		if _, twice := p.params[name]; twice {
			return p, false
		}
		p.params[name], rest = value, after
	}
	if rest == "" || rest[0] != ':' {
		return p, false
	}
	p.value = rest[1:]
	return p, true
}

// parameterValue takes one value of a parameter, in quotes or without.
func parameterValue(s string) (value, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		return strings.Cut(s[1:], `"`)
	}
	end := strings.IndexAny(s, `;:,"`)
	if end < 0 || s[end] == '"' {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// nameLike tells whether a name is made of letters, digits and dashes.
func nameLike(name string) bool {
	for i := range len(name) {
		c := name[i] | 0x20
		if (c < 'a' || c > 'z') && (name[i] < '0' || name[i] > '9') && name[i] != '-' {
			return false
		}
	}
	return name != ""
}
