// The operation of search.

package search

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// Routes registers the operations of search.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/v1/search", Tags: []string{"Search"},
		Summary: "Find products, posts, pages and entries",
		Description: "Every word must be there; words in quotes follow each other; a minus in front leaves out what has the word; or stands between alternatives. " +
			"The last word may be the beginning of one. The best come first: titles before names and summaries before texts, then the newest. " +
			"Where fewer than three are found, titles that are spelt alike follow.",
	}, s.search)
}

// SearchResults is some of what was found, the best first.
type SearchResults struct {
	Items      []SearchHit `json:"items"`
	NextCursor string      `json:"next_cursor,omitempty" example:"eyJyIjoxfQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// SearchHit is a product, post, page or entry of a calendar that was found.
type SearchHit struct {
	ID          string           `json:"id" example:"prod_019ab3f47c2e7d06b8a1f0c2d3e4f508" doc:"The id of the product, post, page or entry."`
	Kind        Kind             `json:"kind" enum:"product,post,page,entry" example:"product"`
	Title       string           `json:"title" example:"Rye loaf"`
	URL         string           `json:"url" example:"https://coop.example/market/products/rye-loaf/" doc:"The address of its page."`
	Summary     string           `json:"summary" example:"Dark, sour and good for a week."`
	Snippet     []SearchFragment `json:"snippet" doc:"The part of its text where the words are, as plain text in pieces."`
	Image       *contract.Image  `json:"image,omitempty"`
	NextDate    *SearchDate      `json:"next_date,omitempty" doc:"When the next date of an entry begins; absent where it is over, and of all else."`
	PublishedAt time.Time        `json:"published_at"`
	UpdatedAt   time.Time        `json:"updated_at"`
	Match       Match            `json:"match" enum:"words,similar" example:"words" doc:"similar: the words are not in it, its title is spelt much like them."`
}

// SearchFragment is a piece of a text: words that were looked for, or what is between.
type SearchFragment struct {
	Text string `json:"text" example:"rye"`
	Hit  bool   `json:"hit" example:"true" doc:"Whether this was looked for."`
}

// cachePublic lets caches answer again for a moment; what is published is found soon
// after.
const cachePublic = "public, max-age=5"

func (s *Service) search(ctx context.Context, in *struct {
	Q      string `query:"q" required:"true" minLength:"1" maxLength:"200" example:"rye bread" doc:"What to look for."`
	Kinds  []Kind `query:"kinds" maxItems:"4" enum:"product,post,page,entry" example:"[\"product\"]" doc:"Only these, separated by commas; all without it."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         SearchResults
}, error) {
	results, err := s.Search(ctx, Query{Text: in.Q, Kinds: in.Kinds, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &struct {
		ETag         string `header:"ETag"`
		CacheControl string `header:"Cache-Control"`
		Body         SearchResults
	}{etag.Of(0, results), cachePublic, results}, nil
}
