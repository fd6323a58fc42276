// sumupsim: a simulator of the payment provider, for development, tests and load.

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/urls"
)

// simulatorGrace is how long answers that are under way may take at the end.
const simulatorGrace = 2 * time.Second

// simulate runs a simulator of SumUp until it is stopped.
func simulate(ctx context.Context, c *call) error {
	set := c.flags()
	listen := set.String("listen", "127.0.0.1:8099", "`address` on this machine; port 0 is any free one")
	file := set.String("file", "", "`file` that keeps what was paid over a restart; without it nothing is kept")
	key := set.String("key", "sup_sk_simulated", "API `key` that requests must carry")
	merchant := set.String("merchant", sumupsim.Merchant, "merchant `code` of the account")
	seed := set.Uint64("seed", 1, "`number` that decides which requests the plan's faults strike")
	plan := set.String("plan", "", "JSON `file` of faults; /_sim/plan shows and changes it")
	if _, err := c.parse(set, 0, 0); err != nil {
		return err
	}
	if !urls.Loopback(*listen) {
		return usageError("--listen: a simulator is for this machine only, such as 127.0.0.1:8099")
	}
	o := sumupsim.Options{APIKey: *key, MerchantCode: *merchant, File: *file, Seed: *seed}
	if *plan != "" {
		var err error
		if o.Plan, err = readPlan(*plan); err != nil {
			return err
		}
	}
	s, err := sumupsim.Listen(*listen, o)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), simulatorGrace)
		defer cancel()
		s.Shutdown(ctx)
	}()
	fmt.Fprintf(c.out, `A simulator of SumUp at %s: no money moves.
Point roseash at it by

  SUMUP_BASE_URL=%s
  SUMUP_API_KEY=%s
  SUMUP_MERCHANT_CODE=%s

Payments are made on the pages that it hosts. %s/_sim/ledger shows them all.
`, s.URL, s.URL, *key, *merchant, s.URL)
	<-ctx.Done()
	return nil
}

// readPlan reads a plan of faults; a name that it does not know is an error.
func readPlan(name string) (p sumupsim.Plan, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return p, err
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("--plan: %s is not a plan: %w", name, err)
	}
	return p, nil
}
