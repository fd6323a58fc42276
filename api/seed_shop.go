// How the demo co-op sells: what stands on invoices, delivery, the ordering windows of the
// next weeks, codes.

package api

import (
	"context"
	"strings"
	"time"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/zones"
	"rose-ash.com/roseash/db/seed"
)

// shop stores how the demo sells, where nobody has said anything of it yet.
func (s *seeder) shop(ctx context.Context) error {
	settings, err := s.Orders.OrderSettings(ctx)
	if err != nil || settings.Version > 1 {
		return err
	}
	methods, err := s.Orders.DeliveryMethods(ctx)
	if err != nil || len(methods) > 0 {
		return err
	}
	data := s.data.Shop
	ids := make([]contract.DeliveryID, len(data.Delivery))
	for i, d := range data.Delivery {
		fields := orders.DeliveryMethodFields{Name: &d.Name, Kind: &d.Kind, Place: &d.Place, Instructions: &d.Instructions, FeeMinor: &d.Fee, SortOrder: &i}
		if d.FreeFrom > 0 {
			fields.FreeFromMinor = &d.FreeFrom
		}
		if d.Postcodes != nil {
			fields.Postcodes = &d.Postcodes
		}
		made, err := s.Orders.CreateDeliveryMethod(ctx, fields)
		if err != nil {
			return err
		}
		ids[i] = made.ID
	}
	if err := s.windows(ctx, ids); err != nil {
		return err
	}
	for _, d := range data.Discounts {
		if err := s.discount(ctx, d); err != nil {
			return err
		}
	}
	// Last: what was broken off before is begun anew.
	b := data.Business
	_, err = s.Orders.UpdateOrderSettings(ctx, settings.Version, orders.OrderSettingsFields{
		BusinessName: &b.Name, BusinessAddress: &b.Address, VATNumber: &b.VATNumber, CompanyNumber: &b.CompanyNumber, Contact: &b.Contact,
		Terms: &data.Terms, Cancellation: &data.Cancellation,
	})
	return err
}

// windows stores the windows of the next weeks: one is open whenever somebody looks.
func (s *seeder) windows(ctx context.Context, methods []contract.DeliveryID) error {
	zone, err := zones.Load(s.data.Site.Timezone)
	if err != nil {
		return err
	}
	w := s.data.Shop.Window
	opens := s.options.Clock.Now().In(zone)
	for week := range w.Weeks {
		if week > 0 {
			opens = w.Opens.Next(opens)
		}
		closes := w.Closes.Next(opens)
		var slots []orders.WindowSlotFields
		for i, d := range s.data.Shop.Delivery {
			for _, slot := range d.Slots {
				starts := seed.WeekTime{Day: slot.Day, At: slot.From}.Next(closes)
				slots = append(slots, orders.WindowSlotFields{
					Delivery: methods[i], StartsAt: starts, EndsAt: starts.Add(time.Duration(slot.To-slot.From) * time.Minute), Capacity: &slot.Capacity,
				})
			}
		}
		name := strings.ReplaceAll(w.Name, "{date}", closes.Format("2 January 2006"))
		if _, err := s.Orders.CreateOrderWindow(ctx, orders.OrderWindowFields{Name: &name, OpensAt: &opens, ClosesAt: &closes, Slots: &slots}); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) discount(ctx context.Context, d seed.Discount) error {
	fields := cart.DiscountFields{Code: &d.Code, Name: &d.Name}
	kind, currency, perBuyer, percent := string(contract.PercentDiscount), s.options.Config.Currency, int32(d.PerBuyer), int32(d.Percent)
	if d.Amount > 0 {
		kind, fields.AmountMinor = string(contract.FixedDiscount), &d.Amount
	} else {
		fields.PercentBP = &percent
	}
	fields.Kind, fields.UsagePerBuyer = &kind, &perBuyer
	if d.Amount > 0 || d.Minimum > 0 {
		fields.Currency, fields.MinimumMinor = &currency, &d.Minimum
	}
	if len(d.Categories) > 0 {
		var categories []contract.CategoryID
		for _, slug := range d.Categories {
			c, err := s.Market.Category(ctx, slug)
			if err != nil {
				return err
			}
			categories = append(categories, c.ID)
		}
		fields.CategoryIDs = &categories
	}
	_, err := s.Cart.CreateDiscount(ctx, fields)
	if problem.Code(err) == "code_taken" {
		return nil // stored before the demo was broken off
	}
	return err
}
