package lexical

import "slices"

// Values of cards' properties.
var (
	pictures = []any{
		"https://blog.example.org/content/images/2026/01/a.jpg", "https://blog.example.org/content/images/2026/01/b c.gif",
		"https://blog.example.org/content/images/icon.ico", "/content/images/2026/01/rel.png", "__GHOST_URL__/content/images/2026/01/g.jpg",
		"https://media.example.org/img/b.jpg?x=1&y=%222%22", "https://images.unsplash.com/photo-1?crop=entropy&w=2000&fm=jpg", "", "  ",
		"https://blog.example.org/content/images/size/w600/2026/x.png",
	}
	sizes   = []any{nil, 300, 600, 720, 800, 1000, 1200, 1600, 2000, 2400, 3000, 6000, 999.5, 0}
	heights = []any{nil, 100, 400, 901, 1200, 0}
	flags   = []any{true, false, true, false, nil}
	snips   = []any{
		"", "plain", "a & b", "a &amp; b", "<span style=\"white-space: pre-wrap;\">Cap with </span><a href=\"https://example.org\"><span>link</span></a>",
		"<p>one</p><p>two</p>", "<p dir=\"ltr\"><span style=\"white-space: pre-wrap;\">styled</span></p>", "<b><strong>bold</strong></b> <em>em</em>",
		"x&nbsp;y", "line<br>break", "<p><br></p>", "\"quoted\" 'single'", "1 < 2", "é 日本 😀", "<code>{first_name, \"you\"}</code>",
		"<a href=\"https://example.org/?a=1&b=2\" target=\"_blank\" rel=\"noreferrer\">x</a>", "<ul><li>a</li><li>b</li></ul>",
	}
	plain  = []any{"", "plain", "a & b", "<b>bold</b>", "\"quoted\" 'single'", "é 日本 😀", "x\u00a0y", "&amp;"}
	colors = []any{"#000000", "#ffffff", "#FF1A75", "accent", "transparent", "grey", "red", "none", "", "#123", "rgba(0, 0, 0, 0)"}
	goes   = []any{"https://example.org/", "https://example.org/?a=1&b=2", "/shop/", "#anchor", "", "mailto:a@example.org", "#/portal/signup"}
	places = []any{"left", "center", "right", nil}
	wide   = []any{"regular", "wide", "full", nil, ""}
	seen   = []any{
		nil, nil, nil, object{"web": object{"nonMember": true, "memberSegment": "status:free,status:-free"}, "email": object{"memberSegment": "status:free,status:-free"}},
		object{"web": object{"nonMember": false, "memberSegment": "status:-free"}, "email": object{"memberSegment": ""}},
		object{"web": object{"nonMember": true, "memberSegment": ""}, "email": object{"memberSegment": "status:free"}},
		object{"web": object{"nonMember": false, "memberSegment": ""}, "email": object{"memberSegment": ""}},
		object{"showOnEmail": true, "showOnWeb": true, "segment": ""}, object{"showOnEmail": false, "showOnWeb": false, "segment": "status:free"},
		object{"emailOnly": true, "segment": "status:paid"}, object{"emailOnly": false, "segment": ""}, object{},
	}
	films = []any{"https://blog.example.org/content/media/2026/01/v.mp4", "https://media.example.org/img/l.mp4?x=1&y=2", ""}
)

// properties are the properties of each card with values to choose from.
var properties = map[string]map[string][]any{
	"image":     {"src": pictures, "caption": snips, "title": plain, "alt": plain, "cardWidth": wide, "width": sizes, "height": heights, "href": goes},
	"codeblock": {"code": {"", "x := 1", "<a> & \"b\"\n\n\tc", "  ", "\n\nfirst", "\u00a0"}, "language": {"", "go", "c++", "a\"b"}, "caption": snips},
	"markdown":  {"markdown": markdowns},
	"video": {"src": films, "caption": snips, "fileName": plain, "mimeType": {"video/mp4", ""}, "width": sizes, "height": heights,
		"duration": {0, 5, 61, 3600.7, 59.9, nil}, "thumbnailSrc": pictures, "customThumbnailSrc": pictures, "thumbnailWidth": sizes, "thumbnailHeight": heights,
		"cardWidth": wide, "loop": flags},
	"audio":   {"src": films, "title": plain, "duration": {0, 65.4, 3700, nil}, "mimeType": {"audio/mp3"}, "thumbnailSrc": {"", "https://media.example.org/img/t.png", "a\"b&c"}},
	"callout": {"calloutText": snips, "calloutEmoji": {"💡", "", nil, "<i>", "&"}, "backgroundColor": {"blue", "grey", "accent", "", "rgba(0, 0, 0, 0)", "a b"}},
	"call-to-action": {"layout": {"minimal", "immersive", nil}, "alignment": places, "textValue": snips, "showButton": flags, "showDividers": flags,
		"buttonText": plain, "buttonUrl": goes, "buttonColor": colors, "buttonTextColor": colors, "hasSponsorLabel": flags, "sponsorLabel": snips,
		"backgroundColor": {"grey", "none", "white", "blue", "pink", "", "a b"}, "linkColor": {"text", "accent", nil}, "imageUrl": pictures, "imageWidth": sizes, "imageHeight": heights, "visibility": seen},
	"horizontalrule": {},
	"html": {"html": {"", "<div class=\"raw\"><p>Raw <b>HTML</b> & unescaped</p></div>", "unclosed <b>bold", "<table><tr><td>x</table>", "text", "a\u00a0b",
		"<script>var a = 1 < 2</script>", "{uuid}", "</div></p>"}, "visibility": seen},
	"file":   {"src": films, "fileTitle": plain, "fileCaption": plain, "fileName": plain, "fileSize": {0, 1, 1023, 1024, 123456, 99999999, 1.5e12, nil}},
	"toggle": {"heading": snips, "content": snips},
	"button": {"buttonText": plain, "alignment": places, "buttonUrl": goes},
	"header": {"version": {1, 2, 2, 2, nil}, "size": {"small", "medium", "large"}, "style": {"dark", "light", "accent", "image"}, "buttonEnabled": flags, "buttonUrl": goes,
		"buttonText": plain, "header": snips, "subheader": snips, "backgroundImageSrc": pictures, "accentColor": colors, "alignment": places,
		"backgroundColor": colors, "backgroundImageWidth": sizes, "backgroundImageHeight": heights, "backgroundSize": {"cover", "contain"}, "textColor": colors,
		"buttonColor": colors, "buttonTextColor": colors, "layout": {"full", "wide", "regular", "split"}, "swapped": flags},
	"bookmark": {"url": goes, "caption": snips, "metadata": {nil, object{}, object{"title": "Title <b> & co", "description": "Desc \"quoted\"", "author": "An Author", "publisher": "Pub",
		"icon": "https://media.example.org/img/icon.png", "thumbnail": "https://media.example.org/img/thumb.jpg?a=1&b=2"},
		object{"title": "Only &amp; title", "publisher": "P"}, object{"title": nil, "author": "A", "icon": "i\"j"}}},
	"paywall": {},
	"product": {"productImageSrc": pictures, "productImageWidth": sizes, "productImageHeight": heights, "productTitle": snips, "productDescription": snips,
		"productRatingEnabled": flags, "productStarRating": {5, 0, 1, 3, nil}, "productButtonEnabled": flags, "productButton": plain, "productUrl": goes},
	"embed": {"url": goes, "embedType": {"video", "twitter", "rich", "nft", ""}, "html": {"", "<iframe src=\"https://example.org/x?a=1&b=2\" width=\"200\" height=\"113\" allowfullscreen></iframe>",
		"<blockquote class=\"twitter-tweet\"><p>hi</p></blockquote><script async src=\"https://example.org/w.js\"></script>", "text"}, "metadata": {object{}, object{"height": 113, "width": 200, "title": "T"}}, "caption": snips},
	"email":     {"html": snips},
	"email-cta": {"alignment": places, "buttonText": plain, "buttonUrl": goes, "html": snips, "segment": {"status:free", ""}, "showButton": flags, "showDividers": flags},
	"gallery":   {"images": {}, "caption": snips},
	"signup": {"alignment": places, "backgroundColor": colors, "backgroundImageSrc": pictures, "backgroundSize": {"cover", "contain"}, "textColor": colors, "buttonColor": colors,
		"buttonTextColor": colors, "buttonText": plain, "disclaimer": snips, "header": snips, "labels": {nil, []any{}, []any{"one", "two x & y"}}, "layout": {"wide", "full", "regular", "split"},
		"subheader": snips, "successMessage": plain, "swapped": flags},
	"transistor": {"accentColor": colors, "backgroundColor": colors, "visibility": seen},
}

var markdowns = []any{
	"", "# Title\n\nA *b* **c** `d`", "- a\n- b\n  - c\n\n1. one\n2. two", "> quote\n\n---\n\n```js\nlet a = 1 < 2\n```", "a ==mark== b ~sub~ c ^sup^ d ~~gone~~",
	"note[^1] and[^2]\n\n[^1]: First\n[^2]: Second *em*", "![alt](https://media.example.org/img/a.png \"T\")\n\n[link](https://example.org/?a=1&b=2)", "| a | b |\n|---|:-:|\n| 1 | 2 |",
	"<div>raw <b>html</b></div>\n\ntext <i>inline</i>", "https://example.org/auto www.example.org", "line one\nline two  \nline three", "# Title\n\n## Title\n\n### Ünï 日本", "a & b &amp; \"quotes\" -- ...",
}

var cardTypes = func() []string {
	var types []string
	for typ := range properties {
		types = append(types, typ)
	}
	slices.Sort(types)
	return types
}()

// card makes a card of a type, of any type for "".
func (m maker) card(typ string) object {
	if typ == "" {
		typ = pick(m, cardTypes...)
	}
	n := object{"type": typ, "version": 1}
	names := make([]string, 0, len(properties[typ]))
	for name := range properties[typ] {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := properties[typ][name]
		if name == "images" {
			n[name] = m.images()
		} else if m.chance(85) {
			n[name] = pick(m, values...)
		}
	}
	return n
}

func (m maker) images() []any {
	out := list1()
	for i := range m.IntN(10) {
		image := object{"row": i / 3, "fileName": "g.jpg"}
		for _, p := range []string{"src", "width", "height", "title", "alt", "caption", "href"} {
			if p == "src" || p == "width" || p == "height" || m.chance(40) {
				image[p] = pick(m, properties["image"][p]...)
			}
		}
		out = append(out, image)
	}
	return out
}
