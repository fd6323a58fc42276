// The form of an ordering window with all its slots.

package web

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// How many rows for slots a form has besides those that there are, and how many it may have.
const (
	newSlots  = 4
	mostSlots = 100
)

func slotPrefix(i int) string { return fmt.Sprintf("slots[%d].", i) }

// windowValues is what stands in the form of a window.
func windowValues(v shopWindow, at *time.Location) map[string]string {
	values := map[string]string{"name": v.Name, "opens_at": localOf(&v.OpensAt, at), "closes_at": localOf(&v.ClosesAt, at), "active": yes(v.Active)}
	for i, slot := range v.Slots {
		starts, ends := slot.StartsAt.In(at), slot.EndsAt.In(at)
		p := slotPrefix(i)
		values[p+"id"], values[p+"delivery"], values[p+"day"] = string(slot.ID), string(slot.Delivery), starts.Format(time.DateOnly)
		values[p+"from"], values[p+"to"], values[p+"capacity"] = starts.Format("15:04"), ends.Format("15:04"), ""
		if slot.Capacity != nil {
			values[p+"capacity"] = whole(*slot.Capacity)
		}
	}
	return values
}

// rowsOf is how many rows for slots a form has.
func rowsOf(values map[string]string) int {
	for i := range mostSlots {
		if _, there := values[slotPrefix(i)+"day"]; !there {
			return i
		}
	}
	return mostSlots
}

func (s *ShopOrders) newWindow(w http.ResponseWriter, r *http.Request) error {
	return s.windowPage(w, r, http.StatusOK, nil, site.ShopWindowPage{Form: site.Form{Values: map[string]string{"active": "yes"}}}, newSlots, nil)
}

func (s *ShopOrders) aWindow(r *http.Request, id string) (shopWindow, *reply, error) {
	return named[shopWindow](s, r, "/v1/order-windows", id)
}

func (s *ShopOrders) window(w http.ResponseWriter, r *http.Request) error {
	v, a, err := s.aWindow(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.windowPage(w, r, http.StatusOK, &v, site.ShopWindowPage{ETag: a.header.Get("ETag")}, newSlots, nil)
}

// windowPage shows the form, with so many rows for more slots; v is nil for a new window,
// and a form without values is filled with what is stored.
func (s *ShopOrders) windowPage(w http.ResponseWriter, r *http.Request, status int, v *shopWindow, view site.ShopWindowPage, more int, message *site.Message) error {
	title := "New window"
	if v != nil {
		title = v.Name
	}
	shop, at, err := s.page(r, "delivery", title, site.Link{Text: "Ordering windows", URL: windowsAddress})
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view.Shop, view.URL, view.CanSave = shop, windowsAddress+"new/", mayWrite(r)
	taken := map[string]int64{}
	if v != nil {
		view.ID, view.URL = string(v.ID), windowsAddress+string(v.ID)+"/"
		if view.Form.Values == nil {
			view.Form.Values = windowValues(*v, at)
		}
		for _, slot := range v.Slots {
			taken[string(slot.ID)] = slot.Taken
		}
	}
	methods, err := s.allMethods(r)
	if err != nil {
		return err
	}
	for _, m := range methods {
		view.Methods = append(view.Methods, site.Choice{Value: string(m.ID), Text: m.Name})
	}
	for i := range min(rowsOf(view.Form.Values)+more, mostSlots) {
		p := slotPrefix(i)
		if view.Form.Values[p+"delivery"] == "" && len(methods) > 0 {
			view.Form.Values[p+"delivery"] = string(methods[0].ID)
		}
		slot := site.ShopSlotForm{Prefix: p, ID: view.Form.Values[p+"id"], Title: "Slot " + strconv.Itoa(i+1)}
		if n := taken[slot.ID]; slot.ID != "" && n > 0 {
			slot.Taken = counted(int(n), "order has", "orders have") + " taken a place in it."
		}
		view.Slots = append(view.Slots, slot)
	}
	return show(w, r, status, site.ShopWindow(view))
}

// slotsBody reads the slots of a form, and says which of its rows each is from. Rows that
// say nothing, and those that are to go, are left out; what is no time is noted.
func slotsBody(f site.Form, at *time.Location) (slots []any, rows []int) {
	slots = []any{}
	for i := range rowsOf(f.Values) {
		p := slotPrefix(i)
		value := func(name string) string { return strings.TrimSpace(f.Values[p+name]) }
		if f.Values[p+"remove"] == "yes" || value("id") == "" && value("day")+value("from")+value("to")+value("capacity") == "" {
			continue
		}
		slot := map[string]any{"delivery": value("delivery")}
		if id := value("id"); id != "" {
			slot["id"] = id
		}
		for field, name := range map[string]string{"from": "starts_at", "to": "ends_at"} {
			t, err := time.ParseInLocation(localTime, value("day")+"T"+value(field), at)
			if _, wrong := time.Parse(time.DateOnly, value("day")); wrong != nil {
				f.Errors[p+"day"] = "expected a day, such as 2030-05-04"
			} else if err != nil {
				f.Errors[p+field] = "expected a time, such as 16:00"
			}
			slot[name] = t.UTC().Format(time.RFC3339)
		}
		if text := value("capacity"); text != "" {
			n, ok := money.ParseDecimal(text, 0)
			if !ok || n == 0 {
				f.Errors[p+"capacity"] = "expected a number above zero, or nothing for any number"
			}
			slot["capacity"] = n
		}
		slots, rows = append(slots, slot), append(rows, i)
	}
	return slots, rows
}

func (s *ShopOrders) saveWindow(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	_, at, err := s.page(r, "delivery", "")
	if err != nil {
		return err
	}
	f := formOf(r.PostForm)
	var stored *shopWindow
	c, etag := call{method: http.MethodPost, path: "/v1/order-windows"}, ""
	if id := r.PathValue("id"); id != "new" {
		v, a, err := s.aWindow(r, id)
		if err != nil {
			return err
		}
		stored, etag = &v, a.header.Get("ETag")
		c = call{method: http.MethodPatch, path: "/v1/order-windows/" + string(v.ID), ifMatch: f.Values["etag"]}
	}
	view := site.ShopWindowPage{Form: f, ETag: f.Values["etag"]}
	if f.Values["more"] == "yes" {
		return s.windowPage(w, r, http.StatusOK, stored, view, newSlots, nil)
	}
	slots, rows := slotsBody(f, at)
	c.json = map[string]any{"name": f.Values["name"], "opens_at": momentTyped(f, "opens_at", at), "closes_at": momentTyped(f, "closes_at", at),
		"active": f.Values["active"] == "yes", "slots": slots}
	for _, name := range []string{"opens_at", "closes_at"} {
		if f.Values[name] == "" {
			f.Errors[name] = "expected a day and a time"
		}
	}
	if len(f.Errors) > 0 {
		return s.windowPage(w, r, http.StatusUnprocessableEntity, stored, view, 0, unfit(f))
	}
	a, err := s.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		view.ETag, view.Form.Stored = etag, storedNow(windowValues(*stored, at), f.Values)
		maps.DeleteFunc(view.Form.Stored, func(name, _ string) bool { return strings.HasPrefix(name, "slots[") })
		return s.windowPage(w, r, a.status, stored, view, 0, &site.Message{Kind: "changed", Text: "Somebody changed this window meanwhile. What you typed is kept, and saving again stores it: " +
			"slots that were added meanwhile would go. Open it anew to see them."})
	case a.refused != nil:
		return s.windowPage(w, r, a.status, stored, view, 0, refusedWindow(f, a.refused, rows))
	case stored == nil:
		return done(w, r, windowsAddress, "added")
	}
	return done(w, r, windowsAddress+string(stored.ID)+"/", "saved")
}

// refusedWindow notes at the fields what the API refused; slots have other places in the
// request than rows in the form.
func refusedWindow(f site.Form, d *problem.Details, rows []int) *site.Message {
	names := map[string]string{"starts_at": "from", "ends_at": "to"}
	rest := noted(d, f.Errors, func(location string) string {
		name := strings.TrimPrefix(location, "body.")
		list, after, indexed := strings.Cut(name, "[")
		if list != "slots" || !indexed {
			return fieldOf(f.Values, name)
		}
		number, part, _ := strings.Cut(after, "]")
		n, err := strconv.Atoi(number)
		if err != nil || n >= len(rows) {
			return ""
		}
		if part = strings.TrimPrefix(part, "."); names[part] != "" {
			part = names[part]
		}
		if part == "" || part == "id" {
			part = "day"
		}
		return fieldOf(f.Values, slotPrefix(rows[n])+part)
	})
	m := refusal(d, rest)
	m.Items = append(m.Items, faultLinks(f)...)
	return m
}
