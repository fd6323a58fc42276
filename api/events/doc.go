// Package events is calendars: their entries and the dates of these, the venues where they
// happen, and what people and calendar programs subscribe to.
//
// # Local time
//
// The wall time of an entry and the name of its zone are the truth; instants follow from them
// (package localtime) with the zone data that the program brings (package zones), never in the
// database. When these data change, so do the instants and no wall time.
//
// # Entries and occurrences
//
// An entry is a VEVENT. Its dates are rows, at least 24 months ahead, with ids that stay: an
// edit of a series finds for each date that was the one that it has become (package series);
// one that somebody refers to is never removed but kept beside the series. What is a date's
// own (an override, RECURRENCE-ID) is in its row, NULL meaning the entry's.
//
// # Who
//
// Visitors see entries that are confirmed, postponed or cancelled, and of private ones only
// that the time is taken. Organisers see and change those of their calendars, whoever holds
// events:write those of all. Members may propose where the calendar permits it.
package events
