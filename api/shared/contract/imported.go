// What an import tells of each file, whichever domain took it.

package contract

// Change is what an import did, or would do, with one file.
type Change string

// A file is refused with a reason and changes nothing. One is kept where its post
// or product was changed here since the last import.
const (
	ImportCreated   Change = "created"
	ImportUpdated   Change = "updated"
	ImportUnchanged Change = "unchanged"
	ImportKept      Change = "kept"
	ImportRefused   Change = "refused"
	ImportSkipped   Change = "skipped"
)

// Imported is what became of one file of an import.
type Imported struct {
	File     string   `json:"file"` // its path from the content root
	Type     string   `json:"type,omitempty"`
	Change   Change   `json:"change"`
	Slug     string   `json:"slug,omitempty"`
	Path     string   `json:"path,omitempty"` // of the page within its app; absent where there is none
	Reason   string   `json:"reason,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}
