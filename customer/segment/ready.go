package segment

import "github.com/shopspring/decimal"

// Shop names the events and fields of a schema that the ready segments use. An empty
// name takes the one in brackets.
type Shop struct {
	Purchase string // name of the event (purchase)
	Category string // field of text of the event (category)
	Amount   string // field of the event that is an amount or an integer (amount)
	Since    string // field of time of the customer: when they became one (created)
}

func (s Shop) purchase() string { return or(s.Purchase, "purchase") }
func (s Shop) category() string { return or(s.Category, "category") }
func (s Shop) amount() string   { return or(s.Amount, "amount") }
func (s Shop) since() string    { return or(s.Since, "created") }

func or(s, standard string) string {
	if s == "" {
		return standard
	}
	return s
}

// Bought holds for who bought of a category in a window: "bought a camera in the last
// 30 days".
func (s Shop) Bought(category string, w Window) Predicate {
	where := Eq(s.category(), category)
	return EventCount(s.purchase(), &where, w, OpGte, 1)
}

// NotBought holds for who did not buy of a category in a window, and so for who never
// bought anything. Join it with [Shop.KnownSince] to leave new customers out.
func (s Shop) NotBought(category string, w Window) Predicate {
	where := Eq(s.category(), category)
	return EventCount(s.purchase(), &where, w, OpEq, 0)
}

// KnownSince holds for who became a customer longer ago than a span.
func (s Shop) KnownSince(ago Span) Predicate { return LongerAgo(s.since(), ago) }

// New holds for who became a customer within a span.
func (s Shop) New(ago Span) Predicate { return NotLongerAgo(s.since(), ago) }

// Prospects holds for who never bought.
func (s Shop) Prospects() Predicate { return EventCount(s.purchase(), nil, AnyTime(), OpEq, 0) }

// Active holds for who bought within a span: recency, the R of RFM.
func (s Shop) Active(ago Span) Predicate {
	return EventCount(s.purchase(), nil, Window{Kind: Elapsed, N: ago.N, Unit: ago.Unit}, OpGte, 1)
}

// Lapsed holds for who bought once, and not within a span.
func (s Shop) Lapsed(ago Span) Predicate {
	return OrFalse(LastEventBefore(s.purchase(), nil, ago))
}

// Lapsing holds for who bought at least n times, the last time longer ago than one
// span and not longer than another: whom a reminder may still win back.
func (s Shop) Lapsing(n int64, quiet, lost Span) Predicate {
	return And(
		EventCount(s.purchase(), nil, AnyTime(), OpGte, n),
		OrFalse(LastEventBefore(s.purchase(), nil, quiet)),
		OrFalse(Not(LastEventBefore(s.purchase(), nil, lost))),
	)
}

// Frequent holds for who bought at least n times in a window: the F of RFM.
func (s Shop) Frequent(n int64, w Window) Predicate {
	return EventCount(s.purchase(), nil, w, OpGte, n)
}

// Spent holds for who spent at least so much in a window: the M of RFM.
func (s Shop) Spent(least decimal.Decimal, w Window) Predicate {
	return EventSum(s.purchase(), s.amount(), nil, w, OpGte, least)
}

// Best holds for who bought recently, often and for much: the champions of RFM.
func (s Shop) Best(recent Span, n int64, least decimal.Decimal, w Window) Predicate {
	return And(s.Active(recent), s.Frequent(n, w), s.Spent(least, w))
}

// FirstTime holds for who bought exactly once, within a span: whom to welcome.
func (s Shop) FirstTime(ago Span) Predicate {
	return And(EventCount(s.purchase(), nil, AnyTime(), OpEq, 1), s.Active(ago))
}
