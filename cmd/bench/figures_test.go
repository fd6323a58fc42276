package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPercentile(t *testing.T) {
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[i] = int64(100 - i)
	}
	tests := []struct {
		values []int64
		p      float64
		want   int64
	}{
		{nil, 50, 0},
		{[]int64{7}, 0, 7},
		{[]int64{7}, 99, 7},
		{[]int64{3, 1, 2}, 50, 2},
		{[]int64{4, 3, 2, 1}, 50, 2},
		{[]int64{4, 3, 2, 1}, 51, 3},
		{hundred, 50, 50},
		{hundred, 90, 90},
		{hundred, 99, 99},
		{hundred, 99.5, 100},
		{hundred, 100, 100},
	}
	for _, tt := range tests {
		if got := percentile(tt.values, tt.p); got != tt.want {
			t.Errorf("percentile(%d values, %v) = %v, want %v", len(tt.values), tt.p, got, tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	tests := []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{5}, 5},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 2, 100}, 3},
	}
	for _, tt := range tests {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
}

func TestRatios(t *testing.T) {
	got := ratios([]float64{30, 60, 10}, []float64{20, 30, 10})
	if diff := cmp.Diff([]float64{1.5, 2, 1}, got); diff != "" {
		t.Errorf("ratios pair by pair (-want +got):\n%s", diff)
	}
	if got, want := ratioText(got), "1.50 (1.00–2.00)"; got != want {
		t.Errorf("ratioText = %q, want %q", got, want)
	}
}

func TestMillis(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                        "0.00 ms",
		1234 * time.Microsecond:  "1.23 ms",
		12345 * time.Microsecond: "12.3 ms",
		1234 * time.Millisecond:  "1234 ms",
	} {
		if got := millis(d); got != want {
			t.Errorf("millis(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var out strings.Builder
	tbl := table{{"read", "µs"}}
	tbl.add("ours", "61.5")
	tbl.write(&out, "Reading:")
	want := "\nReading:\n\n| read | µs   |\n|------|------|\n| ours | 61.5 |\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
