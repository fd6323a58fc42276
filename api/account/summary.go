// The line about whoever looks, for the script that every page has.

package account

import (
	"context"
	"net/http"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
)

// Summary is what a page says about who looks at it.
type Summary struct {
	SignedIn    bool         `json:"signed_in" example:"true"`
	Name        string       `json:"name" maxLength:"120" example:"Bryn Ashdown" doc:"Empty for strangers, and for those who have not said what they are called."`
	CartCount   int          `json:"cart_count" minimum:"0" example:"3" doc:"How many things are in the cart."`
	NextBooking *NextBooking `json:"next_booking,omitempty" doc:"What they are going to next; absent: nothing."`
}

// Summary is about whoever makes the request. Of strangers nothing is asked of the database;
// of who is signed in, their name. A client that may not see the name asks for a stranger.
func (s *Service) Summary(ctx context.Context) (sum Summary, err error) {
	if s.Cart != nil {
		if sum.CartCount, err = s.Cart.CartCount(ctx); err != nil {
			return Summary{}, err
		}
	}
	p, _ := auth.PrincipalFrom(ctx)
	if p.User == "" || p.Client != "" && !p.Has(auth.ScopeProfile) && !p.Has(auth.ScopeAccountRead) {
		return sum, nil
	}
	sum.Name, err = s.Names.DisplayName(ctx, p.User)
	switch {
	case err != nil && problem.From(err).Status == http.StatusNotFound:
		return sum, nil // their account has ended since the token was looked at
	case err != nil:
		return Summary{}, err
	}
	sum.SignedIn = true
	if s.Bookings != nil {
		if sum.NextBooking, err = s.Bookings.NextBooking(ctx, p.User); err != nil {
			return Summary{}, err
		}
	}
	return sum, nil
}
