// The editor's pages, /editor/: so far how the sync with a Ghost is doing, and what one
// can do about it. Like the shopkeeper's they ask the API, and nothing needs a script.

package web

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	site "rose-ash.com/roseash/site-templates"
)

// Editor is the editor's pages, for those who may write drafts; those of the sync with a
// Ghost for those who may write all posts, and to have all of it compared for those who may
// change the site.
type Editor struct{ Private }

const (
	editorAddress = "/editor/"
	ghostAddress  = "/editor/ghost/"
)

// Mount adds the pages to the router of the API.
func (e *Editor) Mount(r chi.Router) {
	e.Need = auth.ScopeBlogDraft
	all := func(page privatePage) privatePage { return e.needs(auth.ScopeBlogWrite, page) }
	e.mount(r, editorAddress, map[string]privatePage{
		"GET /editor/{$}": func(w http.ResponseWriter, r *http.Request) error {
			return done(w, r, ghostAddress, "")
		},
		"GET /editor/ghost/{$}":                   all(e.ghost),
		"POST /editor/ghost/compare/{$}":          e.needs(auth.ScopeSiteWrite, e.compare),
		"POST /editor/ghost/conflicts/{post}/{$}": all(e.choose),
	})
}

// ghostStatus is what the API answers of the sync, as far as the page uses it.
type ghostStatus struct {
	Configured bool `json:"configured"`
	Ghost      struct {
		Host      string `json:"host"`
		Reachable bool   `json:"reachable"`
		Version   string `json:"version"`
		Error     string `json:"error"`
	} `json:"ghost"`
	Webhooks struct {
		Configured     bool      `json:"configured"`
		LastReceivedAt time.Time `json:"last_received_at"`
		Waiting        int64     `json:"waiting"`
		Handled        int64     `json:"handled"`
		P50Ms          int64     `json:"p50_ms"`
		P95Ms          int64     `json:"p95_ms"`
		Addresses      []struct {
			Event string `json:"event"`
			Path  string `json:"path"`
		} `json:"addresses"`
	} `json:"webhooks"`
	Lanes []ghostLane `json:"lanes"`
	Kinds []struct {
		Kind    string `json:"kind"`
		Stored  int64  `json:"stored"`
		Deleted int64  `json:"deleted"`
		Flagged int64  `json:"flagged"`
	} `json:"kinds"`
	Flagged struct {
		Total int64 `json:"total"`
		Items []struct {
			ghostPost
			Flags []string `json:"flags"`
		} `json:"items"`
	} `json:"flagged"`
	Conflicts []struct {
		ghostPost
		FoundAt      time.Time `json:"found_at"`
		DeletedThere bool      `json:"deleted_there"`
	} `json:"conflicts"`
	Missing struct {
		Total int64 `json:"total"`
		Items []struct {
			Address  string    `json:"address"`
			Attempts int64     `json:"attempts"`
			Error    string    `json:"error"`
			NextAt   time.Time `json:"next_at"`
		} `json:"items"`
	} `json:"missing_media"`
	Scheduled struct {
		Total int64 `json:"total"`
		Items []struct {
			ghostPost
			PublishAt time.Time `json:"publish_at"`
		} `json:"items"`
	} `json:"scheduled"`
	CheckedAt time.Time `json:"checked_at"`
}

type ghostPost struct {
	ID    contract.PostID   `json:"id"`
	Type  contract.PostType `json:"type"`
	Title string            `json:"title"`
	Path  string            `json:"path"`
}

type ghostLane struct {
	Lane        string    `json:"lane"`
	StartedAt   time.Time `json:"started_at"`
	FinishedAt  time.Time `json:"finished_at"`
	SucceededAt time.Time `json:"succeeded_at"`
	FailedAt    time.Time `json:"failed_at"`
	Error       string    `json:"error"`
	TookMs      int64     `json:"took_ms"`
	LagSeconds  *int64    `json:"lag_seconds"`
	Waiting     int64     `json:"waiting"`
	Seen        int64     `json:"seen"`
	Changed     int64     `json:"changed"`
	Missing     int64     `json:"missing"`
}

func (e *Editor) ghost(w http.ResponseWriter, r *http.Request) error {
	return e.ghostPage(w, r, http.StatusOK, nil)
}

// ghostPage shows how the sync is doing, below what became of the last request.
func (e *Editor) ghostPage(w http.ResponseWriter, r *http.Request, code int, message *site.Message) error {
	frame, at, err := e.frame(r, "editor", "Ghost – Editor")
	if err != nil {
		return err
	}
	status, _, err := read[ghostStatus](e, r, "/v1/ghost", nil)
	if err != nil {
		return err
	}
	page := e.ghostView(status, at)
	if auth.Holds(r.Context(), auth.ScopeSiteWrite) {
		page.CompareURL = ghostAddress + "compare/"
	}
	page.Editor = site.EditorPage{Frame: frame, Title: "Ghost", Message: message}
	if text, ok := ghostDone[r.URL.Query().Get("done")]; ok && message == nil {
		page.Editor.Message = &site.Message{Kind: "done", Text: text}
	}
	return show(w, r, code, site.EditorGhost(page))
}

// ghostDone are what the page says after something was done.
var ghostDone = map[string]string{
	"compare": "Everything will be compared now. Refresh in a few seconds to see what came of it.",
	"ours":    "What was written here is kept. Where changes are written back, Ghost gets it too.",
	"theirs":  "What Ghost has is kept.",
}

// compare has everything compared.
func (e *Editor) compare(w http.ResponseWriter, r *http.Request) error {
	return e.order(w, r, call{method: http.MethodPost, path: "/v1/ghost/reconcile"}, "compare")
}

// choose keeps one of the two forms of a post.
func (e *Editor) choose(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	post, keep := r.PathValue("post"), r.PostForm.Get("keep")
	if _, ok := id.Parse("post", post); !ok {
		e.closed(w, r)
		return nil
	}
	return e.order(w, r, call{method: http.MethodPost, path: "/v1/ghost/conflicts/" + post, json: map[string]any{"keep": keep}}, keep)
}

// order has the API do something, and leads back to the page; or shows the page with why
// not.
func (e *Editor) order(w http.ResponseWriter, r *http.Request, c call, word string) error {
	a, err := e.ask(r.Context(), r, c)
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, ghostAddress, word)
	}
	text := ghostRefusals[a.refused.Code]
	if text == "" {
		text = "That was refused: " + a.refused.Detail + "."
	}
	return e.ghostPage(w, r, a.status, &site.Message{Kind: "fault", Text: text})
}

// ghostRefusals are what the page says when the API refuses, by its code.
var ghostRefusals = map[string]string{
	"not_found":            "There is nothing to choose any more: somebody has chosen already.",
	"ghost_not_configured": "No Ghost is configured.",
	"insufficient_scope":   "Your roles do not permit that.",
	"too_many_requests":    "That was asked too often. Try again in a minute.",
	"database_unavailable": "The database is away. Try again in a moment.",
	"precondition_failed":  "The post was changed meanwhile. Look again, then choose.",
}
