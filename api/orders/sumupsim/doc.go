// Package sumupsim is SumUp on this machine: the same paths, fields and errors, a page to pay
// on, webhooks, and faults by plan. Its ledger says what money really moved, so that tests
// can compare. It is a stand-in for development, tests and load; nothing in it is a payment.
package sumupsim
