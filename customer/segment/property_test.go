package segment

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naive is the meaning of a predicate written down as plainly as it can be.
func naive(s *Schema[*person], p Predicate, v *person, now time.Time) Tri {
	three := func(ok, b bool) Tri {
		if !ok {
			return Unknown
		}
		return truth(b)
	}
	in := func(at time.Time, w Window) bool {
		if at.After(now) {
			return false
		}
		loc := time.UTC
		if v.zone != nil {
			loc = v.zone
		}
		if w.Zone != "" {
			loc, _ = time.LoadLocation(w.Zone)
		}
		y, m, d := now.In(loc).Date()
		day := func(t time.Time) int {
			y, m, d := t.In(loc).Date()
			return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
		}
		first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		switch w.Kind {
		case Elapsed:
			return now.Sub(at) <= time.Duration(w.N)*w.Unit.duration()
		case Calendar:
			months := map[Unit]int{Month: 1, Quarter: 3, Year: 12}[w.Unit]
			if months > 0 {
				a := time.Date(y, m-time.Month(months*w.N), 1, 0, 0, 0, 0, time.UTC)
				if last := a.AddDate(0, 1, -1).Day(); d > last {
					d = last
				}
				return day(at) > int(time.Date(a.Year(), a.Month(), d, 0, 0, 0, 0, time.UTC).Unix()/86400)
			}
			days := w.N
			if w.Unit == Week {
				days *= 7
			}
			return day(at) > day(now)-days
		case SinceStart:
			n := max(w.N, 1) - 1
			switch w.Unit {
			case Day:
				first = first.AddDate(0, 0, -n)
			case Week:
				for first.Weekday() != time.Monday {
					first = first.AddDate(0, 0, -1)
				}
				first = first.AddDate(0, 0, -7*n)
			case Month:
				first = time.Date(y, m-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
			case Quarter:
				first = time.Date(y, (m-1)/3*3+1-time.Month(3*n), 1, 0, 0, 0, 0, time.UTC)
			default:
				first = time.Date(y-n, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			return day(at) >= int(first.Unix()/86400)
		}
		return true
	}
	when := func(at time.Time, op Op, p Predicate) bool {
		limit := p.At
		if limit.IsZero() {
			limit = now.Add(-time.Duration(p.Ago.N) * p.Ago.Unit.duration())
		}
		return at.Before(limit) == (op == OpBefore)
	}
	compare := func(op Op, c int) bool {
		return map[Op]bool{OpEq: c == 0, OpNe: c != 0, OpLt: c < 0, OpLte: c <= 0, OpGt: c > 0, OpGte: c >= 0}[op]
	}
	events := func() (out []sale) {
		for _, e := range v.sales {
			keep := p.Event == "" || e.name == p.Event
			if p.Where != nil && keep {
				switch p.Where.Op {
				case OpEq:
					keep = e.category != nil && *e.category == "camera"
				default:
					keep = (e.online != nil && !*e.online) || (e.amount != nil && *e.amount >= 10)
				}
			}
			if keep {
				out = append(out, e)
			}
		}
		return out
	}
	switch p.Op {
	case OpAnd:
		out := True
		for _, a := range p.Args {
			out = min(out, naive(s, a, v, now))
		}
		return out
	case OpOr:
		out := False
		for _, a := range p.Args {
			out = max(out, naive(s, a, v, now))
		}
		return out
	case OpNot:
		return naive(s, p.Args[0], v, now).Not()
	case OpOrTrue, OpOrFalse:
		if t := naive(s, p.Args[0], v, now); t != Unknown {
			return t
		}
		return truth(p.Op == OpOrTrue)
	case OpEventCount:
		n := int64(0)
		for _, e := range events() {
			if in(e.at, p.Window) {
				n++
			}
		}
		return truth(compare(p.Compare, int(n-p.Values[0].number.IntPart())))
	case OpEventSum:
		n := int64(0)
		for _, e := range events() {
			if in(e.at, p.Window) && e.amount != nil {
				n += *e.amount
			}
		}
		return truth(compare(p.Compare, int(n-50)))
	case OpLastEvent:
		var last time.Time
		for _, e := range events() {
			if !e.at.After(now) && e.at.After(last) {
				last = e.at
			}
		}
		return three(!last.IsZero(), when(last, p.Compare, p))
	}
	f := s.fields[p.Field]
	if p.Op == OpMissing {
		return truth(f.show(v) == "missing")
	}
	switch f.kind {
	case TimeField:
		x, ok := f.time(v)
		if p.Op == OpWithin {
			return three(ok, ok && in(x, p.Window))
		}
		return three(ok, ok && when(x, p.Op, p))
	case TextField:
		x, ok := f.text(v)
		found := false
		for _, w := range p.Values {
			found = found || w.text == x
		}
		return three(ok, found == (p.Op != OpNe))
	case TagsField:
		x, ok := f.tags(v)
		found := false
		for _, tag := range x {
			found = found || tag == p.Values[0].text
		}
		return three(ok, found)
	case BoolField:
		x, ok := f.truth(v)
		return three(ok, x)
	case FloatField:
		x, ok := f.float(v)
		holds := false
		for i, w := range p.Values {
			y, _ := w.number.Float64()
			c := 0
			if x < y {
				c = -1
			} else if x > y {
				c = 1
			}
			switch {
			case p.Op == OpIn:
				holds = holds || c == 0
			case p.Op == OpBetween && i == 0:
				holds = c >= 0
			case p.Op == OpBetween:
				holds = holds && c <= 0
			default:
				holds = compare(p.Op, c)
			}
		}
		return three(ok, holds)
	}
	x, ok := f.int(v)
	holds := false
	for i, w := range p.Values {
		c := V(x).number.Shift(-f.places).Cmp(w.number)
		switch {
		case p.Op == OpIn:
			holds = holds || c == 0
		case p.Op == OpBetween && i == 0:
			holds = c >= 0
		case p.Op == OpBetween:
			holds = holds && c <= 0
		default:
			holds = compare(p.Op, c)
		}
	}
	return three(ok, holds)
}

// The compiled program, its trace and its JSON mean what the plain reading does.
func TestAgainstThePlainReading(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	rapid.Check(t, func(t *rapid.T) {
		p, v, now := drawPredicate(t, 3), drawPerson(t), drawTime(t, "now")
		want := naive(schema, p, v, now)
		program, err := schema.Compile(p)
		require.NoError(t, err, "%s", p)
		got, _, _ := program.Eval(v, now)
		require.Equal(t, want, got, "%s", p)
		require.Equal(t, want, program.At(now).Verdict(v))
		trace := program.Explain(v, now)
		require.Equal(t, want, trace.Verdict)
		require.NotEmpty(t, trace.String())
		text, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := Parse(text)
		require.NoError(t, err, "%s", text)
		back, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(text), string(back))
		program, err = schema.Compile(again)
		require.NoError(t, err)
		require.Equal(t, want, program.At(now).Verdict(v))
	})
}

// The verdict is the same at every instant before until, and another one at it.
func TestValidUntil(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	rapid.Check(t, func(t *rapid.T) {
		p, v, now := drawPredicate(t, 2), drawPerson(t), drawTime(t, "now")
		program, err := schema.Compile(p)
		require.NoError(t, err)
		verdict, until, ok := program.Eval(v, now)
		end := until
		if ok {
			require.True(t, until.After(now))
			require.NotEqual(t, verdict, naive(schema, p, v, until), "at %s nothing turns: %s", until, p)
		} else {
			end = now.AddDate(3, 0, 0)
		}
		instants := []time.Time{now.Add(1), end.Add(-1)}
		for range 20 {
			instants = append(instants, now.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(now))-1).Draw(t, "after"))))
		}
		for _, e := range v.sales { // and wherever something might turn
			for _, step := range []time.Duration{0, 1, 24 * time.Hour, 24*time.Hour + 1} {
				if x := e.at.Add(step); x.After(now) && x.Before(end) {
					instants = append(instants, x)
				}
			}
		}
		for _, x := range instants {
			if !x.Before(now) && x.Before(end) {
				require.Equal(t, verdict, naive(schema, p, v, x), "at %s, before %s: %s", x, until, p)
			}
		}
	})
}

// De Morgan, double negation, and that order, grouping and repetition do not matter.
func TestLogic(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawPredicate(t, 1), drawPredicate(t, 1), drawPredicate(t, 1)
		v, now := drawPerson(t), drawTime(t, "now")
		is := func(p Predicate) Tri {
			program, err := schema.Compile(p)
			require.NoError(t, err)
			return program.At(now).Verdict(v)
		}
		require.Equal(t, is(Not(And(a, b))), is(Or(Not(a), Not(b))))
		require.Equal(t, is(Not(Or(a, b))), is(And(Not(a), Not(b))))
		require.Equal(t, is(a), is(Not(Not(a))))
		require.Equal(t, is(And(a, b, c)), is(And(c, And(b, a))))
		require.Equal(t, is(Or(a, b, c)), is(Or(Or(c, b), a)))
		require.Equal(t, is(a), is(And(a, a)))
		require.Equal(t, is(a), is(Or(a, And(a, b))))
	})
}

// Time alone changes nothing of what Deps says time does not touch.
func TestDeps(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	rapid.Check(t, func(t *rapid.T) {
		p, v, now := drawPredicate(t, 2), drawPerson(t), drawTime(t, "now")
		d := Deps(p)
		program, err := schema.Compile(p)
		require.NoError(t, err)
		verdict, _, ok := program.Eval(v, now)
		if !d.Time {
			require.False(t, ok)
		}
		other := *v
		if !d.Zone {
			other.zone, _ = time.LoadLocation("Asia/Tokyo")
		}
		if len(d.Events) == 0 && !d.AnyEvent {
			other.sales = nil
		}
		for name, drop := range map[string]func(){
			"country": func() { other.country = nil }, "lang": func() { other.lang = nil }, "spend": func() { other.spend = nil },
			"score": func() { other.score = nil }, "age": func() { other.age = nil }, "email_ok": func() { other.emailOK = nil },
			"last_seen": func() { other.lastSeen = nil }, "created": func() { other.created = nil }, "tags": func() { other.tags = nil },
		} {
			if !contains(d.Fields, name) {
				drop()
			}
		}
		require.Equal(t, verdict, program.At(now).Verdict(&other), "%s: %+v", p, d)
	})
}
