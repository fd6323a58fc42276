// Reading the table.

package sheet

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/contract"
)

// File is a table that was opened. It is read as often as is needed; Rows keep parts
// of its text.
type File struct {
	Encoding  Encoding
	Separator string // "comma", "semicolon" or "tab"

	text      string
	separator byte
	rows      record // where they begin
	place     []int  // of each of Columns in the file; -1: it has none
	width     int    // cells of a row
}

// Fault is what is wrong with a row. Column is "" where it is the row's form. It
// never holds what stands in the file.
type Fault struct {
	Line   int
	Column string
	Reason string
}

// HeaderFault is what is wrong with the first row: the Position of the column from
// 1, or the Name of one that is missing.
type HeaderFault struct {
	Position int
	Name     string
	Reason   string
}

// Faults of a whole file.
var (
	ErrEncoding = errors.New("sheet: the file is in no encoding that can be read")
	ErrEmpty    = errors.New("sheet: the file has no rows")
)

// separators by the words that File.Separator has for them.
var separators = []struct {
	char byte
	word string
}{{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}}

// maxWidth bounds the header: all columns, and some room to tell what is wrong.
const maxWidth = 500

// Open finds out how a file is written and reads its header. It fails with
// ErrEncoding or ErrEmpty; faults are about columns that are unknown, twice there or
// missing.
func Open(file []byte) (*File, []HeaderFault, error) {
	f := &File{place: make([]int, len(columns))}
	var err error
	if f.text, f.Encoding, err = text(file); err != nil {
		return nil, nil, ErrEncoding
	}
	begin := record{line: 1}
	// Some spreadsheets say in a line of its own which separator follows.
	if strings.HasPrefix(f.text, "sep=") {
		s := scanner{text: f.text, separator: ',', line: 1}
		s.skipLine()
		begin = record{line: s.line, at: s.at}
	}
	known := -1
	var header []string
	for _, sep := range separators {
		s := scanner{text: f.text, separator: sep.char, at: begin.at, line: begin.line}
		r, ok := s.next()
		if n := knownNames(r.cells); ok && n > known {
			known, header = n, slices.Clone(r.cells)
			f.separator, f.Separator = sep.char, sep.word
			f.rows = record{line: s.line, at: s.at}
		}
	}
	if known < 0 {
		return nil, nil, ErrEmpty
	}
	return f, f.columns(header), nil
}

func columnName(cell string) string { return strings.ToLower(strings.TrimSpace(cell)) }

func knownNames(header []string) (n int) {
	for _, name := range header {
		if _, ok := byName[columnName(name)]; ok {
			n++
		}
	}
	return n
}

// columns finds the place of each column.
func (f *File) columns(header []string) (faults []HeaderFault) {
	for i := range f.place {
		f.place[i] = -1
	}
	// Empty columns at the end are a spreadsheet's own.
	for len(header) > 0 && columnName(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	f.width = len(header)
	if len(header) > maxWidth {
		return []HeaderFault{{Position: maxWidth + 1, Reason: "is one too many"}}
	}
	for i, name := range header {
		at, ok := byName[columnName(name)]
		switch {
		case !ok:
			faults = append(faults, HeaderFault{Position: i + 1, Reason: "is no column of the catalogue"})
		case f.place[at] >= 0:
			faults = append(faults, HeaderFault{Position: i + 1, Reason: "is the same as an earlier one"})
		default:
			f.place[at] = i
		}
	}
	for _, name := range []string{ProductColumn, SKUColumn} {
		if f.place[byName[name]] < 0 {
			faults = append(faults, HeaderFault{Name: name, Reason: "is missing"})
		}
	}
	return faults
}

// Has tells whether the file has a column.
func (f *File) Has(name string) bool { return f.place[byName[name]] >= 0 }

// Row is a row of the file. It may be kept: its cells are read again when asked for.
type Row struct {
	Line int
	at   int
}

// Rows are the rows below the header with what is wrong with their form; those
// without any text are left out. Cells are valid until the next row.
func (f *File) Rows() iter.Seq2[Row, Cells] {
	return func(yield func(Row, Cells) bool) {
		s := scanner{text: f.text, separator: f.separator, at: f.rows.at, line: f.rows.line}
		for {
			r, ok := s.next()
			if !ok {
				return
			}
			if r.reason == "" && blank(r.cells) {
				continue
			}
			if !yield(Row{r.line, r.at}, f.cells(r)) {
				return
			}
		}
	}
}

// At reads the cells of a row again.
func (f *File) At(row Row) Cells {
	s := scanner{text: f.text, separator: f.separator, at: row.at, line: row.Line}
	r, _ := s.next()
	return f.cells(r)
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// Cells are the cells of one row. Fault is what is wrong with its form; then there may
// be fewer.
type Cells struct {
	Fault *Fault
	file  *File
	line  int
	cells []string
}

func (f *File) cells(r record) Cells {
	c := Cells{file: f, line: r.line, cells: r.cells}
	fault := func(reason string) { c.Fault = &Fault{Line: r.line, Reason: reason} }
	switch {
	case r.reason != "":
		fault(r.reason)
	case len(r.cells) < f.width:
		fault("has fewer cells than the header")
	case !blank(r.cells[f.width:]):
		fault("has more cells than the header")
	case f.Encoding == UTF8 && slices.ContainsFunc(r.cells, func(s string) bool { return !utf8.ValidString(s) }):
		fault("has characters that are not UTF-8, as the rest of the file is")
	}
	return c
}

// Get is the text of a column, "" where the file or the row has none.
func (c Cells) Get(name string) string { return c.at(byName[name]) }

func (c Cells) at(column int) string {
	if i := c.file.place[column]; i >= 0 && i < len(c.cells) {
		return arm(c.cells[i])
	}
	return ""
}

// ReadProduct writes the product's own columns onto p. Where first is not set, the
// row is another one of the same product, and its empty cells say nothing. What p
// points to is p's own afterwards.
func (c Cells) ReadProduct(p *contract.Product, first bool) []Fault {
	p.Allergens = slices.Clone(p.Allergens)
	if len(p.Allergens) != len(contract.AllergenCodes) {
		p.Allergens = Unknowns()
	}
	if p.Nutrition != nil {
		own := *p.Nutrition
		p.Nutrition = &own
	}
	undeclared := p.Nutrition == nil
	faults := c.read(p, nil, func(at int) bool {
		return !columns[at].OfVariant && (first || strings.TrimSpace(c.at(at)) != "")
	})
	if undeclared && p.Nutrition != nil && len(faults) == 0 {
		for _, column := range nutrition {
			if !c.file.Has(column.Name) && column.Name != "fibre_g" && column.Name != "serving_quantity" {
				return append(faults, Fault{c.line, "nutrition_per", "needs a column " + column.Name + " beside it"})
			}
		}
	}
	return faults
}

// ReadVariant writes the variant's columns onto v.
func (c Cells) ReadVariant(v *contract.Variant) []Fault {
	return c.read(nil, v, func(at int) bool { return columns[at].OfVariant })
}

// VariantBlank tells that the row is of a product without a variant.
func (c Cells) VariantBlank() bool {
	for i, column := range columns {
		if column.OfVariant && strings.TrimSpace(c.at(i)) != "" {
			return false
		}
	}
	return true
}

func (c Cells) read(p *contract.Product, v *contract.Variant, which func(at int) bool) (faults []Fault) {
	for i, column := range columns {
		if c.file.place[i] < 0 || !which(i) {
			continue
		}
		if reason := column.read(cell{c.at(i), c.file.separator != ','}, p, v); reason != "" {
			faults = append(faults, Fault{c.line, column.Name, reason})
		}
	}
	return faults
}

// Differences are the columns in which two products differ, or with variants those in
// which two variants do.
func Differences(a, b *contract.Product, va, vb *contract.Variant) (names []string) {
	for _, c := range columns {
		if c.OfVariant == (va != nil) && c.write(a, va) != c.write(b, vb) {
			names = append(names, c.Name)
		}
	}
	return names
}

// ColumnAt is the column that a problem of the operations on products is about: the
// longest Location that begins the location; "" where it is none.
func ColumnAt(location string, ofVariant bool) (name string) {
	longest := -1
	for _, c := range columns {
		if c.OfVariant == ofVariant && len(c.Location) > longest &&
			(location == c.Location || strings.HasPrefix(c.Location, location+".") || strings.HasPrefix(location, c.Location+".") ||
				strings.HasPrefix(location, c.Location+"[")) {
			name, longest = c.Name, len(c.Location)
		}
	}
	return name
}
