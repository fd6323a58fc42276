package ical

import "testing"

func TestPlainText(t *testing.T) {
	for source, want := range map[string]string{
		"":           "",
		"Only words": "Only words",
		"<p>One</p>\n<p>Two<br>lines &amp; more</p>":                                        "One\n\nTwo\nlines & more",
		"<ul>\n<li>Leek</li>\n<li>Pea &amp; mint</li>\n</ul><p>After</p>":                   "- Leek\n- Pea & mint\n\nAfter",
		`<p>See <a href="https://a.example/x">the  page</a>, <a href="/here">here</a>.</p>`: "See the page (https://a.example/x), here.",
		`<p><a href="https://a.example/">https://a.example/</a></p>`:                        "https://a.example/",
		"<h2>Title</h2><div>a</div><div>b <em>c</em>d</div>":                                "Title\n\na\nb cd",
		"<p>1 &lt; 2</p><unclosed":                                                          "1 < 2",
		"</a></a><a>x":                                                                      "x",
	} {
		if got := PlainText(source); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", source, got, want)
		}
	}
}
