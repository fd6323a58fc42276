// The configuration as it took effect, for `roseash doctor`.

package config

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Value is a setting as it took effect.
type Value struct {
	// Name is the environment variable.
	Name string
	// Text is the value, "[redacted]" for a secret, "" if not set.
	Text string
	// Origin is "default", "environment" or the file's name, and NAME_FILE in
	// parentheses where the secret came from a file of its own.
	Origin string
}

// Effective lists every setting with its value and where that came from. A
// secret's value is never in it.
func (c Config) Effective() []Value {
	list := make([]Value, len(settings))
	for i, s := range settings {
		list[i] = Value{s.name, c.values[s.name], c.origins[s.name]}
	}
	return list
}

// Print writes Effective as a table.
func (c Config) Print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range c.Effective() {
		text := v.Text
		if text == "" {
			text = "(not set)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", v.Name, text, v.Origin)
	}
	return table.Flush()
}
