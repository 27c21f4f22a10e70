// Command sqlite is a shop in one file: it writes orders and their points into the
// same SQLite database, in the same transactions.
//
//	go run . [-db shop.db]
//
// Run it twice with the same file: the second run finds everything done already,
// since the orders' ids are the keys of its commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
)

func main() {
	path := flag.String("db", filepath.Join(os.TempDir(), "rapport-shop.db"), "database file")
	flag.Parse()
	if err := run(context.Background(), *path); err != nil {
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

func run(ctx context.Context, path string) (err error) {
	store, err := loyaltystore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx, _ loyalty.Store) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, member TEXT NOT NULL, cents INTEGER NOT NULL) STRICT`)
		return err
	}); err != nil {
		return err
	}
	program, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1,
		Rules: []loyalty.RuleSpec{{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1"), Per: loyalty.MustAmount("1")}},
	})
	if err != nil {
		return err
	}
	engine := &loyalty.Engine{Store: store, Program: program}

	start := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for i, cents := range []int64{1999, 4500, 12050} {
		o := order{fmt.Sprintf("order-%d", i+1), "ana", cents, start.AddDate(0, 0, i)}
		out, err := place(ctx, store, engine, o)
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
	return report(ctx, engine, "ana", path)
}

// place writes an order and its points together: both are there, or neither is.
func place(ctx context.Context, store *loyaltystore.Store, engine *loyalty.Engine, o order) (out loyalty.Outcome, err error) {
	err = store.Update(ctx, func(ctx context.Context, tx sqlitedb.Tx, in loyalty.Store) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, o.id, o.member, o.cents); err != nil {
			return err
		}
		amount := loyalty.MustAmount(fmt.Sprintf("%d.%02d", o.cents/100, o.cents%100))
		out, err = engine.On(in).Do(ctx, loyalty.Command{
			Key: o.id, Account: o.member, At: o.at,
			Do: loyalty.Purchase{Order: o.id, Lines: []loyalty.Line{{ID: "1", Amount: amount}}},
		})
		return err
	})
	return out, err
}

func report(ctx context.Context, engine *loyalty.Engine, member, path string) error {
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
	fmt.Printf("database: %s\n", path)
	return nil
}
