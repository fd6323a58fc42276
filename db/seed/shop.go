// How the demo co-op sells: invoices, terms, delivery, ordering windows, codes.

package seed

import (
	"fmt"
	"time"
)

// Shop is how the demo co-op sells.
type Shop struct {
	Business     ShopBusiness
	Terms        string // Markdown
	Cancellation string // Markdown
	Delivery     []Delivery
	Window       Window
	Discounts    []Discount
}

// ShopBusiness is what stands on invoices.
type ShopBusiness struct {
	Name          string `yaml:"name"`
	Address       string `yaml:"address"`
	VATNumber     string `yaml:"vat_number"`
	CompanyNumber string `yaml:"company_number"`
	Contact       string `yaml:"contact"`
}

// Delivery is a way for goods to reach people. Slots are of each week; without any it can be
// chosen at any time. Fee and FreeFrom are in minor units.
type Delivery struct {
	Name         string     `yaml:"name"`
	Kind         string     `yaml:"kind"` // collection or delivery
	Place        string     `yaml:"place"`
	Instructions string     `yaml:"instructions"`
	Fee          int64      `yaml:"fee"`
	FreeFrom     int64      `yaml:"free_from"`
	Postcodes    []string   `yaml:"postcodes"`
	Slots        []WeekSlot `yaml:"slots"`
}

// WeekSlot is a slot of each week, in the site's zone. Capacity is in orders.
type WeekSlot struct {
	Day      Weekday `yaml:"day"`
	From     Clock   `yaml:"from"`
	To       Clock   `yaml:"to"`
	Capacity int     `yaml:"capacity"`
}

// Window is the ordering window of each week. {date} in Name is the day on which it closes.
type Window struct {
	Name          string
	Opens, Closes WeekTime
	Weeks         int
}

// WeekTime is a time of a day of the week.
type WeekTime struct {
	Day Weekday `yaml:"day"`
	At  Clock   `yaml:"at"`
}

// Discount is a code: Percent in basis points or Amount in minor units.
type Discount struct {
	Code       string   `yaml:"code"`
	Name       string   `yaml:"name"`
	Percent    int      `yaml:"percent"`
	Amount     int64    `yaml:"amount"`
	Minimum    int64    `yaml:"minimum"`
	PerBuyer   int      `yaml:"per_buyer"`
	Categories []string `yaml:"categories"` // slugs
}

// Weekday is a day of the week by its English name.
type Weekday struct{ time.Weekday }

// UnmarshalText reads a name.
func (d *Weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == string(text) {
			d.Weekday = day
			return nil
		}
	}
	return fmt.Errorf("no day of the week is %q", text)
}

// Clock is a time of day: minutes since midnight.
type Clock int

// UnmarshalText reads "16:00".
func (c *Clock) UnmarshalText(text []byte) error {
	at, err := time.Parse("15:04", string(text))
	*c = Clock(at.Hour()*60 + at.Minute())
	return err
}

// Next is the first such time after t, in t's zone.
func (w WeekTime) Next(t time.Time) time.Time {
	days := (int(w.Day.Weekday) - int(t.Weekday()) + 7) % 7
	at := w.on(t, days)
	if !at.After(t) {
		at = w.on(t, days+7)
	}
	return at
}

func (w WeekTime) on(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, int(w.At)/60, int(w.At)%60, 0, 0, t.Location())
}

func (r *reader) readShop() error {
	var in struct {
		Business     ShopBusiness `yaml:"business"`
		Terms        string       `yaml:"terms"`
		Cancellation string       `yaml:"cancellation"`
		Delivery     []Delivery   `yaml:"delivery"`
		Window       struct {
			Name   string   `yaml:"name"`
			Opens  WeekTime `yaml:"opens"`
			Closes WeekTime `yaml:"closes"`
			Weeks  int      `yaml:"weeks"`
		} `yaml:"window"`
		Discounts []Discount `yaml:"discounts"`
	}
	if err := r.decode("shop.yaml", &in); err != nil {
		return err
	}
	r.data.Shop = Shop{
		Business: in.Business, Terms: in.Terms, Cancellation: in.Cancellation, Delivery: in.Delivery,
		Window: Window{in.Window.Name, in.Window.Opens, in.Window.Closes, in.Window.Weeks}, Discounts: in.Discounts,
	}
	return nil
}
