package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/recommend"
	"github.com/rapport-go/rapport/customer/segment"
)

// buyer is a customer with what they bought: rows of the host's own.
type buyer struct {
	id, country string
	orders      []order
}

type order struct {
	item, category string
	at             time.Time
}

func (h *host) buyers() []*buyer {
	at := func(days int) time.Time { return h.now.AddDate(0, 0, -days) }
	out := []*buyer{
		{"S1", "US", []order{{"camera", "camera", at(12)}, {"bag", "accessory", at(12)}}},
		{"S2", "US", []order{{"camera", "camera", at(40)}}},
		{"S3", "JP", []order{{"camera", "camera", at(29)}, {"tripod", "accessory", at(5)}}},
		{"S4", "GB", nil},
		{"S5", "", []order{{"camera", "camera", at(3)}}},
	}
	for i := range 30 { // and many more
		b := &buyer{id: fmt.Sprint("X", i), country: "GB", orders: []order{{"camera", "camera", at(100)}}}
		if i%2 == 0 {
			b.orders = append(b.orders, order{"tripod", "accessory", at(99)})
		}
		if i%3 == 0 {
			b.orders = append(b.orders, order{"bag", "accessory", at(98)})
		}
		out = append(out, b)
	}
	return out
}

// segment finds who bought a camera in the last 30 days, in Go and in SQL.
func (h *host) segment(context.Context) error {
	h.printf("\nBought a camera in the last 30 days, and not in Japan\n")
	column := func(name string, s segment.Storage) segment.Column { return segment.Column{Name: name, Storage: s} }
	schema, err := segment.NewSchema([]segment.Field[*buyer]{
		segment.Text("country", func(b *buyer) (string, bool) { return b.country, b.country != "" }).In(column("c.country", 0)),
	}, &segment.SchemaOptions[*buyer]{
		Events: segment.Events(func(b *buyer) []order { return b.orders }, segment.EventFields[order]{
			At:     func(o order) time.Time { return o.at },
			Fields: []segment.Field[order]{segment.Text("category", func(o order) (string, bool) { return o.category, true }).In(column("o.category", 0))},
			Table:  segment.EventTable{From: "orders o", Customer: column("o.customer", 0), At: column("o.at", segment.TimestampTZ)},
		}),
		IDColumn: column("c.id", 0),
	})
	if err != nil {
		return err
	}
	camera := segment.Eq("category", "camera")
	p := segment.And(segment.EventCount("", &camera, segment.LastDays(30), segment.OpGte, 1), segment.Ne("country", "JP"))
	program, err := schema.Compile(p)
	if err != nil {
		return err
	}
	for _, b := range h.buyers()[:5] {
		verdict, until, turns := program.Eval(b, h.now)
		h.printf("  %s: %s", b.id, verdict)
		if turns {
			h.printf(", until %s", until.Format("2 January"))
		}
		h.printf("\n")
	}
	h.printf("  why S5 is not a member:\n")
	for line := range strings.Lines(program.Explain(h.buyers()[4], h.now).String()) {
		h.printf("    %s", line)
	}
	q, err := schema.SQL(p, segment.PostgreSQL, h.now, nil)
	if err != nil {
		return err
	}
	h.printf("  as SQL: SELECT c.id FROM customers c WHERE %s\n", q.Where)
	for i, arg := range q.Args {
		h.printf("    $%d = %v\n", i+1, arg)
	}
	return nil
}

// recommend shows what goes with a camera, with its reason.
func (h *host) recommend(context.Context) error {
	h.printf("\nWhat to show S5\n")
	var rows []recommend.Purchase
	for _, b := range h.buyers() {
		for _, o := range b.orders {
			rows = append(rows, recommend.Purchase{Customer: b.id, Item: o.item, At: o.at})
		}
	}
	model, err := recommend.Train(slices.Values(rows), nil)
	if err != nil {
		return err
	}
	for _, s := range model.For(recommend.Question{Owned: []string{"camera"}, Profiling: true, N: 2}).Suggestions {
		for _, b := range s.Because {
			h.printf("  %s (%.2f), because they bought a %s, as %d did who have both\n", s.Item, s.Score, b.Item, b.Customers)
		}
	}
	library, err := recommend.NewLibrary(recommend.Content{ID: "photo tips", Segments: []string{"bought a camera"}})
	if err != nil {
		return err
	}
	for _, c := range library.For([]string{"bought a camera"}, nil, 0) {
		h.printf("  %s, since they are in the segment %q\n", c.Content.ID, c.Segment)
	}
	return nil
}

// next ranks what may be done for S5 now, and says what keeps the rest back.
func (h *host) next(ctx context.Context) error {
	h.printf("\nWhat to do for S5 next\n")
	c, err := h.people.Load(ctx, "S5")
	if err != nil {
		return err
	}
	const day = 24 * time.Hour
	actions, err := recommend.NewActions(
		recommend.Action{ID: "show photo tips", Value: 4, Propensity: 0.3, Segments: []string{"bought a camera"}},
		recommend.Action{ID: "offer a lens on the page", Value: 60, Propensity: 0.05, Cap: 2, CapPeriod: 30 * day},
		recommend.Action{ID: "ask how the camera is", Value: 10, Propensity: 0.2, CoolDown: 14 * day},
		recommend.Action{ID: "write a newsletter", Value: 5, Propensity: 0.5, Purpose: string(customer.Marketing)},
	)
	if err != nil {
		return err
	}
	for _, r := range actions.Rank(recommend.Moment{
		Now: h.now, Segments: []string{"bought a camera"},
		Done: []recommend.Done{
			{Action: "offer a lens on the page", At: h.now.Add(-20 * day)},
			{Action: "offer a lens on the page", At: h.now.Add(-9 * day)},
			{Action: "ask how the camera is", At: h.now.Add(-2 * day)},
		},
		Allowed: func(purpose string) bool {
			q := customer.ConsentQuestion{Purpose: customer.Purpose(purpose), Channel: customer.ByEmail, At: h.now}
			return c.Consent.Allowed(q).Allowed
		},
	}) {
		h.printf("  %s\n", r)
	}
	return nil
}
