// Pictures, sound and film that the export's posts show from elsewhere.

package main

import (
	"bytes"
	"regexp"
	"strings"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// elsewhere is where the export's posts have files that no test can reach.
var elsewhere = regexp.MustCompile(`https://(?:media\.example\.org/(?:img/)?|static\.ghost\.org/v4\.0\.0/images/)[a-z0-9-]+\.[a-z0-9]+`)

// bringHome moves these files to the Ghost itself, and says where they are.
func bringHome(export []byte) (moved []byte, paths []string) {
	seen := map[string]bool{}
	moved = elsewhere.ReplaceAllFunc(export, func(address []byte) []byte {
		name := string(address[bytes.LastIndexByte(address, '/')+1:])
		path := "/content/images/2026/02/" + name
		if strings.HasSuffix(name, ".mp3") || strings.HasSuffix(name, ".mp4") {
			path = "/content/media/2026/02/" + name
		}
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
		return []byte("__GHOST_URL__" + path)
	})
	return moved, paths
}

// putHome makes the files, each of its kind and no two alike.
func putHome(g *ghosttest.Ghost, paths []string) {
	for i, path := range paths {
		switch {
		case strings.HasSuffix(path, ".mp3"):
			g.PutFile(path, "audio/mpeg", ghosttest.Sound(40+i))
		case strings.HasSuffix(path, ".mp4"):
			g.PutFile(path, "video/mp4", ghosttest.Film())
		default:
			g.PutFile(path, "image/jpeg", ghosttest.Picture(640+8*i, 400))
		}
	}
}
