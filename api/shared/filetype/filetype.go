// Package filetype says how a file of a built tree is answered, wherever it is
// kept: its media type and how long it may be kept by others. The server, Caddy
// and storage elsewhere must answer alike.
package filetype

import (
	"path"
	"strings"
)

// Fragments is the directory of a tree with what other sites may fetch and frame.
const Fragments = "_fragments/"

// Assets is the directory of a tree in which a file's name carries the hash of
// its bytes, so that it never changes.
const Assets = "_assets/"

const (
	// PageCaching is the Cache-Control of what may change at any moment; asking
	// costs one small answer.
	PageCaching = "public, max-age=0, must-revalidate"
	// CalendarCaching is the Cache-Control of iCalendar files, which programs fetch again
	// and again.
	CalendarCaching = "public, max-age=900"
	// AssetCaching is the Cache-Control of what never changes.
	AssetCaching = "public, max-age=31536000, immutable"
)

// Caching is the Cache-Control of a file, named by its path in its tree, such as
// "about/index.html".
func Caching(file string) string {
	if strings.HasPrefix(file, Assets) {
		return AssetCaching
	}
	if path.Ext(file) == ".ics" {
		return CalendarCaching
	}
	return PageCaching
}

// Of is the media type of a file by its name, with a charset where it is text;
// application/octet-stream where the name says nothing.
func Of(file string) string {
	if path.Base(file) == "rss.xml" {
		return "application/rss+xml; charset=utf-8"
	}
	if t, ok := types[path.Ext(file)]; ok {
		return t
	}
	return "application/octet-stream"
}

// types are those of the files that the generator writes. The system's own table
// differs from machine to machine, so it is not asked.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".txt": "text/plain; charset=utf-8", ".xml": "application/xml; charset=utf-8",
	".json": "application/json", ".webmanifest": "application/manifest+json", ".ics": "text/calendar; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".woff": "font/woff",
}
