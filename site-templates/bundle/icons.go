// The icons go into the pages themselves, so that no page waits for them: they
// are written into the manifest by name.

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	symbol = regexp.MustCompile(`(?s)<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>`)
	// HTML has no end of an element in its beginning.
	closed = regexp.MustCompile(`<([a-z]+)([^>]*)/>`)
)

// readIcons reads the symbols of a sprite by their ids. It fails where there are
// none.
func readIcons(sources string) (map[string]string, error) {
	sprite, err := os.ReadFile(filepath.Join(sources, "icons", "sprite.svg"))
	if err != nil {
		return nil, err
	}
	icons := map[string]string{}
	for _, m := range symbol.FindAllStringSubmatch(string(sprite), -1) {
		icons[m[1]] = closed.ReplaceAllString(strings.TrimSpace(m[2]), "<$1$2></$1>")
	}
	if len(icons) == 0 {
		return nil, fmt.Errorf("icons/sprite.svg holds no symbol")
	}
	return icons, nil
}

// iconTable is the Go source of the icons.
func (b *bundled) iconTable() string {
	var out strings.Builder
	out.WriteString("\n// icons are the drawings of static/icons, 24 by 24, to be stroked.\nvar icons = map[string]string{\n")
	for _, name := range slices.Sorted(maps.Keys(b.icons)) {
		fmt.Fprintf(&out, "%q: `%s`,\n", name, b.icons[name])
	}
	out.WriteString("}\n")
	return out.String()
}
