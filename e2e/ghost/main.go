// Command ghost runs the stand-in for a Ghost on a loopback port, for browser tests and
// for trying the sync by hand:
//
//	go run ./e2e/ghost -port 2368 -deliver http://127.0.0.1:8080
//
// It starts from the export of a real Ghost, whose post all-cards has every card. It
// sends its webhooks to the program at -deliver. POST /_control/{action} has an editor
// do something; control.go lists the actions. When it is ready it prints its address.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/clock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ghost:", err)
		os.Exit(1)
	}
}

// secretOfHooks is as long as the program wants it.
const secretOfHooks = "webhooks-of-the-stand-in-for-a-ghost"

// run serves until ctx ends, and tells on out when it is ready.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("ghost", flag.ContinueOnError)
	port := flags.Int("port", 0, "the loopback `port`; 0: a free one")
	export := flags.String("export", "api/blog/testdata/ghost-export.json", "the `file` to start from, Ghost's JSON export")
	deliver := flags.String("deliver", "", "where webhooks go: the `address` of the program")
	key := flags.String("key", ghosttest.AdminKey, "the Admin API key, `id:hex`")
	secret := flags.String("secret", secretOfHooks, "the `secret` that webhooks are signed with")
	address := flags.String("url", "", "the `address` that the Ghost believes to have; empty: the one it listens on")
	delay := flags.Duration("delay", 0, "how long each answer takes")
	extra := flags.Int("extra", 0, "how many more posts than in the export")
	if err := flags.Parse(args); err != nil {
		return err
	}
	data, err := os.ReadFile(*export)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	here := "http://" + listener.Addr().String()
	if *address == "" {
		*address = here
	}
	data, files := bringHome(data)
	g, err := ghosttest.New(data, ghosttest.Options{
		URL: *address, AdminKey: *key, Secret: *secret, Delay: *delay, Extra: *extra, Start: clock.System{}.Now(),
	})
	if err != nil {
		return err
	}
	g.PutMedia()
	putHome(g, files)
	c := &control{ghost: g}
	if *deliver != "" {
		c.deliverTo(*deliver)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, prefix) {
			c.ServeHTTP(w, r)
			return
		}
		g.ServeHTTP(w, r)
	})}
	fmt.Fprintln(out, "ghost is ready at", here)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	c.stop()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	return server.Shutdown(ending)
}
