// What differs when a person looks on.

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
)

// isTerminal tells whether w is shown to a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// progress draws a bar on a terminal, and nothing elsewhere. Drawing takes
// longer than most steps, so not every step is drawn.
func progress(w io.Writer, what string) func(done, total int) {
	if !isTerminal(w) {
		return func(int, int) {}
	}
	const width = 30
	var last time.Time
	return func(done, total int) {
		if done < total && time.Since(last) < 50*time.Millisecond {
			return
		}
		last = time.Now()
		filled := width
		if total > 0 {
			filled = width * done / total
		}
		fmt.Fprintf(w, "\r%s [%s%s] %d/%d", what, strings.Repeat("#", filled), strings.Repeat(".", width-filled), done, total)
		if done >= total {
			fmt.Fprintln(w)
		}
	}
}

// counter is progress where nobody knows how much there is.
func counter(w io.Writer, what string) func(done int) {
	if !isTerminal(w) {
		return func(int) {}
	}
	return func(done int) { fmt.Fprintf(w, "\r%s: %d ", what, done) }
}

// printable is text from elsewhere without what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// plural is a count with its noun.
func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
