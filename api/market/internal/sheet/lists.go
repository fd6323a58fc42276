// Several things in one cell: separated by semicolons, a backslash before one that is
// part of a text; or one a line.

package sheet

import (
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// list writes items as "one; two".
func list(items []string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteString("; ")
		}
		for at := range len(item) {
			c := item[at]
			// A space at an end would be lost among those around the semicolons.
			if c == '\\' || c == ';' || c == ' ' && (at == 0 || at == len(item)-1) {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// readList is the opposite of list; items that are empty are left out.
func readList(s string) []string {
	var items []string
	var item strings.Builder
	kept := 0 // up to here the item is not trimmed
	end := func() {
		text := item.String()
		text = text[:kept] + strings.TrimRight(text[kept:], " ")
		if text != "" {
			items = append(items, text)
		}
		item.Reset()
		kept = 0
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			item.WriteByte(s[i])
			kept = item.Len()
		case c == ';':
			end()
		case c == ' ' && item.Len() == 0:
		default:
			item.WriteByte(c)
		}
	}
	end()
	return items
}

// allergens writes those of which something is known: "gluten=contains: rye; milk=free".
func allergens(all []contract.Allergen) string {
	var items []string
	for _, a := range all {
		if a.State != contract.Unknown {
			items = append(items, string(a.Code)+"="+says(a))
		}
	}
	return list(items)
}

// says writes what is known of one allergen: "contains: wheat, rye".
func says(a contract.Allergen) string {
	switch {
	case a.State == contract.Unknown || a.State == "":
		return ""
	case a.Detail != "":
		return string(a.State) + ": " + a.Detail
	}
	return string(a.State)
}

// readSays is the opposite of says.
func readSays(s string) (state contract.AllergenState, detail, reason string) {
	word, detail, _ := strings.Cut(s, ":")
	switch state = contract.AllergenState(strings.ToLower(strings.TrimSpace(word))); state {
	case contract.Contains, contract.MayContain, contract.FreeOf:
		return state, strings.TrimPrefix(detail, " "), ""
	case "", contract.Unknown:
		if strings.TrimSpace(detail) == "" {
			return contract.Unknown, "", ""
		}
	}
	return "", "", "expected contains, may_contain, free or nothing, and after a colon which"
}

// labels writes claims: "organic=certified:GB-ORG-99; vegan=declared".
func labels(claims []contract.Claim) string {
	items := make([]string, len(claims))
	for i, c := range claims {
		items[i] = c.Label.Slug + "=" + string(c.Source)
		if c.Certificate != "" {
			items[i] += ":" + c.Certificate
		}
	}
	return list(items)
}

// readLabels is the opposite of labels; "vegan" alone is a declared one.
func readLabels(s string) (claims []contract.Claim, reason string) {
	claims = []contract.Claim{}
	for _, item := range readList(s) {
		slug, rest, _ := strings.Cut(item, "=")
		source, certificate, _ := strings.Cut(rest, ":")
		c := contract.Claim{Label: contract.TermLink{Slug: strings.TrimSpace(slug)},
			Source: contract.ClaimSource(strings.TrimSpace(source)), Certificate: certificate}
		switch c.Source {
		case contract.Declared, contract.Certified, contract.Derived:
		case "":
			c.Source = contract.Declared
		default:
			return nil, "expected labels such as organic=certified:GB-ORG-99; vegan=declared"
		}
		claims = append(claims, c)
	}
	return claims, ""
}

// images writes pictures, one a line: its address, its size, what it shows.
func images(all []contract.Image) string {
	lines := make([]string, len(all))
	for i, m := range all {
		lines[i] = m.URL + " " + strconv.Itoa(m.Width) + "x" + strconv.Itoa(m.Height) + " " + m.Alt
	}
	return strings.Join(lines, "\n")
}

// readImages is the opposite of images; a size that is left out is not known.
func readImages(s string) (all []contract.Image, reason string) {
	all = []contract.Image{}
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		url, rest, _ := strings.Cut(line, " ")
		m := contract.Image{URL: url, Alt: rest}
		size, alt, _ := strings.Cut(rest, " ")
		if w, h, ok := strings.Cut(size, "x"); ok && digits(w) && digits(h) && len(w) < 7 && len(h) < 7 {
			m.Width, _ = strconv.Atoi(w)
			m.Height, _ = strconv.Atoi(h)
			m.Alt = alt
		}
		all = append(all, m)
	}
	return all, ""
}
