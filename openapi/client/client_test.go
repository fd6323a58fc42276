package client_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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

// market is a client of a market that is empty, and the signature of its editor.
func market(t *testing.T) (*client.ClientWithResponses, client.RequestEditorFn) {
	t.Helper()
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
	t.Cleanup(func() { app.Close() })
	server := httptest.NewServer(app.Handler(nil))
	t.Cleanup(server.Close)
	c, err := client.NewClientWithResponses(server.URL, client.WithHTTPClient(server.Client()))
	if err != nil {
		t.Fatal(err)
	}
	return c, func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer editor")
		return nil
	}
}

// TestClient keeps a small market with nothing but the generated client: every
// answer has its type, refusals too.
func TestClient(t *testing.T) {
	ctx := t.Context()
	c, token := market(t)
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
		Price: client.Price{AmountMinor: 325, Currency: "GBP"}, TrackStock: of(true),
	}}
	created, err := c.CreateProductWithResponse(ctx, client.NewProduct{
		Name: "Rye loaf", Slug: "rye-loaf", Category: category.JSON201.Slug, Variants: &variants,
	}, token)
	if err != nil || created.JSON201 == nil {
		t.Fatalf("create-product: %v %s", err, created.Body)
	}
	slug := created.JSON201.Slug

	draft, err := c.GetProductWithResponse(ctx, slug, nil)
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

	thin, err := c.ListProductsWithResponse(ctx, &client.ListProductsParams{Fields: of([]client.ProductItemProperty{client.ProductItemPropertySlug})})
	if err != nil || strings.TrimSpace(string(thin.Body)) != `{"items":[{"slug":"rye-loaf"}]}` {
		t.Errorf("list-products of slugs only: %v %s", err, thin.Body)
	}
	twice, err := c.CreateCategoryWithResponse(ctx, client.NewCategory{Name: "Bread", Slug: "bread"}, token)
	if err != nil || twice.ApplicationproblemJSON409 == nil || twice.ApplicationproblemJSON409.Code != "slug_taken" {
		t.Errorf("create-category again: %v %s", err, twice.Body)
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

// TestClientStock receives goods once however often it says so, and asks what can
// be had.
func TestClientStock(t *testing.T) {
	ctx := t.Context()
	c, token := market(t)
	if made, err := c.CreateCategoryWithResponse(ctx, client.NewCategory{Name: "Bread", Slug: "bread"}, token); err != nil || made.JSON201 == nil {
		t.Fatalf("create-category: %v", err)
	}
	made, err := c.CreateProductWithResponse(ctx, client.NewProduct{Name: "Rye loaf", Slug: "rye-loaf", Category: "bread", Variants: &[]client.VariantFields{{
		Name: "800 g loaf", Sku: "RYE-800", Quantity: 800, Unit: client.VariantFieldsUnitG,
		Price: client.Price{AmountMinor: 325, Currency: "GBP"}, TrackStock: of(true),
	}}}, token)
	if err != nil || made.JSON201 == nil {
		t.Fatalf("create-product: %v %s", err, made.Body)
	}
	if public, err := c.PublishProductWithResponse(ctx, "rye-loaf", token); err != nil || public.JSON200 == nil {
		t.Fatalf("publish-product: %v", err)
	}
	variant := made.JSON201.Variants[0].Id
	can := func(want client.AvailabilityItemAvailability) {
		t.Helper()
		now, err := c.ListAvailabilityWithResponse(ctx, &client.ListAvailabilityParams{Ids: []string{variant}})
		if err != nil || now.JSON200 == nil || len(now.JSON200.Items) != 1 || now.JSON200.Items[0].Availability != want {
			t.Errorf("list-availability: %v %s, want %s", err, now.Body, want)
		}
	}
	can(client.AvailabilityItemAvailabilityOutOfStock)
	move := func(key *string, change int64) *client.CreateMovementsResp {
		t.Helper()
		body := client.StockMoves{Movements: []client.StockMove{{Sku: of("RYE-800"), Change: &change, Reason: client.StockMoveReasonReceived}}}
		moved, err := c.CreateMovementsWithResponse(ctx, &client.CreateMovementsParams{IdempotencyKey: key}, body, token)
		if err != nil {
			t.Fatal(err)
		}
		return moved
	}
	if moved := move(nil, 12); moved.ApplicationproblemJSON400 == nil || moved.ApplicationproblemJSON400.Code != "idempotency_key_required" {
		t.Errorf("create-movements without a key: %s", moved.Body)
	}
	for i, replayed := range []string{"", "true"} {
		moved := move(of("delivery-1"), 12)
		if moved.JSON200 == nil || moved.JSON200.Stock[0].OnHand != 12 || moved.HTTPResponse.Header.Get("Idempotent-Replayed") != replayed {
			t.Errorf("create-movements, time %d: %s", i+1, moved.Body)
		}
	}
	if moved := move(of("delivery-1"), 13); moved.ApplicationproblemJSON422 == nil || moved.ApplicationproblemJSON422.Code != "idempotency_key_reused" {
		t.Errorf("create-movements of something else under the same key: %s", moved.Body)
	}
	can(client.AvailabilityItemAvailabilityInStock)
}

func of[T any](v T) *T { return &v }
