package segment

import (
	"math"
	"strings"
)

// eventSQL asks the events by a sub-query.
func eventSQL[T any](b *builder, s *Schema[T], p *Predicate, path string) string {
	t := s.o.Events.table()
	if t.From == "" || t.Customer.Name == "" || t.At.Name == "" || s.o.IDColumn.Name == "" {
		b.add(path, "the table of events, its columns for customer and instant, or the customer's id column is not given")
		return "NULL"
	}
	if !strings.Contains(s.o.IDColumn.Name, ".") || (p.Window.own() && !strings.Contains(s.o.ZoneIn.Name, ".")) {
		b.add(path, "write the customer's columns with their table, such as c.id: a column of the events may have the same name")
	}
	what := "COUNT(*)"
	var places int32
	switch p.Op {
	case OpEventSum:
		var c Column
		c, places = s.o.Events.sumColumn(p.Field)
		what = "COALESCE(SUM(" + b.column(c, join(path, "field"), p.Field) + "), 0)"
	case OpLastEvent:
		what = "MAX(" + t.At.Name + ")"
	}
	var r interval
	if p.Op != OpLastEvent {
		r = intervalOf(p.Compare, p.Values, places)
		switch all := r.lo == math.MinInt64 && r.hi == math.MaxInt64; { // a count is never null
		case all || (r.lo > r.hi && r.out):
			return "(1 = 1)"
		case r.lo > r.hi:
			return "(1 = 0)"
		}
	}
	conds := []string{t.Customer.Name + " = " + s.o.IDColumn.Name}
	if p.Event != "" {
		conds = append(conds, b.column(t.Name, join(path, "event"), "name of the event")+" = "+b.arg(p.Event))
	}
	if p.Op != OpLastEvent {
		if from := startSQL(b, s, &p.Window, t.At, path); from != "" {
			conds = append(conds, t.At.Name+" >= "+from)
		}
	}
	conds = append(conds, t.At.Name+" <= "+b.instant(b.now, t.At, path, false))
	if p.Where != nil {
		conds = append(conds, s.o.Events.whereSQL(b, p.Where, join(path, "where")))
	}
	sub := "(SELECT " + what + " FROM " + t.From + " WHERE " + strings.Join(conds, " AND ") + ")"
	if p.Op == OpLastEvent {
		return "(" + sub + p.whenSQL(b, t.At, path) + ")"
	}
	return r.sql(b, sub)
}

func (s *source[T, E]) whereSQL(b *builder, p *Predicate, path string) string {
	return nodeSQL(b, s.schema, p, path)
}

func (s *source[T, E]) sumColumn(name string) (Column, int32) {
	if f := s.schema.fields[name]; f != nil {
		return f.column, f.places
	}
	return Column{}, 0
}
