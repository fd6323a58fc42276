// Writing the table.

package sheet

import (
	"bufio"
	"io"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// Writer writes products as rows. Lines end in CRLF (RFC 4180).
type Writer struct{ out *bufio.Writer }

// NewWriter writes the header. What goes wrong is told by Flush.
func NewWriter(to io.Writer) *Writer {
	w := &Writer{bufio.NewWriterSize(to, 32<<10)}
	for i, c := range columns {
		w.cell(i, c.Name)
	}
	w.out.WriteString("\r\n")
	return w
}

// Write writes a row for each variant of the product, one without a variant where it
// has none.
func (w *Writer) Write(p *contract.Product) {
	for i := range max(1, len(p.Variants)) {
		var v *contract.Variant
		if i < len(p.Variants) {
			v = &p.Variants[i]
		}
		for j, c := range columns {
			w.cell(j, c.Write(p, v))
		}
		w.out.WriteString("\r\n")
	}
}

// Flush writes what is still kept, and tells the first error there was.
func (w *Writer) Flush() error { return w.out.Flush() }

// cell quotes what any separator would break, and what has spaces at its ends.
func (w *Writer) cell(i int, s string) {
	if i > 0 {
		w.out.WriteByte(',')
	}
	if !strings.ContainsAny(s, ",;\t\"\r\n") && s == strings.TrimSpace(s) {
		w.out.WriteString(s)
		return
	}
	w.out.WriteByte('"')
	w.out.WriteString(strings.ReplaceAll(s, `"`, `""`))
	w.out.WriteByte('"')
}
