package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
)

type cart int

func (c cart) CartCount(context.Context) (int, error) {
	if c < 0 {
		return 0, errors.New("canary-cart")
	}
	return int(c), nil
}

type bookings map[contract.UserID]account.NextBooking

func (b bookings) NextBooking(_ context.Context, user contract.UserID) (*account.NextBooking, error) {
	if next, ok := b[user]; ok {
		return &next, nil
	}
	return nil, nil
}

// TestSummary: strangers are none, and cost nothing; who is signed in sees their own.
func TestSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	noStore := map[string]string{"Cache-Control": "private, no-store"}
	stranger := `{"signed_in":false,"name":"","cart_count":0}`
	// Without a database: a stranger's answer needs none.
	w.pool.Close()
	apitest.Run(t, w, nil, []apitest.Scenario{
		{Name: "a stranger", URL: "/v1/me/summary", Status: 200, Want: []string{stranger}, WantHeader: noStore},
		{Name: "a program", URL: "/v1/me/summary", Header: apitest.Bearer("program"), Status: 200, Want: []string{stranger}, WantHeader: noStore},
	})
	if w.people.asked != 0 {
		t.Errorf("names were asked for %d times for strangers", w.people.asked)
	}
	apitest.Run(t, w, nil, []apitest.Scenario{
		{Name: "somebody", URL: "/v1/me/summary", Header: apitest.Bearer("bryn"), Status: 200,
			Want: []string{`{"signed_in":true,"name":"Bryn Ashdown","cart_count":0}`}, WantHeader: noStore},
		{Name: "whatever the scope", URL: "/v1/me/summary", Header: apitest.Bearer("other"), Status: 200, Want: []string{"Bryn"}, WantHeader: noStore},
		{Name: "a token that is none", URL: "/v1/me/summary", Header: apitest.Bearer(apitest.Canary), Status: 401, NotWant: []string{apitest.Canary}},
		{Name: "somebody who is gone", URL: "/v1/me/summary", Header: apitest.Bearer("gone"), Status: 200, Want: []string{stranger}},
	})
	if w.people.asked != 3 {
		t.Errorf("names were asked for %d times, want once a request", w.people.asked)
	}
}

// TestSummaryOfCartAndBookings: what other domains add.
func TestSummaryOfCartAndBookings(t *testing.T) {
	t.Parallel()
	next := bookings{}
	w := newWorld(t, func(o *account.Options) { o.Cart, o.Bookings = cart(3), next })
	next[w.bryn] = account.NextBooking{Title: "Sourdough", URL: "https://rose.example/account/bookings/", StartsAt: begin.Add(time.Hour)}
	apitest.Run(t, w, nil, []apitest.Scenario{
		{Name: "a stranger has a cart", URL: "/v1/me/summary", Status: 200, Want: []string{`"signed_in":false`, `"cart_count":3`}, NotWant: []string{"next_booking"}},
		{Name: "somebody goes somewhere", URL: "/v1/me/summary", Header: apitest.Bearer("bryn"), Status: 200, Want: []string{`"cart_count":3`, `"title":"Sourdough"`, `"starts_at":"2026-05-01T10:00:00Z"`}},
		{Name: "somebody else does not", URL: "/v1/me/summary", Header: apitest.Bearer("cas"), Status: 200, Want: []string{`"name":"Cas"`}, NotWant: []string{"next_booking"}},
	})
	broken := newWorld(t, func(o *account.Options) { o.Cart = cart(-1) })
	apitest.Run(t, broken, nil, []apitest.Scenario{{Name: "a broken cart", URL: "/v1/me/summary", Status: 500, NotWant: []string{"canary"}}})
}
