// The colour a browser gives its own frame is the page's: tokens.css says it once.

package main

import (
	"errors"
	"regexp"
	"strings"
)

var (
	property = regexp.MustCompile(`--([\w-]+):\s*([^;]+);`)
	color    = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// theme is --page in the light and in the dark part of tokens.css, as #rrggbb.
func (b *bundled) theme() (light, dark string, err error) {
	before, after, _ := strings.Cut(string(b.tokens), "prefers-color-scheme: dark")
	values := map[string]string{}
	for _, part := range []struct {
		css  string
		page *string
	}{{before, &light}, {after, &dark}} {
		for _, m := range property.FindAllStringSubmatch(part.css, -1) {
			values[m[1]] = m[2]
		}
		value := values["page"]
		if name, ok := strings.CutPrefix(value, "var(--"); ok {
			value = values[strings.TrimSuffix(name, ")")]
		}
		if !color.MatchString(value) {
			return "", "", errors.New("css/tokens.css: --page is no colour #rrggbb")
		}
		*part.page = value
	}
	return light, dark, nil
}
