// Package money counts and writes amounts. All arithmetic is on integers of the
// currency's minor unit: nothing is ever a float.
//
// [UnitPrice], [Weighed] and [VAT] round half up, once, at the end; their tests
// compare them with arithmetic on big integers. [Format], [Decimal], [PerUnit],
// [Size] and [Rate] are the one way in which pages, mails and files write amounts;
// [ParseDecimal] and [WriteDecimal] read and write numbers with [Places] behind the point.
package money
