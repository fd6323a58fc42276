package ssg

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

func record1(t testing.TB, e bus.Event) bus.Record {
	t.Helper()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return bus.Record{ID: 1, Kind: e.Kind(), Data: data}
}

func ExamplePlan() {
	change := Change{Units: []Unit{"post/post_b"}, Posts: []contract.PostID{"post_b"}}
	fmt.Println(Plan(change, []Unit{"home", "feed", "post/post_b"}, []contract.PostID{"post_a"}))
	// Output: [post/post_a post/post_b home feed]
}

func TestChanged(t *testing.T) {
	post := contract.PostRef{ID: "post_1", Type: contract.TypePost, Tags: []contract.TagID{"tag_1"}, Authors: []contract.AuthorID{"author_1"}}
	page := contract.PostRef{ID: "post_2", Type: contract.TypePage}
	onPost := Change{
		Keys:  []string{"post_1", "pages", "posts", "posts:tag_1", "posts:author_1"},
		Units: []Unit{"post/post_1", "tag/tag_1", "author/author_1"},
		Posts: []contract.PostID{"post_1"},
	}
	product := contract.ProductRef{ID: "prod_1", Categories: []contract.CategoryID{"cat_1", "cat_2"}}
	onProduct := Change{Keys: []string{"prod_1", "products", "products:cat_1", "products:cat_2"}, Units: []Unit{"product/prod_1"}}
	for _, c := range []struct {
		event bus.Event
		want  Change
	}{
		{contract.PostPublished{PostRef: post}, onPost},
		{contract.PostUpdated{PostRef: post}, onPost},
		{contract.PostUnpublished{PostRef: post}, onPost},
		{contract.PostUpdated{PostRef: page}, Change{Keys: []string{"post_2", "pages"}, Units: []Unit{"post/post_2"}}},
		{contract.TagUpdated{ID: "tag_1"}, Change{Keys: []string{"tag_1"}, Units: []Unit{"tag/tag_1"}}},
		{contract.AuthorUpdated{ID: "author_1"}, Change{Keys: []string{"author_1"}, Units: []Unit{"author/author_1"}}},
		{contract.SiteUpdated{}, Change{Keys: []string{"settings"}}},
		{contract.ProductPublished{ProductRef: product}, onProduct},
		{contract.ProductUpdated{ProductRef: product}, onProduct},
		{contract.ProductUnpublished{ProductRef: product}, onProduct},
		{contract.CategoryUpdated{ID: "cat_1", Ancestors: []contract.CategoryID{"cat_0"}},
			Change{Keys: []string{"cat_1", "categories", "products:cat_1", "products:cat_0"}, Units: []Unit{"category/cat_1"}}},
		{unseen{}, Change{}},
	} {
		got, err := Changed([]bus.Record{record1(t, c.event)})
		if err != nil {
			t.Errorf("Changed(%s): %v", c.event.Kind(), err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Changed(%s) (-want +got):\n%s", c.event.Kind(), diff)
		}
	}
}

// unseen is an event that no page shows.
type unseen struct{}

func (unseen) Kind() string { return "blog.something_else" }

func TestChangedRefusesWhatItCannotRead(t *testing.T) {
	_, err := Changed([]bus.Record{{ID: 7, Kind: contract.TagUpdated{}.Kind(), Data: json.RawMessage(`[]`)}})
	if err == nil {
		t.Error("Changed took a list for an event")
	}
}

func sum(b []byte) []byte { h := sha256.Sum256(b); return h[:] }

func TestCompare(t *testing.T) {
	page := func(file, body string) Page {
		return stamped("home", []Page{{Tree: "main", File: file, Body: []byte(body)}})[0]
	}
	first := compare(nil, []rendered{{unit: "home", pages: []Page{page("a", "1"), page("b", "2")}}})
	if len(first.write) != 2 || len(first.drop) != 0 {
		t.Fatalf("compare with nothing = %+v", first)
	}
	known := map[place]filed{}
	for _, p := range first.write {
		known[place{p.Tree, p.File}] = filed{unit: "home", hash: sum(p.Body), size: int64(len(p.Body))}
	}
	second := compare(known, []rendered{{unit: "home", pages: []Page{page("a", "1"), page("c", "3")}}})
	if len(second.write) != 1 || second.write[0].File != "c" {
		t.Errorf("written: %+v, want c", second.write)
	}
	if diff := cmp.Diff([]place{{"main", "b"}}, second.drop, cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}
