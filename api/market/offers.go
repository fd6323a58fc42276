// Offers: what variants are and cost now, for carts and orders.

package market

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Offers says what variants (var_…) of published products are and cost now, by their ids;
// what is unknown, no id or not published is left out. A member pays the member price
// where it is the lower one. Available is what nobody has reserved, nil where it is not
// counted. It is one statement, through tx where the answer decides, else tx is nil.
func (s *Service) Offers(ctx context.Context, tx pgx.Tx, ids []string, buyer contract.Buyer) (map[string]contract.Offer, error) {
	variants := make([]uuid.UUID, 0, len(ids))
	for _, v := range ids {
		if u, ok := id.Parse(variantPrefix, v); ok {
			variants = append(variants, u)
		}
	}
	offers := make(map[string]contract.Offer, len(variants))
	if len(variants) == 0 {
		return offers, nil
	}
	q := s.queries
	if tx != nil {
		q = marketdb.New(tx)
	}
	rows, err := q.Offers(ctx, variants)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		o, err := offer(r, buyer)
		if err != nil {
			return nil, err
		}
		offers[o.ID] = o
	}
	return offers, nil
}

// offer fails only where what is stored is not what we store.
func offer(r marketdb.OffersRow, buyer contract.Buyer) (contract.Offer, error) {
	o := contract.Offer{
		Kind: contract.ProductLine, ID: id.Format[string](variantPrefix, r.ID), Name: r.Name, SKU: r.Sku, Slug: r.Slug,
		PublicPrice: contract.Money{AmountMinor: r.PriceMinor, Currency: r.Currency},
		Deposit:     contract.Money{AmountMinor: r.DepositMinor, Currency: r.Currency},
		VATRate:     int(r.VatRate), Quantity: r.Quantity, Unit: contract.Unit(r.Unit), SoldByWeight: r.SoldByWeight,
		OrderStep: r.OrderStep, OrderMin: r.OrderMin, OrderMax: orZero(r.OrderMax),
		CategoryIDs: upward(r.CategoryPath), Allergens: []contract.Allergen{},
		Ingredients: r.Ingredients, AgeLimit: int(r.AgeLimit), LabelHash: labelHash(r),
	}
	o.Price = o.PublicPrice
	if buyer.Member && r.MemberPriceMinor != nil {
		o.Price.AmountMinor = min(o.Price.AmountMinor, *r.MemberPriceMinor)
	}
	if r.VariantName != r.Name {
		o.VariantName = r.VariantName
	}
	if r.TrackStock {
		o.Available = &r.Available
	}
	if r.Image != nil {
		if err := json.Unmarshal(r.Image, &o.Image); err != nil {
			return o, err
		}
	}
	var allergens storedAllergens
	if err := json.Unmarshal(r.Allergens, &allergens); err != nil {
		return o, err
	}
	if len(allergens) > 0 || food(r) {
		o.Allergens = allergens.all()
	}
	return o, nil
}

// food tells what may be eaten or drunk, as far as the data says: what has ingredients,
// nutrition, a name in food law or an age limit, and what is measured by weight or volume.
func food(r marketdb.OffersRow) bool {
	return r.Ingredients != "" || r.Nutrition != "" || r.LegalName != "" || r.AgeLimit > 0 || r.Unit != string(contract.UnitEach)
}

// labelHash is the SHA-256 of what must be known before something is bought, in hex. Each
// part is written with its length, so that no two particulars are one text. Nutrition and
// allergens are as the database writes them, which is in one order.
func labelHash(r marketdb.OffersRow) string {
	b := make([]byte, 0, 1024)
	for _, part := range []string{
		r.Name, r.VariantName, r.LegalName, r.Ingredients, string(r.Allergens), r.Nutrition, r.Storage, r.Usage,
		r.OriginCountry, r.OriginRegion, r.BusinessName, r.BusinessAddress, r.Unit,
	} {
		b = strconv.AppendInt(b, int64(len(part)), 10)
		b = append(append(b, ':'), part...)
	}
	for _, n := range []int64{r.Quantity, orZero(r.DrainedQuantity), int64(r.Pieces), int64(r.AgeLimit)} {
		b = append(strconv.AppendInt(b, n, 10), ';')
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
