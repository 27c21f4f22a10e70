package loyalty

import (
	"cmp"
	"errors"
	"slices"
)

// model is the stream semantics of the vectors written as plainly as can be: lists
// that are searched from end to end. It shares nothing with the engine.
type model struct {
	clock   int64
	lots    []*modelLot
	holds   []*modelHold
	drawn   map[string]*modelDrawn
	earns   map[string]*modelEarn
	debt    int64
	expired int64
	clawed  int64
	spent   int64
}

type modelLot struct {
	name                                         string
	points, pending, active, held, dead, forgave int64
	from, until                                  int64 // until < 0: never
}

type modelPart struct {
	lot *modelLot
	n   int64
}

type modelHold struct {
	id    string
	until int64
	parts []modelPart
}

type modelDrawn struct {
	parts []modelPart
}

type modelEarn struct {
	lot   *modelLot
	lines map[string]int64
	taken map[string]int64
}

func newModel() *model {
	return &model{drawn: map[string]*modelDrawn{}, earns: map[string]*modelEarn{}}
}

func (m *model) pay(l *modelLot) {
	n := min(m.debt, l.active)
	l.active, m.debt = l.active-n, m.debt-n
}

func (m *model) comeBack(l *modelLot, n int64, at int64) (alive bool) {
	if l.until >= 0 && l.until <= at {
		l.dead += n
		m.expired += n
		return false
	}
	l.active += n
	m.pay(l)
	return true
}

func (m *model) settle(to int64) {
	for {
		best := int64(-1)
		rank := 0
		pick := func(at int64, r int) bool {
			if at <= to && (best < 0 || at < best || (at == best && r < rank)) {
				best, rank = at, r
				return true
			}
			return false
		}
		var hold *modelHold
		var lot *modelLot
		for _, h := range m.holds {
			if pick(h.until, 1) {
				hold, lot = h, nil
			}
		}
		for _, l := range m.lots {
			if l.pending > 0 && pick(l.from, 2) {
				hold, lot = nil, l
			}
		}
		for _, l := range m.lots {
			if l.active > 0 && l.until >= 0 && pick(l.until, 3) {
				hold, lot = nil, l
			}
		}
		switch {
		case hold != nil:
			m.end(hold, best)
		case lot != nil && rank == 2:
			lot.active, lot.pending = lot.active+lot.pending, 0
			m.pay(lot)
		case lot != nil:
			m.expired += lot.active
			lot.dead, lot.active = lot.dead+lot.active, 0
		default:
			m.clock = max(m.clock, to)
			return
		}
	}
}

func (m *model) end(h *modelHold, at int64) {
	for _, p := range h.parts {
		p.lot.held -= p.n
		m.comeBack(p.lot, p.n, at)
	}
	m.holds = slices.DeleteFunc(m.holds, func(x *modelHold) bool { return x == h })
}

func (m *model) order() []*modelLot {
	list := slices.Clone(m.lots)
	slices.SortStableFunc(list, func(a, b *modelLot) int {
		if (a.until < 0) != (b.until < 0) {
			if a.until < 0 {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.until, b.until)
	})
	return list
}

func (m *model) draw(n int64) (parts []modelPart) {
	for _, l := range m.order() {
		if k := min(n, l.active); k > 0 {
			l.active -= k
			n -= k
			parts = append(parts, modelPart{l, k})
		}
	}
	return parts
}

func (m *model) active() (n int64) {
	for _, l := range m.lots {
		n += l.active
	}
	return n
}

func (m *model) balance() Balance {
	var b Balance
	for _, l := range m.lots {
		b.Issued += Points(l.points)
		b.Pending += Points(l.pending)
		b.Active += Points(l.active)
		b.Held += Points(l.held)
	}
	b.Debt, b.Expired, b.Clawed, b.Redeemed = Points(m.debt), Points(m.expired), Points(m.clawed), Points(m.spent)
	return b
}

// run does one command of a stream that is neither replayed nor below the clock.
func (m *model) run(c streamCommand, lines []LinePoints) error {
	m.settle(c.At)
	n := int64(c.N)
	switch c.Do {
	case "earn":
		l := &modelLot{name: c.ID, from: c.At + c.Delay, until: -1}
		e := &modelEarn{l, map[string]int64{}, map[string]int64{}}
		for _, x := range lines {
			l.points += int64(x.Points)
			e.lines[x.Line] = int64(x.Points)
		}
		if c.TTL != nil {
			l.until = l.from + *c.TTL
		}
		m.lots = append(m.lots, l)
		m.earns[c.ID] = e
		if c.Delay > 0 {
			l.pending = l.points
			return nil
		}
		l.active = l.points
		m.pay(l)
	case "redeem":
		if n <= 0 {
			return ErrPoints
		}
		if n > m.active() {
			return ErrInsufficient
		}
		m.drawn[c.ID] = &modelDrawn{parts: m.draw(n)}
		m.spent += n
	case "hold":
		if c.Until <= c.At {
			return ErrUntil
		}
		if n <= 0 {
			return ErrPoints
		}
		if n > m.active() {
			return ErrInsufficient
		}
		h := &modelHold{c.ID, c.Until, m.draw(n)}
		for _, p := range h.parts {
			p.lot.held += p.n
		}
		m.holds = append(m.holds, h)
	case "capture", "release":
		return m.endHold(c, n)
	case "reverse":
		return m.reverse(c, n)
	case "clawback":
		return m.claw(c, n)
	case "tick":
	default:
		return errors.New("unknown command")
	}
	return nil
}

func (m *model) endHold(c streamCommand, n int64) error {
	i := slices.IndexFunc(m.holds, func(h *modelHold) bool { return h.id == c.Hold })
	if i < 0 {
		return ErrNoHold
	}
	h := m.holds[i]
	if c.Do == "release" {
		m.end(h, c.At)
		return nil
	}
	var held int64
	for _, p := range h.parts {
		held += p.n
	}
	if n <= 0 {
		return ErrPoints
	}
	if n > held {
		return ErrExceedsHold
	}
	d := &modelDrawn{}
	for k := range h.parts {
		p := &h.parts[k]
		x := min(n, p.n)
		if x == 0 {
			continue
		}
		p.lot.held -= x
		p.n -= x
		n -= x
		m.spent += x
		d.parts = append(d.parts, modelPart{p.lot, x})
	}
	m.drawn[c.ID] = d
	m.end(h, c.At)
	return nil
}

func (m *model) reverse(c streamCommand, n int64) error {
	d := m.drawn[c.Redeem]
	if d == nil {
		return ErrNoRedemption
	}
	if n <= 0 {
		return ErrPoints
	}
	var left int64
	for _, p := range d.parts {
		left += p.n
	}
	if n > left {
		return ErrExceedsDrawn
	}
	m.spent -= n
	for k := len(d.parts) - 1; k >= 0; k-- {
		p := &d.parts[k]
		x := min(n, p.n)
		p.n -= x
		n -= x
		if x > 0 {
			m.comeBack(p.lot, x, c.At)
		}
	}
	return nil
}

func (m *model) claw(c streamCommand, n int64) error {
	e := m.earns[c.Earn]
	if e == nil {
		return ErrNoOrder
	}
	points, ok := e.lines[c.Line]
	if !ok {
		return ErrNoLine
	}
	if n <= 0 {
		return ErrPoints
	}
	if n > points-e.taken[c.Line] {
		return ErrExceedsEarn
	}
	e.taken[c.Line] += n
	l := e.lot
	x := min(n, l.pending)
	l.pending, n, m.clawed = l.pending-x, n-x, m.clawed+x
	x = min(n, l.active)
	l.active, n, m.clawed = l.active-x, n-x, m.clawed+x
	x = min(n, l.dead-l.forgave)
	l.forgave, n = l.forgave+x, n-x
	for _, p := range m.draw(min(n, m.active())) {
		n -= p.n
		m.clawed += p.n
	}
	m.debt += n
	m.clawed += n
	return nil
}
