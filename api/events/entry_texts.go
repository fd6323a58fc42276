// What may stand in the texts of calendars, venues and entries. Lengths are also in the
// schemas of the operations and in the database; the checks here serve callers in process too.

package events

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
)

// invalid is a 422 `invalid` about one field.
func invalid(location, message string) *problem.Details {
	return problem.Unprocessable("the request does not fit its description").WithField(location, message)
}

// misleading tells of characters that would make a line end early or look like another.
func misleading(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// checkLine refuses with 422 what cannot stand in one line of text of least to most
// characters: line breaks, control characters, and those that turn the direction of what
// follows.
func checkLine(location, s string, least, most int) error {
	if least > 0 && strings.TrimSpace(s) == "" {
		return invalid(location, "is required")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, misleading) {
		return invalid(location, "expected one line of text")
	}
	if utf8.RuneCountInString(s) > most {
		return invalid(location, fmt.Sprintf("expected length <= %d", most))
	}
	return nil
}

// checkText is checkLine for several lines.
func checkText(location, s string, most int) error {
	odd := func(r rune) bool { return misleading(r) && r != '\n' && r != '\r' && r != '\t' }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, odd) {
		return invalid(location, "expected text")
	}
	if utf8.RuneCountInString(s) > most {
		return invalid(location, fmt.Sprintf("expected length <= %d", most))
	}
	return nil
}

// rendered is the sanitised HTML of a description in Markdown of at most so many characters.
// It fails with 422, `unsafe_html` where the text holds what could run in a reader's browser.
func rendered(description string, most int) (string, error) {
	if err := checkText("body.description", description, most); err != nil {
		return "", err
	}
	html, err := markdown.HTML(description)
	if what, unsafe := markdown.IsUnsafe(err); unsafe {
		return "", problem.Unprocessable("the description holds %s", what).WithCode("unsafe_html").
			WithField("body.description", "may hold no scripts, handlers, styles, SVG, forms or links of other schemes")
	}
	return html, err
}
