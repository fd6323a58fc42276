// Small decisions about words and addresses that the components share.

package site

import (
	"net/url"
	"slices"
	"strings"
)

// or is the first of the two that says something.
func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// language is the page's language, English unless told.
func (f Frame) language() string { return or(f.Lang, "en-GB") }

// locale is the language as Open Graph writes it: en_GB.
func (f Frame) locale() string { return strings.ReplaceAll(f.language(), "-", "_") }

// pages are the navigation's links without those that the header has anyway.
func (f Frame) pages() []Link {
	var links []Link
	for _, l := range f.Navigation {
		if l.URL != f.HomeURL && l.URL != f.MarketURL {
			links = append(links, l)
		}
	}
	return links
}

// in tells whether the page is part of a section and has no entry of its own in
// the menu: one entry is marked, the nearest.
func (f Frame) in(section string) bool {
	return f.Section == section && !slices.ContainsFunc(f.pages(), func(l Link) bool { return l.Current })
}

// kind is how the style sheet knows a post from a page.
func (p PostPage) kind() string {
	if p.IsPage {
		return "page"
	}
	return "post"
}

// linkNames are the links' texts as a sentence lists them.
func linkNames(links []Link) string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = l.Text
	}
	return listed(names)
}

// listed joins words as English does: "oats, rye and wheat".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// separator stands before the i-th of n names in a sentence.
func separator(i, n int) string {
	if i == n-1 {
		return " and "
	}
	return ", "
}

// host is an address as people say it: without scheme, www and final slash.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
}
