// Part ghost: from an editor's change in Ghost to the page that shows it.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

const (
	// ghostGoal is how soon 95 of 100 changes in Ghost are on their page.
	ghostGoal = time.Second
	// ghostDelay is how long each answer of Ghost's takes.
	ghostDelay = 150 * time.Millisecond
	// ghostExport is what the stand-in begins with.
	ghostExport = "api/blog/testdata/ghost-export.json"
)

func (b *bench) ghost(ctx context.Context) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	export, err := os.ReadFile(ghostExport)
	if err != nil {
		return fmt.Errorf("the bench is run from the top of the checkout: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	var asked atomic.Int64
	ghost, err := ghosttest.New(export, ghosttest.Options{URL: address, Seen: func(*http.Request, int, int) { asked.Add(1) }})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: ghost, ReadHeaderTimeout: patience}
	go server.Serve(listener)
	defer server.Close()

	b.say("ghost: a new roseash that follows a Ghost")
	dir, err := b.newDirectory("ghost")
	if err != nil {
		return err
	}
	p, err := b.startProduct(ctx, dir, "GHOST_URL="+address, "GHOST_ADMIN_KEY="+ghosttest.AdminKey, "GHOST_WEBHOOK_SECRET="+ghosttest.HookSecret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	w, err := dial(p.addr)
	if err != nil {
		return err
	}
	defer w.close()

	id := ghost.CreatePost(ghosttest.Post{Title: "Measured", Slug: "measured", Status: "published"})
	stop := ghost.AutoDeliver("http://" + p.addr)
	defer stop()
	if _, err := p.editInGhost(ctx, w, ghost, id, 0); err != nil { // and whatever comes with the start
		return err
	}
	ghost.Configure(func(o *ghosttest.Options) { o.Delay = ghostDelay })
	before := asked.Load()
	b.say("ghost: %d changes, one after the other", b.publishes)
	var visible, control []time.Duration
	for i := range b.publishes {
		way, err := p.editInGhost(ctx, w, ghost, id, i+1)
		if err != nil {
			return err
		}
		took, err := p.writeOne(w, fmt.Sprintf("bench-control-%d", i), way.size)
		if err != nil {
			return err
		}
		visible, control = append(visible, way.visible), append(control, took)
	}
	t := table{{"change in Ghost", "n", "questions to Ghost", "p50", "p90", "p95", "max", "goal p95 < 1 s"}}
	row := func(name, questions string, times []time.Duration, goal string) {
		t.add(name, fmt.Sprint(len(times)), questions, millis(percentile(times, 50)), millis(percentile(times, 90)),
			millis(percentile(times, 95)), millis(percentile(times, 100)), goal)
	}
	row("hook, fetch, page", fmt.Sprintf("%.1f each", float64(asked.Load()-before)/float64(len(visible))), visible, verdict(percentile(visible, 95) < ghostGoal))
	row("control: write as many bytes, fsync, rename, read", "", control, "")
	t.write(b.out, fmt.Sprintf("Following a Ghost: from the change in Ghost, whose webhooks go out at once, to a page that shows it, with the real binary; the stand-in takes %d ms for each answer.", ghostDelay.Milliseconds()))
	return nil
}

// editInGhost changes a post's body there and asks for its page here, each millisecond,
// until it has the change.
func (p *product) editInGhost(ctx context.Context, w *wire, ghost *ghosttest.Ghost, id string, n int) (way published, err error) {
	mark := fmt.Sprintf("Change number %d of many.", n)
	get := message(http.MethodGet, p.addr, "/measured/", "", nil)
	var body bytes.Buffer
	began := time.Now()
	ghost.EditPost(id, func(post *ghosttest.Post) { post.SetBody(ghosttest.Paragraph(mark)) })
	for ctx.Err() == nil && time.Since(began) < patience {
		res, _, err := w.send(get, &body)
		if err != nil {
			return way, err
		}
		if res.StatusCode == http.StatusOK && bytes.Contains(body.Bytes(), []byte(mark)) {
			way.visible, way.size = time.Since(began), body.Len()
			return way, nil
		}
		time.Sleep(time.Millisecond)
	}
	return way, errors.Join(ctx.Err(), fmt.Errorf("change %d did not appear in %s", n, patience))
}
