// Importing an iCalendar file into a calendar: it is looked at first, then stored.

package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// maxCalendarForm is the largest form with a file. The API has a limit of its own.
const maxCalendarForm = 4<<20 + 64<<10

// shownEventRows is of how many events of a file the page tells what becomes of them.
const shownEventRows = 200

// importReport is what the API says of a file.
type importReport struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
	Events    []struct {
		Line    int              `json:"line"`
		Outcome string           `json:"outcome"`
		Code    string           `json:"code"`
		Entry   contract.EntryID `json:"entry"`
		Notes   []string         `json:"notes"`
	} `json:"events"`
}

func (o *Organise) importPage(w http.ResponseWriter, r *http.Request) error {
	return o.showImport(w, r, http.StatusOK, site.OrganiseImportPage{})
}

// showImport shows the page of a calendar that whoever asks organises.
func (o *Organise) showImport(w http.ResponseWriter, r *http.Request, status int, view site.OrganiseImportPage) error {
	c, err := o.importable(r)
	if err != nil {
		return err
	}
	page, _, err := o.page(r, "calendars", "Import into "+c.Name, site.Link{Text: "Calendars", URL: calendarsAddress})
	if err != nil {
		return err
	}
	if page.Message == nil && view.Report != nil && view.Report.File == "" {
		page.Message = &site.Message{Kind: "done", Text: organiseDone["imported"]}
	}
	view.Organise, view.URL = page, calendarAddress(c.ID)+"import/"
	return show(w, r, status, site.OrganiseImport(view))
}

// importable is the calendar that an address names.
func (o *Organise) importable(r *http.Request) (contract.Calendar, error) {
	c, _, err := thing[contract.Calendar](o, r, "/v1/calendars", r.PathValue("id"))
	if err == nil && !organisesOf(r, c.ID) {
		err = problem.Forbidden("only the organisers of this calendar may do that")
	}
	return c, err
}

// tryImport keeps a file and shows what it would do.
func (o *Organise) tryImport(w http.ResponseWriter, r *http.Request) error {
	if _, err := o.importable(r); err != nil {
		return err
	}
	name, file, err := o.uploadedFile(w, r)
	if err != nil {
		d := problem.From(err)
		if d.Status >= http.StatusInternalServerError {
			return err
		}
		return o.showImport(w, r, d.Status, site.OrganiseImportPage{Fault: "The file was not read: " + d.Detail + "."})
	}
	report, view, status, err := o.importing(w, r, file, url.Values{"dry_run": {"true"}})
	if err != nil {
		return err
	}
	if view.Fault == "" {
		view.Report = reportView(report)
		view.Report.File = name
		if report.Created+report.Updated > 0 {
			view.Report.Token = o.uploads.keep(file, o.Clock.Now())
		}
	}
	return o.showImport(w, r, status, view)
}

// applyImport stores a file that was kept.
func (o *Organise) applyImport(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	file := o.uploads.find(r.PostForm.Get("token"), o.Clock.Now())
	if file == nil {
		return o.showImport(w, r, http.StatusConflict, site.OrganiseImportPage{Fault: "The file is no longer kept. Upload it again."})
	}
	query := url.Values{"dry_run": {"false"}}
	if r.PostForm.Get("state") == string(contract.EntryConfirmed) {
		query.Set("state", string(contract.EntryConfirmed))
	}
	report, view, status, err := o.importing(w, r, file, query)
	if err != nil {
		return err
	}
	if view.Fault == "" {
		o.uploads.drop(r.PostForm.Get("token"))
		view.Report = reportView(report)
	}
	return o.showImport(w, r, status, view)
}

// uploadedFile is the file of a form, and its name.
func (o *Organise) uploadedFile(w http.ResponseWriter, r *http.Request) (name string, file []byte, err error) {
	controller := http.NewResponseController(w)
	// Neither can be set on a connection that is none, such as a test's.
	_ = controller.SetReadDeadline(o.Clock.Now().Add(uploadTime))
	_ = controller.SetWriteDeadline(o.Clock.Now().Add(uploadTime + importTime))
	r.Body = http.MaxBytesReader(w, r.Body, maxCalendarForm)
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, problem.BadRequest("the form cannot be read")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, problem.BadRequest("there is no file in the form")
		}
		if err == nil && part.FormName() == "file" {
			name = shortName(part.FileName())
			if file, err = io.ReadAll(part); err == nil {
				return name, file, nil
			}
		}
		if err != nil {
			if d := problem.From(err); d.Status == http.StatusRequestEntityTooLarge {
				return "", nil, d
			}
			return "", nil, problem.BadRequest("the form cannot be read")
		}
	}
}

// importing sends a file to the API, which may take longer than a page. What it refuses is in
// the view.
func (o *Organise) importing(w http.ResponseWriter, r *http.Request, file []byte, query url.Values) (report importReport, view site.OrganiseImportPage, status int, err error) {
	_ = http.NewResponseController(w).SetWriteDeadline(o.Clock.Now().Add(importTime + uploadTime))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), importTime)
	defer cancel()
	if file == nil {
		file = []byte{}
	}
	a, err := o.ask(ctx, r, call{method: http.MethodPost, path: resource("/v1/calendars", r.PathValue("id")) + "/imports", query: query, raw: file, rawType: "text/calendar"})
	if err != nil {
		return report, view, 0, err
	}
	if a.refused != nil {
		if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
			return report, view, 0, a.refused
		}
		view.Fault = "Nothing was stored: " + a.refused.Detail + "."
		return report, view, a.status, nil
	}
	if err := json.Unmarshal(a.body.Bytes(), &report); err != nil {
		return report, view, 0, problem.Internal().WithCause(err)
	}
	return report, view, http.StatusOK, nil
}

// outcomeKinds colour what became of an event.
var outcomeKinds = map[string]string{"created": "good", "updated": "good", "unchanged": "", "skipped": "bad"}

// reportView shows what becomes of a file: what is skipped first.
func reportView(report importReport) *site.OrganiseReport {
	view := &site.OrganiseReport{}
	for _, c := range []struct {
		name string
		n    int
	}{{"New", report.Created}, {"Changed", report.Updated}, {"As they are", report.Unchanged}, {"Skipped", report.Skipped}} {
		view.Counts = append(view.Counts, site.OrganiseFact{Name: c.name, Value: grouped(int64(c.n))})
	}
	all := 0
	for _, outcome := range []string{"skipped", "created", "updated"} {
		for _, e := range report.Events {
			if e.Outcome != outcome {
				continue
			}
			if all++; all > shownEventRows {
				continue
			}
			row := site.OrganiseReportRow{Link: site.Link{Text: "Line " + strconv.Itoa(e.Line)}, State: site.State{Text: e.Outcome, Kind: outcomeKinds[e.Outcome]}}
			if e.Entry != "" {
				row.URL = entryAddress(e.Entry)
			}
			for _, note := range append([]string{e.Code}, e.Notes...) {
				if note != "" {
					row.Notes = append(row.Notes, strings.ReplaceAll(note, "_", " "))
				}
			}
			view.Rows = append(view.Rows, row)
		}
	}
	if all > shownEventRows {
		view.More = "and " + grouped(int64(all-shownEventRows)) + " more"
	}
	return view
}
