// Part publish: from an editor's request to the page that shows it.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
)

// publishGoal is how soon 99 of 100 published posts are on their page.
const publishGoal = time.Second

// published is one post's way to its page.
type published struct {
	answered time.Duration // to the answer of the request
	visible  time.Duration // to the first answer of the page that has the body
	size     int           // of the page
}

func (b *bench) publish(ctx context.Context) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	b.say("publish: a new roseash with the demo")
	p, err := b.newProduct(ctx, "publish")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	b.say("publish: writing %d drafts", 2*b.publishes)
	drafts, err := p.write(ctx, 2*b.publishes, 2)
	if err != nil {
		return err
	}
	b.say("publish: %d in a row", b.publishes)
	row, control, err := p.publishRow(ctx, drafts[:b.publishes])
	if err != nil {
		return err
	}
	b.say("publish: one every %s", b.interval)
	open, err := p.publishOpen(ctx, drafts[b.publishes:], b.interval)
	if err != nil {
		return err
	}

	quarter := max(len(row)/4, 1)
	first, last := waysVisible(row[:quarter]), waysVisible(row[len(row)-quarter:])
	t := table{{"publish", "n", "request answered, p50", "visible, p50", "p90", "p99", "max", "goal p99 < 1 s"}}
	t.addWay("in a row", row)
	t.addTimes(fmt.Sprintf("the first %d of them", quarter), first, "", "")
	t.addTimes(fmt.Sprintf("the last %d of them, %d posts later", quarter, len(row)-quarter), last, "", "")
	t.addRatio("last ÷ first, p50", last, first)
	t.addWay(fmt.Sprintf("one every %d ms", b.interval.Milliseconds()), open)
	t.addTimes(fmt.Sprintf("control: write %d bytes, fsync, rename, read", row[0].size), control, "", "")
	t.addRatio("in a row ÷ control, p50", waysVisible(row), control)
	t.write(b.out, "Publishing: from the first byte of `PUT /v1/posts/{post}/publish` to a page that shows the new body, with the real binary; the control's file is served by the same process.")
	return nil
}

// newProduct starts the binary on a new directory of this invocation.
func (b *bench) newProduct(ctx context.Context, name string) (*product, error) {
	dir, err := b.newDirectory(name)
	if err != nil {
		return nil, err
	}
	return b.startProduct(ctx, dir)
}

// newDirectory makes a directory of this invocation through which PostgreSQL's own
// account may pass.
func (b *bench) newDirectory(name string) (string, error) {
	dir := filepath.Join(b.work, name)
	return dir, os.Mkdir(dir, 0o711)
}

// publishRow publishes drafts one after the other. After each one the control
// does its part, so that both see the same machine.
func (p *product) publishRow(ctx context.Context, drafts []draft) (ways []published, control []time.Duration, err error) {
	w, err := dial(p.addr)
	if err != nil {
		return nil, nil, err
	}
	defer w.close()
	for i, d := range drafts {
		way, err := p.publishOne(ctx, w, d)
		if err != nil {
			return nil, nil, err
		}
		took, err := p.writeOne(w, fmt.Sprintf("bench-control-%d", i), way.size)
		if err != nil {
			return nil, nil, err
		}
		ways, control = append(ways, way), append(control, took)
	}
	return ways, control, nil
}

// publishOpen publishes a draft every interval, whether those before are done
// or not.
func (p *product) publishOpen(ctx context.Context, drafts []draft, interval time.Duration) ([]published, error) {
	ways := make([]published, len(drafts))
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	group, ctx := errgroup.WithContext(ctx)
	for i, d := range drafts {
		w, err := dial(p.addr)
		if err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			w.close()
			return nil, errors.Join(ctx.Err(), group.Wait())
		case <-ticks.C:
		}
		group.Go(func() (err error) {
			defer w.close()
			ways[i], err = p.publishOne(ctx, w, d)
			return err
		})
	}
	return ways, group.Wait()
}

// publishOne publishes a draft and asks for its page, each millisecond, until it
// has the draft's mark.
func (p *product) publishOne(ctx context.Context, w *wire, d draft) (way published, err error) {
	put := message(http.MethodPut, p.addr, "/v1/posts/"+d.Slug+"/publish", p.token, nil)
	get := message(http.MethodGet, p.addr, "/"+d.Slug+"/", "", nil)
	var body bytes.Buffer
	began := time.Now()
	res, _, err := w.send(put, &body)
	if err != nil {
		return way, err
	}
	if res.StatusCode != http.StatusOK {
		return way, fmt.Errorf("publishing %s: %s %.400s", d.Slug, res.Status, body.Bytes())
	}
	way.answered = time.Since(began)
	for ctx.Err() == nil && time.Since(began) < patience {
		res, _, err := w.send(get, &body)
		if err != nil {
			return way, err
		}
		if res.StatusCode == http.StatusOK && bytes.Contains(body.Bytes(), []byte(d.mark)) {
			way.visible, way.size = time.Since(began), body.Len()
			return way, nil
		}
		time.Sleep(time.Millisecond)
	}
	return way, errors.Join(ctx.Err(), fmt.Errorf("the page of %s did not appear in %s", d.Slug, patience))
}

// writeOne is the control: a page of size bytes put where the server finds it,
// as safely as can be, and read through the server.
func (p *product) writeOne(w *wire, name string, size int) (time.Duration, error) {
	dir := filepath.Join(p.public, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return 0, err
	}
	get := message(http.MethodGet, p.addr, "/"+name+"/", "", nil)
	body := bytes.Repeat([]byte("x"), size)
	began := time.Now()
	if err := writeSafely(dir, "index.html", body); err != nil {
		return 0, err
	}
	res, n, err := w.send(get, nil)
	if err == nil && (res.StatusCode != http.StatusOK || n != int64(size)) {
		err = fmt.Errorf("the control's page is %s with %d bytes", res.Status, n)
	}
	return time.Since(began), err
}

// writeSafely puts a file into dir in one step and onto the disk.
func writeSafely(dir, name string, body []byte) error {
	f, err := os.Create(filepath.Join(dir, ".new"))
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, name))
}

func waysVisible(ways []published) []time.Duration {
	list := make([]time.Duration, len(ways))
	for i, way := range ways {
		list[i] = way.visible
	}
	return list
}

func (t *table) addWay(name string, ways []published) {
	answered := make([]time.Duration, len(ways))
	for i, way := range ways {
		answered[i] = way.answered
	}
	visible := waysVisible(ways)
	t.addTimes(name, visible, millis(percentile(answered, 50)), verdict(percentile(visible, 99) < publishGoal))
}

func (t *table) addTimes(name string, times []time.Duration, answered, goal string) {
	t.add(name, fmt.Sprint(len(times)), answered, millis(percentile(times, 50)), millis(percentile(times, 90)),
		millis(percentile(times, 99)), millis(percentile(times, 100)), goal)
}

func (t *table) addRatio(name string, over, under []time.Duration) {
	t.add(name, "", "", fmt.Sprintf("%.1f", float64(percentile(over, 50))/float64(percentile(under, 50))), "", "", "", "")
}
