// Serving images: one address each, cached for ever.

package media

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// Mount adds GET and HEAD /media/{hash}/{name}.
func (s *Service) Mount(r chi.Router) {
	r.Get(Path+"/{hash}/{name}", s.serve)
	r.Head(Path+"/{hash}/{name}", s.serve)
}

// serve answers with the bytes, or a part of them. Only the address that was
// given out is answered: the name of another would be somebody else's words.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	o, err := s.Stored(r.Context(), chi.URLParam(r, "hash"))
	if err == nil && o.Name != chi.URLParam(r, "name") {
		err = noObject()
	}
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	f, err := s.Open(r.Context(), o.Hash)
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", o.MediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+o.Hash+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	// An SVG that is opened by itself is a document: it may style itself, no more.
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	http.ServeContent(w, r, "", time.Time{}, f)
}
