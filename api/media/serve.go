// Serving what is kept: one address each and one for each width of an image, cached for
// ever.

package media

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Mount adds GET and HEAD /media/{hash}/{name}.
func (s *Service) Mount(r chi.Router) {
	r.Get(Path+"/{hash}/{name}", s.serve)
	r.Head(Path+"/{hash}/{name}", s.serve)
}

// slowest is how many bytes a second somebody takes at least who gets all of a film.
const slowest = 64 << 10

// forever is the Cache-Control of what an address always answers.
const forever = "public, max-age=31536000, immutable"

// serve answers with the bytes, or a part of them. Only the address that was
// given out is answered, because the name of another would be somebody else's
// words, and those of the image in other widths.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	o, err := s.Stored(r.Context(), chi.URLParam(r, "hash"))
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	shown, caching := ResizedImage{o.Hash, o.MediaType}, forever
	if name := chi.URLParam(r, "name"); name != o.Name {
		width, ok := urls.ResizedWidth(name)
		if !ok {
			problem.Write(w, r, noObject())
			return
		}
		switch resized, err := s.Resized(r.Context(), o, width); {
		case errors.Is(err, ErrBusy):
			caching = "no-store"
		case err != nil:
			problem.Write(w, r, err)
			return
		default:
			shown = resized
		}
	}
	f, err := s.Open(r.Context(), shown.Hash)
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	defer f.Close()
	h := w.Header()
	k := kind(shown.MediaType)
	h.Set("Content-Type", k.contentType())
	h.Set("Cache-Control", caching)
	h.Set("ETag", `"`+shown.Hash+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	// An SVG that is opened by itself is a document: it may style itself, no more. Sound
	// and film are documents too then, which play themselves.
	policy := "sandbox; default-src 'none'; style-src 'unsafe-inline'"
	switch {
	case k.isPlayed():
		policy += "; media-src 'self'"
	case !k.isPicture():
		h.Set("Content-Disposition", `attachment; filename="`+o.Name+`"`)
	}
	h.Set("Content-Security-Policy", policy)
	if !k.isPicture() {
		// The server's own bound is for pages; a writer that has none is a test's.
		at := s.clock.Now().Add(time.Minute + time.Duration(o.Size/slowest)*time.Second)
		_ = http.NewResponseController(w).SetWriteDeadline(at)
	}
	http.ServeContent(w, r, "", time.Time{}, f)
}
