// Command postgres is a shop on a PostgreSQL server: it writes orders and their
// points in the same transactions.
//
//	go run . -dsn 'host=127.0.0.1 user=postgres dbname=postgres'
//
// Run it twice: the second run finds everything done already, since the orders' ids
// are the keys of its commands.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
)

func main() {
	dsn := flag.String("dsn", os.Getenv("RAPPORT_POSTGRES_DSN"), "address of the server; default $RAPPORT_POSTGRES_DSN")
	flag.Parse()
	if *dsn == "" {
		fmt.Fprintln(os.Stderr, "postgres: no server: give -dsn, or set RAPPORT_POSTGRES_DSN")
		os.Exit(1)
	}
	if err := run(context.Background(), *dsn); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// order is a row of the host.
type order struct {
	id, member string
	cents      int64
	at         time.Time
}

func run(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := loyaltystore.Migrate(ctx, pool); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, `CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, member text NOT NULL, cents bigint NOT NULL)`); err != nil {
		return err
	}
	program, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1,
		Rules: []loyalty.RuleSpec{{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1"), Per: loyalty.MustAmount("1")}},
	})
	if err != nil {
		return err
	}
	// The events are written as JSON, so that the log can be queried in SQL.
	engine := &loyalty.Engine{Store: loyaltystore.New(pool), Program: program, Form: loyalty.FormJSON}

	start := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for i, cents := range []int64{1999, 4500, 12050} {
		o := order{fmt.Sprintf("order-%d", i+1), "ana", cents, start.AddDate(0, 0, i)}
		out, err := place(ctx, pool, engine, o)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d points (done before: %t)\n", o.id, out.Result.Earned, out.Result.Replayed)
	}
	out, err := engine.Do(ctx, loyalty.Command{Key: "checkout-7", Account: "ana", At: start.AddDate(0, 0, 9), Do: loyalty.Redeem{Points: 100}})
	if err != nil {
		return err
	}
	fmt.Printf("redeemed 100 from %d lots (done before: %t)\n", len(out.Result.Draws), out.Result.Replayed)
	return report(ctx, pool, engine, "ana")
}

// place writes an order and its points together: both are there, or neither is.
func place(ctx context.Context, pool *pgxpool.Pool, engine *loyalty.Engine, o order) (out loyalty.Outcome, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO orders VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, o.id, o.member, o.cents); err != nil {
			return err
		}
		amount := loyalty.MustAmount(fmt.Sprintf("%d.%02d", o.cents/100, o.cents%100))
		out, err = engine.On(loyaltystore.InTx(tx)).Do(ctx, loyalty.Command{
			Key: o.id, Account: o.member, At: o.at,
			Do: loyalty.Purchase{Order: o.id, Lines: []loyalty.Line{{ID: "1", Amount: amount}}},
		})
		return err
	})
	return out, err
}

func report(ctx context.Context, pool *pgxpool.Pool, engine *loyalty.Engine, member string) error {
	account, err := engine.Account(ctx, member)
	if err != nil {
		return err
	}
	b := account.Balance("points")
	fmt.Printf("%s: %d points to spend, %d earned, %d redeemed\n", member, b.Active, b.Issued, b.Redeemed)
	v, err := engine.Verify(ctx, member)
	if err != nil {
		return err
	}
	fmt.Printf("verified %d entries with %d events; the chain ends in %x…\n", v.Entries, v.Events, v.Sum[:6])
	rows, err := pool.Query(ctx, `SELECT event ->> 'kind', count(*) FROM loyalty_entry, jsonb_array_elements(convert_from(body, 'UTF8')::jsonb) event
		WHERE tenant = '' AND account = $1 GROUP BY 1 ORDER BY 1`, member)
	if err != nil {
		return err
	}
	var kind string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&kind, &count}, func() error {
		fmt.Printf("  %-10s %d\n", kind, count)
		return nil
	})
	return err
}
