package routing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Router assigns by a policy. It is immutable and safe for concurrent use.
type Router struct{ policy Policy }

// NewRouter checks the policy as Validate does and copies it.
func NewRouter(p Policy) (*Router, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	p.Tiers = maps.Clone(p.Tiers)
	return &Router{policy: p}, nil
}

// Policy is a copy of the router's policy.
func (r *Router) Policy() Policy {
	p := r.policy
	p.Tiers = maps.Clone(p.Tiers)
	return p
}

// Assign decides one round: every item gets an agent or waits, each with a reason. The
// items and agents are read and not changed, and their order does not matter. No items
// give an empty plan; with no agents everything waits. Every fault of the input is
// reported, joined, each unwrapping to [ErrInput]: an ID that is empty or comes twice,
// or a number out of its range.
//
// The host stores what follows from the plan: the agent's Load, LastAssigned, and
// InRow and LastDifficult as contacts end.
func (r *Router) Assign(now time.Time, items []Item, agents []Agent) (Plan, error) {
	fs := faults{err: ErrInput}
	for i := range items {
		items[i].check(&fs, i)
	}
	for i := range agents {
		agents[i].check(&fs, i)
	}
	b := newBoard(&r.policy, now, items, agents)
	b.twice(&fs)
	if err := fs.join(); err != nil {
		return Plan{}, err
	}
	plan := Plan{Decisions: make([]Decision, 0, len(items))}
	for _, q := range b.queue {
		plan.Decisions = append(plan.Decisions, b.decide(q, &plan))
	}
	b.askedSupport(&plan)
	plan.Next = b.next(plan.Decisions)
	return plan, nil
}

// place is an item in the queue.
type place struct {
	item     *Item
	priority int64
	waited   time.Duration
}

// maxAged keeps what waiting is worth far from overflow.
const maxAged = 1 << 40

// effective is the priority of an item with what tier and waiting add.
func (p *Policy) effective(it *Item, waited time.Duration) int64 {
	v := int64(it.Priority)
	if it.Tier != "" {
		v += int64(p.Tiers[it.Tier])
	}
	if p.AgingStep > 0 {
		aged := min(int64(waited/p.AgingStep), maxAged)
		if p.AgingCap > 0 {
			aged = min(aged, int64(p.AgingCap))
		}
		v += aged
	}
	return v
}

// line puts the items in their total order.
func (b *board) line(items []Item) {
	b.queue = make([]place, len(items))
	for i := range items {
		it := &items[i]
		waited := max(0, b.now.Sub(it.Enqueued))
		b.queue[i] = place{it, b.policy.effective(it, waited), waited}
	}
	slices.SortFunc(b.queue, func(x, y place) int {
		if x.priority != y.priority {
			return cmp.Compare(y.priority, x.priority)
		}
		if c := x.item.Enqueued.Compare(y.item.Enqueued); c != 0 {
			return c
		}
		return strings.Compare(x.item.ID, y.item.ID)
	})
}

// twice reports identifiers that occur more than once.
func (b *board) twice(fs *faults) {
	seen := make(map[string]bool, len(b.queue))
	for _, q := range b.queue {
		if seen[q.item.ID] {
			fs.add("items", q.item.ID, "has an ID that comes twice")
		}
		seen[q.item.ID] = true
	}
	for i := 1; i < len(b.seats); i++ {
		if b.seats[i].agent.ID == b.seats[i-1].agent.ID {
			fs.add("agents", b.seats[i].agent.ID, "has an ID that comes twice")
		}
	}
}

// step finds the step in force: its index, or -1 when there is none any more, and
// when it gives way.
func (it *Item) step(now time.Time, waited time.Duration) (int, time.Time) {
	var passed time.Duration
	for i := range it.Steps {
		s := &it.Steps[i]
		if s.For == 0 {
			return i, time.Time{}
		}
		if waited-passed < s.For {
			return i, now.Add(s.For - (waited - passed))
		}
		passed += s.For
	}
	return -1, time.Time{}
}

// decide takes one item of the queue.
func (b *board) decide(q place, plan *Plan) Decision {
	it := q.item
	step, changes := it.step(b.now, q.waited)
	d := Decision{Item: it.ID, Priority: q.priority, Waited: q.waited, Step: step, Changes: changes}
	b.qualify(it, step, &d)
	weight := max(1, it.Weight)
	if seat, ok := b.sticky(it, weight); ok {
		d.Reason, d.Funnel.Room = LastAgent, b.rooms(b.cur, weight, it.Interruptible)
		b.give(seat, it, weight, &d, plan)
		return d
	}
	if seat, ok := b.best(it, weight, &d); ok {
		b.give(seat, it, weight, &d, plan)
		return d
	}
	if d.Reason == 0 {
		d.Reason = NoRoom
		if b.policy.ReserveAfter > 0 && q.waited >= b.policy.ReserveAfter {
			b.reserve(weight, &d)
		}
	}
	return d
}

func (b *board) sticky(it *Item, weight int) (int, bool) {
	if it.LastAgent == "" {
		return 0, false
	}
	i, ok := b.byID(it.LastAgent)
	if !ok || !b.cur.has(i) || !b.seats[i].fits(weight, it.Interruptible) {
		return 0, false
	}
	return i, true
}

func (b *board) byID(id string) (int, bool) {
	return slices.BinarySearchFunc(b.seats, id, func(s seat, id string) int { return strings.Compare(s.agent.ID, id) })
}

func (b *board) rooms(from set, weight int, interruptible bool) (n int) {
	b.each(from, interruptible, func(i int) {
		if b.seats[i].fits(weight, interruptible) {
			n++
		}
	})
	return n
}

// best finds the agent for an item among those in cur, trying the languages in order.
func (b *board) best(it *Item, weight int, d *Decision) (int, bool) {
	if len(it.Languages) < 2 {
		return b.bestOf(b.cur, it, weight, d)
	}
	level := it.levelIn(d.Step)
	for _, tag := range it.Languages {
		b.tried = b.tried.and(b.cur, b.speakers(wanted{tag, level}))
		i, ok := b.bestOf(b.tried, it, weight, d)
		if !ok {
			continue
		}
		d.Funnel.Room = b.rooms(b.cur, weight, it.Interruptible)
		if d.Reason == OnlyOne && d.Funnel.Room > 1 {
			d.Reason = BestLanguage
		}
		return i, true
	}
	return 0, false
}

// speak writes down in which language the agent of a seat serves the item, and how
// many of those with room could do so.
func (b *board) speak(i int, it *Item, weight int, d *Decision) {
	level := it.levelIn(d.Step)
	for _, tag := range it.Languages {
		if speakers := b.speakers(wanted{tag, level}); speakers.has(i) {
			d.Language = tag
			d.Funnel.Tongue = b.rooms(b.tried.and(b.cur, speakers), weight, it.Interruptible)
			return
		}
	}
}

func (b *board) bestOf(from set, it *Item, weight int, d *Decision) (int, bool) {
	best, room := -1, 0
	tieShare, tieIdle := false, false
	b.each(from, it.Interruptible, func(i int) {
		s := &b.seats[i]
		if !s.fits(weight, it.Interruptible) {
			return
		}
		room++
		if best < 0 {
			best = i
			return
		}
		t := &b.seats[best]
		switch c := cmp.Compare(s.load*t.capacity, t.load*s.capacity); {
		case c < 0:
			best, tieShare, tieIdle = i, false, false
		case c == 0:
			tieShare = true
			switch c := s.last.Compare(t.last); {
			case c < 0:
				best, tieIdle = i, false
			case c == 0:
				tieIdle = true
			}
		}
	})
	d.Funnel.Room = room
	if best < 0 {
		return 0, false
	}
	switch {
	case room == 1:
		d.Reason = OnlyOne
	case tieIdle:
		d.Reason = FirstID
	case tieShare:
		d.Reason = LongestIdle
	default:
		d.Reason = LowestShare
	}
	return best, true
}

// give records an assignment.
func (b *board) give(i int, it *Item, weight int, d *Decision, plan *Plan) {
	b.speak(i, it, weight, d)
	s := &b.seats[i]
	before := max(0, s.load-s.capacity)
	s.load += int64(weight)
	if it.Interruptible {
		s.aside += int64(weight)
	}
	s.last = b.now
	d.Agent, d.Load, d.Capacity = s.agent.ID, int(s.load), int(s.capacity)
	d.SetAside = int(max(0, s.load-s.capacity) - before)
	b.refresh(i)
	if !it.Difficult {
		return
	}
	s.row++
	s.hard = b.now
	if c := b.policy.Care; c.MaxInRow > 0 && s.row >= c.MaxInRow {
		b.steady.drop(i)
	}
	if at := b.policy.Care.SupportAt; at > 0 && s.row >= at {
		plan.Support = append(plan.Support, SupportCall{Agent: s.agent.ID, Item: it.ID, Supervisor: b.supervisor(i), InRow: s.row})
	}
}

// reserve keeps free the agent of those in cur who will have room first by share.
func (b *board) reserve(weight int, d *Decision) {
	best := -1
	b.cur.each(func(i int) {
		s := &b.seats[i]
		if s.reserved || s.capacity < int64(weight) {
			return
		}
		if best < 0 || s.load*b.seats[best].capacity < b.seats[best].load*s.capacity {
			best = i
		}
	})
	if best < 0 {
		return
	}
	b.seats[best].reserved = true
	d.Reserved = b.seats[best].agent.ID
	b.refresh(best)
}

// supervisor finds who is called to the agent of a seat: the least loaded on duty.
func (b *board) supervisor(of int) string {
	best := -1
	b.present.each(func(i int) {
		s := &b.seats[i]
		if i == of || !s.agent.Supervisor {
			return
		}
		if best < 0 || s.load*max(1, b.seats[best].capacity) < b.seats[best].load*max(1, s.capacity) {
			best = i
		}
	})
	if best < 0 {
		return ""
	}
	return b.seats[best].agent.ID
}

func (b *board) askedSupport(plan *Plan) {
	b.present.each(func(i int) {
		if a := b.seats[i].agent; a.AsksSupport {
			plan.Support = append(plan.Support, SupportCall{Agent: a.ID, Supervisor: b.supervisor(i), InRow: b.seats[i].row})
		}
	})
}

// next is when to look again at what waits.
func (b *board) next(decisions []Decision) time.Time {
	var next time.Time
	sooner := func(t time.Time) {
		if t.After(b.now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	waiting := false
	for i := range decisions {
		if !decisions[i].IsAssigned() {
			waiting = true
			sooner(decisions[i].Changes)
		}
	}
	if !waiting {
		return next
	}
	for i := range b.seats {
		b.seats[i].back(b, sooner)
	}
	return next
}

// back tells when the agent of a seat may take work again.
func (s *seat) back(b *board, sooner func(time.Time)) {
	a, care := s.agent, b.policy.Care
	if a.Presence != Online {
		return
	}
	if shift, ok := a.Shift.(interface {
		NextOpen(t time.Time) (time.Time, error)
	}); ok {
		if t, err := shift.NextOpen(b.now); err == nil {
			sooner(t)
		}
	}
	if care.Recovery > 0 && !a.LastDifficult.IsZero() {
		sooner(a.LastDifficult.Add(care.Recovery))
	}
	if care.MaxInRow > 0 && s.row >= care.MaxInRow {
		sooner(s.rowSince().Add(care.Rest))
	}
}

// rowSince is the last instant at which a difficult contact may have been going on:
// the last assignment before this round may be one, those of this round are known.
func (s *seat) rowSince() time.Time {
	since := s.hard
	for _, at := range []time.Time{s.agent.LastAssigned, s.agent.LastDifficult} {
		if at.After(since) {
			since = at
		}
	}
	return since
}

// String writes name and level.
func (s Skill) String() string { return fmt.Sprintf("%s %d", s.Name, s.Level) }
