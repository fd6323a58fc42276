// Markdown tables.

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is rows of cells, the first of them the headings.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

// write prints the table with its columns lined up, below a heading.
func (t table) write(w io.Writer, heading string) {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	fmt.Fprintf(w, "\n%s\n\n", heading)
	for n, row := range t {
		for i, cell := range row {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		fmt.Fprintln(w, "|")
		if n == 0 {
			for _, width := range widths {
				fmt.Fprintf(w, "|%s", strings.Repeat("-", width+2))
			}
			fmt.Fprintln(w, "|")
		}
	}
}

// transpose turns rows into columns.
func (t table) transpose() table {
	turned := make(table, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			turned[i] = append(turned[i], cell)
		}
	}
	return turned
}
