// The payment provider where none is configured: the simulator, in this process and on this
// machine only.

package main

import (
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	// simulatorFile keeps what was paid over a restart, simulatorAddress where it was
	// reached: pages to pay on that are open still lead there.
	simulatorFile    = "sumupsim.json"
	simulatorAddress = "sumupsim-address"

	simulatedMerchant = "SIMULATED"

	// anywhere is any free port of this machine.
	anywhere = "127.0.0.1:0"
)

// payments starts the simulator where there is no key of SumUp's and stand-ins may exist.
// A process that has no listener of its own asks the one on the same data directory that has.
func (p *process) payments() error {
	if p.cfg.SumUp.APIKey.IsSet() || !p.cfg.StandIns() {
		return nil
	}
	file := filepath.Join(p.cfg.DataDir, simulatorAddress)
	key, address := rand.Text(), anywhere
	if raw, err := os.ReadFile(file); err == nil {
		if before, secret, ok := strings.Cut(strings.TrimSpace(string(raw)), " "); ok {
			address, key = before, secret
		}
	}
	if !p.cfg.Roles.Has(config.API) {
		if address == anywhere {
			p.log.Info("no SUMUP_API_KEY, and no simulator on this data directory yet: payments wait for a start after it")
			return nil
		}
		p.simulated("http://"+address, key)
		return nil
	}
	options := sumupsim.Options{APIKey: key, MerchantCode: simulatedMerchant, File: filepath.Join(p.cfg.DataDir, simulatorFile)}
	sim, err := sumupsim.Listen(address, options)
	if err != nil && simulates(address, key) { // another process on the same data directory
		p.simulated("http://"+address, key)
		return nil
	}
	if err != nil {
		if sim, err = sumupsim.Listen(anywhere, options); err != nil {
			return err
		}
	}
	p.closers = append(p.closers, sim.Close)
	if err := os.WriteFile(file, []byte(strings.TrimPrefix(sim.URL, "http://")+" "+key+"\n"), 0o600); err != nil {
		return err
	}
	p.simulated(sim.URL, key)
	p.log.Info("no SUMUP_API_KEY: a simulator of SumUp, no money moves", "url", sim.URL)
	return nil
}

// simulates tells whether a simulator with that key answers at an address.
func simulates(address, key string) bool {
	ask, err := http.NewRequest(http.MethodGet, "http://"+address+"/v0.1/checkouts?checkout_reference=none", http.NoBody)
	if err != nil {
		return false
	}
	ask.Header.Set("Authorization", "Bearer "+key)
	answer, err := httpx.Operator(time.Second).Do(ask)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// simulated has the services ask the simulator.
func (p *process) simulated(url, key string) {
	p.cfg.SumUp = config.SumUp{BaseURL: url, APIKey: config.NewSecret(key), MerchantCode: simulatedMerchant}
}
