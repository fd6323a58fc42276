// What the operations on discounts take and answer.

package cart

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// discountRoutes registers the shop's operations on discounts.
func (s *Service) discountRoutes(api huma.API) {
	huma.Register(api, shops("list-discounts", http.MethodGet, "/v1/discounts", auth.ScopeOrdersRead, "List discounts",
		"All discounts, those that have ended too, the newest first. Read on with next_cursor."), s.listDiscounts)
	huma.Register(api, shops("get-discount", http.MethodGet, "/v1/discounts/{discount}", auth.ScopeOrdersRead, "Read a discount",
		"A discount with how often it was used."), s.getDiscount)
	create := shops("create-discount", http.MethodPost, "/v1/discounts", auth.ScopeOrdersWrite, "Make a discount",
		"A code that takes a part or an amount off carts, from starts_at to ends_at. No two have the same code (code_taken).", http.StatusConflict)
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, s.createDiscount)
	huma.Register(api, shops("update-discount", http.MethodPatch, "/v1/discounts/{discount}", auth.ScopeOrdersWrite, "Change a discount",
		"Changes the fields that are given; carts that have the code follow, orders keep what they got. If-Match must name the version that was read.",
		http.StatusConflict, http.StatusPreconditionRequired), s.updateDiscount)
	huma.Register(api, shops("delete-discount", http.MethodDelete, "/v1/discounts/{discount}", auth.ScopeOrdersWrite, "End a discount",
		"Nobody can use it from now on. It stays in the list, with what was used of it. If-Match must name the version that was read.",
		http.StatusPreconditionRequired), s.removeDiscount)
}

// shops is an operation for those who keep the shop.
func shops(id, method, path, scope, summary, description string, errors ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Tags: []string{"Shop orders"}, Summary: summary, Description: description, Errors: errors,
		Security: auth.Scope(scope),
	}
}

// NewDiscount is the fields of a discount that is to be made.
type NewDiscount DiscountFields

// TransformSchema says which fields a new discount needs, with an example that goes together.
func (NewDiscount) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"code", "kind", "name"}
	s.Examples = []any{map[string]any{"code": "SPRING-10", "name": "Spring fair", "kind": "percent", "percent_bp": 1000, "usage_limit": 100}}
	return s
}

// TransformSchema gives an example of a change that goes together.
func (DiscountFields) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{map[string]any{"name": "Spring fair", "usage_limit": 200, "ends_at": "2026-06-01T00:00:00Z"}}
	return s
}

// TransformSchema gives an example of a discount that could be.
func (DiscountCode) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{map[string]any{
		"id": "disc_019ab3f47c2e7d06b8a1f0c2d3e4f512", "code": "SPRING-10", "name": "Spring fair", "kind": "percent", "percent_bp": 1000,
		"category_ids": []string{}, "minimum_minor": 0, "usage_limit": 100, "members_only": false, "used": 12, "active": true, "version": 3,
		"created_at": "2026-05-01T09:30:00Z", "updated_at": "2026-05-01T09:30:00Z",
	}}
	return s
}

type discountOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         DiscountCode
}

func discountAnswer(d DiscountCode, err error) (*discountOutput, error) {
	if err != nil {
		return nil, err
	}
	return &discountOutput{etag.Of(d.Version, d.Used), cachePrivate, d}, nil
}

// DiscountRef names a discount.
type DiscountRef struct {
	Discount contract.DiscountID `path:"discount" pattern:"^disc_[0-9a-f]{32}$" maxLength:"37" example:"disc_019ab3f47c2e7d06b8a1f0c2d3e4f512" doc:"Id of the discount."`
}

func (s *Service) listDiscounts(ctx context.Context, in *struct {
	Status string `query:"status" enum:"active,inactive" example:"active" doc:"Only those that are active, or that are not."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         DiscountList
}, error) {
	var active *bool
	if in.Status != "" {
		wanted := in.Status == "active"
		active = &wanted
	}
	page, err := s.Discounts(ctx, active, in.Limit, in.Cursor)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         DiscountList
	}{cachePrivate, page}, err
}

func (s *Service) getDiscount(ctx context.Context, in *DiscountRef) (*discountOutput, error) {
	return discountAnswer(s.Discount(ctx, in.Discount))
}

func (s *Service) createDiscount(ctx context.Context, in *struct {
	Body NewDiscount
}) (*struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         DiscountCode
}, error) {
	d, err := s.CreateDiscount(ctx, DiscountFields(in.Body))
	return &struct {
		Location     string `header:"Location"`
		ETag         string `header:"ETag"`
		CacheControl string `header:"Cache-Control"`
		Body         DiscountCode
	}{"/v1/discounts/" + string(d.ID), etag.Of(d.Version, d.Used), cachePrivate, d}, err
}

func (s *Service) updateDiscount(ctx context.Context, in *struct {
	DiscountRef
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
	Body    DiscountFields
}) (*discountOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return discountAnswer(s.UpdateDiscount(ctx, in.Discount, version, in.Body))
}

func (s *Service) removeDiscount(ctx context.Context, in *struct {
	DiscountRef
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is ended; required."`
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.EndDiscount(ctx, in.Discount, version)
}
