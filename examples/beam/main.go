// Beam counts the figures of customer relations as a pipeline of Apache Beam, and
// beside it in one pass, and compares the two byte by byte.
//
// Without arguments it runs on a simulated shop, on the SDK's Prism runner in this
// process. With -invoices FILE it runs on a file in the column layout of UCI Online
// Retail at invoice level (csv or csv.gz), with -shops N on N simulated shops.
//
//	go run .
//	go run . -invoices invoices.csv.gz
//	go run . -shops 476 -time       # a million invoices
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	beamlog "github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/direct"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/examples/beam/local"
)

func main() {
	set, err := settingsOf(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2)
	}
	beamlog.LogLevel = "error"
	// First of all: on a remote worker this call does the work and does not return.
	beam.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		set.progress = os.Stderr
	}
	err = run(ctx, set, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "beam:", reason(err))
		os.Exit(1)
	}
}

// settings are what the command line says.
type settings struct {
	runner   string
	file     string
	shops    int
	spread   spread    // how orders are redistributed; nil for beam.Reshuffle
	progress io.Writer // nil for none
	timing   io.Writer // nil for none
}

// settingsOf reads the program's flags. They are declared on Beam's flag set, which is
// the process's, so that a cluster's options (-endpoint, -project, …) can stand beside them.
func settingsOf(args []string, stderr io.Writer) (settings, error) {
	flags := flag.CommandLine
	flags.Init("beam", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var set settings
	flags.StringVar(&set.runner, "runner", "prism", "prism or direct: `where` the pipeline runs, both in this process")
	flags.StringVar(&set.file, "invoices", "", "an invoice `file` (csv or csv.gz) to run on, instead of the simulated shop")
	flags.IntVar(&set.shops, "shops", 1, "the `number` of simulated shops")
	timed := flags.Bool("time", false, "say on standard error how long both took")
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if *timed {
		set.timing = stderr
	}
	return set, set.check(stderr, flags.Args())
}

func (s settings) check(stderr io.Writer, rest []string) error {
	var err error
	switch {
	case len(rest) > 0:
		err = fmt.Errorf("unexpected argument %q", rest[0])
	case s.runner != "prism" && s.runner != "direct":
		err = fmt.Errorf("-runner %q is neither prism nor direct", s.runner)
	case s.shops < 1 || s.shops > 10_000:
		err = fmt.Errorf("-shops %d is not between 1 and 10000", s.shops)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "beam:", err)
	}
	return err
}

func (s settings) sources() []Source {
	if s.file != "" {
		return []Source{{File: s.file}}
	}
	var all []Source
	for seed := range s.shops {
		all = append(all, Source{Seed: uint64(seed + 1), Many: s.shops > 1})
	}
	return all
}

// run counts the figures twice and compares them.
func run(ctx context.Context, set settings, out io.Writer) (err error) {
	started := time.Now()
	sources := set.sources()
	host, err := load(sources)
	if err != nil {
		return err
	}
	p := host.plan(sources)
	loop, err := onePass(host, p)
	if err != nil {
		return err
	}
	looped := time.Since(started)
	if set.runner == "prism" {
		server, err := local.Start(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
	}
	started = time.Now()
	beamed, err := set.beam(ctx, p, int64(len(host.sales)))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d invoices, %d answers, from %s to %s\n", len(host.sales), len(host.answers), host.from.Format(time.DateOnly), host.to.Format(time.DateOnly))
	if set.timing != nil {
		_, _ = fmt.Fprintf(set.timing, "one pass %.2f s, %s %.2f s, reading included in both\n", looped.Seconds(), set.runner, time.Since(started).Seconds())
	}
	return errors.Join(err, compare(out, p, beamed, loop))
}

// beam runs the pipeline and reads what it wrote.
func (s settings) beam(ctx context.Context, p plan, rows int64) (states, error) {
	folder, err := os.MkdirTemp("", "rapport-beam-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	file := filepath.Join(folder, "figures")
	redistribute := s.spread
	if redistribute == nil {
		redistribute = beam.Reshuffle
	}
	stop := s.watch(rows)
	_, err = fold.Run(ctx, s.runner, p.pipeline(redistribute, file))
	stop()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return fold.ReadLines(f)
}

// watch draws a progress line until it is stopped.
func (s settings) watch(rows int64) (stop func()) {
	if s.progress == nil {
		return func() {}
	}
	rowsRead.Store(0)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				_, _ = fmt.Fprint(s.progress, "\r\033[K")
				return
			case <-tick.C:
				_, _ = fmt.Fprintf(s.progress, "\r%s: %d of %d invoices read", s.runner, rowsRead.Load(), rows)
			}
		}
	}()
	return func() { close(end); <-ended }
}

func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) && path.Op == "open" {
		return fmt.Sprintf("there is no file %s", path.Path)
	}
	return err.Error()
}

func init() { slog.SetLogLoggerLevel(slog.LevelError) }
