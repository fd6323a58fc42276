// Package cart keeps what people want to buy until it becomes an order.
//
// # Nouns
//
// A cart belongs to a user, or to a browser by the token in its cookie [auth.CartCookie], of
// which only the hash is stored. Its lines are of kinds that other domains own: an [Owner] says
// what a thing is and costs, so that the cart knows neither products nor tickets. Prices are
// asked for each time; what a line cost when it was put in is kept only to be able to say that
// it has changed. Discounts are the shop's; their codes are put into carts.
//
// # Promises
//
//   - A holder has one open cart. The first thing that is put in makes it; a token that we did
//     not give out, or whose cart was merged, gets a new one.
//   - What a cart comes to is [money.Sum] of what the owners say, here, at checkout and in the
//     order alike. Nothing that a client sends decides what is paid.
//   - A line that can no longer be had, and a code that can no longer be used, stay and say so;
//     both keep the cart from being ordered, so that nobody pays for something else than they
//     were shown.
//   - A discount is used by no more orders than its limits say: they are counted under its lock
//     when an order is made ([Service.Take]), and given back when it ends unpaid.
//   - Orders take the cart in the transaction that makes the order ([Service.Take]), once, and
//     give its lines back where the order ends unpaid ([Service.GiveBack]), once.
//   - Signing in merges two carts in the transaction that begins the session
//     ([Service.Merge]); doing it again changes nothing.
//   - Carts that nobody touches are deleted by an hourly job; those that are orders never are.
//
// # Locks
//
// Carts, then discounts in the order of their ids, before any order. Whoever may hold more than
// one cart at once (giving back, merging, erasing, beginning one) takes the lock of its holder
// first, a browser's before a user's. Putting something into a cart that is there needs no lock:
// it is one statement that fails where the cart is of another version than was read, and is
// then done once more under the lock.
//
// It emits and handles no domain events. Operations are listed in routes.go and
// discount_operations.go.
package cart
