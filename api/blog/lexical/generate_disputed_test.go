package lexical

// disputed are documents that are rendered otherwise than Ghost renders them.
var disputed = map[string]object{
	"schemes": document(
		parent("paragraph", list1(
			to("javascript:alert(1)", "a"), to(" java\nscript:alert(1)", "b"), to("\u0001JavaScript:alert(1)", "c"),
			to("data:text/html,<script>", "d"), to("vbscript:x", "e"), to("blob:https://example.org/1", "f"))),
		object{"type": "image", "version": 1, "src": "https://media.example.org/a.png", "href": "javascript:alert(1)"}),
	"unknown": document(
		parent("paragraph", list1(letters("a ", 0), parent("autolink", list1(letters("b", 1)), "url", "https://example.org/"), object{"type": "hashtag", "text": " c"})),
		parent("table", list1(parent("row", list1(
			parent("cell", list1(parent("paragraph", list1(letters("cell one", 0))))),
			parent("cell", list1(parent("heading", list1(letters("cell two", 0)), "tag", "h2"))))))),
		parent("code", list1(object{"type": "code-highlight", "text": "let x"}, brk(), letters("= 1", 0))),
		object{"type": "drawing", "data": "x"},
		parent("paragraph", list1(letters("after", 0)))),
	"broken": document(parent("paragraph", list1(letters("a", 0), nil)), nil, letters("text", 0), parent("paragraph", list1(letters("b", 0), 7)),
		parent("heading", list1(letters("c", 0)), "tag", "h9")),
	"escapes": document(
		object{"type": "product", "version": 1, "productTitle": "unclosed <b>bold", "productImageSrc": "https://media.example.org/a.png\" onerror=\"alert(1)"},
		object{"type": "signup", "version": 1, "labels": []any{"one \"two\" onclick=\"alert(1)"}}),
	"handlers": document(
		object{"type": "toggle", "version": 1, "heading": "<b onclick=\"alert(1)\">a</b><script>alert(1)</script>", "content": "<!--kg-gated-block:end--><p>b</p>"},
		object{"type": "embed", "version": 1, "url": "https://example.org/", "html": "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe><script>alert(1)</script>"}),
	"names": document(parent("heading", list1(letters("constructor", 0)), "tag", "h2"), parent("heading", list1(letters("constructor", 0)), "tag", "h2")),
	"gates": document(object{"type": "html", "version": 1, "html": "x", "visibility": object{
		"web": object{"nonMember": "x", "memberSegment": "status:free-->"}, "email": object{"memberSegment": ""}}}),
}

func to(url, words string) object { return parent("link", list1(letters(words, 0)), "url", url) }
