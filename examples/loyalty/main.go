// Loyalty runs a shop's programme for a year: purchases, a hold, a refund, a change
// of tier with its reasons, points that die, and what the shop owes at the end.
//
//	go run ./examples/loyalty
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

//go:embed program.json
var programme []byte

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// shop is a host: its programme, its store, and where it prints.
type shop struct {
	engine *loyalty.Engine
	out    io.Writer
	zone   *time.Location
}

func run(ctx context.Context, out io.Writer) error {
	program, err := loyalty.ParseProgram(programme)
	if err != nil {
		return err
	}
	s := &shop{
		engine: &loyalty.Engine{Store: new(loyalty.MemStore), Program: program},
		out:    out, zone: program.Zone(),
	}
	fmt.Fprintf(out, "%s, programme %s\n", program.Spec().Name, program.Version())
	for _, part := range []func(context.Context) error{s.year, s.past, s.others, s.owes, s.campaign} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *shop) at(month time.Month, day, hour int) time.Time {
	return time.Date(2025, month, day, hour, 0, 0, 0, s.zone)
}

// order is a purchase of coffee and bread, in cents.
func order(id string, coffee, bread int64) loyalty.Purchase {
	return loyalty.Purchase{Order: id, Lines: []loyalty.Line{
		{ID: "coffee", Category: "coffee", Amount: cents(coffee)},
		{ID: "bread", Category: "bread", Amount: cents(bread)},
	}}
}

func cents(n int64) loyalty.Amount { return loyalty.MustAmount(loyalty.Points(n).Text(2)) }

// year is a member's year.
func (s *shop) year(ctx context.Context) error {
	steps := []struct {
		at   time.Time
		what string
		do   loyalty.Action
	}{
		{s.at(1, 10, 9), "Ada joins", loyalty.Enroll{}},
		{s.at(1, 10, 9), "buys for 84.50", order("A1", 1450, 7000)},
		{s.at(3, 2, 11), "buys for 310.00", order("A2", 6000, 25_000)},
		{s.at(5, 6, 18), "buys for 150.00 in coffee week", order("A3", 5000, 10_000)},
		{s.at(6, 1, 10), "asks to pay 300 points at the till", loyalty.Hold{Points: 300, Until: loyalty.InstantOf(s.at(6, 1, 12))}},
		{s.at(6, 1, 11), "pays 200 of them after all", loyalty.Capture{Hold: "ada/5", Points: 200}},
		{s.at(7, 20, 15), "buys for 120.00", order("A4", 2000, 10_000)},
		{s.at(8, 4, 15), "buys for 40.00", order("A5", 4000, 0)},
		{s.at(8, 9, 9), "brings 100.00 of bread of July back", loyalty.Refund{Order: "A4", Lines: []loyalty.RefundLine{{Line: "bread", Amount: cents(10_000)}}}},
		{s.at(12, 1, 9), "wants to pay 900 points", loyalty.Redeem{Points: 900}},
	}
	for i, step := range steps {
		c := loyalty.Command{Key: fmt.Sprintf("ada/%d", i+1), Account: "ada", At: step.at, By: "till 1", Do: step.do}
		fmt.Fprintf(s.out, "\n%s  %s\n", step.at.Format("2006-01-02"), step.what)
		decision, err := s.engine.Simulate(ctx, c)
		if err != nil {
			fmt.Fprintf(s.out, "    refused: %v\n", err)
			continue
		}
		if _, err := s.engine.Do(ctx, c); err != nil {
			return err
		}
		s.explain(decision)
		if err := s.stand(ctx, "ada", step.at); err != nil {
			return err
		}
	}
	return nil
}

// explain prints why a decision came out as it did.
func (s *shop) explain(d loyalty.Decision) {
	for _, step := range d.Trace {
		fmt.Fprintf(s.out, "    %s\n", step)
	}
	for _, x := range d.Result.Draws {
		fmt.Fprintf(s.out, "    lot %d pays %d\n", x.Lot, x.Points)
	}
	if n := d.Result.Clawed(); n > 0 {
		fmt.Fprintf(s.out, "    takes %d points back\n", n)
	}
}

// stand prints where a member stands.
func (s *shop) stand(ctx context.Context, id string, at time.Time) error {
	a, err := s.engine.Account(ctx, id)
	if err != nil {
		return err
	}
	b := a.Balance("points")
	p, ok := loyalty.Project(s.engine.Program, a, "status", at)
	if !ok {
		return fmt.Errorf("no tier set")
	}
	line := fmt.Sprintf("  = %d points, %d held, %s", b.Active, b.Held, p.Level)
	if p.Next != "" {
		line += fmt.Sprintf(", %s short of %s", p.ToNext[0].Missing, p.Next)
	}
	if p.DropsAt != loyalty.Never {
		line += fmt.Sprintf(" until %s", p.DropsAt.Time().In(s.zone).Format("2006-01-02"))
	}
	fmt.Fprintln(s.out, line)
	return nil
}

// past asks what was, and what will be.
func (s *shop) past(ctx context.Context) error {
	fmt.Fprintf(s.out, "\nQuestions about time\n")
	far := s.at(12, 31, 0).AddDate(10, 0, 0)
	for _, q := range []struct {
		what             string
		effective, known time.Time
	}{
		{"in July, as was known then", s.at(7, 31, 0), s.at(7, 31, 0)},
		{"in July, as is known today", s.at(7, 31, 0), far},
		{"in April 2026, if nothing more happens", s.at(4, 1, 0).AddDate(1, 0, 0), far},
	} {
		a, err := s.engine.AsOf(ctx, "ada", q.effective, q.known)
		if err != nil {
			return err
		}
		b := a.Balance("points")
		fmt.Fprintf(s.out, "  %-42s %4d points, %d dead\n", q.what, b.Active, b.Expired)
	}
	return nil
}

// campaign has a budget that its members share: it ends within the third order, and the fourth earns the base alone.
func (s *shop) campaign(ctx context.Context) error {
	fmt.Fprintf(s.out, "\n%s\n", rule("New year: 100 points for an order, 250 in all"))
	for i := range 4 {
		out, err := s.engine.Do(ctx, loyalty.Command{
			Key: fmt.Sprintf("new-year/%d", i), Account: memberID(i), At: s.at(1, 2, 9+i).AddDate(1, 0, 0), By: "till 1",
			Do: order(fmt.Sprintf("N%d", i), 0, 1000),
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "  %s earns %d\n", memberID(i), out.Result.Earned)
	}
	house, err := s.engine.Account(ctx, loyalty.CapAccount("new-year", ""))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "  given out: %d\n", house.Taken())
	return nil
}

func rule(title string) string { return title + "\n" + strings.Repeat("-", len(title)) }

// refused reports whether a command was refused, and not only failed.
func refused(err error) bool {
	var r *loyalty.RefusedError
	return errors.As(err, &r)
}
