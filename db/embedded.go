// This file is the private PostgreSQL cluster's face: start or attach, its URL, stop.

package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ClusterOptions says where the private cluster lives and how careful it is.
type ClusterOptions struct {
	// DataDir is the product's data directory; it is made when missing.
	DataDir string
	// BinDir holds postgres and initdb. Empty: they are looked for.
	BinDir string
	// Log takes the progress lines. Nil: nobody hears them.
	Log *slog.Logger
	// Durable keeps every committed transaction through a power cut. Only
	// tests set it to false; then fsync is off and losing power may lose the cluster.
	Durable bool

	search *binarySearch
	state  string
}

// Cluster is a running private PostgreSQL, owned by this process or by another
// one that has the same data directory.
type Cluster struct {
	dir     string
	socket  string
	version int
	durable bool
	log     *slog.Logger

	lock       *clusterLock // nil when attached
	server     *serverProcess
	tempSocket bool
}

// clusterName is the superuser and the database of every private cluster.
const clusterName = "roseash"

const (
	attachPatience = 30 * time.Second
	readyPatience  = 60 * time.Second
	pollEvery      = 10 * time.Millisecond
)

// StartCluster makes the private cluster of o.DataDir run and returns when it
// takes queries. It creates the cluster on the first run, recovers it after a
// crash, and attaches when another process already owns it.
//
// It fails with ErrNoBinaries where no PostgreSQL server is installed, with
// ErrWrongMajor where the cluster was made by another major version than those
// installed, and with a sentence for the operator in every other case.
func StartCluster(ctx context.Context, o ClusterOptions) (*Cluster, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.state == "" {
		o.state = stateRoot
	}
	var waiting bool
	began := time.Now()
	for {
		p, err := findPlace(o.DataDir, o.state)
		if err != nil {
			return nil, err
		}
		lock, holder, err := tryLock(p.lockFile())
		if err != nil {
			return nil, err
		}
		if lock != nil {
			c, err := ownCluster(ctx, o, p, lock)
			if err != nil {
				lock.release()
				return nil, err
			}
			return c, nil
		}
		c, err := attachCluster(ctx, o, p)
		if c != nil || err != nil {
			return c, err
		}
		if !waiting && time.Since(began) > time.Second {
			waiting = true
			o.Log.Info("waiting for the private PostgreSQL of another process", "data_dir", p.data, "pid", holder)
		}
		if time.Since(began) > attachPatience {
			return nil, fmt.Errorf("process %s owns the data directory %s, but its PostgreSQL is not ready after %s: see %s",
				holder, p.data, attachPatience, p.logFile())
		}
		if err := pause(ctx, pollEvery); err != nil {
			return nil, fmt.Errorf("waiting for the PostgreSQL of process %s: %w", holder, err)
		}
	}
}

// ownCluster does the owner's work, under the lock.
func ownCluster(ctx context.Context, o ClusterOptions, p place, lock *clusterLock) (_ *Cluster, err error) {
	if err := p.prepare(ctx, o.Log); err != nil {
		return nil, err
	}
	if err := stopOrphan(ctx, p.dir, o.Log); err != nil {
		return nil, err
	}
	want, err := clusterMajor(p.dir)
	if err != nil {
		return nil, err
	}
	bin, err := findBinaries(o, p, want)
	if err != nil {
		return nil, err
	}
	if want == 0 {
		if err := createCluster(ctx, bin, p, o.Durable, o.Log); err != nil {
			return nil, fmt.Errorf("creating the private PostgreSQL in %s: %w", p.dir, err)
		}
	}
	socket, temp, err := socketDir(p)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: p.dir, socket: socket, tempSocket: temp, version: bin.major, durable: o.Durable, log: o.Log, lock: lock}
	if err := c.launch(ctx, bin, p, want == 0); err != nil {
		c.removeSocketDir()
		return nil, err
	}
	o.Log.Info("the private PostgreSQL is ready", "dir", p.dir, "version", bin.version, "user", p.account.name)
	if !o.Durable {
		o.Log.Warn("the private PostgreSQL runs without fsync: for tests only")
	}
	return c, nil
}

// launch starts the server and waits until the product's database answers.
func (c *Cluster) launch(ctx context.Context, bin binaries, p place, fresh bool) error {
	deadline := time.Now().Add(readyPatience)
	for {
		server, err := startServer(bin, p, c.socket, c.durable)
		if err != nil {
			return err
		}
		c.server = server
		if err = c.awaitReady(ctx, deadline); err == nil {
			err = c.ensureDatabase(ctx, fresh)
		}
		if err == nil {
			return nil
		}
		server.stop(ctx)
		// Backends of a postmaster that was killed hold its shared memory for a moment.
		if !strings.Contains(err.Error(), "is still in use") || time.Now().After(deadline) {
			return fmt.Errorf("starting the private PostgreSQL in %s: %w", p.dir, err)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// awaitReady polls until the server says of itself that it is ready: asking by
// a connection would fill its log with refusals.
func (c *Cluster) awaitReady(ctx context.Context, deadline time.Time) error {
	for {
		pm, err := readPostmaster(c.dir)
		if err == nil && pm.pid == c.server.cmd.Process.Pid && pm.status == "ready" {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not ready after %s: %s", readyPatience, c.server.tail())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.server.done:
			return fmt.Errorf("postgres ended at once: %s", c.server.tail())
		case <-time.After(pollEvery / 2):
		}
	}
}

// ensureDatabase makes the product's database in a fresh cluster, and in one
// whose creator was killed before it came to that.
func (c *Cluster) ensureDatabase(ctx context.Context, fresh bool) error {
	if !fresh {
		err := ping(ctx, c.socket, clusterName)
		if !isCode(err, codeNoDatabase) {
			return err
		}
	}
	return createDatabase(ctx, c.socket)
}

// attachCluster returns the cluster another process owns, or nil when it is
// not ready yet.
func attachCluster(ctx context.Context, o ClusterOptions, p place) (*Cluster, error) {
	pm, err := readPostmaster(p.dir)
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("the cluster %s belongs to another user: run as that user or as root, or name another data directory", p.dir)
	}
	if err != nil || pm.status != "ready" {
		return nil, nil
	}
	if err := checkSocketDir(pm.socket, p.account); err != nil {
		return nil, err
	}
	if err := ping(ctx, pm.socket, clusterName); err != nil {
		if isStarting(err) || isCode(err, codeNoDatabase) {
			return nil, nil
		}
		return nil, fmt.Errorf("attaching to the private PostgreSQL in %s: %w", p.dir, err)
	}
	major, err := clusterMajor(p.dir)
	if err != nil {
		return nil, err
	}
	o.Log.Info("attached to the private PostgreSQL of another process", "dir", p.dir, "version", major)
	return &Cluster{dir: p.dir, socket: pm.socket, version: major, log: o.Log}, nil
}

// URL is the address of the product's database, in the form both pgx and dbmate take.
func (c *Cluster) URL() string { return socketURL(c.socket, clusterName) }

// Owned reports whether this process started the server and Stop will end it.
func (c *Cluster) Owned() bool { return c.lock != nil }

// Dir is where the cluster really lives; it holds postgresql.conf and postgres.log.
func (c *Cluster) Dir() string { return c.dir }

// Version is PostgreSQL's major version, such as 15.
func (c *Cluster) Version() int { return c.version }

// Done is closed when the owned server has ended, asked or not. For an
// attached cluster it is nil, which blocks for ever.
func (c *Cluster) Done() <-chan struct{} {
	if c.server == nil {
		return nil
	}
	return c.server.done
}

// Stop ends an owned server: sessions are cut, what is committed stays. When
// ctx ends first the server is made to quit at once and recovers at its next
// start. An attached cluster is left alone. Stopping twice is fine.
func (c *Cluster) Stop(ctx context.Context) error {
	if c.lock == nil {
		return nil
	}
	err := c.server.stop(ctx)
	c.removeSocketDir()
	c.lock.release()
	return err
}

func (c *Cluster) removeSocketDir() {
	if c.tempSocket {
		os.RemoveAll(c.socket)
	}
}

// socketURL writes the port out because PGPORT in the environment would win otherwise.
func socketURL(dir, database string) string {
	host := strings.ReplaceAll(url.PathEscape(dir), "%2F", "/")
	host = strings.NewReplacer("&", "%26", "+", "%2B", "=", "%3D").Replace(host)
	return "postgres://" + clusterName + "@/" + database + "?host=" + host + "&port=5432&sslmode=disable"
}

// pause waits for d unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func hasFile(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
