// Package sheet writes the catalogue as a table of comma-separated values (RFC 4180,
// UTF-8) and reads such a table back: one row a variant, what is the product's own
// repeated in each. A draft without variants has one row without a sku.
//
// [Columns] says how each column is written and read. What is written of a product
// is canonical: two products are the same to a file where all cells are, which is
// also how a difference is found. A column that a file does not have leaves its
// field as it is; an empty cell empties it.
//
// Cells that a spreadsheet would run as a formula are written with a single
// quotation mark before them, and read without it (OWASP, CSV injection).
//
// Files come from spreadsheets as they are: in UTF-8, UTF-16 or Windows-1252, with
// commas, semicolons or tabs, and half broken. [Open] finds out which; every fault
// of a row is told with its line and column, and never with what stands there.
package sheet
