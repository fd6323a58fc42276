// The control's search: plain words, by the statements of api/search.

package main

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/search"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/etag"
)

// searchLimit is how many hits an answer has when nobody says how many.
const searchLimit = 24

func controlSearch(pool *pgxpool.Pool, header http.Header, r *http.Request) (any, error) {
	words := strings.Fields(r.URL.Query().Get("q"))
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + w + "'"
	}
	whole, n := strings.Join(quoted, " & "), len(words)-1
	others, last := strings.Join(quoted[:n], " & "), quoted[n]+":*"
	rows, err := pool.Query(r.Context(), find, "", 0, time.Time{}, searchLimit+1, whole, others, last, whole,
		"", strings.Join(words, " "), 3000, 1000, 500)
	if err != nil {
		return nil, err
	}
	results := search.SearchResults{Items: []search.SearchHit{}}
	var ids []string
	var id string
	var at time.Time
	var rank int32
	if _, err = pgx.ForEachRow(rows, []any{&id, &at, &rank}, func() error {
		ids = append(ids, id)
		if len(ids) == searchLimit {
			results.NextCursor = cursor.Encode(struct {
				Rank int32     `json:"r"`
				At   time.Time `json:"a"`
				ID   string    `json:"i"`
			}{rank, at.UTC(), id})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if len(ids) <= searchLimit {
		results.NextCursor = ""
	}
	ids = ids[:min(len(ids), searchLimit)]
	if rows, err = pool.Query(r.Context(), shown, whole, others, last, ids); err != nil {
		return nil, err
	}
	var hit search.SearchHit
	var excerpt, path string
	if _, err = pgx.ForEachRow(rows, []any{&hit.ID, (*string)(&hit.Kind), &path, &hit.Title, &hit.Summary, &hit.Image, &hit.PublishedAt, &hit.UpdatedAt, &excerpt}, func() error {
		one := hit
		one.URL, one.Match, one.Snippet = "http://localhost:8080/market"+path, search.MatchWords, controlSnippet(excerpt)
		one.PublishedAt, one.UpdatedAt, hit.Image = hit.PublishedAt.UTC(), hit.UpdatedAt.UTC(), nil
		results.Items = append(results.Items, one)
		return nil
	}); err != nil {
		return nil, err
	}
	slices.SortFunc(results.Items, func(a, b search.SearchHit) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	header.Set("Cache-Control", "public, max-age=5")
	header.Set("ETag", etag.Of(0, results))
	return results, nil
}

// controlSnippet cuts an excerpt where the marks of what was found stand.
func controlSnippet(excerpt string) []search.SearchFragment {
	list := []search.SearchFragment{}
	for _, part := range strings.FieldsFunc(strings.TrimSpace(excerpt), func(r rune) bool { return r == 2 }) {
		before, found, is := strings.Cut(part, "\x01")
		if before = strings.ReplaceAll(before, "\n", " "); before != "" {
			list = append(list, search.SearchFragment{Text: before})
		}
		if is {
			list = append(list, search.SearchFragment{Text: found, Hit: true})
		}
	}
	return list
}
