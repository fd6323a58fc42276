package lexical

import (
	"flag"
	"strings"
	"testing"
	"time"
)

var boundsSize = flag.Int("bounds.size", 1<<18, "bytes of the largest documents; 8388608 is what is taken")

// TestRenderLarge renders the largest documents of the kinds that take longest. They
// come from a Ghost, but a mistake in one must not stop the others: seconds, not minutes.
func TestRenderLarge(t *testing.T) {
	full := func(start, again, end string) string {
		return start + strings.TrimSuffix(strings.Repeat(again+",", (*boundsSize-len(start)-len(end))/(len(again)+1)), ",") + end
	}
	const start, end = `{"root":{"type":"root","children":[`, `]}}`
	line := func(again string) string {
		return full(start+`{"type":"paragraph","children":[`, again, `]}`+end)
	}
	card := func(typ, property, again string) string {
		before := start + `{"type":"` + typ + `","url":"x","src":"x","` + property + `":"`
		return before + strings.Repeat(again, (*boundsSize-len(before)-10)/len(again)) + `"}` + end
	}
	for name, source := range map[string]string{
		"formats":    line(`{"type":"text","text":"a","format":1},{"type":"text","text":"b","format":254}`),
		"one format": line(`{"type":"text","mode":"normal","text":"a","format":3}`),
		"half links": line(`{"type":"at-link"},{"type":"text","mode":"normal","text":" "}`),
		"breaks":     line(`{"type":"text","format":7,"text":"a"},{"type":"linebreak"},{"type":"linebreak"}`),
		"links":      line(`{"type":"link","url":"x","children":[{"type":"link"}]}`),
		"headings":   full(start, `{"type":"heading","tag":"h1","children":[{"type":"text","text":"a"}]}`, end),
		"unknown":    full(start, `{"type":"x","children":[{}]}`, end),
		"items":      full(start+`{"type":"list","children":[`, `{"type":"listitem"}`, `]}`+end),
		"caption":    card("image", "caption", `<b a=1><i><p>`),
		"blanks":     card("callout", "calloutText", "&nbsp; "),
		"deep":       card("toggle", "content", "<div>"),
		"code":       card("codeblock", "code", "<>"),
		"comment":    card("embed", "html", "<!--<a href="),
		"markdown":   card("markdown", "markdown", "**a `[x](<"),
		"brackets":   card("markdown", "markdown", "["),
		"quotes":     card("markdown", "markdown", "> "),
		"footnotes":  card("markdown", "markdown", `[^a]\n\n[^a]: b\n\n`),
		"numbers":    card("markdown", "markdown", "1. "),
		"references": card("markdown", "markdown", `[a]: b\n`),
		"notes":      card("markdown", "markdown", `[^1] [^2]\n\n`),
		"links in":   card("markdown", "markdown", `[a](b`),
		"addresses":  card("markdown", "markdown", `http://a.b/ `),
		"words":      card("markdown", "markdown", `some words of *a* text with [a link](/x)\n\n`),
		"lists":      card("markdown", "markdown", `- some words of *a* text with [a link](/x)\n\n`),
		"entities":   card("bookmark", "caption", "&amp"),
	} {
		for _, o := range []Options{{Trusted: true}, {Target: Email, Trusted: true}} {
			begin := time.Now()
			if _, err := Render(source, o); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("%s: rendering took %v", name, took)
			} else {
				t.Logf("%s: %v", name, took)
			}
		}
	}
}
