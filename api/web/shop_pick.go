// The pick list: what to take from the shelves for a window or a slot, and for whom.

package web

import (
	"net/http"
	"net/url"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// mostPicked is how many orders one page has a check list for.
const mostPicked = 100

// pickList is what the API says is to be handed over still.
type pickList struct {
	Items []struct {
		Name         string `json:"name"`
		VariantName  string `json:"variant_name"`
		SKU          string `json:"sku"`
		SoldByWeight bool   `json:"sold_by_weight"`
		Quantity     int64  `json:"quantity"`
		Orders       int    `json:"orders"`
	} `json:"items"`
	Orders []pickOrder `json:"orders"`
}

type pickOrder struct {
	ID               contract.OrderID  `json:"id"`
	Reference        string            `json:"reference"`
	Name             string            `json:"name"`
	Note             string            `json:"note"`
	FulfilmentStatus string            `json:"fulfilment_status"`
	Delivery         *orderDeliveryDoc `json:"delivery"`
	Lines            []struct {
		Name         string `json:"name"`
		VariantName  string `json:"variant_name"`
		SKU          string `json:"sku"`
		SoldByWeight bool   `json:"sold_by_weight"`
		Quantity     int64  `json:"quantity"`
		Note         string `json:"note"`
	} `json:"lines"`
}

// pick shows the list of a window or a slot; unless one is asked for, of all that waits.
func (s *ShopOrders) pick(w http.ResponseWriter, r *http.Request) error {
	shop, at, err := s.page(r, "pick", "Pick")
	if err != nil {
		return err
	}
	asked := queried(r, "window", "slot")
	windows, err := s.allWindows(r)
	if err != nil {
		return err
	}
	view := site.ShopPickPage{Shop: shop, What: "All that waits", Windows: []site.Choice{{Text: "All windows"}}, Slots: []site.Choice{{Text: "All slots"}},
		Form: site.Form{Values: map[string]string{"window": asked.Get("window"), "slot": asked.Get("slot")}}}
	for _, v := range windows {
		view.Windows = append(view.Windows, site.Choice{Value: string(v.ID), Text: v.Name})
		if string(v.ID) == asked.Get("window") {
			view.What = v.Name
		}
	}
	choices := slotChoices(windows, asked.Get("window"), at)
	there := false
	for _, c := range choices {
		if there = there || c.Value == asked.Get("slot"); c.Value == asked.Get("slot") {
			view.What = c.Text
		}
	}
	if !there { // of another window than is asked for by now
		asked.Del("slot")
	}
	view.Slots = append(view.Slots, choices...)
	list, a, err := read[pickList](s, r, "/v1/picking", asked)
	if err != nil && (a == nil || a.refused == nil || a.status != http.StatusUnprocessableEntity) {
		return err
	}
	if err != nil {
		view.Fault = sentence(a.refused.Detail) + " Choose a window or a slot."
		return show(w, r, http.StatusOK, site.ShopPick(view))
	}
	view.What += ": " + counted(len(list.Orders), "order", "orders")
	for _, i := range list.Items {
		view.Sums = append(view.Sums, site.ShopPickSum{Name: i.Name, Variant: i.VariantName, SKU: i.SKU,
			Quantity: howMany(contract.Offer{SoldByWeight: i.SoldByWeight}, i.Quantity), Orders: "for " + counted(i.Orders, "order", "orders")})
	}
	for i, o := range list.Orders {
		if i == mostPicked {
			view.More = true
			break
		}
		view.Orders = append(view.Orders, checkList(o, asked, mayWrite(r), at))
	}
	return show(w, r, http.StatusOK, site.ShopPick(view))
}

// checkList is what goes into one order's box.
func checkList(o pickOrder, asked url.Values, write bool, at *time.Location) site.ShopPickOrder {
	axes := orderAxes{Status: "paid", FulfilmentStatus: o.FulfilmentStatus}
	list := site.ShopPickOrder{Link: site.Link{Text: o.Reference, URL: orderAddress(o.ID)}, ID: string(o.ID), Name: o.Name, Slot: leaves("", o.Delivery, at),
		State: orderState(axes), Note: o.Note, Slip: orderAddress(o.ID) + "packing-slip/"}
	for _, l := range o.Lines {
		name := l.Name
		if l.VariantName != "" {
			name += ", " + l.VariantName
		}
		list.Lines = append(list.Lines, site.ShopSlipLine{Name: name, SKU: l.SKU, Quantity: howMany(contract.Offer{SoldByWeight: l.SoldByWeight}, l.Quantity), Note: l.Note})
	}
	if !write {
		return list
	}
	for _, do := range pickingDo(o.ID, axes) {
		do.Quiet, do.About = true, o.Reference
		do.Fields = append(do.Fields, [2]string{"back", "pick?" + asked.Encode()})
		list.Do = append(list.Do, do)
	}
	return list
}
