package segment

import (
	"fmt"
	"time"
)

// person and sale are the rows of a host, as the tests of this package have them.
type person struct {
	id       string
	country  *string
	lang     *string
	stage    *string
	spend    *int64 // cents
	score    *float64
	age      *int64
	emailOK  *bool
	lastSeen *time.Time
	created  *time.Time
	tags     *[]string
	zone     *time.Location
	sales    []sale
}

type sale struct {
	name     string
	category *string
	amount   *int64 // cents
	online   *bool
	at       time.Time
}

func opt[T, R any](get func(R) *T) func(R) (T, bool) {
	return func(r R) (T, bool) {
		if p := get(r); p != nil {
			return *p, true
		}
		var zero T
		return zero, false
	}
}

// shopSchema is the schema of the tests, with columns.
func shopSchema() *Schema[*person] {
	events := Events(func(p *person) []sale { return p.sales }, EventFields[sale]{
		Name: func(s sale) string { return s.name },
		At:   func(s sale) time.Time { return s.at },
		Fields: []Field[sale]{
			Text("category", opt(func(s sale) *string { return s.category })).In(Column{Name: "e.category"}),
			Amount("amount", 2, opt(func(s sale) *int64 { return s.amount })).In(Column{Name: "e.amount"}),
			Bool("online", opt(func(s sale) *bool { return s.online })).In(Column{Name: "e.online"}),
		},
		Table: EventTable{
			From: "events e", Customer: Column{Name: "e.customer"}, Name: Column{Name: "e.name"},
			At: Column{Name: "e.at", Storage: UnixNanos},
		},
	})
	s, err := NewSchema([]Field[*person]{
		Text("country", opt(func(p *person) *string { return p.country })).In(Column{Name: "c.country"}),
		Text("lang", opt(func(p *person) *string { return p.lang })).In(Column{Name: "c.lang"}),
		Text("stage", opt(func(p *person) *string { return p.stage })).In(Column{Name: "c.stage"}),
		Amount("spend", 2, opt(func(p *person) *int64 { return p.spend })).In(Column{Name: "c.spend"}),
		Float("score", opt(func(p *person) *float64 { return p.score })).In(Column{Name: "c.score"}),
		Int("age", opt(func(p *person) *int64 { return p.age })).In(Column{Name: "c.age"}),
		Bool("email_ok", opt(func(p *person) *bool { return p.emailOK })).In(Column{Name: "c.email_ok"}),
		Time("last_seen", opt(func(p *person) *time.Time { return p.lastSeen })).In(Column{Name: "c.last_seen", Storage: UnixSeconds}),
		Time("created", opt(func(p *person) *time.Time { return p.created })).In(Column{Name: "c.created", Storage: UnixMillis}),
		Tags("tags", opt(func(p *person) *[]string { return p.tags })).In(Column{Name: "c.tags", Storage: Delimited}),
	}, &SchemaOptions[*person]{
		ID:       func(p *person) string { return p.id },
		Zone:     func(p *person) *time.Location { return p.zone },
		Events:   events,
		IDColumn: Column{Name: "c.id"},
		ZoneIn:   Column{Name: "c.zone"},
	})
	if err != nil {
		panic(fmt.Sprint("the schema of the tests: ", err))
	}
	return s
}

func ref[T any](v T) *T { return &v }
