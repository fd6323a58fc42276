package frontmatter

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPage(t *testing.T) {
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	for name, c := range map[string]struct {
		file, source string
		want         Page
	}{
		"post of Hugo": {"blog/a.md", `---
title: "First  light"
date: 2020-01-02
publishDate: 2020-01-03
lastmod: 2020-01-04
expiryDate: 2030-01-01
slug: dawn
tags: [bread, 2020]
categories: News
authors: [{name: Ada}, "Bob  B"]
description: |
  Two
  lines.
cover: {image: img/c.png, alt: A loaf}
aliases: [/old/]
---
Text`, Page{Kind: KindPost, Title: "First light", Slug: "dawn", Published: day(2020, 1, 3), Updated: day(2020, 1, 4), Expires: day(2030, 1, 1),
			Tags: []string{"bread", "2020", "News"}, Authors: []string{"Ada", "Bob B"}, Excerpt: "Two lines.",
			Image: "/img/c.png", ImageAlt: "A loaf", Body: "Text", Warnings: []string{"aliases are not carried over yet"}}},
		"post of Jekyll": {"news/_posts/2020-1-2-first-light.md", "---\ntags: bread oven\ncategory: News\npublished: false\n---\n{% a %}",
			Page{Kind: KindPost, Title: "First light", Slug: "first-light", Draft: true, Published: day(2020, 1, 2), Tags: []string{"bread", "oven", "News"},
				Body: "{% a %}", Warnings: []string{"Liquid tags are not executed; they stay as text"}}},
		"draft of Jekyll": {"_drafts/a.md", "---\ntitle: A\n---\n", Page{Kind: KindPost, Title: "A", Slug: "a", Draft: true}},
		"bundle": {"blog/2020-01-02-walk/index.md", "+++\nimage = 'c.png'\n+++\n", Page{Kind: KindPost, Title: "2020 01 02 walk", Slug: "2020-01-02-walk",
			Published: day(2020, 1, 2), Warnings: []string{"its picture c.png lies beside the text and is not carried over"}}},
		"address":        {"blog/a.md", "+++\nurl = '/2019/Old-Name.html'\n+++\n", Page{Kind: KindPost, Title: "A", Slug: "Old-Name"}},
		"address, route": {"blog/a.md", "---\npermalink: /:year/:title/\n---\n", Page{Kind: KindPost, Title: "A", Slug: "a", Warnings: []string{"its address /:year/:title/ is no plain path: the name of the file is taken"}}},
		"page":           {"about.md", "---\ntitle: About\n---\n", Page{Kind: KindPage, Title: "About", Slug: "about"}},
		"dated at root":  {"about.md", "---\ndate: 2020-01-02\n---\n", Page{Kind: KindPost, Title: "About", Slug: "about", Published: day(2020, 1, 2)}},
		"page by type":   {"x/a.md", "---\nlayout: page\n---\n", Page{Kind: KindPage, Title: "A", Slug: "a"}},
		"product": {"en/market/loaf.md", `{"title": "Loaf", "draft": true, "price": 3.50, "currency": "eur", "sku": 17, "vat": "0", "weight": 5, "categories": ["Food", "Bread"],
			"brands": ["Ash"], "labels": ["a"], "tags": ["b"], "images": ["https://x.example/a.png"]}`,
			Page{Kind: KindProduct, Title: "Loaf", Slug: "loaf", Draft: true, Price: "3.50", Currency: "EUR", SKU: "17", VAT: "0", Categories: []string{"Food", "Bread"},
				Brand: "Ash", Image: "https://x.example/a.png", Warnings: []string{"tags of products are not carried over", "labels are not carried over yet"}}},
		"product elsewhere": {"x/a.md", "---\nsku: A\nparams: {weight: 2, unit: KG}\n---\n", Page{Kind: KindProduct, Title: "A", Slug: "a", SKU: "A", Weight: "2", Unit: "kg"}},
		"product by folder": {"_products/dark-bread/rye/index.md", "---\nweight: 500 g\nquantity: 2\n---\n",
			Page{Kind: KindProduct, Title: "Rye", Slug: "rye", Categories: []string{"Dark bread"}, Weight: "500 g", Quantity: "2"}},
		"shortcodes": {"blog/a.md", "---\n---\n{{<b>}} {{</b>}} {{< c >}} {{% d %}} {{ e }}", Page{Kind: KindPost, Title: "A", Slug: "a",
			Body: "{{< b>}} {{< /b>}} {{< c >}} {{% d %}} {{ e }}", Warnings: []string{"Hugo shortcodes are not executed; they stay as text"}}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Parse([]byte(c.source))
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Page(c.file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for file, source := range map[string]string{
		"blog/a.md": "---\ndate: soon\n---\n", "blog/b.md": "---\nlastmod: 2020-02-31\n---\n", "_posts/2020-13-01-c.md": "---\ntitle: C\n---\n",
	} {
		d, err := Parse([]byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Page(file); err == nil || !strings.Contains(err.Error(), "date") && !strings.Contains(err.Error(), "lastmod") {
			t.Errorf("%s: %v, want a refusal of its date", file, err)
		}
	}
}
