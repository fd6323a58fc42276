// Ordering windows with their slots: the list, and what is chosen from.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// mostWindows is how many windows are offered to choose from.
const mostWindows = 30

// shopWindow is an ordering window.
type shopWindow struct {
	ID       contract.WindowID `json:"id"`
	Name     string            `json:"name"`
	OpensAt  time.Time         `json:"opens_at"`
	ClosesAt time.Time         `json:"closes_at"`
	Active   bool              `json:"active"`
	Slots    []shopSlot        `json:"slots"`
}

// shopSlot is a time for collection or delivery.
type shopSlot struct {
	ID           contract.SlotID     `json:"id"`
	Delivery     contract.DeliveryID `json:"delivery"`
	DeliveryName string              `json:"delivery_name"`
	StartsAt     time.Time           `json:"starts_at"`
	EndsAt       time.Time           `json:"ends_at"`
	Capacity     *int64              `json:"capacity"`
	Taken        int64               `json:"taken"`
}

// allWindows are the windows that closed last or close soonest, to choose from.
func (s *ShopOrders) allWindows(r *http.Request) ([]shopWindow, error) {
	list, _, err := read[listed[shopWindow]](s, r, "/v1/order-windows", url.Values{"limit": {strconv.Itoa(mostWindows)}})
	return list.Items, err
}

// slotChoices are the slots of windows, the soonest first; of one window, or of all.
func slotChoices(windows []shopWindow, window string, at *time.Location) (choices []site.Choice) {
	var slots []shopSlot
	for _, v := range windows {
		if window == "" || string(v.ID) == window {
			slots = append(slots, v.Slots...)
		}
	}
	slices.SortStableFunc(slots, func(a, b shopSlot) int { return a.StartsAt.Compare(b.StartsAt) })
	for _, slot := range slots {
		choices = append(choices, site.Choice{Value: string(slot.ID), Text: daySpan(slot.StartsAt, slot.EndsAt, at) + ", " + slot.DeliveryName})
	}
	return choices
}

func (s *ShopOrders) windows(w http.ResponseWriter, r *http.Request) error {
	shop, at, err := s.page(r, "delivery", "Ordering windows")
	if err != nil {
		return err
	}
	query := queried(r, "cursor")
	query.Set("limit", "12")
	list, _, err := read[listed[shopWindow]](s, r, "/v1/order-windows", query)
	if err != nil {
		return err
	}
	methods, err := s.allMethods(r)
	if err != nil {
		return err
	}
	view := site.ShopWindowsPage{Shop: shop, Methods: len(methods) > 0, CanMake: mayWrite(r), NextURL: next(r, list.NextCursor)}
	for _, v := range list.Items {
		view.Items = append(view.Items, windowRow(v, s.Clock.Now(), at))
	}
	return show(w, r, http.StatusOK, site.ShopWindows(view))
}

// windowRow is a window in the list.
func windowRow(v shopWindow, now time.Time, at *time.Location) site.ShopWindowRow {
	row := site.ShopWindowRow{Link: site.Link{Text: v.Name, URL: windowsAddress + string(v.ID) + "/"}, When: "Orders from " + daySpan(v.OpensAt, v.ClosesAt, at),
		State: site.State{Text: "open", Kind: "good"}}
	switch {
	case !v.Active:
		row.State = site.State{Text: "not offered"}
	case now.Before(v.OpensAt):
		row.State = site.State{Text: "to come", Kind: "wait"}
	case !now.Before(v.ClosesAt):
		row.State = site.State{Text: "closed"}
	}
	taken := int64(0)
	for _, slot := range v.Slots {
		one := site.ShopSlotRow{When: daySpan(slot.StartsAt, slot.EndsAt, at), Method: slot.DeliveryName, Taken: counted(int(slot.Taken), "order", "orders"),
			PickURL: pickAddress + "?" + url.Values{"window": {string(v.ID)}, "slot": {string(slot.ID)}}.Encode()}
		if slot.Capacity != nil {
			one.Taken = grouped(slot.Taken) + " of " + grouped(*slot.Capacity)
			one.Full = slot.Taken >= *slot.Capacity
		}
		taken += slot.Taken
		row.Slots = append(row.Slots, one)
	}
	if taken > 0 {
		row.PickURL = pickAddress + "?" + url.Values{"window": {string(v.ID)}}.Encode()
	}
	return row
}
