package lexical

import "testing"

func TestAllowed(t *testing.T) {
	for address, want := range map[string]bool{
		"": true, "/": true, "#": true, "?q=a:b": true, "/a:b": true, "a/b:c": true, "#a:b": true, "https://example.org/": true, "HTTP://example.org": true,
		"mailto:a@example.org": true, "tel:+49": true, "//example.org": true, "__GHOST_URL__/a": true,
		"javascript:alert(1)": false, "JaVaScRiPt:x": false, " javascript:x": false, "\tjava\tscript:x": false, "java\r\nscript:x": false,
		"\x00javascript:x": false, "\x1fjavascript:x": false, "\u00a0javascript:x": false, "javascript\n:x": false, "java\x00script:x": false,
		"vbscript:x": false, "data:text/html,x": false, "data:image/png;base64,x": false, "blob:https://example.org/x": false,
		"file:///etc/passwd": false, "feed:javascript:x": false, "view-source:x": false, "ｊavascript:x": false,
	} {
		r := &renderer{}
		if got := r.allowed("href", address); got != want {
			t.Errorf("allowed(href, %q) = %v", address, got)
		}
		if (len(r.left) == 0) != want {
			t.Errorf("allowed(href, %q) left %q", address, r.left)
		}
	}
	for address, want := range map[string]bool{
		"data:image/gif;base64,R0lGOD": true, "DATA:image/png,x": true, "data:image/svg+xml,<svg>": false, "data:text/html,x": false, "javascript:x": false,
	} {
		if got := (&renderer{}).allowed("src", address); got != want {
			t.Errorf("allowed(src, %q) = %v", address, got)
		}
	}
}
