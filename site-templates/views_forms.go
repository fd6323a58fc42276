// What forms are given, on the pages of shopkeepers, editors and members alike: what was
// typed, what is wrong with it, and what became of the last request.

package site

import "strings"

// Message tells what became of the last request.
type Message struct {
	Kind  string // "done", "fault" or "changed"
	Text  string
	Items []Link // what it is about, with where on the page; an empty URL is no link
}

// Form is a form as it was last sent: what stands in its fields, what is wrong
// with them, and what somebody else stored there meanwhile, by the fields' names.
type Form struct {
	Values map[string]string
	Errors map[string]string
	Stored map[string]string
}

// has tells whether a field says something besides its value.
func (f Form) has(notes map[string]string, name string) bool { _, ok := notes[name]; return ok }

// FieldID is the id of the field with a name: variants[0].sku is f-variants-0-sku.
func FieldID(name string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "]", "", ".", "-", "_", "-").Replace(name), "-")
}

// describedBy names the texts that belong to a field.
func (f Form) describedBy(in Input) string {
	var ids []string
	if in.Hint != "" {
		ids = append(ids, in.id()+"-hint")
	}
	if f.has(f.Errors, in.Name) {
		ids = append(ids, in.id()+"-error")
	}
	if f.has(f.Stored, in.Name) {
		ids = append(ids, in.id()+"-stored")
	}
	return strings.Join(ids, " ")
}

// Input is a field of a form.
type Input struct {
	Name     string
	ID       string // tells it from others of the same name on the page; empty: it is the only one
	Label    string
	Hint     string
	Unit     string // stands behind the field: g, %
	Type     string // of the input; empty: text
	Mode     string // inputmode
	Width    string // "short", "half" or "" for all there is
	Required bool
	Hidden   bool   // the label is for those who do not see where it stands
	Max      int    // characters; 0: any number
	Complete string // autocomplete; empty: off
}

func (in Input) id() string { return FieldID(or(in.ID, in.Name)) }

// Choice is one of several values.
type Choice struct {
	Value string
	Text  string
}
