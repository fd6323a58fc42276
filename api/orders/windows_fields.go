// What a shopkeeper sets of an ordering window and its slots, and what may stand there.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Limits on windows.
const (
	maxSlots    = 100
	maxCapacity = 100_000
	// farthest is how far from the window's close a slot may end.
	farthest = 366 * 24 * time.Hour
)

// OrderWindowFields are what is set of a window. A nil field stays as it is; a new one needs
// Name, OpensAt and ClosesAt.
type OrderWindowFields struct {
	Name     *string             `json:"name,omitempty" minLength:"1" maxLength:"120" example:"First week of May"`
	OpensAt  *time.Time          `json:"opens_at,omitempty" example:"2030-04-26T08:00:00Z" doc:"From then on one may order."`
	ClosesAt *time.Time          `json:"closes_at,omitempty" example:"2030-05-01T20:00:00Z" doc:"From then on one may not; after opens_at."`
	Active   *bool               `json:"active,omitempty" example:"true" doc:"Whether it counts at all."`
	Slots    *[]WindowSlotFields `json:"slots,omitempty" maxItems:"100" doc:"All slots; those not named are removed, which only those can be that no order has."`
}

// WindowSlotFields are what is set of a slot. With an ID it is one of the window's, else new.
type WindowSlotFields struct {
	ID       contract.SlotID     `json:"id,omitempty" pattern:"^slot_[0-9a-f]{32}$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514" doc:"Of a slot that is there; absent: a new one."`
	Delivery contract.DeliveryID `json:"delivery" pattern:"^del_[0-9a-f]{32}$" maxLength:"36" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	StartsAt time.Time           `json:"starts_at" example:"2030-05-03T15:00:00Z"`
	EndsAt   time.Time           `json:"ends_at" example:"2030-05-03T17:00:00Z" doc:"After starts_at, and after the window opens."`
	Capacity *int                `json:"capacity,omitempty" minimum:"1" maximum:"100000" example:"40" doc:"How many orders it takes; absent: any number."`
}

// apply writes the fields that are given onto a row, all but the slots. It fails with 422.
func (f OrderWindowFields) apply(row *ordersdb.Window) error {
	if err := takeLines([]lineField{{"body.name", f.Name, &row.Name, 1, 120}}); err != nil {
		return err
	}
	for _, t := range []struct {
		location string
		from     *time.Time
		to       *time.Time
	}{{"body.opens_at", f.OpensAt, &row.OpensAt}, {"body.closes_at", f.ClosesAt, &row.ClosesAt}} {
		if t.from == nil {
			continue
		}
		if !sensible(*t.from) {
			return field(t.location, "expected a time of this millennium")
		}
		*t.to = stored(*t.from)
	}
	if !row.ClosesAt.After(row.OpensAt) {
		return field("body.closes_at", "expected a time after opens_at")
	}
	if f.Active != nil {
		row.Active = *f.Active
	}
	return nil
}

// sensible tells a time that can be kept and shown from what a mistake made of it.
func sensible(t time.Time) bool { return t.UTC().Year() >= 2000 && t.UTC().Year() < 3000 }

// stored is a time as the database keeps it.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// putSlots makes a window's slots those that are given; was are those that it has, locked. It
// fails with 422, and with 409 `slot_taken`.
func putSlots(ctx context.Context, q *ordersdb.Queries, window ordersdb.Window, was []ordersdb.Slot, fields []WindowSlotFields) error {
	if len(fields) > maxSlots {
		return field("body.slots", "expected at most 100")
	}
	kept := map[uuid.UUID]ordersdb.Slot{}
	for _, slot := range was {
		kept[slot.ID] = slot
	}
	put, seen := ordersdb.PutSlotsParams{WindowID: window.ID}, map[ordersdb.Slot]bool{}
	keep := []uuid.UUID{}
	for i, f := range fields {
		slot, err := f.slot(at("body.slots", i), window, kept)
		if err != nil {
			return err
		}
		key := ordersdb.Slot{DeliveryID: slot.DeliveryID, StartsAt: slot.StartsAt}
		if seen[key] {
			return field(at("body.slots", i), "is twice in the list")
		}
		seen[key] = true
		if f.ID != "" {
			delete(kept, slot.ID) // named once
			keep = append(keep, slot.ID)
		}
		capacity := int32(0)
		if slot.Capacity != nil {
			capacity = *slot.Capacity
		}
		put.Ids, put.Deliveries = append(put.Ids, slot.ID), append(put.Deliveries, slot.DeliveryID)
		put.Starts, put.Ends, put.Capacities = append(put.Starts, slot.StartsAt), append(put.Ends, slot.EndsAt), append(put.Capacities, capacity)
	}
	for _, slot := range kept {
		if slot.Taken > 0 {
			return slotTaken("body.slots", "expected to keep the slots that orders have")
		}
	}
	if err := q.KeepSlots(ctx, ordersdb.KeepSlotsParams{WindowID: window.ID, Ids: keep}); err != nil {
		return err
	}
	err := q.PutSlots(ctx, put)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "slots_delivery_id_fkey" {
		return field("body.slots", "expected delivery methods that are there")
	}
	return err
}

// slot is the slot as it is to be stored; kept are the window's that were not named yet.
func (f WindowSlotFields) slot(location string, window ordersdb.Window, kept map[uuid.UUID]ordersdb.Slot) (slot ordersdb.Slot, err error) {
	var known bool
	if slot.DeliveryID, known = id.Parse(deliveryPrefix, f.Delivery); !known {
		return slot, field(location+".delivery", "expected a delivery method")
	}
	slot.ID, slot.StartsAt, slot.EndsAt = id.New(), stored(f.StartsAt), stored(f.EndsAt)
	switch {
	case !sensible(f.StartsAt):
		return slot, field(location+".starts_at", "expected a time of this millennium")
	case !slot.EndsAt.After(slot.StartsAt):
		return slot, field(location+".ends_at", "expected a time after starts_at")
	case f.Capacity != nil && (*f.Capacity < 1 || *f.Capacity > maxCapacity):
		return slot, field(location+".capacity", "expected 1 to 100000")
	}
	if f.Capacity != nil {
		slot.Capacity = new(int32(*f.Capacity))
	}
	if err := fitSlot(location, window, slot); err != nil || f.ID == "" {
		return slot, err
	}
	u, ok := id.Parse(slotPrefix, f.ID)
	was, there := kept[u]
	if !ok || !there {
		return slot, field(location+".id", "expected a slot of this window, once")
	}
	slot.ID = u
	switch {
	case was.Taken == 0:
	case slot.DeliveryID != was.DeliveryID || !slot.StartsAt.Equal(was.StartsAt) || !slot.EndsAt.Equal(was.EndsAt):
		return slot, slotTaken(location, "expected the time and the delivery method to stay")
	case slot.Capacity != nil && *slot.Capacity < was.Taken:
		return slot, slotTaken(location+".capacity", "expected no less than have been taken")
	}
	return slot, nil
}

// fitWindow fails with 422 where slots that stay do not fit the window any more.
func fitWindow(window ordersdb.Window, slots []ordersdb.Slot) error {
	for _, slot := range slots {
		if fitSlot("", window, slot) != nil {
			return field("body.opens_at", "expected a time before its slots end, and close to them")
		}
	}
	return nil
}

// fitSlot fails with 422 where nobody could order for a slot, or it is far off.
func fitSlot(location string, window ordersdb.Window, slot ordersdb.Slot) error {
	if !slot.EndsAt.After(window.OpensAt) || slot.EndsAt.Sub(window.ClosesAt) > farthest {
		return field(location+".ends_at", "expected a time after the window opens, and within a year of its close")
	}
	return nil
}
