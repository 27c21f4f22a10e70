package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/customer/segment"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
)

// segmentDef is a segment of the shop.
type segmentDef struct {
	name, label string
	predicate   segment.Predicate
	program     *segment.Program[*record]
}

// segments are the segments of the shop over the records of the application.
type segments struct {
	schema *segment.Schema[*record]
	list   []segmentDef
}

func newSegments() (*segments, error) {
	column := func(name string, s segment.Storage) segment.Column { return segment.Column{Name: name, Storage: s} }
	text := func(get func(*record) string) func(*record) (string, bool) {
		return func(r *record) (string, bool) { s := get(r); return s, s != "" }
	}
	schema, err := segment.NewSchema([]segment.Field[*record]{
		segment.Text("region", text(func(r *record) string { return regionOf(r.c) })),
		segment.Text("stage", text(func(r *record) string { return string(r.c.Lifecycle.Stage()) })),
		segment.Text("tier", text(func(r *record) string { return r.tier })),
		segment.Int("points", func(r *record) (int64, bool) { return r.points, true }),
		segment.Time("created", func(r *record) (time.Time, bool) { return r.joined, !r.joined.IsZero() }),
		segment.Tags("tags", func(r *record) ([]string, bool) { return r.c.Tags, true }),
	}, &segment.SchemaOptions[*record]{
		ID:       func(r *record) string { return r.id },
		IDColumn: column("c.id", 0),
		Events: segment.Events(func(r *record) []database.Order { return r.orders }, segment.EventFields[database.Order]{
			At: func(o database.Order) time.Time { return o.At },
			Name: func(o database.Order) string {
				if o.Returned {
					return "return"
				}
				return "purchase"
			},
			Fields: []segment.Field[database.Order]{
				segment.Amount("amount", 2, func(o database.Order) (int64, bool) { return o.Minor, true }).In(column("o.minor", 0)),
			},
			Table: segment.EventTable{From: "crm_purchase o", Customer: column("o.customer", 0), Name: column("o.kind", 0), At: column("o.at", segment.UnixMicros)},
		}),
	})
	if err != nil {
		return nil, err
	}
	s := &segments{schema: schema}
	for _, d := range readySegments() {
		if d.program, err = schema.Compile(d.predicate); err != nil {
			return nil, err
		}
		s.list = append(s.list, d)
	}
	return s, nil
}

// readySegments are the builders of package segment with the shop's figures.
func readySegments() []segmentDef {
	shop := segment.Shop{}
	days := func(n int) segment.Span { return segment.Span{N: n, Unit: segment.Day} }
	year := segment.LastDays(365)
	return []segmentDef{
		{name: "best", label: "Best customers: recent, often and for much", predicate: shop.Best(days(90), 4, decimal.NewFromInt(400), year)},
		{name: "active", label: "Active: bought within 90 days", predicate: shop.Active(days(90))},
		{name: "new", label: "New: became a customer within 60 days", predicate: shop.New(days(60))},
		{name: "first-time", label: "Bought once, within 90 days: whom to welcome", predicate: shop.FirstTime(days(90))},
		{name: "frequent", label: "Six orders or more in a year", predicate: shop.Frequent(6, year)},
		{name: "spenders", label: "Spent 1,000 or more in a year", predicate: shop.Spent(decimal.NewFromInt(1000), year)},
		{name: "lapsing", label: "Lapsing: three orders or more, quiet for 90 days and not yet lost", predicate: shop.Lapsing(3, days(90), days(365))},
		{name: "lapsed", label: "Lapsed: no order for a year", predicate: shop.Lapsed(days(365))},
		{name: "prospects", label: "Never bought", predicate: shop.Prospects()},
		{name: "gold", label: "Gold members", predicate: segment.Eq("tier", "gold")},
		{name: "rich", label: "500 points or more to spend", predicate: segment.Gte("points", 500)},
		{name: "abroad", label: "Bought within 90 days, and known not to be in Britain", predicate: segment.And(shop.Active(days(90)), segment.Ne("region", "GB"))},
	}
}

func (s *segments) find(name string) (segmentDef, bool) {
	i := slices.IndexFunc(s.list, func(d segmentDef) bool { return d.name == name })
	if i < 0 {
		return segmentDef{}, false
	}
	return s.list[i], true
}

// of are the segments that a customer is in.
func (s *segments) of(r *record, now time.Time) (names []string) {
	for _, d := range s.list {
		if d.program.Is(r, now) {
			names = append(names, d.name)
		}
	}
	return names
}

// Segments are the segments of the shop with how many customers each holds.
func (a *App) Segments(ctx context.Context) ([]SegmentView, error) {
	list, _ := a.world.all()
	now := a.Now()
	out := make([]SegmentView, 0, len(a.segments.list))
	for _, d := range a.segments.list {
		v := SegmentView{Name: d.name, Label: d.label, Words: d.predicate.String(), Of: len(list)}
		text, err := json.Marshal(d.predicate)
		if err != nil {
			return nil, err
		}
		v.JSON = string(text)
		if q, err := a.segments.schema.SQL(d.predicate, segment.SQLite, now, nil); err == nil {
			v.SQL, v.Args = q.Where, q.Args
		}
		at := d.program.At(now)
		for _, r := range list {
			switch verdict, _, _ := at.Eval(r); verdict {
			case segment.True:
				v.Count++
			case segment.Unknown:
				v.Unknown++
			}
		}
		out = append(out, v)
	}
	return out, ctx.Err()
}

// ExplainSegment says why a customer is in a segment or not.
func (a *App) ExplainSegment(_ context.Context, name, id string) (SegmentExplanation, error) {
	d, ok := a.segments.find(name)
	if !ok {
		return SegmentExplanation{}, notFound("/segment", "segment")
	}
	r, ok := a.world.find(id)
	if !ok {
		return SegmentExplanation{}, notFound("/customer", "customer")
	}
	now := a.Now()
	x := SegmentExplanation{Customer: r.id, Membership: membership(d, r, now)}
	for line := range strings.Lines(d.program.Explain(r, now).String()) {
		text := strings.TrimRight(line, "\n")
		trimmed := strings.TrimLeft(text, " ")
		x.Steps = append(x.Steps, Step{Text: trimmed, Depth: (len(text) - len(trimmed)) / 2})
	}
	return x, nil
}

func membership(d segmentDef, r *record, now time.Time) Membership {
	verdict, until, turns := d.program.Eval(r, now)
	m := Membership{Segment: d.name, Label: d.label, In: verdict == segment.True, Unknown: verdict == segment.Unknown}
	if turns {
		m.Until = until
	}
	return m
}

func memberships(s *segments, r *record, now time.Time) []Membership {
	out := make([]Membership, 0, len(s.list))
	for _, d := range s.list {
		out = append(out, membership(d, r, now))
	}
	return out
}
