// What is done with the form of an entry before anything is stored: looking at its dates, and
// keeping its picture.

package web

import (
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// Limits of a form with a picture. The API has its own.
const (
	maxPictureForm = 10<<20 + maxForm
	pictureTime    = time.Minute
	pictureMemory  = 1 << 20
)

// checkedDates is how many of the first dates the form shows.
const checkedDates = 12

// pictureKinds are what a picture may be.
var pictureKinds = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// typedEntry reads the form of an entry. Where it has a file, that is left for uploadPicture.
func (o *Organise) typedEntry(w http.ResponseWriter, r *http.Request) (site.Form, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		err := parse(w, r)
		return formOf(r.PostForm, "days"), err
	}
	controller := http.NewResponseController(w)
	// Neither can be set on a connection that is none, such as a test's.
	_ = controller.SetReadDeadline(o.Clock.Now().Add(pictureTime))
	_ = controller.SetWriteDeadline(o.Clock.Now().Add(2 * pictureTime))
	r.Body = http.MaxBytesReader(w, r.Body, maxPictureForm)
	if err := r.ParseMultipartForm(pictureMemory); err != nil {
		if d := problem.From(err); d.Status == http.StatusRequestEntityTooLarge {
			return site.Form{}, d
		}
		return site.Form{}, problem.BadRequest("the form cannot be read")
	}
	return formOf(r.PostForm, "days"), nil
}

// uploadPicture has the API keep the picture of a form, and notes in its fields where it is, or
// why it was not taken.
func (o *Organise) uploadPicture(_ http.ResponseWriter, r *http.Request, f site.Form) error {
	if r.MultipartForm == nil {
		return nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	f.Values["picture"] = "" // a field of the form, though nothing stands in it
	file, header, err := r.FormFile("picture")
	if err != nil || header.Size == 0 {
		return nil
	}
	defer file.Close()
	kind, _, _ := mime.ParseMediaType(header.Header.Get("Content-Type"))
	if !slices.Contains(pictureKinds, kind) {
		f.Errors["picture"] = "expected a picture: PNG, JPEG, WebP or GIF"
		return nil
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		return problem.BadRequest("the form cannot be read")
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/media", query: url.Values{"name": {shortName(header.Filename)}}, raw: raw, rawType: kind})
	if err != nil {
		return err
	}
	if a.refused != nil {
		f.Errors["picture"] = a.refused.Detail
		return nil
	}
	var kept struct {
		URL    string `json:"url"`
		Width  int64  `json:"width"`
		Height int64  `json:"height"`
	}
	if err := json.Unmarshal(a.body.Bytes(), &kept); err != nil {
		return problem.Internal().WithCause(err)
	}
	f.Values["image_url"], f.Values["image_width"], f.Values["image_height"] = kept.URL, some(kept.Width), some(kept.Height)
	f.Values["image_remove"] = ""
	return nil
}

// shortName is the end of a file's name, as long as the API takes it.
func shortName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	runes := []rune(strings.ToValidUTF8(name, ""))
	return string(runes[max(0, len(runes)-100):])
}

// recurrence is what the API says of a rule that is tried out.
type recurrence struct {
	RRule string `json:"rrule"`
	Words string `json:"words"`
	Count int    `json:"count"`
	Dates []struct {
		LocalStart string `json:"local_start"`
		LocalEnd   string `json:"local_end"`
		Adjusted   string `json:"adjusted"`
	} `json:"dates"`
	Faults []struct {
		Field  string `json:"field"`
		Detail string `json:"detail"`
	} `json:"faults"`
}

// check are the dates of a form, before anything is stored. What is wrong is said there, or noted
// at the fields.
func (o *Organise) check(r *http.Request, f site.Form, e edited) (*site.OrganiseCheck, error) {
	start, end, allDay := timesTyped(f)
	body := map[string]any{"timezone": strings.TrimSpace(f.Values["timezone"]), "all_day": allDay, "local_start": localText(start, allDay), "local_end": localText(end, allDay),
		"rdates": datesTyped(f, "rdates", start, allDay), "exdates": datesTyped(f, "exdates", start, allDay), "rrule": ruleTyped(f, start, allDay)}
	if len(f.Errors) > 0 {
		return &site.OrganiseCheck{Words: "The dates cannot be told yet", Faults: []string{"See what is wrong with the fields."}}, nil
	}
	if was := e.was(); was != nil && !slices.ContainsFunc(ruleFields, func(name string) bool { return f.Values[name] != was[name] }) && f.Values["start_date"] != was["start_date"] {
		return &site.OrganiseCheck{Words: "The repetition moves along with the date", Faults: []string{}, More: "The next page shows the dates that this touches."}, nil
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/recurrences/preview", json: body})
	if err != nil {
		return nil, err
	}
	check := &site.OrganiseCheck{Words: "The dates cannot be told yet"}
	if a.refused != nil {
		for _, one := range a.refused.Errors {
			check.Faults = append(check.Faults, strings.TrimSuffix(sentence(one.Message), ".")+".")
		}
		if len(check.Faults) == 0 {
			check.Faults = []string{strings.TrimSuffix(sentence(a.refused.Detail), ".") + "."}
		}
		return check, nil
	}
	var t recurrence
	if err := json.Unmarshal(a.body.Bytes(), &t); err != nil {
		return nil, problem.Internal().WithCause(err)
	}
	if len(t.Faults) == 0 {
		check.Words, check.Rule = cmp.Or(t.Words, "It happens once"), t.RRule
	}
	for i, d := range t.Dates {
		warning := clockWarning(d.Adjusted)
		if i < checkedDates || warning != "" {
			check.Dates = append(check.Dates, site.OrganiseCheckDate{Text: whenWords(d.LocalStart, d.LocalEnd, allDay), Warning: warning})
		}
	}
	for _, fault := range t.Faults {
		check.Faults = append(check.Faults, strings.TrimSuffix(sentence(fault.Detail), ".")+".")
	}
	if more := t.Count - len(check.Dates); more > 0 {
		check.More = "and " + strconv.Itoa(more) + " more in 24 months"
	}
	return check, nil
}
