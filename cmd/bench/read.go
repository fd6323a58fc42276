// Part read: the addresses of the API that a shop is read by, beside bare net/http
// and pgx.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/db"
)

// readGoal is the most processor time one of our answers may take, as a multiple of
// the control's; waitGoal the longest that one in a hundred waits where the machine
// has time: with as few clients at once as are calm.
const (
	readGoal = 1.5
	waitGoal = 10 * time.Millisecond
	calm     = 4
)

// reading is one kind of request to both sides. Of a reading whose control works
// elsewhere, in PostgreSQL and not in the server, the time of both together is judged.
type reading struct {
	name      string
	messages  [][]byte
	requests  int
	elsewhere bool
}

// facetMixes are the filters that lists with facets are asked for with.
var facetMixes = []string{
	"",
	"&category=hall-1&sort=price",
	"&category=aisle-2-3&brand=brand-000,brand-001",
	"&label=label-000,label-001&free_from=celery,milk",
	"&country=GB,IT&availability=in_stock&price_max=600&sort=newest",
}

// wordsAsked are what is searched for: a word of many names, two words, and the
// beginning of one.
var wordsAsked = []string{"almond", "smoked+almond", "black+tea", "beetr"}

// readings are what is asked for: every product in turn, the first page, lists with
// facets, what can be had, and searches.
func readings(slugs, variants []string, requests int) []reading {
	get := func(path string) []byte { return message(http.MethodGet, "localhost", path, "", nil) }
	one := reading{name: "`GET /v1/products/{slug}`", requests: requests}
	for _, slug := range slugs {
		one.messages = append(one.messages, get("/v1/products/"+slug))
	}
	list := []reading{one, {name: "`GET /v1/products?limit=24`", messages: [][]byte{get("/v1/products?limit=24")}, requests: requests / 2}}
	for _, mix := range facetMixes {
		list = append(list, reading{"`…?limit=24&include=facets" + mix + "`", [][]byte{get("/v1/products?limit=24&include=facets" + mix)}, requests / 4, true})
	}
	many := reading{name: "`GET /v1/availability`, 200 ids", requests: requests / 4}
	for i := 0; i+200 <= len(variants); i += 100 {
		many.messages = append(many.messages, get("/v1/availability?ids="+strings.Join(variants[i:i+200], ",")))
	}
	search := reading{name: "`GET /v1/search`", requests: requests / 4}
	for _, words := range wordsAsked {
		search.messages = append(search.messages, get("/v1/search?q="+words))
	}
	return append(list, many, search)
}

// sample is one run of one side, for each request; wait is one in a hundred's with a
// calm machine.
type sample struct {
	burst
	server, postgres time.Duration
	wait             time.Duration
}

func (b *bench) read(ctx context.Context) (err error) {
	b.say("read: a private PostgreSQL with %d products", b.products)
	cluster, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(b.work, "read"), BinDir: b.pgBin, Durable: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	if err := db.Migrate(ctx, cluster.URL(), quiet); err != nil {
		return err
	}
	slugs, variants, err := stock(ctx, cluster.URL(), b.products)
	if err != nil {
		return err
	}
	if err := b.index(ctx, cluster.URL()); err != nil {
		return err
	}
	postmaster, err := postmasterOf(cluster.Dir())
	if err != nil {
		return err
	}
	pair := [2]*side{}
	for i, name := range []string{"serve-ours", "serve-control"} {
		dir := filepath.Join(b.work, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		if pair[i], err = startSide(ctx, name, cluster.URL(), dir); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pair[i].stop()) }()
	}

	t := table{{"read", "", "requests/s", "p50", "p99", fmt.Sprintf("p99, %d at once", calm), "server CPU µs/request", "PostgreSQL CPU µs/request", "both, µs"}}
	var missed bool
	list := readings(slugs, variants, b.requests)
	for _, r := range list {
		size, err := sameAnswers(pair, r.messages)
		if err != nil {
			return err
		}
		b.say("read: %s, %d runs of %d requests", r.name, b.runsOf(r), r.requests)
		ours, control, err := b.alternate(ctx, pair, postmaster, r)
		if err != nil {
			return err
		}
		t.addSide(fmt.Sprintf("%s, %d bytes", r.name, size), "ours", ours)
		t.addSide("", "control", control)
		speed := ratioText(ratios(column(ours, sample.perSecond), column(control, sample.perSecond)))
		server, both := ratios(column(ours, sample.serverCPU), column(control, sample.serverCPU)), ratios(column(ours, sample.bothCPU), column(control, sample.bothCPU))
		serverText, bothText, judged := ratioText(server), ratioText(both), server
		if r.elsewhere {
			judged = both
		}
		reached := median(slices.Clone(judged)) <= readGoal
		quick := time.Duration(median(column(ours, sample.waited))) <= waitGoal
		missed = missed || !reached
		if goal := ", goal ≤ 1.5 " + verdict(reached); r.elsewhere {
			bothText += goal
		} else {
			serverText += goal
		}
		t.add("", "ours ÷ control", speed, "", "", "goal ≤ 10 ms "+verdict(quick), serverText, "", bothText)
	}
	t.write(b.out, fmt.Sprintf("Reading: %d products, %d connections, no cache, medians of alternating runs; ratios pair by pair, lowest and highest in brackets. "+
		"Lists with facets are counted in the server by ours and in PostgreSQL by the control: of those the time of both is judged.", b.products, connections))
	if missed || b.profile != "" {
		return b.explain(ctx, pair, list)
	}
	return nil
}

// index makes the index of search, which the control searches as well.
func (b *bench) index(ctx context.Context, url string) error {
	b.say("read: the index of search")
	dir := filepath.Join(b.work, "indexer")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	app, err := ourApp(ctx, url, dir)
	if err != nil {
		return err
	}
	if err := app.Search.Reindex(ctx, nil); err != nil {
		return err
	}
	pool, err := db.Open(ctx, db.Options{URL: url, Name: "bench", StatementTimeout: patience * 10})
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// runsOf is how often a reading is measured: fewer where the control takes its time.
func (b *bench) runsOf(r reading) int {
	if r.elsewhere {
		return min(b.runs, 5)
	}
	return b.runs
}

// alternate runs both sides in turn, each as often first as the other.
func (b *bench) alternate(ctx context.Context, pair [2]*side, postmaster int, r reading) (ours, control []sample, err error) {
	lists := [2][]sample{}
	for run := range b.runsOf(r) + 1 {
		for turn := range pair {
			i, asked := (turn+run)%len(pair), r
			if r.elsewhere && i == 1 {
				asked.requests = connections
			}
			s, err := measure(ctx, pair[i], postmaster, asked)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", pair[i].name, err)
			}
			// The first of each warms pools, plans and heaps.
			if run > 0 {
				lists[i] = append(lists[i], s)
			}
		}
	}
	return lists[0], lists[1], nil
}

// measure is a busy moment of a side, and a calm one after it.
func measure(ctx context.Context, s *side, postmaster int, r reading) (sample, error) {
	of, err := measureBusy(ctx, s, postmaster, r)
	if err != nil {
		return sample{}, err
	}
	quiet, err := press(ctx, s.addr, r.messages, r.requests/2, calm)
	of.wait = percentile(quiet.latencies, 99)
	return of, err
}

// measureBusy sends each message once at the most where there are as many as requests.
func measureBusy(ctx context.Context, s *side, postmaster int, r reading) (sample, error) {
	backends, err := family(postmaster)
	if err != nil {
		return sample{}, err
	}
	database, err := processorTime(backends)
	if err != nil {
		return sample{}, err
	}
	before, err := s.usage()
	if err != nil {
		return sample{}, err
	}
	b, err := press(ctx, s.addr, r.messages, r.requests, connections)
	if err != nil {
		return sample{}, err
	}
	after, err := s.usage()
	if err != nil {
		return sample{}, err
	}
	databaseAfter, err := processorTime(backends)
	if err != nil {
		return sample{}, err
	}
	n := time.Duration(b.requests)
	return sample{burst: b, server: (after - before) / n, postgres: (databaseAfter - database) / n}, nil
}

func (s sample) serverCPU() float64   { return float64(s.server) / float64(time.Microsecond) }
func (s sample) postgresCPU() float64 { return float64(s.postgres) / float64(time.Microsecond) }
func (s sample) bothCPU() float64     { return s.serverCPU() + s.postgresCPU() }
func (s sample) waited() float64      { return float64(s.wait) }
func (s sample) perSecond() float64   { return s.burst.perSecond() }
func (s sample) p50() float64         { return float64(percentile(s.latencies, 50)) }
func (s sample) p99() float64         { return float64(percentile(s.latencies, 99)) }

func column(samples []sample, of func(sample) float64) []float64 {
	list := make([]float64, len(samples))
	for i, s := range samples {
		list[i] = of(s)
	}
	return list
}

func (t *table) addSide(what, name string, samples []sample) {
	middle := func(of func(sample) float64) float64 { return median(column(samples, of)) }
	t.add(what, name, fmt.Sprintf("%.0f", middle(sample.perSecond)),
		millis(time.Duration(middle(sample.p50))), millis(time.Duration(middle(sample.p99))), millis(time.Duration(middle(sample.waited))),
		fmt.Sprintf("%.1f", middle(sample.serverCPU)), fmt.Sprintf("%.1f", middle(sample.postgresCPU)), fmt.Sprintf("%.1f", middle(sample.bothCPU)))
}

// nextCursor is what sides differ in: ours signs it.
var nextCursor = regexp.MustCompile(`"next_cursor":"[^"]+"`)

// sameAnswers fails unless both sides answer every message with the same bytes, the
// text of a cursor apart, and the same headers about them. It returns the mean size of
// a body.
func sameAnswers(pair [2]*side, messages [][]byte) (size int64, err error) {
	var wires [2]*wire
	for i, s := range pair {
		if wires[i], err = dial(s.addr); err != nil {
			return 0, err
		}
		defer wires[i].close()
	}
	var bodies [2]bytes.Buffer
	for _, m := range messages {
		var headers [2]string
		for i, w := range wires {
			res, n, err := w.send(m, &bodies[i])
			if err != nil {
				return 0, err
			}
			headers[i] = strings.Join([]string{res.Status, res.Header.Get("Content-Type"), res.Header.Get("ETag"),
				res.Header.Get("Cache-Control"), strings.Join(res.TransferEncoding, ",")}, "; ")
			size += n
		}
		ours, control := nextCursor.ReplaceAll(bodies[0].Bytes(), []byte("more")), nextCursor.ReplaceAll(bodies[1].Bytes(), []byte("more"))
		if headers[0] != headers[1] || !bytes.Equal(ours, control) {
			line, _, _ := bytes.Cut(m, []byte("\r\n"))
			same := 0
			for same < min(len(ours), len(control)) && ours[same] == control[same] {
				same++
			}
			from := max(same-200, 0)
			return 0, fmt.Errorf("%.200s: the sides differ:\n%s\n%.600s\n%s\n%.600s", line, headers[0], ours[from:], headers[1], control[from:])
		}
	}
	return size / int64(2*len(messages)), nil
}
