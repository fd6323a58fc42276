// What products are grouped by besides categories.

package contract

import "time"

// Taxonomy is a kind of terms.
type Taxonomy string

// A product has at most one brand and one producer; any number of labels; and is
// in the collections whose rules it fits.
const (
	BrandTaxonomy      Taxonomy = "brand"
	ProducerTaxonomy   Taxonomy = "producer"
	LabelTaxonomy      Taxonomy = "label"
	CollectionTaxonomy Taxonomy = "collection"
)

// TermLink is what a link to a brand, producer, label or collection needs.
type TermLink struct {
	ID   TermID `json:"id" example:"brand_019ab3f47c2e7d06b8a1f0c2d3e4f509"`
	Slug string `json:"slug" example:"rose-ash-bakery"`
	Name string `json:"name" example:"Rose Ash Bakery"`
}

// Term is a brand, a producer, a label or a collection. Place and Website are of
// brands and producers, Rule and Placements of collections.
type Term struct {
	TermLink
	Taxonomy        Taxonomy    `json:"taxonomy" enum:"brand,producer,label,collection" example:"brand"`
	Description     string      `json:"description" example:"Bread and nothing else." doc:"Markdown."`
	DescriptionHTML string      `json:"description_html" example:"<p>Bread and nothing else.</p>" doc:"The description as sanitised HTML."`
	Image           *Image      `json:"image,omitempty"`
	Place           string      `json:"place,omitempty" example:"Suffolk, England" doc:"Of a brand or producer."`
	Website         string      `json:"website,omitempty" example:"https://bakery.example/" doc:"Of a brand or producer."`
	Rule            *Rule       `json:"rule,omitempty" doc:"Of a collection: which products are in it."`
	Placements      []Container `json:"placements,omitempty" doc:"Of a collection: the posts and pages that show it."`
	Version         int64       `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	CreatedAt       time.Time   `json:"created_at"`
	UpdatedAt       time.Time   `json:"updated_at"`
}

// Rule says which products are in a collection: those that fit every field that is
// given, a field with several values being fitted by any of them (FreeFrom by all);
// the Products named besides; and none that is in Except. The zero rule has only the
// products named.
type Rule struct {
	Categories []CategoryID   `json:"categories,omitempty" doc:"In one of these or below it."`
	Brands     []TermID       `json:"brands,omitempty"`
	Producers  []TermID       `json:"producers,omitempty"`
	Labels     []TermID       `json:"labels,omitempty"`
	FreeFrom   []AllergenCode `json:"free_from,omitempty" doc:"Known to be free of all of these."`
	Countries  []string       `json:"countries,omitempty" example:"[\"GB\"]" doc:"Of origin, ISO 3166-1."`
	Reduced    bool           `json:"reduced,omitempty" doc:"Only what has a reduced price now."`
	Products   []ProductID    `json:"products,omitempty" doc:"These as well."`
	Except     []ProductID    `json:"except,omitempty" doc:"Never these."`
}

// Container is what another thing can be placed under.
type Container struct {
	Type string `json:"container_type" enum:"post,page" example:"page"`
	ID   string `json:"container_id" pattern:"^post_[0-9a-f]{32}$" maxLength:"37" example:"post_019ab3f47c2e7d06b8a1f0c2d3e4f50a"`
}

// ClaimSource is who says something of a product.
type ClaimSource string

// A certified claim names its certificate; a derived one follows from other data.
const (
	Declared  ClaimSource = "declared"
	Certified ClaimSource = "certified"
	Derived   ClaimSource = "derived"
)

// Claim is who says that a product deserves a label.
type Claim struct {
	Label       TermLink    `json:"label"`
	Source      ClaimSource `json:"source" enum:"declared,certified,derived" example:"certified"`
	Certificate string      `json:"certificate,omitempty" example:"GB-ORG-99" doc:"Of a certified claim."`
}
