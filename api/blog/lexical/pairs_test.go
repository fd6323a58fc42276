package lexical

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var (
	pairsNode  = flag.String("pairs.node", "", "folder with Ghost's renderer in node_modules: documents at random are compared with what it makes of them")
	pairsCount = flag.Int("pairs.count", 500, "how many documents at random")
	pairsSeed  = flag.Uint64("pairs.seed", 0, "seed of the documents; 0: another one each time")
	pairsWrite = flag.Bool("pairs.write", false, "write the committed pairs anew, with -pairs.node")
)

const committed = "testdata/pairs/pairs.jsonl.gz"

// pair is a document with what Ghost's renderer makes of it on a page.
type pair struct {
	Name     string          `json:"name"`
	Document json.RawMessage `json:"document"`
	HTML     string          `json:"html"`
	Failed   bool            `json:"failed"`
}

// asGhost are the options that the pairs were made with.
var asGhost = Options{SiteURL: "https://blog.example.org", SiteUUID: "u", Trusted: true}

// exceptions are the pairs that are rendered otherwise than Ghost does, with the rule,
// which docs/lexical.md explains.
var exceptions = map[string]string{
	"ghost/autolink": "Unknown nodes",
	"unknown/00":     "Unknown nodes",
	"broken/00":      "Broken nodes",
	"schemes/00":     "Schemes",
	"names/00":       "Names of objects",
	"gates/00":       "Gates",
	"escapes/00":     "Values in HTML",
	"handlers/00":    "What runs",
}

// rewritten is what is otherwise in every document that has it, with the rule.
var rewritten = []struct {
	rule  string
	ghost *regexp.Regexp
}{
	{"The player of podcasts", regexp.MustCompile(`(?s)<script>\(function initTransistorEmbed\(.*?</script>`)},
}

// ours is Ghost's page without what is otherwise here.
func ours(page string) string {
	for _, r := range rewritten {
		page = r.ghost.ReplaceAllString(page, "")
	}
	return page
}

func TestPairs(t *testing.T) {
	same, all := 0, 0
	met := map[string]bool{}
	doc, err := os.ReadFile("../../../docs/lexical.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rewritten {
		if !strings.Contains(string(doc), "**"+r.rule+"**") {
			t.Errorf("docs/lexical.md has no rule %q", r.rule)
		}
	}
	for _, p := range append(given(t), stored(t)...) {
		all++
		got, err := Render(string(p.Document), asGhost)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		if rule, ok := exceptions[p.Name]; ok {
			met[p.Name] = true
			if difference(p.HTML, got.HTML) == "" {
				t.Errorf("%s is as in Ghost: it is no exception", p.Name)
			}
			if !strings.Contains(string(doc), "**"+rule+"**") {
				t.Errorf("docs/lexical.md has no rule %q", rule)
			}
			continue
		}
		if d := difference(ours(p.HTML), got.HTML); d != "" {
			t.Errorf("%s: %s", p.Name, d)
		}
		if got.HTML == p.HTML {
			same++
		}
		if len(got.Unknown)+len(got.Left) > 0 {
			t.Errorf("%s: unknown %q, left %q", p.Name, got.Unknown, got.Left)
		}
	}
	for name := range exceptions {
		if !met[name] {
			t.Errorf("there is no pair %s", name)
		}
	}
	t.Logf("%d of %d pairs are equal byte for byte", same, all)
	if same*10 < all*9 {
		t.Errorf("%d of %d pairs are equal byte for byte, want nine of ten", same, all)
	}
}

// TestPairsAnew compares documents at random with what Ghost's renderer makes of them
// now, where -pairs.node tells where it is; without, the ways of making documents are
// only gone through.
func TestPairsAnew(t *testing.T) {
	if *pairsWrite {
		write(t)
	}
	seed := *pairsSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	m := newMaker(seed)
	documents := make([]sample, *pairsCount)
	for i := range documents {
		documents[i] = sample{Name: "random", Document: m.mixed()}
	}
	if *pairsNode == "" {
		for _, d := range documents {
			source, err := json.Marshal(d.Document)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Render(string(source), asGhost); err != nil {
				t.Errorf("seed %d: %v: %s", seed, err, source)
			}
		}
		return
	}
	same, failed := 0, 0
	for i, p := range rendered(t, documents) {
		got, err := Render(string(p.Document), asGhost)
		if err != nil {
			t.Errorf("seed %d: document %d: %v", seed, i, err)
			continue
		}
		if p.Failed {
			failed++
			continue
		}
		if got.HTML == p.HTML {
			same++
		}
		if d := difference(ours(p.HTML), got.HTML); d != "" {
			t.Errorf("seed %d: document %d: %s\n%s", seed, i, d, p.Document)
		}
	}
	t.Logf("seed %d: %d of %d are equal byte for byte; Ghost's renderer gave up on %d", seed, same, len(documents), failed)
}

// write makes the committed pairs; documents that Ghost's renderer gives up on are none.
func write(t *testing.T) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range rendered(t, samples()) {
		if p.Failed {
			t.Logf("%s: Ghost's renderer gave up", p.Name)
			continue
		}
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = z.Write(append(line, '\n'))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(committed, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// rendered has Ghost's renderer make pairs of documents.
func rendered(t *testing.T, documents []sample) []pair {
	t.Helper()
	var in bytes.Buffer
	for _, d := range documents {
		if err := json.NewEncoder(&in).Encode(d); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(*pairsNode, "node_modules", ".bin", "node")
	if _, err := os.Stat(program); err != nil {
		program = "node"
	}
	cmd := exec.Command(program, "testdata/pairs/render.mjs", *pairsNode)
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return pairs(t, bytes.NewReader(out))
}

func stored(t *testing.T) []pair {
	t.Helper()
	f, err := os.Open(committed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return pairs(t, z)
}

func pairs(t *testing.T, from io.Reader) (out []pair) {
	t.Helper()
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var p pair
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// given are the pairs that came with a Ghost.
func given(t *testing.T) (out []pair) {
	t.Helper()
	files, err := filepath.Glob("testdata/ghost/*.lexical.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pairs: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".lexical.json")
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile("testdata/ghost/" + name + ".web.html")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, pair{Name: "ghost/" + name, Document: source, HTML: string(page)})
	}
	return out
}

// difference tells where two pages differ as a browser would read them; "" where not.
func difference(want, got string) string {
	if want == got {
		return ""
	}
	w, g := tree(want), tree(got)
	if slices.Equal(w, g) {
		return ""
	}
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return "\n want " + around(w, i) + "\n got  " + around(g, i)
		}
	}
	return ""
}

func around(lines []string, i int) string {
	return strings.Join(lines[max(0, min(i-3, len(lines))):min(i+4, len(lines))], " | ")
}

// tree is a page as the list of what begins and ends in it.
func tree(page string) (out []string) {
	body := element("body")
	nodes, err := html.ParseFragment(strings.NewReader(page), body)
	if err != nil {
		return []string{err.Error()}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		attributes := make([]string, 0, len(n.Attr))
		for _, a := range n.Attr {
			attributes = append(attributes, a.Namespace+":"+a.Key+"="+a.Val)
		}
		slices.Sort(attributes)
		out = append(out, strings.Join(append([]string{n.Namespace, string('0' + rune(n.Type)), n.Data}, attributes...), "·"))
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		out = append(out, "/")
	}
	for _, n := range nodes {
		walk(n)
	}
	return out
}
