// Bench measures what the product promises about speed and size, each figure
// beside a control that runs in the same minutes on the same machine:
//
//	go run ./cmd/bench                       # everything, under four minutes
//	go run ./cmd/bench read publish          # some parts
//	go run ./cmd/bench -profile DIR read     # and where our CPU time goes
//	go run ./cmd/bench ssg                   # the generator beside Hugo, half an hour
//
// It uses real PostgreSQL, real HTTP over loopback and real processes, and
// prints one Markdown table a part. Ratios hold from machine to machine;
// microseconds do not, and on a busy machine not from run to run either: the
// load is printed too. docs/benchmarks.md says what each part does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"rose-ash.com/roseash/api/shared/config"
)

// options are the flags. Counts are a whole run's, not one repetition's.
type options struct {
	dir       string
	binary    string
	profile   string
	runs      int
	requests  int
	products  int
	publishes int
	interval  time.Duration
	starts    int
	idle      time.Duration
	keep      bool
	sizes     string
	hugo      string
}

// bench is one invocation: its options, its directory and where it prints.
type bench struct {
	options
	out io.Writer
	// progress tells the person who waits what is going on.
	progress io.Writer
	work     string
	// pgBin has PostgreSQL's programs; empty: they are looked for.
	pgBin string
}

// parts are what can be asked for, in the order in which they run. One that takes
// long runs only where it is named.
var parts = []struct {
	name string
	long bool
	run  func(*bench, context.Context) error
}{
	{"read", false, (*bench).read},
	{"publish", false, (*bench).publish},
	{"ghost", false, (*bench).ghost},
	{"identity", false, (*bench).identity},
	{"buy", false, (*bench).buy},
	{"start", false, (*bench).start},
	{"memory", false, (*bench).memory},
	{"ssg", true, (*bench).ssg},
}

// helpers are this program in another process, by its first argument.
var helpers = map[string]func(ctx context.Context, args []string, out io.Writer) error{
	supervise: superviseAlone,
	floorOf:   floorSteps,
	squeezeOf: squeezeTree,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	if len(args) > 0 && sides[args[0]] != nil {
		return serveSide(ctx, sides[args[0]], args[1:], os.Stdin, out)
	}
	if len(args) > 0 && helpers[args[0]] != nil {
		return helpers[args[0]](ctx, args[1:], out)
	}
	b := &bench{out: out, progress: progress}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	flags.StringVar(&b.dir, "dir", scratch(), "`directory` for data; publishing is as fast as its disk")
	flags.StringVar(&b.binary, "binary", "", "roseash `file` to measure; without it bin/roseash is built")
	flags.StringVar(&b.profile, "profile", "", "write a CPU profile of our side of read into this `directory`")
	flags.IntVar(&b.runs, "runs", 9, "alternating runs of read")
	flags.IntVar(&b.requests, "requests", 2500, "requests of each run of read for a product; what takes longer gets fewer")
	flags.IntVar(&b.products, "products", 50000, "how many products the shop of read has")
	flags.IntVar(&b.publishes, "publishes", 200, "posts published in a row, and again at -interval")
	flags.DurationVar(&b.interval, "interval", 60*time.Millisecond, "pause between publishes in the open loop")
	flags.IntVar(&b.starts, "starts", 5, "starts on existing data; new clusters are three")
	flags.DurationVar(&b.idle, "idle", time.Minute, "rest before memory is measured")
	flags.StringVar(&b.sizes, "sizes", "1000x5,10000x3,50000x1", "`posts` of each corpus of ssg and how often it is measured; 50000 takes most of the time")
	flags.StringVar(&b.hugo, "hugo", ".data/bin/hugo", "Hugo's `file`, for ssg")
	flags.BoolVar(&b.keep, "keep", false, "leave data and logs of this run where they are")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var wanted []string
	for _, part := range parts {
		if flags.NArg() == 0 && !part.long || slices.Contains(flags.Args(), part.name) {
			wanted = append(wanted, part.name)
		}
	}
	for _, name := range flags.Args() {
		if !slices.Contains(wanted, name) {
			return fmt.Errorf("there is no part %q: read, publish, ghost, identity, start, memory, ssg", name)
		}
	}
	c, err := config.Load(config.Options{})
	if err != nil {
		return err
	}
	b.pgBin = c.PGBin
	if err := b.makeWork(); err != nil {
		return err
	}
	if b.keep {
		b.say("data and logs are in %s", b.work)
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(b.work)) }()
	}

	began := time.Now()
	machine, err := describeMachine(b.work, b.pgBin)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "`%s`, %s: %s.\n", strings.Join(append([]string{"go run ./cmd/bench"}, args...), " "), began.Format(time.DateOnly), machine)
	for _, part := range parts {
		if slices.Contains(wanted, part.name) {
			if err := part.run(b, ctx); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
	}
	fmt.Fprintf(out, "\nThe run took %s; load at its end: %s.\n", time.Since(began).Round(time.Second), loadAverage())
	return nil
}

// makeWork makes the directory of this invocation. PostgreSQL, which runs as
// another user when we are root, must be able to pass through it.
func (b *bench) makeWork() (err error) {
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return err
	}
	if b.work, err = os.MkdirTemp(b.dir, "roseash-bench-"); err != nil {
		return err
	}
	return os.Chmod(b.work, 0o711)
}

// scratch is where temporary files go, but root's own may be closed to the
// user PostgreSQL runs as.
func scratch() string {
	if os.Geteuid() == 0 {
		return "/tmp"
	}
	return os.TempDir()
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "bench: "+format+"\n", args...)
}
