// Part read: two addresses of the API beside bare net/http and pgx.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/db"
)

// readGoal is the most processor time one of our answers may take, as a
// multiple of the control's.
const readGoal = 1.5

// reading is one kind of request to both sides.
type reading struct {
	name     string
	messages [][]byte
	requests int
}

// readings are what is asked for: every product in turn, and the first page.
func readings(slugs []string, requests int) []reading {
	one := reading{name: "`GET /v1/products/{slug}`", requests: requests}
	for _, slug := range slugs {
		one.messages = append(one.messages, message(http.MethodGet, "localhost", "/v1/products/"+slug, "", nil))
	}
	list := reading{name: "`GET /v1/products?limit=24`", requests: requests / 2}
	list.messages = [][]byte{message(http.MethodGet, "localhost", "/v1/products?limit=24", "", nil)}
	return []reading{one, list}
}

// sample is one run of one side, for each request.
type sample struct {
	burst
	server, postgres time.Duration
}

func (b *bench) read(ctx context.Context) (err error) {
	b.say("read: a private PostgreSQL with %d products", products)
	cluster, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(b.work, "read"), BinDir: b.pgBin, Durable: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	if err := db.Migrate(ctx, cluster.URL(), quiet); err != nil {
		return err
	}
	slugs, err := stock(ctx, cluster.URL())
	if err != nil {
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

	t := table{{"read", "", "requests/s", "p50", "p99", "server CPU µs/request", "PostgreSQL CPU µs/request"}}
	var missed bool
	for _, r := range readings(slugs, b.requests) {
		size, err := sameAnswers(pair, r.messages)
		if err != nil {
			return err
		}
		b.say("read: %s, %d runs of %d requests a side", r.name, b.runs, r.requests)
		ours, control, err := b.alternate(ctx, pair, postmaster, r)
		if err != nil {
			return err
		}
		t.addSide(fmt.Sprintf("%s, %d bytes", r.name, size), "ours", ours)
		t.addSide("", "control", control)
		cpu := ratios(column(ours, sample.serverCPU), column(control, sample.serverCPU))
		speed := ratios(column(ours, sample.perSecond), column(control, sample.perSecond))
		reached := median(slices.Clone(cpu)) <= readGoal
		missed = missed || !reached
		t.add("", "ours ÷ control", ratioText(speed), "", "", ratioText(cpu)+", goal ≤ 1.5 "+verdict(reached), "")
	}
	t.write(b.out, fmt.Sprintf("Reading: %d connections, no cache, medians of %d alternating runs; ratios pair by pair, lowest and highest in brackets.", connections, b.runs))
	if missed || b.profile != "" {
		return b.explain(ctx, pair, readings(slugs, b.requests))
	}
	return nil
}

// alternate runs both sides in turn, each as often first as the other.
func (b *bench) alternate(ctx context.Context, pair [2]*side, postmaster int, r reading) (ours, control []sample, err error) {
	lists := [2][]sample{}
	for run := range b.runs + 1 {
		for turn := range pair {
			i := (turn + run) % len(pair)
			s, err := measure(ctx, pair[i], postmaster, r)
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

func measure(ctx context.Context, s *side, postmaster int, r reading) (sample, error) {
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
	b, err := press(ctx, s.addr, r.messages, r.requests)
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
	return sample{b, (after - before) / n, (databaseAfter - database) / n}, nil
}

func (s sample) serverCPU() float64   { return float64(s.server) / float64(time.Microsecond) }
func (s sample) postgresCPU() float64 { return float64(s.postgres) / float64(time.Microsecond) }
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
		millis(time.Duration(middle(sample.p50))), millis(time.Duration(middle(sample.p99))),
		fmt.Sprintf("%.1f", middle(sample.serverCPU)), fmt.Sprintf("%.1f", middle(sample.postgresCPU)))
}

// sameAnswers fails unless both sides answer every message with the same bytes
// and the same headers about them. It returns the mean size of a body.
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
		if headers[0] != headers[1] || !bytes.Equal(bodies[0].Bytes(), bodies[1].Bytes()) {
			line, _, _ := bytes.Cut(m, []byte("\r\n"))
			return 0, fmt.Errorf("%s: the sides differ:\n%s\n%.400s\n%s\n%.400s", line, headers[0], bodies[0].Bytes(), headers[1], bodies[1].Bytes())
		}
	}
	return size / int64(2*len(messages)), nil
}
