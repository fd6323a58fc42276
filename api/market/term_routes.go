// The operations on brands, producers, labels and collections, which are alike.

package market

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// termRoutes registers the operations on terms.
func (s *Service) termRoutes(api huma.API) {
	makers := "Removes it for good, with its page. One that a product has, drafts included, is in use (in_use). If-Match must name the version that was read."
	registerTerms[MakerFields, NewMaker](api, terms{s, contract.BrandTaxonomy, "brands"},
		"Who puts its name on products.", makers)
	registerTerms[MakerFields, NewMaker](api, terms{s, contract.ProducerTaxonomy, "producers"},
		"Who grows or makes products.", makers)
	registerTerms[LabelFields, NewLabel](api, terms{s, contract.LabelTaxonomy, "labels"},
		"What products deserve to be called: organic, vegan.", makers)
	registerTerms[CollectionFields, NewCollection](api, terms{s, contract.CollectionTaxonomy, "collections"},
		"Products that fit a rule. Which they are follows each change of a product, a price or the rule at once.",
		"Removes it for good, with its page and from every post and page that shows it. If-Match must name the version that was read.")

	list := open("list-collections", http.MethodGet, "/v1/collections", "Collections", "List collections",
		"Collections by name. Read on with next_cursor. With container_id only those that stand under these posts and pages.")
	huma.Register(api, list, terms{s, contract.CollectionTaxonomy, "collections"}.listCollections)
}

// terms are the operations on one taxonomy.
type terms struct {
	s        *Service
	taxonomy contract.Taxonomy
	plural   string
}

func (t terms) path() string { return "/v1/" + t.plural }

// registerTerms registers the operations on a taxonomy. F is what an editor sets of a
// term, N the same of a new one.
func registerTerms[F, N termBody](api huma.API, t terms, what, removal string) {
	tag := strings.ToUpper(t.plural[:1]) + t.plural[1:]
	noun := string(t.taxonomy)
	if t.taxonomy != contract.CollectionTaxonomy {
		huma.Register(api, open("list-"+t.plural, http.MethodGet, t.path(), tag, "List "+t.plural,
			what+" All of them by name, those without products too. Read on with next_cursor."), t.list)
	}
	huma.Register(api, open("get-"+noun, http.MethodGet, t.path()+"/{term}", tag, "Read a "+noun,
		what+" By id or slug."), t.get)
	huma.Register(api, made("create-"+noun, http.MethodPost, t.path(), tag, "Make a "+noun,
		what+" Its page is built at once."), func(ctx context.Context, in *struct{ Body N }) (*termMadeOutput, error) {
		made, err := t.s.CreateTerm(ctx, t.taxonomy, in.Body.fields())
		return &termMadeOutput{t.path() + "/" + string(made.ID), termETag(made), cachePrivate, made}, err
	})
	huma.Register(api, kept("update-"+noun, http.MethodPatch, t.path()+"/{term}", tag, "Change a "+noun,
		"Changes the fields that are given, and every page that shows them. If-Match must name the version that was read."),
		func(ctx context.Context, in *struct {
			TermRef
			IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
			Body    F
		}) (*termOutput, error) {
			version, err := etag.Required(in.IfMatch)
			if err != nil {
				return nil, err
			}
			changed, err := t.s.UpdateTerm(ctx, t.taxonomy, in.Term, version, in.Body.fields())
			return &termOutput{termETag(changed), cachePrivate, changed}, err
		})
	huma.Register(api, kept("delete-"+noun, http.MethodDelete, t.path()+"/{term}", tag, "Delete a "+noun, removal), t.remove)
}

// TermRef names a term in a path.
type TermRef struct {
	Term string `path:"term" minLength:"1" maxLength:"100" example:"rose-ash-bakery" doc:"Id or slug."`
}

type termOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Term
}

type termMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Term
}

func termETag(t contract.Term) string { return etag.Of(t.Version) }

// TermList is some terms of a taxonomy.
type TermList struct {
	Items      []contract.Term `json:"items"`
	NextCursor string          `json:"next_cursor,omitempty" example:"eyJrIjoicm9zZSBhc2ggYmFrZXJ5In0" doc:"Pass as cursor to read on; absent on the last page."`
}

type termListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         TermList
}

// TermsAsked is what every list of terms can be asked for.
type TermsAsked struct {
	IDs    []contract.TermID `query:"ids" maxItems:"100" doc:"Those with these ids, separated by commas, instead of a list; goes alone. What is unknown is left out."`
	Limit  int               `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string            `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}

func (t terms) list(ctx context.Context, in *TermsAsked) (*termListOutput, error) {
	return t.answer(ctx, in, nil)
}

func (t terms) listCollections(ctx context.Context, in *struct {
	TermsAsked
	ContainerIDs []string `query:"container_id" maxItems:"100" doc:"Only those that stand under one of these posts and pages, by their ids, separated by commas."`
}) (*termListOutput, error) {
	return t.answer(ctx, &in.TermsAsked, in.ContainerIDs)
}

func (t terms) answer(ctx context.Context, in *TermsAsked, containers []string) (*termListOutput, error) {
	out := &termListOutput{CacheControl: cachePublic}
	var err error
	if len(in.IDs) == 0 {
		out.Body.Items, out.Body.NextCursor, err = t.s.ListTerms(ctx, TermQuery{
			Taxonomy: t.taxonomy, Containers: containers, Limit: in.Limit, Cursor: in.Cursor})
		return out, err
	}
	if in.Cursor != "" || containers != nil {
		return nil, invalid("query.ids", "goes alone")
	}
	named, err := t.s.TermsByID(ctx, in.IDs)
	out.Body.Items = named[:0]
	for _, term := range named {
		if term.Taxonomy == t.taxonomy {
			out.Body.Items = append(out.Body.Items, term)
		}
	}
	return out, err
}

func (t terms) get(ctx context.Context, in *TermRef) (*termOutput, error) {
	term, err := t.s.Term(ctx, t.taxonomy, in.Term)
	return &termOutput{termETag(term), cachePublic, term}, err
}

func (t terms) remove(ctx context.Context, in *struct {
	TermRef
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, t.s.DeleteTerm(ctx, t.taxonomy, in.Term, version)
}

// termBody is what an editor sets of a term, as its taxonomy has it.
type termBody interface{ fields() TermFields }

// LabelFields are what an editor sets of a label. A nil field stays as it is; a new
// label needs Name and Slug.
type LabelFields struct {
	Slug        *string  `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"organic" doc:"Part of the address."`
	Name        *string  `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Organic"`
	Description *string  `json:"description,omitempty" maxLength:"10000" example:"Grown without synthetic pesticides." doc:"Markdown."`
	Image       *Picture `json:"image,omitempty" doc:"An empty url removes it."`
}

func (f LabelFields) fields() TermFields {
	return TermFields{Slug: f.Slug, Name: f.Name, Description: f.Description, Image: f.Image}
}

// MakerFields are what an editor sets of a brand or a producer. A nil field stays as
// it is; a new one needs Name and Slug.
type MakerFields struct {
	Slug        *string  `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"rose-ash-bakery" doc:"Part of the address."`
	Name        *string  `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Rose Ash Bakery"`
	Description *string  `json:"description,omitempty" maxLength:"10000" example:"Bread and nothing else." doc:"Markdown."`
	Image       *Picture `json:"image,omitempty" doc:"An empty url removes it."`
	Place       *string  `json:"place,omitempty" maxLength:"200" example:"Suffolk, England"`
	Website     *string  `json:"website,omitempty" maxLength:"500" example:"https://bakery.example/" doc:"An http or https address; empty for none."`
}

func (f MakerFields) fields() TermFields {
	return TermFields{Slug: f.Slug, Name: f.Name, Description: f.Description, Image: f.Image, Place: f.Place, Website: f.Website}
}

// CollectionFields are what an editor sets of a collection. A nil field stays as it
// is; a new collection needs Name and Slug, and without a Rule has no products.
type CollectionFields struct {
	Slug        *string               `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"gluten-free" doc:"Part of the address."`
	Name        *string               `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Without gluten"`
	Description *string               `json:"description,omitempty" maxLength:"10000" example:"Everything that is known to be free of it." doc:"Markdown."`
	Image       *Picture              `json:"image,omitempty" doc:"An empty url removes it."`
	Rule        *contract.Rule        `json:"rule,omitempty" doc:"Which products are in it; all of the rule."`
	Placements  *[]contract.Container `json:"placements,omitempty" maxItems:"100" doc:"The posts and pages that show it; all of them."`
}

func (f CollectionFields) fields() TermFields {
	return TermFields{Slug: f.Slug, Name: f.Name, Description: f.Description, Image: f.Image, Rule: f.Rule, Placements: f.Placements}
}

// NewLabel is the fields of a label that is to be made; NewMaker and NewCollection
// alike.
type (
	NewLabel      LabelFields
	NewMaker      MakerFields
	NewCollection CollectionFields
)

func (f NewLabel) fields() TermFields      { return LabelFields(f).fields() }
func (f NewMaker) fields() TermFields      { return MakerFields(f).fields() }
func (f NewCollection) fields() TermFields { return CollectionFields(f).fields() }

// TransformSchema says which fields a new label needs.
func (NewLabel) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema { return named(s) }

// TransformSchema says which fields a new brand or producer needs.
func (NewMaker) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema { return named(s) }

// TransformSchema says which fields a new collection needs, and gives a rule as an
// example that names nothing which may not be there.
func (NewCollection) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema { return named(s) }

func named(s *huma.Schema) *huma.Schema {
	s.Required = []string{"name", "slug"}
	return s
}
