// /docs, /openapi.yaml and their like: everything is made once and served from
// memory. The reference is plain HTML of our own: it asks no other
// host for anything, needs no script, and every operation has an address.

package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

//go:embed docs/reference.html docs/reference.css
var docsFiles embed.FS

// docsPolicy allows the reference its style sheet and nothing else.
const docsPolicy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mountDocs serves the document in all its forms and the reference. They are
// made when somebody first asks: writing YAML takes longer than a start may.
func mountDocs(r chi.Router, doc *huma.OpenAPI) {
	files := sync.OnceValues(func() (map[string][]byte, error) { return Files(doc) })
	for _, name := range []string{"openapi.yaml", "openapi.json", "openapi-3.0.yaml", "openapi-3.0.json"} {
		media := "application/openapi+" + strings.TrimPrefix(path.Ext(name), ".")
		r.Get("/"+name, memory(media, "public, max-age=300", dataPolicy, func() ([]byte, error) {
			made, err := files()
			return made[name], err
		}))
	}
	css, err := docsFiles.ReadFile("docs/reference.css")
	if err != nil {
		panic(err) // it is embedded
	}
	cssPath := "/docs/reference-" + digest(css)[:12] + ".css"
	r.Get(cssPath, memory("text/css; charset=utf-8", "public, max-age=31536000, immutable", dataPolicy,
		func() ([]byte, error) { return css, nil }))
	r.Get("/docs", memory("text/html; charset=utf-8", "public, max-age=300", docsPolicy,
		sync.OnceValues(func() ([]byte, error) { return renderReference(doc, cssPath) })))
	// A problem's type is an address too (RFC 9457 section 3.1.1).
	r.Get(problem.TypePrefix+"{code}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/docs", http.StatusSeeOther)
	})
	r.Get("/docs/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/docs", http.StatusMovedPermanently)
	})
}

// memory serves bytes that do not change once made, with an ETag, ranges and
// conditions included.
func memory(media, cache, policy string, body func() ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, err := body()
		if err != nil {
			problem.Write(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Cache-Control", cache)
		h.Set("Content-Security-Policy", policy)
		h.Set("ETag", `"`+digest(content)[:32]+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func renderReference(doc *huma.OpenAPI, cssPath string) ([]byte, error) {
	t, err := template.ParseFS(docsFiles, "docs/reference.html")
	if err != nil {
		return nil, err
	}
	view := newReference(doc)
	view.CSS = cssPath
	var page bytes.Buffer
	err = t.Execute(&page, view)
	return page.Bytes(), err
}
