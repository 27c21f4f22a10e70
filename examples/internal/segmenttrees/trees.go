package segmenttrees

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rapport-go/rapport/customer/segment"
)

// trees draws predicates from a seed.
type trees struct {
	*rand.Rand
	odd []float64 // further scores of clients
}

func pick[T any](r trees, list ...T) T { return list[r.IntN(len(list))] }

func (r trees) number() float64 { return pick(r, -1, 0, 0.005, 0.1, 0.5, 1, 2, 1.995) }

// score is that of a client; predicates ask about ordinary ones.
func (r trees) score() float64 { return pick(r, append([]float64{r.number()}, r.odd...)...) }

func (r trees) window() segment.Window {
	zone := pick(r, append(Zones(), "")...)
	switch r.IntN(4) {
	case 0:
		return segment.AnyTime()
	case 1:
		return segment.Window{Kind: segment.Elapsed, N: 1 + r.IntN(60), Unit: pick(r, segment.Second, segment.Hour, segment.Day)}
	case 2:
		return segment.Window{Kind: segment.Calendar, N: 1 + r.IntN(40), Unit: pick(r, segment.Day, segment.Week, segment.Month), Zone: zone}
	}
	return segment.Window{Kind: segment.SinceStart, N: r.IntN(3), Unit: pick(r, segment.Day, segment.Week, segment.Month, segment.Quarter, segment.Year), Zone: zone}
}

func (r trees) tree(depth int) segment.Predicate {
	if depth > 0 && r.IntN(2) == 0 {
		switch r.IntN(5) {
		case 0:
			return segment.Not(r.tree(depth - 1))
		case 1:
			return segment.OrTrue(r.tree(depth - 1))
		case 2:
			return segment.OrFalse(r.tree(depth - 1))
		case 3:
			return segment.And(r.tree(depth-1), r.tree(depth-1))
		}
		return segment.Or(r.tree(depth-1), r.tree(depth-1), r.tree(depth-1))
	}
	compare := pick(r, segment.OpEq, segment.OpNe, segment.OpLt, segment.OpLte, segment.OpGt, segment.OpGte)
	number := pick(r, "spend", "score")
	ago := segment.Span{N: 1 + r.IntN(50), Unit: pick(r, segment.Second, segment.Hour, segment.Day)}
	var where *segment.Predicate
	if r.IntN(2) == 0 {
		w := segment.Or(segment.Ne("category", "lens"), segment.Gte("amount", r.number()))
		where = &w
	}
	switch r.IntN(13) {
	case 0:
		return segment.In("country", pick(r, "DE", "JP"), pick(r, "", "Ω'\""))
	case 1:
		return segment.Ne("country", "DE")
	case 2:
		return segment.Predicate{Op: compare, Field: number, Values: []segment.Value{segment.V(r.number())}}
	case 3:
		a, b := r.number(), r.number()
		return segment.Between(number, min(a, b), max(a, b))
	case 4:
		return segment.In(number, r.number(), r.number())
	case 5:
		return segment.Has(pick(r, "tags", "labels"), pick(r, "vip", "vi", "a b"))
	case 6:
		return pick(r, segment.IsTrue("ok"), segment.Ne("ok", true), segment.In("ok", true, false))
	case 7:
		return segment.Missing(pick(r, "country", "spend", "score", "ok", "seen", "tags", "labels"))
	case 8:
		return segment.Predicate{Op: pick(r, segment.OpBefore, segment.OpAtOrAfter), Field: pick(r, "seen", "born"), Ago: ago}
	case 9:
		return segment.Within(pick(r, "seen", "born"), r.window())
	case 10:
		return segment.EventSum("purchase", "amount", where, r.window(), compare, r.number())
	case 11:
		return segment.Predicate{Op: segment.OpLastEvent, Event: pick(r, "purchase", ""), Where: where, Compare: pick(r, segment.OpBefore, segment.OpAtOrAfter), Ago: ago}
	}
	return segment.EventCount(pick(r, "purchase", ""), where, r.window(), compare, int64(r.IntN(4)))
}

func maybe[T any](r trees, v T) *T {
	if r.IntN(4) == 0 {
		return nil
	}
	return &v
}

// clients draws customers whose instants lie close to now and to midnights around it.
func (r trees) clients(n int, now time.Time) []*Client {
	out := make([]*Client, n)
	near := func() time.Time {
		return now.Truncate(time.Hour).Add(time.Duration(pick(r, -1, 0, 1, -3600, -86400, -30*86400, -3599, r.IntN(4_000_000)-3_900_000)) * time.Second)
	}
	list := func() []string { return [][]string{{}, {"vip"}, {"a b", "vip"}, {"vi"}}[r.IntN(4)] }
	for i := range out {
		c := &Client{
			ID: fmt.Sprint(i), Country: maybe(r, pick(r, "DE", "JP", "", "Ω'\"")), Spend: maybe(r, int64(r.IntN(400)-150)), Score: maybe(r, r.score()),
			OK: maybe(r, r.IntN(2) == 0), Seen: maybe(r, near().Unix()), Born: maybe(r, near().UnixMilli()), Tags: maybe(r, list()), Labels: maybe(r, list()),
			Zone: pick(r, append(Zones(), "", "Mars/Olympus")...),
		}
		for range r.IntN(5) {
			c.Orders = append(c.Orders, Order{pick(r, "purchase", "visit"), maybe(r, pick(r, "camera", "lens")), maybe(r, int64(r.IntN(300)-100)), near().UnixMicro()})
		}
		out[i] = c
	}
	return out
}
