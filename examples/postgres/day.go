package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/loyalty"
)

// day is a Monday in the shop.
type day struct {
	*shop
	out   io.Writer
	start time.Time
}

func (d *day) say(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format+"\n", args...) }

// order is a row of the host.
type order struct {
	id, customer string
	cents        int64
	at           time.Time
}

// orders come in: ana buys twice and agrees to letters, ben once and does not.
func (d *day) orders(ctx context.Context) error {
	for i, o := range []order{{"", "ana", 1999, d.start}, {"", "ben", 4500, d.start.Add(time.Hour)}, {"", "ana", 12050, d.start.Add(2 * time.Hour)}} {
		o.id = fmt.Sprintf("order-%d", i+1)
		out, err := d.place(ctx, o)
		if err != nil {
			return err
		}
		d.say("%s of %s: %d points (done before: %t)", o.id, o.customer, out.Result.Earned, out.Result.Replayed)
	}
	return nil
}

// place writes an order, its customer, their consent, their points, the first letter to
// come and the timers of all that: everything is there, or nothing is.
func (d *day) place(ctx context.Context, o order) (out loyalty.Outcome, err error) {
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO shop_order VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, o.id, o.customer, o.cents); err != nil {
			return err
		}
		if err := d.know(ctx, tx, o); err != nil {
			return err
		}
		amount := loyalty.MustAmount(fmt.Sprintf("%d.%02d", o.cents/100, o.cents%100))
		out, err = d.points.Do(ctx, tx, loyalty.Command{
			Key: o.id, Account: o.customer, At: o.at,
			Do: loyalty.Purchase{Order: o.id, Lines: []loyalty.Line{{ID: "1", Amount: amount}}},
		})
		if err != nil {
			return err
		}
		_, err = d.series.Do(ctx, tx, "welcome", o.customer, outreach.Command{Kind: outreach.Enter, ID: "first order", Who: o.customer, At: o.at})
		return err
	})
	return out, err
}

// know makes a customer of who orders for the first time. The keys say for what a change
// was made, so that it is made once.
func (d *day) know(ctx context.Context, tx pgx.Tx, o order) error {
	store, err := consentstore.InTx(tx, salt, nil)
	if err != nil {
		return err
	}
	email, err := customer.NewEmail(o.customer + "@example.org")
	if err != nil {
		return err
	}
	commands := []customer.Command{customer.Created{Kind: customer.Person}, customer.PointAdded{Point: email}}
	if o.customer == "ana" {
		commands = append(commands, customer.ConsentRecorded{Record: customer.ConsentRecord{
			Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, Basis: customer.BasisConsent,
			At: d.start, Proof: &customer.Proof{Method: "order", Ref: "order-1"},
		}})
	}
	directory := &customer.Directory{Store: store, Salt: salt}
	for i, cmd := range commands {
		r := customer.Request{Key: fmt.Sprintf("%s/%d", o.customer, i), ID: customer.ID(o.customer), At: d.start}
		if _, err := directory.Do(ctx, r, cmd); err != nil {
			return err
		}
	}
	return nil
}

// desk gets a complaint by mail; it is answered after two hours, with the promise of a
// call, which nobody makes, and not resolved.
func (d *day) desk(ctx context.Context) error {
	client := interaction.Actor{ID: "ben", Role: interaction.RoleCustomer}
	agent := interaction.Actor{ID: "ada", Role: interaction.RoleAgent}
	steps := []struct {
		cmd    interaction.Command
		signal sla.Signal
	}{
		{
			interaction.Command{By: client, Do: interaction.OpenCase{Customer: "ben", Issue: "late parcel", Channel: interaction.Email}},
			sla.Signal{Kind: sla.Created},
		},
		{
			interaction.Command{By: agent, Do: interaction.SendMessage{Message: "m1", Channel: interaction.Email}},
			sla.Signal{Kind: sla.AgentPublic},
		},
	}
	call := interaction.Promise{ID: "call", Kind: interaction.PromiseCallback, What: "a call today", By: d.start.Add(7 * time.Hour)}
	for i, step := range steps {
		at, id := d.start.Add(time.Duration(1+2*i)*time.Hour), fmt.Sprint("mail-", i+1)
		step.cmd.ID, step.cmd.Case, step.cmd.At, step.signal.ID, step.signal.At = id, "case-1", at, id, at
		var status interaction.Status
		err := pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
			done, err := d.cases.Do(ctx, tx, step.cmd)
			if status = done.Case.Status; err != nil || len(done.Decision.Events) == 0 {
				return err // a mail that came before moves no clock again
			}
			if _, err := d.levels.Observe(ctx, tx, "case-1", step.signal); err != nil || i == 0 {
				return err
			}
			_, err = d.cases.Do(ctx, tx, interaction.Command{ID: "call", Case: "case-1", At: at, By: agent, Do: interaction.MakePromise{Promise: call}})
			return err
		})
		if err != nil {
			return err
		}
		d.say("%s: case-1 is %s", id, status)
	}
	return nil
}

// jobs runs what is due, a week late, until nothing is.
func (d *day) jobs(ctx context.Context) error {
	if err := d.timers.Start(ctx); err != nil {
		return err
	}
	for {
		var due int
		err := d.pool.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE kind = 'rapport_wake' AND finalized_at IS NULL AND scheduled_at <= now()`).Scan(&due)
		if err != nil {
			return err
		}
		if due == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return d.timers.Stop(ctx)
}

// report says what the jobs found.
func (d *day) report(ctx context.Context) error {
	for _, list := range []string{
		`SELECT 'page: ' || case_id || ', ' || what || ', ' || to_char(at AT TIME ZONE 'UTC', 'HH24:MI') FROM shop_page ORDER BY at, what`,
		`SELECT 'letter to ' || who || ': ' || template FROM outreach_message ORDER BY at, key`,
		`SELECT account || ': ' || string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM (
			SELECT account, event ->> 'kind' AS kind, count(*) AS n FROM loyalty_entry, jsonb_array_elements(convert_from(body, 'UTF8')::jsonb) event
			GROUP BY 1, 2) e GROUP BY account ORDER BY account`,
	} {
		rows, err := d.pool.Query(ctx, list)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, line := range lines {
			d.say("  %s", line)
		}
	}
	for _, id := range []string{"ana", "ben"} {
		v, err := d.points.Engine.Verify(ctx, id)
		if err != nil {
			return err
		}
		d.say("%s: verified %d entries with %d events", id, v.Entries, v.Events)
	}
	return nil
}

// erasure is asked for by ana: who may be written to before and after.
func (d *day) erasure(ctx context.Context) error {
	count := func() (n int, err error) {
		answers, err := d.consent.Ask(ctx, consentstore.Question{Purpose: customer.Marketing, Channel: customer.ByEmail, Kind: customer.Email, At: d.start.Add(9 * time.Hour)})
		for _, a := range answers {
			if a.Allowed() {
				n++
			}
		}
		return n, err
	}
	before, err := count()
	if err != nil {
		return err
	}
	directory := &customer.Directory{Store: d.consent, Salt: salt}
	receipt, err := directory.Erase(ctx, customer.Request{Key: "erase ana", ID: "ana", At: d.start.Add(8 * time.Hour)}, nil)
	if err != nil {
		return err
	}
	after, err := count()
	d.say("letters may go to %d; ana is erased (%d points suppressed); then to %d", before, len(receipt.Suppressed), after)
	return err
}
