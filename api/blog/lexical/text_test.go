package lexical

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	tests := map[string]struct {
		document object
		want     string
	}{
		"paragraphs": {document(parent("paragraph", list1(letters(" a  b ", 0), letters("c", 1))), parent("paragraph", list1(letters("d\u00a0e", 0), brk(), letters("f", 0)))), "a b c\n\nd\u00a0e\nf"},
		"list": {document(parent("list", list1(
			parent("listitem", list1(letters("one", 0))),
			parent("listitem", list1(parent("list", list1(parent("listitem", list1(letters("deep", 0)))), "listType", "bullet"))),
			parent("listitem", list1(letters("two", 0)))), "listType", "number", "start", 9)), " 9. one\n    * deep\n 10. two"},
		"empty": {document(), ""},
	}
	for name, test := range tests {
		source, err := json.Marshal(test.document)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Text(string(source)); err != nil || got != test.want {
			t.Errorf("%s: Text = %q, %v, want %q", name, got, err, test.want)
		}
	}
	if _, err := Text("{"); err == nil {
		t.Error("Text of no document did not fail")
	}
}

// TestTextAsGhost compares with the plaintext that a Ghost gave for the same documents:
// to the letter where there are no cards, without blanks where there are.
func TestTextAsGhost(t *testing.T) {
	source, err := os.ReadFile("testdata/ghost/plaintext.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(source, &want); err != nil {
		t.Fatal(err)
	}
	// In Ghost's text are the knobs of players, the names of icons, and no nodes behind
	// one that is not known.
	differs := set("audio", "video", "file", "autolink", "transistor")
	cards := regexp.MustCompile(`^(audio|bookmark|button|call|callout|code|embed|file|header_v2|html|product|video|transistor)`)
	for _, p := range given(t) {
		name := filepath.Base(p.Name)
		text, ok := want[name]
		if !ok || differs[name] {
			continue
		}
		got, err := Text(string(p.Document))
		if err != nil {
			t.Fatal(err)
		}
		text = regexp.MustCompile(`\n{3,}`).ReplaceAllString(text, "\n\n")
		if cards.MatchString(name) {
			got, text = strings.Join(strings.Fields(got), ""), strings.Join(strings.Fields(text), "")
		}
		if got != text {
			t.Errorf("%s: Text = %q, want %q", name, got, text)
		}
	}
}
