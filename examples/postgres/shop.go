package main

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/examples/postgres/timers"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/loyalty"
)

// salt of the shop's suppressed points. A real shop keeps it where it keeps secrets.
var salt = []byte("the salt of an example")

// shop is the stores, the rules and the timers of a business.
type shop struct {
	pool    *pgxpool.Pool
	consent *consentstore.Store
	cases   *timers.Cases
	timers  *timers.Timers
	levels  *timers.Levels
	series  *timers.Series
	points  *timers.Points
}

const schema = `
CREATE TABLE IF NOT EXISTS shop_order (id text PRIMARY KEY, customer text NOT NULL, cents bigint NOT NULL);
CREATE TABLE IF NOT EXISTS shop_page (case_id text, what text, at timestamptz, PRIMARY KEY (case_id, what, at));
CREATE TABLE IF NOT EXISTS shop_opening (id boolean PRIMARY KEY CHECK (id), monday timestamptz NOT NULL)`

// open brings the tables up to date and reads the rules.
func open(ctx context.Context, pool *pgxpool.Pool) (*shop, error) {
	for _, migrate := range []func(context.Context, *pgxpool.Pool) error{loyaltystore.Migrate, consentstore.Migrate, casestore.Migrate, timers.Migrate} {
		if err := migrate(ctx, pool); err != nil {
			return nil, err
		}
	}
	if _, err := pool.Exec(ctx, schema); err != nil {
		return nil, err
	}
	s := &shop{pool: pool}
	var bad [5]error
	s.consent, bad[0] = consentstore.New(pool, salt, nil)
	rules, err := interaction.NewCaseRules(interaction.CaseRulesSpec{})
	bad[1] = err
	s.timers, bad[2] = timers.New(pool, nil)
	program, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1,
		Wallets: []loyalty.WalletSpec{{ID: "points", Expiry: loyalty.ExpirySpec{Kind: loyalty.ExpireAfter, N: 3, Unit: loyalty.UnitDay}}},
		Rules:   []loyalty.RuleSpec{{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1"), Per: loyalty.MustAmount("1")}},
	})
	bad[3] = err
	set, err := sla.New(sla.PolicySet{Policies: []sla.Policy{{
		ID: "standard", Version: 1, Match: sla.Match{Always: true},
		Rules: []sla.Rule{
			{Metric: sla.FirstResponse, Target: sla.Elapsed(time.Hour), Warn: []sla.Threshold{sla.Percent(75)}},
			{Metric: sla.Resolution, Target: sla.Elapsed(8 * time.Hour), Ladder: []sla.Step{{At: sla.After(time.Hour), Kind: sla.Hierarchical, To: "team lead"}}},
		},
	}}}, nil)
	bad[4] = err
	if err := errors.Join(bad[:]...); err != nil {
		return nil, err
	}
	// The events are written as JSON, so that the log can be queried in SQL.
	s.points = &timers.Points{Engine: &loyalty.Engine{Store: loyaltystore.New(pool), Program: program, Form: loyalty.FormJSON}, Timers: s.timers}
	s.levels = &timers.Levels{Set: set, Timers: s.timers, Notice: page}
	s.cases = &timers.Cases{Rules: rules, Timers: s.timers, Notice: remind}
	s.timers.Handle(timers.KindExpiry, s.points)
	s.timers.Handle(timers.KindCase, s.cases)
	s.timers.Handle(timers.KindSLA, s.levels)
	return s, s.greet()
}

// greet makes the series of messages for new customers.
func (s *shop) greet() error {
	gate, err := outreach.NewGate(outreach.Policy{})
	if err != nil {
		return err
	}
	welcome, err := outreach.NewSequence(outreach.SequenceSpec{
		ID: "welcome", Version: 1, Purpose: outreach.Marketing, Channels: []interaction.Channel{interaction.Email},
		Steps: []outreach.Step{{Name: "hello", Send: true, Template: "hello"}, {Name: "tip", LocalDays: 2, Send: true, Template: "tip"}},
	})
	if err != nil {
		return err
	}
	s.series = &timers.Series{
		Sequences: []*outreach.Sequence{welcome}, Gate: gate, Timers: s.timers,
		Ports: func(tx pgx.Tx) outreach.Ports {
			p := ports{tx}
			return outreach.Ports{Consents: p, Unsubscriptions: p, Suppressions: p, Complaints: p, Zones: p}
		},
	}
	s.timers.Handle(timers.KindOutreach, s.series)
	return nil
}

// page writes down, in the transaction of a job, whom to call: it leaves the database
// from there.
func page(ctx context.Context, tx pgx.Tx, caseID string, e sla.Event) error {
	switch e.Kind {
	case sla.Warned, sla.Escalated, sla.Breached:
		what := string(e.Metric) + " " + e.Kind.String()
		if e.To != "" {
			what += " to the " + e.To
		}
		_, err := tx.Exec(ctx, `INSERT INTO shop_page VALUES ($1, $2, $3)`, caseID, what, e.At)
		return err
	}
	return nil
}

// remind writes down, in the same way, which deadline of a case has passed.
func remind(ctx context.Context, tx pgx.Tx, d interaction.Deadline, decided []interaction.Event) error {
	what := d.Kind.String()
	if len(decided) == 0 {
		what += ", for somebody to see to"
	}
	_, err := tx.Exec(ctx, `INSERT INTO shop_page VALUES ($1, $2, $3)`, d.Case, what, d.At)
	return err
}

// monday is the opening of the shop's day, a week ago or more, which stays the same when
// the program runs again: instants are part of commands.
func (s *shop) monday(ctx context.Context, now time.Time) (time.Time, error) {
	day := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -7)
	day = day.AddDate(0, 0, -int(day.Weekday()+6)%7).Add(9 * time.Hour)
	if _, err := s.pool.Exec(ctx, `INSERT INTO shop_opening VALUES (true, $1) ON CONFLICT DO NOTHING`, day); err != nil {
		return day, err
	}
	err := s.pool.QueryRow(ctx, `SELECT monday FROM shop_opening`).Scan(&day)
	return day.UTC(), err
}

// ports are where the gate reads facts when a message is about to go, in the same
// transaction. Consent is asked of the customers' own records.
type ports struct{ tx pgx.Tx }

// Consents asks about marketing by e-mail, at the customer's address.
func (p ports) Consents(ctx context.Context, who string) ([]outreach.Consent, error) {
	c, err := p.customer(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, point := range c.Points {
		v := c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: point.Canonical, At: time.Now()})
		if v.Allowed {
			return []outreach.Consent{{Channel: interaction.Email, Purpose: outreach.Marketing, State: outreach.Granted, Since: v.By.At}}, nil
		}
	}
	return nil, nil
}

func (p ports) customer(ctx context.Context, who string) (customer.Customer, error) {
	store, err := consentstore.InTx(p.tx, salt, nil)
	if err != nil {
		return customer.Customer{}, err
	}
	return (&customer.Directory{Store: store, Salt: salt}).Load(ctx, customer.ID(who))
}

// Optouts says that none is kept beside consent.
func (ports) Optouts(context.Context, string) (outreach.Optouts, error) {
	return outreach.Optouts{}, nil
}

// Suppressed says that none is kept beside consent.
func (ports) Suppressed(context.Context, string) ([]outreach.Suppression, error) { return nil, nil }

// OpenComplaint says that there is none.
func (ports) OpenComplaint(context.Context, string) (bool, error) { return false, nil }

// Zone is that of the customer's record.
func (p ports) Zone(ctx context.Context, who string) (string, []string, error) {
	c, err := p.customer(ctx, who)
	return c.Zone, nil, err
}
