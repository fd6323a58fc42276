// Package orders makes orders of carts and sees them paid exactly once, handed over, and
// refunded where they must be.
//
// An order is placed first and paid then. One transaction takes the cart, prices it, reserves
// stock, and writes order, lines and a payment attempt; after the commit a checkout is made at
// SumUp ([sumup.Client]) with the attempt's reference. Whoever hears of a payment first, the
// webhook, the page the browser returns to or the poll, only asks for it to be looked at:
// [Service.Verify] fetches the checkout, compares it with the attempt and settles it once.
// What SumUp cannot be asked about is unknown, and unknown is never unpaid.
//
// # Locks
//
// Carts by id, the order, the slot, stock by id, and last the counter of invoices. No call
// leaves the process within a transaction.
//
// # State
//
// An order has three axes: status, payment_status, fulfilment_status. Each change goes
// through [Service.record], which appends an event with actor, cause and the hashes of the
// state before and after; triggers of the schema refuse what leads back.
package orders
