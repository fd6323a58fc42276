// The small decisions about words.

package site

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestListed(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
	}{
		{nil, ""}, {[]string{"oats"}, "oats"}, {[]string{"oats", "rye"}, "oats and rye"},
		{[]string{"oats", "rye", "wheat"}, "oats, rye and wheat"},
	} {
		if got := listed(c.words); got != c.want {
			t.Errorf("listed(%q) = %q, want %q", c.words, got, c.want)
		}
	}
}

func TestHost(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.example.org/":    "example.org",
		"https://example.org/ivy/":    "example.org/ivy",
		"nothing":                     "nothing",
		"http://[::1":                 "http://[::1",
		"https://example.org/a?b=c#d": "example.org/a",
	} {
		if got := host(address); got != want {
			t.Errorf("host(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestNavigationLeavesOutTheApps(t *testing.T) {
	f := Frame{HomeURL: "/", MarketURL: "/market/", Navigation: []Link{{Text: "Home", URL: "/"}, {Text: "Shop", URL: "/market/"}, {Text: "Visit", URL: "/visit/"}}}
	if got := f.pages(); len(got) != 1 || got[0].Text != "Visit" {
		t.Errorf("pages() = %v, want only Visit", got)
	}
}

func TestNewDate(t *testing.T) {
	zone := time.FixedZone("east", 2*60*60)
	got := NewDate(time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC), zone)
	if want := (Date{ISO: "2026-11-20T23:30:00Z", Text: "21 November 2026"}); got != want {
		t.Errorf("NewDate = %v, want %v", got, want)
	}
}

func ExampleError() {
	var page strings.Builder
	view := ErrorPage{Frame: Frame{SiteTitle: "Rose Ash", HomeURL: "/", Assets: DefaultAssets()}, Code: 404, Title: "Nothing grows here"}
	if err := Error(view).Render(context.Background(), &page); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.Contains(page.String(), "<h1>Nothing grows here</h1>"))
	// Output: true
}
