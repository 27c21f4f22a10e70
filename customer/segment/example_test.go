package segment_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/customer/segment"
)

// client and order are a host's own rows.
type client struct {
	Name    string
	Country string // empty: not known
	Created time.Time
	Orders  []order
}

type order struct {
	Category string
	At       time.Time
}

func schema() *segment.Schema[*client] {
	s, err := segment.NewSchema([]segment.Field[*client]{
		segment.Text("country", func(c *client) (string, bool) { return c.Country, c.Country != "" }).In(segment.Column{Name: "c.country"}),
		segment.Time("created", func(c *client) (time.Time, bool) { return c.Created, true }),
	}, &segment.SchemaOptions[*client]{
		Events: segment.Events(func(c *client) []order { return c.Orders }, segment.EventFields[order]{
			Name: func(order) string { return "purchase" },
			At:   func(o order) time.Time { return o.At },
			Fields: []segment.Field[order]{
				segment.Text("category", func(o order) (string, bool) { return o.Category, true }).In(segment.Column{Name: "o.category"}),
			},
			Table: segment.EventTable{
				From: "orders o", Customer: segment.Column{Name: "o.client"}, At: segment.Column{Name: "o.at", Storage: segment.UnixSeconds},
			},
		}),
		IDColumn: segment.Column{Name: "c.id"},
	})
	if err != nil {
		panic(err)
	}
	return s
}

// Who bought a camera in the last 30 days, why, and until when.
func Example() {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	p := segment.And(
		segment.Shop{}.Bought("camera", segment.LastDays(30)),
		segment.Ne("country", "JP"),
	)
	program, err := schema().Compile(p)
	if err != nil {
		panic(err)
	}
	ada := &client{Name: "Ada", Country: "DE", Orders: []order{{"camera", now.AddDate(0, 0, -20)}}}
	bea := &client{Name: "Bea", Orders: []order{{"camera", now.AddDate(0, 0, -3)}}}
	fmt.Println(p)
	for _, c := range []*client{ada, bea} {
		fmt.Print(c.Name, "\n", program.Explain(c, now))
	}
	// Output:
	// number of events purchase (category = "camera") in the last 30 days >= 1 and country <> "JP"
	// Ada
	// true    and, until 2026-05-11T12:00:00.000000001Z
	//   true    number of events purchase (category = "camera") in the last 30 days >= 1: 1 since 2026-04-01T12:00:00Z, until 2026-05-11T12:00:00.000000001Z
	//   true    country <> "JP": "DE"
	// Bea
	// unknown and, until 2026-05-28T12:00:00.000000001Z
	//   true    number of events purchase (category = "camera") in the last 30 days >= 1: 1 since 2026-04-01T12:00:00Z, until 2026-05-28T12:00:00.000000001Z
	//   unknown country <> "JP": missing
}

// A segment kept as JSON, checked with every fault at once.
func ExampleParse() {
	p, err := segment.Parse([]byte(`{"op": "and", "args": [
		{"op": "lt", "field": "country", "value": 3},
		{"op": "event_count", "event": "purchase", "window": {"kind": "calendar", "n": 30, "unit": "day"}, "compare": "gte", "value": 2}
	]}`))
	if err != nil {
		panic(err)
	}
	fmt.Println(schema().Check(p))
	// Output:
	// segment: predicate not valid: args[0].field: lt is for integer, amount, float, and "country" is of kind text
	// segment: predicate not valid: args[1].window.zone: name a zone: the schema does not know the customer's
}

// The same segment as a condition for a database.
func ExampleSchema_SQL() {
	q, err := schema().SQL(segment.In("country", "DE", "AT"), segment.PostgreSQL, time.Unix(0, 0), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println("SELECT c.id FROM clients c WHERE", q.Where, q.Args)
	// Output:
	// SELECT c.id FROM clients c WHERE (c.country IN ($1::text, $2::text)) [DE AT]
}

// What a segment depends on, so that a host asks again only when it must.
func ExampleDeps() {
	fmt.Printf("%+v\n", segment.Deps(segment.Shop{}.Lapsed(segment.Span{N: 90, Unit: segment.Day})))
	// Output:
	// {Fields:[] Events:[purchase] AnyEvent:false EventFields:[] Time:true Zone:false}
}
