// Documents that try to carry gated words out of their gates, for the tests of those who
// split them.

package ghosttest

import "strings"

// GatedWord stands in GatedDocuments where only members may read it, whatever its letters.
const GatedWord = "SECRET"

// GatedDocument is the body of a post for Visibility in which GatedWord is hidden from
// strangers, and the words of Free are not. It is Lexical, or where that is empty HTML of a
// time before that editor; with both, Lexical has a node that nobody knows. Links to the
// Ghost begin with __GHOST_URL__.
type GatedDocument struct {
	Visibility    string
	Lexical, HTML string
	Free          []string

	nodes nodes
}

// SetOn makes it the body of a post.
func (d GatedDocument) SetOn(p *Post) {
	p.Visibility, p.Lexical, p.HTML, p.Mobiledoc = d.Visibility, d.Lexical, d.HTML, ""
	if d.Lexical == "" {
		p.Mobiledoc = "{}"
	}
}

// GatedDocuments are such documents, by what is odd about them.
func GatedDocuments() map[string]GatedDocument {
	all := make(map[string]GatedDocument, len(gatedDocuments))
	for name, d := range gatedDocuments {
		if d.Visibility == "" {
			d.Visibility = "public"
		}
		if d.nodes != nil {
			d.Lexical = string(encode(object{"root": object{"type": "root", "version": 1, "children": d.nodes}}))
		}
		all[name] = d
	}
	return all
}

type nodes = []object

func wordsNode(text string) object {
	return object{"type": "paragraph", "children": nodes{{"type": "extended-text", "text": text, "format": 0}}}
}

func htmlNode(markup string) object { return object{"type": "html", "html": markup} }

func markdownNode(text string) object { return object{"type": "markdown", "markdown": text} }

// seenBy gives a card a filter of members on pages.
func seenBy(card object, nonMember any, segment string) object {
	card["visibility"] = object{"web": object{"nonMember": nonMember, "memberSegment": segment}, "email": object{"memberSegment": segment}}
	return card
}

func membersNode(markup string) object {
	return seenBy(htmlNode(markup), false, "status:free,status:-free")
}

// olderGate gives a card a visibility as earlier versions wrote it.
func olderGate(card object, visibility object) object {
	card["visibility"] = visibility
	return card
}

var paywallNode = object{"type": "paywall"}

var gatedDocuments = map[string]GatedDocument{
	"a card":                             {nodes: nodes{wordsNode("FREE1"), membersNode("<p>SECRET</p>"), wordsNode("FREE2")}, Free: []string{"FREE1", "FREE2"}},
	"a card with an end":                 {nodes: nodes{membersNode("<p>x</p>" + gateEnd + "<p>SECRET</p>"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a card with an end in a comment":    {nodes: nodes{membersNode("<!-- <!--kg-gated-block:end--> --><p>SECRET</p>"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"an end made by taking one out":      {nodes: nodes{membersNode("<!--kg-gakg-gated-block:ted-block:end--><p>SECRET</p>"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"an end of other letters":            {nodes: nodes{membersNode("<!--KG-Gated-Block:END--><p>SECRET</p>"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"an end split across cards":          {nodes: nodes{htmlNode("<!--kg-gated"), membersNode("-block:end--><p>SECRET</p>"), wordsNode("x")}},
	"an end in an attribute":             {nodes: nodes{membersNode(`<p title="` + gateEnd + `">SECRET</p>`), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"an end in a link of the Ghost":      {nodes: nodes{membersNode(`<a href="__GHOST_URL__/x/" title="` + gateEnd + `">SECRET</a>`), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a comment that does not end":        {nodes: nodes{membersNode("<!-- <p>SECRET</p>"), wordsNode("x"), htmlNode("--><p>FREE1</p>")}},
	"a comment open before":              {nodes: nodes{htmlNode("<!-- "), membersNode("--><p>SECRET</p>"), wordsNode("x")}},
	"a comment open before, in Markdown": {nodes: nodes{markdownNode("<!-- a"), membersNode("b --><p>SECRET</p>"), wordsNode("x")}},
	"an attribute open before":           {nodes: nodes{htmlNode(`<p title="`), membersNode(`"><p>SECRET</p>`), wordsNode("x")}},
	"textarea":                           {nodes: nodes{htmlNode("<textarea>"), membersNode("SECRET</textarea>"), wordsNode("x")}},
	"title":                              {nodes: nodes{htmlNode("<title>"), membersNode("SECRET</title>"), wordsNode("x")}},
	"script":                             {nodes: nodes{htmlNode("<script>"), membersNode("SECRET"), htmlNode("</script>"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"style":                              {nodes: nodes{htmlNode("<style>"), membersNode("</style>SECRET"), wordsNode("x")}},
	"noscript":                           {nodes: nodes{htmlNode("<noscript>"), membersNode("</noscript><p>SECRET</p>"), wordsNode("x")}},
	"template":                           {nodes: nodes{htmlNode("<template>"), membersNode("</template><p>SECRET</p>"), wordsNode("x")}},
	"plaintext":                          {nodes: nodes{htmlNode("<plaintext>"), membersNode("SECRET"), wordsNode("x")}},
	"xmp":                                {nodes: nodes{htmlNode("<xmp>"), membersNode("SECRET</xmp>"), wordsNode("x")}},
	"CDATA":                              {nodes: nodes{htmlNode("<svg><![CDATA["), membersNode("]]></svg><p>SECRET</p>"), wordsNode("x")}},
	"a processing instruction":           {nodes: nodes{htmlNode("<?php "), membersNode("?><p>SECRET</p>"), wordsNode("x")}},
	"a bogus comment":                    {nodes: nodes{htmlNode("</ "), membersNode("><p>SECRET</p>"), wordsNode("x")}},
	"in a table":                         {nodes: nodes{htmlNode("<table><tr><td>FREE1"), membersNode("<table><td>SECRET</table>"), htmlNode("</table>FREE2")}, Free: []string{"FREE1", "FREE2"}},
	"a false filter that says true":      {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), false, "nonMember:true"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a filter with more than there is":   {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), false, "status:free nonMember:true"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a filter that ends the comment":     {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), false, `status:free" --><!--kg-gated-block:end-->`), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a filter with a quote":              {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), false, `" nonMember:true`), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a switch that is a text":            {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), "true", "status:free"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a switch that is an object":         {nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), object{}, "status:free"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"an older form":                      {nodes: nodes{olderGate(htmlNode("<p>SECRET</p>"), object{"showOnWeb": false, "showOnEmail": true, "segment": ""}), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"for those who read mails":           {nodes: nodes{olderGate(htmlNode("<p>SECRET</p>"), object{"emailOnly": true, "segment": ""}), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"cards for mails":                    {nodes: nodes{{"type": "email", "html": "<p>SECRET</p>"}, {"type": "email-cta", "html": "<p>SECRET</p>", "segment": "status:free"}, wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"a gated call to action":             {nodes: nodes{seenBy(object{"type": "call-to-action", "layout": "minimal", "textValue": "<p>SECRET</p>", "showButton": true, "buttonText": "SECRET", "buttonUrl": "https://SECRET.example/", "hasSponsorLabel": true, "sponsorLabel": "<p>SECRET</p>", "imageUrl": "https://x.example/SECRET.png"}, false, "status:-free"), wordsNode("FREE1")}, Free: []string{"FREE1"}},

	"behind the wall":                                  {Visibility: "members", nodes: nodes{wordsNode("FREE1"), paywallNode, wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"two walls":                                        {Visibility: "members", nodes: nodes{wordsNode("FREE1"), paywallNode, wordsNode("SECRET"), paywallNode, wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"no wall":                                          {Visibility: "paid", nodes: nodes{wordsNode("SECRET"), {"type": "image", "src": "https://x.example/SECRET.png", "alt": "SECRET", "caption": "SECRET"}}},
	"a visibility that is none":                        {Visibility: "Public", nodes: nodes{wordsNode("SECRET")}},
	"a filter for a visibility":                        {Visibility: "status:free", nodes: nodes{wordsNode("SECRET")}},
	"a wall in a gated card":                           {Visibility: "members", nodes: nodes{wordsNode("FREE1"), membersNode("SECRET<!--members-only-->SECRET"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall in an html card":                           {Visibility: "members", nodes: nodes{wordsNode("FREE1"), htmlNode("<p>FREE2</p><!--members-only--><p>SECRET</p>"), wordsNode("SECRET")}, Free: []string{"FREE1", "FREE2"}},
	"a wall in Markdown":                               {Visibility: "members", nodes: nodes{markdownNode("FREE1\n\n<!--members-only-->\n\nSECRET"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall in a paragraph of Markdown":                {Visibility: "members", nodes: nodes{markdownNode("FREE1 <!--members-only--> SECRET"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall in a code block":                           {Visibility: "members", nodes: nodes{markdownNode("    <!--members-only-->\n\nSECRET"), wordsNode("SECRET")}},
	"a wall in a textarea":                             {Visibility: "members", nodes: nodes{wordsNode("FREE1"), htmlNode("<textarea><!--members-only--></textarea>"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall in a script":                               {Visibility: "members", nodes: nodes{wordsNode("FREE1"), htmlNode("<script>'<!--members-only-->'</script>SECRET"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall in an attribute":                           {Visibility: "members", nodes: nodes{wordsNode("x"), htmlNode(`<a href="__GHOST_URL__/y/" title="<!--members-only-->">SECRET</a>`), wordsNode("SECRET")}},
	"a wall in a comment":                              {Visibility: "members", nodes: nodes{wordsNode("FREE1"), htmlNode("<!-- <!--members-only--> -->SECRET"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a wall within a list":                             {Visibility: "members", nodes: nodes{htmlNode("<ul><li>FREE1<!--members-only--><li>SECRET</ul>"), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"an attribute open before the wall":                {Visibility: "members", nodes: nodes{htmlNode(`<a title="`), paywallNode, htmlNode(`">SECRET</a>`), wordsNode("SECRET")}},
	"a gate that ends behind the wall":                 {Visibility: "members", HTML: "<p>FREE1</p>" + gateBegin + "<p>SECRET</p><!--members-only--><p>SECRET</p>" + gateEnd + "<p>SECRET</p>", Free: []string{"FREE1"}},
	"a card for strangers behind the wall":             {Visibility: "members", nodes: nodes{wordsNode("FREE1"), paywallNode, seenBy(htmlNode("<p>SECRET</p>"), true, ""), wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"a card for strangers in a whole post":             {Visibility: "members", nodes: nodes{seenBy(htmlNode("<p>SECRET</p>"), true, "")}},
	"nothing but Ghost's HTML":                         {Visibility: "members", HTML: "<p>FREE1</p><!--members-only--><p>SECRET</p>", Free: []string{"FREE1"}},
	"Ghost's HTML, gated":                              {HTML: "<p>FREE1</p>" + gateBegin + "<p>SECRET</p>" + gateEnd + "<p>FREE2</p>", Free: []string{"FREE1", "FREE2"}},
	"Ghost's HTML, nested":                             {HTML: "<p>FREE1</p>" + gateBegin + "<p>SECRET</p>" + strings.Replace(gateBegin, "false", "true", 1) + "SECRET" + gateEnd + "<p>SECRET</p>" + gateEnd + "<p>FREE2</p>", Free: []string{"FREE1", "FREE2"}},
	"Ghost's HTML, unclosed":                           {HTML: "<p>FREE1</p>" + gateBegin + "<p>SECRET</p><p>SECRET</p>", Free: []string{"FREE1"}},
	"Ghost's HTML, a filter with a sign":               {HTML: `<p>FREE1</p><!--kg-gated-block:begin nonMember:false memberSegment:"created_at:>'2026-01-01'" --><p>SECRET</p>` + gateEnd + "<p>FREE2</p>", Free: []string{"FREE1", "FREE2"}},
	"Ghost's HTML, a filter that says true":            {HTML: `<!--kg-gated-block:begin nonMember:false memberSegment:"nonMember:true" --><p>SECRET</p>` + gateEnd + "<p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, a switch said twice":                {HTML: `<!--kg-gated-block:begin nonMember:false nonMember:true --><p>SECRET</p>` + gateEnd + "<p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, a switch of another name":           {HTML: `<!--kg-gated-block:begin not-nonMember:true --><p>SECRET</p>` + gateEnd + "<p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, a begin with nothing":               {HTML: `<!--kg-gated-block:begin--><p>SECRET</p>` + gateEnd + "<p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, a gate in lines":                    {HTML: "<!--\nkg-gated-block:begin\nnonMember:false\n--><p>SECRET</p><!--\nkg-gated-block:end\n--><p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, ended as browsers do":               {HTML: `<!--kg-gated-block:begin nonMember:false --!><p>SECRET</p>` + gateEnd + "<p>FREE2</p>"},
	"Ghost's HTML, in a textarea":                      {HTML: `<textarea>` + gateBegin + "</textarea><p>SECRET</p>" + gateEnd + "<p>FREE2</p>", Free: []string{"FREE2"}},
	"Ghost's HTML, in a link's title":                  {HTML: `<a href="__GHOST_URL__/x/" title='` + gateBegin + "'>SECRET</a>" + gateEnd + "<p>FREE2</p>"},
	"Ghost's HTML, a wall in a link's title":           {Visibility: "members", HTML: `<a href="__GHOST_URL__/x/" title="<!--members-only-->">SECRET</a><p>SECRET</p>`},
	"Ghost's HTML, a wall with a dash":                 {Visibility: "members", HTML: `<p>FREE1</p><!--members-only--!><p>SECRET</p>`},
	"Ghost's HTML, two begins and one end":             {HTML: gateBegin + gateBegin + "<p>SECRET</p>" + gateEnd + "<p>SECRET</p>"},
	"a node that is not known":                         {Visibility: "members", nodes: nodes{wordsNode("SECRET"), {"type": "brand-new"}}, HTML: "<p>FREE1</p><!--members-only--><p>SECRET</p>", Free: []string{"FREE1"}},
	"a node that is not known, in a gate":              {nodes: nodes{{"type": "brand-new"}}, HTML: "<p>FREE1</p>" + gateBegin + "<p>SECRET</p>" + gateEnd, Free: []string{"FREE1"}},
	"a wall in a caption":                              {Visibility: "members", nodes: nodes{wordsNode("FREE1"), {"type": "image", "src": "/a.png", "caption": "FREE2 <!--members-only--> SECRET"}, wordsNode("SECRET")}, Free: []string{"FREE1"}},
	"an end in a caption":                              {HTML: "<p>FREE1</p>" + gateBegin + `<figure class="kg-card kg-image-card"><img src="/SECRET.png" alt="SECRET"><figcaption>SECRET</figcaption></figure>` + gateEnd, Free: []string{"FREE1"}},
	"pictures and links behind the wall":               {Visibility: "members", nodes: nodes{wordsNode("FREE1"), paywallNode, {"type": "image", "src": "https://x.example/SECRET.png", "alt": "SECRET"}, htmlNode(`<a href="https://SECRET.example/">x</a>`), {"type": "bookmark", "url": "https://SECRET.example/", "metadata": object{"title": "SECRET"}}}, Free: []string{"FREE1"}},
	"a heading's id behind the wall":                   {Visibility: "members", nodes: nodes{{"type": "extended-heading", "tag": "h2", "children": nodes{{"type": "extended-text", "text": "FREE1"}}}, paywallNode, {"type": "extended-heading", "tag": "h2", "children": nodes{{"type": "extended-text", "text": "SECRET"}}}}, Free: []string{"FREE1"}},
	"a paywall among the words of a link":              {Visibility: "members", nodes: nodes{{"type": "paragraph", "children": nodes{{"type": "extended-text", "text": "FREE1"}, {"type": "paywall"}, {"type": "extended-text", "text": "SECRET"}}}, wordsNode("SECRET")}},
	"a picture for members, as a newer Ghost may have": {nodes: nodes{wordsNode("FREE1"), seenBy(object{"type": "image", "src": "https://x.example/SECRET.png", "alt": "SECRET", "caption": "SECRET"}, false, "status:-free"), wordsNode("FREE2")}, Free: []string{"FREE1", "FREE2"}},
	"Markdown for members, as a newer Ghost may have":  {nodes: nodes{seenBy(markdownNode("x\n\n"+gateEnd+"\n\nSECRET"), false, "status:free,status:-free"), wordsNode("FREE1")}, Free: []string{"FREE1"}},
	"words that look like a wall":                      {Visibility: "members", nodes: nodes{wordsNode("<!--members-only-->"), wordsNode("SECRET")}},
	"words that look like a gate":                      {nodes: nodes{wordsNode("FREE1"), membersNode("<p>SECRET</p>"), wordsNode("<!--kg-gated-block:end-->FREE2")}, Free: []string{"FREE1", "FREE2"}},
}
