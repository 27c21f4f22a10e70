package segment

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Dialect is a flavour of SQL.
type Dialect uint8

// The dialects.
const (
	SQLite Dialect = iota + 1
	PostgreSQL
)

const dialectWords words = "sqlite postgresql"

// String names the dialect.
func (d Dialect) String() string { return dialectWords.text(uint8(d)) }

// MarshalText writes the name.
func (d Dialect) MarshalText() ([]byte, error) { return dialectWords.marshal(uint8(d)) }

// UnmarshalText reads a name.
func (d *Dialect) UnmarshalText(text []byte) error {
	i, err := dialectWords.parse(text)
	*d = Dialect(i)
	return err
}

// SQLOptions of [Schema.SQL]; nil is the defaults.
type SQLOptions struct {
	// Zones are the values of the schema's ZoneIn column, needed for windows in the
	// customer's zone, whose starts are worked out here by the same rule as in Go.
	// Customers with another zone or none get the schema's default zone.
	Zones []string
	// First is the number of the first placeholder of PostgreSQL; 0 is 1.
	First int
}

// Query is a condition for a WHERE clause. Members are the rows for which it is true;
// where it is null the verdict is Unknown. Literals and instants are arguments, never
// text of the condition.
type Query struct {
	Where string
	Args  []any // string, int64, float64, bool or time.Time (in UTC), in the order of the placeholders
}

// SQL says a predicate as SQL for one instant. The verdicts are those of
// [Program.Eval] as long as the columns hold what the functions of the schema read.
//
// Errors: those of [Schema.Check]; and every part that cannot be said, as a [*Fault]
// under [ErrNoSQL]: fields without a column, samples, windows in the customer's zone
// without a column or without a list of zones, a storage that the dialect lacks, text
// with NUL on PostgreSQL, more placeholders than the database takes.
//
// Two things are the database's own: SQLite fails where a sum runs over 64 bits, which
// Go counts as the greatest or least int64; and instants outside of the years 1678 to
// 2262 are not the ends that they are in Go.
func (s *Schema[T]) SQL(p Predicate, d Dialect, now time.Time, o *SQLOptions) (Query, error) {
	if err := s.Check(p); err != nil {
		return Query{}, err
	}
	b := &builder{faults: faults{err: ErrNoSQL}, dialect: d, now: nanos(now), next: 1}
	if o != nil {
		b.zones, b.next = o.Zones, max(o.First, 1)
	}
	if d != SQLite && d != PostgreSQL {
		b.add("", "no dialect %s", d)
	}
	where := nodeSQL(b, s, &p, "")
	if most := d.placeholders(); b.next-1 > most {
		b.add("", "more than %d placeholders, which is all that %s takes", most, d)
	}
	if err := b.join(); err != nil {
		return Query{}, err
	}
	return Query{Where: where, Args: b.args}, nil
}

// placeholders is how many a statement may have.
func (d Dialect) placeholders() int {
	if d == SQLite {
		return 32_766
	}
	return 65_535
}

// builder writes a condition.
type builder struct {
	faults
	dialect Dialect
	now     int64
	zones   []string
	args    []any
	next    int
}

// arg adds an argument and gives its placeholder.
func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	b.next++
	if b.dialect == SQLite {
		return "?"
	}
	if text, ok := v.(string); ok && strings.Contains(text, "\x00") {
		b.add("", "%s holds no text with NUL", b.dialect)
	}
	mark := "$" + strconv.Itoa(b.next-1)
	switch v.(type) {
	case int64:
		return mark + "::bigint"
	case float64:
		return mark + "::double precision"
	case time.Time:
		return mark + "::timestamptz"
	case string:
		return mark + "::text"
	case bool:
		return mark + "::boolean"
	}
	return mark
}

func (b *builder) truth(t bool) string {
	switch {
	case b.dialect == SQLite && t:
		return "1"
	case b.dialect == SQLite:
		return "0"
	}
	return strings.ToUpper(strconv.FormatBool(t))
}

// sure is a condition that is true or false, and null where the column is.
func (b *builder) sure(column string, t bool) string {
	if t {
		return "(" + column + " = " + column + ")"
	}
	return "(" + column + " <> " + column + ")"
}

func (b *builder) column(c Column, path, name string) string {
	if c.Name == "" {
		b.add(path, "no column holds %q", clip(name))
		return "NULL"
	}
	return c.Name
}

func nodeSQL[T any](b *builder, s *Schema[T], p *Predicate, path string) string {
	switch p.Op {
	case OpEveryone:
		return "(1 = 1)"
	case OpAnd, OpOr:
		parts := make([]string, len(p.Args))
		for i := range p.Args {
			parts[i] = nodeSQL(b, s, &p.Args[i], join(path, fmt.Sprintf("args[%d]", i)))
		}
		return "(" + strings.Join(parts, " "+strings.ToUpper(p.Op.String())+" ") + ")"
	case OpNot:
		return "(NOT " + nodeSQL(b, s, &p.Args[0], join(path, "arg")) + ")"
	case OpOrTrue, OpOrFalse:
		return "COALESCE(" + nodeSQL(b, s, &p.Args[0], join(path, "arg")) + ", " + b.truth(p.Op == OpOrTrue) + ")"
	case OpSample:
		b.add(join(path, "op"), "a sample is taken in Go")
		return "NULL"
	case OpEventCount, OpEventSum, OpLastEvent:
		return eventSQL(b, s, p, path)
	}
	return fieldSQL(b, s, p, path)
}

func fieldSQL[T any](b *builder, s *Schema[T], p *Predicate, path string) string {
	f := s.fields[p.Field]
	column := b.column(f.column, join(path, "field"), p.Field)
	if f.kind == FloatField && b.dialect == PostgreSQL { // in SQLite NaN is NULL
		column = "NULLIF(" + column + ", 'NaN'::double precision)"
	}
	switch {
	case p.Op == OpMissing:
		return "(" + column + " IS NULL)"
	case f.kind == TimeField && p.Op == OpWithin:
		from, to := startSQL(b, s, &p.Window, f.column, path), b.instant(b.now, f.column, path, false)
		if from == "" {
			return "(" + column + " <= " + to + ")"
		}
		return "(" + column + " BETWEEN " + from + " AND " + to + ")"
	case f.kind == TimeField:
		return "(" + column + p.whenSQL(b, f.column, path) + ")"
	case f.kind == BoolField:
		return p.boolSQL(b, column)
	case f.kind == TagsField:
		return p.tagsSQL(b, f.column, column, path)
	case f.kind == TextField:
		return p.listSQL(b, column, func(v Value) any { return v.text })
	case f.kind == FloatField:
		return p.floatSQL(b, column)
	}
	return p.wholeSQL(b, column, f.places)
}

// listSQL is equality with one or several arguments, or the lack of it.
func (p *Predicate) listSQL(b *builder, column string, value func(Value) any) string {
	marks := make([]string, len(p.Values))
	for i, v := range p.Values {
		marks[i] = b.arg(value(v))
	}
	switch {
	case p.Op == OpNe:
		return "(" + column + " <> " + marks[0] + ")"
	case len(marks) == 1:
		return "(" + column + " = " + marks[0] + ")"
	}
	return "(" + column + " IN (" + strings.Join(marks, ", ") + "))"
}

func (p *Predicate) boolSQL(b *builder, column string) string {
	eval := boolean(p, func(x bool) (bool, bool) { return x, true })
	switch yes, no := eval(true, moment{}), eval(false, moment{}); {
	case yes == no:
		return b.sure(column, yes == True)
	default:
		return "(" + column + " = " + b.truth(yes == True) + ")"
	}
}

func (p *Predicate) floatSQL(b *builder, column string) string {
	if p.Op == OpBetween {
		return "(" + column + " BETWEEN " + b.arg(p.Values[0].nearest()) + " AND " + b.arg(p.Values[1].nearest()) + ")"
	}
	if p.Op == OpEq || p.Op == OpNe || p.Op == OpIn {
		return p.listSQL(b, column, func(v Value) any { return v.nearest() })
	}
	return "(" + column + " " + p.Op.symbol() + " " + b.arg(p.Values[0].nearest()) + ")"
}

func (p *Predicate) wholeSQL(b *builder, column string, places int32) string {
	if p.Op != OpIn {
		return intervalOf(p.Op, p.Values, places).sql(b, column)
	}
	var marks []string
	for i := range p.Values {
		if r := intervalOf(OpEq, p.Values[i:i+1], places); r.lo <= r.hi {
			marks = append(marks, b.arg(r.lo))
		}
	}
	if len(marks) == 0 {
		return b.sure(column, false)
	}
	return "(" + column + " IN (" + strings.Join(marks, ", ") + "))"
}

// sql says that a column lies in the interval.
func (r interval) sql(b *builder, column string) string {
	switch {
	case r.lo > r.hi:
		return b.sure(column, r.out)
	case r.lo == r.hi && r.out:
		return "(" + column + " <> " + b.arg(r.lo) + ")"
	case r.lo == r.hi:
		return "(" + column + " = " + b.arg(r.lo) + ")"
	case r.lo == math.MinInt64 && r.hi == math.MaxInt64:
		return b.sure(column, true)
	case r.lo == math.MinInt64:
		return "(" + column + " <= " + b.arg(r.hi) + ")"
	case r.hi == math.MaxInt64:
		return "(" + column + " >= " + b.arg(r.lo) + ")"
	}
	return "(" + column + " BETWEEN " + b.arg(r.lo) + " AND " + b.arg(r.hi) + ")"
}

func (p *Predicate) tagsSQL(b *builder, c Column, column, path string) string {
	tag := p.Values[0].text
	switch {
	case c.Storage == Delimited && strings.Contains(tag, "|"):
		b.add(join(path, "value"), "a tag with | is not found in delimited text")
	case c.Storage == Delimited && b.dialect == SQLite:
		return "(instr(" + column + ", " + b.arg("|"+tag+"|") + ") > 0)"
	case c.Storage == Delimited:
		return "(strpos(" + column + ", " + b.arg("|"+tag+"|") + ") > 0)"
	case c.Storage == JSONArray && b.dialect == SQLite:
		return "(CASE WHEN " + column + " IS NULL THEN NULL ELSE EXISTS (SELECT 1 FROM json_each(" + column + ") WHERE value = " + b.arg(tag) + ") END)"
	case c.Storage == JSONArray:
		return "(" + column + " @> to_jsonb(" + b.arg(tag) + "))"
	case c.Storage == TextArray && b.dialect == PostgreSQL:
		return "(" + b.arg(tag) + " = ANY (" + column + "))"
	case c.Name != "":
		b.add(join(path, "field"), "tags are not stored as %s in %s", c.Storage, b.dialect)
	}
	return "NULL"
}
