// Where the processor time of our side goes.

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// explain profiles both sides under each reading and prints what each layer
// took of one request.
func (b *bench) explain(ctx context.Context, pair [2]*side, list []reading) error {
	dir := b.profile
	if dir == "" {
		dir = b.work
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	t := table{append([]string{"µs of server CPU a request"}, layerNames...)}
	for i, r := range list {
		if r.elsewhere {
			continue // the control's time is PostgreSQL's
		}
		for s, name := range []string{"ours", "control"} {
			file := filepath.Join(dir, fmt.Sprintf("reading-%d-%s.pprof", i+1, name))
			shares, each, err := profileSide(ctx, pair[s], r, file)
			if err != nil {
				return err
			}
			row := []string{r.name + ", " + name}
			for _, share := range layers(shares) {
				row = append(row, fmt.Sprintf("%.1f", share/100*float64(each)/float64(time.Microsecond)))
			}
			t.add(row...)
		}
	}
	t.transpose().write(b.out, "Where the processor time goes, by sampling:")
	return nil
}

// profileSide returns the share of each function, callees included, and the
// processor time of one request.
func profileSide(ctx context.Context, s *side, r reading, file string) (shares map[string]float64, each time.Duration, err error) {
	if _, err := s.tell("profile " + file); err != nil {
		return nil, 0, err
	}
	before, err := s.usage()
	if err != nil {
		return nil, 0, err
	}
	run, err := press(ctx, s.addr, r.messages, 8*r.requests, connections)
	if err != nil {
		return nil, 0, err
	}
	after, err := s.usage()
	if err != nil {
		return nil, 0, err
	}
	if _, err := s.tell("profile"); err != nil {
		return nil, 0, err
	}
	out, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-cum", "-nodecount=0", "-nodefraction=0", file).Output()
	if err != nil {
		return nil, 0, fmt.Errorf("reading the profile: %w", err)
	}
	return parseProfile(string(out)), (after - before) / time.Duration(run.requests), nil
}

// parseProfile reads the cumulative shares, in percent, of a listing by
// `go tool pprof -top`.
func parseProfile(listing string) map[string]float64 {
	shares := map[string]float64{}
	for line := range strings.Lines(listing) {
		f := strings.Fields(line)
		if len(f) < 6 {
			continue
		}
		share, err := strconv.ParseFloat(strings.TrimSuffix(f[4], "%"), 64)
		if err == nil {
			shares[strings.TrimSuffix(strings.Join(f[5:], " "), " (inline)")] = share
		}
	}
	return shares
}

// layerNames are what layers returns, in its order.
var layerNames = []string{
	"net/http: connections, parsing, writing",
	"middleware: access log",
	"middleware: metrics",
	"middleware: all others, routing",
	"huma and authentication",
	"JSON of the answer",
	"statement and scanning",
	"from rows to the answer, ETag",
	"garbage collection and scheduling beside requests",
}

// layers splits a profile of either side into what each layer takes by itself:
// its share less that of the layers it calls. What the collector takes from a
// request in passing stays with the layer that allocated.
func layers(shares map[string]float64) []float64 {
	of := func(parts ...string) (most float64) {
		for name, share := range shares {
			for _, part := range parts {
				if strings.Contains(name, part) {
					most = max(most, share)
				}
			}
		}
		return most
	}
	serve, router := of("net/http.(*conn).serve"), of("net/http.serverHandler.ServeHTTP")
	log, metrics := of("log/slog.(*Logger).Log"), of("api.(*Metrics).observe")
	handler := of("humachi.(*chiAdapter).Handle.func1", "main.serveControl.func")
	body := of("huma/v2.(*api).Marshal", "main.writeJSON")
	service := of("market.(*Service).getProduct", "market.(*Service).listProducts", "market.(*Service).listAvailability", "search.(*Service).search",
		"main.controlProduct", "main.controlList", "main.controlAvailability", "main.controlSearch")
	statement := of("marketdb.(*Queries).", "searchdb.(*Queries).", "pgxpool.(*Pool).Query", "pgx/v5.ForEachRow")
	return []float64{
		serve - router, log, metrics, router - handler - log - metrics, max(handler-service-body, 0), body,
		statement, service - statement, 100 - serve,
	}
}
