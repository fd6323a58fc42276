// Ordering windows: when one may order, and for which times.

package orders

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// OrderWindow is a time within which one may order, for its slots.
type OrderWindow struct {
	ID        contract.WindowID `json:"id" example:"win_019ab3f47c2e7d06b8a1f0c2d3e4f515"`
	Name      string            `json:"name" example:"First week of May"`
	OpensAt   time.Time         `json:"opens_at" example:"2030-04-26T08:00:00Z" doc:"From then on one may order."`
	ClosesAt  time.Time         `json:"closes_at" example:"2030-05-01T20:00:00Z" doc:"From then on one may not, nor change an order."`
	Active    bool              `json:"active" example:"true" doc:"Whether it counts at all."`
	Slots     []WindowSlot      `json:"slots" doc:"The soonest first."`
	Version   int64             `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	UpdatedAt time.Time         `json:"updated_at"`
}

// WindowSlot is a time at which goods are collected or delivered.
type WindowSlot struct {
	ID           contract.SlotID     `json:"id" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514"`
	Delivery     contract.DeliveryID `json:"delivery" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	DeliveryName string              `json:"delivery_name" example:"Collection at the barn"`
	StartsAt     time.Time           `json:"starts_at" example:"2030-05-03T15:00:00Z"`
	EndsAt       time.Time           `json:"ends_at" example:"2030-05-03T17:00:00Z"`
	Capacity     *int                `json:"capacity,omitempty" example:"40" doc:"How many orders it takes; absent: any number."`
	Taken        int                 `json:"taken" example:"12" doc:"How many orders have it, those not paid yet included."`
}

// OrderWindowList is some windows.
type OrderWindowList struct {
	Items      []OrderWindow `json:"items" doc:"Those that close last come first."`
	NextCursor string        `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// endOfTime is after every window.
var endOfTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// OrderWindows lists 1 to 100 windows, those that close last first. It fails with 422
// `invalid_cursor`.
func (s *Service) OrderWindows(ctx context.Context, limit int, from string) (list OrderWindowList, err error) {
	before, beforeID, err := readPlace(from)
	if err != nil {
		return list, err
	}
	if before == nil {
		before, beforeID = &endOfTime, uuid.Max
	}
	limit = min(max(limit, 1), 100)
	q := s.queries()
	rows, err := q.Windows(ctx, ordersdb.WindowsParams{Before: *before, BeforeID: beforeID, Most: int32(limit) + 1})
	if err != nil {
		return list, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		list.NextCursor = cursor.Encode(place{rows[limit-1].ClosesAt, rows[limit-1].ID})
	}
	list.Items, err = orderWindows(ctx, q, rows)
	return list, err
}

// OrderWindow is one window; an unknown one is a 404.
func (s *Service) OrderWindow(ctx context.Context, window contract.WindowID) (OrderWindow, error) {
	u, ok := id.Parse(windowPrefix, window)
	if !ok {
		return OrderWindow{}, noWindow()
	}
	return orderWindow(ctx, s.queries(), u)
}

// CreateOrderWindow makes a window with its slots; it is active where nothing is said of
// that. It fails with 422 for fields at fault, delivery methods that are not there included.
func (s *Service) CreateOrderWindow(ctx context.Context, f OrderWindowFields) (made OrderWindow, err error) {
	row := ordersdb.Window{ID: id.New(), Active: true}
	for location, missing := range map[string]bool{"body.name": f.Name == nil, "body.opens_at": f.OpensAt == nil, "body.closes_at": f.ClosesAt == nil} {
		if missing {
			return made, field(location, "is required")
		}
	}
	if err := f.apply(&row); err != nil {
		return made, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		if err := q.InsertWindow(ctx, ordersdb.InsertWindowParams{ID: row.ID, Name: row.Name, OpensAt: row.OpensAt, ClosesAt: row.ClosesAt, Active: row.Active}); err != nil {
			return err
		}
		if f.Slots != nil {
			if err := putSlots(ctx, q, row, nil, *f.Slots); err != nil {
				return err
			}
		}
		made, err = orderWindow(ctx, q, row.ID)
		return err
	})
	return made, err
}

// UpdateOrderWindow changes the fields that are given; slots are all of them, and those that
// are not named are removed. version is the one that was seen: where it is not the current
// one that is a 412. Whoever takes a place meanwhile is waited for, and who comes after the
// commit is told by what is then. It fails with 404, with 422 for fields at fault, and with
// 409 `slot_taken` where orders have a slot that would be removed, moved or made too small.
func (s *Service) UpdateOrderWindow(ctx context.Context, window contract.WindowID, version int64, f OrderWindowFields) (after OrderWindow, err error) {
	err = s.changeWindow(ctx, window, version, func(q *ordersdb.Queries, row ordersdb.Window, slots []ordersdb.Slot) error {
		before, err := orderWindow(ctx, q, row.ID)
		if err != nil {
			return err
		}
		if err := f.apply(&row); err != nil {
			return err
		}
		if f.Slots != nil {
			if err := putSlots(ctx, q, row, slots, *f.Slots); err != nil {
				return err
			}
		} else if err := fitWindow(row, slots); err != nil {
			return err
		}
		if after, err = orderWindow(ctx, q, row.ID); err != nil {
			return err
		}
		after.Name, after.OpensAt, after.ClosesAt, after.Active = row.Name, row.OpensAt, row.ClosesAt, row.Active
		if reflect.DeepEqual(before, after) {
			return nil
		}
		if err := q.UpdateWindow(ctx, ordersdb.UpdateWindowParams{ID: row.ID, Name: row.Name, OpensAt: row.OpensAt, ClosesAt: row.ClosesAt, Active: row.Active}); err != nil {
			return err
		}
		after, err = orderWindow(ctx, q, row.ID)
		return err
	})
	return after, err
}

// DeleteOrderWindow removes a window with its slots; where orders have any that is a 409
// `slot_taken`. version is as for UpdateOrderWindow.
func (s *Service) DeleteOrderWindow(ctx context.Context, window contract.WindowID, version int64) error {
	return s.changeWindow(ctx, window, version, func(q *ordersdb.Queries, row ordersdb.Window, slots []ordersdb.Slot) error {
		for _, slot := range slots {
			if slot.Taken > 0 {
				return slotTaken("body.slots", "expected no orders to have any")
			}
		}
		return q.DeleteWindow(ctx, row.ID)
	})
}

// changeWindow locks a window's slots, then the window, and hands both on where the version
// is the one that was seen.
func (s *Service) changeWindow(ctx context.Context, window contract.WindowID, version int64, change func(*ordersdb.Queries, ordersdb.Window, []ordersdb.Slot) error) error {
	u, ok := id.Parse(windowPrefix, window)
	if !ok {
		return noWindow()
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		slots, err := q.LockSlotsOfWindow(ctx, u)
		if err != nil {
			return err
		}
		row, err := q.LockWindow(ctx, u)
		if errors.Is(err, pgx.ErrNoRows) {
			return noWindow()
		}
		if err != nil {
			return err
		}
		if row.Version != version {
			return changedSince()
		}
		return change(q, row, slots)
	})
}

func orderWindow(ctx context.Context, q *ordersdb.Queries, window uuid.UUID) (OrderWindow, error) {
	row, err := q.Window(ctx, window)
	if errors.Is(err, pgx.ErrNoRows) {
		return OrderWindow{}, noWindow()
	}
	if err != nil {
		return OrderWindow{}, err
	}
	list, err := orderWindows(ctx, q, []ordersdb.Window{row})
	if err != nil {
		return OrderWindow{}, err
	}
	return list[0], nil
}

// orderWindows shows windows with their slots.
func orderWindows(ctx context.Context, q *ordersdb.Queries, rows []ordersdb.Window) ([]OrderWindow, error) {
	list, places, ids := make([]OrderWindow, len(rows)), map[uuid.UUID]int{}, make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i], places[r.ID] = r.ID, i
		list[i] = OrderWindow{ID: id.Format[contract.WindowID](windowPrefix, r.ID), Name: r.Name, OpensAt: r.OpensAt, ClosesAt: r.ClosesAt,
			Active: r.Active, Slots: []WindowSlot{}, Version: r.Version, UpdatedAt: r.UpdatedAt}
	}
	slots, err := q.SlotsOfWindows(ctx, ids)
	for _, r := range slots {
		slot := WindowSlot{ID: id.Format[contract.SlotID](slotPrefix, r.ID), Delivery: deliveryID(r.DeliveryID), DeliveryName: r.DeliveryName,
			StartsAt: r.StartsAt, EndsAt: r.EndsAt, Taken: int(r.Taken)}
		if r.Capacity != nil {
			slot.Capacity = new(int(*r.Capacity))
		}
		of := &list[places[r.WindowID]]
		of.Slots = append(of.Slots, slot)
	}
	return list, err
}

func noWindow() error { return problem.NotFound("no such ordering window") }

// slotTaken is the 409 of who takes away what orders have.
func slotTaken(location, message string) *problem.Details {
	return problem.Conflict("orders have the slot").WithCode("slot_taken").WithField(location, message)
}

// at is a place in a list: body.slots[2].
func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
