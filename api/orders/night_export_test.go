// What tests of the accounts reach inside for.

package orders

// TableOf is a table with one row.
func TableOf(text string, minor int64) Table {
	t := Table{Name: "test", Head: []string{"text", "amount", "end"}}
	t.add(word(text), amount(minor, "GBP"), word("end"))
	return t
}
