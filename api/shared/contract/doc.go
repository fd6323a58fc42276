// Package contract holds the data that crosses domain borders: typed ids, the
// shapes that one domain shows another, and the payloads of domain events.
//
// It has no behaviour beyond the Kind of an event and imports nothing but the
// standard library, so that every other package may import it. Field names and
// their JSON follow the field's words: Ghost's for the blog, schema.org's for
// the market.
//
// Times are UTC with microsecond precision, as PostgreSQL keeps them. Money is
// an integer number of minor units (pence) with an ISO 4217 code.
package contract
