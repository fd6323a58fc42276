// Tables: cells that no spreadsheet runs, written as RFC 4180 wants it.

package orders

import (
	"cmp"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// Table is a table of the accounts.
type Table struct {
	Name string // of the file, without .csv
	Head []string
	rows [][]cell
}

// cell is one that is ready to be written: made by word, amount or number.
type cell struct{ text string }

// formulas are what a spreadsheet takes for the beginning of a formula (OWASP, CSV
// injection), in full width too.
const formulas = "=+-@\t\r\n＝＋－＠"

// word is a text; what could be run as a formula begins with a quotation mark.
func word(text string) cell {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "' "))
	if text != "" && strings.ContainsRune(formulas, first) {
		return cell{"'" + text}
	}
	return cell{text}
}

// amount is money with the currency's decimals: a number, and below zero begins with a minus
// sign as numbers do.
func amount(minor int64, currency string) cell {
	return cell{money.Decimal(contract.Money{AmountMinor: minor, Currency: currency})}
}

func number(n int64) cell { return cell{strconv.FormatInt(n, 10)} }

func (t *Table) add(row ...cell) { t.rows = append(t.rows, row) }

// Write writes the table: UTF-8, with commas, CRLF, and a row of names first.
func (t Table) Write(to io.Writer) error {
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(t.Head); err != nil {
		return err
	}
	for _, row := range t.rows {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = c.text
		}
		if err := w.Write(texts); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// compare orders the rows of the table of VAT: by day, kind, rate, currency.
func (k vatKey) compare(other vatKey) int {
	return cmp.Or(cmp.Compare(k.day, other.day), cmp.Compare(k.kind, other.kind), cmp.Compare(k.rate, other.rate), cmp.Compare(k.currency, other.currency))
}
