// Publishing on a large site: from an editor's request to the files.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const (
	diskGoal50 = 20 * time.Millisecond
	diskGoal99 = 100 * time.Millisecond
	flatGoal   = 1.5 // of the smallest site's
	// warmUp is how many posts are published before those that count.
	warmUp = 20
	// lookEvery is how often the directory is looked at.
	lookEvery = 200 * time.Microsecond
	// draftTags is how many tags a draft has, as the corpus' posts have.
	draftTags = 3
)

// filed is one post's way to the disk.
type filed struct {
	answered time.Duration // to the answer of the request
	page     time.Duration // to its page
	lists    time.Duration // to its page, the front page and the feed
}

// ssgPublish starts the product on a site that was built and publishes on it; then
// it measures the floor with that site's posts.
func (b *bench) ssgPublish(ctx context.Context, o *ours, posts int, built []lap, report *publishReport) error {
	p, err := b.startProduct(ctx, o.dir, baseURL)
	if err != nil {
		return err
	}
	row, control, err := b.publishFiles(ctx, p, filepath.Join(o.dir, "control"))
	var pages string
	if err == nil {
		pages, err = p.postPages(o.dir, floorPages)
	}
	if err = errors.Join(err, p.stop()); err != nil {
		return err
	}
	report.add(posts, row, control)
	return b.floor(ctx, pages, o, built)
}

// publishFiles publishes drafts one after the other and watches their files; the
// control writes one file after each of them.
func (b *bench) publishFiles(ctx context.Context, p *product, dir string) (row []filed, control []time.Duration, err error) {
	b.say("ssg: publishing %d posts in a row", b.publishes)
	drafts, err := p.write(ctx, warmUp+b.publishes, draftTags)
	if err != nil {
		return nil, nil, err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, nil, err
	}
	w, err := dial(p.addr)
	if err != nil {
		return nil, nil, err
	}
	defer w.close()
	for i, d := range drafts {
		one, size, err := p.publishFile(ctx, w, d)
		if err != nil {
			return nil, nil, err
		}
		body := bytes.Repeat([]byte("x"), size)
		began := time.Now()
		if err := writeSafely(dir, d.Slug, body); err != nil {
			return nil, nil, err
		}
		if i >= warmUp {
			row, control = append(row, one), append(control, time.Since(began))
		}
	}
	return row, control, nil
}

// publishFile publishes a draft and looks at the disk until its page is there and
// the front page and the feed are other files than before. That all three show
// the draft is checked when the clock has stopped.
func (p *product) publishFile(ctx context.Context, w *wire, d draft) (one filed, size int, err error) {
	page := filepath.Join(p.public, d.Slug, "index.html")
	lists := []string{filepath.Join(p.public, "index.html"), filepath.Join(p.public, "rss.xml")}
	var before []os.FileInfo
	for _, name := range lists {
		info, err := os.Stat(name)
		if err != nil {
			return one, 0, err
		}
		before = append(before, info)
	}
	put := message(http.MethodPut, p.addr, "/v1/posts/"+d.Slug+"/publish", p.token, nil)
	type answer struct {
		took time.Duration
		err  error
	}
	answers := make(chan answer, 1)
	began := time.Now()
	go func() {
		var body bytes.Buffer
		res, _, err := w.send(put, &body)
		took := time.Since(began)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("publishing %s: %s %.400s", d.Slug, res.Status, body.Bytes())
		}
		answers <- answer{took, err}
	}()
	for one.lists == 0 || one.answered == 0 {
		select {
		case a := <-answers:
			if one.answered = a.took; a.err != nil {
				return one, 0, a.err
			}
		default:
		}
		if one.page == 0 {
			if _, err := os.Stat(page); err == nil {
				one.page = time.Since(began)
			}
		}
		if one.page > 0 && one.lists == 0 && replaced(lists, before) {
			one.lists = time.Since(began)
		}
		if since := time.Since(began); ctx.Err() != nil || since > patience {
			return one, 0, errors.Join(ctx.Err(), fmt.Errorf("%s is not on all its pages after %s", d.Slug, since))
		}
		time.Sleep(lookEvery)
	}
	for name, mark := range map[string]string{page: d.mark, lists[0]: "/" + d.Slug + "/", lists[1]: "/" + d.Slug + "/"} {
		raw, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(raw, []byte(mark)) {
			return one, 0, errors.Join(err, fmt.Errorf("%s was written without %s", name, mark))
		}
		if name == page {
			size = len(raw)
		}
	}
	return one, size, nil
}

// replaced tells that each file is another one than before.
func replaced(names []string, before []os.FileInfo) bool {
	for i, name := range names {
		info, err := os.Stat(name)
		if err != nil || os.SameFile(info, before[i]) && info.ModTime().Equal(before[i].ModTime()) {
			return false
		}
	}
	return true
}

// publishReport gathers the sizes, to set the largest beside the smallest.
type publishReport struct {
	table
	first, last         float64 // p50 at the first and the last size
	firstSize, lastSize int
}

func (r *publishReport) add(posts int, row []filed, control []time.Duration) {
	if r.table == nil {
		r.table = table{{"publish to disk", "n", "request answered, p50", "its page, p50", "p99", "page, front page and feed, p50", "p99", "max", "goal p50 < 20 ms, p99 < 100 ms"}}
		r.firstSize = posts
	}
	column := func(of func(filed) time.Duration) []time.Duration {
		list := make([]time.Duration, len(row))
		for i, one := range row {
			list[i] = of(one)
		}
		return list
	}
	page, lists := column(func(f filed) time.Duration { return f.page }), column(func(f filed) time.Duration { return f.lists })
	p50, p99 := percentile(lists, 50), percentile(lists, 99)
	r.table.add(fmt.Sprintf("%d posts", posts), fmt.Sprint(len(row)), millis(percentile(column(func(f filed) time.Duration { return f.answered }), 50)),
		millis(percentile(page, 50)), millis(percentile(page, 99)), millis(p50), millis(p99), millis(percentile(lists, 100)),
		verdict(p50 < diskGoal50 && p99 < diskGoal99))
	r.table.add("control: one file, fsync, rename", fmt.Sprint(len(control)), "", millis(percentile(control, 50)), millis(percentile(control, 99)), "", "", "", "")
	if r.lastSize = posts; r.first == 0 {
		r.first = float64(p50)
	}
	r.last = float64(p50)
}

func (r *publishReport) write(out io.Writer) {
	if len(r.table) > 3 {
		flat := r.last / r.first
		r.table.add(fmt.Sprintf("%d posts ÷ %d posts", r.lastSize, r.firstSize), "", "", "", "", fmt.Sprintf("%.2f", flat), "", "",
			fmt.Sprintf("≤ %.1f %s", flatGoal, verdict(flat <= flatGoal)))
	}
	r.table.write(out, "Publishing on a built site: from the first byte of `PUT /v1/posts/{post}/publish` to the files, looked for every 0.2 ms; each post has three tags. The goal is that of page, front page and feed together.")
}
