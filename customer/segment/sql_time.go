package segment

import (
	"time"
)

// instant is an instant as a column holds it, rounded to its unit: up for a first
// instant that counts, down for a last one.
func (b *builder) instant(ns int64, c Column, path string, up bool) string {
	unit := int64(1)
	switch c.Storage {
	case UnixSeconds:
		unit = 1_000_000_000
	case UnixMillis:
		unit = 1_000_000
	case UnixMicros:
		unit = 1_000
	case UnixNanos:
	case TimestampTZ:
		if b.dialect != PostgreSQL {
			b.add(path, "%s has no timestamptz", b.dialect)
			return "NULL"
		}
		return b.arg(time.UnixMicro(quotient(ns, 1_000, up)).UTC())
	default:
		b.add(path, "say how the column %s holds instants", c.Name)
		return "NULL"
	}
	return b.arg(quotient(ns, unit, up))
}

// quotient divides and rounds down or up.
func quotient(x, by int64, up bool) int64 {
	q := x / by
	switch rest := x % by; {
	case rest > 0 && up:
		q++
	case rest < 0 && !up:
		q--
	}
	return q
}

// whenSQL compares with an instant, or now less a span: for whole units, before the
// least unit that is not before it.
func (p *Predicate) whenSQL(b *builder, c Column, path string) string {
	when := nanos(p.At)
	if p.At.IsZero() {
		when = earlier(b.now, p.Ago.duration())
	}
	if p.Op == OpBefore || (p.Op == OpLastEvent && p.Compare == OpBefore) {
		return " < " + b.instant(when, c, path, true)
	}
	return " >= " + b.instant(when, c, path, true)
}

// startSQL is the first instant of a window; empty where it has none.
func startSQL[T any](b *builder, s *Schema[T], w *Window, c Column, path string) string {
	path = join(path, "window")
	switch {
	case w.Kind == Ever:
		return ""
	case w.own():
		return ownStartSQL(b, s, w, c, path)
	}
	loc, err := time.LoadLocation(w.Zone)
	if err != nil {
		b.add(path+".zone", "no such zone")
		return "NULL"
	}
	return b.instant(w.from(b.now, loc), c, path, true)
}

// ownStartSQL gives every zone its own start.
func ownStartSQL[T any](b *builder, s *Schema[T], w *Window, c Column, path string) string {
	if s.o.ZoneIn.Name == "" || len(b.zones) == 0 {
		b.add(path+".zone", "a window in the customer's zone needs the column of zones and SQLOptions.Zones")
		return "NULL"
	}
	sql := "CASE " + s.o.ZoneIn.Name
	for _, name := range b.zones {
		loc, err := time.LoadLocation(name)
		if err != nil || name == "" || name == "Local" {
			b.add(path+".zone", "no zone of the name %q is known", clip(name))
			continue
		}
		sql += " WHEN " + b.arg(name) + " THEN " + b.instant(w.from(b.now, loc), c, path, true)
	}
	return sql + " ELSE " + b.instant(w.from(b.now, s.o.Default), c, path, true) + " END"
}
