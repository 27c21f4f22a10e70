package recommend

import (
	"cmp"
	"slices"
	"sync"
)

// Model is what was learned.
type Model struct {
	method  Method
	support int
	items   []string
	index   map[string]uint32
	start   []int // of each item's neighbours; none for popularity
	near    []neighbour
	popular map[string][]Popular // by segment; "" is all customers
	report  Report
	rooms   sync.Pool // of *room
}

// Popular is an item with the number of its customers.
type Popular struct {
	Item      string
	Customers int
}

// Contribution is what one owned item adds to the score of another.
type Contribution struct {
	Item      string  // that the customer owns
	Score     float64 // its part of the score; with EASE it may be below 0
	Customers int     // distinct customers who own both
}

// Suggestion is an item to show.
type Suggestion struct {
	Item     string
	Score    float64        // the sum of all contributions; of a fallback the number of its customers
	Because  []Contribution // the greatest first; none for a fallback
	Fallback bool           // by popularity
}

// Question is for whom, and what must not be shown. The zero value asks for 10 items
// for a customer who owns nothing and has not agreed to profiling.
type Question struct {
	Owned     []string          // what the customer owns; never suggested
	Profiling bool              // the customer has agreed to, or the law allows, working it out from what they own
	Segment   string            // of the customer, for the fallback; empty or unknown: all customers
	N         int               // how many; 0 is 10, at most 1,000
	Reasons   int               // contributions given of each; 0 is all
	Declined  []string          // what the customer has turned down; never suggested
	Allowed   func(string) bool // what may be sold to them: in stock, of their age, in their country; nil: all
}

// Answer is what to show, the best first.
type Answer struct {
	Suggestions []Suggestion
	Unknown     []string // owned items that the model has never seen, sorted; none without profiling
	Profiled    bool     // worked out from what the customer owns
}

// room is the memory of one question.
type room struct {
	score   []float64
	seen    []bool
	touched []uint32
	own     []uint32 // owned items that the model knows, each once, in the order of their ids
	place   []uint16 // of an item among the best, from 1
	skip    map[string]bool
}

// Report is what the training did.
func (m *Model) Report() Report { return m.report }

// Method is how neighbours were weighted.
func (m *Model) Method() Method { return m.method }

// popularity counts the customers of every item, in all and by segment.
func (m *Model) popularity(b *baskets) {
	counts := map[string]map[uint32]int{}
	all := make(map[uint32]int, len(b.items))
	for i := range b.items {
		all[uint32(i)] = b.owns(i) //nolint:gosec // bounded
	}
	counts[""] = all
	for c := range len(b.start) - 1 {
		name := b.segments[b.segment[c]]
		if name == "" {
			continue
		}
		if counts[name] == nil {
			counts[name] = map[uint32]int{}
		}
		for _, i := range b.owned[b.start[c]:b.start[c+1]] {
			counts[name][i]++
		}
	}
	m.popular = make(map[string][]Popular, len(counts))
	for name, of := range counts {
		list := make([]Popular, 0, len(of))
		for i, n := range of {
			if n >= m.support {
				list = append(list, Popular{b.items[i], n})
			}
		}
		slices.SortFunc(list, func(x, y Popular) int {
			switch {
			case x.Customers != y.Customers:
				return y.Customers - x.Customers
			case x.Item < y.Item:
				return -1
			}
			return 1
		})
		m.popular[name] = list
	}
}

func (m *Model) finish() {
	if m.start == nil {
		m.start = make([]int, len(m.items)+1)
		m.report.Lonely = len(m.items)
	}
}

// Popular lists the most popular items of a segment, or of all customers with "", the
// most popular first; items of fewer than MinSupport customers are not among them.
func (m *Model) Popular(segment string, n int) []Popular {
	list := m.popular[segment]
	return slices.Clone(list[:min(max(n, 0), len(list))])
}

// Neighbour is an item that goes with another.
type Neighbour struct {
	Item      string
	Weight    float64
	Customers int // distinct customers who own both
}

// Neighbours lists what goes with an item, the strongest first; ok is false for an item
// that the model has never seen.
func (m *Model) Neighbours(item string) (list []Neighbour, ok bool) {
	i, ok := m.index[item]
	if !ok {
		return nil, false
	}
	for _, x := range m.near[m.start[i]:m.start[i+1]] {
		list = append(list, Neighbour{m.items[x.item], x.weight, int(x.support)})
	}
	return list, true
}

// For answers a question. Items by the model come first; where they are fewer than was
// asked for, popular items of the segment follow, and then of all customers, each
// marked as a fallback.
func (m *Model) For(q Question) Answer {
	n := q.N
	if n <= 0 {
		n = 10
	}
	n = min(n, 1_000)
	r, _ := m.rooms.Get().(*room)
	if r == nil {
		r = &room{score: make([]float64, len(m.items)), seen: make([]bool, len(m.items)), place: make([]uint16, len(m.items)), skip: map[string]bool{}}
	}
	defer func() {
		for _, i := range r.touched {
			r.score[i], r.seen[i], r.place[i] = 0, false, 0
		}
		r.touched, r.own = r.touched[:0], r.own[:0]
		clear(r.skip)
		m.rooms.Put(r)
	}()
	for _, id := range q.Owned {
		r.skip[id] = true
	}
	for _, id := range q.Declined {
		r.skip[id] = true
	}
	var a Answer
	if q.Profiling && m.method != Popularity {
		a.Profiled = true
		m.score(&q, r, &a)
		m.best(&q, r, n, &a)
	}
	for _, name := range [2]string{q.Segment, ""} {
		m.fallback(name, &q, r, n, &a)
	}
	return a
}

// score adds up what owned items say. An item that is owned twice says it once.
func (m *Model) score(q *Question, r *room, a *Answer) {
	for _, id := range q.Owned {
		if i, known := m.index[id]; known {
			r.own = append(r.own, i)
		} else {
			a.Unknown = append(a.Unknown, id)
		}
	}
	slices.Sort(a.Unknown)
	a.Unknown = slices.Compact(a.Unknown)
	slices.Sort(r.own) // numbers are in the order of ids, so that sums are always made alike
	r.own = slices.Compact(r.own)
	for _, i := range r.own {
		for _, x := range m.near[m.start[i]:m.start[i+1]] {
			if !r.seen[x.item] {
				r.seen[x.item] = true
				r.touched = append(r.touched, x.item)
			}
			r.score[x.item] += x.weight
		}
	}
}

// best keeps the n best of what has a score above 0.
func (m *Model) best(q *Question, r *room, n int, a *Answer) {
	var top []neighbour
	for _, i := range r.touched {
		x := neighbour{item: i, weight: r.score[i]}
		if x.weight <= 0 || (len(top) == n && byWeight(x, top[n-1]) > 0) {
			continue
		}
		if id := m.items[i]; r.skip[id] || (q.Allowed != nil && !q.Allowed(id)) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, x, byWeight)
		if len(top) < n {
			top = append(top, neighbour{})
		}
		copy(top[at+1:], top[at:])
		top[at] = x
	}
	a.Suggestions = make([]Suggestion, len(top), n)
	for k, x := range top {
		a.Suggestions[k] = Suggestion{Item: m.items[x.item], Score: x.weight}
		r.place[x.item] = uint16(k + 1) //nolint:gosec // at most 1,000
		r.skip[m.items[x.item]] = true
	}
	m.because(q, r, a.Suggestions)
}

// because takes the scores apart, each in the order in which it was added up.
func (m *Model) because(q *Question, r *room, list []Suggestion) {
	for _, i := range r.own {
		for _, x := range m.near[m.start[i]:m.start[i+1]] {
			if k := r.place[x.item]; k > 0 {
				s := &list[k-1]
				s.Because = append(s.Because, Contribution{m.items[i], x.weight, int(x.support)})
			}
		}
	}
	for k := range list {
		s := &list[k]
		slices.SortStableFunc(s.Because, func(x, y Contribution) int { return cmp.Compare(y.Score, x.Score) })
		if q.Reasons > 0 && len(s.Because) > q.Reasons {
			s.Because = s.Because[:q.Reasons:q.Reasons]
		}
	}
}

// fallback fills up with popular items.
func (m *Model) fallback(segment string, q *Question, r *room, n int, a *Answer) {
	for _, p := range m.popular[segment] {
		if len(a.Suggestions) >= n {
			return
		}
		if r.skip[p.Item] || (q.Allowed != nil && !q.Allowed(p.Item)) {
			continue
		}
		a.Suggestions = append(a.Suggestions, Suggestion{Item: p.Item, Score: float64(p.Customers), Fallback: true})
		r.skip[p.Item] = true
	}
}
