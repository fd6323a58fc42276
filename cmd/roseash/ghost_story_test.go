package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// cmdGhost starts a stand-in for a Ghost and sets GHOST_URL and GHOST_ADMIN_KEY, for the
// commands that follow, and GHOST_SECRET, which nothing may print. With the argument strange
// the key is another's; a Ghost that is ill answers 500 for one post, asked for by its id.
func cmdGhost(ts *testscript.TestScript, neg bool, args []string) {
	export, err := os.ReadFile(ts.Getenv("GHOST_EXPORT"))
	ts.Check(err)
	g, err := ghosttest.New(export, ghosttest.Options{Only: func(slug string) bool { return slug == "all-cards" || slug == "draft" || slug == "vis-members" }})
	ts.Check(err)
	server := httptest.NewServer(g)
	ts.Defer(server.Close)
	g.SetURL(server.URL)
	g.PutMedia()
	key := ghosttest.AdminKey
	switch {
	case len(args) == 0:
	case args[0] == "strange":
		key = "6b02884e615de030a89daf01:" + strings.Repeat("0a", 32)
	case args[0] == "ill":
		post, _ := g.Post("vis-members")
		g.Configure(func(o *ghosttest.Options) {
			o.Fault = func(r *http.Request) *ghosttest.Fault {
				if strings.Contains(r.URL.Path, post.ID) {
					return &ghosttest.Fault{Status: http.StatusInternalServerError}
				}
				return nil
			}
		})
	default:
		ts.Fatalf("ghost, ghost strange or ghost ill")
	}
	_, secret, _ := strings.Cut(key, ":")
	ts.Setenv("GHOST_SECRET", secret)
	ts.Setenv("GHOST_URL", server.URL)
	ts.Setenv("GHOST_ADMIN_KEY", key)
}
