// Package series is what an edit does to the dates of a series: which old date has become
// which new one, and how a series is cut in two. It is pure; the service stores what it says.
package series
