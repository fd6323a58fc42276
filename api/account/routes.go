// The operations of the account.

package account

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// Routes registers the operations of the account. Only the summary is for strangers too.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "read-summary", Method: http.MethodGet, Path: "/v1/me/summary", Tags: []string{"Account"},
		Summary: "Read who looks",
		Description: "What a page says about who looks at it: their name, how many things are in their cart, what they are going to next. " +
			"Strangers are told that they are none.",
	}, s.readSummary)
	huma.Register(api, auth.Recent(operation("create-export", http.MethodPost, "/v1/me/exports", auth.ScopeAccountWrite, "Ask for an export",
		"Everything that is stored of you, as a zip of JSON files. It is made in the background; a mail tells when it is ready. "+
			"Where one is being made already that one is the answer. At most five a day.", http.StatusAccepted)), s.createExport)
	huma.Register(api, operation("list-exports", http.MethodGet, "/v1/me/exports", auth.ScopeAccountRead, "List your exports",
		"Those of the last thirty days, the newest first.", http.StatusOK), s.listExports)
	huma.Register(api, operation("read-export", http.MethodGet, "/v1/me/exports/{export}", auth.ScopeAccountRead, "Read an export",
		"How far it is.", http.StatusOK), s.readExport)
	download := auth.Recent(operation("download-export", http.MethodGet, "/v1/me/exports/{export}/archive", auth.ScopeAccountRead, "Download an export",
		"The archive: a zip of JSON files, and a README.txt that says what they are. It is there for a day.", http.StatusOK))
	download.Errors = []int{http.StatusConflict, http.StatusGone}
	download.Responses = map[string]*huma.Response{"200": {Description: "The archive.",
		Content: map[string]*huma.MediaType{archiveType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		Headers: map[string]*huma.Param{"Content-Disposition": {Description: "The name of the file.", Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(api, download, s.downloadExport)
}

// operation is one on the exports of whoever asks.
func operation(id, method, path, scope, summary, description string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Account"}, Summary: summary,
		Description: description, DefaultStatus: status, Security: auth.Scope(scope)}
}

const (
	archiveType = "application/zip"
	// noStore keeps what is personal out of every cache.
	noStore = "private, no-store"
)

type summaryOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Summary
}

func (s *Service) readSummary(ctx context.Context, _ *struct{}) (*summaryOutput, error) {
	sum, err := s.Summary(ctx)
	return &summaryOutput{noStore, sum}, err
}

type exportOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Export
}

type exportAcceptedOutput struct {
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         Export
}

func (s *Service) createExport(ctx context.Context, _ *struct{}) (*exportAcceptedOutput, error) {
	e, err := s.Export(ctx)
	return &exportAcceptedOutput{noStore, "/v1/me/exports/" + string(e.ID), e}, err
}

// ExportList is what has been asked for.
type ExportList struct {
	Items []Export `json:"items" doc:"The newest first."`
}

type exportListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ExportList
}

func (s *Service) listExports(ctx context.Context, _ *struct{}) (*exportListOutput, error) {
	list, err := s.Exports(ctx)
	return &exportListOutput{noStore, ExportList{list}}, err
}

type exportInput struct {
	Export ExportID `path:"export" pattern:"^exp_[0-9a-f]{32}$" maxLength:"36" example:"exp_019ab3f47c2e7d06b8a1f0c2d3e4f511" doc:"Id of the export."`
}

func (s *Service) readExport(ctx context.Context, in *exportInput) (*exportOutput, error) {
	e, err := s.ExportByID(ctx, in.Export)
	return &exportOutput{noStore, e}, err
}

type archiveOutput struct {
	CacheControl       string `header:"Cache-Control"`
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (s *Service) downloadExport(ctx context.Context, in *exportInput) (*archiveOutput, error) {
	archive, err := s.Archive(ctx, in.Export)
	return &archiveOutput{noStore, archiveType, `attachment; filename="` + string(in.Export) + `.zip"`, archive}, err
}
