// The shopkeeper's pages about orders: which there are, and the board of them.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	site "rose-ash.com/roseash/site-templates"
)

// ShopOrders is the pages about orders, the till, delivery and the books, for those who may
// see all orders; what they change is for those who may do that.
type ShopOrders struct {
	Private
	Currency string // the shop's
}

// Where the parts are.
const (
	ordersAddress      = shopAddress + "orders/"
	pickAddress        = shopAddress + "pick/"
	sellAddress        = shopAddress + "sell/"
	discountsAddress   = shopAddress + "discounts/"
	deliveryAddress    = shopAddress + "delivery/"
	windowsAddress     = shopAddress + "windows/"
	accountsAddress    = shopAddress + "accounts/"
	differencesAddress = shopAddress + "differences/"
)

// Mount adds the pages to the router of the API, each part below an address of its own.
func (s *ShopOrders) Mount(r chi.Router) {
	s.Need = auth.ScopeOrdersRead
	for _, address := range []string{ordersAddress, pickAddress, sellAddress, discountsAddress, deliveryAddress, windowsAddress, accountsAddress, differencesAddress} {
		part := *s
		part.mount(r, address, part.routes())
	}
}

func (s *ShopOrders) routes() map[string]privatePage {
	write := func(page privatePage) privatePage { return s.needs(auth.ScopeOrdersWrite, page) }
	return map[string]privatePage{
		"GET /shop/orders/{$}":                            s.board,
		"GET /shop/orders/{id}/{$}":                       s.order,
		"POST /shop/orders/{id}/picking/{$}":              write(s.setPicking),
		"GET /shop/orders/{id}/hand-over/{$}":             write(s.handOverForm),
		"POST /shop/orders/{id}/hand-over/{$}":            write(s.handOver),
		"GET /shop/orders/{id}/refund/{$}":                write(s.refundForm),
		"POST /shop/orders/{id}/refund/{$}":               write(s.refund),
		"GET /shop/orders/{id}/cancel/{$}":                write(s.cancelForm),
		"POST /shop/orders/{id}/cancel/{$}":               write(s.cancel),
		"GET /shop/orders/{id}/invoice/{$}":               s.invoice,
		"GET /shop/orders/{id}/credit-notes/{number}/{$}": s.creditNote,
		"GET /shop/orders/{id}/packing-slip/{$}":          s.packingSlip,
		"GET /shop/pick/{$}":                              s.pick,
		"GET /shop/sell/{$}":                              write(s.till),
		"POST /shop/sell/{$}":                             write(s.sell),
		"GET /shop/sell/{id}/{$}":                         s.receipt,
		"GET /shop/discounts/{$}":                         s.discounts,
		"GET /shop/discounts/new/{$}":                     write(s.newDiscount),
		"GET /shop/discounts/{id}/{$}":                    s.discount,
		"POST /shop/discounts/{id}/{$}":                   write(s.saveDiscount),
		"POST /shop/discounts/{id}/deactivate/{$}":        write(s.deactivateDiscount),
		"GET /shop/delivery/{$}":                          s.deliveries,
		"GET /shop/delivery/new/{$}":                      write(s.newDelivery),
		"GET /shop/delivery/terms/{$}":                    s.terms,
		"POST /shop/delivery/terms/{$}":                   write(s.saveTerms),
		"GET /shop/delivery/{id}/{$}":                     s.delivery,
		"POST /shop/delivery/{id}/{$}":                    write(s.saveDelivery),
		"POST /shop/delivery/{id}/delete/{$}":             write(s.deleteDelivery),
		"GET /shop/windows/{$}":                           s.windows,
		"GET /shop/windows/new/{$}":                       write(s.newWindow),
		"GET /shop/windows/{id}/{$}":                      s.window,
		"POST /shop/windows/{id}/{$}":                     write(s.saveWindow),
		"GET /shop/accounts/{$}":                          s.accounts,
		"GET /shop/accounts/{month}/{file}":               s.accountFile,
		"GET /shop/differences/{$}":                       s.differences,
		"POST /shop/differences/run/{$}":                  write(s.compareNow),
		"POST /shop/differences/{id}/{$}":                 write(s.settleDifference),
	}
}

// page is what stands around a page of a section.
func (s *ShopOrders) page(r *http.Request, section, title string, trail ...site.Link) (site.ShopPage, *time.Location, error) {
	return shopPage(&s.Private, r, section, title, trail...)
}

// mayWrite tells whether whoever asks may change orders and what belongs to them.
func mayWrite(r *http.Request) bool {
	who, known := auth.PrincipalFrom(r.Context())
	return known && who.Has(auth.ScopeOrdersWrite)
}

// orderFilters are the parts of the board, by the word in the address, with what the API is
// asked for. Those that somebody has to do something about are counted.
var orderFilters = []struct {
	word, text, empty string
	query             url.Values
	counted           bool
}{
	{"pick", "To pick", "Nothing waits to be picked.", url.Values{"status": {"paid,part_fulfilled"}, "fulfilment": {"unfulfilled,picking,part_fulfilled"}}, true},
	{"ready", "Ready", "Nothing waits to be handed over.", url.Values{"fulfilment": {"ready"}, "status": {"paid,part_fulfilled"}}, true},
	{"pay", "To pay", "Nobody is about to pay.", url.Values{"status": {"pending_payment"}}, true},
	{"done", "Handed over", "Nothing was handed over yet.", url.Values{"status": {"fulfilled"}}, false},
	{"ended", "Ended", "No order has ended.", url.Values{"status": {"cancelled,expired"}}, false},
	{"all", "All", "There are no orders yet.", url.Values{}, false},
}

// mostCounted is how far orders are counted: what is more is more.
const mostCounted = 100

// board shows the orders of a state. A search looks at all states unless one is asked for.
func (s *ShopOrders) board(w http.ResponseWriter, r *http.Request) error {
	shop, at, err := s.page(r, "orders", "Orders")
	if err != nil {
		return err
	}
	asked := queried(r, "q", "slot", "state", "cursor")
	view := site.ShopOrdersPage{Shop: shop, Form: site.Form{Values: map[string]string{"q": asked.Get("q"), "slot": asked.Get("slot")}}, State: asked.Get("state")}
	state := view.State
	if state == "" && (asked.Has("q") || asked.Has("slot")) {
		state = "all"
	}
	if err := s.slotFilter(r, &view, at); err != nil {
		return err
	}
	chosen := 0
	for i, f := range orderFilters {
		if f.word == state {
			chosen = i
		}
	}
	for i, f := range orderFilters {
		to := url.Values{"state": {f.word}}
		for _, name := range []string{"q", "slot"} {
			if v := asked.Get(name); v != "" {
				to.Set(name, v)
			}
		}
		filter := site.ShopFilter{Link: site.Link{Text: f.text, URL: ordersAddress + "?" + to.Encode(), Current: i == chosen}}
		if f.counted {
			if filter.Count, err = s.count(r, f.query, asked); err != nil {
				return err
			}
		}
		view.Filters = append(view.Filters, filter)
	}
	list, refused, err := s.orders(r, orderFilters[chosen].query, asked, "40", asked.Get("cursor"))
	if err != nil {
		return err
	}
	view.Empty = orderFilters[chosen].empty
	if refused || len(list.Items) == 0 && (asked.Has("q") || asked.Has("slot")) {
		view.Empty = "Nothing fits."
	}
	now := s.Clock.Now()
	for _, o := range list.Items {
		view.Rows = append(view.Rows, orderRow(o, now, at))
	}
	view.NextURL = next(r, list.NextCursor)
	return show(w, r, http.StatusOK, site.ShopOrders(view))
}

// orders asks for a page of orders. What cannot be asked for is none.
func (s *ShopOrders) orders(r *http.Request, filter, asked url.Values, limit, cursor string) (list listed[orderItemDoc], refused bool, err error) {
	query := url.Values{"limit": {limit}}
	for name, values := range filter {
		query[name] = values
	}
	for name, value := range map[string]string{"q": asked.Get("q"), "slot": asked.Get("slot"), "cursor": cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	list, a, err := read[listed[orderItemDoc]](s, r, "/v1/orders", query)
	if err != nil && a != nil && a.refused != nil && a.status == http.StatusUnprocessableEntity {
		return list, true, nil
	}
	return list, false, err
}

// count is how many orders there are in a part of the board.
func (s *ShopOrders) count(r *http.Request, filter, asked url.Values) (string, error) {
	list, _, err := s.orders(r, filter, asked, strconv.Itoa(mostCounted), "")
	if err != nil {
		return "", err
	}
	if list.NextCursor != "" {
		return strconv.Itoa(mostCounted-1) + "+", nil
	}
	return strconv.Itoa(len(list.Items)), nil
}

// orderRow is an order on the board.
func orderRow(o orderItemDoc, now time.Time, at *time.Location) site.ShopOrderRow {
	row := site.ShopOrderRow{
		Link: site.Link{Text: o.Reference, URL: orderAddress(o.ID)}, Name: o.Name, Slot: leaves(o.Channel, o.Delivery, at),
		Things: counted(o.LineCount, "thing", "things"), Total: amount(o.TotalMinor, o.Currency), State: orderState(o.orderAxes),
		Age: ageOf(now.Sub(o.PlacedAt)), Placed: moment(o.PlacedAt, at),
	}
	if s := paymentNote(o.orderAxes); s.Text != "" {
		row.Notes = append(row.Notes, s)
	}
	return row
}

// slotFilter offers the slots that orders can be looked up by.
func (s *ShopOrders) slotFilter(r *http.Request, view *site.ShopOrdersPage, at *time.Location) error {
	windows, err := s.allWindows(r)
	if err != nil {
		return err
	}
	view.Slots = append([]site.Choice{{Text: "All slots"}}, slotChoices(windows, "", at)...)
	return nil
}
