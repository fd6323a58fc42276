// Package account is what people see of themselves: the line about them at the top of each
// page, and an export of all that is stored of them.
//
// It stores exports only. Whatever else it tells it asks of others, through interfaces that
// are declared here: names and addresses, the cart, bookings, and the Sources of exports.
//
// # Exports
//
// An export is asked for, made by a job, and announced by mail. It is a zip of JSON, which
// can be downloaded for ExportLasts and is then erased by an hourly job; that it was made is
// known for a while longer. Somebody has at most one at work and a few a day.
//
// It emits and handles no domain events.
package account
