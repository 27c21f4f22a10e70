package segment

import (
	"time"

	"pgregory.net/rapid"
)

// Instants of the tests lie around clock changes of three zones.
var testZones = []string{"Europe/Berlin", "America/New_York", "Pacific/Apia"}

func drawTime(t *rapid.T, label string) time.Time {
	base := rapid.SampledFrom([]time.Time{
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC),
		time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 23, 0, 0, 0, time.UTC),
	}).Draw(t, label+" base")
	return base.Add(time.Duration(rapid.IntRange(-40*24, 40*24).Draw(t, label+" hours")/8*8) * time.Hour).
		Add(time.Duration(rapid.SampledFrom([]int{0, 1, -1, 999_999_999}).Draw(t, label+" ns")))
}

func drawOpt[T any](t *rapid.T, label string, draw func() T) *T {
	if rapid.IntRange(0, 3).Draw(t, label+" missing") == 0 {
		return nil
	}
	return ref(draw())
}

func drawPerson(t *rapid.T) *person {
	one := func(label string, list ...string) func() string {
		return func() string { return rapid.SampledFrom(list).Draw(t, label) }
	}
	p := &person{
		id:       rapid.SampledFrom([]string{"a", "b", "c-1"}).Draw(t, "id"),
		country:  drawOpt(t, "country", one("country", "DE", "JP", "")),
		lang:     drawOpt(t, "lang", one("lang", "de", "ja")),
		stage:    drawOpt(t, "stage", one("stage", "lead", "active")),
		spend:    drawOpt(t, "spend", func() int64 { return rapid.Int64Range(-200, 200).Draw(t, "spend") }),
		score:    drawOpt(t, "score", func() float64 { return rapid.SampledFrom([]float64{-1, 0, 0.1, 0.5, 2}).Draw(t, "score") }),
		age:      drawOpt(t, "age", func() int64 { return rapid.Int64Range(-3, 3).Draw(t, "age") }),
		emailOK:  drawOpt(t, "email", func() bool { return rapid.Bool().Draw(t, "email") }),
		lastSeen: drawOpt(t, "seen", func() time.Time { return drawTime(t, "seen") }),
		created:  drawOpt(t, "created", func() time.Time { return drawTime(t, "created") }),
		tags: drawOpt(t, "tags", func() []string {
			return rapid.SliceOfN(rapid.SampledFrom([]string{"vip", "press"}), 0, 2).Draw(t, "tags")
		}),
	}
	if name := rapid.SampledFrom(append([]string{""}, testZones...)).Draw(t, "zone"); name != "" {
		p.zone, _ = time.LoadLocation(name)
	}
	for range rapid.IntRange(0, 6).Draw(t, "events") {
		p.sales = append(p.sales, sale{
			name:     rapid.SampledFrom([]string{"purchase", "visit"}).Draw(t, "name"),
			category: drawOpt(t, "category", one("category", "camera", "lens")),
			amount:   drawOpt(t, "amount", func() int64 { return rapid.Int64Range(-100, 100).Draw(t, "amount") }),
			online:   drawOpt(t, "online", func() bool { return rapid.Bool().Draw(t, "online") }),
			at:       drawTime(t, "event"),
		})
	}
	return p
}

func drawWindow(t *rapid.T) Window {
	zone := rapid.SampledFrom(append([]string{""}, testZones...)).Draw(t, "window zone")
	switch rapid.IntRange(0, 3).Draw(t, "window") {
	case 0:
		return AnyTime()
	case 1:
		return Window{Kind: Elapsed, N: rapid.IntRange(1, 40).Draw(t, "n"), Unit: rapid.SampledFrom([]Unit{Second, Minute, Hour, Day, Week}).Draw(t, "unit")}
	case 2:
		return Window{Kind: Calendar, N: rapid.IntRange(1, 40).Draw(t, "n"), Unit: rapid.SampledFrom([]Unit{Day, Day, Week, Month, Quarter, Year}).Draw(t, "unit"), Zone: zone}
	}
	return Window{Kind: SinceStart, N: rapid.IntRange(0, 3).Draw(t, "n"), Unit: rapid.SampledFrom([]Unit{Day, Week, Month, Quarter, Year}).Draw(t, "unit"), Zone: zone}
}

func drawNumber(t *rapid.T) Value {
	return number(rapid.SampledFrom([]string{"-1", "0", "1", "0.5", "0.1", "1.005", "-0.999", "2", "1e3"}).Draw(t, "number"))
}

func drawSpan(t *rapid.T) Span {
	return Span{rapid.IntRange(1, 40).Draw(t, "n"), rapid.SampledFrom([]Unit{Hour, Day}).Draw(t, "unit")}
}

// drawPredicate draws a tree for the schema of the tests.
func drawPredicate(t *rapid.T, depth int) Predicate {
	if depth > 0 && rapid.IntRange(0, 1).Draw(t, "inner") == 0 {
		op := rapid.SampledFrom([]Op{OpAnd, OpOr, OpNot, OpOrTrue, OpOrFalse}).Draw(t, "op")
		n := 1
		if op == OpAnd || op == OpOr {
			n = rapid.IntRange(1, 3).Draw(t, "args")
		}
		p := Predicate{Op: op}
		for range n {
			p.Args = append(p.Args, drawPredicate(t, depth-1))
		}
		return p
	}
	compare := rapid.SampledFrom([]Op{OpEq, OpNe, OpLt, OpLte, OpGt, OpGte}).Draw(t, "compare")
	field := rapid.SampledFrom([]string{"spend", "score", "age"}).Draw(t, "field")
	switch rapid.IntRange(0, 14).Draw(t, "leaf") {
	case 0:
		return In("country", rapid.SliceOfN(rapid.SampledFrom([]string{"DE", "JP", "", "FR"}), 1, 3).Draw(t, "countries")...)
	case 1:
		return Ne("lang", "de")
	case 2:
		return Predicate{Op: compare, Field: field, Values: []Value{drawNumber(t)}}
	case 3:
		a, b := drawNumber(t), drawNumber(t)
		if a.number.GreaterThan(b.number) {
			a, b = b, a
		}
		return Predicate{Op: OpBetween, Field: field, Values: []Value{a, b}}
	case 4:
		return Has("tags", rapid.SampledFrom([]string{"vip", "vi"}).Draw(t, "tag"))
	case 5:
		return IsTrue("email_ok")
	case 6:
		return Missing(rapid.SampledFrom([]string{"country", "spend", "score", "email_ok", "last_seen", "tags"}).Draw(t, "missing"))
	case 7:
		return Predicate{Op: rapid.SampledFrom([]Op{OpBefore, OpAtOrAfter}).Draw(t, "before"), Field: "last_seen", Ago: drawSpan(t)}
	case 8:
		return Predicate{Op: rapid.SampledFrom([]Op{OpBefore, OpAtOrAfter}).Draw(t, "before"), Field: "created", At: drawTime(t, "at")}
	case 9:
		return Within(rapid.SampledFrom([]string{"last_seen", "created"}).Draw(t, "within"), drawWindow(t))
	case 10:
		return EventSum("purchase", "amount", drawWhere(t), drawWindow(t), compare, 0.5)
	case 11:
		return Predicate{Op: OpLastEvent, Event: "purchase", Where: drawWhere(t), Compare: rapid.SampledFrom([]Op{OpBefore, OpAtOrAfter}).Draw(t, "before"), Ago: drawSpan(t)}
	case 12:
		// the last event against an instant that may be its own
		return Predicate{Op: OpLastEvent, Event: "purchase", Compare: rapid.SampledFrom([]Op{OpBefore, OpAtOrAfter}).Draw(t, "before"), At: drawTime(t, "at")}
	case 13:
		return Predicate{Op: OpIn, Field: field, Values: []Value{drawNumber(t), drawNumber(t)}}
	}
	return EventCount(rapid.SampledFrom([]string{"purchase", ""}).Draw(t, "event"), drawWhere(t), drawWindow(t), compare, rapid.Int64Range(0, 3).Draw(t, "count"))
}

func drawWhere(t *rapid.T) *Predicate {
	switch rapid.IntRange(0, 3).Draw(t, "where") {
	case 0:
		return ref(Eq("category", "camera"))
	case 1:
		return ref(Or(Not(IsTrue("online")), Gte("amount", 0.1)))
	}
	return nil
}
