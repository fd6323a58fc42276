// The palette against WCAG.

package site

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([\w-]+):\s*([^;]+);`)

// palettes reads the colours of tokens.css, light and dark.
func palettes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css, err := os.ReadFile("static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(css), "@media screen and (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("tokens.css has no dark palette")
	}
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range token.FindAllStringSubmatch(before, -1) {
		light[m[1]], dark[m[1]] = m[2], m[2]
	}
	for _, m := range token.FindAllStringSubmatch(after, -1) {
		dark[m[1]] = m[2]
	}
	return light, dark
}

// luminance is the relative luminance of WCAG 2.2 of a token's colour.
func luminance(t *testing.T, palette map[string]string, name string) float64 {
	t.Helper()
	value := palette[name]
	if inner, ok := strings.CutPrefix(value, "var(--"); ok {
		return luminance(t, palette, strings.TrimSuffix(inner, ")"))
	}
	if len(value) != 7 || value[0] != '#' {
		t.Fatalf("--%s is %q, want #rrggbb", name, value)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(value[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("--%s: %v", name, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestContrast holds every pair of a text and what is behind it to 7:1 (WCAG AAA),
// edges and the focus ring to 3:1.
func TestContrast(t *testing.T) {
	light, dark := palettes(t)
	surfaces := []string{"page", "card", "field-plain", "field-shelf", "field-blog", "field-market"}
	for _, pair := range []struct {
		front  string
		behind []string
		least  float64
	}{
		{"ink", append(surfaces, "mark"), 7},
		{"ink-quiet", surfaces[:2], 7},
		{"ink-quiet", surfaces[2:3], 6.5},
		{"title", surfaces[:5], 7},
		{"link", surfaces[:3], 7},
		{"field-ink", surfaces[2:], 7},
		{"deep-ink", []string{"deep"}, 7},
		{"button-ink", []string{"button", "button-hover"}, 7},
		{"ticket-ink", []string{"ticket"}, 7},
		{"awning-gap", []string{"awning"}, 7},
		{"edge", surfaces[:2], 3},
		{"focus", surfaces, 3},
		{"mustard", []string{"deep"}, 3},
	} {
		for _, behind := range pair.behind {
			for scheme, palette := range map[string]map[string]string{"light": light, "dark": dark} {
				a, b := luminance(t, palette, pair.front), luminance(t, palette, behind)
				if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < pair.least {
					t.Errorf("%s on %s, %s: %.2f:1, want %v:1", pair.front, behind, scheme, got, pair.least)
				}
			}
		}
	}
}
