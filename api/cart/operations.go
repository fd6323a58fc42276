// What the operations on the cart take and answer.

package cart

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/idempotency"
)

// cachePrivate keeps an answer to whom it was given.
const cachePrivate = "private, no-store"

// TransformSchema gives an example that adds up.
func (Cart) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	var plain any
	text, err := json.Marshal(exampleCart())
	if err == nil {
		err = json.Unmarshal(text, &plain)
	}
	if err != nil {
		panic(err) // it is plain data
	}
	s.Examples = []any{plain}
	return s
}

type cartOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         Cart
}

func cartAnswer(c Cart, err error) (*cartOutput, error) {
	if err != nil {
		return nil, err
	}
	return &cartOutput{cartETag(c), cachePrivate, c}, nil
}

// cartETag also covers what things cost and how much there is of them, which change without
// a version of the cart.
func cartETag(c Cart) string { return etag.Of(c.Version, c) }

// VersionRef names the version that is changed.
type VersionRef struct {
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v3-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; optional."`
}

// LineRef names a line of the cart.
type LineRef struct {
	Line contract.LineID `path:"line" pattern:"^line_[0-9a-f]{32}$" maxLength:"37" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511" doc:"Id of the line."`
}

func (s *Service) getCart(ctx context.Context, _ *struct{}) (*cartOutput, error) {
	return cartAnswer(s.Cart(ctx))
}

func (s *Service) clearCart(ctx context.Context, in *VersionRef) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.Clear(ctx, version))
}

// CartFields are what somebody says about their cart.
type CartFields struct {
	Note string `json:"note" maxLength:"1000" example:"Please pack the eggs on top." doc:"For the shop; empty for none."`
}

func (s *Service) updateCart(ctx context.Context, in *struct {
	VersionRef
	Body CartFields
}) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.Note(ctx, in.Body.Note, version))
}

type addedOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Cookie       string `header:"Set-Cookie" doc:"Has a browser keep its cart."`
	Replayed     string `header:"Idempotent-Replayed" doc:"true where the same request was answered before, and nothing was done."`
	Body         Cart
}

func (s *Service) createCartItem(ctx context.Context, in *struct {
	auth.From
	VersionRef
	Key  string `header:"Idempotency-Key" maxLength:"255" pattern:"^[!-~]+$" example:"8e03978e-40d5-43dd-bc93-6894a57f9324" doc:"New for each request, the same when it is sent again; optional."`
	Body CartItem
}) (*addedOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	added, err := s.Add(ctx, in.Body, in.Key, version, in.Network())
	if err != nil {
		return nil, err
	}
	return &addedOutput{cartETag(added.Cart), cachePrivate, added.Cookie, idempotency.Mark(added.Replayed), added.Cart}, nil
}

func (s *Service) updateCartItem(ctx context.Context, in *struct {
	LineRef
	VersionRef
	Body CartLineChange
}) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.ChangeLine(ctx, in.Line, in.Body, version))
}

func (s *Service) removeCartItem(ctx context.Context, in *struct {
	LineRef
	VersionRef
}) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.RemoveLine(ctx, in.Line, version))
}

// CodeFields are a code as it is typed.
type CodeFields struct {
	Code string `json:"code" minLength:"1" maxLength:"100" example:"SPRING-10" doc:"In capitals or not."`
}

func (s *Service) createCartCode(ctx context.Context, in *struct {
	auth.From
	VersionRef
	Body CodeFields
}) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.AddCode(ctx, in.Body.Code, version, in.Network()))
}

func (s *Service) removeCartCode(ctx context.Context, in *struct {
	DiscountRef
	VersionRef
}) (*cartOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return cartAnswer(s.RemoveCode(ctx, in.Discount, version))
}
