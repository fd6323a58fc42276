// Picking: what is to be gathered for orders, and which orders are being picked.

package orders

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// maxPicked is how many orders one list has at most.
const maxPicked = 2000

// SetPicking says that an order is being picked, or is ready to be collected or sent, in one
// transaction. From then on whoever ordered cannot change it; ready sends a mail, once.
// Where it is so already nothing happens. It fails with 404, and with 409 `wrong_state`
// where the order is not paid, or something of it has been handed over.
func (s *Service) SetPicking(ctx context.Context, order contract.OrderID, status string) (Order, error) {
	v, err := s.visitAsShop(ctx, order)
	if err != nil {
		return Order{}, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		c, err := s.lockForChange(ctx, tx, v.Order.ID, byRequest(ctx, v.Actor))
		if err != nil {
			return err
		}
		if c.order.Status != "paid" {
			return wrongState()
		}
		if c.order.FulfilmentStatus == status {
			return nil
		}
		after, kind := c.order, "picking.started"
		after.FulfilmentStatus, after.ReadyAt = status, nil
		if status == "ready" {
			kind, after.ReadyAt = "picking.ready", &c.now
		}
		if err := c.record(ctx, after, kind, nil); err != nil || status != "ready" {
			return err
		}
		return s.tell(ctx, tx, c.order, mailReady, nil)
	})
	if err != nil {
		return Order{}, err
	}
	return s.OrderByID(ctx, order, "")
}

// PickList is what is to be handed over still: summed up for gathering it, and by order.
type PickList struct {
	Items  []PickItem  `json:"items" doc:"What is to be gathered, by name."`
	Orders []PickOrder `json:"orders" doc:"For whom; those of the earliest slot first."`
}

// PickItem is how much is to be gathered of one thing.
type PickItem struct {
	Kind         contract.LineKind `json:"kind" enum:"product,ticket,booking" example:"product"`
	ID           string            `json:"id" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	Name         string            `json:"name" example:"Rye loaf"`
	VariantName  string            `json:"variant_name" example:"800 g loaf"`
	SKU          string            `json:"sku" example:"RYE-800"`
	SoldByWeight bool              `json:"sold_by_weight" example:"false" doc:"The quantity is grams."`
	Quantity     int64             `json:"quantity" example:"12" doc:"Pieces, or grams, that have not been handed over yet."`
	Orders       int               `json:"orders" example:"7" doc:"In how many orders it is."`
}

// PickOrder is an order as who picks it sees it.
type PickOrder struct {
	ID               contract.OrderID `json:"id" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Reference        string           `json:"reference" example:"R7K2-9QXM"`
	Name             string           `json:"name" example:"Anna Ashdown"`
	Note             string           `json:"note,omitempty" example:"Leave it with the neighbours."`
	FulfilmentStatus string           `json:"fulfilment_status" enum:"unfulfilled,picking,ready,part_fulfilled,fulfilled" example:"unfulfilled"`
	Delivery         *OrderDelivery   `json:"delivery,omitempty"`
	Lines            []PickLine       `json:"lines" doc:"What has not been handed over yet."`
	Version          int64            `json:"version" example:"3"`
}

// PickLine is what is to be put into an order's box.
type PickLine struct {
	Line         contract.LineID `json:"line" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511"`
	Name         string          `json:"name" example:"Rye loaf"`
	VariantName  string          `json:"variant_name" example:"800 g loaf"`
	SKU          string          `json:"sku" example:"RYE-800"`
	SoldByWeight bool            `json:"sold_by_weight" example:"false" doc:"The quantities are grams."`
	Quantity     int64           `json:"quantity" example:"2" doc:"That is left to be handed over."`
	Fulfilled    int64           `json:"fulfilled" example:"0" doc:"That has been."`
	Note         string          `json:"note,omitempty" example:"ripe ones, please"`
}

// Picking is what is to be handed over of all paid orders, or of those of a window or a
// slot. It fails with 422 where that is more than 2000 orders.
func (s *Service) Picking(ctx context.Context, window contract.WindowID, slot contract.SlotID) (PickList, error) {
	list := PickList{Items: []PickItem{}, Orders: []PickOrder{}}
	q, p := s.queries(), ordersdb.PickOrdersParams{Most: maxPicked + 1}
	for _, narrow := range []struct {
		prefix, text string
		to           **uuid.UUID
	}{{windowPrefix, string(window), &p.WindowID}, {slotPrefix, string(slot), &p.SlotID}} {
		if u, ok := id.Parse(narrow.prefix, narrow.text); ok {
			*narrow.to = &u
		} else if narrow.text != "" {
			return list, nil
		}
	}
	rows, err := q.PickOrders(ctx, p)
	if err != nil {
		return list, err
	}
	if len(rows) > maxPicked {
		return list, problem.Unprocessable("these are more than 2000 orders").WithField("query.slot", "expected, or query.window, to say which orders")
	}
	at, ids := make(map[uuid.UUID]int, len(rows)), make([]uuid.UUID, len(rows))
	for i, o := range rows {
		delivery, err := deliveryOf(ordersdb.Order{Delivery: o.Delivery})
		if err != nil {
			return list, err
		}
		at[o.ID], ids[i] = i, o.ID
		list.Orders = append(list.Orders, PickOrder{publicOrderID(o.ID), o.Reference, o.Name, o.Note, o.FulfilmentStatus, delivery, []PickLine{}, o.Version})
	}
	lines, err := q.PickLines(ctx, ids)
	if err != nil {
		return list, err
	}
	return list, list.add(lines, at)
}

// add puts lines into their orders, and sums them up.
func (p *PickList) add(lines []ordersdb.PickLinesRow, orders map[uuid.UUID]int) error {
	type thing struct{ kind, id string }
	items := map[thing]int{}
	for _, l := range lines {
		var offer contract.Offer
		if err := json.Unmarshal(l.Offer, &offer); err != nil {
			return err
		}
		left := l.Quantity - l.Fulfilled
		o := &p.Orders[orders[l.OrderID]]
		o.Lines = append(o.Lines, PickLine{id.Format[contract.LineID](linePrefix, l.ID), offer.Name, offer.VariantName, offer.SKU, offer.SoldByWeight, left, l.Fulfilled, l.Note})
		i, known := items[thing{l.Kind, l.Thing}]
		if !known {
			i = len(p.Items)
			items[thing{l.Kind, l.Thing}] = i
			p.Items = append(p.Items, PickItem{Kind: contract.LineKind(l.Kind), ID: l.Thing, Name: offer.Name, VariantName: offer.VariantName,
				SKU: offer.SKU, SoldByWeight: offer.SoldByWeight})
		}
		p.Items[i].Quantity += left
		p.Items[i].Orders++
	}
	slices.SortFunc(p.Items, func(a, b PickItem) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.VariantName, b.VariantName), cmp.Compare(a.ID, b.ID))
	})
	return nil
}
