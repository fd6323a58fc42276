// Part memory: what an idle process holds.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/db"
)

// memoryGoal is the most that our process may hold when it rests, in KiB.
const memoryGoal = 45 << 10

func (b *bench) memory(ctx context.Context) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	p, err := b.newProduct(ctx, "memory")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	control, stop, err := b.startBare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for _, addr := range []string{p.addr, control.addr} {
		// So many at once open the whole pool; a list of one leaves little garbage.
		if _, err := press(ctx, addr, [][]byte{message(http.MethodGet, addr, "/v1/products?limit=1", "", nil)}, 4*connections, connections); err != nil {
			return err
		}
	}
	b.say("memory: at rest for %s", b.idle)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(b.idle):
	}

	t := table{{"memory", "resident", "anonymous", "files", "goal"}}
	if err := t.addProcess("roseash", p.cmd.Process.Pid, memoryGoal); err != nil {
		return err
	}
	if err := t.addProcess("control: net/http and pgx, with the product linked in", control.pid, 0); err != nil {
		return err
	}
	server, err := family(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	shared, err := proportional(server[1:])
	if err != nil {
		return err
	}
	t.add(fmt.Sprintf("its private PostgreSQL, %d processes, shares counted once", len(server)-1), mebibytes(shared), "", "", "")
	t.write(b.out, fmt.Sprintf("Memory: %s after the start, the demo site built, all %d connections of the pool used once.", b.idle, connections))
	return b.heap(p)
}

// startBare is the control on an empty shop in a cluster of its own, so that the
// product's holds nobody else's connections.
func (b *bench) startBare(ctx context.Context) (*side, func() error, error) {
	dir := filepath.Join(b.work, "memory-control")
	cluster, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: dir, BinDir: b.pgBin, Durable: true})
	if err != nil {
		return nil, nil, err
	}
	end := func() error { return cluster.Stop(context.WithoutCancel(ctx)) }
	if err := db.Migrate(ctx, cluster.URL(), quiet); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	control, err := startSide(ctx, "serve-control", cluster.URL(), dir)
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return control, func() error { return errors.Join(control.stop(), end()) }, nil
}

// addProcess adds the resident memory of one process; a goal of 0 is none.
func (t *table) addProcess(name string, pid int, goal int64) error {
	var cells []string
	var resident int64
	for i, field := range []string{"VmRSS:", "RssAnon:", "RssFile:"} {
		kib, err := procField(fmt.Sprintf("/proc/%d/status", pid), field)
		if err != nil {
			return err
		}
		if i == 0 {
			resident = kib
		}
		cells = append(cells, mebibytes(kib))
	}
	text := ""
	if goal > 0 {
		text = fmt.Sprintf("≤ %d MiB %s", goal>>10, verdict(resident <= goal))
	}
	t.add(append(append([]string{name}, cells...), text)...)
	return nil
}

// proportional is the memory of processes in KiB; what some share is divided
// among them.
func proportional(pids []int) (total int64, err error) {
	for _, pid := range pids {
		kib, err := procField(fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Pss:")
		if errors.Is(err, os.ErrNotExist) {
			continue // it ended meanwhile
		}
		if err != nil {
			return 0, err
		}
		total += kib
	}
	return total, nil
}

// heap prints what the Go runtime makes of the anonymous memory, which the
// product itself says at /metrics.
func (b *bench) heap(p *product) error {
	w, err := dial(p.addr)
	if err != nil {
		return err
	}
	defer w.close()
	var body bytes.Buffer
	res, _, err := w.send(message(http.MethodGet, p.addr, "/metrics", "", nil), &body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("/metrics: %s", res.Status)
	}
	values := parseMetrics(body.String())
	of := func(name string) int64 { return int64(values["go_memstats_"+name]) >> 10 }
	t := table{{"of the anonymous memory", ""}}
	t.add("heap in use (live objects and what waits for the collector)", mebibytes(of("heap_inuse_bytes")))
	t.add("of that allocated", mebibytes(of("heap_alloc_bytes")))
	t.add("heap kept for later, not given back", mebibytes(of("heap_idle_bytes")-of("heap_released_bytes")))
	t.add("stacks", mebibytes(of("stack_inuse_bytes")))
	t.add("the runtime's own", mebibytes(of("gc_sys_bytes")+of("other_sys_bytes")+of("mspan_inuse_bytes")+of("mcache_inuse_bytes")+of("buck_hash_sys_bytes")))
	t.write(b.out, fmt.Sprintf("What the Go runtime says of it, with %d goroutines:", int64(values["go_goroutines"])))
	return nil
}

// parseMetrics reads the lines "name value" of Prometheus' text format; those
// with labels are left out.
func parseMetrics(text string) map[string]float64 {
	values := map[string]float64{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(name, "#") || strings.Contains(name, "{") {
			continue
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			values[name] = v
		}
	}
	return values
}
