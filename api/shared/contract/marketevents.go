// The market's events.

package contract

// ProductRef is what every event about a product carries: the categories on
// whose lists it is or was, ancestors included, before and after the change.
type ProductRef struct {
	ID         ProductID    `json:"id"`
	Categories []CategoryID `json:"categories"`
}

// ProductPublished is emitted when a product gets its page.
type ProductPublished struct{ ProductRef }

// ProductUpdated is emitted when a published product changes, its price too.
type ProductUpdated struct{ ProductRef }

// ProductUnpublished is emitted when a product loses its page.
type ProductUnpublished struct{ ProductRef }

// CategoryUpdated is emitted when a category is made, changed, moved or
// removed; its ancestors, descendants and products show its name. Ancestors are
// those before and after the change together.
type CategoryUpdated struct {
	ID        CategoryID   `json:"id"`
	Ancestors []CategoryID `json:"ancestors"`
}

// Kind names the event in the database.
func (ProductPublished) Kind() string { return "market.product_published" }

// Kind names the event in the database.
func (ProductUpdated) Kind() string { return "market.product_updated" }

// Kind names the event in the database.
func (ProductUnpublished) Kind() string { return "market.product_unpublished" }

// Kind names the event in the database.
func (CategoryUpdated) Kind() string { return "market.category_updated" }

// TermUpdated is emitted when a brand, producer, label or collection is made, changed
// or removed. Products are those that came into it or left it by the same change (a
// collection's whose rule changed), Containers those that show it now or did before.
type TermUpdated struct {
	ID         TermID      `json:"id"`
	Taxonomy   Taxonomy    `json:"taxonomy"`
	Products   []ProductID `json:"products,omitempty"`
	Containers []Container `json:"containers,omitempty"`
}

// Kind names the event in the database.
func (TermUpdated) Kind() string { return "market.term_updated" }
