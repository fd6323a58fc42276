// The cart's operations.

package cart

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// Routes registers the operations of carts and discount codes.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, own("get-cart", http.MethodGet, "/v1/cart", "Read the cart",
		"The cart of the browser, by its cookie, or of who has signed in: every line with what it costs now, what there is to know of it, and what all of it comes to. "+
			"Who has none gets an empty one of version 0."), s.getCart)
	huma.Register(api, own("clear-cart", http.MethodDelete, "/v1/cart", "Empty the cart",
		"Takes out all lines, codes and notes, and answers what is left: an empty cart."), s.clearCart)
	huma.Register(api, own("update-cart", http.MethodPatch, "/v1/cart", "Say something about the cart",
		"Sets the note for the shop. Without anything in the cart there is nothing to say (cart_empty).", http.StatusConflict), s.updateCart)
	huma.Register(api, own("create-cart-item", http.MethodPost, "/v1/cart/items", "Put something into the cart",
		"Adds to what is there of the same thing. The first thing makes the cart; a browser then gets its cookie __Host-cart, which has to come along from then on. "+
			"More than may be ordered of it, or than fits into a cart, is refused (quantity_limit); so is what is sold in another currency than the rest (other_currency). "+
			"What is out of stock may be put in and says so. "+
			"With Idempotency-Key it happens once however often the request is sent: the same request under the same key answers the cart as it is by then, "+
			"for 24 hours at least, marked by Idempotent-Replayed. Requests of a browser that has no cart yet each make one, with a key too.", http.StatusConflict), s.createCartItem)
	huma.Register(api, own("update-cart-item", http.MethodPatch, "/v1/cart/items/{line}", "Change a line of the cart",
		"Changes the fields that are given. A new quantity is taken at the price of now.", http.StatusConflict), s.updateCartItem)
	huma.Register(api, own("delete-cart-item", http.MethodDelete, "/v1/cart/items/{line}", "Take a line out of the cart",
		"Answers the cart without it."), s.removeCartItem)
	huma.Register(api, own("create-cart-code", http.MethodPost, "/v1/cart/codes", "Put a discount code into the cart",
		"In capitals or not. A code that does not apply as things are (members_only, minimum, …) is kept and says why. One that nobody can use is refused (discount_unusable), "+
			"and the answer does not tell why; whoever tries many of those is refused for a while. A cart takes five (too_many_codes).", http.StatusConflict), s.createCartCode)
	huma.Register(api, own("delete-cart-code", http.MethodDelete, "/v1/cart/codes/{discount}", "Take a discount code out of the cart",
		"Answers the cart without it."), s.removeCartCode)
	s.discountRoutes(api)
}

// own is an operation on the cart of whoever asks: strangers have one too, and who sends a
// token acts on the cart of its user.
func own(id, method, path, summary, description string, errors ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Tags: []string{"Cart"}, Summary: summary, Description: description, Errors: errors,
		Security: append([]map[string][]string{{}}, auth.Scope(auth.ScopeCartWrite)...),
	}
}
