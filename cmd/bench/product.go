// The real binary, built and run as an operator runs it.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
)

// build makes bin/roseash, unless a binary was named or made before.
func (b *bench) build(ctx context.Context) error {
	if b.binary != "" {
		return nil
	}
	b.say("building bin/roseash")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", "bin/roseash", "./cmd/roseash")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building bin/roseash, which is done from the top of the checkout: %w\n%s", err, out)
	}
	b.binary = "bin/roseash"
	return nil
}

// product is a running roseash.
type product struct {
	addr   string
	public string
	token  string
	cmd    *exec.Cmd
	log    string
	// ready is how long it took from its start to /readyz.
	ready time.Duration
}

// startProduct runs `roseash serve` on a directory and waits until it is ready.
// The environment is ours alone, and settings: a database named in the caller's
// must not be measured, let alone written to.
func (b *bench) startProduct(ctx context.Context, dir string, settings ...string) (*product, error) {
	binary, err := filepath.Abs(b.binary)
	if err != nil {
		return nil, err
	}
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p := &product{addr: addr, public: filepath.Join(dir, "public", "main"), log: filepath.Join(dir, "roseash.log")}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p.cmd = exec.Command(binary, "serve")
	p.cmd.Env = append([]string{"HOME=/", "PATH=/usr/local/bin:/usr/bin:/bin", "ROSEASH_LISTEN=" + addr,
		"ROSEASH_DATA_DIR=" + filepath.Join(dir, "data"), "ROSEASH_PUBLIC_DIR=" + filepath.Join(dir, "public"),
		"ROSEASH_PG_BIN=" + b.pgBin}, settings...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.awaitReady(ctx, began.Add(2*patience)); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.ready = time.Since(began)
	token, err := os.ReadFile(filepath.Join(dir, "data", auth.DevelopmentFile))
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.token = strings.TrimSpace(string(token))
	return p, nil
}

// awaitReady asks /readyz until it says yes. The listener opens first and what
// is asked early waits in it, so that a single question is often enough.
func (p *product) awaitReady(ctx context.Context, deadline time.Time) error {
	for ctx.Err() == nil && time.Now().Before(deadline) {
		w, err := dial(p.addr)
		if err == nil {
			res, _, asked := w.send(message(http.MethodGet, p.addr, "/readyz", "", nil), nil)
			w.close()
			if asked == nil && res.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	log, _ := os.ReadFile(p.log)
	return fmt.Errorf("roseash did not get ready: %.2000s", log)
}

// stop asks the process to end, as Ctrl-C does, and waits for it.
func (p *product) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// call sends a request as the editor and decodes the answer's JSON into out.
func (p *product) call(w *wire, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	var answer bytes.Buffer
	res, _, err := w.send(message(method, p.addr, path, p.token, body), &answer)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s %.400s", method, path, res.Status, answer.Bytes())
	}
	return json.Unmarshal(answer.Bytes(), out)
}

// freeAddress is a loopback address that nobody listened on a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
