// The operations on the whole catalogue as a table.

package market

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/problem"
)

const csvType = "text/csv"

// csvRoutes registers the operations on the whole catalogue.
func (s *Service) csvRoutes(api huma.API) {
	table := func() map[string]*huma.MediaType {
		return map[string]*huma.MediaType{csvType: {
			Schema:  &huma.Schema{Type: huma.TypeString},
			Example: "product,name,category,sku,price\nrye-loaf,Rye loaf,bread,RYE-800,3.25\n",
		}}
	}
	read := watched("export-catalogue", "/v1/catalogue", "Products", "Download the catalogue",
		"Every product in any status with all its fields as a table (RFC 4180, UTF-8), one row a variant, what is the product's own repeated. "+
			"Cells that a spreadsheet would take for a formula begin with a single quotation mark. Importing it again changes nothing.")
	read.Responses = map[string]*huma.Response{"200": {Description: "The table.", Content: table(), Headers: map[string]*huma.Param{
		"Content-Disposition": {Description: "The name of the file.", Schema: &huma.Schema{Type: huma.TypeString}},
	}}}
	read.BodyReadTimeout = time.Minute // there is none: a large table may take as much longer
	huma.Register(api, read, s.exportCatalogue)

	write := kept("import-catalogue", http.MethodPost, "/v1/catalogue", "Products", "Import a table of products",
		"What the table says becomes the catalogue, all of it or nothing; what is not in it stays: products, variants, and the fields of missing columns. "+
			"A dry run, which it is unless dry_run is false, tells the difference. UTF-8, UTF-16 or Windows-1252; commas, semicolons or tabs; at most 64 MiB and 100,000 rows. "+
			"Rows are products by the column product and variants by the column sku; a product's rows after the first may leave its own columns empty.")
	write.MaxBodyBytes, write.BodyReadTimeout = maxTableBytes, time.Minute
	write.RequestBody = &huma.RequestBody{Required: true, Description: "The table.", Content: table()}
	huma.Register(api, write, s.importCatalogue)
	write.RequestBody.Content = table() // RawBody has made bytes of it
}

func (s *Service) exportCatalogue(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	write, err := s.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", csvType+"; charset=utf-8; header=present")
		hc.SetHeader("Content-Disposition", `attachment; filename="catalogue.csv"`)
		hc.SetHeader("Cache-Control", cachePrivate)
		if err := write(hc.BodyWriter()); err != nil {
			panic(http.ErrAbortHandler) // half a table is no table
		}
	}}, nil
}

type catalogueDifferenceOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         CatalogueDifference
}

func (s *Service) importCatalogue(ctx context.Context, in *struct {
	ContentType string `header:"Content-Type" maxLength:"100" hidden:"true"`
	DryRun      bool   `query:"dry_run" default:"true" example:"true" doc:"Store nothing, tell the difference."`
	Broken      string `query:"broken" enum:"refuse,skip" default:"refuse" example:"refuse" doc:"What a broken row does: refuse keeps everything from being stored, skip leaves out its product."`
	RawBody     []byte `contentType:"text/csv"`
}) (*catalogueDifferenceOutput, error) {
	if is, _, err := mime.ParseMediaType(in.ContentType); err != nil || is != csvType {
		return nil, problem.UnsupportedMedia("this takes text/csv")
	}
	d, err := s.ImportCatalogue(ctx, in.RawBody, CatalogueImport{DryRun: in.DryRun, SkipBroken: in.Broken == "skip"})
	return &catalogueDifferenceOutput{cachePrivate, d}, err
}
