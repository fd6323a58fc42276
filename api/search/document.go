// What the index holds of a post, product or entry.

package search

import (
	"crypto/sha256"
	"encoding/json"
	"strings"

	"rose-ash.com/roseash/api/search/internal/searchdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
)

// Version counts the ways in which documents were made. Whoever changes what a
// document holds or how its words are taken adds one, and the index is made anew.
const Version = 1

// Kind is what a document is of.
type Kind string

// The kinds there are.
const (
	Product Kind = "product"
	Post    Kind = "post"
	Page    Kind = "page"
	Entry   Kind = "entry" // of a calendar
)

// ofPost is the document of a public post or page: its free part, as PostsByID has it.
func ofPost(p contract.Post) searchdb.PutDocumentParams {
	text := safehtml.Text(p.HTML)
	var names, refs []string
	for _, t := range p.Tags {
		names, refs = append(names, t.Name), append(refs, string(t.ID))
	}
	for _, a := range p.Authors {
		names, refs = append(names, a.Name), append(refs, string(a.ID))
	}
	kind := Post
	if p.Type == contract.TypePage {
		kind = Page
	}
	return document(searchdb.PutDocumentParams{
		ID: string(p.ID), Kind: string(kind), Path: p.Path, Title: p.Title, Summary: p.Excerpt, Beginning: text,
		Image: plain(p.FeatureImage), PublishedAt: p.PublishedAt, UpdatedAt: p.UpdatedAt, Refs: refs,
	}, names, text, nil)
}

// ofProduct is the document of a published product at a path of the market.
func ofProduct(p contract.Product, path string) searchdb.PutDocumentParams {
	names := []string{p.Category.Name, p.LegalName, p.Origin.Region}
	refs := []string{string(p.Category.ID)}
	for _, c := range p.Ancestors {
		names, refs = append(names, c.Name), append(refs, string(c.ID))
	}
	terms := append([]contract.TermLink{}, p.Labels...)
	for _, t := range []*contract.TermLink{p.Brand, p.Producer} {
		if t != nil {
			terms = append(terms, *t)
		}
	}
	for _, t := range terms {
		names, refs = append(names, t.Name), append(refs, string(t.ID))
	}
	text := safehtml.Text(p.DescriptionHTML)
	body := []string{text, safehtml.Text(p.IngredientsHTML)}
	var codes []string
	for _, v := range p.Variants {
		body = append(body, v.Name)
		codes = append(codes, v.SKU, v.GTIN)
	}
	return document(searchdb.PutDocumentParams{
		ID: string(p.ID), Kind: string(Product), Path: path, Title: p.Name, Summary: p.Summary, Beginning: text,
		Image: plain(p.Image), PublishedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Refs: refs,
	}, names, strings.Join(body, "\n"), codes)
}

// document completes what it is given with the words of it and a digest of it all.
// PostgreSQL's excerpts mark what was found with control characters, so that none may
// be in a text.
func document(d searchdb.PutDocumentParams, names []string, body string, codes []string) searchdb.PutDocumentParams {
	d.Title, d.Summary = printable(d.Title, maxText), printable(d.Summary, maxText)
	d.Beginning = printable(d.Beginning, maxBeginning)
	if strings.HasPrefix(d.Beginning, strings.TrimSuffix(d.Summary, " …")) {
		d.Beginning = strings.TrimPrefix(d.Beginning, strings.TrimSuffix(d.Summary, " …"))
		if d.Beginning != "" {
			d.Summary = strings.TrimSuffix(d.Summary, " …")
		}
	}
	d.Folded = folded(d.Title)
	d.TitleWords, d.NameWords, d.SummaryWords = words(d.Title), words(names...), words(d.Summary)
	d.BodyWords, d.Codes = words(body), words(codes...)
	if d.Refs == nil {
		d.Refs = []string{}
	}
	content, err := json.Marshal(d)
	if err != nil {
		panic(err) // a document is texts and times
	}
	sum := sha256.Sum256(append(content, Version))
	d.Digest = sum[:16]
	return d
}

// printable is a text without control characters, blanks for the others.
func printable(text string, most int) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < 0x20 || r == 0x7f:
			return -1
		}
		return r
	}, cut(text, most))
}

// plain is a picture without its caption, which hits do not show.
func plain(i *contract.Image) *contract.Image {
	if i == nil || i.URL == "" {
		return nil
	}
	return &contract.Image{URL: i.URL, Alt: i.Alt, Width: i.Width, Height: i.Height}
}
