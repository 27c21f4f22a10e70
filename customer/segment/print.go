package segment

import (
	"fmt"
	"strings"
	"time"
)

// String writes the predicate for people, on one line. It is no form to be read back;
// that is JSON.
func (p Predicate) String() string {
	var b strings.Builder
	p.write(&b, 0, MaxDepth)
	return b.String()
}

// Precedence of what is written, so that brackets stand only where they are needed.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
)

func (p *Predicate) write(b *strings.Builder, outer, depth int) {
	if depth == 0 {
		b.WriteString("…")
		return
	}
	switch p.Op {
	case OpAnd:
		p.list(b, " and ", bindAnd, outer, depth)
	case OpOr:
		p.list(b, " or ", bindOr, outer, depth)
	case OpNot, OpOrTrue, OpOrFalse:
		p.prefix(b, depth)
	default:
		b.WriteString(p.line(depth))
	}
}

func (p *Predicate) list(b *strings.Builder, word string, bind, outer, depth int) {
	if bind < outer {
		b.WriteString("(")
	}
	for i := range p.Args {
		if i > 0 {
			b.WriteString(word)
		}
		p.Args[i].write(b, bind, depth-1)
	}
	if bind < outer {
		b.WriteString(")")
	}
}

func (p *Predicate) prefix(b *strings.Builder, depth int) {
	b.WriteString(p.word() + " ")
	for i := range p.Args {
		p.Args[i].write(b, bindNot, depth-1)
	}
}

// word joins the parts of a node, or stands before the only one.
func (p *Predicate) word() string {
	switch p.Op {
	case OpOrTrue:
		return "unless known otherwise"
	case OpOrFalse:
		return "known that"
	}
	return p.Op.String()
}

// line is a node that joins no others.
func (p *Predicate) line(depth int) string {
	switch p.Op {
	case OpEveryone:
		return "everyone"
	case OpIn:
		return p.Field + " is one of " + p.values(", ")
	case OpBetween:
		return p.Field + " is between " + p.values(" and ")
	case OpHas:
		return p.Field + " has " + p.values("")
	case OpIsTrue:
		return p.Field
	case OpMissing:
		return p.Field + " is missing"
	case OpBefore:
		return p.Field + " is before " + p.when()
	case OpAtOrAfter:
		return p.Field + " is not before " + p.when()
	case OpWithin:
		return p.Field + " is " + p.Window.String()
	case OpEventCount:
		return "number of " + p.events(depth) + " " + p.Window.String() + " " + p.Compare.symbol() + " " + p.values("")
	case OpEventSum:
		return "sum of " + p.Field + " over " + p.events(depth) + " " + p.Window.String() + " " + p.Compare.symbol() + " " + p.values("")
	case OpLastEvent:
		if p.Compare == OpBefore {
			return "the last of " + p.events(depth) + " is before " + p.when()
		}
		return "the last of " + p.events(depth) + " is not before " + p.when()
	case OpSample:
		return fmt.Sprintf("sample %q of %d in 10,000", p.Salt, p.Share)
	}
	return p.Field + " " + p.Op.symbol() + " " + p.values(" ")
}

// values are the literals; of many only the first.
func (p *Predicate) values(between string) string {
	const shown = 8
	var list []string
	for i, v := range p.Values {
		if i == shown {
			list = append(list, fmt.Sprintf("and %d more", len(p.Values)-shown))
			break
		}
		list = append(list, v.String())
	}
	return strings.Join(list, between)
}

func (p *Predicate) when() string {
	if p.At.IsZero() {
		return p.Ago.String() + " ago"
	}
	return p.At.Format(time.RFC3339)
}

func (p *Predicate) events(depth int) string {
	s := "events"
	if p.Event != "" {
		s += " " + p.Event
	}
	if p.Where != nil {
		var b strings.Builder
		p.Where.write(&b, 0, depth-1)
		s += " (" + b.String() + ")"
	}
	return s
}
