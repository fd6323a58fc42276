// Availability: what can be had now and what it costs, for many variants at once.

package market

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// maxAvailability is how many variants may be asked for at once.
const maxAvailability = 200

// AvailabilityItem is what a built page cannot know of a variant: whether it can
// be had now, and what it costs now.
type AvailabilityItem struct {
	Variant      contract.VariantID    `json:"variant" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	Availability contract.Availability `json:"availability" enum:"in_stock,out_of_stock" example:"in_stock"`
	Available    *int64                `json:"available" example:"10" doc:"How much can be had: pieces, or grams of what is sold by weight; null where it is not counted."`
	Price        contract.Money        `json:"price" doc:"With VAT, without the deposit."`
	MemberPrice  *contract.Money       `json:"member_price,omitempty" doc:"What members pay, where that is another price."`
	UnitPrice    contract.UnitPrice    `json:"unit_price" doc:"For one kg, L or piece, rounded half up."`
}

// Availabilities are those of variants of published products, in the order of ids and each
// once; what is unknown or not published is left out. It is one statement, however
// many there are. It fails with 422 on no ids, on more than 200 and on what is not
// the id of a variant.
func (s *Service) Availabilities(ctx context.Context, ids []contract.VariantID) ([]AvailabilityItem, error) {
	if len(ids) == 0 || len(ids) > maxAvailability {
		return nil, invalid("query.ids", "expected 1 to 200 ids")
	}
	variants, seen := make([]uuid.UUID, 0, len(ids)), map[uuid.UUID]bool{}
	for i, v := range ids {
		u, ok := id.Parse(variantPrefix, v)
		if !ok {
			return nil, invalid(fmt.Sprintf("query.ids[%d]", i), "expected the id of a variant")
		}
		if !seen[u] {
			seen[u] = true
			variants = append(variants, u)
		}
	}
	rows, err := s.queries.Availability(ctx, variants)
	if err != nil {
		return nil, err
	}
	list := make([]AvailabilityItem, len(rows))
	for i, r := range rows {
		price := contract.Money{AmountMinor: r.PriceMinor, Currency: r.Currency}
		list[i] = AvailabilityItem{
			Variant:      id.Format[contract.VariantID](variantPrefix, r.ID),
			Availability: availability(!r.TrackStock || r.Available >= r.OrderMin),
			Price:        price, MemberPrice: optionalMoney(r.MemberPriceMinor, r.Currency),
			UnitPrice: money.UnitPrice(price, r.Quantity, contract.Unit(r.Unit)),
		}
		if r.TrackStock {
			list[i].Available = &r.Available
		}
	}
	return list, nil
}
