// What search engines read: schema.org in JSON-LD.

package ssg

import (
	"cmp"
	"encoding/json"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	scenes "rose-ash.com/roseash/site-templates/scene"
)

// thing is a JSON-LD node; encoding/json sorts its keys, so that the same data
// gives the same bytes.
type thing map[string]any

// jsonLD writes nodes as one document. encoding/json escapes <, > and &, so that
// it may stand in a script element as it is.
func jsonLD(nodes []any) string {
	if len(nodes) == 0 {
		return ""
	}
	b, err := json.Marshal(thing{"@context": "https://schema.org", "@graph": nodes})
	if err != nil {
		panic(err) // maps and strings
	}
	return string(b)
}

func (s scene) organisation() thing {
	home := s.r.sites.URL(urls.Blog, urls.Home())
	t := thing{"@type": "Organization", "@id": home + "#organization", "name": s.settings.Title, "url": home}
	t["logo"] = s.outside(cmp.Or(s.settings.Logo, s.r.assets.TouchIcon))
	var same []string
	for _, l := range socialLinks(s.settings.Social) {
		same = append(same, l.URL)
	}
	if same != nil {
		t["sameAs"] = same
	}
	return t
}

func (s scene) publisher() thing {
	return thing{"@id": s.r.sites.URL(urls.Blog, urls.Home()) + "#organization"}
}

func (s scene) siteLD() []any {
	home := s.r.sites.URL(urls.Blog, urls.Home())
	return []any{s.organisation(), thing{
		"@type": "WebSite", "@id": home + "#website", "url": home, "name": s.settings.Title,
		"description": s.settings.Description, "inLanguage": s.settings.Locale, "publisher": s.publisher(),
	}}
}

func (s scene) articleLD(p contract.Post) []any {
	address := s.absolute(p.Path)
	t := thing{
		"@type": "Article", "@id": address + "#article", "headline": p.Title, "description": p.Excerpt,
		"url": address, "mainEntityOfPage": address, "inLanguage": s.settings.Locale, "publisher": s.publisher(),
		"datePublished": iso(p.PublishedAt), "dateModified": iso(p.UpdatedAt),
	}
	if p.Type == contract.TypePage {
		t["@type"] = "WebPage"
		t["name"] = p.Title
	}
	if p.FeatureImage != nil {
		t["image"] = s.outside(p.FeatureImage.URL)
	}
	var authors []any
	for _, a := range p.Authors {
		authors = append(authors, thing{"@type": "Person", "name": a.Name, "url": s.r.sites.URL(urls.Blog, urls.Author(a.Slug))})
	}
	if authors != nil && p.Type == contract.TypePost {
		t["author"] = authors
	}
	var words []string
	for _, tag := range p.Tags {
		words = append(words, tag.Name)
	}
	if words != nil {
		t["keywords"] = words
	}
	if scenes.Readers(p) != "" {
		t["isAccessibleForFree"] = false
		t["hasPart"] = thing{"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".gate"}
	}
	return []any{s.organisation(), t}
}

func (s scene) listLD(name, at string, posts []contract.PostCard) []any {
	items := make([]any, len(posts))
	for i, p := range posts {
		items[i] = thing{"@type": "ListItem", "position": i + 1, "url": s.r.sites.URL(urls.Blog, p.Path), "name": p.Title}
	}
	return []any{s.organisation(), thing{
		"@type": "CollectionPage", "name": name, "url": s.absolute(at),
		"mainEntity": thing{"@type": "ItemList", "itemListElement": items},
	}}
}

func (s scene) authorLD(a contract.Author) []any {
	t := thing{"@type": "Person", "name": a.Name, "url": s.absolute(urls.Author(a.Slug))}
	if a.Bio != "" {
		t["description"] = a.Bio
	}
	if a.ProfileImage != nil {
		t["image"] = s.outside(a.ProfileImage.URL)
	}
	var same []string
	for _, l := range socialLinks(a.Social) {
		same = append(same, l.URL)
	}
	if same != nil {
		t["sameAs"] = same
	}
	return []any{thing{"@type": "ProfilePage", "url": t["url"], "mainEntity": t}}
}

func (s scene) breadcrumbLD(trail []site.Link) thing {
	items := make([]any, len(trail))
	for i, l := range trail {
		items[i] = thing{"@type": "ListItem", "position": i + 1, "name": l.Text, "item": s.outside(l.URL)}
	}
	return thing{"@type": "BreadcrumbList", "itemListElement": items}
}

func (s scene) categoryLD(name, at string, trail []site.Link, products []contract.ProductCard) []any {
	return []any{s.breadcrumbLD(trail), s.shelfLD(name, at, products)}
}

// shelfLD is a page with products.
func (s scene) shelfLD(name, at string, products []contract.ProductCard) thing {
	items := make([]any, len(products))
	for i, p := range products {
		items[i] = thing{"@type": "ListItem", "position": i + 1, "url": s.absolute(urls.Product(p.Slug)), "name": p.Name}
	}
	return thing{
		"@type": "CollectionPage", "name": name, "url": s.absolute(at),
		"mainEntity": thing{"@type": "ItemList", "itemListElement": items},
	}
}

// termLD is a term's page; what it is about is a Brand or, for a producer, an
// Organization. A label or a collection is nothing but the page.
func (s scene) termLD(t contract.Term, at string, trail []site.Link, products []contract.ProductCard) []any {
	page := s.shelfLD(t.Name, at, products)
	kind := map[contract.Taxonomy]string{contract.BrandTaxonomy: "Brand", contract.ProducerTaxonomy: "Organization"}[taxonomyOf(t.ID)]
	if kind == "" {
		return []any{s.breadcrumbLD(trail), page}
	}
	about := thing{"@type": kind, "@id": s.absolute(at) + "#" + string(taxonomyOf(t.ID)), "name": t.Name}
	if words := firstWords(t.DescriptionHTML); words != "" {
		about["description"] = words
	}
	if t.Website != "" {
		about["url"] = t.Website
	}
	if t.Image != nil {
		about["image"] = s.outside(t.Image.URL)
	}
	if t.Place != "" && kind == "Organization" {
		about["address"] = t.Place
	}
	page["about"] = thing{"@id": about["@id"]}
	return []any{s.breadcrumbLD(trail), page, about}
}
