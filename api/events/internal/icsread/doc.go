// Package icsread reads iCalendar files (RFC 5545) that other programs have written, whatever
// they have made of it: what can be read of a file is read, and what cannot is named by a code
// and a line and never by its words. It is pure: nothing is stored, and it asks no clock.
package icsread
