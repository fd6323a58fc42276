// Package paging keeps the pages of lists stable: a page that is full stays as
// it is when something newer comes, so that a publish touches one page of a list
// and not all of them.
//
// # Ordinals
//
// An item gets the next ordinal of a list when it comes into the list, and keeps
// it: when its date changes, when others go, when it is dated back. An ordinal
// that became free is a hole and is not given again. So which page an item is on
// does not depend on what came later, and a full build reads the stored ordinals
// and makes the same pages.
//
// # Pages
//
// Pages are counted from the oldest. The sealed page k (1 and up) of a list with
// pages of size n holds the ordinals from n*(k-1) until n*k; the open page, which
// has the number 0 and is the one that a reader sees first, holds the rest. Within
// a page the newest by date is first. A page without items does not exist, and
// links to newer and older pages jump over it.
//
// The first block of n ordinals on the open page is sealed as soon as the open
// page keeps n items without it: the open page of a list to which is only added
// holds from n to 2n-1. When so many of the newest were deleted that it holds
// fewer than half of n, it takes the last sealed page back in, or as many as it
// needs for that. So something added, and something removed, changes three pages
// of a list at most, and mostly one.
//
// # Writing and reading
//
// Put is the one way to write; it says which pages may be other than before.
// Reader is what the generator reads: Stored from the tables, and Memory from the
// rows that another process got through the API. Both give the same answers.
//
// The tables are in the schema ssg, for they are the generator's; the answers of
// the API carry the page of an item, which is why this package is shared. SQL
// stands beside the code as constants: the generated queries of package ssg are
// hidden from the API.
//
// Stable pages counted from the oldest are known from Nikola and Pelican; there
// they are counted anew for each build.
package paging
