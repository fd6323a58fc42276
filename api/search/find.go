// Finding documents.

package search

import (
	"context"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/search/internal/searchdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Limits of an answer.
const (
	DefaultLimit = 24
	MaxLimit     = 100
	// MaxText is the longest text that is looked for, in letters.
	MaxText = 200
	// MaxProducts is the most that Products answers.
	MaxProducts = 1_000
)

// How much is ranked. Words that more than mostRanked documents have are looked for in
// heads; words that more than mostRanked heads have, in the newest heads.
const (
	mostRanked  = 1_000
	newestTexts = 500
	newestHeads = 3_000
)

// fewFound is how many hits make titles that are spelt alike worth showing, and
// mostSimilar how many of those are shown.
const (
	fewFound    = 3
	mostSimilar = 10
)

// Match is how a document answers a query.
type Match string

// The words were found, or only a title that is spelt much like them.
const (
	MatchWords   Match = "words"
	MatchSimilar Match = "similar"
)

// Query is what is looked for. No kinds are all of them. Limit is 1 to MaxLimit, 0
// means DefaultLimit. Cursor is the next of the answer before.
type Query struct {
	Text   string
	Kinds  []Kind
	Limit  int
	Cursor string
}

// place is where an answer goes on.
type place struct {
	Rank int32     `json:"r"`
	At   time.Time `json:"a"`
	ID   string    `json:"i"`
}

// Search finds documents, the best first: those whose title is the text, then those
// whose title has all words, then those with all words among title, names and summary,
// then the rest; within each by the weight of what was found and then the newest.
// Where fewer than three are found for plain words, titles that are spelt alike follow,
// which say so.
// It fails with 422 for a text without any character or longer than MaxText, and with
// 422 `invalid_cursor`.
func (s *Service) Search(ctx context.Context, query Query) (SearchResults, error) {
	results := SearchResults{Items: []SearchHit{}}
	q, err := understood(query.Text)
	if err != nil {
		return results, err
	}
	if query.Limit == 0 {
		query.Limit = DefaultLimit
	}
	if query.Limit < 1 || query.Limit > MaxLimit {
		return results, refused("query.limit", "expected a number from 1 to 100")
	}
	after := place{}
	if err := cursor.Decode(query.Cursor, &after); err != nil {
		return results, err
	}
	found, more, err := s.find(ctx, q, query.Kinds, after, query.Limit)
	if err != nil {
		return results, err
	}
	if more {
		last := found[len(found)-1]
		results.NextCursor = cursor.Encode(place{last.Rank, last.PublishedAt, last.ID})
	}
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	words := len(ids)
	if words < fewFound && !more && query.Cursor == "" {
		similar, err := s.similar(ctx, q, query.Kinds, ids, min(query.Limit-words, mostSimilar))
		if err != nil {
			return results, err
		}
		ids = append(ids, similar...)
	}
	results.Items, err = s.hits(ctx, q, ids, words)
	return results, err
}

// Products are the products that answer a text, in the order of Search, at most limit
// and at most MaxProducts of them. similar tells that the words were found in none and
// these have a title that is spelt alike. It fails as Search does.
func (s *Service) Products(ctx context.Context, text string, limit int) (ids []contract.ProductID, similar bool, err error) {
	q, err := understood(text)
	if err != nil {
		return nil, false, err
	}
	kinds := []Kind{Product}
	found, _, err := s.find(ctx, q, kinds, place{}, min(limit, MaxProducts))
	if err != nil {
		return nil, false, err
	}
	for _, f := range found {
		ids = append(ids, contract.ProductID(f.ID))
	}
	if len(ids) > 0 {
		return ids, false, nil
	}
	alike, err := s.similar(ctx, q, kinds, nil, min(limit, mostSimilar))
	for _, name := range alike {
		ids = append(ids, contract.ProductID(name))
	}
	return ids, len(ids) > 0, err
}

func understood(text string) (query, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return query{}, refused("query.q", "expected a word to look for")
	case len([]rune(text)) > MaxText:
		return query{}, refused("query.q", "expected at most 200 characters")
	}
	return read(text), nil
}

func refused(location, message string) error {
	return problem.Unprocessable("the request does not fit its description").WithField(location, message)
}

// find is the documents that have the words, after a place; more tells that others
// follow.
func (s *Service) find(ctx context.Context, q query, kinds []Kind, after place, limit int) (found []searchdb.FindRow, more bool, err error) {
	if q.nothing() {
		return nil, false, nil
	}
	found, err = s.queries.Find(ctx, searchdb.FindParams{
		Whole: q.Whole, Loose: q.Loose, Others: q.Others, Last: q.Last, Asked: q.Asked, Kinds: ofKinds(kinds),
		AfterID: after.ID, AfterRank: after.Rank, AfterAt: after.At,
		Most: mostRanked, NewestTexts: newestTexts, NewestHeads: newestHeads, Count: int32(limit) + 1,
	})
	if len(found) > limit {
		return found[:limit], true, err
	}
	return found, false, err
}

// all are the kinds there are.
var all = []Kind{Product, Post, Page, Entry}

// ofKinds is a tsquery for some kinds, by the words that stand for them; empty for
// all, which every document is of.
func ofKinds(kinds []Kind) string {
	var written []string
	for _, k := range all {
		if slices.Contains(kinds, k) {
			written = append(written, "'="+string(k)+"'")
		}
	}
	if len(written) == len(all) {
		return ""
	}
	return strings.Join(written, " | ")
}

func (s *Service) similar(ctx context.Context, q query, kinds []Kind, besides []string, limit int) ([]string, error) {
	if !q.Plain || limit < 1 {
		return nil, nil
	}
	names := []string{}
	for _, k := range all {
		if len(kinds) == 0 || slices.Contains(kinds, k) {
			names = append(names, string(k))
		}
	}
	if besides == nil {
		besides = []string{}
	}
	rows, err := s.queries.FindSimilar(ctx, searchdb.FindSimilarParams{Asked: q.Asked, Kinds: names, Besides: besides, Count: int32(limit)})
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// hits shows documents in the order of ids; the first so many have the words.
func (s *Service) hits(ctx context.Context, q query, ids []string, words int) ([]SearchHit, error) {
	hits := make([]SearchHit, 0, len(ids))
	if len(ids) == 0 {
		return hits, nil
	}
	rows, err := s.queries.Shown(ctx, searchdb.ShownParams{Whole: q.Whole, Others: q.Others, Last: q.Last, Ids: ids})
	if err != nil {
		return nil, err
	}
	by := map[string]searchdb.ShownRow{}
	for _, r := range rows {
		by[r.ID] = r
	}
	for i, name := range ids {
		r, there := by[name]
		if !there {
			continue // removed between the two statements
		}
		app := urls.Blog
		switch Kind(r.Kind) {
		case Product:
			app = urls.Market
		case Entry:
			app = urls.Events
		}
		hit := SearchHit{
			ID: r.ID, Kind: Kind(r.Kind), Title: r.Title, URL: s.sites.URL(app, r.Path), Summary: r.Summary,
			Snippet: fragments(r.Excerpt, r.Summary), Image: r.Image, PublishedAt: r.PublishedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), Match: MatchWords,
		}
		if i >= words {
			hit.Match = MatchSimilar
		}
		hits = append(hits, hit)
	}
	return hits, s.date(ctx, hits)
}

// Characters around a word that was found, as queries/search/find.sql has them.
const (
	hitBegins = "\x01"
	hitEnds   = "\x02"
)

// fragments takes an excerpt apart. One in which nothing was found is no better than
// the summary.
func fragments(excerpt, summary string) []SearchFragment {
	list := []SearchFragment{}
	add := func(text string, hit bool) {
		if text != "" {
			list = append(list, SearchFragment{Text: text, Hit: hit})
		}
	}
	excerpt = strings.TrimSpace(excerpt)
	for excerpt != "" {
		before, rest, _ := strings.Cut(excerpt, hitBegins)
		found, after, _ := strings.Cut(rest, hitEnds)
		add(strings.Join(strings.FieldsFunc(before, func(r rune) bool { return r == '\n' }), " "), false)
		add(found, true)
		excerpt = after
	}
	if !slices.ContainsFunc(list, func(f SearchFragment) bool { return f.Hit }) && summary != "" {
		return []SearchFragment{{Text: summary}}
	}
	return list
}
