package main

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProfile(t *testing.T) {
	got := parseProfile(`File: bench
Showing nodes accounting for 4.20s, 100% of 4.20s total
      flat  flat%   sum%        cum   cum%
         0     0%     0%      3.60s 85.71%  net/http.(*conn).serve
     0.02s  0.48%  0.48%      0.62s 14.76%  github.com/jackc/pgx/v5.(*Conn).QueryRow (inline)
     0.01s  0.24%  0.72%      0.10s  2.38%  f[go.shape.struct { A string "a:\"b c\"" }].func1
`)
	want := map[string]float64{
		"net/http.(*conn).serve":                            85.71,
		"github.com/jackc/pgx/v5.(*Conn).QueryRow":          14.76,
		`f[go.shape.struct { A string "a:\"b c\"" }].func1`: 2.38,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
}

// TestLayers: every share is counted once.
func TestLayers(t *testing.T) {
	const api = "rose-ash.com/roseash/api"
	got := layers(map[string]float64{
		"net/http.(*conn).serve":                                       90,
		"net/http.serverHandler.ServeHTTP":                             75,
		"log/slog.(*Logger).Log":                                       5,
		api + ".(*Metrics).observe":                                    1,
		"humachi.(*chiAdapter).Handle.func1":                           60,
		"github.com/danielgtaylor/huma/v2.(*api).Marshal":              15,
		api + "/market.(*Service).getProduct":                          40,
		api + "/market/internal/marketdb.(*Queries).ProductPageBySlug": 28,
	})
	want := []float64{15, 5, 1, 9, 5, 15, 28, 12, 10}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	if len(got) != len(layerNames) {
		t.Errorf("%d layers have %d names", len(got), len(layerNames))
	}
	sum := 0.0
	for _, share := range got {
		sum += share
	}
	if math.Abs(sum-100) > 1e-9 {
		t.Errorf("the layers add up to %v, want 100", sum)
	}
}

func TestParseMetrics(t *testing.T) {
	got := parseMetrics("# HELP go_goroutines Number of goroutines.\ngo_goroutines 23\ngo_memstats_heap_inuse_bytes 1.2e+07\n" +
		"roseash_http_requests{route=\"/x y\"} 5\nbroken\nname text\n")
	want := map[string]float64{"go_goroutines": 23, "go_memstats_heap_inuse_bytes": 1.2e7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func FuzzParseMetrics(f *testing.F) {
	f.Add("go_goroutines 23\n")
	f.Add("a{b=\"c\"} 1\n#\n \n")
	f.Fuzz(func(t *testing.T, text string) {
		for name := range parseMetrics(text) {
			if name == "" {
				t.Errorf("parseMetrics(%q) has a value without a name", text)
			}
		}
	})
}
