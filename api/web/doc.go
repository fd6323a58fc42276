// Package web answers browsers. So far that is one thing: the built site.
//
// [Site] hands out the files of the trees that the generator builds, as a web
// server would, so that one process needs nobody in front of it. The tree is
// chosen by the Host header. What a CDN or Caddy does with the same files must
// come out the same: /about/ is about/index.html, /about goes to /about/, what
// is missing is the tree's own 404.html with status 404.
//
// Nothing outside the trees can be reached (os.Root), nor any file or directory
// whose name begins with a dot.
package web
