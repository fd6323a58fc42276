// Nodes of a document, and their properties read as JavaScript would read them.

package lexical

import (
	"math"
	"strconv"
	"strings"
)

// node is one node as it stands in the JSON; nil is a node without anything. Properties
// may have any type: what asks for another one gets the zero value, never a failure.
type node map[string]any

func (n node) typ() string { return n.str("type") }

// children are the nodes below; what is no object among them is left out.
func (n node) children() []node { return n.array("children") }

// array is a property that holds objects; what is no object in it is left out.
func (n node) array(name string) []node {
	list, _ := n[name].([]any)
	nodes := make([]node, 0, len(list))
	for _, item := range list {
		if child, ok := item.(map[string]any); ok {
			nodes = append(nodes, child)
		}
	}
	return nodes
}

// strings is a property that holds strings; numbers in it are shown as strings.
func (n node) strings(name string) []string {
	list, _ := n[name].([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		if s := shown(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// object is a property that holds an object; nil where it holds none.
func (n node) object(name string) node {
	child, _ := n[name].(map[string]any)
	return child
}

// str is a property as a template literal shows it; "" where it is missing, null, an
// object or an array.
func (n node) str(name string) string { return shown(n[name]) }

// strOr is `node[name] || fallback`, the way in which Ghost's cards read properties
// whose default is a string.
func (n node) strOr(name, fallback string) string {
	if !n.truthy(name) {
		return fallback
	}
	return n.str(name)
}

// num is a property as a number; 0 where it is none. A string of digits is its number.
func (n node) num(name string) float64 {
	switch v := n[name].(type) {
	case float64:
		return v
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return 0
		}
		return f
	}
	return 0
}

// has tells that a property is there and not null.
func (n node) has(name string) bool { return n[name] != nil }

// truthy tells what `if (node[name])` would.
func (n node) truthy(name string) bool {
	switch v := n[name].(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	}
	return true
}

// is is `node[name] ?? fallback` as a condition, the way in which Ghost's cards read
// properties whose default is true or false.
func (n node) is(name string, fallback bool) bool {
	if !n.has(name) {
		return fallback
	}
	return n.truthy(name)
}

func shown(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return number(v)
	}
	return ""
}

// number shows a number as JavaScript does.
func number(f float64) string {
	if f == 0 {
		return "0" // also -0
	}
	if size := math.Abs(f); size >= 1e21 || size < 1e-6 {
		s := strconv.FormatFloat(f, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
