// What the operations on stock, prices and availability take and answer.

package market

import (
	"context"
	"net/http"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// AvailabilityList is what can be had of some variants.
type AvailabilityList struct {
	Items []AvailabilityItem `json:"items" doc:"In the order of the ids, each once."`
}

type availabilityOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         AvailabilityList
}

func (s *Service) listAvailability(ctx context.Context, in *struct {
	IDs []contract.VariantID `query:"ids" required:"true" minItems:"1" maxItems:"200" example:"[\"var_019ab3f47c2e7d06b8a1f0c2d3e4f507\"]" doc:"Ids of variants, separated by commas."`
}) (*availabilityOutput, error) {
	list, err := s.Availabilities(ctx, in.IDs)
	if err != nil {
		return nil, err
	}
	return &availabilityOutput{etag.Of(0, list), cachePublic, AvailabilityList{list}}, nil
}

type priceListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         PriceList
}

func (s *Service) listPrices(ctx context.Context, in *struct {
	Variant contract.VariantID `path:"variant" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Id of the variant."`
	List    string             `query:"list" enum:"public,member" example:"public" doc:"Only this list's."`
	Limit   int                `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor  string             `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*priceListOutput, error) {
	page, err := s.Prices(ctx, in.Variant, PriceQuery{List: in.List, Limit: in.Limit, Cursor: in.Cursor})
	return &priceListOutput{cachePrivate, page}, err
}

type priceOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ListedPrice
}

func (s *Service) createPrice(ctx context.Context, in *struct {
	Variant contract.VariantID `path:"variant" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Id of the variant."`
	Body    PlannedPriceFields
}) (*priceOutput, error) {
	price, err := s.PlanPrice(ctx, in.Variant, in.Body)
	return &priceOutput{cachePrivate, price}, err
}

func (s *Service) removePrice(ctx context.Context, in *struct {
	Variant contract.VariantID `path:"variant" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Id of the variant."`
	Price   PriceID            `path:"price" pattern:"^price_[0-9a-f]{32}$" maxLength:"38" example:"price_019ab3f47c2e7d06b8a1f0c2d3e4f50a" doc:"Id of the price."`
}) (*struct{}, error) {
	return nil, s.UnplanPrice(ctx, in.Variant, in.Price)
}

type stockListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         StockList
}

func (s *Service) listStock(ctx context.Context, in *struct {
	Left
	Product string `query:"product" maxLength:"100" example:"rye-loaf" doc:"Only that of this product (id or slug)."`
	SKU     string `query:"sku" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" maxLength:"64" example:"RYE-800" doc:"Only that of the variant with this sku."`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor  string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*stockListOutput, error) {
	query := StockQuery{Product: in.Product, SKU: in.SKU, Limit: in.Limit, Cursor: in.Cursor}
	if in.asked {
		query.AvailableMax = &in.AvailableMax
	}
	page, err := s.Stock(ctx, query)
	return &stockListOutput{cachePrivate, page}, err
}

type movementListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         MovementList
}

func (s *Service) listMovements(ctx context.Context, in *struct {
	Variant contract.VariantID `query:"variant" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"Only those of this variant."`
	SKU     string             `query:"sku" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" maxLength:"64" example:"RYE-800" doc:"Only those of the variant with this sku; instead of its id."`
	Limit   int                `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor  string             `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*movementListOutput, error) {
	page, err := s.Movements(ctx, MovementQuery{Variant: in.Variant, SKU: in.SKU, Limit: in.Limit, Cursor: in.Cursor})
	return &movementListOutput{cachePrivate, page}, err
}

// StockMoves are movements that are asked for.
type StockMoves struct {
	Movements []StockMove `json:"movements" minItems:"1" maxItems:"200" doc:"In the order in which they happened."`
}

type stockMovedOutput struct {
	CacheControl string `header:"Cache-Control"`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where this is the answer that the same request got before."`
	Body         StockMoved
}

func (s *Service) createMovements(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; required."`
	Body StockMoves
}) (*stockMovedOutput, error) {
	actor, known := auth.PrincipalFrom(ctx)
	if !known {
		return nil, problem.Unauthorized("a bearer token is needed")
	}
	request, err := idempotency.For(actor.Name, in.Key, http.MethodPost, "/v1/stock/movements", in.Body)
	if err != nil {
		return nil, err
	}
	moved, replayed, err := s.MoveStock(ctx, request, actor.Name, in.Body.Movements)
	return &stockMovedOutput{CacheControl: cachePrivate, Replayed: idempotency.Mark(replayed), Body: moved}, err
}
