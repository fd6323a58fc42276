// The catalogue as a file: downloading it, and uploading one in two steps.

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
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// Limits of an upload. The API has its own; here is room for the form around it.
const (
	maxUpload   = 64<<20 + 64<<10
	uploadTime  = time.Minute
	importTime  = 80 * time.Second
	shownRows   = 200
	shownFaults = 200
)

// difference is what the API says of a file.
type difference struct {
	Encoding   string `json:"encoding"`
	Separator  string `json:"separator"`
	Rows       int    `json:"rows"`
	Created    int    `json:"created"`
	Changed    int    `json:"changed"`
	Unchanged  int    `json:"unchanged"`
	LeftOut    int    `json:"left_out"`
	BrokenRows int    `json:"broken_rows"`
	Products   []struct {
		Product string   `json:"product"`
		Change  string   `json:"change"`
		Columns []string `json:"columns"`
		Prices  []struct {
			SKU    string          `json:"sku"`
			List   string          `json:"list"`
			Before *contract.Money `json:"before"`
			After  *contract.Money `json:"after"`
		} `json:"prices"`
	} `json:"products"`
	Faults []struct {
		Line   int    `json:"line"`
		Column string `json:"column"`
		Reason string `json:"reason"`
	} `json:"faults"`
}

func (s *Shop) catalogue(w http.ResponseWriter, r *http.Request) error {
	return s.cataloguePage(w, r, http.StatusOK, site.ShopCataloguePage{})
}

func (s *Shop) cataloguePage(w http.ResponseWriter, r *http.Request, status int, view site.ShopCataloguePage) error {
	shop, _, err := s.page(r, "catalogue", "Catalogue file")
	if err != nil {
		return err
	}
	if view.Shop = shop; view.Preview != nil {
		view.Shop.Title = "What the file would change"
	}
	return show(w, r, status, site.ShopCatalogue(view))
}

// downloadCatalogue passes the API's answer on while it is written.
func (s *Shop) downloadCatalogue(w http.ResponseWriter, r *http.Request) error {
	inner := r.Clone(anew(r.Context()))
	inner.URL = &url.URL{Path: "/v1/catalogue"}
	inner.RequestURI = inner.URL.Path
	inner.Header = http.Header{}
	s.api.ServeHTTP(w, inner)
	return nil
}

// uploadCatalogue keeps a file and shows what it would change.
func (s *Shop) uploadCatalogue(w http.ResponseWriter, r *http.Request) error {
	name, file, err := s.uploaded(w, r)
	if err != nil {
		var d *problem.Details
		if !errors.As(err, &d) || d.Status >= http.StatusInternalServerError {
			return err
		}
		return s.cataloguePage(w, r, d.Status, site.ShopCataloguePage{Fault: "The file was not read: " + d.Detail + "."})
	}
	d, view, status, err := s.importing(w, r, file, url.Values{})
	if err != nil {
		return err
	}
	if view.Fault == "" {
		view.Preview = preview(d)
		view.Preview.File = name
		view.Preview.Token = s.uploads.keep(file, s.Clock.Now())
	}
	return s.cataloguePage(w, r, status, view)
}

// uploaded is the file of a form, and its name.
func (s *Shop) uploaded(w http.ResponseWriter, r *http.Request) (name string, file []byte, err error) {
	controller := http.NewResponseController(w)
	// Neither can be set on a connection that is none, such as a test's.
	_ = controller.SetReadDeadline(s.Clock.Now().Add(uploadTime))
	_ = controller.SetWriteDeadline(s.Clock.Now().Add(uploadTime + importTime))
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
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
			name = part.FileName()
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

// applyCatalogue imports a file that was kept.
func (s *Shop) applyCatalogue(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	file := s.uploads.find(r.PostForm.Get("token"), s.Clock.Now())
	if file == nil {
		return s.cataloguePage(w, r, http.StatusConflict, site.ShopCataloguePage{Fault: "The file is no longer kept. Upload it again."})
	}
	query := url.Values{"dry_run": {"false"}}
	if r.PostForm.Get("broken") == "skip" {
		query.Set("broken", "skip")
	}
	_, view, status, err := s.importing(w, r, file, query)
	if err != nil {
		return err
	}
	if view.Fault != "" {
		return s.cataloguePage(w, r, status, view)
	}
	s.uploads.drop(r.PostForm.Get("token"))
	return done(w, r, shopAddress+"catalogue/", "imported")
}

// importing sends a file to the API, which may take longer than a page. What it
// refuses is in the view.
func (s *Shop) importing(w http.ResponseWriter, r *http.Request, file []byte, query url.Values) (d difference, view site.ShopCataloguePage, status int, err error) {
	_ = http.NewResponseController(w).SetWriteDeadline(s.Clock.Now().Add(importTime + uploadTime))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), importTime)
	defer cancel()
	if file == nil {
		file = []byte{}
	}
	a, err := s.ask(ctx, r, call{method: http.MethodPost, path: "/v1/catalogue", query: query, raw: file, rawType: "text/csv"})
	if err != nil {
		return d, view, 0, err
	}
	if a.refused != nil {
		view.Fault = "Nothing was stored: " + a.refused.Detail + "."
		for _, e := range a.refused.Errors {
			view.Faults = append(view.Faults, columnOf(e.Location)+" "+e.Message)
		}
		return d, view, a.status, nil
	}
	if err := json.Unmarshal(a.body.Bytes(), &d); err != nil {
		return d, view, 0, problem.Internal().WithCause(err)
	}
	return d, view, http.StatusOK, nil
}

// columnOf says which column or row a problem is about.
func columnOf(location string) string {
	rest, ok := strings.CutPrefix(location, "body.columns[")
	if n, err := strconv.Atoi(strings.TrimSuffix(rest, "]")); ok && err == nil {
		return "Column " + strconv.Itoa(n+1)
	}
	if name, ok := strings.CutPrefix(location, "body.columns."); ok {
		return "The column " + name
	}
	if rest, ok := strings.CutPrefix(location, "body.line["); ok {
		line, column, _ := strings.Cut(rest, "]")
		return strings.TrimSpace("Line " + line + " " + strings.TrimPrefix(column, "."))
	}
	return ""
}

func preview(d difference) *site.ShopPreview {
	p := &site.ShopPreview{Created: d.Created, Changed: d.Changed, Unchanged: d.Unchanged, LeftOut: d.LeftOut, BrokenAll: d.BrokenRows,
		Facts:    []string{strconv.Itoa(d.Rows) + " rows", d.Encoding, d.Separator},
		CanApply: d.Created+d.Changed > 0 && d.BrokenRows == 0, CanSkip: d.Created+d.Changed > 0 && d.BrokenRows > 0}
	for _, c := range d.Products[:min(len(d.Products), shownRows)] {
		row := site.ShopPreviewRow{Product: site.Link{Text: c.Product}, Change: "new", Fields: strings.Join(c.Columns, ", ")}
		if c.Change == "changed" {
			row.Change, row.Product.URL = "changed", shopAddress+"products/"+url.PathEscape(c.Product)+"/"
		}
		for _, price := range c.Prices {
			text := price.SKU + ": " + shownMoney(price.Before) + " → " + shownMoney(price.After)
			if price.List == "member" {
				text += " for members"
			}
			row.Prices = append(row.Prices, text)
		}
		p.Products = append(p.Products, row)
	}
	p.MoreRows = d.Created + d.Changed - len(p.Products)
	for _, f := range d.Faults[:min(len(d.Faults), shownFaults)] {
		p.Broken = append(p.Broken, site.ShopBrokenRow{Line: strconv.Itoa(f.Line), Column: f.Column, Reason: f.Reason})
	}
	return p
}

func shownMoney(m *contract.Money) string {
	if m == nil {
		return "none"
	}
	return money.Format(*m)
}
