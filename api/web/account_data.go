// What somebody can ask for of their own data: a copy, the end of it, and what happened to
// it.

package web

import (
	"net/http"
	"net/url"
	"time"

	site "rose-ash.com/roseash/site-templates"
)

const dataAddress = accountAddress + "data/"

// dataExport is a copy of somebody's data as the API has it.
type dataExport struct {
	ID        string    `json:"id"`
	State     string    `json:"state"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// exportStates say how far a copy is.
var exportStates = map[string]site.State{
	"running": {Text: "being made"}, "ready": {Text: "ready", Kind: "good"}, "failed": {Text: "could not be made", Kind: "bad"}, "expired": {Text: "gone again"},
}

func (a *Account) data(w http.ResponseWriter, r *http.Request) error {
	return a.dataPage(w, r, http.StatusOK, nil)
}

func (a *Account) dataPage(w http.ResponseWriter, r *http.Request, status int, message *site.Message) error {
	page, at, err := a.page(r, "data", "Your data")
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	a.freshly(r, &page)
	me, _, err := read[person](a, r, "/v1/me", nil)
	if err != nil {
		return err
	}
	list, _, err := read[listed[dataExport]](a, r, "/v1/me/exports", nil)
	if err != nil {
		return err
	}
	view := site.AccountDataPage{Account: page, CanExport: true}
	for _, e := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: "Copy of " + e.CreatedAt.In(at).Format("2 January 2006, 15:04")}, States: []site.State{exportStates[e.State]}}
		switch e.State {
		case "running":
			view.CanExport = false
			thing.Notes = []string{"It takes a minute or so. Load this page again to see whether it is there."}
		case "ready":
			thing.URL = dataAddress + "export/" + url.PathEscape(e.ID) + "/"
			thing.Notes = []string{"A zip of JSON files, with a README that says what is what"}
			thing.When = moments(at, "There until", e.ExpiresAt)
		}
		view.Exports = append(view.Exports, thing)
	}
	if !me.DeletionDue.IsZero() {
		due := moment(me.DeletionDue, at)
		view.Due = &due
	}
	return show(w, r, status, site.AccountData(view))
}

func (a *Account) askExport(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodPost, path: "/v1/me/exports"}, dataAddress, "asked", func(status int, m *site.Message) error {
		return a.dataPage(w, r, status, m)
	})
}

// downloadExport passes on what the API has kept.
func (a *Account) downloadExport(w http.ResponseWriter, r *http.Request) error {
	answer, err := a.ask(r.Context(), r, call{method: http.MethodGet, path: resource("/v1/me/exports", r.PathValue("id")) + "/archive"})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.dataPage(w, r, answer.status, refusal(answer.refused, nil))
	}
	for _, name := range []string{"Content-Type", "Content-Disposition"} {
		w.Header().Set(name, answer.header.Get(name))
	}
	_, _ = w.Write(answer.body.Bytes())
	return nil
}

func (a *Account) planDeletion(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodPost, path: "/v1/me/deletion"}, dataAddress, "planned", func(status int, m *site.Message) error {
		return a.dataPage(w, r, status, m)
	})
}

func (a *Account) cancelDeletion(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: "/v1/me/deletion"}, dataAddress, "kept", func(status int, m *site.Message) error {
		return a.dataPage(w, r, status, m)
	})
}
