// Places in slots: taking them and giving them back.

package orders

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/problem"
)

// takeSlot takes a place in a slot, in the caller's transaction, which has locked the order;
// stock comes after it. The slot and its window are locked, and what the database's clock
// says then decides: it fails with 409 `window_closed` before the window opens, from its
// close on and where there is no such slot any more, and with 409 `slot_full`. It does not
// look at how the slot's goods are delivered: row.DeliveryID says.
func (s *Service) takeSlot(ctx context.Context, tx pgx.Tx, slot uuid.UUID) (ordersdb.TakeSlotRow, error) {
	row, err := ordersdb.New(tx).TakeSlot(ctx, slot)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return row, windowClosed()
	case err != nil || row.TakenNow:
		return row, err
	case !row.Open:
		return row, windowClosed()
	}
	return row, slotFull()
}

// freeSlot gives a place in a slot back, in the caller's transaction, which has locked the
// order that has it. Of a slot that is gone it does nothing.
func (s *Service) freeSlot(ctx context.Context, tx pgx.Tx, slot uuid.UUID) error {
	return ordersdb.New(tx).FreeSlot(ctx, slot)
}

// windowClosed is the 409 of who comes too early or too late.
func windowClosed() *problem.Details {
	return problem.Conflict("orders for this time are not taken now").WithCode("window_closed").
		WithField("body.slot", "choose another time")
}

// slotFull is the 409 of who finds no place left.
func slotFull() *problem.Details {
	return problem.Conflict("no place is left at this time").WithCode("slot_full").
		WithField("body.slot", "choose another time")
}
