// Drafts to publish: as long as an article of the demo, each with a word of its
// own by which its page is known.

package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"
)

// draft is a post that is not published yet. Mark is in its body and nowhere
// else.
type draft struct {
	Slug string `json:"slug"`
	mark string
}

const paragraph = `The oven is lit at four and the first trays come out at six. What was mixed
the day before is shaped by hand, scored and baked on stone; the *starter* is
fed twice, once with rye and once with wheat. See [the hours](/sourdough-hours/).

`

// article is the Markdown of a draft.
func article(mark string) string {
	return "## The week, " + mark + "\n\n" + strings.Repeat(paragraph, 6) +
		"* rye on Tuesdays\n* wheat on Thursdays\n* what is left on Saturdays\n\n" +
		"| loaf | price |\n|---|---|\n| rye | 3.25 |\n| wheat | 2.95 |\n\n" + strings.Repeat(paragraph, 6)
}

// write makes count drafts, some at a time, with as many of the site's tags as
// are asked for and one of its authors: publishing then touches as many lists as
// it does in life.
func (p *product) write(ctx context.Context, count, tagged int) ([]draft, error) {
	tags, authors, err := p.names()
	if err != nil {
		return nil, err
	}
	drafts := make([]draft, count)
	group, ctx := errgroup.WithContext(ctx)
	const writers = 4
	for writer := range writers {
		group.Go(func() error {
			w, err := dial(p.addr)
			if err != nil {
				return err
			}
			defer w.close()
			for i := writer; i < count && ctx.Err() == nil; i += writers {
				d := &drafts[i]
				d.mark = fmt.Sprintf("batch-no-%05d", i)
				var some []string
				for n := range tagged {
					some = append(some, tags[(i+n)%len(tags)])
				}
				err := p.call(w, http.MethodPost, "/v1/posts", map[string]any{
					"title": fmt.Sprintf("What the oven did in week %d", i), "source": article(d.mark),
					"tags": some, "authors": []string{authors[i%len(authors)]},
				}, d)
				if err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return drafts, group.Wait()
}

// names are the slugs of the site's tags and authors, or the first page of them.
func (p *product) names() (tags, authors []string, err error) {
	w, err := dial(p.addr)
	if err != nil {
		return nil, nil, err
	}
	defer w.close()
	for path, into := range map[string]*[]string{"/v1/tags": &tags, "/v1/authors": &authors} {
		var list struct{ Items []draft }
		if err := p.call(w, http.MethodGet, path, nil, &list); err != nil {
			return nil, nil, err
		}
		for _, one := range list.Items {
			*into = append(*into, one.Slug)
		}
		if len(*into) == 0 {
			return nil, nil, fmt.Errorf("%s is empty: nothing was stored", path)
		}
	}
	return tags, authors, nil
}
