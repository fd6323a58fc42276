// Package sumup talks to SumUp's API: hosted checkouts, refunds, transactions, payouts.
//
// Every answer is one of four: found, missing, invalid, or unavailable ([Result]). Only the
// first three say something about money; unavailable says that nobody knows, and never reads
// as "not paid". Amounts are integers of minor units here and JSON numbers with the
// currency's decimals on the wire; a number with more decimals than its currency has is
// invalid.
//
// GET and DELETE are tried again; POST is sent once: when bytes were written and no answer
// came, the outcome is unknown, and the caller finds it out by reading.
package sumup
