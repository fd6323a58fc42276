// What a column is.

package sheet

import (
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// Column is a field of the catalogue in the table.
type Column struct {
	Name string
	// OfVariant tells a field of the variant from one of the product.
	OfVariant bool
	// Location is the field as the operations on products name it, below the body
	// or below the variant.
	Location string

	write func(p *contract.Product, v *contract.Variant) string
	read  func(c cell, p *contract.Product, v *contract.Variant) (reason string)
}

// cell is the text of a cell and how its file writes numbers.
type cell struct {
	text         string
	decimalComma bool
}

// code is the text without spaces around it, for what is no prose.
func (c cell) code() string { return strings.TrimSpace(c.text) }

// Write is what stands in the column for the product and its variant; "" for a
// column of the variant where v is nil.
func (c Column) Write(p *contract.Product, v *contract.Variant) string {
	if c.OfVariant && v == nil {
		return ""
	}
	return disarm(c.write(p, v))
}

// Names of the columns by which rows are found.
const (
	ProductColumn = "product"
	SKUColumn     = "sku"
)

// Columns are all columns in their order.
func Columns() []Column { return columns }

// columns by group. Within a group, what others depend on comes first: a row is read
// in this order whatever that of the file is.
var columns = join(naming, food, nutrition, origin, grouping, selling, ordering)

var byName = func() map[string]int {
	m := map[string]int{}
	for i, c := range columns {
		m[c.Name] = i
	}
	return m
}()

func join(groups ...[]Column) (all []Column) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// prose is a column of text that is taken as it is.
func prose(name, location string, field func(p *contract.Product) *string) Column {
	return Column{
		Name: name, Location: location,
		write: func(p *contract.Product, _ *contract.Variant) string { return *field(p) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			*field(p) = c.text
			return ""
		},
	}
}

// word is prose without spaces around it.
func word(name, location string, field func(p *contract.Product) *string) Column {
	c := prose(name, location, field)
	c.read = func(c cell, p *contract.Product, _ *contract.Variant) string {
		*field(p) = c.code()
		return ""
	}
	return c
}

// ofVariant is a column of text of the variant, trimmed where it is no prose.
func ofVariant(name, location string, trimmed bool, field func(v *contract.Variant) *string) Column {
	return Column{
		Name: name, Location: location, OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return *field(v) },
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			text := c.text
			if trimmed {
				text = c.code()
			}
			*field(v) = text
			return ""
		},
	}
}

// count is a column of a whole number of the variant; an empty cell is none.
func count(name, location string, none int64, get func(v *contract.Variant) int64, set func(v *contract.Variant, n int64)) Column {
	return Column{
		Name: name, Location: location, OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return whole(get(v), none != 0) },
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			n, reason := readWhole(c.code(), none)
			if reason == "" {
				set(v, n)
			}
			return reason
		},
	}
}

// flag is a column of yes and no of the variant.
func flag(name, location string, field func(v *contract.Variant) *bool) Column {
	return Column{
		Name: name, Location: location, OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string {
			if *field(v) {
				return "yes"
			}
			return "no"
		},
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			switch strings.ToLower(c.code()) {
			case "yes", "true", "1":
				*field(v) = true
			case "no", "false", "0", "":
				*field(v) = false
			default:
				return "expected yes or no"
			}
			return ""
		},
	}
}
