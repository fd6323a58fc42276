// From the blog's data to what the pages are given.

package ssg

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func (s scene) picture(i *contract.Image) *site.Picture { return s.shared().Picture(i) }

func (s scene) tagLink(t contract.TagLink) site.Tag {
	return s.shared().TagLink(t)
}

func (s scene) authorLinks(authors []contract.AuthorLink) []site.Link {
	links := make([]site.Link, len(authors))
	for i, a := range authors {
		links[i] = site.Link{Text: a.Name, URL: s.link(urls.Blog, urls.Author(a.Slug))}
	}
	return links
}

func (s scene) card(c contract.PostCard) site.PostCard {
	card := site.PostCard{
		URL: s.link(urls.Blog, c.Path), Title: c.Title, Excerpt: c.Excerpt, Picture: s.picture(c.FeatureImage),
		Published: site.NewDate(c.PublishedAt, s.zone), ReadingTime: c.ReadingTime,
		Authors: s.authorLinks(c.Authors), Featured: c.Featured, MembersOnly: c.Visibility != contract.VisibilityPublic,
	}
	if len(c.Tags) > 0 {
		t := s.tagLink(c.Tags[0])
		card.Tag = &t
	}
	return card
}

// cards makes the cards of a page; the first pictures are above the fold.
func (s scene) cards(posts []contract.PostCard) []site.PostCard {
	cards := make([]site.PostCard, len(posts))
	for i, c := range posts {
		cards[i] = s.card(c)
		if i == 0 && cards[i].Picture != nil {
			cards[i].Picture.Eager = true
		}
	}
	return cards
}

func (s scene) neighbour(from *reader, id string) *site.PostCard {
	if id == "" {
		return nil
	}
	c, found := from.postCard(contract.PostID(id))
	if !found {
		return nil
	}
	card := s.card(c)
	return &card
}

// networks are where accounts live, so that a handle becomes an address.
var networks = map[string]string{
	"facebook": "https://www.facebook.com/", "twitter": "https://x.com/", "threads": "https://www.threads.net/",
	"bluesky": "https://bsky.app/profile/", "mastodon": "https://", "tiktok": "https://www.tiktok.com/",
	"youtube": "https://www.youtube.com/", "instagram": "https://www.instagram.com/", "linkedin": "https://www.linkedin.com/in/",
}

// socialLinks makes links of accounts elsewhere, by network; what is neither an
// address nor a handle of a network we know is left out.
func socialLinks(accounts map[string]string) []site.Link {
	links := []site.Link{}
	for network, account := range accounts {
		if network == "" {
			continue
		}
		address := account
		if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
			base, ok := networks[network]
			if !ok {
				continue
			}
			handle := strings.TrimPrefix(account, "@")
			if network == "mastodon" { // @name@host
				name, host, both := strings.Cut(handle, "@")
				if both {
					handle = host + "/@" + name
				}
			}
			address = base + handle
		}
		if u, err := url.Parse(address); err != nil || u.Host == "" {
			continue
		}
		links = append(links, site.Link{Text: strings.ToUpper(network[:1]) + network[1:], URL: address})
	}
	slices.SortFunc(links, func(a, b site.Link) int { return cmp.Compare(a.Text, b.Text) })
	return links
}
