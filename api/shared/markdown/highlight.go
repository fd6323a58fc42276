// Code in colour: spans with the short classes that Pygments has given tokens,
// which static/css/code.css knows. Nothing is styled inline.

package markdown

import (
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// What may be spent on one block: a larger or slower one stays without colours.
const (
	maxCode  = 32 << 10
	patience = 3 * time.Second
)

// plain are the tokens that look like the text around them.
var plain = map[chroma.TokenType]bool{
	chroma.Text: true, chroma.Whitespace: true, chroma.Other: true, chroma.Error: true, chroma.Punctuation: true,
	chroma.Operator: true, chroma.Name: true, chroma.NameOther: true, chroma.Generic: true, chroma.GenericOutput: true,
	chroma.Background: true, chroma.None: true, chroma.Ignore: true, chroma.EOFType: true,
}

// classOf is the class of a token, empty where it needs none.
func classOf(t chroma.TokenType) string {
	for ; t > 0 && !plain[t]; t = t.Parent() {
		if class := chroma.StandardTypes[t]; class != "" {
			return class
		}
	}
	return ""
}

// lexerNames finds a grammar by name or alias in lower case. The registry's own
// way tries every file pattern there is for a name that it does not know.
var lexerNames = sync.OnceValue(func() map[string]chroma.Lexer {
	names, registry := map[string]chroma.Lexer{}, chroma.NewLexerRegistry()
	for _, l := range lexers.GlobalLexerRegistry.Lexers {
		grammar, ok := l.(*chroma.RegexLexer)
		if !ok {
			continue // those made of several cannot be guarded
		}
		config := grammar.Config()
		safe := registry.Register(guarded(grammar))
		for _, name := range append([]string{config.Name}, config.Aliases...) {
			if name = strings.ToLower(name); names[name] == nil {
				names[name] = safe
			}
		}
	}
	for other, name := range map[string]string{"yml": "yaml", "golang": "go", "shell": "bash", "console": "bash", "htm": "html"} {
		if names[other] == nil {
			names[other] = names[name]
		}
	}
	return names
})

// guarded copies a grammar so that it stops where it gets nowhere: some have
// rules that match nothing, again and again, for texts that nobody thought of.
func guarded(l *chroma.RegexLexer) *chroma.RegexLexer {
	return chroma.MustNewLexer(l.Config(), func() chroma.Rules {
		rules := l.MustRules().Clone()
		for _, state := range rules {
			for i, rule := range state {
				if _, builds := rule.Mutator.(chroma.LexerMutator); !builds {
					state[i].Mutator = guard{rule.Mutator}
				}
			}
		}
		return rules
	})
}

// guard is what a rule does, and counts how often nothing was read.
type guard struct{ chroma.Mutator }

// standstill is how many rules may match nothing, one after the other.
const standstill = 100

// place is how far a run of a grammar has come, and for how many rules.
type place struct{ at, rules int }

var errStandstill = errors.New("markdown: the grammar gets nowhere")

// Mutate fails where the run stands still; the run then ends with a panic.
func (g guard) Mutate(l *chroma.LexerState) error {
	p, _ := l.Get(place{}).(*place)
	if p == nil {
		p = &place{at: -1}
		l.Set(place{}, p)
	}
	if p.rules++; l.Pos > p.at {
		*p = place{at: l.Pos}
	} else if p.rules > standstill {
		return errStandstill
	}
	if g.Mutator == nil {
		return nil
	}
	return g.Mutator.Mutate(l)
}

// highlighted is code as HTML with its tokens in spans; ok is false where it is
// not to be coloured.
func highlighted(language, code string) (out string, ok bool) {
	if language == "" || !options.Load().Highlight || len(code) > maxCode {
		return "", false
	}
	lexer := lexerNames()[strings.ToLower(language)]
	if lexer == nil {
		return "", false
	}
	key := sha256.Sum256([]byte(language + "\x00" + code))
	if out, ok := blocks.get(key); ok {
		return out, out != ""
	}
	out = colour(lexer, code)
	blocks.put(key, out)
	return out, out != ""
}

// colour is empty where the grammar fails, takes too long or loses a character.
func colour(lexer chroma.Lexer, code string) (out string) {
	defer func() {
		if recover() != nil { // a fault of one grammar of hundreds
			out = ""
		}
	}()
	tokens, err := lexer.Tokenise(nil, code)
	if err != nil {
		return ""
	}
	var (
		deadline = time.Now().Add(patience)
		b        = make([]byte, 0, 2*len(code))
		read     = 0
		class    = "" // of the span that is open
		empty    = 0  // tokens without a character, one after the other
	)
	for t := tokens(); t != chroma.EOF; t = tokens() {
		if empty++; t.Value != "" {
			empty = 0
		}
		rest := code[read:]
		if empty > standstill || !strings.HasPrefix(rest, t.Value) || time.Now().After(deadline) {
			return ""
		}
		read += len(t.Value)
		if t.Value == "" {
			continue
		}
		if next := classOf(t.Type); next != class {
			if class != "" {
				b = append(b, "</span>"...)
			}
			if next != "" {
				b = append(append(append(b, `<span class="`...), next...), `">`...)
			}
			class = next
		}
		b = escape(b, t.Value)
	}
	if read != len(code) {
		return ""
	}
	if class != "" {
		b = append(b, "</span>"...)
	}
	return string(b)
}

// blocks keeps what was coloured last: an import renders the same lines often,
// and an editor saves a text again and again.
var blocks = generations{limit: 8 << 20}

// generations is a cache in two parts. When the young one is full it becomes the
// old one, and what nobody asked for meanwhile is forgotten.
type generations struct {
	mu         sync.Mutex
	limit      int // bytes of one part
	size       int
	young, old map[[sha256.Size]byte]string
}

func (g *generations) get(key [sha256.Size]byte) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if out, ok := g.young[key]; ok {
		return out, true
	}
	out, ok := g.old[key]
	if ok {
		g.keep(key, out)
	}
	return out, ok
}

func (g *generations) put(key [sha256.Size]byte, out string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.keep(key, out)
}

func (g *generations) keep(key [sha256.Size]byte, out string) {
	const entry = 128 // what the map itself needs for one
	if g.young == nil || g.size+len(out)+entry > g.limit {
		g.young, g.old, g.size = map[[sha256.Size]byte]string{}, g.young, 0
	}
	g.young[key] = out
	g.size += len(out) + entry
}

// codeRenderer writes fenced code where the text goes the way of goldmark.
type codeRenderer struct{}

// RegisterFuncs takes fenced code over from goldmark.
func (codeRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.Write(fence(nil, n.(*ast.FencedCodeBlock), source))
			return ast.WalkSkipChildren, err
		}
		return ast.WalkContinue, nil
	})
}

// fence appends a block of fenced code.
func fence(b []byte, n *ast.FencedCodeBlock, source []byte) []byte {
	var language string
	if info := n.Language(source); info != nil {
		language = string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(info))))
	}
	b = append(b, `<pre tabindex="0" role="group" aria-label="Code"><code`...)
	code := strings.ReplaceAll(string(n.Lines().Value(source)), "\r\n", "\n")
	coloured, ok := highlighted(language, code)
	if ok || languageName(language) {
		b = append(b, ` class="`...)
		if ok {
			b = append(b, "chroma"...)
		}
		if languageName(language) {
			if ok {
				b = append(b, ' ')
			}
			b = append(append(b, "language-"...), language...)
		}
		b = append(b, '"')
	}
	b = append(b, '>')
	if ok {
		b = append(b, coloured...)
	} else {
		b = escape(b, code)
	}
	return append(b, "</code></pre>\n"...)
}

// languageName tells whether a language can be part of a class.
func languageName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return s != ""
}
