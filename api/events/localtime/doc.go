// Package localtime is time as people write it down: wall times in a zone, series of them, and
// the instants that follow. It is pure; nothing here asks what time it is.
package localtime
