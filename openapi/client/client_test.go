package client_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db/dbtest"
	"rose-ash.com/roseash/openapi/client"
)

// editor accepts one token, which may do everything.
type editor struct{}

func (editor) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	if c.Token != "editor" {
		return auth.Principal{}, auth.ErrRefused
	}
	return auth.Principal{Name: "editor", Scopes: []string{auth.AllScopes}}, nil
}

// TestClient keeps a small market with nothing but the generated client: every
// answer has its type, refusals too.
func TestClient(t *testing.T) {
	ctx := t.Context()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	app, err := api.New(api.AppOptions{
		Config: cfg, Pool: dbtest.New(t), Verifier: editor{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	server := httptest.NewServer(app.Handler(nil))
	defer server.Close()
	c, err := client.NewClientWithResponses(server.URL, client.WithHTTPClient(server.Client()))
	if err != nil {
		t.Fatal(err)
	}
	token := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer editor")
		return nil
	}

	refused, err := c.CreateCategoryWithResponse(ctx, client.NewCategory{Name: "Bread", Slug: "bread"})
	if err != nil || refused.ApplicationproblemJSON401 == nil || refused.ApplicationproblemJSON401.Code != "unauthorized" {
		t.Fatalf("without a token: %v %s", err, refused.Body)
	}
	category, err := c.CreateCategoryWithResponse(ctx, client.NewCategory{Name: "Bread", Slug: "bread"}, token)
	if err != nil || category.JSON201 == nil {
		t.Fatalf("create-category: %v %s", err, category.Body)
	}
	variants := []client.VariantFields{{
		Name: "800 g loaf", Sku: "RYE-800", Quantity: 800, Unit: client.VariantFieldsUnitG,
		Price: client.Price{AmountMinor: 325, Currency: "GBP"},
	}}
	created, err := c.CreateProductWithResponse(ctx, client.NewProduct{
		Name: "Rye loaf", Slug: "rye-loaf", Category: category.JSON201.Slug, Variants: &variants,
	}, token)
	if err != nil || created.JSON201 == nil {
		t.Fatalf("create-product: %v %s", err, created.Body)
	}
	slug := created.JSON201.Slug

	draft, err := c.GetProductWithResponse(ctx, slug)
	if err != nil || draft.ApplicationproblemJSON404 == nil || draft.ApplicationproblemJSON404.Code != "not_found" {
		t.Fatalf("a draft for a stranger: %v %s", err, draft.Body)
	}
	published, err := c.PublishProductWithResponse(ctx, slug, token)
	if err != nil || published.JSON200 == nil {
		t.Fatalf("publish-product: %v %s", err, published.Body)
	}
	list, err := c.ListProductsWithResponse(ctx, &client.ListProductsParams{Category: &category.JSON201.Slug})
	if err != nil || list.JSON200 == nil {
		t.Fatalf("list-products: %v %s", err, list.Body)
	}
	if items := list.JSON200.Items; len(items) != 1 || items[0].Slug != slug || items[0].Price.AmountMinor != 325 {
		t.Errorf("list-products = %s, want the loaf at 325", list.Body)
	}

	name := "Dark rye loaf"
	stale, err := c.UpdateProductWithResponse(ctx, slug, &client.UpdateProductParams{IfMatch: of(`"old"`)}, client.ProductFields{Name: &name}, token)
	if err != nil || stale.ApplicationproblemJSON412 == nil {
		t.Errorf("a stale write: %v %s", err, stale.Body)
	}
	current := published.HTTPResponse.Header.Get("ETag")
	renamed, err := c.UpdateProductWithResponse(ctx, slug, &client.UpdateProductParams{IfMatch: &current}, client.ProductFields{Name: &name}, token)
	if err != nil || renamed.JSON200 == nil || renamed.JSON200.Name != name {
		t.Errorf("update-product: %v %s", err, renamed.Body)
	}
}

func of(s string) *string { return &s }
