// Command postgres is a day in a shop on a PostgreSQL server. Orders, their customers,
// points and cases are written in the same transactions as the timers for what falls due
// of them; then River wakes what is due.
//
//	go run . -dsn 'host=127.0.0.1 user=postgres dbname=postgres'
//
// Run it twice: the second run finds everything done already, since the orders' ids are
// the keys of its commands.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	dsn := flag.String("dsn", os.Getenv("RAPPORT_POSTGRES_DSN"), "address of the server; default $RAPPORT_POSTGRES_DSN")
	flag.Parse()
	if *dsn == "" {
		fmt.Fprintln(os.Stderr, "postgres: no server: give -dsn, or set RAPPORT_POSTGRES_DSN")
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dsn, os.Stdout); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn string, out io.Writer) error {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return err
	}
	config.MaxConns = max(config.MaxConns, 10) // timers hold some while they wait for jobs
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	s, err := open(ctx, pool)
	if err != nil {
		return err
	}
	d := &day{shop: s, out: out}
	if d.start, err = s.monday(ctx, time.Now()); err != nil {
		return err
	}
	for _, chapter := range []func(context.Context) error{d.orders, d.desk, d.jobs, d.report, d.erasure} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}
