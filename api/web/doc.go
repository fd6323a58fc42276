// Package web answers browsers: with the built site, and with the pages that are made when
// somebody asks for them.
//
// Pages for people who have signed in stand on [Private]: they are forms over the API, which
// they ask in process as whoever is at the browser. [Account] is everybody's own and those of
// admins, [Shop] and [ShopOrders] the shopkeeper's, [Organise] for who looks after calendars,
// [Editor] the editor's; [Login] lets people in and out. [MemberFeed] is a member's own calendar,
// for programs.
//
// [Site] hands out the files of the trees that the generator builds, as a web
// server would, so that one process needs nobody in front of it. The tree is
// chosen by the Host header. What a CDN or Caddy does with the same files must
// come out the same: /about/ is about/index.html, /about goes to /about/, who can
// read about/index.html.br gets that in its place.
//
// Where there is no file, [Missing] is asked: a page that is not written yet is
// rendered, one that has moved leads to where it is, one that was withdrawn is the
// tree's 410.html, and the rest its 404.html.
//
// Nothing outside the trees can be reached (os.Root), nor any file or directory
// whose name begins with a dot.
package web
