// Package frontmatter reads Markdown files as Hugo and Jekyll have them: fields
// at the head, in YAML between lines of ---, TOML between lines of +++ or a JSON
// object, and the text behind them.
//
// Parse takes a file apart. Document.Page reads its fields by the conventions of
// the two generators: which of many names a picture has, what the name of the
// file says, what a draft is. Files finds the files of a site. Nothing is stored
// or judged here: whether a slug is free or a price can be charged is the
// domains' affair.
package frontmatter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits in bytes. A head is a page of fields; a text is a book's chapter.
const (
	MaxFile = 1 << 20
	maxHead = 32 << 10
)

// ErrMalformed says that a file cannot be read; its text says why, for the person
// whose file it is.
var ErrMalformed = errors.New("the file cannot be read")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}

// Format is what the fields of a file are written in.
type Format string

// The formats; a file without front matter has none.
const (
	None Format = ""
	YAML Format = "YAML"
	TOML Format = "TOML"
	JSON Format = "JSON"
)

// Document is a file in its two parts.
type Document struct {
	Format Format
	Fields Fields
	Body   string // with lines that end in \n
}

var bom = []byte("\ufeff")

// Parse takes a file apart. It fails with ErrMalformed where the file is no text,
// too large, or its front matter has no end or is not what it claims to be. A
// file without front matter is all Body.
func Parse(raw []byte) (Document, error) {
	switch {
	case len(raw) > MaxFile:
		return Document{}, malformed("it is larger than 1 MiB")
	case !utf8.Valid(raw):
		return Document{}, malformed("it is not UTF-8 text")
	case bytes.IndexByte(raw, 0) >= 0:
		return Document{}, malformed("it holds a NUL character, which no text may")
	}
	raw = bytes.TrimPrefix(raw, bom)
	if bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	}
	d := Document{}
	var err error
	first, rest, _ := bytes.Cut(raw, []byte("\n"))
	switch line := string(bytes.TrimRight(first, " \t")); {
	case line == "---":
		d.Format = YAML
		d.Fields, rest, err = fenced(rest, d.Format, parseYAML, "---", "...")
	case line == "+++":
		d.Format = TOML
		d.Fields, rest, err = fenced(rest, d.Format, parseTOML, "+++")
	case isObject(raw):
		d.Format = JSON
		d.Fields, rest, err = parseJSON(raw)
	default:
		rest = raw
	}
	if err != nil {
		return Document{}, err
	}
	d.Body = strings.TrimLeft(string(rest), "\n")
	return d, nil
}

// fenced reads a head that ends with a line that is one of ends.
func fenced(rest []byte, format Format, parse func([]byte) (Fields, error), ends ...string) (Fields, []byte, error) {
	for at := 0; at <= len(rest); {
		line, after := rest[at:], len(rest)
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line, after = line[:i], at+i+1
		}
		for _, end := range ends {
			if string(bytes.TrimRight(line, " \t")) != end {
				continue
			}
			if at > maxHead {
				return nil, nil, malformed("its front matter is larger than 32 KiB")
			}
			fields, err := parse(rest[:at])
			return fields, rest[after:], err
		}
		if after == len(rest) {
			break
		}
		at = after
	}
	return nil, nil, malformed("its %s front matter has no end", format)
}

// isObject tells a JSON object from a text that begins with a shortcode.
func isObject(raw []byte) bool {
	inner, ok := bytes.CutPrefix(raw, []byte("{"))
	inner = bytes.TrimLeft(inner, " \t\n")
	return ok && len(inner) > 0 && (inner[0] == '"' || inner[0] == '}')
}
